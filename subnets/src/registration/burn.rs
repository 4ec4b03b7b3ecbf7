//! The price of a neuron slot (registration.md section 3).
//!
//! Rules:
//! - every block the price is multiplied by a factor that halves it in `half_life` blocks;
//! - every registration multiplies it by 1.26, so demand sets the price and nothing else limits it;
//! - it stays between a minimum and a maximum.
//!
//! The factor has 32 fraction bits and is found by bisection with floored products, so every machine gets the same one.

use crate::amount::Tao;
use crate::fixed::U64F64;

/// 1 in 32-bit fixed point.
const ONE_Q32: u64 = 1 << 32;

/// How the burn price of a subnet moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurnRule {
    /// Blocks in which the price halves; 0 for a price that does not fall.
    pub half_life: u16,
    /// What a registration multiplies the price by; below 1 counts as 1.
    pub increase: U64F64,
    /// The lowest price.
    pub min: Tao,
    /// The highest price.
    pub max: Tao,
}

impl Default for BurnRule {
    /// Halved in 360 blocks, raised by 26 %, between 0.0005 and 100 TAO.
    fn default() -> Self {
        Self {
            half_life: 360,
            increase: U64F64::from_bits(23_242_897_532_874_035_200),
            min: Tao::new(500_000),
            max: Tao::whole(100),
        }
    }
}

impl BurnRule {
    /// The price at the start of block `block`; it does not fall in the first one.
    pub fn decayed(&self, burn: Tao, block: u64) -> Tao {
        match block <= 1 || self.half_life == 0 {
            true => self.clamped(burn),
            false => self.decayed_by(burn, decay_factor(self.half_life)),
        }
    }

    /// As [`BurnRule::decayed`] after the first block, with a factor that the caller keeps: [`decay_factor`] of the
    /// half-life takes a microsecond, which counts when a thousand subnets decay in every block.
    pub fn decayed_by(&self, burn: Tao, factor: u64) -> Tao {
        let price = (u128::from(burn.units()) * u128::from(factor)) >> 32;
        self.clamped(Tao::new(u64::try_from(price).unwrap_or(u64::MAX)))
    }

    /// The price after one more registration.
    pub fn bumped(&self, burn: Tao) -> Tao {
        let raised = U64F64::from_int(burn.units()).mul(self.increase.max(U64F64::ONE));
        self.clamped(Tao::new(raised.to_u64()))
    }

    /// The price within its bounds; the upper one wins when they cross.
    fn clamped(&self, burn: Tao) -> Tao {
        burn.max(self.min).min(self.max)
    }
}

/// The largest factor, in units of 2^-32, whose `half_life`-th power is at most one half; 2^32 (no decay) for 0.
pub fn decay_factor(half_life: u16) -> u64 {
    if half_life == 0 {
        return ONE_Q32;
    }
    let (mut low, mut high) = (0, ONE_Q32);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        match power_q32(middle, half_life) > ONE_Q32 / 2 {
            true => high = middle,
            false => low = middle,
        }
    }
    low
}

/// `base^exponent` for a base below 1, by squaring, each product floored to 32 bits. No product reaches 2^64.
fn power_q32(mut base: u64, mut exponent: u16) -> u64 {
    let mut result = ONE_Q32;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = (result * base) >> 32;
        }
        exponent >>= 1;
        if exponent > 0 {
            base = (base * base) >> 32;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_specification() {
        assert_eq!(decay_factor(360), 4_286_705_684);
        let rule = BurnRule::default();
        let after =
            |blocks: u64| (2..2 + blocks).fold(Tao::whole(1), |burn, block| rule.decayed(burn, block));
        for (blocks, burn) in [(1, 998_076_443), (2, 996_156_586), (60, 890_898_688), (360, 499_999_865)] {
            assert_eq!(after(blocks), Tao::new(burn), "after {blocks} blocks");
        }
        assert_eq!(rule.bumped(Tao::whole(1)), Tao::new(1_260_000_000));
        assert_eq!(rule.bumped(rule.bumped(Tao::whole(1))), Tao::new(1_587_600_000));
    }

    #[test]
    fn prices_stand_still_in_the_first_block_and_without_a_half_life() {
        let rule = BurnRule::default();
        assert_eq!(rule.decayed(Tao::whole(1), 1), Tao::whole(1));
        assert_eq!(BurnRule { half_life: 0, ..rule }.decayed(Tao::whole(1), 9), Tao::whole(1));
        assert_eq!(rule.decayed(Tao::ZERO, 1), rule.min, "clamped all the same");
    }

    proptest! {
        #[test]
        fn prices_keep_to_their_bounds(burn: u64, half_life: u16, increase: u128, block: u64) {
            let rule = BurnRule { half_life, increase: U64F64::from_bits(increase), ..BurnRule::default() };
            for price in [rule.decayed(Tao::new(burn), block), rule.bumped(Tao::new(burn))] {
                prop_assert!(rule.min <= price && price <= rule.max);
            }
        }
    }
}
