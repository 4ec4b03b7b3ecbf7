//! How much can be traded before a price limit is reached (staking.md sections 3 to 5).
//!
//! Used by the calls with a limit: a trade of 1,000 times the reserve is simulated, and what it would take, fee
//! included, is the answer. Between two pools the formula is that of two pools with equal weights, whatever the weights
//! really are (a quirk to keep).

use super::{MAX_INPUT_RATIO, Mechanism, Pool, PoolError};
use crate::amount::{Alpha, RAO_PER_TAO, Tao};
use crate::fixed::U64F64;

impl Pool {
    /// The most TAO a buy can use before the price exceeds `limit` (RAO per alpha). Without a market: everything
    /// when the limit allows the price of 1, else nothing.
    ///
    /// # Errors
    /// Those of the simulated buy.
    pub fn max_buy(&self, limit: u64, fee_rate: u16) -> Result<Tao, PoolError> {
        if self.mechanism == Mechanism::Stable {
            return Ok(if limit >= RAO_PER_TAO { Tao::MAX } else { Tao::ZERO });
        }
        let trade = self.quote_buy(self.tao.saturating_mul(MAX_INPUT_RATIO), limit, fee_rate)?;
        Ok(trade.paid_in.saturating_add(trade.fee))
    }

    /// The most alpha a sale can use before the price falls below `limit` (RAO per alpha). Without a market:
    /// everything when the limit allows the price of 1, else nothing.
    ///
    /// # Errors
    /// Those of the simulated sale.
    pub fn max_sell(&self, limit: u64, fee_rate: u16) -> Result<Alpha, PoolError> {
        if self.mechanism == Mechanism::Stable {
            return Ok(if limit <= RAO_PER_TAO { Alpha::MAX } else { Alpha::ZERO });
        }
        let trade = self.quote_sell(self.alpha.saturating_mul(MAX_INPUT_RATIO), limit, fee_rate)?;
        Ok(trade.paid_in.saturating_add(trade.fee))
    }
}

/// The most stake that can move from `origin` to `destination` before the ratio of their prices, scaled by 10^9, falls
/// below `limit`. In units of the origin's alpha.
///
/// # Errors
/// Those of the simulated trade, where only one end has a pool.
pub fn max_move(origin: &Pool, destination: &Pool, limit: u64, fee_rate: u16) -> Result<Alpha, PoolError> {
    match (origin.mechanism, destination.mechanism) {
        (_, Mechanism::Stable) => origin.max_sell(limit, fee_rate),
        (Mechanism::Stable, Mechanism::Dynamic) if limit == 0 => Ok(Alpha::MAX),
        (Mechanism::Stable, Mechanism::Dynamic) => {
            let buy_limit = U64F64::from_ratio(RAO_PER_TAO, limit).mul(U64F64::from_int(RAO_PER_TAO));
            destination.max_buy(buy_limit.to_u64(), fee_rate).map(|tao| Alpha::new(tao.units()))
        }
        (Mechanism::Dynamic, Mechanism::Dynamic) => Ok(max_move_between_pools(origin, destination, limit)),
    }
}

/// `A2 * (T1 / (T1 + T2)) / limit - A1 * (T2 / (T1 + T2))`, as if all weights were equal.
fn max_move_between_pools(origin: &Pool, destination: &Pool, limit: u64) -> Alpha {
    let reserves =
        [origin.tao.units(), origin.alpha.units(), destination.tao.units(), destination.alpha.units()];
    let [tao_1, alpha_1, tao_2, alpha_2] = reserves;
    let ratio = U64F64::from_ratio(limit, RAO_PER_TAO);
    if reserves.contains(&0) || ratio > origin.price().div(destination.price()) {
        return Alpha::ZERO;
    }
    if limit == 0 {
        return Alpha::MAX;
    }
    let all_tao = i128::from(tao_1) + i128::from(tao_2);
    let reached = U64F64::from_int(alpha_2).mul(share(tao_1, all_tao)).saturating_div(ratio);
    Alpha::new(reached.sub(U64F64::from_int(alpha_1).mul(share(tao_2, all_tao))).to_u64())
}

fn share(part: u64, whole: i128) -> U64F64 {
    U64F64::from_ratio(part, whole)
}
