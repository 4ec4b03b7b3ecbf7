//! A network on some layer, as a scenario sees it: it makes blocks, things happen to it, and its state can be asked.

use super::file::{Act, Layer};
use crate::harness::View;
use taonet_chain::Hash;

/// Why a scenario could not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StageError(pub String);

impl StageError {
    /// The error that something else is.
    pub fn of(error: impl std::fmt::Display) -> StageError {
        StageError(error.to_string())
    }
}

/// A network that a scenario runs on.
pub trait Stage {
    /// Which layer it is.
    fn layer(&self) -> Layer;

    /// Makes, or waits for, one more block.
    ///
    /// # Errors
    /// The network cannot go on, or something happened that must never happen.
    fn advance(&mut self) -> Result<(), StageError>;

    /// Lets something happen after the last block.
    ///
    /// # Errors
    /// It cannot happen here, or the chain refused it.
    fn act(&mut self, act: &Act) -> Result<(), StageError>;

    /// The network after the last block.
    ///
    /// # Errors
    /// No node is up.
    fn view(&self) -> Result<View<'_>, StageError>;

    /// The state root after the last block.
    fn root(&self) -> Hash;

    /// Seconds since the beginning, as the network counts them.
    fn seconds(&self) -> f64;

    /// The last block of each node, by name; none where there are no nodes.
    fn nodes(&self) -> Vec<(String, u64)>;

    /// What its processes logged, by name; nothing where there are none.
    fn logs(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// What happened lately, for the bundle of a failure; newest last.
    fn trace(&self) -> Vec<String>;
}
