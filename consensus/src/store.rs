//! What must survive a crash.
//!
//! Rules:
//! 1. Every method is synchronous: it has happened when it returns. A store that fails ends its process.
//! 2. Inputs of the height in progress are appended to a log before they are handled, and the log is synced before
//!    anything we signed leaves. Replaying the log leads to the same state, so a node that crashed says the same again.
//! 3. A commit is atomic: state, block, tip, and a new log. There is no moment at which they disagree.
//! 4. What was appended or committed since the last [`Store::sync`] may be lost with the power, from the end
//!    backwards, never out of order.
//! 5. A log with a damaged record is refused ([`Record::belongs_to`]): who cannot know what it said says nothing.

mod memory;

use crate::{
    control::Control,
    tendermint::{Step, Validity},
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_chain::{Block, CommittedBlock, Network, Outcome, Proposal, Tip, Vote, state::StateRead};

pub use memory::{HISTORY, MemoryStore};

/// One line of the log: something that happened at the height in progress.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Record {
    /// This node lost its memory, or never had any, and does not vote at this height (see [`crate::guard`]).
    Observing,
    /// From here on it votes.
    Joined,
    /// The height started.
    Start,
    /// We built this block.
    Value {
        /// The round it was built for.
        round: u32,
        /// The block.
        block: Block,
    },
    /// A proposal came, ours or another's.
    Proposal {
        /// The proposal.
        proposal: Proposal,
        /// Its block.
        block: Block,
        /// What was found out about the block.
        validity: Validity,
    },
    /// A vote came.
    Vote(Vote),
    /// A step lasted too long.
    Timeout {
        /// The round.
        round: u32,
        /// The step.
        step: Step,
    },
}

impl Record {
    /// Whether this can be a record of `height` on `network`: it is about that height, and what others signed in it is
    /// still what they signed. A log in which this is false of any record was damaged.
    pub fn belongs_to(&self, height: u64, network: &Network) -> bool {
        match self {
            Record::Observing | Record::Joined | Record::Start | Record::Timeout { .. } => true,
            Record::Value { block, .. } => block.header.height == height,
            Record::Proposal { proposal, block, .. } => {
                proposal.height == height && proposal.value == block.id() && proposal.verify(network)
            }
            Record::Vote(vote) => vote.height == height && vote.verify(network),
        }
    }
}

/// What a replica needs kept: the state, the chain, and the log of the height in progress.
pub trait Store: StateRead {
    /// The end of the chain.
    fn tip(&self) -> Tip;

    /// The block at a height, `None` if there is none or it was forgotten.
    fn block(&self, height: u64) -> Option<CommittedBlock>;

    /// The log, oldest first.
    fn log(&self) -> Vec<Record>;

    /// Adds to the log.
    fn append(&mut self, record: &Record);

    /// What a developer controls; the default where that was never kept.
    fn control(&self) -> Control;

    /// Keeps what a developer controls.
    fn keep_control(&mut self, control: &Control);

    /// Everything done so far survives from now on.
    fn sync(&mut self);

    /// Takes in a decided block with what it does, and starts the next height with `log` as its whole log. The tip
    /// becomes [`taonet_chain::next_tip`].
    fn commit(&mut self, block: &CommittedBlock, outcome: &Outcome, log: &[Record]);
}
