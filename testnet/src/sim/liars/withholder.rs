//! Keeps back what others need: whoever has an odd number hears no votes of it, and its proposals reach a single
//! neighbour.

use super::{Liar, Mouth};
use taonet_consensus::Message;

/// Says too little.
#[derive(Debug)]
pub struct Withholder;

impl Liar for Withholder {
    fn name(&self) -> &'static str {
        "withholder"
    }

    fn says(&mut self, honest: &Message, to: usize, mouth: &mut Mouth<'_>) -> Vec<Message> {
        let kept_back = match honest {
            Message::Vote(_) | Message::Votes(_) => to % 2 == 1,
            Message::Proposal(proposed) => to as u64 != proposed.proposal.height % 4,
            Message::Blocks(_)
            | Message::Transaction(_)
            | Message::Snapshot(_)
            | Message::Turns(_)
            | Message::Chunks { .. } => mouth.random.chance(50),
            Message::Status(_) | Message::Fetch(_) | Message::FetchTurns(_) | Message::FetchChunks { .. } => {
                false
            }
        };
        if kept_back { Vec::new() } else { vec![honest.clone()] }
    }
}
