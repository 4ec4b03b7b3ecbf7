//! Whole networks, rehearsed: simulated in one process, or real on this computer.
//!
//! - [`conformance`] runs directories of golden vectors through the same functions the chain uses.
//! - [`harness`] puts subnet logic under test: the same description on every layer.
//! - [`scenario`] runs stories from files: a network, what happens to it, what must hold.
//! - [`sim`] is a network in memory: many replicas, virtual time, faults from a seed.
//! - [`explain`] says why the chain did what it did, from its own state and by its own code.
//! - [`lab`] runs experiments with the mechanism itself.
//! - [`init`] (feature `processes`) writes a crate for a subnet of one's own.
//! - [`load`] (feature `processes`) sends traffic through real nodes and measures what becomes of it.
//! - [`network`] (feature `processes`) is a network of real processes: `taonet up` and its kin.
//!
//! Without the feature `processes` this crate pulls in only the pure crates, so that a subnet author's tests compile
//! neither RocksDB nor libp2p.

#[cfg(doctest)]
mod book;
pub mod conformance;
pub mod explain;
pub mod harness;
pub mod lab;
pub mod scenario;
pub mod sim;

/// The chapter of the book on agreement, whose example is a doc test of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/book/agreement.md")]
pub struct AgreementChapter;

#[cfg(feature = "processes")]
pub mod cli;
#[cfg(feature = "processes")]
pub mod init;
#[cfg(feature = "processes")]
pub mod load;
#[cfg(feature = "processes")]
pub mod network;
#[cfg(feature = "processes")]
pub mod screen;
