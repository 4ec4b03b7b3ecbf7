//! Weights that are committed but not yet known (yuma.md sections 10.3 and 10.4).
//!
//! Purpose: a validator's row counts when it can no longer be copied in time.
//!
//! Rules:
//! 1. Commits are kept by mechanism index, like weights. A hotkey has at most [`MAX_OPEN_COMMITS`] by hash.
//! 2. A commit belongs to the epoch that was *now* when it was made ([`now_epoch`]): a transaction in a block whose
//!    epoch was put off belongs to the next one.
//! 3. Timelocked commits wait in one list per epoch, in the order in which they came. A list of lists says which there
//!    are, so that a block with nothing to open reads one key.
//! 4. What is still hidden has an age: targets that registered after a hotkey's oldest open commit get no weight from
//!    it ([`oldest_open`]).

use super::{params, subnets};
use crate::{
    crypto::{AccountId, Hash},
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::{BTreeMap, BTreeSet};
use taonet_subnets::yuma::submission::{CommitTime, oldest_open_commit};

pub use taonet_subnets::yuma::submission::MAX_OPEN_COMMITS;

const TIMELOCKED: Table<(u16, u64), Vec<Timelocked>> = Table::new(schema::TIMELOCKED);
const SEALED: Table<(u16, u64, u32), Vec<u8>> = Table::new(schema::SEALED);
const WAITING: Table<(), BTreeSet<(u16, u64)>> = Table::new(schema::WAITING);
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

/// A timelocked commit; its sealed bytes are apart, since they are read only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Timelocked {
    /// Who committed.
    pub hotkey: AccountId,
    /// The block in which it did.
    pub block: u64,
    /// The round of the beacon from which on it can be opened.
    pub round: u64,
    /// Under which number of the epoch the bytes are kept.
    number: u32,
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

/// The timelocked commits of an epoch in a mechanism, in the order in which they came.
pub fn timelocked(state: &dyn StateRead, index: u16, epoch: u64) -> Vec<Timelocked> {
    TIMELOCKED.get(state, &(index, epoch)).unwrap_or_default()
}

/// The sealed bytes of a commit of that list.
pub fn sealed(state: &dyn StateRead, index: u16, epoch: u64, commit: &Timelocked) -> Vec<u8> {
    SEALED.get(state, &(index, epoch, commit.number)).unwrap_or_default()
}

/// The mechanism indices and epochs that have timelocked commits, ascending.
pub fn waiting(state: &dyn StateRead) -> BTreeSet<(u16, u64)> {
    WAITING.get(state, &()).unwrap_or_default()
}

/// The epochs of `waiting` that have timelocked commits in a mechanism, ascending.
pub(crate) fn epochs_of(waiting: &BTreeSet<(u16, u64)>, index: u16) -> impl Iterator<Item = u64> + '_ {
    waiting.range((index, 0)..=(index, u64::MAX)).map(|(_, epoch)| *epoch)
}

/// The block of each hotkey's oldest commit that can still be revealed, in a mechanism whose epoch counter is `epoch`.
pub fn oldest_open(
    state: &dyn StateRead,
    index: u16,
    epoch: u64,
    reveal_period: u64,
) -> BTreeMap<AccountId, u64> {
    let mut times = BTreeMap::<AccountId, (Vec<CommitTime>, Vec<CommitTime>)>::new();
    for ((_, hotkey), commits) in HASH_COMMITS.iter_from(state, &index) {
        times.entry(hotkey).or_default().0.extend(commits.iter().map(HashCommit::time));
    }
    for epoch in epochs_of(&waiting(state), index) {
        for Timelocked { hotkey, block, .. } in timelocked(state, index, epoch) {
            times.entry(hotkey).or_default().1.push(CommitTime { epoch, block });
        }
    }
    let oldest = |(hotkey, (hashed, timelocked)): (AccountId, (Vec<CommitTime>, Vec<CommitTime>))| {
        Some((hotkey, oldest_open_commit(&hashed, &timelocked, epoch, reveal_period)?))
    };
    times.into_iter().filter_map(oldest).collect()
}

/// Appends a timelocked commit, made in a block for a round, to the list of a mechanism index and an epoch.
pub(crate) fn push_timelocked(
    state: &mut Overlay<'_>,
    (index, epoch): (u16, u64),
    hotkey: &AccountId,
    (block, round): (u64, u64),
    bytes: &[u8],
) {
    let mut all = timelocked(state, index, epoch);
    let number = all.last().map_or(0, |last| last.number.saturating_add(1));
    all.push(Timelocked { hotkey: *hotkey, block, round, number });
    SEALED.put(state, &(index, epoch, number), &bytes.to_vec());
    put_timelocked(state, index, epoch, &all);
}

/// Takes the commits of an epoch out of its list, but for those of `kept`, which must be of it.
pub(crate) fn keep_timelocked(state: &mut Overlay<'_>, index: u16, epoch: u64, kept: &Vec<Timelocked>) {
    let old = timelocked(state, index, epoch);
    for commit in old.iter().filter(|commit| !kept.contains(commit)) {
        SEALED.remove(state, &(index, epoch, commit.number));
    }
    if old != *kept {
        put_timelocked(state, index, epoch, kept);
    }
}

fn put_timelocked(state: &mut Overlay<'_>, index: u16, epoch: u64, all: &Vec<Timelocked>) {
    let mut waiting = waiting(state);
    let has_changed = if all.is_empty() {
        TIMELOCKED.remove(state, &(index, epoch));
        waiting.remove(&(index, epoch))
    } else {
        TIMELOCKED.put(state, &(index, epoch), all);
        waiting.insert((index, epoch))
    };
    if has_changed {
        WAITING.put(state, &(), &waiting);
    }
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

/// Gives the commits of a hotkey to the hotkey that replaces it.
pub(crate) fn rename(state: &mut Overlay<'_>, index: u16, old: &AccountId, new: &AccountId) {
    HASH_COMMITS.rename(state, &(index, *old), &(index, *new));
    for epoch in epochs_of(&waiting(state), index) {
        let mut all = timelocked(state, index, epoch);
        all.iter_mut().filter(|commit| commit.hotkey == *old).for_each(|commit| commit.hotkey = *new);
        put_timelocked(state, index, epoch, &all);
    }
}

/// Forgets all commits in a mechanism.
pub(crate) fn clear(state: &mut Overlay<'_>, index: u16) {
    HASH_COMMITS.clear(state, &index);
    let waiting = waiting(state);
    for epoch in epochs_of(&waiting, index) {
        keep_timelocked(state, index, epoch, &Vec::new());
    }
}
