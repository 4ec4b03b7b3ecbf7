//! Small helpers on fixed-point vectors (yuma.md section 2.4).

use crate::fixed::{Divisor, I32F32};

/// The sum, exact; beyond the range of the type, which no legal input reaches, its nearest end.
pub fn sum(values: &[I32F32]) -> I32F32 {
    let sum: i128 = values.iter().map(|value| i128::from(value.to_bits())).sum();
    I32F32::from_bits(sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

/// Divides every value by the sum of all; a vector that sums to 0 stays as it is.
///
/// The result sums to at most 1, and usually to a few units of 2^-32 less.
pub fn normalize(values: &mut [I32F32]) {
    divide_by(values, sum(values));
}

/// Divides every value by `divisor`; by 0 not at all.
pub(super) fn divide_by(values: &mut [I32F32], divisor: I32F32) {
    if divisor == I32F32::ZERO {
        return;
    }
    let divisor = Divisor::new(divisor);
    for value in values {
        *value = divisor.divide(*value);
    }
}

/// A proportion as a stored u16: `x * 65535`, **truncated** and clamped. So 0.99999999977 becomes 65534.
#[inline]
pub fn proportion_to_u16(x: I32F32) -> u16 {
    // x * 65535 is exact in raw units; beyond 0 ..= 1 the result is clamped anyway.
    let raw = x.to_bits().clamp(0, I32F32::ONE.to_bits());
    ((raw * i64::from(u16::MAX)) >> I32F32::FRACTION_BITS) as u16
}

/// A stored u16 as a proportion: `k / 65535`, truncated.
#[inline]
pub fn proportion_from_u16(k: u16) -> I32F32 {
    I32F32::from_bits(((i64::from(k)) << I32F32::FRACTION_BITS) / i64::from(u16::MAX))
}

/// What a share of `emission` comes to: `floor(share * emission)`, in whole rao, clamped to `0 ..= 2^64 - 1`.
pub(super) fn pay(share: I32F32, emission: u64) -> u64 {
    // 63 by 64 bits: the product is exact, so this floor is the only rounding.
    let product = share.to_bits().max(0) as u128 * u128::from(emission);
    u64::try_from(product >> I32F32::FRACTION_BITS).unwrap_or(u64::MAX)
}
