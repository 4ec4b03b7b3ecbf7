//! The commitment to the state: a bucket Merkle tree of fixed depth.
//!
//! Rules:
//! 1. A key belongs to the bucket named by the top [`DEPTH`] bits of its hash.
//! 2. A bucket's leaf is the hash of its entries `(key hash, value hash)` in ascending order; an empty bucket is
//!    [`Hash::ZERO`].
//! 3. Inner node `i` is the hash of nodes `2i` and `2i + 1`, or [`Hash::ZERO`] when both are; node 1 is the root.
//! 4. The tree is never stored. It is rebuilt by one scan of the state, so there is no tree to corrupt or to prune.
//! 5. A proof is the bucket's entries and one sibling per level; absence is shown by the same entries.
//!
//! Known limit: who grinds keys into one bucket makes that bucket slow; deposits bound how many keys one can make.

use super::{
    Changes, StateRead,
    cow::{CHUNK, CowVec},
};
use crate::crypto::{Domain, Hash};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

/// Levels below the root; 2^16 buckets keep a bucket near one entry up to 100,000 keys.
pub const DEPTH: usize = 16;

const BUCKETS: usize = 1 << DEPTH;

/// The most entries a proof may list: far above what any honest bucket holds, low enough to read from a stranger.
pub const MAX_PROOF_ENTRIES: usize = 4_096;

/// A key's hash and its value's hash.
type Entry = (Hash, Hash);
type Bucket = Arc<[Entry]>;

/// The commitment to one state. Copies are cheap and independent.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Node `i` of the binary tree at [`place`]; leaves start at `BUCKETS`.
    nodes: CowVec<Hash>,
    buckets: CowVec<Bucket>,
}

/// What a set of changes does to a tree: what becomes of each node and bucket that it touches.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    nodes: Vec<(usize, Hash)>,
    buckets: Vec<(usize, Bucket)>,
}

/// That a key has a certain value, or none, in the state with a certain root.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// All entries of the key's bucket, ascending by key hash.
    pub entries: Vec<(Hash, Hash)>,
    /// The sibling on each level, from the leaf upwards; [`DEPTH`] of them.
    pub siblings: Vec<Hash>,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree {
            nodes: CowVec::filled(place(2 * BUCKETS - 1) + 1, Hash::ZERO),
            buckets: CowVec::filled(BUCKETS, Bucket::default()),
        }
    }
}

impl Tree {
    /// The tree of a whole state, by one scan.
    pub fn of(state: &dyn StateRead) -> Tree {
        let mut tree = Tree::default();
        let all = state.scan(&[]).map(|(key, value)| (key, Some(value))).collect();
        let delta = tree.preview(&all);
        tree.apply(delta);
        tree
    }

    /// The root.
    pub fn root(&self) -> Hash {
        self.node(1)
    }

    /// The root the tree would have after `changes`, with all it takes to get there.
    pub fn preview(&self, changes: &Changes) -> Delta {
        let mut delta = Delta::default();
        let mut level = Vec::new();
        // A key's bucket is the front of its hash: updates in the order of hashes are grouped by bucket.
        for updates in hashed(changes).chunk_by(|a, b| bucket_of(&a.0) == bucket_of(&b.0)) {
            let bucket = updates.first().map_or(0, |(key, _)| bucket_of(key));
            let entries = self.updated(bucket, updates);
            level.push((BUCKETS + bucket, leaf(&entries)));
            delta.buckets.push((bucket, entries));
        }
        for _ in 0..DEPTH {
            let above = self.level_above(&level);
            delta.nodes.append(&mut level);
            level = above;
        }
        delta.nodes.append(&mut level);
        delta
    }

    /// The nodes above changed nodes of one level; ascending, as those are.
    fn level_above(&self, changed: &[(usize, Hash)]) -> Vec<(usize, Hash)> {
        let siblings = changed.chunk_by(|a, b| a.0 / 2 == b.0 / 2);
        let above = siblings.filter_map(|pair| {
            let &(index, first) = pair.first()?;
            let (left, right) = match pair.get(1) {
                Some(&(_, second)) => (first, second),
                None if index.is_multiple_of(2) => (first, self.node(index + 1)),
                None => (self.node(index - 1), first),
            };
            Some((index / 2, inner(&left, &right)))
        });
        above.collect()
    }

    /// The root after `delta`.
    pub fn root_with(&self, delta: &Delta) -> Hash {
        delta.nodes.last().map_or_else(|| self.root(), |&(_, root)| root)
    }

    /// Takes `delta` in. It must come from [`Tree::preview`] of this very tree.
    pub fn apply(&mut self, delta: Delta) {
        for (index, node) in delta.nodes {
            self.nodes.set(place(index), node);
        }
        for (index, bucket) in delta.buckets {
            self.buckets.set(index, bucket);
        }
    }

    /// The proof of the presence or absence of `key`.
    pub fn prove(&self, key: &[u8]) -> Proof {
        let bucket = bucket_of(&Hash::of(Domain::STATE_KEY, key));
        let mut node = BUCKETS + bucket;
        let mut siblings = Vec::with_capacity(DEPTH);
        while node > 1 {
            siblings.push(self.node(node ^ 1));
            node /= 2;
        }
        Proof {
            entries: self.buckets.get(bucket).map(|entries| entries.to_vec()).unwrap_or_default(),
            siblings,
        }
    }

    pub(super) fn node(&self, index: usize) -> Hash {
        self.nodes.get(place(index)).copied().unwrap_or_default()
    }

    /// The entries of a bucket after `updates`, which ascend as entries do.
    fn updated(&self, bucket: usize, updates: &[(Hash, Option<Hash>)]) -> Bucket {
        let mut present =
            self.buckets.get(bucket).map(|entries| entries.iter()).unwrap_or_default().peekable();
        let mut entries = Vec::with_capacity(present.len() + updates.len());
        for &(key, value) in updates {
            while let Some(&entry) = present.next_if(|entry| entry.0 < key) {
                entries.push(entry);
            }
            present.next_if(|entry| entry.0 == key);
            entries.extend(value.map(|value| (key, value)));
        }
        entries.extend(present);
        entries.into()
    }
}

impl Proof {
    /// Whether it proves that `key` has `value` (`None`: no value) in the state with `root`.
    pub fn verify(&self, root: &Hash, key: &[u8], value: Option<&[u8]>) -> bool {
        let key = Hash::of(Domain::STATE_KEY, key);
        let value = value.map(|value| Hash::of(Domain::STATE_VALUE, value));
        let ascending = self.entries.is_sorted_by(|a, b| a.0 < b.0);
        let found = self.entries.iter().find(|entry| entry.0 == key).map(|entry| entry.1);
        let bounded = self.entries.len() <= MAX_PROOF_ENTRIES && self.siblings.len() == DEPTH;
        ascending && bounded && found == value && self.folds_to(root, bucket_of(&key))
    }

    fn folds_to(&self, root: &Hash, bucket: usize) -> bool {
        let mut index = bucket;
        let mut node = leaf(&self.entries);
        for sibling in &self.siblings {
            node = if index.is_multiple_of(2) { inner(&node, sibling) } else { inner(sibling, &node) };
            index /= 2;
        }
        node == *root
    }
}

/// Where node `index`, at least 1, is kept: the four levels below a node together, by their places in that small tree.
/// A path from the root to a leaf is in four chunks then; level by level it would be in thirteen.
pub(super) fn place(index: usize) -> usize {
    let depth = index.ilog2();
    let levels = if depth == 0 { 0 } else { (depth - 1) % 4 + 1 };
    let (top, first) = (index >> levels, 1 << (depth - levels));
    // The tops are the nodes at depths 0, 4, 8 and 12; 1 + 16 + 256 + .. of them are above a depth.
    let chunk = (first - 1) / 15 + (top - first);
    chunk * CHUNK + (1 << levels) + index % (1 << levels)
}

/// The hashes of changed keys and of their values, ascending by key hash.
fn hashed(changes: &Changes) -> Vec<(Hash, Option<Hash>)> {
    let hash = |(key, value): (&Vec<u8>, &Option<Vec<u8>>)| {
        let value = value.as_ref().map(|value| Hash::of(Domain::STATE_VALUE, value));
        (Hash::of(Domain::STATE_KEY, key), value)
    };
    let mut hashes: Vec<_> = changes.iter().map(hash).collect();
    hashes.sort_unstable_by_key(|(key, _)| *key);
    hashes
}

pub(super) fn bucket_of(key: &Hash) -> usize {
    usize::from(u16::from_be_bytes([key.0[0], key.0[1]])) >> (16 - DEPTH)
}

pub(super) fn leaf(entries: &[Entry]) -> Hash {
    if entries.is_empty() { Hash::ZERO } else { Hash::of_value(Domain::STATE_BUCKET, &entries) }
}

pub(super) fn inner(left: &Hash, right: &Hash) -> Hash {
    if *left == Hash::ZERO && *right == Hash::ZERO {
        Hash::ZERO
    } else {
        Hash::of(Domain::STATE_NODE, [left.0, right.0].as_flattened())
    }
}
