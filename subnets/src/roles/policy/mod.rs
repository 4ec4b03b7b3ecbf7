//! What a participant does differently from the textbook: policies as plain data, each a *method*, never a noise
//! number.
//!
//! | who | written | what it does |
//! |---|---|---|
//! | validator | `honest` | reports the average score of every miner as it is |
//! | | `noisy` | believes its last round instead of its averages |
//! | | `lazy:3` | asks once in three tempos, and repeats its old weights meanwhile |
//! | | `late:1` | reports what it found one epoch ago: it sees everything, and moves late |
//! | | `copier` | asks nobody; waits, and reports the stake-weighted mean of what it can read of the others' weights |
//! | | `cabal:a,b` | asks nobody; gives its members everything and all others nothing |
//! | | `self` | asks nobody; votes for itself alone |
//! | | `withhold:50` | gives half of its weight to the subnet's owner, whose miners' pay is withheld |
//! | miner | `two-opt` | answers by this method of its task |
//! | | `drift:100=sweep` | changes its method at a block; may be repeated |
//! | | `slow:900` | thinks so many milliseconds, which may be longer than validators wait |
//! | | `skips:4` | leaves every fourth question unanswered |
//! | account | `whale:2000@100..200` | buys alpha for 2,000 TAO at block 100, sells all of it at block 200 |
//! | all | `offline:100..200` | sees and does nothing from block 100 on until block 200; `offline` alone is for ever |
//!
//! Rules:
//! 1. Parts compose with `+`: `late:1+withhold:20+offline:300..340`. Each kind of part is given at most once; the first
//!    way to report that is not named is `honest`.
//! 2. A policy says what a participant does with what it sees, and is pure; a simulation and real processes obey the
//!    same ones. Where others are meant they are named, in a form that the user of this module chooses (`K`): names in
//!    a description, hotkeys at work.
//! 3. Sybil miners need no policy: they are several neurons of one coldkey with one method.

mod miner;
mod text;
mod trader;
mod validator;

pub use miner::{MinerPolicy, Phase};
pub use text::PolicyError;
pub use trader::{TraderAction, TraderPolicy, TraderView};
pub(super) use validator::Found;
pub use validator::{Policy, Report};

use std::fmt;

/// A hotkey as 32 bytes, which is all that this crate knows of keys.
pub type Hotkey = [u8; 32];

/// Blocks from one height on until another, which is no longer one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first height.
    pub from: u64,
    /// The first height after it.
    pub until: u64,
}

impl Span {
    /// Every height.
    pub const ALWAYS: Span = Span { from: 0, until: u64::MAX };

    /// Whether a height is in it.
    pub fn contains(&self, height: u64) -> bool {
        (self.from..self.until).contains(&height)
    }
}

/// `100..200`; one without end is `100..`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", self.from)?;
        if self.until == u64::MAX { Ok(()) } else { write!(f, "{}", self.until) }
    }
}

#[cfg(test)]
mod tests;
