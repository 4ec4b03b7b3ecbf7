//! Decimal floating point with 21 digits: the numbers of the share pools.
//!
//! Rules (staking.md section 2.1), with `M = 10^21`:
//! - a value is `mantissa * 10^exponent`; zero is `(0, 0)`, everything else has `M / 10 < mantissa <= M`;
//! - digits that do not fit are dropped, never rounded up;
//! - subtraction clamps at zero; there are no negative numbers;
//! - division by zero and `0 - y` are errors, given as none.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use ruint::aliases::U256;

/// The largest mantissa.
const MAX_MANTISSA: u128 = 1_000_000_000_000_000_000_000;

/// Decimal digits of [`MAX_MANTISSA`] after the leading one.
const DIGITS: i64 = 21;

/// A shift by this many digits leaves nothing of any mantissa.
const SHIFT_LIMIT: u64 = 22;

/// A non-negative decimal number of 21 digits in normal form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SafeFloat {
    mantissa: u128,
    exponent: i64,
}

impl SafeFloat {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };

    /// The number `mantissa * 10^exponent` in normal form; none when the mantissa exceeds 10^21.
    pub fn new(mantissa: u128, exponent: i64) -> Option<Self> {
        (mantissa <= MAX_MANTISSA).then(|| Self::normalised(mantissa, exponent))
    }

    /// The integer `value`.
    pub fn from_u64(value: u64) -> Self {
        Self::normalised(value.into(), 0)
    }

    /// The digits of the number.
    pub const fn mantissa(self) -> u128 {
        self.mantissa
    }

    /// The power of ten the digits are multiplied by.
    pub const fn exponent(self) -> i64 {
        self.exponent
    }

    /// True for zero.
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The sum, rounded down digit by digit as the rule says.
    pub fn plus(self, other: Self) -> Self {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let (x, y, exponent) = self.aligned(other);
        Self::normalised(x.saturating_add(y), exponent)
    }

    /// The difference, zero when `other` is larger; none when a number is taken from zero.
    pub fn minus(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return Some(self);
        }
        if self.is_zero() {
            return None;
        }
        let (x, y, exponent) = self.aligned(other);
        Some(Self::normalised(x.saturating_sub(y), exponent))
    }

    /// The quotient; none when `divisor` is zero.
    pub fn divided_by(self, divisor: Self) -> Option<Self> {
        let mantissa = wide_quotient(self.mantissa, MAX_MANTISSA, divisor.mantissa)?;
        let exponent = self.exponent.saturating_sub(divisor.exponent).saturating_sub(DIGITS);
        Some(Self::normalised(mantissa, exponent))
    }

    /// `self * factor / divisor` with one rounding; none when `divisor` is zero.
    pub fn scaled(self, factor: Self, divisor: Self) -> Option<Self> {
        let mantissa = wide_quotient(self.mantissa, factor.mantissa, divisor.mantissa)?;
        let exponent = self.exponent.saturating_add(factor.exponent).saturating_sub(divisor.exponent);
        Some(Self::normalised(mantissa, exponent))
    }

    /// The whole part, at most 2^64 - 1.
    pub fn to_u64(self) -> u64 {
        let factor = power_of_ten(self.exponent.unsigned_abs());
        let whole = match self.exponent > 0 {
            true => self.mantissa.saturating_mul(factor),
            false => self.mantissa / factor,
        };
        u64::try_from(whole).unwrap_or(u64::MAX)
    }

    /// Both mantissas at the larger exponent; the number with the smaller one loses digits.
    fn aligned(self, other: Self) -> (u128, u128, i64) {
        let exponent = self.exponent.max(other.exponent);
        let shifted = |x: Self| x.mantissa / power_of_ten(exponent.abs_diff(x.exponent));
        (shifted(self), shifted(other), exponent)
    }

    fn normalised(mut mantissa: u128, mut exponent: i64) -> Self {
        if mantissa == 0 {
            return Self::ZERO;
        }
        while mantissa > MAX_MANTISSA {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        while mantissa <= MAX_MANTISSA / 10 {
            mantissa *= 10;
            exponent = exponent.saturating_sub(1);
        }
        Self { mantissa, exponent }
    }
}

impl fmt::Display for SafeFloat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}e{}", self.mantissa, self.exponent)
    }
}

/// `10^digits`, where every shift beyond the limit counts as the limit.
fn power_of_ten(digits: u64) -> u128 {
    // At most 10^22.
    10u128.pow(digits.min(SHIFT_LIMIT) as u32)
}

/// `floor(x * y / divisor)` of three mantissas: below 10^22, as the divisor is above 10^20; none for a divisor of 0.
fn wide_quotient(x: u128, y: u128, divisor: u128) -> Option<u128> {
    let quotient = (U256::from(x) * U256::from(y)).checked_div(U256::from(divisor))?;
    Some(quotient.saturating_to())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_float() -> impl Strategy<Value = SafeFloat> {
        (0..=MAX_MANTISSA, -40i64..40)
            .prop_map(|(m, e)| SafeFloat::new(m, e).expect("mantissa within bounds"))
    }

    fn is_normal(x: SafeFloat) -> bool {
        x == SafeFloat::ZERO || (x.mantissa > MAX_MANTISSA / 10 && x.mantissa <= MAX_MANTISSA)
    }

    #[test]
    fn integers_too_large_for_the_mantissa_are_refused() {
        assert_eq!(SafeFloat::new(MAX_MANTISSA + 1, 0), None);
        assert_eq!(SafeFloat::new(MAX_MANTISSA, 0).map(SafeFloat::mantissa), Some(MAX_MANTISSA));
    }

    #[test]
    fn zero_has_one_form_and_its_own_rules() {
        let one = SafeFloat::from_u64(1);
        assert_eq!(SafeFloat::new(0, 17), Some(SafeFloat::ZERO));
        assert_eq!(SafeFloat::ZERO.minus(SafeFloat::ZERO), Some(SafeFloat::ZERO));
        assert_eq!(SafeFloat::ZERO.minus(one), None);
        assert_eq!(one.divided_by(SafeFloat::ZERO), None);
        assert_eq!(one.scaled(one, SafeFloat::ZERO), None);
        assert_eq!(one.minus(SafeFloat::from_u64(2)), Some(SafeFloat::ZERO));
    }

    proptest! {
        #[test]
        fn every_result_is_normal(a in any_float(), b in any_float(), c in any_float()) {
            prop_assert!(is_normal(a) && is_normal(a.plus(b)));
            for result in [a.minus(b), a.divided_by(b), a.scaled(b, c)].into_iter().flatten() {
                prop_assert!(is_normal(result), "{result}");
            }
        }

        #[test]
        fn integers_survive(value: u64) {
            prop_assert_eq!(SafeFloat::from_u64(value).to_u64(), value);
        }

        #[test]
        fn a_sum_commutes_and_never_exceeds_the_parts(a: u64, b: u64) {
            let (x, y) = (SafeFloat::from_u64(a), SafeFloat::from_u64(b));
            prop_assert_eq!(x.plus(y), y.plus(x));
            prop_assert!(x.plus(y).to_u64() <= a.saturating_add(b));
        }

        #[test]
        fn encoding_round_trips(a in any_float()) {
            let bytes = borsh::to_vec(&a).expect("memory does not fail");
            prop_assert_eq!(borsh::from_slice::<SafeFloat>(&bytes).expect("just written"), a);
        }
    }
}
