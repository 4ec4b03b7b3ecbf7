//! Everything nodes say to each other, and how much of it a node is ready to hear.
//!
//! Rules:
//! 1. A message is its borsh encoding, at most [`MAX_MESSAGE_BYTES`] long. Decoding is total: any bytes give a message
//!    or an error, and never more memory than the bytes are worth.
//! 2. Transactions, proposals and votes are for everyone and travel by gossip. The rest is between two neighbours:
//!    a status to each of them, and answers to a status or a request.
//! 3. Nothing here is trusted: signatures, certificates and limits of content are checked by the replica.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use taonet_chain::{
    AccountId, Block, CommittedBlock, Network, Proposal, Transaction, Turn, Vote, authority::MAX_AUTHORITIES,
    execute::MAX_EVIDENCE, state::chunks::CHUNKS,
};

use crate::{
    snapshot::{Chunk, MAX_TURNS_PER_ANSWER, Offer},
    tendermint::Step,
};

/// A node on the network. Its ed25519 key is its transport identity; for an authority it is its account as well.
pub type NodeId = AccountId;

/// The longest message: a block with a full MiB of transactions, its evidence, and the largest polka or certificate
/// around it (128 authorities at less than 200 bytes a vote), rounded up.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024 + 128 * 1024;

/// An answer with blocks stops growing here, so that it fits into a message; it has at least one block.
pub const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// No answer has more blocks than this: a quarter of a second of work for the one who asked.
pub const MAX_BLOCKS_PER_ANSWER: usize = 512;

/// No answer has more votes than this: two kinds in two rounds of the largest authority set.
pub const MAX_VOTES_PER_ANSWER: usize = 4 * MAX_AUTHORITIES;

/// A proposal with its block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposed {
    /// The signed proposal.
    pub proposal: Proposal,
    /// The block it names.
    pub block: Block,
}

/// Where a node is, so that its neighbours can help it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Status {
    /// Its network.
    pub network: Network,
    /// The height it wants to decide next.
    pub height: u64,
    /// Its round.
    pub round: u32,
    /// Its step.
    pub step: Step,
    /// Whether it has a proposal of that round.
    pub proposal: bool,
    /// Whose prevotes of that round it has: bit `i` is authority `i`.
    pub prevotes: u128,
    /// Whose precommits of that round it has.
    pub precommits: u128,
}

/// What nodes say to each other.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// Someone wants something done.
    Transaction(Transaction),
    /// A proposer proposes.
    Proposal(Box<Proposed>),
    /// An authority votes.
    Vote(Vote),
    /// A node says where it is.
    Status(Status),
    /// The answer to a status: votes its sender lacks.
    Votes(Vec<Vote>),
    /// A node asks for decided blocks, from this height on.
    Fetch(u64),
    /// The answer: consecutive blocks with their certificates.
    Blocks(Vec<CommittedBlock>),
    /// The answer of a node that no longer has them: the state as a whole, as of some later block.
    Snapshot(Box<Offer>),
    /// A node asks how the authorities changed: the header of this height, if it is still there, and all changes after.
    FetchTurns(u64),
    /// The answer, by ascending height.
    Turns(Vec<Turn>),
    /// A node asks for chunks of an offered snapshot.
    FetchChunks {
        /// The height of the snapshot.
        height: u64,
        /// The first chunk that is wanted.
        first: u16,
    },
    /// The answer: that chunk, and those after it that fit.
    Chunks {
        /// The height of the snapshot.
        height: u64,
        /// The chunks, by ascending number; empty ones are left out.
        chunks: Vec<Chunk>,
    },
}

/// How urgent a message is. A full queue drops from the last lane first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Agreement on the present height: small, and everyone waits for it.
    Agreement,
    /// Catching up.
    Sync,
    /// Transactions.
    Transactions,
}

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They are more than [`MAX_MESSAGE_BYTES`].
    TooLong(usize),
    /// They are not the encoding of a message.
    Malformed,
    /// A list in it is longer than its limit.
    TooMany,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::TooLong(bytes) => {
                write!(f, "a message of {bytes} bytes is above {MAX_MESSAGE_BYTES}")
            }
            DecodeError::Malformed => f.write_str("the bytes are not the encoding of a message"),
            DecodeError::TooMany => f.write_str("a list in the message is longer than its limit"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Message {
    /// Its encoding.
    pub fn encode(&self) -> Vec<u8> {
        // Writing into a vector cannot fail.
        borsh::to_vec(self).unwrap_or_default()
    }

    /// The message that `bytes` encode.
    ///
    /// # Errors
    /// Too long, malformed, or a list above its limit.
    pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(DecodeError::TooLong(bytes.len()));
        }
        let message = Message::try_from_slice(bytes).map_err(|_| DecodeError::Malformed)?;
        if message.within_limits() { Ok(message) } else { Err(DecodeError::TooMany) }
    }

    /// How urgent it is.
    pub fn lane(&self) -> Lane {
        match self {
            Message::Proposal(_) | Message::Vote(_) | Message::Votes(_) | Message::Status(_) => {
                Lane::Agreement
            }
            Message::Fetch(_)
            | Message::Blocks(_)
            | Message::Snapshot(_)
            | Message::FetchTurns(_)
            | Message::Turns(_)
            | Message::FetchChunks { .. }
            | Message::Chunks { .. } => Lane::Sync,
            Message::Transaction(_) => Lane::Transactions,
        }
    }

    /// Whether it is for everyone, by gossip. Everything else goes to one neighbour.
    pub fn is_gossip(&self) -> bool {
        matches!(self, Message::Transaction(_) | Message::Proposal(_) | Message::Vote(_))
    }

    fn within_limits(&self) -> bool {
        match self {
            Message::Transaction(_)
            | Message::Vote(_)
            | Message::Status(_)
            | Message::Fetch(_)
            | Message::FetchTurns(_)
            | Message::FetchChunks { .. } => true,
            Message::Snapshot(offer) => offer.chunks.len() == CHUNKS && is_small(&offer.turn),
            Message::Turns(turns) => turns.len() <= MAX_TURNS_PER_ANSWER && turns.iter().all(is_small),
            Message::Chunks { chunks, .. } => chunks.len() <= CHUNKS,
            Message::Proposal(proposed) => {
                proposed.proposal.polka.len() <= MAX_AUTHORITIES && has_few_evidence(&proposed.block)
            }
            Message::Votes(votes) => votes.len() <= MAX_VOTES_PER_ANSWER,
            Message::Blocks(blocks) => {
                let fits = |committed: &CommittedBlock| {
                    committed.certificate.signatures.len() <= MAX_AUTHORITIES
                        && has_few_evidence(&committed.block)
                };
                blocks.len() <= MAX_BLOCKS_PER_ANSWER && blocks.iter().all(fits)
            }
        }
    }
}

fn is_small(turn: &Turn) -> bool {
    turn.certified.certificate.signatures.len() <= MAX_AUTHORITIES
        && turn.authorities.len() <= MAX_AUTHORITIES
}

fn has_few_evidence(block: &Block) -> bool {
    block.evidence.len() <= MAX_EVIDENCE
}

#[cfg(test)]
mod tests;
