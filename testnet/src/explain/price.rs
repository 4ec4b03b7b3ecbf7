//! What a trade would do to a pool, and why (pools.md sections 2 to 7).
//!
//! Rule: the trade is the one the pool would make now, by its own code; whether the chain would let anybody make it is
//! part of the explanation.

use super::{long_decimal, ratio};
use serde::Serialize;
use taonet_chain::{
    CallError,
    ledger::{identities, params, subnets},
    query,
    state::StateRead,
};
use taonet_subnets::{
    amount::{Alpha, RAO_PER_TAO, Tao},
    pool::{
        DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT, MAX_INPUT_RATIO, Mechanism, Pool, PoolError, WEIGHT_SCALE,
    },
};

/// What is to be traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// TAO for alpha: rao.
    Buy(u64),
    /// Alpha for TAO: units of alpha.
    Sell(u64),
}

/// A trade and its reasons.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Price {
    /// The last block that the state knows.
    pub height: u64,
    /// The subnet.
    pub netuid: u16,
    /// Its name.
    pub name: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// What is handed in: rao when buying, alpha when selling.
    pub amount: u64,
    /// The reserves before: rao and alpha.
    pub tao: u64,
    /// See `tao`.
    pub alpha: u64,
    /// The weight of TAO; that of alpha is the rest.
    pub tao_weight: f64,
    /// Whether one alpha is always one TAO.
    pub fixed: bool,
    /// TAO for one alpha, before.
    pub price: f64,
    /// The part of the amount that is the fee of the block's author.
    pub fee_rate: f64,
    /// The price at which the trade stops: TAO for one alpha.
    pub limit: f64,
    /// The most that could be traded until then, fee included; none if nothing can.
    pub most: Option<u64>,
    /// The largest input a pool takes: 1,000 times the reserve it goes into.
    pub largest: u64,
    /// The least stake there may be: rao.
    pub min_stake: u64,
    /// What the trade would do.
    pub trade: Option<Trade>,
    /// Why it would be refused.
    pub refusal: Option<Refused>,
}

/// What a trade would do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Trade {
    /// What goes into the reserve.
    pub paid_in: u64,
    /// The fee on top of it.
    pub fee: u64,
    /// What is not taken, because the limit is reached.
    pub left: u64,
    /// What comes out.
    pub paid_out: u64,
    /// What would come out at the price before, without slippage.
    pub at_old_price: u64,
    /// What part of that is lost by moving the price.
    pub slippage: f64,
    /// The part of the reserve that the input adds.
    pub input_share: f64,
    /// The reserves after: rao and alpha.
    pub tao_after: u64,
    /// See `tao_after`.
    pub alpha_after: u64,
    /// TAO for one alpha, after.
    pub price_after: f64,
    /// TAO for one alpha, over the whole trade, fee included.
    pub average: f64,
}

/// Why a trade would be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The error's name on the public network.
    pub name: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// Explains a trade on a state; `limit` is in rao per alpha. `None` if there is no such subnet.
pub fn price(
    state: &dyn StateRead,
    height: u64,
    netuid: u16,
    order: Order,
    limit: Option<u64>,
) -> Option<Price> {
    subnets::subnet(state, netuid)?;
    let name = identities::subnet_name(state, netuid);
    let pool = subnets::state_of(state, netuid)?.pool;
    let fee_rate = params::subnet(state, netuid).fee_rate;
    let (side, amount, default_limit, reserve) = match order {
        Order::Buy(rao) => ("buy", rao, DEFAULT_BUY_LIMIT, pool.tao.units()),
        Order::Sell(alpha) => ("sell", alpha, DEFAULT_SELL_LIMIT, pool.alpha.units()),
    };
    let limit = limit.unwrap_or(default_limit);
    let (trade, refusal) = match trade(&pool, order, limit, fee_rate) {
        Ok(trade) => (Some(trade), refusal(state, netuid, order)),
        Err(error) => (None, Some(Refused { name: format!("{error:?}"), sentence: error.to_string() })),
    };
    let most = match order {
        Order::Buy(_) => pool.max_buy(limit, fee_rate).map(Tao::units),
        Order::Sell(_) => pool.max_sell(limit, fee_rate).map(Alpha::units),
    };
    Some(Price {
        height,
        netuid,
        name,
        side,
        amount,
        tao: pool.tao.units(),
        alpha: pool.alpha.units(),
        tao_weight: ratio(pool.quote_weight.quote(), WEIGHT_SCALE),
        fixed: pool.mechanism == Mechanism::Stable,
        price: long_decimal(pool.price()),
        fee_rate: ratio(fee_rate.into(), u16::MAX.into()),
        limit: ratio(limit, RAO_PER_TAO),
        most: most.ok(),
        largest: reserve.saturating_mul(MAX_INPUT_RATIO),
        min_stake: params::network(state).min_stake,
        trade,
        refusal,
    })
}

/// Why the chain refuses to stake or unstake what the pool would trade, whoever asks.
fn refusal(state: &dyn StateRead, netuid: u16, order: Order) -> Option<Refused> {
    let is_too_little = match order {
        Order::Buy(rao) => Tao::new(rao) < query::least_stake(state, netuid),
        Order::Sell(alpha) => alpha == 0,
    };
    let error = match params::subnet(state, netuid).subtoken_enabled {
        false => CallError::SubtokenDisabled,
        true if is_too_little => CallError::AmountTooLow,
        true => return None,
    };
    let sentence = format!("{} {}", error.sentence(), error.remedy());
    Some(Refused { name: error.name().to_owned(), sentence })
}

fn trade(pool: &Pool, order: Order, limit: u64, fee_rate: u16) -> Result<Trade, PoolError> {
    let mut after = *pool;
    let (amount, [paid_in, fee, paid_out], reserve) = match order {
        Order::Buy(rao) => {
            let trade = after.buy(Tao::new(rao), limit, fee_rate)?;
            (rao, [trade.paid_in.units(), trade.fee.units(), trade.paid_out.units()], pool.tao.units())
        }
        Order::Sell(alpha) => {
            let trade = after.sell(Alpha::new(alpha), limit, fee_rate)?;
            (alpha, [trade.paid_in.units(), trade.fee.units(), trade.paid_out.units()], pool.alpha.units())
        }
    };
    let price = long_decimal(pool.price());
    let used = paid_in.saturating_add(fee);
    let (at_old_price, average) = match order {
        Order::Buy(_) if price > 0.0 => (paid_in as f64 / price, ratio(used, paid_out)),
        Order::Buy(_) => (0.0, 0.0),
        Order::Sell(_) => (paid_in as f64 * price, ratio(paid_out, used)),
    };
    Ok(Trade {
        paid_in,
        fee,
        left: amount.saturating_sub(used),
        paid_out,
        at_old_price: at_old_price as u64,
        slippage: if at_old_price > 0.0 { 1.0 - paid_out as f64 / at_old_price } else { 0.0 },
        input_share: ratio(paid_in, reserve),
        tao_after: after.tao.units(),
        alpha_after: after.alpha.units(),
        price_after: long_decimal(after.price()),
        average,
    })
}
