//! Unstaking (staking.md section 4).

use super::{BlockContext, Limit, ensure, is_too_large, market, nominations};
use crate::{
    error::CallError,
    event::Event,
    ledger::{
        children, locks, params,
        pools::{self, Position, Terms},
        stakes, subnets,
    },
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::DEFAULT_SELL_LIMIT,
};

/// Takes up to `amount` alpha out of the position, down to the limit price if there is one.
///
/// # Errors
/// In this order: `SubtokenDisabled` (without a limit), `InsufficientLiquidity`, those of the limit, `SubnetNotExists`,
/// `AmountTooLow`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`,
/// `HotKeyAccountNotExists`, `StakeUnavailable`.
pub(super) fn remove_stake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
    limit: Option<Limit>,
) -> Result<Vec<Event>, CallError> {
    let amount = check(state, block, &position, amount, limit)?;
    let terms = Terms::up_to(limit.map_or(DEFAULT_SELL_LIMIT, |limit| limit.price));
    let (_, removed) = pools::unstake_from_subnet(state, block, position, amount, terms)?;
    let mut events = vec![removed];
    events.extend(nominations::clear_if_small(state, block, position));
    children::forget_pending_below_threshold(state, &position.hotkey);
    Ok(events)
}

/// Takes all of the position out; with a limit price, wholly or not at all.
///
/// # Errors
/// Those of [`remove_stake`].
pub(super) fn remove_stake_full_limit(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    limit: Option<u64>,
) -> Result<Vec<Event>, CallError> {
    let amount = stakes::stake(state, position.netuid, &position.hotkey, &position.coldkey);
    remove_stake(state, block, position, amount, limit.map(Limit::whole))
}

/// The checks of unstaking, in order; returns how much will be unstaked. With a limit the amount is not cut to the
/// stake and the subtoken is not looked at (a quirk to keep).
fn check(
    state: &dyn StateRead,
    block: &BlockContext,
    position: &Position,
    amount: Alpha,
    limit: Option<Limit>,
) -> Result<Alpha, CallError> {
    let Position { coldkey, hotkey, netuid } = *position;
    let (pool, fee_rate) = market(state, netuid);
    let subtoken = params::subnet(state, netuid).subtoken_enabled;
    ensure(limit.is_some() || subtoken, CallError::SubtokenDisabled)?;
    let stake = stakes::stake(state, netuid, &hotkey, &coldkey);
    let amount = if limit.is_some() { amount } else { amount.min(stake) };
    let too_large = is_too_large(&pool, amount.units(), pool.alpha.units());
    ensure(!too_large, CallError::InsufficientLiquidity)?;
    let max = limit.map_or(Ok(Alpha::MAX), |limit| pool.max_sell(limit.price, fee_rate))?;
    let partial = limit.is_none_or(|limit| limit.allow_partial);
    check_unstake(state, block, position, amount, if partial { Alpha::MAX } else { max })?;
    Ok(amount.min(max))
}

/// The checks of every unstake, in order: whether `amount`, of which no more than `max` fits, can leave the position.
///
/// # Errors
/// Those of [`remove_stake`] from `SubnetNotExists` on.
pub(super) fn check_unstake(
    state: &dyn StateRead,
    block: &BlockContext,
    position: &Position,
    amount: Alpha,
    max: Alpha,
) -> Result<(), CallError> {
    let Position { coldkey, hotkey, netuid } = *position;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(!amount.is_zero(), CallError::AmountTooLow)?;
    let stake = stakes::stake(state, netuid, &hotkey, &coldkey);
    ensure(stake >= amount, CallError::NotEnoughStakeToWithdraw)?;
    let (pool, fee_rate) = market(state, netuid);
    let trade = pool
        .quote_sell(amount, DEFAULT_SELL_LIMIT, fee_rate)
        .map_err(|_| CallError::InsufficientLiquidity)?;
    let min_stake = Tao::new(params::network(state).min_stake);
    ensure(amount == stake || trade.paid_out >= min_stake, CallError::AmountTooLow)?;
    ensure(amount <= max, CallError::SlippageTooHigh)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    locks::check_available(state, netuid, &coldkey, amount, block.number)
}
