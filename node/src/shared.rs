//! What the parts of a running node share: the driver on one side, those who serve clients on the other.

use crate::store::{Checkpoints, Revert};
use crate::telemetry::Metrics;
use taonet_chain::{AccountId, CertifiedHeader, Genesis, Hash, Tip, Transaction, state::tree::Tree};
use taonet_consensus::{CannotMine, Control, NodeId, Production, Rejection, Time};
use taonet_p2p::Links;
use tokio::sync::{mpsc, oneshot, watch};

/// Demands of clients that wait for the driver; a client beyond that waits for its answer.
pub(crate) const DEMANDS: usize = 256;

/// What only the driver can do for a client, and where the answer goes.
pub(crate) enum Demand {
    /// Takes a transaction in.
    Submit { transaction: Box<Transaction>, reply: oneshot::Sender<Result<(), Rejection>> },
    /// Says which nonce an account's next transaction has, after those that wait.
    NextNonce { account: AccountId, reply: oneshot::Sender<u64> },
    /// Says, after changing it if that is asked for, what lets heights start and where the node is.
    Control { change: Option<Production>, reply: oneshot::Sender<Standing> },
    /// Says what waits.
    Waiting { reply: oneshot::Sender<Vec<Transaction>> },
    /// Mines until a goal is reached or nobody listens any more.
    Mine { goal: Goal, answers: mpsc::Sender<Mined>, reply: oneshot::Sender<Result<(), CannotMine>> },
    /// Gives the state tree after the last block; `None` before the first one.
    Provable { reply: oneshot::Sender<Option<Provable>> },
}

/// Until when blocks are mined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// So many blocks.
    Blocks(u64),
    /// So many epochs of a subnet.
    Epochs {
        /// The subnet.
        netuid: u16,
        /// How many.
        count: u64,
    },
    /// What a block emits is halved.
    Halving,
}

/// How far mining is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mined {
    pub(crate) blocks: u64,
    pub(crate) height: u64,
    pub(crate) id: Hash,
    pub(crate) state_root: Hash,
    pub(crate) timestamp_ms: Time,
    /// This is the last one, and it is on disk.
    pub(crate) done: bool,
}

/// Where a node is, for whoever controls time.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) control: Control,
    /// What the clock shows.
    pub(crate) clock_ms: Time,
    pub(crate) tip: Tip,
    /// The height that has started and is not decided yet; otherwise that of the last block.
    pub(crate) started: u64,
}

/// What proofs of the state are made of. The copy of the tree is cheap and does not change.
pub(crate) struct Provable {
    /// The header whose state root is the tree's.
    pub(crate) certified: CertifiedHeader,
    pub(crate) tree: Tree,
}

/// How far the node is, as the driver says after each step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The height of the last block.
    pub height: u64,
    /// The round of agreement on the next height.
    pub round: u32,
    /// Transactions that wait.
    pub mempool: usize,
    /// Connected peers.
    pub peers: usize,
}

/// What those who serve clients need.
pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) node: AccountId,
    pub(crate) genesis: Genesis,
    pub(crate) genesis_hash: Hash,
    pub(crate) metrics: Metrics,
    /// The connected peers.
    pub(crate) peers: watch::Receiver<Vec<NodeId>>,
    /// What this node does to its links.
    pub(crate) links: Links,
    pub(crate) demands: mpsc::Sender<Demand>,
    /// The node's checkpoints.
    pub(crate) checkpoints: Checkpoints,
    /// How often the network has gone back to one.
    pub(crate) branch: u32,
    /// Takes the wish to go back to one.
    pub(crate) reverts: mpsc::Sender<Revert>,
    /// Ends when the driver ends.
    pub(crate) progress: watch::Receiver<Progress>,
}
