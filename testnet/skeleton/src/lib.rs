//! A subnet: what its validators ask, how its miners answer, and who judges the answers.
//!
//! - [`task`] is what travels. Here: pay an amount of money with as few coins as possible.
//! - [`miner`] has two ways to answer: a quick one, and one that thinks.
//! - [`validator`] turns answers into scores. From scores to weights, and from weights to pay, is the
//!   chain's work.
//!
//! All three are yours to replace. `tests/subnet.rs` puts them on a whole chain and looks at who earns
//! what.

pub mod miner;
pub mod task;
pub mod validator;
