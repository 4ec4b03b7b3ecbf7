//! Authorities that lie, one file per way of lying.
//!
//! A liar runs an honest replica and twists what leaves it: for each neighbour it may say something else, nothing, or
//! more. So it always knows what would be believed, which is what makes a lie worth telling.

mod bad_blocks;
mod equivocator;
mod replayer;
mod sync_liar;
mod withholder;

use super::random::Random;
use std::fmt;
use taonet_chain::{Keypair, Network};
use taonet_consensus::Message;

pub use bad_blocks::BadBlocks;
pub use equivocator::Equivocator;
pub use replayer::Replayer;
pub use sync_liar::SyncLiar;
pub use withholder::Withholder;

/// A way of lying.
pub trait Liar: fmt::Debug + Send {
    /// What to call it.
    fn name(&self) -> &'static str;

    /// What it says to neighbour `to` instead of `honest`.
    fn says(&mut self, honest: &Message, to: usize, mouth: &mut Mouth<'_>) -> Vec<Message>;

    /// It hears this.
    fn hears(&mut self, _message: &Message) {}
}

/// What a liar speaks with.
#[derive(Debug)]
pub struct Mouth<'a> {
    /// Its key: it can sign whatever it likes, but only for itself.
    pub key: &'a Keypair,
    /// The network it signs for.
    pub network: &'a Network,
    /// Its moods.
    pub random: &'a mut Random,
}

/// Every way of lying, by number; `None` beyond the last.
pub fn by_number(number: u64) -> Option<Box<dyn Liar>> {
    Some(match number {
        0 => Box::new(Equivocator),
        1 => Box::new(Withholder),
        2 => Box::new(BadBlocks::default()),
        3 => Box::new(SyncLiar),
        4 => Box::new(Replayer::default()),
        _ => return None,
    })
}

/// How many ways there are.
pub const WAYS: u64 = 5;
