//! What accounts can ask for: one file per family of calls, each *check, then apply*.
//!
//! Rules:
//! 1. Calls enter through [`dispatch`], below signature, nonce and fee. A call that fails leaves no trace.
//! 2. Checks run in the order of the public network, so the first error is the same.
//! 3. Every call has a constant cost ([`Call::cost`]), about one unit per microsecond of work. Fees and block limits
//!    follow it; calls that keep the network alive (weights, serving) are free of fee but not of limits.

mod admin;
mod authorities;
mod children;
mod claim;
mod commit;
mod commitment;
mod dev;
mod families;
mod hotkey;
mod locks;
mod mechanisms;
mod register;
mod serve;
mod stake;
pub(crate) mod subnet;
mod swap;
mod take;
mod transfer;
mod trigger;
mod weights;
mod work;

pub use commit::{COMMIT_REVEAL_VERSION, MAX_SEALED_BYTES};
pub(crate) use dev::check as check_development;
pub(crate) use register::register_neuron;
pub use stake::least_stake;
pub(crate) use weights::{Submission, set as set_checked_weights};

use crate::{
    crypto::{AccountId, Hash},
    error::CallError,
    event::Event,
    ledger::swaps,
    state::Overlay,
    transaction::Call,
};

/// What a block step or a call may know about its block.
#[derive(Clone, Copy, Debug)]
pub struct BlockContext {
    /// The block's number.
    pub number: u64,
    /// Who made it and gets the fees; `None` where fees are burned.
    pub author: Option<AccountId>,
    /// The id of the block before it: the only source of chance.
    pub parent_hash: Hash,
}

impl Call {
    /// The work a call makes, in units of about one microsecond.
    pub const fn cost(&self) -> u64 {
        match self {
            Call::Transfer { .. } => 100,
            Call::AddStake { .. } | Call::RemoveStake { .. } => 400,
            Call::AddStakeLimit { .. }
            | Call::RemoveStakeLimit { .. }
            | Call::RemoveStakeFullLimit { .. } => 600,
            // As many trades as there may be subnets by default.
            Call::UnstakeAll { .. } | Call::UnstakeAllAlpha { .. } => 128 * 400,
            Call::MoveStake { .. }
            | Call::TransferStake { .. }
            | Call::SwapStake { .. }
            | Call::SwapStakeLimit { .. }
            | Call::AddStakeBurn { .. } => 800,
            Call::RecycleAlpha { .. } | Call::BurnAlpha { .. } => 200,
            Call::TryAssociateHotkey { .. } | Call::SetColdkeyAutoStakeHotkey { .. } => 100,
            Call::IncreaseTake { .. } | Call::DecreaseTake { .. } => 100,
            Call::RegisterNetwork { .. } | Call::RegisterNetworkWithIdentity { .. } => 10_000,
            Call::DissolveNetwork { .. } | Call::TrimSubnet { .. } => 10_000,
            Call::SwapHotkey { .. } | Call::SwapHotkeyV2 { .. } => 20_000,
            Call::SwapColdkeyAnnounced { .. } | Call::SwapColdkey { .. } => 20_000,
            Call::AnnounceColdkeySwap { .. } | Call::DisputeColdkeySwap => 100,
            Call::ClearColdkeySwapAnnouncement | Call::ResetColdkeySwap { .. } => 100,
            Call::SetCommitment { .. } => 200,
            Call::StartCall { .. } | Call::SetOwnerHotkey { .. } | Call::UpdateSymbol { .. } => 200,
            Call::SetIdentity { .. } | Call::SetSubnetIdentity { .. } => 200,
            Call::BurnedRegister { .. }
            | Call::RegisterLimit { .. }
            | Call::Register { .. }
            | Call::RootRegister { .. } => 1_000,
            Call::ServeAxon { .. } | Call::ServeAxonTls { .. } | Call::ServePrometheus { .. } => 100,
            Call::SetWeights { uids, .. } | Call::SetMechanismWeights { uids, .. } => 200 + uids.len() as u64,
            Call::CommitWeights { .. } => 200,
            // Opening it is paid here, since nobody pays when it happens.
            Call::CommitTimelockedWeights { commit, .. } => 700 + commit.len() as u64 / 16,
            Call::RevealWeights { reveal, .. } => 300 + reveal.uids.len() as u64,
            // A full row each; who reveals more than may be committed fails early.
            Call::BatchRevealWeights { reveals, .. } => 200 + 400 * reveals.len() as u64,
            Call::SetMechanismSplit { .. } | Call::TriggerEpoch { .. } => 200,
            Call::SetParam { .. } | Call::SetAuthorities { .. } | Call::SetConsensusMode { .. } => 200,
            // Among all candidates a full list looks for the one that gives way.
            Call::JoinAuthorities { .. } => 2_000,
            Call::LeaveAuthorities { .. } | Call::UnjailAuthority { .. } => 200,
            Call::LockStake { .. } | Call::MoveLock { .. } | Call::SetPerpetualLock { .. } => 300,
            Call::SetRejectLockedAlpha { .. } => 100,
            Call::ClaimRoot { .. } => 1_500,
            Call::SetRootClaimType { .. } => 200,
            Call::SetChildren { children, .. } => 500 + 20 * children.len() as u64,
            Call::SetChildkeyTake { .. } | Call::SetAutoParentDelegationEnabled { .. } => 200,
            Call::DevFund { .. } => 100,
            Call::DevSetParam { .. } => 200,
            Call::DevImpersonate { call, .. } => 100 + call.call().cost(),
        }
    }

    /// Whether the call costs no fee. In return it must pass its own checks before it may enter a block.
    pub const fn is_free(&self) -> bool {
        matches!(
            self,
            Call::SetWeights { .. }
                | Call::Register { .. }
                | Call::SetMechanismWeights { .. }
                | Call::CommitWeights { .. }
                | Call::CommitTimelockedWeights { .. }
                | Call::RevealWeights { .. }
                | Call::BatchRevealWeights { .. }
                | Call::ServeAxon { .. }
                | Call::ServeAxonTls { .. }
                | Call::ServePrometheus { .. }
                | Call::SetCommitment { .. }
        )
    }

    /// Whether the call exists on development networks only.
    pub const fn is_development(&self) -> bool {
        matches!(self, Call::DevFund { .. } | Call::DevSetParam { .. } | Call::DevImpersonate { .. })
    }
}

macro_rules! names {
    ($($call:ident $name:literal)*) => {
        impl Call {
            /// The public network's name of the call.
            pub const fn name(&self) -> &'static str {
                match self { $(Call::$call { .. } => $name),* }
            }
        }
    };
}

names! {
    Transfer "transfer"
    AddStake "add_stake"
    AddStakeLimit "add_stake_limit"
    RemoveStake "remove_stake"
    RemoveStakeLimit "remove_stake_limit"
    RemoveStakeFullLimit "remove_stake_full_limit"
    UnstakeAll "unstake_all"
    UnstakeAllAlpha "unstake_all_alpha"
    MoveStake "move_stake"
    TransferStake "transfer_stake"
    SwapStake "swap_stake"
    SwapStakeLimit "swap_stake_limit"
    AddStakeBurn "add_stake_burn"
    RecycleAlpha "recycle_alpha"
    BurnAlpha "burn_alpha"
    TryAssociateHotkey "try_associate_hotkey"
    SetColdkeyAutoStakeHotkey "set_coldkey_auto_stake_hotkey"
    IncreaseTake "increase_take"
    DecreaseTake "decrease_take"
    RegisterNetwork "register_network"
    RegisterNetworkWithIdentity "register_network_with_identity"
    DissolveNetwork "root_dissolve_network"
    StartCall "start_call"
    SetSubnetIdentity "set_subnet_identity"
    SetIdentity "set_identity"
    UpdateSymbol "update_symbol"
    SetOwnerHotkey "set_sn_owner_hotkey"
    TrimSubnet "sudo_trim_to_max_allowed_uids"
    SwapHotkey "swap_hotkey"
    SwapHotkeyV2 "swap_hotkey_v2"
    AnnounceColdkeySwap "announce_coldkey_swap"
    SwapColdkeyAnnounced "swap_coldkey_announced"
    DisputeColdkeySwap "dispute_coldkey_swap"
    ClearColdkeySwapAnnouncement "clear_coldkey_swap_announcement"
    ResetColdkeySwap "reset_coldkey_swap"
    SwapColdkey "swap_coldkey"
    SetCommitment "set_commitment"
    BurnedRegister "burned_register"
    RootRegister "root_register"
    RegisterLimit "register_limit"
    Register "register"
    ServeAxon "serve_axon"
    ServePrometheus "serve_prometheus"
    ServeAxonTls "serve_axon_tls"
    SetWeights "set_weights"
    SetMechanismWeights "set_mechanism_weights"
    CommitWeights "commit_weights"
    CommitTimelockedWeights "commit_timelocked_weights"
    RevealWeights "reveal_weights"
    BatchRevealWeights "batch_reveal_weights"
    SetMechanismSplit "set_mechanism_split"
    TriggerEpoch "trigger_epoch"
    SetParam "set_param"
    SetAuthorities "set_authorities"
    SetConsensusMode "set_consensus_mode"
    JoinAuthorities "join_authorities"
    LeaveAuthorities "leave_authorities"
    UnjailAuthority "unjail_authority"
    LockStake "lock_stake"
    MoveLock "move_lock"
    SetPerpetualLock "set_perpetual_lock"
    SetRejectLockedAlpha "set_reject_locked_alpha"
    ClaimRoot "claim_root"
    SetRootClaimType "set_root_claim_type"
    SetChildren "set_children"
    SetChildkeyTake "set_childkey_take"
    SetAutoParentDelegationEnabled "set_auto_parent_delegation_enabled"
    DevFund "dev_fund"
    DevSetParam "dev_set_param"
    DevImpersonate "dev_impersonate"
}

/// Executes `call` in the name of `origin`, wholly or not at all, and returns what can be observed.
///
/// # Errors
/// The public network's error of the first check that fails.
pub fn dispatch(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Result<Vec<Event>, CallError> {
    dev::check(state, call)?;
    swaps::check_not_announced(state, origin, call)?;
    state.attempt(|state| families::apply(state, block, origin, call))
}

/// A check: its error unless the condition holds.
fn ensure(holds: bool, error: CallError) -> Result<(), CallError> {
    if holds { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests;
