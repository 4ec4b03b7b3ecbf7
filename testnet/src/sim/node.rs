//! A node of a simulated network: a key, a clock that may be wrong, and a replica or what is left of one.

use super::{
    disk::{Disk, Fuse},
    liars::Liar,
    options::Options,
};
use std::{collections::BTreeSet, sync::Arc};
use taonet_chain::{AccountId, Keypair, genesis::DevOptions};
use taonet_consensus::{Committed, MemoryStore, Offence, Rejection, Replica, Time};

/// How much gossip a node remembers: a few heights' worth.
const GOSSIP_MEMORY: usize = 2_048;

/// A node, running or not.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) key: Keypair,
    pub(super) id: AccountId,
    pub(super) state: State,
    /// Whether its key is known never to have signed anything; until it first starts.
    pub(super) never_signed: bool,
    /// Counts restarts, so that timers of an earlier life are not delivered.
    pub(super) life: u32,
    pub(super) fuse: Fuse,
    /// How far its clock is ahead, in milliseconds; below zero: behind.
    pub(super) skew_ms: i64,
    /// What it does instead of what an honest node does.
    pub(super) liar: Option<Box<dyn Liar>>,
    /// Whether it is a second copy of an authority.
    pub(super) is_twin: bool,
    /// The transactions it refused.
    pub(super) refused: Vec<Rejection>,
    /// What honest neighbours held against it.
    pub(super) blamed: BTreeSet<Offence>,
    /// The last block it kept.
    pub(super) last: Option<Arc<Committed>>,
    /// The gossip it has heard or said, by number.
    pub(super) seen: BTreeSet<u64>,
    /// How many operations its last crash lost.
    pub(super) lost: u64,
}

#[derive(Debug)]
pub(super) enum State {
    Up(Box<Replica<Disk>>),
    Down(Box<MemoryStore>),
    /// Only while it is being opened or ended.
    Between,
}

impl Node {
    pub(super) fn new(index: usize, options: &Options, store: MemoryStore) -> Node {
        let key = key(index, options);
        Node {
            id: key.account(),
            key,
            state: State::Down(Box::new(store)),
            never_signed: options.vouched,
            life: 0,
            fuse: Fuse::default(),
            skew_ms: 0,
            liar: None,
            is_twin: twin_of(index, options).is_some(),
            refused: Vec::new(),
            blamed: BTreeSet::new(),
            last: None,
            seen: BTreeSet::new(),
            lost: 0,
        }
    }

    /// Whether this gossip is news. The oldest is forgotten in time.
    pub(super) fn sees(&mut self, gossip: u64) -> bool {
        if self.seen.len() >= GOSSIP_MEMORY {
            self.seen.pop_first();
        }
        self.seen.insert(gossip)
    }

    /// What its clock shows when it really is `now`.
    pub(super) fn clock(&self, now: Time) -> Time {
        now.saturating_add_signed(self.skew_ms)
    }

    /// When it really is `at` by its clock.
    pub(super) fn really(&self, at: Time) -> Time {
        at.saturating_add_signed(self.skew_ms.saturating_neg())
    }

    pub(super) fn replica(&self) -> Option<&Replica<Disk>> {
        match &self.state {
            State::Up(replica) => Some(replica),
            State::Down(_) | State::Between => None,
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.replica().is_some()
    }

    /// Whether it keeps to the rules and speaks with one voice.
    pub(super) fn is_honest(&self) -> bool {
        self.liar.is_none() && !self.is_twin
    }
}

/// The authority of which node `index` is the second copy.
fn twin_of(index: usize, options: &Options) -> Option<usize> {
    let singles = options.authorities() + usize::from(options.observers);
    options.twins.get(index.checked_sub(singles)?).copied()
}

/// The key of a node.
fn key(index: usize, options: &Options) -> Keypair {
    let index = twin_of(index, options).unwrap_or(index);
    let authority = u16::try_from(index).ok().filter(|_| index < options.authorities());
    authority.map_or_else(|| observer_key(index), |index| key_of(&DevOptions::authority_uri(index)))
}

/// The key of the node `index` that is no authority at genesis.
pub(super) fn observer_key(index: usize) -> Keypair {
    key_of(&format!("//observer//{index}"))
}

fn key_of(uri: &str) -> Keypair {
    // Both forms are constants that parse; the first run of any simulation shows it.
    Keypair::from_uri(uri).unwrap_or_else(|_| Keypair::from_seed([0; 32]))
}
