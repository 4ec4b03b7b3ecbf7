//! Blocks and headers.
//!
//! Rules:
//! 1. A header carries the roots *after* its block: a vote for a block is a vote for its result.
//! 2. The hash of a header is the id of its block. It covers neither the round nor the certificate, so the same block
//!    keeps its id when it is proposed again in a later round.
//! 3. A committed block is a block with the certificate that decided it.

use crate::{
    authority::{AuthorityId, AuthoritySet},
    crypto::{Domain, Hash},
    transaction::Transaction,
    vote::{Certificate, Evidence},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The id of a block: the hash of its header.
pub type BlockId = Hash;

/// Everything about a block but its transactions.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// The network this block belongs to.
    pub genesis: Hash,
    /// Its number; the genesis is block 0.
    pub height: u64,
    /// When it was proposed, milliseconds since the Unix epoch; at least the parent's plus one slot.
    pub timestamp_ms: u64,
    /// The authority that built it.
    pub proposer: AuthorityId,
    /// The id of the block before it.
    pub parent: BlockId,
    /// The root of the state tree after this block.
    pub state_root: Hash,
    /// The hash of the list of its transactions' hashes.
    pub transactions_root: Hash,
    /// The hash of the list of its receipts' hashes.
    pub receipts_root: Hash,
    /// The hash of the evidence it carries.
    pub evidence_root: Hash,
    /// The hash of the authority set that decides this block.
    pub authorities: Hash,
    /// The hash of the authority set of the next height.
    pub next_authorities: Hash,
    /// The secret of the beacon round of this height: what was sealed to it can be opened from now on.
    pub beacon: [u8; 32],
}

impl Header {
    /// The id of the block with this header.
    pub fn id(&self) -> BlockId {
        Hash::of_value(Domain::HEADER, self)
    }
}

/// A header with what it commits to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// Proofs that an authority misbehaved.
    pub evidence: Vec<Evidence>,
    /// The transactions in the order in which they are executed.
    pub transactions: Vec<Transaction>,
}

impl Block {
    /// Its id.
    pub fn id(&self) -> BlockId {
        self.header.id()
    }

    /// Whether its lists are those that its header commits to. Only then does its id stand for all of it: others may
    /// have put other lists under the same header.
    pub fn is_whole(&self) -> bool {
        transactions_root(&self.transactions) == self.header.transactions_root
            && evidence_root(&self.evidence) == self.header.evidence_root
    }
}

/// A block and the precommits that decided it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CommittedBlock {
    /// The block.
    pub block: Block,
    /// More than two thirds of precommits for it.
    pub certificate: Certificate,
}

/// The end of the chain: all that is needed to build or check the next block, besides the state.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tip {
    /// The height of the last block.
    pub height: u64,
    /// Its id.
    pub id: BlockId,
    /// Its timestamp, milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// The state root after it.
    pub state_root: Hash,
    /// Who decides the next height.
    pub authorities: AuthoritySet,
}

/// The hash of a list of hashes.
pub fn list_root(hashes: &[Hash]) -> Hash {
    Hash::of_value(Domain::LIST, &hashes)
}

/// What a header says of its block's transactions.
pub(crate) fn transactions_root(transactions: &[Transaction]) -> Hash {
    list_root(&transactions.iter().map(Transaction::id).collect::<Vec<_>>())
}

/// What a header says of its block's evidence.
pub(crate) fn evidence_root(evidence: &[Evidence]) -> Hash {
    Hash::of_value(Domain::LIST, &evidence)
}

/// The secret of the beacon round of `height`: what is sealed to a round opens with it. It is derived from public data,
/// so that a network needs no outside service; it hides nothing from those who look.
pub fn beacon(genesis: &Hash, height: u64) -> [u8; 32] {
    Hash::of_value(Domain::SEED, &("beacon", genesis, height)).0
}
