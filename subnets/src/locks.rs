//! Stake locks: mass that decays, and conviction that ripens (staking.md section 10).
//!
//! Rules:
//! - a locked mass fades with time constant `unlock`, unless the lock is perpetual;
//! - conviction for the hotkey grows out of the mass with time constant `maturity`, and fades with it too;
//! - the subnet owner's hotkey has its whole mass as conviction at once;
//! - a lock under 100 units of both is dust and is removed.

use crate::amount::Alpha;
use crate::fixed::{I64F64, U64F64};

/// Both time constants by default, in blocks: half is gone in about 90 days.
pub const DEFAULT_TIME_CONSTANT: u64 = 934_866;

/// A lock below this mass and this conviction is removed.
const DUST: u64 = 100;

/// Terms of the exponential series after the leading 1.
const SERIES_TERMS: i128 = 63;

/// Beyond this many time constants nothing is left.
const MAX_TIME_CONSTANTS: i128 = 40;

/// A lock of one coldkey on one subnet for one hotkey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Alpha that cannot be unstaked.
    pub mass: Alpha,
    /// The weight it gives the hotkey, in alpha.
    pub conviction: U64F64,
    /// The block of these values.
    pub last_update: u64,
}

/// How a lock changes with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockTerms {
    /// The time constant of the mass, in blocks.
    pub unlock: u64,
    /// The time constant of conviction, in blocks.
    pub maturity: u64,
    /// Whether the mass stays.
    pub perpetual: bool,
    /// Whether it is for the subnet owner's hotkey.
    pub owner: bool,
}

impl Lock {
    /// The lock in block `now`; mass and conviction of 0 mean that it is gone.
    #[must_use]
    pub fn rolled(self, now: u64, terms: &LockTerms) -> Self {
        let elapsed = now.saturating_sub(self.last_update);
        let rolled = if elapsed == 0 { self } else { self.faded(elapsed, terms) };
        Self { last_update: now, ..rolled }.settled(terms.owner)
    }

    /// The last two rules of every change: the owner's conviction is its mass, and dust is removed.
    #[must_use]
    pub fn settled(mut self, owner: bool) -> Self {
        if owner {
            self.conviction = U64F64::from_int(self.mass.units());
        }
        if self.mass < Alpha::new(DUST) && self.conviction < U64F64::from_int(DUST) {
            self.mass = Alpha::ZERO;
            self.conviction = U64F64::ZERO;
        }
        self
    }

    fn faded(self, elapsed: u64, terms: &LockTerms) -> Self {
        let mass = U64F64::from_int(self.mass.units());
        let (unlock, maturity) = (decay(elapsed, terms.unlock), decay(elapsed, terms.maturity));
        let left = if terms.perpetual { self.mass } else { Alpha::new(unlock.mul(mass).to_u64()) };
        let gained = mass.mul(ripened(elapsed, terms, unlock, maturity));
        Self { mass: left, conviction: maturity.mul(self.conviction).add(gained), ..self }
    }
}

/// The conviction that one unit of mass gains in `elapsed` blocks.
fn ripened(elapsed: u64, terms: &LockTerms, unlock: U64F64, maturity: U64F64) -> U64F64 {
    if terms.perpetual {
        return U64F64::ONE.sub(maturity);
    }
    if terms.unlock == 0 || terms.maturity == 0 {
        return U64F64::ZERO;
    }
    if terms.unlock == terms.maturity {
        return U64F64::from_ratio(elapsed, terms.maturity).mul(maturity);
    }
    let difference = unlock.convert::<I64F64>().sub(maturity.convert());
    let constants = I64F64::from_int(terms.unlock).sub(I64F64::from_int(terms.maturity));
    I64F64::from_int(terms.unlock).mul(difference).div(constants).convert()
}

/// What is left of 1 after `elapsed` blocks at a time constant: `e^-(elapsed / constant)`, as 64 terms of the series
/// give it.
pub fn decay(elapsed: u64, constant: u64) -> U64F64 {
    if elapsed == 0 {
        return U64F64::ONE;
    }
    if constant == 0 {
        return U64F64::ZERO;
    }
    let x = I64F64::from_ratio(elapsed, constant).min(I64F64::from_int(MAX_TIME_CONSTANTS));
    let (mut term, mut sum) = (I64F64::ONE, I64F64::ONE);
    for index in 1..=SERIES_TERMS {
        term = term.mul(x).div(I64F64::from_int(index));
        sum = sum.add(term);
    }
    I64F64::ONE.div(sum).convert()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TERMS: LockTerms = LockTerms {
        unlock: DEFAULT_TIME_CONSTANT,
        maturity: DEFAULT_TIME_CONSTANT,
        perpetual: false,
        owner: false,
    };

    #[test]
    fn the_example_of_the_specification() {
        let lock = Lock { mass: Alpha::whole(1_000), ..Lock::default() }.rolled(648_000, &TERMS);
        assert_eq!(lock.mass, Alpha::new(499_999_856_718));
        assert_eq!(lock.conviction.to_u64(), 346_573_634_246);
    }

    #[test]
    fn dust_is_removed_and_the_owner_is_convinced_at_once() {
        let dust = Lock { mass: Alpha::new(99), ..Lock::default() };
        assert_eq!(dust.rolled(1, &TERMS), Lock { last_update: 1, ..Lock::default() });
        let owner = Lock { mass: Alpha::new(100), ..Lock::default() }.settled(true);
        assert_eq!(owner.conviction, U64F64::from_int(100));
    }

    #[test]
    fn a_perpetual_lock_keeps_its_mass() {
        let lock = Lock { mass: Alpha::new(1_000), ..Lock::default() };
        let lock = lock.rolled(u64::MAX, &LockTerms { perpetual: true, ..TERMS });
        assert_eq!((lock.mass, lock.conviction.to_u64()), (Alpha::new(1_000), 999));
    }

    proptest! {
        #[test]
        fn time_never_adds_mass(mass: u64, now: u64, unlock: u64, maturity: u64, perpetual: bool, owner: bool) {
            let lock = Lock { mass: Alpha::new(mass), ..Lock::default() };
            let rolled = lock.rolled(now, &LockTerms { unlock, maturity, perpetual, owner });
            prop_assert!(rolled.mass <= lock.mass);
        }
    }
}
