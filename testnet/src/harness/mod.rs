//! Subnet logic under test in milliseconds: one description, one state machine, layers of growing reality.
//!
//! | layer | what runs | for |
//! |---|---|---|
//! | [`Sim`] | the whole chain in the test's process; the test makes the blocks | nearly every test of a subnet |
//! | [`Cluster`] | every node's replica, over a simulated network in virtual time | faults of nodes and links |
//! | processes | real nodes, by `taonet up --setup` or a scenario | miners and validators in any language |
//!
//! How to use it:
//! 1. Describe a network: [`Sim::builder`] step by step, or a [`Setup`] as plain data (it is what scenario files are
//!    read into, and reads and writes as TOML). Participants are known by name, and a name says its keys ([`keys`]).
//! 2. Miners and validators work on the built-in task, or on a task of one's own: a [`Workshop`] has its judge and its
//!    methods. What they do differently from the textbook is a policy, such as `late:1` or `two-opt+offline:100..200`;
//!    [`taonet_subnets::roles::policy`] lists them all.
//! 3. Make blocks and look: [`Sim::run_epochs`], [`Sim::metagraph`], [`Sim::explain_epoch`]; act with [`Sim::submit`]
//!    and [`Sim::set_param`]; branch with [`Sim::checkpoint`] and [`Sim::revert`]. A [`Cluster`] has the same questions
//!    and calls, asked of a node; it cannot be copied, so it has no checkpoints.
//! 4. The same description and the same seed give the same blocks on `Sim` and, without faults, on `Cluster`.
//!
//! ```
//! use taonet_testnet::harness::{Sim, SubnetSetup};
//!
//! let mut net = Sim::builder()
//!     .seed(7)
//!     .subnet(SubnetSetup::named("tour").tempo(20))
//!     .validator("val-a", 6_000, "honest")
//!     .validator("val-b", 4_000, "honest")
//!     .miner("good", "or-opt")
//!     .miner("lazy", "sweep")
//!     .build()?;
//!
//! let start = net.checkpoint("start");
//! net.run_epochs(2)?;
//! let neurons = net.metagraph("tour")?;
//! assert!(neurons["good"].incentive > 10.0 * neurons["lazy"].incentive, "{neurons}");
//! net.check_invariants()?;
//!
//! net.revert(&start)?;
//! assert_eq!(net.height(), 0);
//! # Ok::<(), taonet_testnet::harness::HarnessError>(())
//! ```

#[cfg(feature = "processes")]
mod afar;
mod builder;
mod cluster;
mod crew;
mod directory;
mod error;
mod found;
mod history;
pub mod keys;
mod metagraph;
pub(crate) mod orders;
mod quality;
pub mod setup;
mod sim;
mod view;
mod workshop;

#[cfg(feature = "processes")]
pub use afar::Afar;
pub use builder::Builder;
pub use cluster::{Cluster, ClusterBuilder, Cut, LONGEST_WAIT_SLOTS, NodeReport};
pub use error::HarnessError;
pub use found::SetupError;
pub use metagraph::{Metagraph, NeuronView, Pool};
pub use quality::{Quality, quality};
pub use setup::{AccountSetup, MinerSetup, Preset, Setup, SubnetSetup, TradeSetup, ValidatorSetup};
pub use sim::{Checkpoint, Done, LONGEST_WAIT, Sim};
pub use view::View;
pub use workshop::{Tools, Workshop};
