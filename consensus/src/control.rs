//! Time under a developer's control: when heights start, and what time it is.
//!
//! Rules:
//! 1. *Start rule.* Height `h` starts when the clock is past its slot **and** `h <= horizon`. By default the horizon is
//!    endless ([`Production::Interval`]). [`Production::Manual`] raises it by command; with [`Production::Instant`] a
//!    transaction that could be executed raises it by one, and so does hearing that others have started. No timeout
//!    runs before the start, so a network may wait for hours and nobody grows impatient.
//! 2. *Clock.* The time is the wall clock plus an offset. Blocks that come with their certificate, mined or caught up
//!    with, may be stamped later than that: then the clock is set forward to them. So one node can mine a day in
//!    seconds, and all others are in that day as soon as they have its blocks. (A block agreed upon live moves no
//!    clock: a proposer who is fast must not make everyone fast.)
//! 3. *Mining.* Where nothing may start, a node that holds the keys of a quorum builds block after block at the pace of
//!    its processor: each is executed like any other, stamped exactly one slot after its parent, and signed by a
//!    quorum, so that whoever gets it cannot tell the difference. Only the last one is made durable.
//! 4. Both are kept by the store and survive a crash. A network that genesis does not mark as one for development has
//!    neither: it ignores commands, and its clock is the wall's.

use crate::timing::Time;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// What lets a height start, besides its slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Production {
    /// Nothing else: a block every slot.
    #[default]
    Interval,
    /// A command.
    Manual {
        /// The last height that may start.
        horizon: u64,
    },
    /// Something to do.
    Instant,
}

/// What a developer controls, as it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Control {
    /// What lets heights start.
    pub production: Production,
    /// How far the clock is ahead of the wall's, milliseconds; below zero after going back to a checkpoint.
    pub offset_ms: i64,
}

impl Control {
    /// What the clock shows at a time of the wall's.
    pub fn clock(&self, wall: Time) -> Time {
        wall.saturating_add_signed(self.offset_ms)
    }

    /// When the wall's clock will be where this one is at `clock`.
    pub fn wall(&self, clock: Time) -> Time {
        clock.saturating_add_signed(self.offset_ms.saturating_neg())
    }

    /// Sets the clock forward by so many milliseconds.
    pub fn forward(&mut self, by: Time) {
        self.offset_ms = self.offset_ms.saturating_add(i64::try_from(by).unwrap_or(i64::MAX));
    }
}

/// Why a node cannot mine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotMine {
    /// The network is not one for development.
    NotDevelopment,
    /// Heights start by themselves, or one has started: there would be two blocks of one height.
    InProgress,
    /// The keys are not those of more than two thirds of the power.
    NoQuorum,
}

impl fmt::Display for CannotMine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CannotMine::NotDevelopment => "blocks are mined on development networks only",
            CannotMine::InProgress => "blocks are still made by agreement",
            CannotMine::NoQuorum => "the development keys are not those of two thirds of the authorities",
        })
    }
}

impl std::error::Error for CannotMine {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_clocks_are_read_off_each_other() {
        for (offset_ms, wall, clock) in [(0, 50, 50), (7, 50, 57), (-7, 50, 43), (i64::MIN, 50, 0)] {
            let control = Control { offset_ms, ..Control::default() };
            assert_eq!(control.clock(wall), clock, "{offset_ms}");
            if clock > 0 {
                assert_eq!(control.wall(clock), wall, "{offset_ms}");
            }
        }
        let mut control = Control::default();
        control.forward(9);
        assert_eq!(control.offset_ms, 9);
        control.forward(Time::MAX);
        assert_eq!(control.offset_ms, i64::MAX, "the end of time, and no panic");
    }
}
