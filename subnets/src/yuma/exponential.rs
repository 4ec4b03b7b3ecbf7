//! `exp` as a fixed series of 30 terms, every step floored (yuma.md section 2.5).

use crate::fixed::I32F32;

/// 1 as a raw integer.
const ONE: u64 = 1 << I32F32::FRACTION_BITS;
/// Arguments are clamped to -20 ..= 20; within, no step can overflow 63 bits.
const LIMIT: i64 = 20 << I32F32::FRACTION_BITS;
/// `e` cut to 23 fraction bits: the answer for exactly +1, and for nothing else.
const E: u64 = 22_802_600 << 9;
/// The index of the last term, whatever its size.
const LAST_TERM: usize = 31;

/// `e^x`, for `x` clamped to -20 ..= 20.
///
/// ```
/// use taonet_subnets::{fixed::I32F32, yuma::exponential::exp};
///
/// assert_eq!(exp(I32F32::ZERO), I32F32::ONE);
/// assert_eq!(exp(I32F32::from_int(5)).to_bits(), 637_429_664_624);
/// ```
pub fn exp(x: I32F32) -> I32F32 {
    let [result] = exps([x]);
    result
}

/// `e^x` of several numbers at once: each step waits for the one before, so that one lane alone would leave most of the
/// processor idle.
pub(super) fn exps<const LANES: usize>(x: [I32F32; LANES]) -> [I32F32; LANES] {
    let x = x.map(|x| x.to_bits().clamp(-LIMIT, LIMIT));
    let sums = series(x.map(i64::unsigned_abs));
    std::array::from_fn(|lane| {
        let sum = if x[lane] == ONE as i64 { E } else { sums[lane] };
        I32F32::from_bits(if x[lane] < 0 { reciprocal(sum) } else { sum } as i64)
    })
}

/// `1 + a + a^2 / 2! + ...` for `a <= 20`.
fn series<const LANES: usize>(a: [u64; LANES]) -> [u64; LANES] {
    let mut terms = a;
    let mut sums = a.map(|a| ONE + a);
    for inverse in &INVERSES {
        for lane in 0..LANES {
            let product = (u128::from(terms[lane]) * u128::from(a[lane])) >> I32F32::FRACTION_BITS;
            terms[lane] = inverse.quotient(product as u64);
            sums[lane] += terms[lane];
        }
        // Once a term is 0, all later ones are.
        if terms.iter().all(|&term| term == 0) {
            break;
        }
    }
    sums
}

/// `1 / x`, truncated, for raw `x > 2`: what `ONE.saturating_div(x)` is, without a 128-bit division.
///
/// 2^64 / x and (2^64 - 1) / x differ in their integer part only if x divides 2^64.
#[inline]
pub(super) fn reciprocal(x: u64) -> u64 {
    u64::MAX / x + u64::from(x.is_power_of_two())
}

/// Division by a small number as a multiplication (Granlund and Montgomery 1994, theorem 4.2).
#[derive(Clone, Copy)]
struct Inverse {
    /// `ceil(2^(63 + L) / i)` with `L = ceil(log2(i))`.
    factor: u64,
    /// `L - 1`
    shift: u32,
}

impl Inverse {
    /// The inverse of `i`, from 2 to 2^63.
    const fn new(i: u64) -> Self {
        let shift = (i - 1).ilog2();
        Self { factor: (1u128 << (64 + shift)).div_ceil(i as u128) as u64, shift }
    }

    /// `floor(n / i)` for `n < 2^63`.
    #[inline]
    fn quotient(&self, n: u64) -> u64 {
        (((u128::from(n) * u128::from(self.factor)) >> 64) as u64).wrapping_shr(self.shift)
    }
}

/// The divisors of the terms, from the second on.
const INVERSES: [Inverse; LAST_TERM - 1] = {
    let mut inverses = [Inverse::new(2); LAST_TERM - 1];
    let mut k = 0;
    while k < inverses.len() {
        inverses[k] = Inverse::new(k as u64 + 2);
        k += 1;
    }
    inverses
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::oracle::exp as literal;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn equals_the_series_as_written(raw in -(21i64 << 32)..(21i64 << 32), shift in 0u32..40) {
            let lanes = [raw, raw >> shift, -raw, raw ^ 1].map(I32F32::from_bits);
            prop_assert_eq!(exps(lanes), lanes.map(literal));
        }

        #[test]
        fn multiplication_replaces_division(n in 0u64..1 << 63, i in 2usize..32) {
            prop_assert_eq!(INVERSES[i - 2].quotient(n), n / i as u64);
        }

        #[test]
        fn the_reciprocal_is_a_division_of_one(x in 3i64..i64::MAX, shift in 0u32..62) {
            for x in [x, (x >> shift).max(3), 1 << shift.max(2)] {
                let expected = I32F32::ONE.saturating_div(I32F32::from_bits(x));
                prop_assert_eq!(reciprocal(x as u64), expected.to_bits() as u64);
            }
        }
    }

    #[test]
    fn special_points() {
        let whole = |k: i64| I32F32::from_int(k);
        for k in [-21, -20, -2, -1, 0, 1, 2, 20, 21] {
            assert_eq!(exp(whole(k)), literal(whole(k)), "exp({k})");
        }
        assert_eq!(exp(whole(1)).to_bits(), 11_674_931_200);
        assert_eq!(exp(I32F32::MIN), exp(whole(-20)));
        assert_eq!(exp(I32F32::MAX), exp(whole(20)));
        for (i, inverse) in (2..).zip(&INVERSES) {
            let most = (1 << 63) - 1;
            assert_eq!(inverse.quotient(most), most / i);
        }
    }
}
