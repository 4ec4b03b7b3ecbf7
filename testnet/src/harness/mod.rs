//! Subnet logic under test in milliseconds: one description, one state machine, layers of growing reality.
//!
//! [`Setup`] says in plain data what a network consists of: preset, seed, accounts, subnets, neurons and their policies.
//! It becomes a genesis with the same keys on every layer.

mod found;
pub mod keys;
pub mod setup;

pub use found::SetupError;
pub use setup::{AccountSetup, MinerSetup, Preset, Setup, SubnetSetup, TradeSetup, ValidatorSetup};
