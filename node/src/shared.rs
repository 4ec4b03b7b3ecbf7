//! What the parts of a running node share: the driver on one side, those who serve clients on the other.

use crate::telemetry::Metrics;
use taonet_chain::{AccountId, Genesis, Hash, Transaction};
use taonet_consensus::Rejection;
use tokio::sync::{mpsc, oneshot, watch};

/// Demands of clients that wait for the driver; a client beyond that waits for its answer.
pub(crate) const DEMANDS: usize = 256;

/// What only the driver can do for a client, and where the answer goes.
pub(crate) enum Demand {
    /// Takes a transaction in.
    Submit { transaction: Box<Transaction>, reply: oneshot::Sender<Result<(), Rejection>> },
    /// Says which nonce an account's next transaction has, after those that wait.
    NextNonce { account: AccountId, reply: oneshot::Sender<u64> },
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
    pub(crate) demands: mpsc::Sender<Demand>,
    /// Ends when the driver ends.
    pub(crate) progress: watch::Receiver<Progress>,
}
