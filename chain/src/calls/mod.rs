//! What accounts can ask for: one file per family of calls, each *check, then apply*.
//!
//! Rules:
//! 1. Calls enter through [`dispatch`], below signature, nonce and fee. A call that fails leaves no trace.
//! 2. Checks run in the order of the public network, so the first error is the same.
//! 3. Every call has a constant cost ([`Call::cost`]), about one unit per microsecond of work. Fees and block limits
//!    follow it; calls that keep the network alive (weights, serving) are free of fee but not of limits.

mod admin;
mod children;
mod claim;
mod commit;
mod hotkey;
mod locks;
mod mechanisms;
mod register;
mod serve;
mod stake;
pub(crate) mod subnet;
mod take;
mod transfer;
mod trigger;
mod weights;
mod work;

pub use commit::{COMMIT_REVEAL_VERSION, MAX_SEALED_BYTES};
pub(crate) use register::register_neuron;
pub(crate) use weights::{Submission, set as set_checked_weights};

use crate::{
    crypto::{AccountId, Hash},
    error::CallError,
    event::Event,
    ledger::{epochs::Mechanism, pools::Position},
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
            Call::DissolveNetwork { .. } => 10_000,
            Call::StartCall { .. } | Call::SetOwnerHotkey { .. } | Call::UpdateSymbol { .. } => 200,
            Call::SetIdentity { .. } | Call::SetSubnetIdentity { .. } => 200,
            Call::BurnedRegister { .. }
            | Call::RegisterLimit { .. }
            | Call::Register { .. }
            | Call::RootRegister { .. } => 1_000,
            Call::ServeAxon { .. } => 100,
            Call::SetWeights { uids, .. } | Call::SetMechanismWeights { uids, .. } => 200 + uids.len() as u64,
            Call::CommitWeights { .. } => 200,
            // Opening it is paid here, since nobody pays when it happens.
            Call::CommitTimelockedWeights { commit, .. } => 700 + commit.len() as u64 / 16,
            Call::RevealWeights { reveal, .. } => 300 + reveal.uids.len() as u64,
            // A full row each; who reveals more than may be committed fails early.
            Call::BatchRevealWeights { reveals, .. } => 200 + 400 * reveals.len() as u64,
            Call::SetMechanismSplit { .. } | Call::TriggerEpoch { .. } => 200,
            Call::SetParam { .. } | Call::SetAuthorities { .. } => 200,
            Call::LockStake { .. } | Call::MoveLock { .. } | Call::SetPerpetualLock { .. } => 300,
            Call::SetRejectLockedAlpha { .. } => 100,
            Call::ClaimRoot { .. } => 1_500,
            Call::SetRootClaimType { .. } => 200,
            Call::SetChildren { children, .. } => 500 + 20 * children.len() as u64,
            Call::SetChildkeyTake { .. } | Call::SetAutoParentDelegationEnabled { .. } => 200,
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
        )
    }

    /// The public network's name of the call.
    pub const fn name(&self) -> &'static str {
        match self {
            Call::Transfer { .. } => "transfer",
            Call::AddStake { .. } => "add_stake",
            Call::AddStakeLimit { .. } => "add_stake_limit",
            Call::RemoveStake { .. } => "remove_stake",
            Call::RemoveStakeLimit { .. } => "remove_stake_limit",
            Call::RemoveStakeFullLimit { .. } => "remove_stake_full_limit",
            Call::UnstakeAll { .. } => "unstake_all",
            Call::UnstakeAllAlpha { .. } => "unstake_all_alpha",
            Call::MoveStake { .. } => "move_stake",
            Call::TransferStake { .. } => "transfer_stake",
            Call::SwapStake { .. } => "swap_stake",
            Call::SwapStakeLimit { .. } => "swap_stake_limit",
            Call::AddStakeBurn { .. } => "add_stake_burn",
            Call::RecycleAlpha { .. } => "recycle_alpha",
            Call::BurnAlpha { .. } => "burn_alpha",
            Call::TryAssociateHotkey { .. } => "try_associate_hotkey",
            Call::SetColdkeyAutoStakeHotkey { .. } => "set_coldkey_auto_stake_hotkey",
            Call::IncreaseTake { .. } => "increase_take",
            Call::DecreaseTake { .. } => "decrease_take",
            Call::RegisterNetwork { .. } => "register_network",
            Call::RegisterNetworkWithIdentity { .. } => "register_network_with_identity",
            Call::DissolveNetwork { .. } => "root_dissolve_network",
            Call::StartCall { .. } => "start_call",
            Call::SetSubnetIdentity { .. } => "set_subnet_identity",
            Call::SetIdentity { .. } => "set_identity",
            Call::UpdateSymbol { .. } => "update_symbol",
            Call::SetOwnerHotkey { .. } => "set_sn_owner_hotkey",
            Call::BurnedRegister { .. } => "burned_register",
            Call::RootRegister { .. } => "root_register",
            Call::RegisterLimit { .. } => "register_limit",
            Call::Register { .. } => "register",
            Call::ServeAxon { .. } => "serve_axon",
            Call::SetWeights { .. } => "set_weights",
            Call::SetMechanismWeights { .. } => "set_mechanism_weights",
            Call::CommitWeights { .. } => "commit_weights",
            Call::CommitTimelockedWeights { .. } => "commit_timelocked_weights",
            Call::RevealWeights { .. } => "reveal_weights",
            Call::BatchRevealWeights { .. } => "batch_reveal_weights",
            Call::SetMechanismSplit { .. } => "set_mechanism_split",
            Call::TriggerEpoch { .. } => "trigger_epoch",
            Call::SetParam { .. } => "set_param",
            Call::SetAuthorities { .. } => "set_authorities",
            Call::LockStake { .. } => "lock_stake",
            Call::MoveLock { .. } => "move_lock",
            Call::SetPerpetualLock { .. } => "set_perpetual_lock",
            Call::SetRejectLockedAlpha { .. } => "set_reject_locked_alpha",
            Call::ClaimRoot { .. } => "claim_root",
            Call::SetRootClaimType { .. } => "set_root_claim_type",
            Call::SetChildren { .. } => "set_children",
            Call::SetChildkeyTake { .. } => "set_childkey_take",
            Call::SetAutoParentDelegationEnabled { .. } => "set_auto_parent_delegation_enabled",
        }
    }
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
    state.attempt(|state| apply(state, block, origin, call))
}

fn apply(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Result<Vec<Event>, CallError> {
    let position = |hotkey: &AccountId, netuid| Position { coldkey: *origin, hotkey: *hotkey, netuid };
    match call {
        Call::Transfer { to, amount } => transfer::transfer(state, origin, to, *amount),
        Call::AddStake { .. }
        | Call::AddStakeLimit { .. }
        | Call::RemoveStake { .. }
        | Call::RemoveStakeLimit { .. }
        | Call::RemoveStakeFullLimit { .. }
        | Call::UnstakeAll { .. }
        | Call::UnstakeAllAlpha { .. }
        | Call::MoveStake { .. }
        | Call::TransferStake { .. }
        | Call::SwapStake { .. }
        | Call::SwapStakeLimit { .. }
        | Call::AddStakeBurn { .. }
        | Call::RecycleAlpha { .. }
        | Call::BurnAlpha { .. } => stake::apply(state, block, origin, call),
        Call::TryAssociateHotkey { hotkey } => hotkey::try_associate(state, origin, hotkey),
        Call::SetColdkeyAutoStakeHotkey { netuid, hotkey } => {
            hotkey::set_auto_stake(state, origin, *netuid, hotkey)
        }
        Call::IncreaseTake { hotkey, take } => take::increase_take(state, block, origin, (hotkey, *take)),
        Call::DecreaseTake { hotkey, take } => take::decrease_take(state, block, origin, (hotkey, *take)),
        Call::RegisterNetwork { hotkey } => subnet::register_network(state, block, origin, hotkey, None),
        Call::RegisterNetworkWithIdentity { hotkey, identity } => {
            subnet::register_network(state, block, origin, hotkey, identity.as_deref())
        }
        Call::DissolveNetwork { netuid } => subnet::dissolve_network(state, origin, *netuid),
        Call::SetSubnetIdentity { netuid, identity } => {
            subnet::set_subnet_identity(state, origin, *netuid, identity)
        }
        Call::SetIdentity { identity } => subnet::set_identity(state, origin, identity),
        Call::UpdateSymbol { netuid, symbol } => subnet::update_symbol(state, origin, *netuid, symbol),
        Call::SetOwnerHotkey { netuid, hotkey } => {
            subnet::set_owner_hotkey(state, block, origin, *netuid, hotkey)
        }
        Call::StartCall { netuid } => subnet::start_call(state, block, origin, *netuid),
        Call::BurnedRegister { netuid, hotkey } => {
            register::burned_register(state, block, origin, *netuid, hotkey)
        }
        Call::RootRegister { hotkey } => register::root_register(state, block, origin, hotkey),
        Call::RegisterLimit { netuid, hotkey, limit } => {
            register::register_limit(state, block, origin, (*netuid, hotkey), *limit)
        }
        Call::Register { netuid, block_number, nonce, work, coldkey } => {
            let work = work::Work { number: *block_number, nonce: *nonce, seal: *work };
            work::register(state, block, origin, (*netuid, work), coldkey)
        }
        Call::ServeAxon { netuid, axon } => serve::serve_axon(state, block, origin, *netuid, axon),
        Call::SetWeights { netuid, uids, values, version_key } => {
            let mechanism = Mechanism { netuid: *netuid, number: 0 };
            let submission = weights::Submission { uids, values, version_key: *version_key };
            weights::set_weights(state, block, origin, mechanism, submission)
        }
        Call::SetMechanismWeights { netuid, mechanism, uids, values, version_key } => {
            let mechanism = Mechanism { netuid: *netuid, number: *mechanism };
            let submission = weights::Submission { uids, values, version_key: *version_key };
            weights::set_weights(state, block, origin, mechanism, submission)
        }
        Call::CommitWeights { netuid, mechanism, hash } => {
            let mechanism = Mechanism { netuid: *netuid, number: *mechanism };
            commit::commit(state, block, origin, mechanism, hash)
        }
        Call::CommitTimelockedWeights { netuid, mechanism, commit, round, version } => {
            let mechanism = Mechanism { netuid: *netuid, number: *mechanism };
            let sealed = commit::Sealed { bytes: commit, round: *round, version: *version };
            commit::commit_timelocked(state, block, origin, mechanism, sealed)
        }
        Call::RevealWeights { netuid, mechanism, reveal } => {
            let mechanism = Mechanism { netuid: *netuid, number: *mechanism };
            commit::reveal(state, block, origin, mechanism, reveal)
        }
        Call::BatchRevealWeights { netuid, reveals } => {
            commit::batch_reveal(state, block, origin, *netuid, reveals)
        }
        Call::SetMechanismSplit { netuid, split } => {
            mechanisms::set_split(state, block, origin, *netuid, split.as_deref())
        }
        Call::TriggerEpoch { netuid } => trigger::trigger_epoch(state, block, origin, *netuid),
        Call::SetParam { netuid, param, value } => {
            admin::set_param(state, block, origin, *netuid, (*param, *value))
        }
        Call::SetAuthorities { authorities } => admin::set_authorities(state, origin, authorities),
        Call::LockStake { hotkey, netuid, amount } => {
            locks::lock_stake(state, block, position(hotkey, *netuid), *amount)
        }
        Call::MoveLock { destination_hotkey, netuid } => {
            locks::move_lock(state, block, origin, *netuid, destination_hotkey)
        }
        Call::SetPerpetualLock { netuid, enabled } => {
            locks::set_perpetual_lock(state, block, origin, *netuid, *enabled)
        }
        Call::SetRejectLockedAlpha { enabled } => locks::set_reject_locked_alpha(state, origin, *enabled),
        Call::ClaimRoot { subnets } => claim::claim_root(state, origin, subnets),
        Call::SetRootClaimType { claim_type } => claim::set_root_claim_type(state, origin, claim_type),
        Call::SetChildren { hotkey, netuid, children } => {
            children::set_children(state, block, position(hotkey, *netuid), children)
        }
        Call::SetChildkeyTake { hotkey, netuid, take } => {
            children::set_childkey_take(state, block, position(hotkey, *netuid), *take)
        }
        Call::SetAutoParentDelegationEnabled { hotkey, enabled } => {
            children::set_auto_parent_delegation(state, origin, hotkey, *enabled)
        }
    }
}

/// A check: its error unless the condition holds.
fn ensure(holds: bool, error: CallError) -> Result<(), CallError> {
    if holds { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests;
