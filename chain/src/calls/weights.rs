//! Setting weights openly (yuma.md sections 10.1 and 10.2).
//!
//! Rules:
//! 1. Values are scaled so that the largest becomes 65,535; the row is stored in the submitted order, zeros included.
//! 2. A *lone self weight* (one entry, to oneself) needs neither a permit nor a minimum of entries.
//! 3. Under commit-reveal only reveals set weights: they pass the same checks but for the rate limit, and do not move
//!    the last update, which says when the author decided.
//!
//! Deviation: on root and on subnets that do not exist, where commit-reveal means nothing, the error says so instead.

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        children,
        epochs::{self, Mechanism},
        neurons, params,
        subnets::{self, ROOT},
    },
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;
use taonet_subnets::yuma::{Row, submission::max_upscale};

/// What a validator submits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Submission<'s> {
    /// Who is scored.
    pub(crate) uids: &'s [u16],
    /// The scores.
    pub(crate) values: &'s [u16],
    /// The version of the validator's rules.
    pub(crate) version_key: u64,
}

/// Sets the weights of the hotkey `origin` openly.
///
/// # Errors
/// `CommitRevealEnabled`, then those of [`set`].
pub(super) fn set_weights(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    mechanism: Mechanism,
    submission: Submission<'_>,
) -> Result<Vec<Event>, CallError> {
    let netuid = mechanism.netuid;
    let is_subnet = netuid != ROOT && subnets::exists(state, netuid);
    let is_hidden = is_subnet && params::subnet(state, netuid).commit_reveal_enabled;
    ensure(!is_hidden, CallError::CommitRevealEnabled)?;
    set(state, block, origin, mechanism, submission)
}

/// Checks and stores the weights of a hotkey, whether they come openly or out of a commit.
///
/// # Errors
/// In this order: `CanNotSetRootNetworkWeights`, `WeightVecNotEqualSize`, `MechanismDoesNotExist`,
/// `UidsLengthExceedUidsInSubNet`, `HotKeyNotRegisteredInSubNet`, `NotEnoughStakeToSetWeights`,
/// `IncorrectWeightVersionKey`, `SettingWeightsTooFast`, `NeuronNoValidatorPermit`, `DuplicateUids`,
/// `UidVecContainInvalidOne`, `WeightVecLengthIsLow`.
pub(crate) fn set(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    hotkey: &AccountId,
    mechanism: Mechanism,
    submission: Submission<'_>,
) -> Result<Vec<Event>, CallError> {
    let Mechanism { netuid, number } = mechanism;
    let (index, uid) = check(state, block, hotkey, mechanism, submission)?;
    let row: Row = submission.uids.iter().copied().zip(max_upscale(submission.values)).collect();
    epochs::set_weights(state, index, uid, &row);
    if !params::subnet(state, netuid).commit_reveal_enabled {
        epochs::set_last_update(state, index, uid, block.number);
    }
    Ok(vec![Event::WeightsSet { netuid, mechanism: number, uid }])
}

/// Returns the mechanism's index and the neuron's UID.
fn check(
    state: &dyn StateRead,
    block: &BlockContext,
    hotkey: &AccountId,
    mechanism: Mechanism,
    submission: Submission<'_>,
) -> Result<(u16, u16), CallError> {
    let netuid = mechanism.netuid;
    let Submission { uids, values, version_key } = submission;
    ensure(netuid != ROOT, CallError::CanNotSetRootNetworkWeights)?;
    ensure(uids.len() == values.len(), CallError::WeightVecNotEqualSize)?;
    let index = epochs::existing(state, mechanism).ok_or(CallError::MechanismDoesNotExist)?;
    let rules = params::subnet(state, netuid);
    let n = neurons::count(state, netuid);
    ensure(uids.len() <= n, CallError::UidsLengthExceedUidsInSubNet)?;
    let uid = neurons::uid(state, netuid, hotkey).ok_or(CallError::HotKeyNotRegisteredInSubNet)?;
    let is_owner = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey) == Some(*hotkey);
    ensure(is_owner || has_enough_stake(state, netuid, hotkey), CallError::NotEnoughStakeToSetWeights)?;
    ensure(version_key >= rules.weights_version_key, CallError::IncorrectWeightVersionKey)?;
    let waited = rules.commit_reveal_enabled || waited(state, mechanism, uid, block.number);
    ensure(waited, CallError::SettingWeightsTooFast)?;
    let alone = uids == [uid];
    let may_vote = alone || is_owner || epochs::has_permit(state, netuid, uid);
    ensure(may_vote, CallError::NeuronNoValidatorPermit)?;
    let distinct: BTreeSet<u16> = uids.iter().copied().collect();
    ensure(distinct.len() == uids.len(), CallError::DuplicateUids)?;
    let exist = distinct.last().is_none_or(|&largest| usize::from(largest) < n);
    ensure(exist, CallError::UidVecContainInvalidOne)?;
    let least = n.min(usize::from(rules.min_allowed_weights));
    ensure(alone || uids.len() >= least, CallError::WeightVecLengthIsLow)?;
    Ok((index, uid))
}

/// Whether a neuron has waited long enough since its last update in a mechanism.
pub(super) fn waited(state: &dyn StateRead, mechanism: Mechanism, uid: u16, block: u64) -> bool {
    let last = mechanism.index().map(|index| epochs::last_update(state, index)).unwrap_or_default();
    let last = last.get(usize::from(uid)).copied().unwrap_or(0);
    let limit = params::subnet(state, mechanism.netuid).weights_set_rate_limit;
    last == 0 || block.saturating_sub(last) >= limit
}

/// Whether a hotkey's stake weight, with what it lends and is lent, reaches the threshold.
fn has_enough_stake(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> bool {
    children::stake_weight(state, netuid, hotkey) >= params::network(state).stake_threshold
}
