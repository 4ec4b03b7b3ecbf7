//! Liquidity from the protocol: any mix of TAO and alpha, at an unchanged price (pools.md section 9).
//!
//! Rules:
//! - first the weights move so that the price will be the same with the additions as it was without;
//! - weights outside 0.01 to 0.99 are refused, and then nothing is injected;
//! - the reserves grow last. A chain buy of the same block happens in between, with the new weights and the old
//!   reserves (emission.md section 5), which is why there are two steps.

use ruint::aliases::U256;

use super::{Pool, QuoteWeight, WEIGHT_SCALE};
use crate::amount::{Alpha, Tao};

impl Pool {
    /// Moves the weights for an addition that [`Pool::deposit`] will make. False when that is refused: the weights
    /// stay, and nothing may be deposited.
    #[must_use = "a refused injection must not be deposited"]
    pub fn reweigh(&mut self, tao: Tao, alpha: Alpha) -> bool {
        let (x, y) = (self.alpha.units(), self.tao.units());
        let base = weighted(self.quote_weight.base(), y, x, alpha.units());
        let quote = weighted(self.quote_weight.quote(), x, y, tao.units());
        let weight = match base == 0 && quote == 0 {
            true => Some(QuoteWeight::EQUAL),
            false => QuoteWeight::of_share(quote, base),
        };
        if let Some(weight) = weight {
            self.quote_weight = weight;
        }
        weight.is_some()
    }

    /// Adds to the reserves, saturating.
    pub fn deposit(&mut self, tao: Tao, alpha: Alpha) {
        self.tao = self.tao.saturating_add(tao);
        self.alpha = self.alpha.saturating_add(alpha);
    }
}

/// `round(weight * other * (reserve + addition) / 10^18)`, halves up; the product of reserves saturates at 2^128 - 1.
fn weighted(weight: u64, other: u64, reserve: u64, addition: u64) -> u128 {
    let grown = u128::from(reserve) + u128::from(addition);
    let product = U256::from(weight) * U256::from(u128::from(other).saturating_mul(grown));
    let scale = U256::from(WEIGHT_SCALE);
    ((product + scale / U256::from(2)) / scale).saturating_to()
}
