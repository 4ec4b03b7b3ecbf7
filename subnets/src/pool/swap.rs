//! One trade, step by step (pools.md sections 5 and 7).
//!
//! Rules, in the order in which they are checked:
//! 1. the fee comes off the input; what is left may be at most 1,000 times the reserve it goes into;
//! 2. the reserve that pays must hold at least 0.001 alpha or TAO;
//! 3. the price must be better than the limit: below it for a buy, above it for a sale;
//! 4. if the whole input would push the price beyond the limit, only the part that reaches the limit is taken;
//! 5. something must come out, and not more than there is.

use std::fmt;

use super::{Mechanism, Pool};
use crate::amount::{Alpha, RAO_PER_TAO, Tao};
use crate::fixed::U64F64;

/// The limit of a buy that has none of its own: 10^6 TAO per alpha, in RAO per alpha.
pub const DEFAULT_BUY_LIMIT: u64 = 1_000_000_000_000_000;

/// The limit of a sale that has none of its own: 10^-6 TAO per alpha, in RAO per alpha. At or below this price alpha
/// cannot be sold at all.
pub const DEFAULT_SELL_LIMIT: u64 = 1_000;

/// The largest input, as a multiple of the reserve it goes into.
pub const MAX_INPUT_RATIO: u64 = 1_000;

/// The least reserve that still pays out, in base units.
pub const MIN_RESERVE: u64 = 1_000_000;

/// A fee rate of this many units is 100 %.
const FEE_SCALE: u16 = u16::MAX;

/// Which way a trade goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// TAO in, alpha out.
    Buy,
    /// Alpha in, TAO out.
    Sell,
}

impl Side {
    /// Whether `price` is strictly better for the trader than `limit`.
    fn is_better(self, price: U64F64, limit: U64F64) -> bool {
        match self {
            Self::Buy => price < limit,
            Self::Sell => price > limit,
        }
    }
}

/// What a trade took and gave. The input not named here was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trade<In, Out> {
    /// What went into the reserve; the fee is not part of it.
    pub paid_in: In,
    /// What came out of the other reserve.
    pub paid_out: Out,
    /// The fee on top of `paid_in`, of which the pool keeps nothing.
    pub fee: In,
}

/// A trade of TAO for alpha.
pub type Buy = Trade<Tao, Alpha>;

/// A trade of alpha for TAO.
pub type Sell = Trade<Alpha, Tao>;

/// Why a pool refuses to trade. The names are those of the public network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolError {
    /// The input exceeds 1,000 times the reserve it would go into.
    SwapInputTooLarge,
    /// A reserve is too small to pay anything sensible.
    ReservesTooLow,
    /// The price is at the limit already, or worse.
    PriceLimitExceeded,
    /// The pool would have to pay more than it holds.
    InsufficientLiquidity,
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SwapInputTooLarge => "the amount exceeds 1000 times the pool's reserve; trade less",
            Self::ReservesTooLow => {
                "the pool is too small for this trade; add liquidity or trade more at once"
            }
            Self::PriceLimitExceeded => "the price is already beyond the limit; change the limit or wait",
            Self::InsufficientLiquidity => "the pool holds less than the trade would pay; trade less",
        })
    }
}

impl std::error::Error for PoolError {}

/// The fee on `amount` at `rate` 65,535ths. The rate is floored to 2^-64 first, so a fee that would be a whole number
/// comes out one lower (a quirk to keep).
pub fn swap_fee(amount: u64, rate: u16) -> u64 {
    U64F64::from_int(amount).mul(U64F64::from_ratio(rate, FEE_SCALE)).to_u64()
}

impl Pool {
    /// Buys alpha with `amount` TAO, fee included, while the price is below `limit` (RAO per alpha).
    ///
    /// `fee_rate` is in 65,535ths, 0 for a trade without fee. On success the reserves have changed.
    ///
    /// # Errors
    /// See [`PoolError`]; the pool is then unchanged.
    pub fn buy(&mut self, amount: Tao, limit: u64, fee_rate: u16) -> Result<Buy, PoolError> {
        let (pool, trade) = self.swap(Side::Buy, amount.units(), limit, fee_rate)?;
        *self = pool;
        Ok(trade.typed(Tao::new, Alpha::new))
    }

    /// Sells `amount` alpha, fee included, while the price is above `limit` (RAO per alpha).
    ///
    /// `fee_rate` is in 65,535ths, 0 for a trade without fee. On success the reserves have changed.
    ///
    /// # Errors
    /// See [`PoolError`]; the pool is then unchanged.
    pub fn sell(&mut self, amount: Alpha, limit: u64, fee_rate: u16) -> Result<Sell, PoolError> {
        let (pool, trade) = self.swap(Side::Sell, amount.units(), limit, fee_rate)?;
        *self = pool;
        Ok(trade.typed(Alpha::new, Tao::new))
    }

    /// What [`Pool::buy`] would do.
    ///
    /// # Errors
    /// As [`Pool::buy`].
    pub fn quote_buy(&self, amount: Tao, limit: u64, fee_rate: u16) -> Result<Buy, PoolError> {
        let mut copy = *self;
        copy.buy(amount, limit, fee_rate)
    }

    /// What [`Pool::sell`] would do.
    ///
    /// # Errors
    /// As [`Pool::sell`].
    pub fn quote_sell(&self, amount: Alpha, limit: u64, fee_rate: u16) -> Result<Sell, PoolError> {
        let mut copy = *self;
        copy.sell(amount, limit, fee_rate)
    }

    fn swap(
        &self,
        side: Side,
        amount: u64,
        limit: u64,
        fee_rate: u16,
    ) -> Result<(Self, Trade<u64, u64>), PoolError> {
        if self.mechanism == Mechanism::Stable {
            return Ok(self.swap_one_to_one(side, amount));
        }
        let pool = self.ready();
        let trade = pool.weighted_trade(side, amount, limit, fee_rate)?;
        Ok((pool.after(side, trade.paid_in, trade.paid_out), trade))
    }

    /// The swap of a stable mechanism: what comes in goes out, without fee or limit; reserves saturate.
    fn swap_one_to_one(&self, side: Side, amount: u64) -> (Self, Trade<u64, u64>) {
        (self.after(side, amount, amount), Trade { paid_in: amount, paid_out: amount, fee: 0 })
    }

    /// The steps of pools.md section 7 on an initialised pool.
    fn weighted_trade(
        &self,
        side: Side,
        amount: u64,
        limit: u64,
        fee_rate: u16,
    ) -> Result<Trade<u64, u64>, PoolError> {
        let limit = U64F64::from_ratio(limit, RAO_PER_TAO);
        let fee = swap_fee(amount, fee_rate);
        let net = amount.saturating_sub(fee);
        let (reserve_in, reserve_out) = self.reserves(side);
        if net > reserve_in.saturating_mul(MAX_INPUT_RATIO) {
            return Err(PoolError::SwapInputTooLarge);
        }
        if reserve_out < MIN_RESERVE {
            return Err(PoolError::ReservesTooLow);
        }
        let price = self.price();
        if !side.is_better(price, limit) {
            return Err(PoolError::PriceLimitExceeded);
        }
        let full = Trade { paid_in: net, paid_out: self.amount_out(side, net), fee };
        let price_after = self.after(side, full.paid_in, full.paid_out).price();
        let trade = match side.is_better(price_after, limit) || price_after == limit {
            true => full,
            false => self.trade_up_to(side, price, limit, fee_rate),
        };
        match trade {
            Trade { paid_in, paid_out: 0, .. } if paid_in != 0 => Err(PoolError::ReservesTooLow),
            Trade { paid_out, .. } if paid_out > reserve_out => Err(PoolError::InsufficientLiquidity),
            _ => Ok(trade),
        }
    }

    /// The trade that ends at the limit price, with the fee on top of what it takes.
    fn trade_up_to(&self, side: Side, price: U64F64, limit: U64F64, fee_rate: u16) -> Trade<u64, u64> {
        let paid_in = self.amount_to_reach(side, price, limit);
        let surcharge = U64F64::from_ratio(fee_rate, FEE_SCALE - fee_rate);
        let fee = U64F64::from_int(paid_in).mul(surcharge).to_u64();
        Trade { paid_in, paid_out: self.amount_out(side, paid_in), fee }
    }
}

impl Trade<u64, u64> {
    fn typed<In, Out>(self, input: fn(u64) -> In, output: fn(u64) -> Out) -> Trade<In, Out> {
        Trade { paid_in: input(self.paid_in), paid_out: output(self.paid_out), fee: input(self.fee) }
    }
}
