//! The state as a whole, for who is further behind than anybody's blocks reach.
//!
//! Rules:
//! 1. A node that is asked for a block it no longer has answers with an [`Offer`]: the certified header of a block, the
//!    authorities after it, and the hashes of all chunks of the state after it.
//! 2. Who is behind takes an offer only when it knows nobody better who has the block. It follows the changes of
//!    authorities ([`Turn`]) from its own tip, or from the header its operator trusts, to the offered header; checks
//!    that the hashes fold to the header's state root; then asks for chunks and checks each one alone.
//! 3. Gathered chunks are kept, and so survive a restart and a change of the server: another offer of the same header
//!    needs only what is missing.
//! 4. When all are there, one atomic step of the store makes them its state. The chain then begins with that header.
//!
//! Snapshots are taken on demand, at every [`INTERVAL`]-th height, and kept for [`LIFE`] blocks: one copy of the
//! state, at most once in that time, pays for all who join.

use crate::message::MAX_ANSWER_BYTES;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;
use taonet_chain::{
    Hash, LightChain, LightError, Tip, Turn,
    state::chunks::{CHUNKS, Entry, chunk_hash, root_of},
};

/// Snapshots are of heights that this divides, so that those of different nodes are the same.
pub const INTERVAL: u64 = 100;

/// For how many blocks a snapshot is offered before another one is taken: far longer than it takes to fetch.
pub const LIFE: u64 = 500;

/// No answer has more turns than this: of the largest sets they fill half a message.
pub const MAX_TURNS_PER_ANSWER: usize = 32;

/// What a node has to give.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    /// The header, its certificate, and the authorities after it.
    pub turn: Turn,
    /// The hashes of all chunks of the state after it.
    pub chunks: Vec<Hash>,
}

/// A part of a snapshot: the number of a chunk and its entries, ascending by key.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Chunk {
    /// Its number.
    pub index: u16,
    /// The keys and values in it.
    pub entries: Vec<Entry>,
}

impl Offer {
    /// The height of its header.
    pub fn height(&self) -> u64 {
        self.turn.height()
    }

    /// The end of a chain that begins with it.
    pub fn tip(&self) -> Tip {
        let header = &self.turn.certified.header;
        Tip {
            height: header.height,
            id: header.id(),
            timestamp_ms: header.timestamp_ms,
            state_root: header.state_root,
            authorities: self.turn.authorities.clone(),
        }
    }

    /// Whether its hashes are those of the state that its header commits to. Needs no trust in the header.
    pub fn folds(&self) -> bool {
        root_of(&self.chunks) == Some(self.turn.certified.header.state_root)
    }

    /// Whether a chain that is known up to some height leads to it.
    ///
    /// # Errors
    /// Why not. `OtherAuthorities` may mean that turns are missing.
    pub fn follows(&self, light: &LightChain) -> Result<(), LightError> {
        light.clone().turn(&self.turn)
    }

    /// The chunks that have anything in them.
    pub fn wanted(&self) -> BTreeSet<u16> {
        let numbered = (0u16..).zip(&self.chunks);
        numbered.filter(|(_, hash)| **hash != Hash::ZERO).map(|(index, _)| index).collect()
    }

    /// Whether `chunk` is a part of it.
    pub fn has(&self, chunk: &Chunk) -> bool {
        let hash = chunk_hash(chunk.index, &chunk.entries);
        hash.is_some() && self.chunks.get(usize::from(chunk.index)).copied() == hash
    }
}

/// A snapshot in a store, whole or being gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is of.
    pub offer: Offer,
    /// The chunks that are not there yet.
    pub missing: BTreeSet<u16>,
}

/// As many chunks as fit into one answer, at least one if there is any; and their bytes.
pub fn fit_chunks(chunks: impl Iterator<Item = Chunk>) -> (Vec<Chunk>, usize) {
    let mut answer = Vec::new();
    let mut bytes = 0usize;
    for chunk in chunks.take(CHUNKS) {
        let size = borsh::object_length(&chunk).unwrap_or(usize::MAX);
        if !answer.is_empty() && bytes.saturating_add(size) > MAX_ANSWER_BYTES {
            break;
        }
        bytes = bytes.saturating_add(size);
        answer.push(chunk);
    }
    (answer, bytes)
}
