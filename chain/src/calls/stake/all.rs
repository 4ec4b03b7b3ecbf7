//! Unstaking from every subnet at once (staking.md section 4).
//!
//! Rules:
//! 1. Every subnet that is started and passes the checks of unstaking the whole stake is left; the others are skipped.
//! 2. Having left none is no error. But if an unstake that passed its checks fails, everything is undone.

use super::{BlockContext, ensure, nominations, remove::check_unstake};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        params,
        pools::{self, Position, Terms},
        stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::{DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT},
};

/// Takes all of a coldkey's stake with a hotkey out, root included.
///
/// # Errors
/// `HotKeyAccountNotExists`; then that of an unstake that only shows while it is made.
pub(super) fn unstake_all(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    coldkey: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let netuids = subnets::netuids(state);
    leave(state, block, (coldkey, hotkey), netuids).map(|(_, events)| events)
}

/// Takes all of a coldkey's stake with a hotkey out of all subnets but root, and stakes what that brings on root.
///
/// # Errors
/// `HotKeyAccountNotExists`; that of an unstake that only shows while it is made; `AmountTooLow` when there was nothing
/// to unstake.
pub(super) fn unstake_all_alpha(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    coldkey: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let mut netuids = subnets::netuids(state);
    netuids.retain(|netuid| *netuid != ROOT);
    let (tao, mut events) = leave(state, block, (coldkey, hotkey), netuids)?;
    let position = Position { coldkey: *coldkey, hotkey: *hotkey, netuid: ROOT };
    let (_, added) = pools::stake_into_subnet(state, block, position, tao, Terms::up_to(DEFAULT_BUY_LIMIT))?;
    events.push(added);
    Ok(events)
}

/// Leaves these subnets where that is possible; returns the TAO that it brought.
fn leave(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    (coldkey, hotkey): (&AccountId, &AccountId),
    netuids: Vec<u16>,
) -> Result<(Tao, Vec<Event>), CallError> {
    ensure(stakes::owner(state, hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    let (mut sum, mut events) = (Tao::ZERO, Vec::new());
    for netuid in netuids {
        let position = Position { coldkey: *coldkey, hotkey: *hotkey, netuid };
        let stake = stakes::stake(state, netuid, hotkey, coldkey);
        let is_started = params::subnet(state, netuid).subtoken_enabled;
        if !is_started || check_unstake(state, block, &position, stake, Alpha::MAX).is_err() {
            continue;
        }
        let terms = Terms::up_to(DEFAULT_SELL_LIMIT);
        let (tao, removed) = pools::unstake_from_subnet(state, block, position, stake, terms)?;
        sum = sum.saturating_add(tao);
        events.push(removed);
        events.extend(nominations::clear_if_small(state, block, position));
    }
    Ok((sum, events))
}
