//! Fewer slots at once (hyperparameters.md, yuma.md section 11).
//!
//! Rules:
//! 1. The neurons that earned least in the last epoch go, the highest UID first among equals, until so many are left.
//! 2. Neurons within their immunity period and the owner's immortal ones stay. They may hold less than four fifths of
//!    the slots that are left.
//! 3. Those who stay are numbered anew in their order.

use super::{Right, right_over};
use crate::{
    calls::{BlockContext, admin::is_frozen, register::standing},
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        neurons,
        params::{self, TRIM},
    },
    params::{Param, Setting},
    state::{Overlay, StateRead},
};
use std::cmp::Reverse;
use taonet_subnets::registration::prune::Slot;

/// Hundredths of the slots that neurons which cannot go must stay below.
const MAX_IMMUNE_PERCENTAGE: usize = 80;

/// Trims a subnet to `max_n` slots.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`, `TxRateLimitExceeded`, `AdminActionProhibitedDuringWeightsWindow`,
/// `InvalidValue` (below the least or above the most there may be now), `TrimmingWouldExceedMaxImmunePercentage`.
pub(in crate::calls) fn trim(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    max_n: u16,
) -> Result<Vec<Event>, CallError> {
    if right_over(state, origin, netuid)? == Right::Owner {
        let interval = params::network(state).trim_rate_limit;
        params::pass_owner_clock(state, netuid, TRIM, interval, block.number)?;
    }
    if is_frozen(state, netuid, block.number) {
        return Err(CallError::AdminActionProhibitedDuringWeightsWindow);
    }
    let mut values = params::subnet(state, netuid);
    if !(values.min_allowed_uids..=values.max_allowed_uids).contains(&max_n) {
        return Err(CallError::InvalidValue);
    }
    if neurons::count(state, netuid) > usize::from(max_n) {
        let kept = survivors(state, netuid, block.number, usize::from(max_n))?;
        neurons::keep(state, netuid, &kept);
    }
    values.max_allowed_uids = max_n;
    params::put_subnet(state, netuid, &values);
    let param = Param::by_name("max_allowed_uids").map(|param| param.id).ok_or(CallError::InvalidValue)?;
    Ok(vec![Event::ParamSet { netuid: Some(netuid), setting: Setting { param, value: i128::from(max_n) } }])
}

/// The UIDs that stay, ascending.
fn survivors(state: &dyn StateRead, netuid: u16, now: u64, max: usize) -> Result<Vec<u16>, CallError> {
    let (slots, immortal) = standing(state, netuid);
    let immunity_period = u64::from(params::subnet(state, netuid).immunity_period);
    let stays =
        |slot: &Slot| immortal.contains(&slot.uid) || now.saturating_sub(slot.registered) < immunity_period;
    let (mut kept, mut mortal): (Vec<Slot>, Vec<Slot>) = slots.into_iter().partition(stays);
    if kept.len() * 100 >= max.max(1) * MAX_IMMUNE_PERCENTAGE {
        return Err(CallError::TrimmingWouldExceedMaxImmunePercentage);
    }
    mortal.sort_by_key(|slot| (Reverse(slot.emission), slot.uid));
    kept.extend(mortal.into_iter().take(max.saturating_sub(kept.len())));
    let mut uids: Vec<u16> = kept.iter().map(|slot| slot.uid).collect();
    uids.sort_unstable();
    Ok(uids)
}
