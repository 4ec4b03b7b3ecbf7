//! Binary fixed-point numbers with exact, machine-independent rounding (economics.md section 2, yuma.md section 2.3).
//!
//! A number is an integer `raw` that stands for `raw / 2^f`. The rules, for all five types alike:
//!
//! | operation | result | when it does not fit |
//! |---|---|---|
//! | [`add`](I32F32::add), [`sub`](I32F32::sub) | exact | saturates |
//! | [`mul`](I32F32::mul) | full-width product, floored: negative results round towards minus infinity | saturates |
//! | [`checked_div`](I32F32::checked_div) | truncated: negative results round towards 0 | `None`; also for divisor 0 |
//! | [`div`](I32F32::div) ("safe division") | the same quotient | 0 |
//! | [`saturating_div`](I32F32::saturating_div) | the same quotient | saturates |
//! | [`from_int`](I32F32::from_int) | exact | saturates |
//! | [`to_u64`](I32F32::to_u64), [`to_u16`](I32F32::to_u16) | floored | clamped to the target's range |
//! | [`convert`](I32F32::convert) | low fraction bits dropped (floor) or zeros appended | saturates |
//!
//! Comparisons are those of the raw integers. There are no operators (`+`, `*`): a reader always sees which rounding
//! and which overflow rule a line uses.

mod divisor;
#[cfg(test)]
mod tests;
mod wide;

pub use divisor::Divisor;

/// What the fixed-point types have in common: an integer part and 64 fraction bits hold every one of them exactly.
pub trait Fixed: Copy {
    /// Integer part (floored) and the fraction above it, in units of 2^-64.
    fn to_parts(self) -> (i128, u64);

    /// The number `integer + fraction / 2^64`, floored to this type's fraction bits; saturates.
    fn from_parts(integer: i128, fraction: u64) -> Self;
}

/// Defines one fixed-point type over the integer `$raw` with `$fraction` fraction bits; `$multiply` and `$divide` are
/// the full-width operations on raw integers.
macro_rules! fixed_point {
    ($(#[$doc:meta])* $name:ident, $raw:ty, $fraction:literal, $multiply:path, $divide:path) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($raw);

        impl $name {
            /// How many bits of the raw integer stand behind the binary point.
            pub const FRACTION_BITS: u32 = $fraction;
            /// The number 0.
            pub const ZERO: Self = Self(0);
            /// The number 1.
            pub const ONE: Self = Self(1 << $fraction);
            /// The smallest number of this type.
            pub const MIN: Self = Self(<$raw>::MIN);
            /// The largest number of this type.
            pub const MAX: Self = Self(<$raw>::MAX);

            /// The number `raw / 2^FRACTION_BITS`.
            #[inline]
            pub const fn from_bits(raw: $raw) -> Self {
                Self(raw)
            }

            /// The raw integer, `self * 2^FRACTION_BITS`.
            #[inline]
            pub const fn to_bits(self) -> $raw {
                self.0
            }

            /// The integer `integer`; saturates.
            #[inline]
            pub fn from_int(integer: impl Into<i128>) -> Self {
                Self::from_parts(integer.into(), 0)
            }

            /// `numerator / denominator` of two integers by safe division: 0 when the denominator is 0.
            #[inline]
            pub fn from_ratio(numerator: impl Into<i128>, denominator: impl Into<i128>) -> Self {
                Self::from_int(numerator).div(Self::from_int(denominator))
            }

            /// `self + other`; saturates.
            #[inline]
            pub const fn add(self, other: Self) -> Self {
                match self.0.checked_add(other.0) {
                    Some(raw) => Self(raw),
                    None => self.saturated_sum(other),
                }
            }

            /// Out of line, so that the sums of everyday cost one predictable branch and nothing else.
            #[cold]
            const fn saturated_sum(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            /// `self - other`; saturates (an unsigned type stops at 0).
            #[inline]
            pub const fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// `self * other`, floored; saturates.
            #[inline]
            pub const fn mul(self, other: Self) -> Self {
                Self($multiply(self.0, other.0, $fraction))
            }

            /// `self / other`, truncated towards zero; `None` when `other` is 0 or the quotient does not fit.
            #[inline]
            pub const fn checked_div(self, other: Self) -> Option<Self> {
                match $divide(self.0, other.0, $fraction) {
                    Some(raw) => Some(Self(raw)),
                    None => None,
                }
            }

            /// `self / other`, truncated towards zero; 0 when `other` is 0 or the quotient does not fit.
            #[inline]
            pub const fn div(self, other: Self) -> Self {
                match $divide(self.0, other.0, $fraction) {
                    Some(raw) => Self(raw),
                    None => Self::ZERO,
                }
            }

            /// `self / other`, truncated towards zero; saturates. A division by 0 saturates by the sign of `self`, and
            /// 0 / 0 is 0.
            #[inline]
            #[allow(unused_comparisons)] // the unsigned types are never below zero
            pub const fn saturating_div(self, other: Self) -> Self {
                match $divide(self.0, other.0, $fraction) {
                    Some(raw) => Self(raw),
                    None if self.0 == 0 => Self::ZERO,
                    None if (self.0 < 0) != (other.0 < 0) => Self::MIN,
                    None => Self::MAX,
                }
            }

            /// The integer part (floored).
            #[inline]
            pub const fn floor(self) -> i128 {
                (self.0 >> $fraction) as i128
            }

            /// The nearest integer, ties away from zero.
            #[inline]
            #[allow(unused_comparisons)] // the unsigned types are never below zero
            pub const fn round(self) -> i128 {
                let half_up = self.floor() + ((self.0 >> ($fraction - 1)) & 1) as i128;
                let tie = self.0 & ((1 << $fraction) - 1) == 1 << ($fraction - 1);
                if self.0 < 0 && tie { half_up - 1 } else { half_up }
            }

            /// The integer part, clamped to `0 ..= 2^64 - 1`.
            #[inline]
            pub const fn to_u64(self) -> u64 {
                let floor = self.floor();
                if floor < 0 {
                    0
                } else if floor > u64::MAX as i128 {
                    u64::MAX
                } else {
                    floor as u64
                }
            }

            /// The integer part, clamped to `0 ..= 65535`.
            #[inline]
            pub const fn to_u16(self) -> u16 {
                let floor = self.to_u64();
                if floor > u16::MAX as u64 { u16::MAX } else { floor as u16 }
            }

            /// This number in another type: floored to that type's fraction bits; saturates.
            #[inline]
            pub fn convert<Target: Fixed>(self) -> Target {
                let (integer, fraction) = self.to_parts();
                Target::from_parts(integer, fraction)
            }
        }

        impl Fixed for $name {
            #[inline]
            fn to_parts(self) -> (i128, u64) {
                (self.floor(), (self.0 as u64) << (64 - $fraction))
            }

            #[inline]
            #[allow(unused_comparisons)] // the unsigned types are never below zero
            fn from_parts(integer: i128, fraction: u64) -> Self {
                if integer > Self::MAX.floor() {
                    Self::MAX
                } else if integer < Self::MIN.floor() {
                    Self::MIN
                } else {
                    Self(((integer as $raw) << $fraction) | (fraction >> (64 - $fraction)) as $raw)
                }
            }
        }
    };
}

fixed_point! {
    /// 64 bits, signed, 32 behind the point: nearly everything in a Yuma epoch.
    ///
    /// ```
    /// use taonet_subnets::fixed::I32F32;
    ///
    /// let third = I32F32::from_ratio(1, 3);
    /// assert_eq!(third.to_bits(), 1_431_655_765); // truncated
    /// assert_eq!(I32F32::from_int(-1).mul(third).to_bits(), -1_431_655_765);
    /// assert_eq!(I32F32::from_bits(-1).mul(third).to_bits(), -1); // floored
    /// assert_eq!(I32F32::ONE.div(I32F32::ZERO), I32F32::ZERO); // safe division
    /// ```
    I32F32, i64, 32, wide::multiply_i64, wide::divide_i64
}

fixed_point! {
    /// 128 bits, signed, 64 behind the point: stake totals and their normalisation.
    I64F64, i128, 64, wide::multiply_signed, wide::divide_signed
}

fixed_point! {
    /// 128 bits, signed, 32 behind the point: shares of an emission and moving prices.
    I96F32, i128, 32, wide::multiply_signed, wide::divide_signed
}

fixed_point! {
    /// 128 bits, unsigned, 32 behind the point: proportions of child keys and of TAO stake.
    U96F32, u128, 32, wide::multiply_unsigned, wide::divide_unsigned
}

fixed_point! {
    /// 128 bits, unsigned, 64 behind the point: the weights of mechanisms and of emission shares.
    U64F64, u128, 64, wide::multiply_unsigned, wide::divide_unsigned
}
