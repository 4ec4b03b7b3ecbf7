//! Whole networks, rehearsed: simulated in one process, or real on this computer.
//!
//! - [`conformance`] runs directories of golden vectors through the same functions the chain uses.
//! - [`sim`] is a network in memory: many replicas, virtual time, faults from a seed.
//! - [`network`] (feature `processes`) is a network of real processes: `taonet up` and its kin.
//!
//! Without the feature `processes` this crate pulls in only the pure crates, so that a subnet author's tests compile
//! neither RocksDB nor libp2p.

pub mod conformance;
pub mod sim;

#[cfg(feature = "processes")]
pub mod cli;
#[cfg(feature = "processes")]
pub mod network;
#[cfg(feature = "processes")]
pub mod screen;
