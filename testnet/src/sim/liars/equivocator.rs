//! Says one thing to some and another thing to others.
//!
//! Neighbours with an odd number get the opposite vote and another block. Both are signed, so both will be believed by
//! someone, and together they are the evidence.

use super::{Liar, Mouth};
use taonet_chain::{Block, Hash, Proposal, Vote};
use taonet_consensus::{Message, Proposed};

/// Votes twice, proposes twice.
#[derive(Debug)]
pub struct Equivocator;

impl Liar for Equivocator {
    fn name(&self) -> &'static str {
        "equivocator"
    }

    fn says(&mut self, honest: &Message, to: usize, mouth: &mut Mouth<'_>) -> Vec<Message> {
        let other = to % 2 == 1;
        let own = mouth.key.account();
        vec![match honest {
            Message::Vote(vote) if other && vote.voter == own => Message::Vote(opposite(vote, mouth)),
            Message::Proposal(proposed) if other && proposed.proposal.proposer == own => {
                Message::Proposal(Box::new(another(proposed, mouth)))
            }
            message => message.clone(),
        }]
    }
}

fn opposite(vote: &Vote, mouth: &Mouth<'_>) -> Vote {
    let value = if vote.value.is_some() { None } else { Some(Hash([0xEE; 32])) };
    Vote::sign(mouth.key, mouth.network, (vote.height, vote.round, vote.kind), value)
}

/// The same block a millisecond later. A block that was proposed again is left alone: its proof names it.
fn another(proposed: &Proposed, mouth: &Mouth<'_>) -> Proposed {
    let (proposal, block) = (&proposed.proposal, &proposed.block);
    if proposal.valid_round.is_some() {
        return proposed.clone();
    }
    let mut header = block.header.clone();
    header.timestamp_ms += 1;
    let block = Block { header, ..block.clone() };
    let place = (proposal.height, proposal.round);
    Proposed { proposal: Proposal::sign(mouth.key, mouth.network, place, block.id(), None), block }
}
