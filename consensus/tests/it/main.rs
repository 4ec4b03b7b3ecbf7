//! The tests of this crate that need more than one file: one binary.

mod checks;
mod eras;
mod network;
mod oracle;

/// The in-memory network; the crate `testnet` grows from the same files.
#[path = "../../../testnet/src/sim/mod.rs"]
pub mod sim;
