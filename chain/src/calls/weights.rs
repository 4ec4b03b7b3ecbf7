//! Setting weights openly (yuma.md sections 10.1 and 10.2).
//!
//! Rules:
//! 1. Values are scaled so that the largest becomes 65,535; the row is stored in the submitted order, zeros included.
//! 2. A *lone self weight* (one entry, to oneself) needs neither a permit nor a minimum of entries.

use super::BlockContext;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        epochs, neurons, params, stakes,
        subnets::{self, ROOT},
    },
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;
use taonet_subnets::yuma::{Row, stake, submission::max_upscale};

/// What a validator submits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Submission<'s> {
    /// The subnet.
    pub(super) netuid: u16,
    /// Who is scored.
    pub(super) uids: &'s [u16],
    /// The scores.
    pub(super) values: &'s [u16],
    /// The version of the validator's rules.
    pub(super) version_key: u64,
}

/// Sets the weights of the hotkey `origin`.
///
/// # Errors
/// In this order: `CanNotSetRootNetworkWeights`, `WeightVecNotEqualSize`, `MechanismDoesNotExist`,
/// `CommitRevealEnabled`, `UidsLengthExceedUidsInSubNet`, `HotKeyNotRegisteredInSubNet`, `NotEnoughStakeToSetWeights`,
/// `IncorrectWeightVersionKey`, `SettingWeightsTooFast`, `NeuronNoValidatorPermit`, `DuplicateUids`,
/// `UidVecContainInvalidOne`, `WeightVecLengthIsLow`.
pub(super) fn set_weights(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    submission: Submission<'_>,
) -> Result<Vec<Event>, CallError> {
    let Submission { netuid, uids, values, .. } = submission;
    let uid = check(state, block, origin, submission)?;
    let row: Row = uids.iter().copied().zip(max_upscale(values)).collect();
    epochs::set_weights(state, netuid, uid, &row, block.number);
    Ok(vec![Event::WeightsSet { netuid, uid }])
}

fn check(
    state: &dyn StateRead,
    block: &BlockContext,
    origin: &AccountId,
    submission: Submission<'_>,
) -> Result<u16, CallError> {
    let Submission { netuid, uids, values, version_key } = submission;
    let ensure = |holds: bool, error: CallError| if holds { Ok(()) } else { Err(error) };
    ensure(netuid != ROOT, CallError::CanNotSetRootNetworkWeights)?;
    ensure(uids.len() == values.len(), CallError::WeightVecNotEqualSize)?;
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::MechanismDoesNotExist)?;
    let rules = params::subnet(state, netuid);
    ensure(!rules.commit_reveal_enabled, CallError::CommitRevealEnabled)?;
    let last_update = epochs::last_update(state, netuid);
    let n = last_update.len();
    ensure(uids.len() <= n, CallError::UidsLengthExceedUidsInSubNet)?;
    let uid = neurons::uid(state, netuid, origin).ok_or(CallError::HotKeyNotRegisteredInSubNet)?;
    let is_owner = subnet.owner_hotkey == Some(*origin);
    ensure(is_owner || has_enough_stake(state, netuid, origin), CallError::NotEnoughStakeToSetWeights)?;
    ensure(version_key >= rules.weights_version_key, CallError::IncorrectWeightVersionKey)?;
    let last = last_update.get(usize::from(uid)).copied().unwrap_or(0);
    let waited = last == 0 || block.number.saturating_sub(last) >= rules.weights_set_rate_limit;
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
    Ok(uid)
}

/// Whether a hotkey's stake weight reaches the threshold.
fn has_enough_stake(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> bool {
    let network = params::network(state);
    let alpha = stakes::hotkey_total(state, netuid, hotkey).units();
    let tao = stakes::hotkey_total(state, ROOT, hotkey).units();
    stake::total(alpha, tao, network.tao_weight).to_u64() >= network.stake_threshold
}
