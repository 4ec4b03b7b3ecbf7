//! Asking for an early epoch (emission.md section 7).
//!
//! Rules:
//! 1. A triggered epoch is due one freeze window later, so that nobody is surprised; until then parameters are frozen.
//! 2. Commit-reveal counts in epochs and rounds: an early epoch would make commits expire unseen, so it is refused.

use super::{BlockContext, admin, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        params::{self, TRIGGER},
        subnets,
    },
    params::Rate,
    state::Overlay,
};

/// Lets an epoch run as soon as the freeze window has passed.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`, `DynamicTempoBlockedByCommitReveal`, `EpochTriggerAlreadyPending`,
/// `AutoEpochAlreadyImminent`, `TxRateLimitExceeded`.
pub(super) fn trigger_epoch(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
) -> Result<Vec<Event>, CallError> {
    let now = block.number;
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetDoesNotExist)?;
    ensure(subnet.owner == Some(*origin), CallError::BadOrigin)?;
    let rules = params::subnet(state, netuid);
    ensure(!rules.commit_reveal_enabled, CallError::DynamicTempoBlockedByCommitReveal)?;
    let clock = subnets::state_of(state, netuid).unwrap_or_default().clock;
    ensure(clock.pending_epoch_at == 0, CallError::EpochTriggerAlreadyPending)?;
    let window = u64::from(params::network(state).admin_freeze_window);
    let left = clock.counters(rules.tempo).blocks_until_epoch(now);
    ensure(left.is_none_or(|left| left >= window), CallError::AutoEpochAlreadyImminent)?;
    ensure(admin::waited(state, netuid, (TRIGGER, Rate::Setting), now), CallError::TxRateLimitExceeded)?;
    let fires_at = now.saturating_add(window);
    subnets::update(state, netuid, |subnet| subnet.clock.pending_epoch_at = fires_at);
    params::set_owner_clock(state, netuid, TRIGGER, now);
    Ok(vec![Event::EpochTriggered { netuid, by: *origin, fires_at }])
}
