//! The state in chunks that can be checked one by one, for who joins without its history.
//!
//! Rules:
//! 1. A chunk is 64 neighbouring buckets of the [tree](super::tree): a subtree. Its hash is that of the subtree's root.
//! 2. The hashes of all chunks fold to the state root. So whoever has them from a certified header can check each chunk
//!    on its own, and knows where a wrong one came from.
//!
//! Deviation: the plan's 64 chunks were those of a tree of depth 12. At depth 16 there are 1,024; as many as fit travel
//! together.

use super::tree::{DEPTH, Tree, bucket_of, inner, leaf};
use crate::crypto::{Domain, Hash};

/// How many chunks there are.
pub const CHUNKS: usize = 1 << LEVELS;

/// The level of the tree at which the roots of the chunks are.
const LEVELS: usize = 10;

/// How many buckets a chunk has.
const BUCKETS: usize = 1 << (DEPTH - LEVELS);

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// The chunk that a key belongs to.
pub fn chunk_of(key: &[u8]) -> u16 {
    // There are fewer chunks than a u16 has values.
    u16::try_from(bucket_of(&Hash::of(Domain::STATE_KEY, key)) / BUCKETS).unwrap_or(u16::MAX)
}

/// The hash of a chunk with these entries, in ascending order of their keys; `None` if they are not, or one of them
/// belongs to another chunk.
pub fn chunk_hash(chunk: u16, entries: &[Entry]) -> Option<Hash> {
    if !entries.is_sorted_by(|a, b| a.0 < b.0) {
        return None;
    }
    let hash =
        |(key, value): &Entry| (Hash::of(Domain::STATE_KEY, key), Hash::of(Domain::STATE_VALUE, value));
    let mut hashes: Vec<(Hash, Hash)> = entries.iter().map(hash).collect();
    hashes.sort_unstable();
    let mut leaves = vec![Hash::ZERO; BUCKETS];
    for bucket in hashes.chunk_by(|a, b| bucket_of(&a.0) == bucket_of(&b.0)) {
        let index = bucket_of(&bucket.first()?.0).checked_sub(usize::from(chunk) * BUCKETS)?;
        *leaves.get_mut(index)? = leaf(bucket);
    }
    Some(folded(leaves))
}

/// The state root that the hashes of all chunks fold to; `None` if they are not [`CHUNKS`].
pub fn root_of(chunks: &[Hash]) -> Option<Hash> {
    (chunks.len() == CHUNKS).then(|| folded(chunks.to_vec()))
}

/// The root of a whole binary tree above these nodes, whose number is a power of two.
fn folded(mut nodes: Vec<Hash>) -> Hash {
    while nodes.len() > 1 {
        nodes = nodes.as_chunks().0.iter().map(|[left, right]| inner(left, right)).collect();
    }
    nodes.first().copied().unwrap_or_default()
}

impl Tree {
    /// The hashes of all chunks.
    pub fn chunks(&self) -> Vec<Hash> {
        (CHUNKS..2 * CHUNKS).map(|index| self.node(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{MemoryState, StateRead};
    use std::collections::BTreeMap;

    fn state(keys: u32) -> MemoryState {
        let mut state = MemoryState::default();
        let entry = |n: u32| (n.to_be_bytes().to_vec(), Some(vec![n as u8; n as usize % 50]));
        state.apply(&(0..keys).map(entry).collect());
        state
    }

    fn chunks(state: &MemoryState) -> BTreeMap<u16, Vec<Entry>> {
        let mut chunks = BTreeMap::<u16, Vec<Entry>>::new();
        for (key, value) in state.scan(&[]) {
            chunks.entry(chunk_of(&key)).or_default().push((key, value));
        }
        chunks
    }

    #[test]
    fn chunks_fold_to_the_root_of_any_state() {
        for keys in [0, 1, 2, 100, 5_000] {
            let state = state(keys);
            let tree = Tree::of(&state);
            let chunks = chunks(&state);
            let hashes: Vec<Hash> = (0..CHUNKS as u16)
                .map(|chunk| chunk_hash(chunk, chunks.get(&chunk).map_or(&[], Vec::as_slice)))
                .collect::<Option<_>>()
                .expect("every entry is in its chunk");
            assert_eq!(hashes, tree.chunks(), "{keys} keys");
            assert_eq!(root_of(&hashes), Some(tree.root()), "{keys} keys");
            assert_eq!(root_of(&hashes[1..]), None);
        }
    }

    #[test]
    fn every_change_of_a_chunk_is_seen() {
        let state = state(20_000);
        let fullest = chunks(&state).into_iter().max_by_key(|(_, entries)| entries.len());
        let (chunk, entries) = fullest.expect("there are chunks");
        let expected = chunk_hash(chunk, &entries);
        type Spoil = fn(&mut Vec<Entry>);
        let changes: [(&str, Spoil, bool); 6] = [
            ("a value", |entries| entries[0].1.push(1), true),
            ("one less", |entries| drop(entries.pop()), true),
            ("nothing left", Vec::clear, true),
            ("another order", |entries| entries.swap(0, 1), false),
            ("a key twice", |entries| entries.insert(0, entries[0].clone()), false),
            ("a key of another chunk", |entries| entries[0].0 = vec![0; 7], false),
        ];
        for (name, change, is_chunk) in changes {
            let mut changed = entries.clone();
            change(&mut changed);
            let hash = chunk_hash(chunk, &changed);
            assert_eq!((hash.is_some(), hash == expected), (is_chunk, false), "{name}");
        }
    }
}
