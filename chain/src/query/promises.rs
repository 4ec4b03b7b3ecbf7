//! What is locked and what is hidden on a subnet.

use super::coldkey::{LockInfo, lock};
use crate::{
    crypto::{AccountId, Hash},
    ledger::{
        commits,
        epochs::{self, Mechanism},
        locks, neurons, params, subnets,
    },
    state::StateRead,
};
use serde::Serialize;

/// The most locks that are listed: an answer of some 200 kB. Anybody with stake may add one.
pub const MAX_LISTED_LOCKS: usize = 1_000;

/// The locks of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LocksInfo {
    /// The conviction of each hotkey in whole base units of alpha, highest first.
    pub convictions: Vec<(AccountId, u64)>,
    /// The largest locks, largest first; at most [`MAX_LISTED_LOCKS`].
    pub locks: Vec<LockInfo>,
}

/// The locks of a subnet, where the tip has this height.
pub fn subnet_locks(state: &dyn StateRead, netuid: u16, height: u64) -> Option<LocksInfo> {
    subnets::subnet(state, netuid)?;
    let now = height.saturating_add(1);
    let convictions = locks::convictions(state, netuid, now).into_iter();
    let mut convictions: Vec<_> =
        convictions.map(|(hotkey, conviction)| (hotkey, conviction.to_u64())).collect();
    convictions.retain(|(_, conviction)| *conviction > 0);
    convictions.sort_by_key(|(_, conviction)| std::cmp::Reverse(*conviction));
    let held = locks::locks(state, netuid).into_iter();
    let mut locks: Vec<LockInfo> =
        held.filter_map(|(coldkey, ..)| lock(state, netuid, &coldkey, now)).collect();
    locks.sort_by_key(|lock| std::cmp::Reverse(lock.mass));
    locks.truncate(MAX_LISTED_LOCKS);
    Some(LocksInfo { convictions, locks })
}

/// The commits of a mechanism that are still hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitsInfo {
    /// The epoch to which commits and reveals of the next block belong.
    pub epoch: u64,
    /// How many epochs after its own a commit is revealed.
    pub reveal_period: u64,
    /// Those by hash.
    pub by_hash: Vec<CommitInfo>,
    /// Those that reveal themselves.
    pub timelocked: Vec<TimelockedInfo>,
}

/// A commit by hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CommitInfo {
    /// Who committed.
    pub hotkey: AccountId,
    /// What its weights and their salt hash to.
    pub hash: Hash,
    /// The epoch in which it was made.
    pub epoch: u64,
    /// The block in which it was made.
    pub block: u64,
}

/// A commit that reveals itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TimelockedInfo {
    /// Who committed.
    pub hotkey: AccountId,
    /// The epoch in which it was made.
    pub epoch: u64,
    /// The block in which it was made.
    pub block: u64,
    /// The height from which on it can be opened.
    pub round: u64,
}

/// The commits of a mechanism, of one hotkey or of all its neurons, where the tip has this height.
pub fn open_commits(
    state: &dyn StateRead,
    mechanism: Mechanism,
    only: Option<&AccountId>,
    height: u64,
) -> Option<CommitsInfo> {
    let Mechanism { netuid, .. } = mechanism;
    let index = epochs::existing(state, mechanism)?;
    let hotkeys: Vec<AccountId> = match only {
        Some(hotkey) => vec![*hotkey],
        None => neurons::neurons(state, netuid).into_iter().map(|neuron| neuron.hotkey).collect(),
    };
    let by_hash = hotkeys.iter().flat_map(|hotkey| {
        let commits = commits::by_hash(state, index, hotkey).into_iter();
        commits.map(|one| CommitInfo { hotkey: *hotkey, hash: one.hash, epoch: one.epoch, block: one.block })
    });
    let epochs = commits::waiting(state).into_iter().filter(|(of, _)| *of == index);
    let timelocked = epochs.flat_map(|(_, epoch)| {
        let commits = commits::timelocked(state, index, epoch).into_iter();
        commits.map(move |one| TimelockedInfo {
            hotkey: one.hotkey,
            epoch,
            block: one.block,
            round: one.round,
        })
    });
    Some(CommitsInfo {
        epoch: commits::now_epoch(state, netuid, height.saturating_add(1)),
        reveal_period: params::subnet(state, netuid).reveal_period,
        by_hash: by_hash.collect(),
        timelocked: timelocked.filter(|one| only.is_none_or(|hotkey| one.hotkey == *hotkey)).collect(),
    })
}
