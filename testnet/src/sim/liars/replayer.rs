//! Says again what others said long ago: old votes and proposals, in any order, to anyone.

use super::{Liar, Mouth};
use std::collections::VecDeque;
use taonet_consensus::Message;

/// How many old messages it remembers.
const MEMORY: usize = 256;

/// How many it says again with each message of its own, at most.
const AT_ONCE: u64 = 3;

/// Repeats others.
#[derive(Debug, Default)]
pub struct Replayer {
    heard: VecDeque<Message>,
}

impl Liar for Replayer {
    fn name(&self) -> &'static str {
        "vote replayer"
    }

    fn says(&mut self, honest: &Message, _to: usize, mouth: &mut Mouth<'_>) -> Vec<Message> {
        let mut all = vec![honest.clone()];
        if matches!(honest, Message::Vote(_)) {
            let heard = self.heard.make_contiguous();
            all.extend(
                (0..mouth.random.below(AT_ONCE + 1)).filter_map(|_| mouth.random.pick(heard).cloned()),
            );
        }
        all
    }

    fn hears(&mut self, message: &Message) {
        if matches!(message, Message::Vote(_) | Message::Proposal(_) | Message::Votes(_)) {
            if self.heard.len() == MEMORY {
                self.heard.pop_front();
            }
            self.heard.push_back(message.clone());
        }
    }
}
