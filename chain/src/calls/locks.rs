//! Locking stake (staking.md section 10).
//!
//! Rules:
//! 1. A lock is a promise: it can be raised and moved to another hotkey, but only time ends it.
//! 2. Whether locks decay, and whether locked stake of others is welcome, a coldkey chooses for itself.

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{locks, pools::Position, stakes, subnets},
    state::Overlay,
};
use taonet_subnets::amount::Alpha;

/// Locks `amount` more alpha of the position's coldkey for its hotkey.
///
/// # Errors
/// In this order: `SubnetNotExists`, `AmountTooLow`, `HotKeyAccountNotExists`, `LockHotkeyMismatch`,
/// `InsufficientStakeForLock`.
pub(super) fn lock_stake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
) -> Result<Vec<Event>, CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(!amount.is_zero(), CallError::AmountTooLow)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    locks::add(state, netuid, &coldkey, &hotkey, amount, block.number)?;
    Ok(vec![Event::StakeLocked { coldkey, hotkey, netuid, amount }])
}

/// Gives the lock of the coldkey `origin` to another hotkey.
///
/// # Errors
/// In this order: `SubnetNotExists`, `HotKeyAccountNotExists`, `NoExistingLock`.
pub(super) fn move_lock(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    destination: &AccountId,
) -> Result<Vec<Event>, CallError> {
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(stakes::owner(state, destination).is_some(), CallError::HotKeyAccountNotExists)?;
    let origin_hotkey =
        locks::redirect(state, netuid, origin, destination, block.number).ok_or(CallError::NoExistingLock)?;
    let (coldkey, destination_hotkey) = (*origin, *destination);
    Ok(vec![Event::LockMoved { coldkey, origin_hotkey, destination_hotkey, netuid }])
}

/// Makes the locks of the coldkey `origin` on a subnet perpetual, or lets them decay.
///
/// # Errors
/// `SubnetNotExists`.
pub(super) fn set_perpetual_lock(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    enabled: bool,
) -> Result<Vec<Event>, CallError> {
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    locks::set_perpetual(state, netuid, origin, enabled, block.number);
    Ok(vec![Event::PerpetualLockUpdated { coldkey: *origin, netuid, enabled }])
}

/// Says whether the coldkey `origin` refuses stake from others that carries their lock, as everybody does at first.
pub(super) fn set_reject_locked_alpha(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    enabled: bool,
) -> Result<Vec<Event>, CallError> {
    locks::set_accepts_locked_alpha(state, origin, !enabled);
    Ok(vec![Event::RejectLockedAlphaUpdated { coldkey: *origin, enabled }])
}
