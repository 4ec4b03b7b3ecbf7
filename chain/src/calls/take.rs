//! The part of dividends that the owner of a hotkey keeps (staking.md section 7).
//!
//! Rules:
//! 1. A raise and a cut are two calls, and each only goes its way. A hotkey that never chose keeps the default take;
//!    either call then sets any take allowed.
//! 2. Both note the block; only a raise has to wait for it, so that nominators can leave in time.

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{params, stakes},
    state::{Overlay, StateRead},
};

/// Raises the take.
///
/// # Errors
/// In this order: `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`, `DelegateTakeTooHigh`,
/// `DelegateTxRateLimitExceeded`.
pub(super) fn increase_take(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    coldkey: &AccountId,
    (hotkey, take): (&AccountId, u16),
) -> Result<Vec<Event>, CallError> {
    check_owner(state, coldkey, hotkey)?;
    let is_raise = stakes::take(state, hotkey).is_none_or(|current| take > current);
    ensure(is_raise, CallError::DelegateTakeTooLow)?;
    let network = params::network(state);
    ensure(take <= network.max_delegate_take, CallError::DelegateTakeTooHigh)?;
    let (last, limit) = (stakes::take_clock(state, hotkey), network.tx_delegate_take_rate_limit);
    let waited = last == 0 || limit == 0 || block.number.saturating_sub(last) > limit;
    ensure(waited, CallError::DelegateTxRateLimitExceeded)?;
    stakes::set_take(state, hotkey, take, block.number);
    Ok(vec![Event::TakeIncreased { coldkey: *coldkey, hotkey: *hotkey, take }])
}

/// Lowers the take.
///
/// # Errors
/// In this order: `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`.
pub(super) fn decrease_take(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    coldkey: &AccountId,
    (hotkey, take): (&AccountId, u16),
) -> Result<Vec<Event>, CallError> {
    check_owner(state, coldkey, hotkey)?;
    let is_cut = stakes::take(state, hotkey).is_none_or(|current| take < current);
    ensure(is_cut, CallError::DelegateTakeTooLow)?;
    ensure(take >= params::network(state).min_delegate_take, CallError::DelegateTakeTooLow)?;
    stakes::set_take(state, hotkey, take, block.number);
    Ok(vec![Event::TakeDecreased { coldkey: *coldkey, hotkey: *hotkey, take }])
}

fn check_owner(state: &dyn StateRead, coldkey: &AccountId, hotkey: &AccountId) -> Result<(), CallError> {
    let owner = stakes::owner(state, hotkey).ok_or(CallError::HotKeyAccountNotExists)?;
    ensure(owner == *coldkey, CallError::NonAssociatedColdKey)
}
