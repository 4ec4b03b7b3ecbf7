//! The weight of TAO in a pool, kept within the range in which the pool's power function is exact.

use std::io::{Error, ErrorKind, Read, Result};

use borsh::{BorshDeserialize, BorshSerialize};
use ruint::aliases::U256;

use super::power::SCALE;

/// A weight of this many units is the whole pool.
pub const WEIGHT_SCALE: u64 = SCALE;

/// The share of TAO in the value of a pool, in units of 10^-18: between 0.01 and 0.99, so that alpha has at least
/// 0.01 too (pools.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize)]
pub struct QuoteWeight(u64);

impl QuoteWeight {
    /// The least weight of either side, 0.01.
    pub const MIN: Self = Self(WEIGHT_SCALE / 100);
    /// The largest weight, 0.99.
    pub const MAX: Self = Self(WEIGHT_SCALE / 100 * 99);
    /// One half: the classic constant-product pool.
    pub const EQUAL: Self = Self(WEIGHT_SCALE / 2);

    /// A weight of `units` 10^-18ths; none outside the range.
    pub const fn new(units: u64) -> Option<Self> {
        if Self::MIN.0 <= units && units <= Self::MAX.0 { Some(Self(units)) } else { None }
    }

    /// The weight of TAO, in units of 10^-18.
    pub const fn quote(self) -> u64 {
        self.0
    }

    /// The weight of alpha, in units of 10^-18.
    pub const fn base(self) -> u64 {
        WEIGHT_SCALE - self.0
    }

    /// `floor(10^18 * quote / (quote + base))`; none when both are zero or the weight is out of range.
    pub(super) fn of_share(quote: u128, base: u128) -> Option<Self> {
        let total = U256::from(quote) + U256::from(base);
        let units = (U256::from(quote) * U256::from(WEIGHT_SCALE)).checked_div(total)?;
        Self::new(units.saturating_to())
    }
}

impl Default for QuoteWeight {
    fn default() -> Self {
        Self::EQUAL
    }
}

impl BorshDeserialize for QuoteWeight {
    /// Refuses a weight that is out of range.
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        Self::new(u64::deserialize_reader(reader)?)
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, "a pool weight must be between 0.01 and 0.99"))
    }
}
