//! Staking and unstaking (staking.md sections 3, 4 and 6).
//!
//! Rules:
//! 1. A trade is simulated before anything moves, and checked in the public network's order.
//! 2. With a limit price, what fits is computed first; its errors come first as well.
//! 3. After an unstake by somebody else than the hotkey's owner, a nomination that is too small is paid out whole.

use super::BlockContext;
use crate::{
    error::CallError,
    event::Event,
    ledger::{
        accounts, locks, params,
        pools::{self, Position},
        stakes, subnets,
    },
    params::NetworkParams,
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U64F64,
    pool::{DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT, MAX_INPUT_RATIO, Mechanism, Pool, swap_fee},
};

/// A limit price and what to do when not everything fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// RAO per whole alpha.
    pub(super) price: u64,
    /// Whether to trade what fits.
    pub(super) allow_partial: bool,
}

/// The market of a subnet as a check sees it; a subnet that does not exist has an empty one at the price of 1.
fn market(state: &dyn StateRead, netuid: u16) -> (Pool, u16) {
    let pool =
        subnets::state_of(state, netuid).map_or(Pool::stable(Tao::ZERO, Alpha::ZERO), |subnet| subnet.pool);
    (pool, params::subnet(state, netuid).fee_rate)
}

fn ensure(holds: bool, error: CallError) -> Result<(), CallError> {
    if holds { Ok(()) } else { Err(error) }
}

/// Stakes `amount` TAO of the position's coldkey.
///
/// # Errors
/// In this order: `InsufficientLiquidity`, those of the limit, `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`,
/// `SlippageTooHigh`, `NotEnoughBalanceToStake`, `HotKeyAccountNotExists`, `InsufficientLiquidity`, `AmountTooLow`.
pub(super) fn add_stake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Tao,
    limit: Option<Limit>,
) -> Result<Vec<Event>, CallError> {
    let amount = check_add(state, &position, amount, limit)?;
    if limit.is_some() && stakes::owner(state, &position.hotkey) != Some(position.coldkey) {
        let take = params::network(state).max_delegate_take;
        stakes::become_delegate(state, &position.hotkey, take);
    }
    let price = limit.map_or(DEFAULT_BUY_LIMIT, |limit| limit.price);
    Ok(vec![pools::stake_into_subnet(state, block, position, amount, price)?])
}

/// The checks of staking, in order; returns how much will be staked.
fn check_add(
    state: &dyn StateRead,
    position: &Position,
    amount: Tao,
    limit: Option<Limit>,
) -> Result<Tao, CallError> {
    let Position { coldkey, hotkey, netuid } = *position;
    let (pool, fee_rate) = market(state, netuid);
    let min_stake = Tao::new(params::network(state).min_stake);
    let largest = pool.tao.saturating_mul(MAX_INPUT_RATIO);
    ensure(pool.mechanism == Mechanism::Stable || amount <= largest, CallError::InsufficientLiquidity)?;
    let max = limit.map_or(Ok(Tao::MAX), |limit| pool.max_buy(limit.price, fee_rate))?;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(params::subnet(state, netuid).subtoken_enabled, CallError::SubtokenDisabled)?;
    let min_fee = match pool.quote_buy(min_stake, DEFAULT_BUY_LIMIT, fee_rate) {
        Ok(trade) => trade.fee,
        Err(_) => Tao::new(swap_fee(min_stake.units(), fee_rate)),
    };
    ensure(amount >= min_stake.saturating_add(min_fee), CallError::AmountTooLow)?;
    let partial = limit.is_none_or(|limit| limit.allow_partial);
    ensure(partial || amount <= max, CallError::SlippageTooHigh)?;
    let amount = amount.min(max);
    ensure(accounts::balance(state, &coldkey) >= amount, CallError::NotEnoughBalanceToStake)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    let trade =
        pool.quote_buy(amount, DEFAULT_BUY_LIMIT, fee_rate).map_err(|_| CallError::InsufficientLiquidity)?;
    ensure(trade.paid_in >= min_stake, CallError::AmountTooLow)?;
    ensure(!trade.paid_out.is_zero(), CallError::InsufficientLiquidity)?;
    let shares = stakes::share_pool(state, netuid, &hotkey);
    ensure(shares.accepts(trade.paid_out), CallError::InsufficientLiquidity)?;
    Ok(amount)
}

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
    let amount = check_remove(state, block, &position, amount, limit)?;
    let price = limit.map_or(DEFAULT_SELL_LIMIT, |limit| limit.price);
    let removed = pools::unstake_from_subnet(state, block, position, amount, price)?;
    let mut events = vec![removed];
    events.extend(clear_small_nomination(state, block, position));
    Ok(events)
}

/// The checks of unstaking, in order; returns how much will be unstaked. With a limit the amount is not cut to the
/// stake and the subtoken is not looked at (a quirk to keep).
fn check_remove(
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
    let largest = pool.alpha.saturating_mul(MAX_INPUT_RATIO);
    ensure(pool.mechanism == Mechanism::Stable || amount <= largest, CallError::InsufficientLiquidity)?;
    let max = limit.map_or(Ok(Alpha::MAX), |limit| pool.max_sell(limit.price, fee_rate))?;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(!amount.is_zero(), CallError::AmountTooLow)?;
    ensure(stake >= amount, CallError::NotEnoughStakeToWithdraw)?;
    let trade = pool
        .quote_sell(amount, DEFAULT_SELL_LIMIT, fee_rate)
        .map_err(|_| CallError::InsufficientLiquidity)?;
    let min_stake = Tao::new(params::network(state).min_stake);
    ensure(amount == stake || trade.paid_out >= min_stake, CallError::AmountTooLow)?;
    let partial = limit.is_none_or(|limit| limit.allow_partial);
    ensure(partial || amount <= max, CallError::SlippageTooHigh)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    locks::check_available(state, netuid, &coldkey, amount, block.number)?;
    Ok(amount.min(max))
}

/// Pays out what is left of a nomination, if that is below the nominators' minimum. If that fails, the stake is gone.
fn clear_small_nomination(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
) -> Option<Event> {
    let Position { coldkey, hotkey, netuid } = position;
    let stake = stakes::stake(state, netuid, &hotkey, &coldkey);
    let minimum = nominator_minimum(&params::network(state));
    let price = market(state, netuid).0.price();
    let is_small = stake.units() < U64F64::from_int(minimum.units()).div(price).to_u64();
    if stake.is_zero() || !is_small || stakes::owner(state, &hotkey) == Some(coldkey) {
        return None;
    }
    let paid =
        state.attempt(|state| pools::unstake_from_subnet(state, block, position, stake, DEFAULT_SELL_LIMIT));
    if paid.is_err() {
        stakes::decrease(state, netuid, &hotkey, &coldkey, stake);
    }
    locks::reduce(state, netuid, &coldkey, stake, block.number);
    paid.ok()
}

/// The least worth of a nomination.
fn nominator_minimum(network: &NetworkParams) -> Tao {
    let product = u128::from(network.min_stake) * u128::from(network.nominator_min_required_stake);
    Tao::new(u64::try_from(product / 1_000_000).unwrap_or(u64::MAX))
}
