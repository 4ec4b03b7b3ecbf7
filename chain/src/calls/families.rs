//! Which file executes which call.
//!
//! Rule: a call belongs to exactly one family; a test holds every call there is against this.

use super::{
    BlockContext, admin, authorities, children, claim, commit, commitment, dev, hotkey, locks, mechanisms,
    register, serve, stake, subnet, swap, take, transfer, trigger, weights, work,
};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{epochs::Mechanism, neurons::Certificate, pools::Position},
    state::Overlay,
    transaction::Call,
};

/// What a call does: events, or the error of the first check that fails.
type Outcome = Result<Vec<Event>, CallError>;

/// Executes the calls of a family; `None` for a call of another one.
type Family = fn(&mut Overlay<'_>, &BlockContext, &AccountId, &Call) -> Option<Outcome>;

const FAMILIES: &[Family] = &[
    money,
    stake::apply,
    keys,
    swap::apply,
    networks,
    neurons,
    votes,
    governance,
    locks_and_claims,
    dev::apply,
];

/// Executes a call in the name of `origin`.
pub(super) fn apply(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Outcome {
    let done = FAMILIES.iter().find_map(|family| family(state, block, origin, call));
    // Every call has a family.
    done.unwrap_or(Err(CallError::CallDisabled))
}

fn position(coldkey: &AccountId, hotkey: &AccountId, netuid: u16) -> Position {
    Position { coldkey: *coldkey, hotkey: *hotkey, netuid }
}

/// Free balances.
fn money(state: &mut Overlay<'_>, _: &BlockContext, origin: &AccountId, call: &Call) -> Option<Outcome> {
    match call {
        Call::Transfer { to, amount } => Some(transfer::transfer(state, origin, to, *amount)),
        _ => None,
    }
}

/// Owning hotkeys, what they keep, whom they lend to, and who takes their place.
fn keys(state: &mut Overlay<'_>, block: &BlockContext, origin: &AccountId, call: &Call) -> Option<Outcome> {
    Some(match call {
        Call::TryAssociateHotkey { hotkey } => hotkey::try_associate(state, origin, hotkey),
        Call::SetColdkeyAutoStakeHotkey { netuid, hotkey } => {
            hotkey::set_auto_stake(state, origin, *netuid, hotkey)
        }
        Call::IncreaseTake { hotkey, take } => take::increase_take(state, block, origin, (hotkey, *take)),
        Call::DecreaseTake { hotkey, take } => take::decrease_take(state, block, origin, (hotkey, *take)),
        Call::SetChildren { hotkey, netuid, children } => {
            children::set_children(state, block, position(origin, hotkey, *netuid), children)
        }
        Call::SetChildkeyTake { hotkey, netuid, take } => {
            children::set_childkey_take(state, block, position(origin, hotkey, *netuid), *take)
        }
        Call::SetAutoParentDelegationEnabled { hotkey, enabled } => {
            children::set_auto_parent_delegation(state, origin, hotkey, *enabled)
        }
        _ => return None,
    })
}

/// The life of subnets, and names.
fn networks(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Outcome> {
    Some(match call {
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
        Call::TrimSubnet { netuid, max_n } => subnet::trim(state, block, origin, *netuid, *max_n),
        Call::StartCall { netuid } => subnet::start_call(state, block, origin, *netuid),
        Call::SetMechanismSplit { netuid, split } => {
            mechanisms::set_split(state, block, origin, *netuid, split.as_deref())
        }
        Call::TriggerEpoch { netuid } => trigger::trigger_epoch(state, block, origin, *netuid),
        _ => return None,
    })
}

/// Getting a slot, and being found.
fn neurons(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Outcome> {
    Some(match call {
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
        Call::ServeAxon { netuid, axon } => serve::serve_axon(state, block, (origin, *netuid), axon, None),
        Call::ServeAxonTls { netuid, axon, certificate } => {
            serve::serve_axon(state, block, (origin, *netuid), axon, Certificate::read(certificate))
        }
        Call::ServePrometheus { netuid, prometheus } => {
            serve::serve_prometheus(state, block, (origin, *netuid), prometheus)
        }
        Call::SetCommitment { netuid, fields } => {
            commitment::set_commitment(state, block, origin, *netuid, fields)
        }
        _ => return None,
    })
}

/// Weights, set openly or committed first.
fn votes(state: &mut Overlay<'_>, block: &BlockContext, origin: &AccountId, call: &Call) -> Option<Outcome> {
    Some(match call {
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
        _ => return None,
    })
}

/// Parameters and authorities.
fn governance(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Outcome> {
    Some(match call {
        Call::SetParam { netuid, param, value } => {
            admin::set_param(state, block, admin::Asker::Account(origin), *netuid, (*param, *value))
        }
        Call::SetAuthorities { authorities } => {
            authorities::set_authorities(state, block, origin, authorities)
        }
        Call::SetConsensusMode { mode } => authorities::set_consensus_mode(state, origin, *mode),
        Call::JoinAuthorities { hotkey } => authorities::join(state, block, origin, hotkey),
        Call::LeaveAuthorities { hotkey } => authorities::leave(state, origin, hotkey),
        Call::UnjailAuthority { authority } => authorities::unjail(state, block, origin, authority),
        _ => return None,
    })
}

/// Locks on stake, and root dividends.
fn locks_and_claims(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Outcome> {
    Some(match call {
        Call::LockStake { hotkey, netuid, amount } => {
            locks::lock_stake(state, block, position(origin, hotkey, *netuid), *amount)
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
        _ => return None,
    })
}
