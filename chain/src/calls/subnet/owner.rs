//! Who works for a subnet's owner (registration.md section 7).

use super::right_over;
use crate::{
    calls::{BlockContext, register::check_hotkey},
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        locks,
        params::{self, OWNER_HOTKEY},
        subnets,
    },
    state::Overlay,
};

/// Makes `hotkey` the owner hotkey of a subnet: it gets the owner's cut, and its slot is the owner's.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`, `TxRateLimitExceeded`, which binds governance as well,
/// `CannotUseSystemAccount`.
pub(in crate::calls) fn set_owner_hotkey(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    right_over(state, origin, netuid)?;
    let interval = params::network(state).owner_hotkey_rate_limit;
    params::pass_owner_clock(state, netuid, OWNER_HOTKEY, interval, block.number)?;
    check_hotkey(hotkey)?;
    let mut subnet = subnets::subnet(state, netuid).unwrap_or_default();
    if let Some(old) = subnet.owner_hotkey.replace(*hotkey) {
        locks::swap_roles(state, netuid, &old, hotkey, block.number);
    }
    subnets::put_subnet(state, netuid, &subnet);
    Ok(vec![Event::SubnetOwnerHotkeySet { netuid, hotkey: *hotkey }])
}
