//! Whole networks in one process: virtual time, one seed, real signatures and real execution.
//!
//! Rules:
//! 1. Nodes are [`taonet_consensus::Replica`]s over memory; what they ask for becomes events in one queue.
//! 2. Events at the same time happen in the order in which they were added. Every choice of chance draws from one
//!    generator. Two runs with one seed therefore have the same [`World::digest`].
//! 3. What must hold is checked while it happens: a run ends at the first [`Violation`].

pub mod checks;
pub mod network;
pub mod random;
pub mod storm;
pub mod world;

pub use checks::Violation;
pub use network::Links;
pub use random::Random;
pub use world::{Options, World};
