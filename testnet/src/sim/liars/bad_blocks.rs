//! Proposes blocks that break a rule, well signed.
//!
//! Each of its proposals is spoiled in one way, the same for everyone, so that nothing but the block itself can be
//! held against it.

use super::{Liar, Mouth};
use taonet_chain::{Block, BlockId, Hash, Proposal};
use taonet_consensus::{Message, Proposed};

/// Proposes bad blocks.
#[derive(Debug, Default)]
pub struct BadBlocks {
    /// The block it should have proposed last, and what it proposes instead.
    last: Option<(BlockId, Proposed)>,
}

/// The ways to spoil a block.
const SPOIL: [fn(&mut Block); 9] = [
    |block| block.header.state_root = Hash([1; 32]),
    |block| block.header.timestamp_ms = 1,
    |block| block.header.timestamp_ms += 1_000_000_000,
    |block| block.header.parent = Hash([2; 32]),
    |block| block.header.beacon = [3; 32],
    |block| block.header.next_authorities = Hash([4; 32]),
    |block| block.header.receipts_root = Hash([5; 32]),
    |block| block.header.height += 1,
    |block| block.transactions.extend_from_within(..),
];

impl Liar for BadBlocks {
    fn name(&self) -> &'static str {
        "proposer of bad blocks"
    }

    fn says(&mut self, honest: &Message, _to: usize, mouth: &mut Mouth<'_>) -> Vec<Message> {
        match honest {
            Message::Proposal(proposed) if proposed.proposal.proposer == mouth.key.account() => {
                vec![Message::Proposal(Box::new(self.instead_of(proposed, mouth)))]
            }
            message => vec![message.clone()],
        }
    }
}

impl BadBlocks {
    fn instead_of(&mut self, proposed: &Proposed, mouth: &mut Mouth<'_>) -> Proposed {
        let Proposed { proposal, block } = proposed;
        match &self.last {
            _ if proposal.valid_round.is_some() => return proposed.clone(),
            Some((id, instead)) if *id == proposal.value && instead.proposal.round == proposal.round => {
                return instead.clone();
            }
            _ => {}
        }
        let mut block = block.clone();
        if let Some(spoil) = mouth.random.pick(&SPOIL) {
            spoil(&mut block);
        }
        let place = (proposal.height, proposal.round);
        let bad = Proposal::sign(mouth.key, mouth.network, place, block.id(), None);
        let instead = Proposed { proposal: bad, block };
        self.last = Some((proposal.value, instead.clone()));
        instead
    }
}
