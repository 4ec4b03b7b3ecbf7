//! What can be seen of a network.

use super::super::{
    checks::Checks,
    disk::Disk,
    node::{Node, State},
    trace::Line,
};
use super::World;
use std::{collections::BTreeSet, sync::Arc};
use taonet_chain::{AccountId, Keypair, Network, genesis::Genesis, state::StateRead};
use taonet_consensus::{Committed, Offence, Rejection, Replica, Store, Time};

impl World {
    /// Whether a node is running.
    pub fn is_up(&self, node: usize) -> bool {
        self.nodes.get(node).is_some_and(Node::is_up)
    }

    /// Whether a node keeps to the rules and speaks with one voice.
    pub fn is_honest(&self, node: usize) -> bool {
        let node = &self.nodes[node];
        node.is_honest() && !self.checks.guilty().contains(&node.id)
    }

    /// Whether what `from` says reaches `to`: they have different keys, and the way is not cut.
    pub fn hears(&self, from: usize, to: usize) -> bool {
        self.nodes[from].id != self.nodes[to].id && self.wiring.carries(from, to)
    }

    /// A running node.
    pub fn replica(&self, node: usize) -> Option<&Replica<Disk>> {
        self.nodes[node].replica()
    }

    /// The height a node has decided, running or not.
    pub fn height(&self, node: usize) -> u64 {
        match &self.nodes[node].state {
            State::Up(replica) => replica.tip().height,
            State::Down(store) => store.tip().height,
            State::Between => 0,
        }
    }

    /// The lowest height among the running honest nodes.
    pub fn lowest(&self) -> u64 {
        let up = (0..self.nodes.len()).filter(|node| self.is_up(*node) && self.is_honest(*node));
        up.map(|node| self.height(node)).min().unwrap_or(0)
    }

    /// The highest height that anyone has decided.
    pub fn highest(&self) -> u64 {
        self.checks.highest()
    }

    /// What must hold, and what was seen on the way.
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The last block a node kept.
    pub fn last(&self, node: usize) -> Option<&Arc<Committed>> {
        self.nodes[node].last.as_ref()
    }

    /// How many store operations a node's last crash lost.
    pub fn lost(&self, node: usize) -> u64 {
        self.nodes[node].lost
    }

    /// What a node refused from its clients, oldest first.
    pub fn refused(&self, node: usize) -> &[Rejection] {
        &self.nodes[node].refused
    }

    /// What honest neighbours held against a node, each thing once.
    pub fn blamed(&self, node: usize) -> &BTreeSet<Offence> {
        &self.nodes[node].blamed
    }

    /// The ledger of a node, running or not.
    pub fn ledger(&self, node: usize) -> Option<&dyn StateRead> {
        match &self.nodes[node].state {
            State::Up(replica) => Some(replica.store()),
            State::Down(store) => Some(&**store),
            State::Between => None,
        }
    }

    /// A node's key.
    pub fn key(&self, node: usize) -> &Keypair {
        &self.nodes[node].key
    }

    /// A node's account; a twin has that of its original.
    pub fn id(&self, node: usize) -> AccountId {
        self.nodes[node].id
    }

    /// How many nodes there are, running or not, twins included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The network's genesis.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// What every signature is bound to.
    pub fn network(&self) -> Network {
        self.network
    }

    /// What happened last, oldest first.
    pub fn trace(&self) -> impl Iterator<Item = &Line> {
        self.trace.lines()
    }

    /// A number that all events of the run so far went into.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}
