//! The rule for registration prices until January 2026 (registration.md section 3.1).
//!
//! Rules:
//! - once per interval the number of registrations is compared with a target;
//! - with too many, what was used more (burn or proof of work) becomes dearer; with too few, what was used *less* is
//!   adjusted, which then makes it cheaper; with equal numbers both are;
//! - an adjustment is `v * (registrations + target) / (2 * target)`, smoothed, within bounds.
//!
//! The arithmetic has 18 fraction bits, floored.

use std::ops::RangeInclusive;

/// Fraction bits of the adjustment.
const FRACTION_BITS: u32 = 18;

/// The settings of the interval rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntervalRule {
    /// Registrations wanted per interval.
    pub target: u16,
    /// The part of the old value that stays, 2^64 - 1 for all of it.
    pub alpha: u64,
    /// Bounds of the burn price, in RAO.
    pub burn: RangeInclusive<u64>,
    /// Bounds of the difficulty.
    pub difficulty: RangeInclusive<u64>,
}

/// The two prices of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// To be burned, in RAO.
    pub burn: u64,
    /// Of the proof of work.
    pub difficulty: u64,
}

impl IntervalRule {
    /// The prices after an interval with these registrations, by burning and by proof of work.
    pub fn adjusted(&self, prices: Prices, burns: u16, works: u16) -> Prices {
        let registrations = u32::from(burns) + u32::from(works);
        let too_many = registrations > u32::from(self.target);
        let (leading, trailing) = if too_many { (burns, works) } else { (works, burns) };
        let mut next = prices;
        if leading >= trailing {
            next.burn = self.adjust(prices.burn, registrations, &self.burn);
        }
        if trailing >= leading {
            next.difficulty = self.adjust(prices.difficulty, registrations, &self.difficulty);
        }
        next
    }

    /// `alpha * value + (1 - alpha) * value * (registrations + target) / (2 * target)`, clamped; the value itself when
    /// the target is 0.
    fn adjust(&self, value: u64, registrations: u32, bounds: &RangeInclusive<u64>) -> u64 {
        let (value, target) = (u128::from(value), u128::from(self.target));
        // At most 2^64 * 2^18 * 2^18.
        let scaled = (value * (u128::from(registrations) + target)) << FRACTION_BITS;
        let moved = scaled.checked_div(2 * target).unwrap_or(value << FRACTION_BITS);
        let alpha = (u128::from(self.alpha) << FRACTION_BITS) / u128::from(u64::MAX);
        // Products of at most 2^100 and 2^18.
        let smoothed = alpha * value + ((((1 << FRACTION_BITS) - alpha) * moved) >> FRACTION_BITS);
        let whole = u64::try_from(smoothed >> FRACTION_BITS).unwrap_or(u64::MAX);
        whole.max(*bounds.start()).min(*bounds.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> IntervalRule {
        IntervalRule { target: 2, alpha: 0, burn: 10..=10_000, difficulty: 10..=10_000 }
    }

    #[test]
    fn what_is_adjusted_by_which_registrations_led() {
        let start = Prices { burn: 1_000, difficulty: 1_000 };
        let table = [
            ((3, 1), Prices { burn: 1_500, ..start }),
            ((1, 3), Prices { difficulty: 1_500, ..start }),
            ((2, 2), Prices { burn: 1_500, difficulty: 1_500 }),
            ((1, 0), Prices { difficulty: 750, ..start }),
            ((0, 1), Prices { burn: 750, ..start }),
            ((0, 0), Prices { burn: 500, difficulty: 500 }),
            ((60_000, 0), Prices { burn: 10_000, ..start }),
        ];
        for ((burns, works), expected) in table {
            assert_eq!(rule().adjusted(start, burns, works), expected, "{burns} burns, {works} works");
        }
    }

    #[test]
    fn smoothing_keeps_part_of_the_old_value() {
        let start = Prices { burn: 1_000, difficulty: 1_000 };
        let half = IntervalRule { alpha: u64::MAX / 2 + 1, ..rule() };
        assert_eq!(half.adjusted(start, 4, 0).burn, 1_250);
        let all = IntervalRule { alpha: u64::MAX, ..rule() };
        assert_eq!(all.adjusted(start, 4, 0).burn, 1_000);
        let none = IntervalRule { target: 0, ..rule() };
        assert_eq!(none.adjusted(start, 4, 0).burn, 1_000, "no target moves nothing");
    }
}
