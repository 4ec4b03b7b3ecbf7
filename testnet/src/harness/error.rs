//! Why something under test could not be done, and what to do about it.

use super::SetupError;
use crate::explain::{Disagreement, epoch::NoEpoch};
use crate::sim::Violation as ClusterViolation;
use taonet_chain::{CallError, Receipt, Violation};
use taonet_consensus::Rejection;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HarnessError {
    /// The description makes no sense.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A transaction was not even taken in.
    #[error("the transaction of {who} was not taken in: {reason}. {}", reason.remedy())]
    Refused {
        /// Who signed it.
        who: String,
        /// Why.
        reason: Rejection,
    },
    /// A call was executed and failed.
    #[error("the call of {who} failed in block {height}: {}: {} {}", error.name(), error.sentence(), error.remedy())]
    Failed {
        /// Who signed it.
        who: String,
        /// The block that executed it.
        height: u64,
        /// Why it failed.
        error: CallError,
        /// Its receipt: the fee is paid all the same.
        receipt: Receipt,
    },
    /// A transaction that was taken in is in none of the blocks that could have executed it.
    #[error(
        "the transaction of {who} was not executed by block {height}; is its nonce or its money used elsewhere?"
    )]
    NotExecuted {
        /// Who signed it.
        who: String,
        /// The last block looked at.
        height: u64,
    },
    /// There is no such parameter, or it does not take this value.
    #[error("{0} is no value of the parameter {1}; `taonet hparams list` shows names and ranges")]
    Param(String, String),
    /// Something that was waited for did not happen.
    #[error(
        "what was waited for did not happen in {0} blocks; wait longer, or look at what the chain did instead"
    )]
    Never(u64),
    /// What was waited for did not happen in virtual time.
    #[error(
        "what was waited for did not happen in {0} ms of virtual time; wait longer, or look at the nodes"
    )]
    NotInTime(u64),
    /// No subnet has epochs to wait for.
    #[error("no subnet runs epochs; add one that is started and has a tempo above 0")]
    NoEpochs,
    /// Something about the past that is no longer kept.
    #[error("block {0} is not kept; ask about one of the last {1}")]
    Forgotten(u64, usize),
    /// A checkpoint of another network.
    #[error("the checkpoint `{0}` is of another network; take one of this one")]
    ForeignCheckpoint(String),
    /// An invariant of the ledger does not hold. This is a mistake of the program.
    #[error("after block {0} {1}")]
    Broken(u64, Violation),
    /// A subnet is no longer there.
    #[error("the subnet {0} is dissolved; look at it in an earlier block")]
    Dissolved(String),
    /// There is nothing to explain.
    #[error("{0}")]
    NoEpoch(String),
    /// An explanation disagrees with the chain. This is a mistake of the program.
    #[error(transparent)]
    Disagreement(#[from] Disagreement),
    /// No node has this name, or it is not as it has to be for this.
    #[error("`{0}` is no node that is {1}; nodes are called n0, n1, and so on, authorities first")]
    Node(String, &'static str),
    /// Something that must never happen happened to the nodes of a cluster.
    #[error("{0}")]
    Cluster(#[from] ClusterViolation),
}

impl From<NoEpoch> for HarnessError {
    fn from(error: NoEpoch) -> HarnessError {
        match error {
            NoEpoch::Disagrees(disagreement) => disagreement.into(),
            none => HarnessError::NoEpoch(format!("{none}; run some epochs first")),
        }
    }
}
