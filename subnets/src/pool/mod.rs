//! The market between TAO and one subnet's alpha.
//!
//! Rules (pools.md):
//! - a pool holds a TAO reserve `y` and an alpha reserve `x`, weighted `q` for TAO and `b = 1 - q` for alpha. A trade
//!   moves along `x^b * y^q = constant`; with equal weights that is the classic `x * y = k` (sections 1 to 4);
//! - the price of alpha is `(b / q) * (y / x)` TAO (section 2). A mismatch between the two reserves goes into the
//!   weights, so the protocol can add TAO and alpha in any ratio without moving the price ([`Pool::reweigh`], section
//!   9);
//! - a trade pays a fee, keeps to a price limit and is refused rather than served badly ([`Pool::buy`], sections 5 to
//!   7);
//! - [`Pool::max_buy`] answers how much could be traded before a price is reached, [`moving_price`] smooths the price
//!   over weeks (section 10);
//! - a subnet without a market ([`Mechanism::Stable`], such as root) trades at exactly 1, without fee or limit.
//!
//! A pool is a plain value. Simulation (`quote_...`) reads it, trading (`buy`, `sell`) changes it, and an error leaves
//! it as it was. What a trade means for balances, totals and alpha in circulation is the ledger's business (section 8).

mod average;
mod injection;
mod limits;
mod power;
mod swap;
mod weight;

#[cfg(test)]
mod tests;

use borsh::{BorshDeserialize, BorshSerialize};

pub use average::{Averaging, moving_price};
pub use limits::max_move;
pub use swap::{
    Buy, DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT, MAX_INPUT_RATIO, MIN_RESERVE, PoolError, Sell, Side, Trade,
    swap_fee,
};
pub use weight::{QuoteWeight, WEIGHT_SCALE};

use crate::amount::{Alpha, Tao};
use crate::fixed::U64F64;
use power::{SCALE, scaled_power};

/// How a subnet turns TAO into alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Mechanism {
    /// One alpha is one TAO, always: mechanism 0, that of root.
    Stable,
    /// A weighted pool sets the price: mechanism 1, that of every user subnet.
    #[default]
    Dynamic,
}

/// The reserves and weights of one subnet's market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    /// Pool or fixed price.
    pub mechanism: Mechanism,
    /// The TAO reserve, `y`.
    pub tao: Tao,
    /// The alpha reserve, `x`.
    pub alpha: Alpha,
    /// The weight of TAO, `q`; that of alpha is the rest.
    pub quote_weight: QuoteWeight,
    /// False until the first trade, which sets equal weights whatever injections made of them (a quirk to keep).
    pub initialised: bool,
}

impl Pool {
    /// A market with equal weights that has not traded yet.
    pub fn new(tao: Tao, alpha: Alpha) -> Self {
        Self { tao, alpha, ..Self::default() }
    }

    /// A market at the fixed price of 1.
    pub fn stable(tao: Tao, alpha: Alpha) -> Self {
        Self { mechanism: Mechanism::Stable, tao, alpha, ..Self::default() }
    }

    /// TAO per alpha (pools.md section 2); 0 when there is no alpha.
    pub fn price(&self) -> U64F64 {
        if self.mechanism == Mechanism::Stable {
            return U64F64::ONE;
        }
        let weights = U64F64::from_ratio(self.quote_weight.base(), self.quote_weight.quote());
        weights.mul(U64F64::from_ratio(self.tao.units(), self.alpha.units()))
    }

    /// What `stake` is worth at the current price, in whole RAO; trading it would bring less.
    pub fn worth(&self, stake: Alpha) -> Tao {
        Tao::new(self.price().mul(U64F64::from_int(stake.units())).to_u64())
    }

    /// Gives a pool that has not traded yet the weights at which its reserves have `price`, and marks it initialised.
    ///
    /// False, and nothing happens, when those weights are out of range or the pool is empty or initialised already
    /// (pools.md section 1).
    pub fn init_with_price(&mut self, price: U64F64) -> bool {
        if self.initialised {
            return false;
        }
        let alpha = U64F64::from_int(self.alpha.units());
        let fraction = U64F64::from_bits(price.to_bits() & u128::from(u64::MAX));
        // Both factors of the first product are below 2^64 and the second term is below 2^64: no overflow of 2^128.
        let value = u128::from(price.to_u64()) * u128::from(self.alpha.units());
        let value = value.saturating_add(alpha.mul(fraction).to_u64().into());
        let Some(weight) = QuoteWeight::of_share(self.tao.units().into(), value) else {
            return false;
        };
        self.quote_weight = weight;
        self.initialised = true;
        true
    }

    /// The pool as its first trade finds it.
    fn ready(&self) -> Self {
        match self.initialised {
            true => *self,
            false => Self { quote_weight: QuoteWeight::EQUAL, initialised: true, ..*self },
        }
    }

    /// The reserves a trade pays into and out of.
    fn reserves(&self, side: Side) -> (u64, u64) {
        match side {
            Side::Buy => (self.tao.units(), self.alpha.units()),
            Side::Sell => (self.alpha.units(), self.tao.units()),
        }
    }

    /// The weights of the reserves a trade pays into and out of.
    fn weights(&self, side: Side) -> (u64, u64) {
        match side {
            Side::Buy => (self.quote_weight.quote(), self.quote_weight.base()),
            Side::Sell => (self.quote_weight.base(), self.quote_weight.quote()),
        }
    }

    /// The pool after a trade: in and out saturate.
    fn after(&self, side: Side, paid_in: u64, paid_out: u64) -> Self {
        let (tao, alpha) = match side {
            Side::Buy => {
                (self.tao.saturating_add(Tao::new(paid_in)), self.alpha.saturating_sub(Alpha::new(paid_out)))
            }
            Side::Sell => {
                (self.tao.saturating_sub(Tao::new(paid_out)), self.alpha.saturating_add(Alpha::new(paid_in)))
            }
        };
        Self { tao, alpha, ..*self }
    }

    /// The part of the paying reserve that stays when `net` comes in: `(in / (in + net))^(weight in / weight out)`,
    /// floored to 2^-64 and at most 1 (pools.md section 4).
    pub fn remaining_factor(&self, side: Side, net: u64) -> U64F64 {
        let (reserve, _) = self.reserves(side);
        let (weight_in, weight_out) = self.weights(side);
        let grown = reserve.saturating_add(net);
        let power = scaled_power(reserve.into(), grown.into(), weight_in, weight_out).unwrap_or(0);
        U64F64::from_ratio(power.min(SCALE), SCALE)
    }

    /// What the pool pays for `net` (pools.md section 4). The factor is floored, so the trader can get one unit more
    /// than the real number: a quirk to keep.
    fn amount_out(&self, side: Side, net: u64) -> u64 {
        let (_, reserve) = self.reserves(side);
        let share = U64F64::ONE.sub(self.remaining_factor(side, net));
        U64F64::from_int(reserve).mul(share).to_u64()
    }

    /// The input, without fee, that moves the price from `price` to `target` (pools.md section 6).
    pub fn amount_to_reach(&self, side: Side, price: U64F64, target: U64F64) -> u64 {
        let (reserve, _) = self.reserves(side);
        let (_, weight_out) = self.weights(side);
        let (from, to) = (price.to_bits(), target.to_bits());
        let power = match side {
            Side::Buy => scaled_power(to, from, weight_out, SCALE),
            Side::Sell => scaled_power(from, to, weight_out, SCALE),
        };
        let growth = U64F64::from_ratio(power.unwrap_or(0), SCALE).sub(U64F64::ONE);
        U64F64::from_int(reserve).mul(growth).to_u64()
    }
}

/// `(part / whole)^exponent` for an exponent of at most 2, floored to 10^-18; at most 1, and 0 when `whole` is 0.
pub(crate) fn fractional_power(part: U64F64, whole: U64F64, exponent: U64F64) -> U64F64 {
    const QUARTER: u64 = 1 << 62;
    let quarters = u64::try_from(exponent.to_bits() >> 2).unwrap_or(u64::MAX).min(2 * QUARTER);
    let power = scaled_power(part.to_bits(), whole.to_bits(), quarters, QUARTER).unwrap_or(0);
    U64F64::from_ratio(power.min(SCALE), SCALE)
}
