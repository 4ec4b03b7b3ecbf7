//! What must survive a crash.
//!
//! Rules:
//! 1. Every method is synchronous: it has happened when it returns. A store that fails ends its process.
//! 2. Inputs of the height in progress are appended to a log before they are handled, and the log is synced before
//!    anything we signed leaves. Replaying the log leads to the same state, so a node that crashed says the same again.
//! 3. A commit is atomic: state, block, tip, and a new log. There is no moment at which they disagree.
//! 4. Every change of authorities is kept for good ([`Turn`]): it leads newcomers from the genesis to the present.
//! 5. There is room for one snapshot beside the state, to be given away or to be gathered ([`crate::snapshot`]).
//! 6. What was appended or committed since the last [`Store::sync`] may be lost with the power, from the end
//!    backwards, never out of order.
//! 7. A log with a damaged record is refused ([`Record::belongs_to`]): who cannot know what it said says nothing.

mod memory;

use crate::{
    control::Control,
    snapshot::{Chunk, Offer, Snapshot},
    tendermint::{Step, Validity},
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_chain::{
    Block, CommittedBlock, Header, Network, Outcome, Proposal, Tip, Turn, Vote,
    state::{Changes, StateRead, chunks::Entry},
};

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

    /// What takes the block at a height back, `None` if that is no longer kept.
    fn undo(&self, height: u64) -> Option<Changes>;

    /// The changes of authorities, and the header of the first block, from a height on; at most so many.
    fn turns(&self, from: u64, limit: usize) -> Vec<Turn>;

    /// The snapshot beside the state, if there is one.
    fn snapshot(&self) -> Option<Snapshot>;

    /// One chunk of it; empty if it is empty or missing.
    fn chunk(&self, index: u16) -> Vec<Entry>;

    /// Replaces the snapshot by the present state with `differences` on top, which is what `offer` offers.
    fn take_snapshot(&mut self, offer: &Offer, differences: &Changes);

    /// Replaces the snapshot by one of which nothing is there yet.
    fn begin_snapshot(&mut self, offer: &Offer);

    /// Adds a chunk that was checked.
    fn put_chunk(&mut self, chunk: &Chunk);

    /// Makes the snapshot, all of which is there, the state, its header the tip, and `turns` all changes of authorities
    /// that are known. Blocks and whatever else was kept of them are gone, and `log` is the whole log. All of it
    /// survives once this returns, or none of it happened.
    fn install(&mut self, turns: &[Turn], log: &[Record]);
}

/// Whether newcomers need the header of this block: it changes the authorities, or it is the first.
pub fn is_turn(header: &Header) -> bool {
    header.height == 1 || header.authorities != header.next_authorities
}
