//! One direction of a link: how long messages take, which are lost, doubled, or overtaken.

use super::random::Random;
use taonet_consensus::Time;

/// How messages travel from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The shortest way, in milliseconds.
    pub delay_ms: Time,
    /// How much longer it may take, in milliseconds. Messages overtake each other within it.
    pub jitter_ms: Time,
    /// How many of a hundred messages are lost.
    pub loss_percent: u64,
    /// How many of a hundred messages arrive twice.
    pub duplicate_percent: u64,
    /// How many of a hundred messages are held back, and overtaken by those sent up to [`Link::HELD_BACK`] times the
    /// longest way later.
    pub reorder_percent: u64,
}

impl Link {
    /// A quiet local network.
    pub const CALM: Link = Link::delay(1, 4);

    /// Slow, lossy and repetitive.
    pub const ROUGH: Link =
        Link { loss_percent: 5, duplicate_percent: 5, reorder_percent: 5, ..Link::delay(1, 59) };

    /// How many times the longest way a message is held back at most.
    pub const HELD_BACK: Time = 10;

    /// A reliable link: at least `delay_ms`, and up to `jitter_ms` more.
    pub const fn delay(delay_ms: Time, jitter_ms: Time) -> Link {
        Link { delay_ms, jitter_ms, loss_percent: 0, duplicate_percent: 0, reorder_percent: 0 }
    }

    /// When a message sent at `now` arrives; more than once, or never.
    pub(super) fn arrivals(&self, now: Time, random: &mut Random) -> impl Iterator<Item = Time> {
        let copies = if random.chance(self.loss_percent) {
            0
        } else if random.chance(self.duplicate_percent) {
            2
        } else {
            1
        };
        let mut arrival = [now; 2];
        arrival.iter_mut().take(copies).for_each(|at| *at = now + self.way(random));
        arrival.into_iter().take(copies)
    }

    fn way(&self, random: &mut Random) -> Time {
        let way = self.delay_ms + random.between(0, self.jitter_ms);
        let held = random.chance(self.reorder_percent);
        way + if held { random.between(0, (self.delay_ms + self.jitter_ms) * Link::HELD_BACK) } else { 0 }
    }
}
