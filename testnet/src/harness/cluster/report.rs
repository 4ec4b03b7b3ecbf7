//! What a node of a cluster has come to.

use crate::sim::World;
use std::fmt;
use taonet_chain::Hash;

/// What a node has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    /// Its name.
    pub name: String,
    /// Whether it is running.
    pub up: bool,
    /// Whether it keeps to the rules and speaks with one voice, as far as the test made it so.
    pub honest: bool,
    /// The height that it has decided.
    pub finalized: u64,
    /// The state root there; none while it is down.
    pub root: Option<Hash>,
    /// In which round it decided its last block; 0 when everything went well.
    pub round: u32,
    /// How many transactions wait in its mempool.
    pub waiting: usize,
    /// How many transactions it refused.
    pub refused: usize,
}

impl NodeReport {
    pub(super) fn of(world: &World, node: usize) -> NodeReport {
        let replica = world.replica(node);
        NodeReport {
            name: format!("n{node}"),
            up: world.is_up(node),
            honest: world.is_honest(node),
            finalized: world.height(node),
            root: replica.map(|replica| replica.tip().state_root),
            round: world.last(node).map_or(0, |last| last.block.certificate.round),
            waiting: replica.map_or(0, |replica| replica.mempool().len()),
            refused: world.refused(node).len(),
        }
    }
}

impl fmt::Display for NodeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NodeReport { name, finalized, round, waiting, .. } = self;
        let state = if self.up { "up" } else { "down" };
        let faith = if self.honest { "" } else { ", lies" };
        write!(f, "{name}: {state}{faith}, block {finalized} in round {round}, {waiting} waiting")
    }
}
