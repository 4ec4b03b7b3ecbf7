//! Amounts of money: [`Tao`] and [`Alpha`], two integers that cannot be mixed.
//!
//! Rules (economics.md section 1):
//! - one whole TAO is 10^9 RAO, one whole alpha is 10^9 base units; every amount is a `u64` of base units;
//! - the alpha of one subnet is another token than the alpha of the next: the type keeps TAO and alpha apart, the
//!   owner of a table keeps the subnets apart;
//! - at most 21 million whole units of either ever exist ([`MAX_SUPPLY`]);
//! - no operator that could overflow exists: sums and differences are checked or saturating, and the name says which.
//!
//! Amounts read and print as decimals with nine places: `1.500000000`.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

/// Base units in one whole TAO or one whole alpha (RAO per TAO).
pub const RAO_PER_TAO: u64 = 1_000_000_000;

/// Most base units of TAO, or of one subnet's alpha, that can be issued: 21 million whole units.
pub const MAX_SUPPLY: u64 = 21_000_000 * RAO_PER_TAO;

/// Digits after the decimal point of a printed amount.
const DECIMAL_PLACES: usize = 9;

/// Writes the type, its arithmetic and its text form once for both currencies.
macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
        )]
        pub struct $name(u64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The largest representable amount, far above [`MAX_SUPPLY`].
            pub const MAX: Self = Self(u64::MAX);

            /// An amount of `units` base units.
            pub const fn new(units: u64) -> Self {
                Self(units)
            }

            /// An amount of whole units (10^9 base units each), clamped to [`Self::MAX`].
            pub const fn whole(whole: u64) -> Self {
                Self(whole.saturating_mul(RAO_PER_TAO))
            }

            /// The number of base units.
            pub const fn units(self) -> u64 {
                self.0
            }

            /// True for nothing.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The sum, or none when it does not fit.
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Some(Self(sum)),
                    None => None,
                }
            }

            /// The difference, or none when `other` is larger.
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                match self.0.checked_sub(other.0) {
                    Some(difference) => Some(Self(difference)),
                    None => None,
                }
            }

            /// The sum, clamped to [`Self::MAX`].
            pub const fn saturating_add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            /// The difference, clamped to zero.
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The product with a plain number, clamped to [`Self::MAX`].
            pub const fn saturating_mul(self, factor: u64) -> Self {
                Self(self.0.saturating_mul(factor))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_decimal(f, self.0)
            }
        }

        impl FromStr for $name {
            type Err = AmountError;

            fn from_str(text: &str) -> Result<Self, AmountError> {
                parse_decimal(text).map(Self)
            }
        }
    };
}

amount! {
    /// An amount of TAO, in RAO.
    Tao
}

amount! {
    /// An amount of one subnet's alpha, in units of 10^-9 alpha.
    Alpha
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// The text is not digits with at most one decimal point.
    NotANumber,
    /// More than nine digits follow the decimal point.
    TooFine,
    /// The amount exceeds 2^64 - 1 base units.
    TooLarge,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not an amount; write digits with at most one decimal point, such as 1.5",
            Self::TooFine => "too many decimals; the smallest unit is 0.000000001",
            Self::TooLarge => "the amount is too large; at most 18446744073.709551615 can be written",
        })
    }
}

impl std::error::Error for AmountError {}

fn write_decimal(f: &mut fmt::Formatter<'_>, units: u64) -> fmt::Result {
    let text = format!("{}.{:0width$}", units / RAO_PER_TAO, units % RAO_PER_TAO, width = DECIMAL_PLACES);
    f.pad(&text)
}

fn parse_decimal(text: &str) -> Result<u64, AmountError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(AmountError::NotANumber);
    }
    if fraction.len() > DECIMAL_PLACES {
        return Err(AmountError::TooFine);
    }
    let all = format!("{whole}{fraction:0<DECIMAL_PLACES$}");
    all.parse().map_err(|_| AmountError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_print_with_nine_places() {
        let table = [(0, "0.000000000"), (1, "0.000000001"), (1_500_000_000, "1.500000000")];
        for (units, text) in table {
            assert_eq!(Tao::new(units).to_string(), text);
            assert_eq!(Alpha::new(units).to_string(), text);
        }
        assert_eq!(format!("{:>14}", Tao::whole(2)), "   2.000000000");
    }

    #[test]
    fn text_that_is_no_amount_is_refused() {
        let table = [
            ("", AmountError::NotANumber),
            (".", AmountError::NotANumber),
            ("-1", AmountError::NotANumber),
            ("+1", AmountError::NotANumber),
            ("1.2.3", AmountError::NotANumber),
            ("1e9", AmountError::NotANumber),
            ("0.0000000001", AmountError::TooFine),
            ("18446744073.709551616", AmountError::TooLarge),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Tao>(), Err(error), "{text:?}");
        }
        assert_eq!("18446744073.709551615".parse(), Ok(Alpha::MAX));
        assert_eq!(".5".parse(), Ok(Tao::new(500_000_000)));
        assert_eq!("7.".parse(), Ok(Tao::whole(7)));
    }

    #[test]
    fn sums_and_differences_do_what_their_names_say() {
        let (one, two) = (Tao::new(1), Tao::new(2));
        assert_eq!(one.checked_sub(two), None);
        assert_eq!(one.saturating_sub(two), Tao::ZERO);
        assert_eq!(Tao::MAX.checked_add(one), None);
        assert_eq!(Tao::MAX.saturating_add(one), Tao::MAX);
        assert_eq!(two.checked_sub(one), Some(one));
        assert_eq!(Tao::MAX.saturating_mul(2), Tao::MAX);
    }

    proptest! {
        #[test]
        fn text_and_encoding_round_trip(units: u64) {
            let amount = Alpha::new(units);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            let bytes = borsh::to_vec(&amount).expect("memory does not fail");
            prop_assert_eq!(borsh::from_slice::<Alpha>(&bytes).expect("just written"), amount);
        }
    }
}
