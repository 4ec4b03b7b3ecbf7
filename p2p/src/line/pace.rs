//! When the bytes of a connection may leave.
//!
//! Rules:
//! 1. A write of n bytes is as many packets as n bytes need; the latest of them decides.
//! 2. A packet takes the latency, give or take the jitter. A lost one is sent again after [`RETRANSMISSION`], and after
//!    twice that if it is lost again, [`RETRIES`] times at most.
//! 3. Nothing overtakes: a write leaves no earlier than the one before it on the same connection.

use crate::Link;
use std::time::Duration;
use tokio::time::Instant;

/// What fits into a packet of an ordinary network.
const PACKET_BYTES: usize = 1_400;

/// How long a stream waits before it sends a lost packet again: what Linux takes on a short way.
const RETRANSMISSION: Duration = Duration::from_millis(200);

/// How often a packet is lost at most: the last one comes three seconds late.
const RETRIES: u32 = 4;

/// A million: chances are in millionths.
const MILLION: u64 = 1_000_000;

/// The times of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    /// The state of SplitMix64.
    chance: u64,
    last: Option<Instant>,
}

impl Pace {
    pub(super) fn new(seed: u64) -> Pace {
        Pace { chance: seed, last: None }
    }

    /// When `bytes` that are written at `now` may leave.
    pub(super) fn due(&mut self, now: Instant, link: &Link, bytes: usize) -> Instant {
        let packets = bytes.div_ceil(PACKET_BYTES).max(1);
        let delay = (0..packets).map(|_| self.packet(link)).max().unwrap_or_default();
        let due = (now + delay).max(self.last.unwrap_or(now));
        self.last = Some(due);
        due
    }

    fn packet(&mut self, link: &Link) -> Duration {
        let jitter = u64::try_from(link.jitter.as_micros()).unwrap_or(u64::MAX);
        let varied = Duration::from_micros(self.below(jitter.saturating_mul(2).saturating_add(1)));
        let mut delay = (link.latency + varied).saturating_sub(link.jitter);
        for retry in 0..RETRIES {
            if self.below(MILLION) >= u64::from(link.loss_ppm) {
                break;
            }
            delay += RETRANSMISSION * 2u32.pow(retry);
        }
        delay
    }

    /// A number below `bound`, which is not 0. The bias of the remainder is far below a millionth.
    fn below(&mut self, bound: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.chance ^ (self.chance >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
