//! Liquid alpha: how fast a bond follows a weight, per pair of validator and miner (yuma.md section 7.4).
//!
//! Bonds adapt fast where a validator is far above the consensus when buying, or has cut its weight far below its bond
//! when selling, and slowly otherwise. The rate is a sigmoid of that distance, between `alpha_low` and `alpha_high`.

use super::exponential::{exp, exps, reciprocal};
use super::{Params, Rows, numbers};
use crate::fixed::I32F32;

/// The middle of the sigmoid.
const HALF: I32F32 = I32F32::from_bits(1 << 31);
/// Exponentials computed side by side.
const LANES: usize = 8;

/// The sigmoid of a subnet.
#[derive(Clone, Debug)]
pub struct LiquidAlpha {
    low: I32F32,
    high: I32F32,
    /// Minus the steepness: the factor of the distance inside the exponential.
    slope: I32F32,
}

impl LiquidAlpha {
    /// The sigmoid that `alpha_low`, `alpha_high` and `alpha_sigmoid_steepness` describe.
    pub fn new(params: &Params) -> Self {
        Self {
            low: numbers::proportion_from_u16(params.alpha_low),
            high: numbers::proportion_from_u16(params.alpha_high),
            slope: I32F32::from_int(params.alpha_sigmoid_steepness).saturating_div(I32F32::from_int(-100)),
        }
    }

    /// How far a validator stands out: its weight above the consensus when it buys (`weight >= bond`), or its bond
    /// above its weight when it sells; in 0 ..= 1.
    #[inline]
    pub fn distance(consensus: I32F32, weight: I32F32, bond: I32F32) -> I32F32 {
        let distance = if weight >= bond { weight.sub(consensus) } else { bond.sub(weight) };
        distance.clamp(I32F32::ZERO, I32F32::ONE)
    }

    /// The rate at a `distance`.
    pub fn rate(&self, distance: I32F32) -> I32F32 {
        self.rate_from(exp(self.exponent(distance)))
    }

    fn exponent(&self, distance: I32F32) -> I32F32 {
        self.slope.mul(distance.sub(HALF))
    }

    /// The rate, from `exp(exponent(distance))`.
    fn rate_from(&self, exponential: I32F32) -> I32F32 {
        // exp is positive, so this is `ONE.saturating_div(ONE.add(exponential))`.
        let sigmoid = I32F32::from_bits(reciprocal(I32F32::ONE.add(exponential).to_bits() as u64) as i64);
        self.low.add(sigmoid.mul(self.high.sub(self.low))).min(self.high).max(self.low)
    }

    /// Replaces every distance by its [`rate`](Self::rate), computing that of 0 (very common) only once.
    fn rates(&self, distances: &mut [I32F32]) {
        let mut rest: Vec<usize> = Vec::with_capacity(distances.len());
        let at_zero = self.rate(I32F32::ZERO);
        for (k, distance) in distances.iter_mut().enumerate() {
            if *distance == I32F32::ZERO {
                *distance = at_zero;
            } else {
                rest.push(k);
            }
        }
        let (groups, tail) = rest.as_chunks::<LANES>();
        for group in groups {
            let exponentials = exps(group.map(|k| self.exponent(distances[k])));
            for (&k, exponential) in group.iter().zip(exponentials) {
                distances[k] = self.rate_from(exponential);
            }
        }
        for &k in tail {
            distances[k] = self.rate(distances[k]);
        }
    }
}

/// The rate of each entry of `weights` (V), given the old `bonds` (B) and the consensus (C).
///
/// An entry takes part in the sigmoid only if its uid is greater than every earlier uid of its row, in `weights` and in
/// `bonds` each for itself; otherwise it counts as 0 there. In sorted rows every entry does.
pub(super) fn rates(liquid: &LiquidAlpha, weights: &Rows, bonds: &Rows, consensus: &[I32F32]) -> Rows {
    let mut rates = Rows::with_capacity(weights.len(), weights.entries());
    let mut seen_bonds = vec![I32F32::ZERO; consensus.len()];
    for i in 0..weights.len() {
        for (j, bond) in ascending(bonds.pairs(i)).filter_map(|(j, bond, seen)| seen.then_some((j, bond))) {
            seen_bonds[j] = bond;
        }
        let distances = ascending(weights.pairs(i)).map(|(j, weight, seen)| {
            let weight = if seen { weight } else { I32F32::ZERO };
            (j as u16, LiquidAlpha::distance(consensus[j], weight, seen_bonds[j]), true)
        });
        rates.append(weights.row(i).0.len(), distances);
        for (j, _) in bonds.pairs(i) {
            seen_bonds[j] = I32F32::ZERO;
        }
    }
    liquid.rates(rates.values_mut());
    rates
}

/// Marks the entries whose uid is greater than every earlier one.
fn ascending(pairs: impl Iterator<Item = (usize, I32F32)>) -> impl Iterator<Item = (usize, I32F32, bool)> {
    let mut next = 0;
    pairs.map(move |(j, value)| {
        let seen = j >= next;
        next = next.max(j + 1);
        (j, value, seen)
    })
}

/// E: each entry of `weights` (V) mixed with the old bond at its own rate, capped at 1; zeros are dropped, and so is a
/// bond without an entry in V.
pub(super) fn average(weights: &Rows, bonds: &Rows, rates: &Rows, columns: usize) -> Rows {
    let mut result = Rows::with_capacity(weights.len(), weights.entries());
    let mut held = vec![I32F32::ZERO; columns];
    for i in 0..weights.len() {
        for (j, bond) in bonds.pairs(i) {
            held[j] = bond;
        }
        let mixed = weights.pairs(i).zip(rates.row(i).1).map(|((j, weight), &rate)| {
            let kept = I32F32::ONE.sub(rate).mul(held[j]);
            let bought = rate.mul(weight).max(I32F32::ZERO);
            let bond = kept.add(bought).min(I32F32::ONE);
            (j as u16, bond, bond > I32F32::ZERO)
        });
        result.append(weights.row(i).0.len(), mixed);
        for (j, _) in bonds.pairs(i) {
            held[j] = I32F32::ZERO;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sigmoid(steepness: i16) -> LiquidAlpha {
        LiquidAlpha::new(&Params { alpha_sigmoid_steepness: steepness, ..Params::default() })
    }

    proptest! {
        #[test]
        fn many_rates_are_as_one(raw in prop::collection::vec(0i64..=1 << 32, 0..40), steepness: i16) {
            let liquid = sigmoid(steepness);
            let mut values: Vec<I32F32> = raw.into_iter().map(I32F32::from_bits).collect();
            let expected: Vec<I32F32> = values.iter().map(|&distance| liquid.rate(distance)).collect();
            liquid.rates(&mut values);
            prop_assert_eq!(values, expected);
        }
    }

    #[test]
    fn slope_is_truncated_towards_zero_for_either_sign() {
        // 0.01 has no exact form: -42949672.96 and 42949672.96 both lose their fraction.
        assert_eq!(sigmoid(1).slope.to_bits(), -42_949_672);
        assert_eq!(sigmoid(-1).slope.to_bits(), 42_949_672);
        assert_eq!(sigmoid(0).slope, I32F32::ZERO);
    }

    #[test]
    fn a_weight_equal_to_its_bond_buys() {
        let [consensus, weight] = [1i64 << 30, 1 << 31].map(I32F32::from_bits);
        assert_eq!(LiquidAlpha::distance(consensus, weight, weight), weight.sub(consensus));
        let sold = weight.add(I32F32::from_bits(1));
        assert_eq!(LiquidAlpha::distance(consensus, weight, sold).to_bits(), 1);
    }

    #[test]
    fn only_ascending_entries_are_seen() {
        let pairs = [2, 0, 3, 3, 1, 5].map(|j| (j, I32F32::ONE));
        let seen: Vec<bool> = ascending(pairs.into_iter()).map(|(.., seen)| seen).collect();
        assert_eq!(seen, [true, false, true, false, false, true]);
    }
}
