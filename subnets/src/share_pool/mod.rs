//! Share pools: one number for what all stakers of a hotkey own together, one share for each of them.
//!
//! Rules (staking.md section 2):
//! - a pool has a total value `V` and a denominator `D`; a coldkey with share `s` owns `floor(V * s / D)`;
//! - dividends raise `V` alone, so everybody gains in proportion, and no staker's entry is touched;
//! - a deposit adds `amount * D / V` to the share and to the denominator; the first one sets both to the amount;
//! - a withdrawal takes the same away, if the share is worth that much, and else does nothing;
//! - all of this in decimal numbers of 21 digits, [`SafeFloat`], floored at every step.
//!
//! Quirks to keep:
//! - in a pool that is worth nothing but still has a denominator, a deposit gets no share. Callers ask
//!   [`SharePool::accepts`] first;
//! - the denominator has as many digits as a share, but is larger, so it loses digits that the shares keep. What it
//!   lost is little beside all that was ever staked, but not beside what little may be left of that: when nearly all
//!   leave a large pool, dividends to the rest are worth some units more, or less, than was paid
//!   ([`SharePool::rounding`]).

mod safe_float;

#[cfg(test)]
mod tests;

use borsh::{BorshDeserialize, BorshSerialize};

pub use safe_float::SafeFloat;

use crate::amount::Alpha;

/// What the stakers of one hotkey on one subnet own together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SharePool {
    /// The total value, `V`.
    pub value: Alpha,
    /// The sum of all shares, `D`, up to rounding. Zero means no staker: it is not stored then.
    pub denominator: SafeFloat,
}

impl SharePool {
    /// What `share` is worth; nothing in an empty pool.
    pub fn value_of(&self, share: SafeFloat) -> Alpha {
        let value = SafeFloat::from_u64(self.value.units());
        Alpha::new(value.scaled(share, self.denominator).map_or(0, SafeFloat::to_u64))
    }

    /// By how much the values of all `stakers` together may miss the value of the pool: each is floored to a unit, and
    /// the shares may miss the denominator by what the flooring of deposits and withdrawals adds up to.
    ///
    /// That sum is known to nobody. It is taken to be below one share: the last digit of a denominator of all the
    /// alpha there can be is 10^-4 shares, and of a pool of 1,000 alpha 10^-9.
    pub fn rounding(&self, stakers: usize) -> Alpha {
        let stakers = Alpha::new(u64::try_from(stakers).unwrap_or(u64::MAX));
        let one_share = self.value_of(SafeFloat::from_u64(1)).saturating_add(Alpha::new(1));
        stakers.saturating_add(one_share)
    }

    /// Raises the value of every share in proportion (saturating).
    pub fn distribute(&mut self, amount: Alpha) {
        self.value = self.value.saturating_add(amount);
    }

    /// Lowers the value of every share in proportion (saturating).
    pub fn slash(&mut self, amount: Alpha) {
        self.value = self.value.saturating_sub(amount);
    }

    /// Whether a deposit of `amount` would get a share at all: the precision test before staking.
    pub fn accepts(&self, amount: Alpha) -> bool {
        self.denominator.is_zero() || !self.shares_for(amount).is_zero()
    }

    /// Adds `amount` to the pool and to one staker's share, and returns the new share.
    #[must_use = "the share belongs into the staker's entry"]
    pub fn deposit(&mut self, share: SafeFloat, amount: Alpha) -> SafeFloat {
        let (share, denominator) = match self.denominator.is_zero() {
            true => (SafeFloat::from_u64(amount.units()), SafeFloat::from_u64(amount.units())),
            false => {
                let added = self.shares_for(amount);
                (share.plus(added), self.denominator.plus(added))
            }
        };
        *self = Self { value: self.value.saturating_add(amount), denominator };
        share
    }

    /// Takes `amount` out of the pool and of one staker's share, and returns the new share, which is no longer stored
    /// when it is zero. None, and nothing happens, when the share is worth less.
    pub fn withdraw(&mut self, share: SafeFloat, amount: Alpha) -> Option<SafeFloat> {
        if self.value_of(share) < amount {
            return None;
        }
        if self.denominator.is_zero() {
            return Some(SafeFloat::ZERO);
        }
        let removed = self.shares_for(amount);
        // Taking a number from zero is an error and leaves the old value, zero.
        let left = share.minus(removed).unwrap_or(share);
        let denominator = self.denominator.minus(removed).unwrap_or(self.denominator);
        *self = Self { value: self.value.saturating_sub(amount), denominator };
        Some(left)
    }

    /// The shares that `amount` buys or redeems: `amount * D / V`, zero in a pool without value.
    fn shares_for(&self, amount: Alpha) -> SafeFloat {
        let value = SafeFloat::from_u64(self.value.units());
        SafeFloat::from_u64(amount.units()).scaled(self.denominator, value).unwrap_or(SafeFloat::ZERO)
    }
}
