//! The tests of this crate that need more than one file: one binary.

mod catch_up;
mod checks;
mod clocks;
mod crashes;
mod eras;
mod jail;
mod network;
mod oracle;
mod sets;
mod snapshots;
mod storms;
mod traitors;

/// The in-memory network; the crate `testnet` grows from the same files.
#[path = "../../../testnet/src/sim/mod.rs"]
pub mod sim;
