//! The ledger: what a block is, what a transaction may do, what the state contains and hashes to.
//!
//! A block from transactions to root, and where to read about it:
//!
//! 1. An account signs a [`Call`] in a [`Transaction`]; [`admit`](admit::admit) says whether it may wait for a block.
//! 2. An authority [`build`]s a [`Block`]; the others [`execute`](execute()) it. Both do the same: evidence, the block
//!    [`step`], then each transaction's [`calls`].
//! 3. Calls and step change the tables of the [`ledger`], which are views of one ordered [`state`]; the [`params`] say
//!    by which numbers.
//! 4. What they did is told by [`Receipt`]s and [`Event`]s, can be asked through [`query`], and is summed up in the
//!    root of the state tree that the header carries.
//!
//! Nothing here does I/O or knows the time: the same block on the same state gives the same root on every machine.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_arithmetic)
)]

pub mod admit;
pub mod authority;
pub mod beacon;
pub mod block;
#[cfg(doctest)]
mod book;
pub mod calls;
pub mod crypto;
pub mod error;
pub mod event;
pub mod execute;
pub mod genesis;
pub mod invariants;
pub mod keys;
pub mod ledger;
pub mod light;
pub mod memory;
pub mod params;
pub mod query;
pub mod receipt;
pub mod replay;
pub mod roles;
pub mod ss58;
pub mod state;
pub mod step;
pub mod transaction;
pub mod vote;

mod fees;
#[cfg(test)]
mod testing;
mod text;

pub use admit::{Refusal, admit, admit_verified};
pub use authority::{Authority, AuthorityId, AuthoritySet, ConsensusMode};
pub use block::{Block, BlockId, CommittedBlock, Header, Tip};
pub use calls::{BlockContext, dispatch};
pub use crypto::{AccountId, Domain, Hash, Keypair, Signature};
pub use error::{CallError, Code};
pub use event::Event;
pub use execute::{BlockError, Draft, Outcome, Replay, build, execute, execute_with, next_tip, replay};
pub use genesis::{DevOptions, Genesis, GenesisError, MainnetOptions, Timing};
pub use invariants::{Violation, violations};
pub use ledger::claims::RootClaimType;
pub use light::{CertifiedHeader, LightChain, LightError, Turn};
pub use receipt::Receipt;
pub use transaction::{
    AxonInfo, Body, Call, Inner, MAX_TRANSACTION_BYTES, PrometheusInfo, Reveal, Transaction,
};
pub use vote::{Certificate, Evidence, Network, Proposal, Vote, VoteKind};
