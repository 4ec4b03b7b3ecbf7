//! Weights that are committed but not yet known (yuma.md sections 10.3 and 10.4).
//!
//! Purpose: a validator's row counts when it can no longer be copied in time.
//!
//! Rules:
//! 1. Commits are kept by mechanism index, like weights. A hotkey has at most [`MAX_OPEN_COMMITS`] by hash.
//! 2. A commit belongs to the epoch that was *now* when it was made ([`now_epoch`]): a transaction in a block whose epoch
//!    was put off belongs to the next one.
//! 3. What is still hidden has an age: targets that registered after a hotkey's oldest open commit get no weight from it
//!    ([`oldest_open`]).

use super::{params, subnets};
use crate::{
    crypto::{AccountId, Hash},
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use taonet_subnets::yuma::submission::{CommitTime, oldest_open_commit};

pub use taonet_subnets::yuma::submission::MAX_OPEN_COMMITS;

const HASH_COMMITS: Table<(u16, AccountId), Vec<HashCommit>> = Table::new(schema::HASH_COMMITS);

/// A commit by hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HashCommit {
    /// What the weights and their salt hash to.
    pub hash: Hash,
    /// The epoch in which it was made.
    pub epoch: u64,
    /// The block in which it was made.
    pub block: u64,
}

impl HashCommit {
    /// When it was made.
    pub fn time(&self) -> CommitTime {
        CommitTime { epoch: self.epoch, block: self.block }
    }
}

/// The epoch to which commits and reveals of `block` belong on a subnet.
pub fn now_epoch(state: &dyn StateRead, netuid: u16, block: u64) -> u64 {
    let clock = subnets::state_of(state, netuid).unwrap_or_default().clock;
    clock.counters(params::subnet(state, netuid).tempo).epoch_of_transactions(block)
}

/// The commits by hash of a hotkey in a mechanism, oldest first.
pub fn by_hash(state: &dyn StateRead, index: u16, hotkey: &AccountId) -> Vec<HashCommit> {
    HASH_COMMITS.get(state, &(index, *hotkey)).unwrap_or_default()
}

/// The block of each hotkey's oldest commit that can still be revealed, in a mechanism whose epoch counter is `epoch`.
pub fn oldest_open(
    state: &dyn StateRead,
    index: u16,
    epoch: u64,
    reveal_period: u64,
) -> BTreeMap<AccountId, u64> {
    let hashed: BTreeMap<AccountId, Vec<CommitTime>> = HASH_COMMITS
        .iter_from(state, &index)
        .map(|((_, hotkey), commits)| (hotkey, commits.iter().map(HashCommit::time).collect()))
        .collect();
    let oldest = |(hotkey, times): (&AccountId, &Vec<CommitTime>)| {
        Some((*hotkey, oldest_open_commit(times, &[], epoch, reveal_period)?))
    };
    hashed.iter().filter_map(oldest).collect()
}

/// Writes the commits by hash of a hotkey.
pub(crate) fn put_by_hash(
    state: &mut Overlay<'_>,
    index: u16,
    hotkey: &AccountId,
    commits: &Vec<HashCommit>,
) {
    if commits.is_empty() {
        HASH_COMMITS.remove(state, &(index, *hotkey));
    } else {
        HASH_COMMITS.put(state, &(index, *hotkey), commits);
    }
}

/// Forgets all commits in a mechanism.
pub(crate) fn clear(state: &mut Overlay<'_>, index: u16) {
    let hashed: Vec<_> = HASH_COMMITS.iter_from(state, &index).map(|(key, _)| key).collect();
    hashed.iter().for_each(|key| HASH_COMMITS.remove(state, key));
}
