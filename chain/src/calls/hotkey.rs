//! Making a hotkey one's own, and choosing where one's miners stake (staking.md sections 1 and 9).

use super::{ensure, register::check_hotkey};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{neurons, stakes, subnets},
    state::Overlay,
};

/// Makes `coldkey` the owner of a hotkey that has none; a hotkey that has one keeps it.
///
/// # Errors
/// `CannotUseSystemAccount`.
pub(super) fn try_associate(
    state: &mut Overlay<'_>,
    coldkey: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    check_hotkey(hotkey)?;
    stakes::own(state, hotkey, coldkey);
    Ok(Vec::new())
}

/// Chooses the hotkey with which the miners of `coldkey` on a subnet stake what they earn.
///
/// # Errors
/// In this order: `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `SameAutoStakeHotkeyAlreadySet`.
pub(super) fn set_auto_stake(
    state: &mut Overlay<'_>,
    coldkey: &AccountId,
    netuid: u16,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(neurons::uid(state, netuid, hotkey).is_some(), CallError::HotKeyNotRegisteredInSubNet)?;
    let is_new = stakes::auto_stake(state, coldkey, netuid) != Some(*hotkey);
    ensure(is_new, CallError::SameAutoStakeHotkeyAlreadySet)?;
    stakes::set_auto_stake(state, coldkey, netuid, hotkey);
    Ok(vec![Event::AutoStakeDestinationSet { coldkey: *coldkey, netuid, hotkey: *hotkey }])
}
