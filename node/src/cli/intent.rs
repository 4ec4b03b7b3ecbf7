//! The registry of intents: everything an account can ask for, as one list.
//!
//! `taonet tx` lists it. The nouns (`taonet stake add` ...) are other names for the same entries. One file per family
//! says with which words each entry is asked; what they have in common is in `words`.
//!
//! Rules:
//! 1. Every call of the chain has an entry, under the public network's name of it (`add_stake`) as well as in the
//!    spelling of command lines (`add-stake`). Calls that differ only by an option, such as a limit, share one.
//! 2. Most intents follow from their words ([`Asks`]). Others must know something first ([`Plans`]): what the present
//!    take is, in which epoch weights will count, or the solution of a puzzle.
//! 3. What must not be lost, such as the salt of a commit, is written before it is needed.

mod admin;
mod authorities;
mod children;
mod claims;
mod dev;
mod hotkeys;
mod locks;
mod moves;
mod register;
mod serve;
mod stake;
mod subnets;
mod swaps;
mod weights;
mod words;

pub(super) use admin::SetParam;
pub(super) use authorities::{
    JoinAuthorities, LeaveAuthorities, SetAuthorities, SetConsensusMode, UnjailAuthority,
};
pub(super) use children::{RevokeChildren, SetAutoParent, SetChildkeyTake, SetChildren};
pub(super) use claims::{ClaimRoot, SetRootClaimType};
pub(super) use dev::{DevFund, DevImpersonate, DevSetParam};
pub(super) use hotkeys::{AssociateHotkey, DecreaseTake, IncreaseTake, SetAutoStake, SetTake};
pub(super) use locks::{LockStake, MoveLock, RejectLockedAlpha, SetLockMode};
pub(super) use moves::{MoveStake, SwapStake, TransferStake};
pub(super) use register::{BurnedRegister, RegisterWork, RootRegister};
pub(super) use serve::{ServeAxon, ServePrometheus, SetCommitment, SetIdentity};
pub(super) use stake::{
    AddStake, AddStakeBurn, BurnAlpha, RecycleAlpha, RemoveStake, RemoveStakeFull, Transfer, UnstakeAll,
    UnstakeAllAlpha,
};
pub(super) use subnets::{
    DissolveNetwork, RegisterNetwork, SetMechanismCount, SetMechanismSplit, SetOwnerHotkey,
    SetSubnetIdentity, StartCall, TriggerEpoch, TrimSubnet, UpdateSymbol,
};
pub(super) use swaps::{
    AnnounceColdkeySwap, ClearColdkeySwap, DisputeColdkeySwap, ResetColdkeySwap, SwapColdkey,
    SwapColdkeyAnnounced, SwapHotkey,
};
pub(super) use weights::{CommitTimelocked, CommitWeights, RevealBatch, RevealWeights, SetWeights};

use super::{
    screen,
    secrets::Secret,
    session::{Session, Signing},
};
use crate::{client::Signer, fault::Fault, proto};
use clap::{Args, Subcommand};
use std::{future::Future, path::PathBuf, pin::Pin};
use taonet_chain::{AccountId, Call};

/// A plan in the making; boxed, since an intent may hold another.
type Planning<'a> = Pin<Box<dyn Future<Output = Result<Planned, Fault>> + 'a>>;

/// Writes the list once as the enum and as what is run.
macro_rules! registry {
    ($($(#[$words:meta])+ $intent:ident)+) => {
        /// Everything an account can ask for.
        #[derive(Debug, Subcommand)]
        pub enum Intent {
            $($(#[$words])+ $intent(Signed<$intent>),)+
        }

        impl Intent {
            /// Signs it and says what became of it.
            pub(super) async fn run(&self, session: &Session) -> Result<(), Fault> {
                match self {
                    $(Intent::$intent(intent) => intent.run(session).await,)+
                }
            }

            /// What it comes down to in the name of `signer`; how it would be signed does not matter.
            fn plan<'a>(&'a self, session: &'a Session, signer: AccountId) -> Planning<'a> {
                Box::pin(async move {
                    match self {
                        $(Intent::$intent(intent) => intent.asks.plan(session, signer).await,)+
                    }
                })
            }
        }
    };
}

registry! {
    /// Move TAO to another account
    #[command(alias = "transfer_keep_alive")]
    Transfer
    /// Stake TAO to a hotkey on a subnet
    #[command(aliases = ["add_stake", "add-stake-limit", "add_stake_limit"])]
    AddStake
    /// Take stake out of a subnet, as TAO
    #[command(aliases = ["remove_stake", "remove-stake-limit", "remove_stake_limit"])]
    RemoveStake
    /// Take the whole stake out of a subnet, as TAO
    #[command(aliases = ["remove_stake_full", "remove-stake-full-limit", "remove_stake_full_limit"])]
    RemoveStakeFull
    /// Take all stake with a hotkey out of all subnets, as TAO
    #[command(alias = "unstake_all")]
    UnstakeAll
    /// Take all stake with a hotkey out of all subnets but root, and stake the TAO on root
    #[command(alias = "unstake_all_alpha")]
    UnstakeAllAlpha
    /// Move stake to another hotkey, another subnet, or both
    #[command(alias = "move_stake")]
    MoveStake
    /// Give stake to another coldkey
    #[command(alias = "transfer_stake")]
    TransferStake
    /// Move stake with a hotkey to another subnet
    #[command(aliases = ["swap_stake", "swap-stake-limit", "swap_stake_limit"])]
    SwapStake
    /// Stake TAO and burn the alpha it buys
    #[command(alias = "add_stake_burn")]
    AddStakeBurn
    /// Destroy alpha so that it can be emitted again
    #[command(alias = "recycle_alpha")]
    RecycleAlpha
    /// Destroy alpha for ever
    #[command(alias = "burn_alpha")]
    BurnAlpha
    /// Own a hotkey that has no owner
    #[command(aliases = ["associate_hotkey", "try-associate-hotkey", "try_associate_hotkey"])]
    AssociateHotkey
    /// Choose the hotkey to which one's miners stake what they earn
    #[command(aliases = ["set_auto_stake", "set-coldkey-auto-stake-hotkey", "set_coldkey_auto_stake_hotkey"])]
    SetAutoStake
    /// Set the part of dividends that a hotkey's owner keeps, whether that is more or less
    #[command(alias = "set_take")]
    SetTake
    /// Raise the part of dividends that a hotkey's owner keeps
    #[command(alias = "increase_take")]
    IncreaseTake
    /// Lower the part of dividends that a hotkey's owner keeps
    #[command(alias = "decrease_take")]
    DecreaseTake
    /// Lend a hotkey's stake weight to other hotkeys on a subnet
    #[command(alias = "set_children")]
    SetChildren
    /// Lend stake weight to nobody any more on a subnet
    #[command(alias = "revoke_children")]
    RevokeChildren
    /// Set what a hotkey keeps of the dividends of stake that it was lent
    #[command(alias = "set_childkey_take")]
    SetChildkeyTake
    /// Say whether a root validator lends its stake weight to the owner of every new subnet
    #[command(aliases = [
        "set_auto_parent", "set-auto-parent-delegation-enabled", "set_auto_parent_delegation_enabled"
    ])]
    SetAutoParent
    /// Claim the root dividends of some subnets
    #[command(alias = "claim_root")]
    ClaimRoot
    /// Say what shall become of root dividends
    #[command(alias = "set_root_claim_type")]
    SetRootClaimType
    /// Lock stake on a subnet, for the conviction of a hotkey
    #[command(alias = "lock_stake")]
    LockStake
    /// Give a lock to another hotkey
    #[command(alias = "move_lock")]
    MoveLock
    /// Let locks on a subnet decay, or not
    #[command(aliases = ["set_lock_mode", "set-perpetual-lock", "set_perpetual_lock"])]
    SetLockMode
    /// Refuse stake from others that carries their lock, or take it
    #[command(aliases = ["reject_locked_alpha", "set-reject-locked-alpha", "set_reject_locked_alpha"])]
    RejectLockedAlpha
    /// Create a subnet at its lock cost
    #[command(
        visible_alias = "register-subnet",
        aliases = ["register_network", "register-network-with-identity", "register_network_with_identity"]
    )]
    RegisterNetwork
    /// Start a subnet: its token can be traded and it emits
    #[command(alias = "start_call")]
    StartCall
    /// Say who a subnet is; its owner signs
    #[command(alias = "set_subnet_identity")]
    SetSubnetIdentity
    /// Give a subnet's token another symbol; its owner signs
    #[command(alias = "update_symbol")]
    UpdateSymbol
    /// Let another hotkey work for a subnet's owner
    #[command(aliases = [
        "set_owner_hotkey", "set-sn-owner-hotkey", "set_sn_owner_hotkey"
    ])]
    SetOwnerHotkey
    /// Let the least earning neurons of a subnet go; its owner signs
    #[command(aliases = ["trim_subnet", "sudo-trim-to-max-allowed-uids", "sudo_trim_to_max_allowed_uids"])]
    TrimSubnet
    /// Ask for an early epoch; the subnet's owner signs
    #[command(alias = "trigger_epoch")]
    TriggerEpoch
    /// Set how many mechanisms a subnet has; its owner signs
    #[command(alias = "set_mechanism_count")]
    SetMechanismCount
    /// Say how the mechanisms of a subnet share its emission; its owner signs
    #[command(aliases = ["set_mechanism_split", "set-mechanism-emission-split"])]
    SetMechanismSplit
    /// Dissolve a subnet; the sudo account signs
    #[command(aliases = ["dissolve_network", "root-dissolve-network", "root_dissolve_network"])]
    DissolveNetwork
    /// Register a hotkey on a subnet at the current price
    #[command(aliases = ["burned_register", "register-limit", "register_limit"])]
    BurnedRegister
    /// Make a hotkey a member of the root network
    #[command(alias = "root_register")]
    RootRegister
    /// Register the signer, a hotkey, by proof of work on all cores
    #[command(name = "register", visible_alias = "register-pow")]
    RegisterWork
    /// Publish where a hotkey's axon listens; the hotkey signs
    #[command(aliases = ["serve_axon", "serve-axon-tls", "serve_axon_tls"])]
    ServeAxon
    /// Publish where Prometheus reads what a hotkey counts; the hotkey signs
    #[command(alias = "serve_prometheus")]
    ServePrometheus
    /// Publish a commitment; the hotkey signs
    #[command(alias = "set_commitment")]
    SetCommitment
    /// Say who the signer is
    #[command(alias = "set_identity")]
    SetIdentity
    /// Set a validator's weights; its hotkey signs
    #[command(aliases = ["set_weights", "set-mechanism-weights", "set_mechanism_weights"])]
    SetWeights
    /// Commit to weights by their hash, to reveal them later; the hotkey signs
    #[command(aliases = ["commit_weights", "commit-mechanism-weights", "commit_mechanism_weights"])]
    CommitWeights
    /// Reveal the weights of a commit; the hotkey signs
    #[command(aliases = ["reveal_weights", "reveal-mechanism-weights", "reveal_mechanism_weights"])]
    RevealWeights
    /// Reveal all commits that are due, or none; the hotkey signs
    #[command(aliases = ["reveal_batch", "batch-reveal-weights", "batch_reveal_weights"])]
    RevealBatch
    /// Commit to weights that reveal themselves; the hotkey signs
    #[command(aliases = [
        "commit_timelocked", "commit-timelocked-weights", "commit_timelocked_weights",
        "commit-timelocked-mechanism-weights", "commit_timelocked_mechanism_weights"
    ])]
    CommitTimelocked
    /// Let another hotkey take the place of one of the signer's
    #[command(aliases = ["swap_hotkey", "swap-hotkey-v2", "swap_hotkey_v2"])]
    SwapHotkey
    /// Announce the coldkey that will replace the signer
    #[command(alias = "announce_coldkey_swap")]
    AnnounceColdkeySwap
    /// Replace the signer by the coldkey it announced
    #[command(alias = "swap_coldkey_announced")]
    SwapColdkeyAnnounced
    /// Freeze the signer, whose announcement is somebody else's
    #[command(alias = "dispute_coldkey_swap")]
    DisputeColdkeySwap
    /// Take the signer's announcement back
    #[command(aliases = [
        "clear_coldkey_swap", "clear-coldkey-swap-announcement", "clear_coldkey_swap_announcement"
    ])]
    ClearColdkeySwap
    /// End the announcement of a coldkey, disputed or not; the sudo account signs
    #[command(alias = "reset_coldkey_swap")]
    ResetColdkeySwap
    /// Replace a coldkey at once; the sudo account signs
    #[command(alias = "swap_coldkey")]
    SwapColdkey
    /// Set a parameter; the subnet's owner or the sudo account signs
    #[command(visible_alias = "set-hyperparameter", alias = "set_param")]
    SetParam
    /// Replace the list of authorities; the sudo account signs
    #[command(alias = "set_authorities")]
    SetAuthorities
    /// Choose how authorities are chosen, by a list or by stake; the sudo account signs
    #[command(alias = "set_consensus_mode")]
    SetConsensusMode
    /// Let a hotkey stand for election as an authority; it or its coldkey signs
    #[command(alias = "join_authorities")]
    JoinAuthorities
    /// End the candidacy of a hotkey; it or its coldkey signs
    #[command(alias = "leave_authorities")]
    LeaveAuthorities
    /// Free a jailed authority; it or its coldkey signs
    #[command(alias = "unjail_authority")]
    UnjailAuthority
    /// Mint TAO for an account; on development networks
    #[command(alias = "dev_fund")]
    DevFund
    /// Set any parameter at any time; on development networks
    #[command(alias = "dev_set_param")]
    DevSetParam
    /// Make any call in the name of another account; on development networks
    #[command(alias = "dev_impersonate")]
    DevImpersonate
}

/// What an intent asks the chain for, where its words say it all.
pub trait Asks: Args {
    /// The call; `signer` stands in where no hotkey is named.
    fn call(&self, signer: AccountId) -> Result<Call, Fault>;
}

/// What an intent comes down to once the network was asked.
pub trait Plans: Args {
    /// The call and what belongs to it. Nothing is written or handed in.
    fn plan(&self, session: &Session, signer: AccountId) -> impl Future<Output = Result<Planned, Fault>>;
}

impl<A: Asks> Plans for A {
    async fn plan(&self, _: &Session, signer: AccountId) -> Result<Planned, Fault> {
        self.call(signer).map(Planned::from)
    }
}

/// A call, and what is kept or no longer needed because of it.
#[derive(Debug)]
pub struct Planned {
    call: Call,
    /// Written before the call is handed in.
    keep: Option<Secret>,
    /// Removed once the call was executed.
    spent: Vec<PathBuf>,
}

impl From<Call> for Planned {
    fn from(call: Call) -> Planned {
        Planned { call, keep: None, spent: Vec::new() }
    }
}

/// An intent with how it is signed.
#[derive(Clone, Debug, Args)]
pub struct Signed<A: Plans> {
    #[command(flatten)]
    asks: A,
    #[command(flatten)]
    signing: Signing,
}

impl<A: Plans> Signed<A> {
    async fn run(&self, session: &Session) -> Result<(), Fault> {
        let status = session.client.status().await?;
        let key = session.key(&self.signing, &status)?;
        let Planned { call, keep, spent } = self.asks.plan(session, key.account()).await?;
        let signer = session.client.signer(key);
        if self.signing.dry_run {
            return dry_run(session, &signer, call).await;
        }
        session.confirm(&format!("{} by {}", call.name(), signer.account()), &status)?;
        if let Some(secret) = keep {
            session.output.talk(&format!("kept until it is revealed: {}", secret.keep()?.display()));
        }
        if self.signing.no_wait {
            let submitted = signer.submit(call).await?;
            let reply = proto::SubmitTransactionReply { id: submitted.id.to_string() };
            session.output.result(&reply, || screen::submitted(&reply));
            return Ok(());
        }
        let executed = signer.execute(call).await?.into_result()?;
        for file in spent {
            // What was revealed is public: a file that is left does no harm.
            let _ = std::fs::remove_file(file);
        }
        session.output.result(&executed, || screen::executed(&executed));
        Ok(())
    }
}

async fn dry_run(session: &Session, signer: &Signer, call: Call) -> Result<(), Fault> {
    let transaction = signer.sign(call).await?;
    let forecast = session.client.dry_run(&transaction).await?;
    if let Some(error) = forecast.error.clone() {
        return Err(error.into());
    }
    session.output.result(&forecast, || screen::forecast(transaction.body.call.name(), &forecast));
    Ok(())
}

#[cfg(test)]
mod tests;
