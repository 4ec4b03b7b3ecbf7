//! How authorities agree on the next block, and how a node catches up: one deterministic replica.
//!
//! **One height.** A slot after the last block the height starts ([`timing`]). Its proposer builds a block out of the
//! [`mempool`], signs it and sends it to everyone. The others execute it; whoever gets the same result *prevotes* it.
//! More than two thirds of prevotes lock it and are answered by a *precommit*; more than two thirds of precommits
//! decide it, for good: there is never a second branch. When the proposer is silent, or messages are late, a timeout
//! votes *nil* and the next round has the next proposer. All of this is [`tendermint`], clause by clause of the paper,
//! counting in [`tally`].
//!
//! **Catching up.** Gossip delivers a message at most once. So neighbours tell each other where they are
//! ([`sync`]), and one that lacks something gets it directly: votes and the proposal of its height, or decided
//! blocks with their certificates. Who is further behind than anybody's blocks reach gets the state as a whole, checked
//! against a certified header ([`snapshot`]).
//!
//! **Crashing.** Whatever happens at a height is written to a log before it is handled, and the log is safe before
//! anything we signed leaves ([`store`]). A node that comes back reads its log and says what it said before. One that
//! lost its log does not know what it said, and keeps silent for a while ([`guard`]).
//!
//! **Bending time.** On a development network heights may wait for a command or for something to do, a node may mine
//! blocks as fast as it can, and the clock follows them ([`control`]).
//!
//! [`replica`] joins all of it in one function without clock, network or disk, [`Replica::step`]; [`interface`] says
//! what goes in and what comes out. A shell drives it: a real node, or a simulation that runs a network in one process.
//!
//! ```
//! use taonet_chain::{Keypair, Network, genesis::{DevOptions, Genesis}};
//! use taonet_consensus::{Config, Incoming, MemoryStore, Outgoing, Replica, Timer};
//!
//! // A network of one authority decides inside one step.
//! let genesis = Genesis::dev(DevOptions { authorities: 1, ..DevOptions::default() });
//! let (tip, changes) = genesis.build()?;
//! let key = Keypair::from_uri(&DevOptions::authority_uri(0)).expect("a development key");
//! let network = Network { genesis: genesis.hash(), branch: 0 };
//! let config = Config { network, timing: genesis.timing(), key, trust_empty: false, trust: None };
//! let mut out = Vec::new();
//! let mut replica = Replica::open(config, MemoryStore::new(tip, &changes, 1_000), 1_000, &mut out)?;
//! replica.step(1_000, Incoming::Wake(Timer::Start { height: 1 }), &mut out);
//! assert!(out.iter().any(|outgoing| matches!(outgoing, Outgoing::Committed(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_arithmetic)
)]

pub mod control;
pub mod guard;
pub mod interface;
pub mod mempool;
pub mod message;
pub mod replica;
pub mod snapshot;
pub mod store;
pub mod sync;
pub mod tally;
pub mod tendermint;
pub mod timing;

#[cfg(test)]
mod testing;

pub use control::{CannotMine, Control, Production};
pub use guard::Guard;
pub use interface::{Committed, Config, Incoming, Offence, OpenError, Outgoing, Timer, Verdict};
pub use mempool::{Mempool, Rejection};
pub use message::{DecodeError, Lane, MAX_MESSAGE_BYTES, Message, NodeId, Proposed, Status};
pub use replica::Replica;
pub use snapshot::{Chunk, Offer, Snapshot};
pub use store::{MemoryStore, Record, Store};
pub use tendermint::{Agreement, Step};
pub use timing::Time;
