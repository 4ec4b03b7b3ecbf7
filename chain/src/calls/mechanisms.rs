//! Several scorings in one subnet: how they share the emission (yuma.md section 9).
//!
//! Rules:
//! 1. The number of mechanisms is a parameter. One that is dropped leaves nothing behind, and any change of the number
//!    makes the parts even again.
//! 2. The parts sum to the whole; a mechanism without a part gets nothing. Without a split all parts are even.

use super::{BlockContext, admin, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        epochs,
        params::{self, SPLIT},
        settings::settings,
        subnets::{self, ROOT},
    },
    params::MECHANISMS_RATE,
    state::Overlay,
};
use taonet_subnets::yuma::mechanisms::is_valid_split;

/// Divides the emission among the mechanisms of a subnet; `None` is evenly.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`, `TxRateLimitExceeded`,
/// `AdminActionProhibitedDuringWeightsWindow`, `InvalidValue` (no parts, too many, or not the whole).
pub(super) fn set_split(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    split: Option<&[u16]>,
) -> Result<Vec<Event>, CallError> {
    let now = block.number;
    let found = subnets::subnet(state, netuid).filter(|_| netuid != ROOT);
    let subnet = found.ok_or(CallError::SubnetDoesNotExist)?;
    let is_root = settings(state).sudo == *origin;
    ensure(is_root || subnet.owner == Some(*origin), CallError::BadOrigin)?;
    let waited = is_root || admin::waited(state, netuid, (SPLIT, MECHANISMS_RATE), now);
    ensure(waited, CallError::TxRateLimitExceeded)?;
    ensure(!admin::is_frozen(state, netuid, now), CallError::AdminActionProhibitedDuringWeightsWindow)?;
    let count = params::subnet(state, netuid).mechanism_count;
    let is_valid = split.is_none_or(|split| is_valid_split(split, count));
    ensure(is_valid, CallError::InvalidValue)?;
    epochs::set_split(state, netuid, split);
    if !is_root {
        params::set_owner_clock(state, netuid, SPLIT, now);
    }
    Ok(vec![Event::MechanismSplitSet { netuid, split: split.map(<[u16]>::to_vec) }])
}
