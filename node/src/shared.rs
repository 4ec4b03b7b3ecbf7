//! What the parts of a running node share: the driver on one side, those who serve clients on the other.

use crate::telemetry::Metrics;
use taonet_chain::{AccountId, Genesis, Hash, Transaction};
use taonet_consensus::Rejection;
use tokio::sync::{mpsc, oneshot, watch};

/// Transactions of clients that wait for the driver; a client beyond that waits for its answer.
pub(crate) const SUBMISSIONS: usize = 256;

/// A transaction of a client, and where the answer goes.
pub(crate) struct Submission {
    pub(crate) transaction: Transaction,
    pub(crate) reply: oneshot::Sender<Result<(), Rejection>>,
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
    pub(crate) submissions: mpsc::Sender<Submission>,
    /// Ends when the driver ends.
    pub(crate) progress: watch::Receiver<Progress>,
}
