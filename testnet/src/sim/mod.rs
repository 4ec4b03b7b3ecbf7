//! Whole networks in one process: virtual time, one seed, real signatures and real execution.
//!
//! Rules:
//! 1. Nodes are [`taonet_consensus::Replica`]s over a [`Disk`] in memory; what they ask for becomes events in one
//!    queue.
//! 2. Events at the same time happen in the order in which they were added. Every choice of chance draws from one
//!    generator. Two runs with one seed therefore have the same [`World::digest`], on every machine and in every
//!    build.
//! 3. What must hold is checked while it happens ([`checks`]): a run ends at the first [`Violation`].
//! 4. Everything that can go wrong between nodes is a [`Link`] or a cut; everything that can go wrong with a node's
//!    memory is its [`Disk`]; everything a dishonest node may do is a [`liars::Liar`] or a twin.
//!
//! ```
//! use taonet_testnet::sim::{Options, World};
//! let mut world = World::new(Options::calm(4).observers(1), 7)?;
//! world.cut(0, 4)?;              // the observer no longer hears node 0
//! world.crash_at_call(1, 3, 0);  // node 1 dies at its third store call, and loses what was not synced
//! let done = world.run_until(60_000, |world| world.highest() >= 5)?;
//! assert!(done && !world.is_up(1));
//! # Ok::<(), taonet_testnet::sim::Violation>(())
//! ```

pub mod checks;
pub mod disk;
pub mod liars;
pub mod link;
pub mod load;
pub mod node;
pub mod options;
pub mod random;
pub mod storm;
pub mod trace;
pub mod wiring;
pub mod world;

pub use checks::Violation;
pub use disk::Disk;
pub use link::Link;
pub use options::Options;
pub use random::Random;
pub use world::World;
