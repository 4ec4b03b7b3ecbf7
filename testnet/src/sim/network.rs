//! The links of a simulated network: how long messages take, which are lost, and who cannot hear whom.

use super::random::Random;
use taonet_consensus::Time;

/// How the links behave; the same for all of them.
#[derive(Clone, Copy, Debug)]
pub struct Links {
    /// The shortest and the longest way, in milliseconds. Different delays reorder messages.
    pub delay_ms: (Time, Time),
    /// How many of a hundred messages are lost.
    pub loss_percent: u64,
    /// How many of a hundred messages arrive twice.
    pub duplicate_percent: u64,
}

impl Links {
    /// A quiet local network.
    pub const CALM: Links = Links { delay_ms: (1, 5), loss_percent: 0, duplicate_percent: 0 };

    /// Slow, lossy and repetitive.
    pub const ROUGH: Links = Links { delay_ms: (1, 60), loss_percent: 5, duplicate_percent: 5 };

    /// When a message sent now arrives; more than once, or never.
    pub fn arrivals(&self, now: Time, random: &mut Random) -> Vec<Time> {
        let copies = if random.chance(self.loss_percent) {
            0
        } else if random.chance(self.duplicate_percent) {
            2
        } else {
            1
        };
        let (shortest, longest) = self.delay_ms;
        (0..copies).map(|_| now + random.between(shortest, longest)).collect()
    }
}

/// Who can hear whom: nodes hear those on their own side.
#[derive(Clone, Debug)]
pub struct Sides(Vec<u8>);

impl Sides {
    /// Everyone hears everyone.
    pub fn whole(nodes: usize) -> Sides {
        Sides(vec![0; nodes])
    }

    /// Two sides, each node on one of them.
    pub fn split(sides: impl IntoIterator<Item = bool>) -> Sides {
        Sides(sides.into_iter().map(u8::from).collect())
    }

    /// Whether two nodes hear each other.
    pub fn joined(&self, a: usize, b: usize) -> bool {
        self.0.get(a) == self.0.get(b)
    }
}
