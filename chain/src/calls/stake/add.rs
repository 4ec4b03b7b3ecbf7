//! Staking TAO (staking.md section 3).

use super::{BlockContext, Limit, ensure, is_too_large, market};
use crate::{
    error::CallError,
    event::Event,
    ledger::{
        accounts, params,
        pools::{self, Position, Terms},
        stakes, subnets,
    },
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::{DEFAULT_BUY_LIMIT, Pool, swap_fee},
};

/// Stakes `amount` TAO of the position's coldkey; returns how much alpha that is.
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
) -> Result<(Alpha, Event), CallError> {
    let amount = check(state, &position, amount, limit)?;
    if limit.is_some() {
        welcome(state, &position);
    }
    let terms = Terms::up_to(limit.map_or(DEFAULT_BUY_LIMIT, |limit| limit.price));
    pools::stake_into_subnet(state, block, position, amount, terms)
}

/// Makes the hotkey a delegate if it is a stranger's.
pub(super) fn welcome(state: &mut Overlay<'_>, position: &Position) {
    if stakes::owner(state, &position.hotkey) != Some(position.coldkey) {
        stakes::become_delegate(state, &position.hotkey);
    }
}

/// The checks of staking, in order; returns how much will be staked.
fn check(
    state: &dyn StateRead,
    position: &Position,
    amount: Tao,
    limit: Option<Limit>,
) -> Result<Tao, CallError> {
    let Position { coldkey, hotkey, netuid } = *position;
    let (pool, fee_rate) = market(state, netuid);
    let too_large = is_too_large(&pool, amount.units(), pool.tao.units());
    ensure(!too_large, CallError::InsufficientLiquidity)?;
    let max = limit.map_or(Ok(Tao::MAX), |limit| pool.max_buy(limit.price, fee_rate))?;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(params::subnet(state, netuid).subtoken_enabled, CallError::SubtokenDisabled)?;
    ensure(amount >= least_stake(state, netuid), CallError::AmountTooLow)?;
    let partial = limit.is_none_or(|limit| limit.allow_partial);
    ensure(partial || amount <= max, CallError::SlippageTooHigh)?;
    let amount = amount.min(max);
    ensure(accounts::balance(state, &coldkey) >= amount, CallError::NotEnoughBalanceToStake)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    let trade =
        pool.quote_buy(amount, DEFAULT_BUY_LIMIT, fee_rate).map_err(|_| CallError::InsufficientLiquidity)?;
    ensure(trade.paid_in.units() >= params::network(state).min_stake, CallError::AmountTooLow)?;
    ensure(!trade.paid_out.is_zero(), CallError::InsufficientLiquidity)?;
    let shares = stakes::share_pool(state, netuid, &hotkey);
    ensure(shares.accepts(trade.paid_out), CallError::InsufficientLiquidity)?;
    Ok(amount)
}

/// The least that `add_stake` takes on a subnet: the least stake there may be, and the fee of buying it.
pub fn least_stake(state: &dyn StateRead, netuid: u16) -> Tao {
    let (pool, fee_rate) = market(state, netuid);
    let min_stake = Tao::new(params::network(state).min_stake);
    min_stake.saturating_add(min_fee(&pool, min_stake, fee_rate))
}

/// The fee of staking the least there is; that of the rate alone where the pool would refuse it.
fn min_fee(pool: &Pool, min_stake: Tao, fee_rate: u16) -> Tao {
    match pool.quote_buy(min_stake, DEFAULT_BUY_LIMIT, fee_rate) {
        Ok(trade) => trade.fee,
        Err(_) => Tao::new(swap_fee(min_stake.units(), fee_rate)),
    }
}
