//! Many divisions by one number, each for the price of two multiplications.

use super::I32F32;

/// A divisor prepared once, for vectors that are divided by their sum or by their maximum.
///
/// [`Divisor::divide`] equals [`I32F32::div`] for every input; only the speed differs. For `0 <= a <= d` both numbers
/// are first scaled by a power of two, which leaves the quotient `q = floor(a * 2^32 / d)` as it is, so that
/// `2^62 <= d < 2^63`. With `m = floor(2^96 / d)`, the estimate `e = floor(a * m / 2^64)` satisfies
/// `q - 1 <= e <= q`, because `a * (2^96 / d - m) / 2^64 < a / 2^64 < 1`. Comparing the remainder with `d` settles it.
#[derive(Clone, Copy, Debug)]
pub struct Divisor {
    /// The divisor as it was given.
    plain: I32F32,
    /// The largest numerator that takes the short way: `plain`, or 0 for a divisor that is not positive.
    limit: u64,
    /// How far numerator and divisor are shifted left.
    shift: u32,
    /// `plain` shifted, in `2^62 .. 2^63`; 1 for a divisor that is not positive, so that 0 divided by it is 0.
    scaled: u64,
    /// `floor(2^96 / scaled)`, below 2^35.
    reciprocal: u64,
}

impl Divisor {
    /// Prepares `divisor`, which may be any number, also 0 or negative.
    #[inline]
    pub const fn new(divisor: I32F32) -> Self {
        let raw = divisor.to_bits();
        if raw <= 0 {
            return Self { plain: divisor, limit: 0, shift: 0, scaled: 1, reciprocal: 0 };
        }
        let limit = raw as u64;
        let shift = limit.leading_zeros() - 1;
        let scaled = limit << shift;
        Self { plain: divisor, limit, shift, scaled, reciprocal: ((1 << 96) / scaled as u128) as u64 }
    }

    /// `numerator / divisor`, truncated; 0 when the divisor is 0 or the quotient does not fit.
    #[inline]
    pub const fn divide(&self, numerator: I32F32) -> I32F32 {
        let raw = numerator.to_bits() as u64; // a negative number becomes larger than any limit
        if raw > self.limit {
            return self.divide_the_long_way(numerator);
        }
        // Nothing overflows here; the wrapping forms only spare the checks.
        let numerator = raw.wrapping_shl(self.shift);
        let estimate = ((numerator as u128 * self.reciprocal as u128) >> 64) as u64;
        // The true remainder lies in 0 .. 2 * scaled < 2^64, so the arithmetic modulo 2^64 shows it exactly.
        let remainder = (numerator << 32).wrapping_sub(estimate.wrapping_mul(self.scaled));
        I32F32::from_bits(estimate.wrapping_add((remainder >= self.scaled) as u64) as i64)
    }

    /// For numerators that are negative or exceed the divisor: parts of a whole never are.
    #[cold]
    const fn divide_the_long_way(&self, numerator: I32F32) -> I32F32 {
        numerator.div(self.plain)
    }
}
