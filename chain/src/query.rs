//! What can be asked about a state: plain values for nodes, tools and tests.
//!
//! Rules:
//! 1. Reading never changes anything, and works on any view of a state.
//! 2. Amounts are integers of base units in JSON; prices are fixed-point numbers, given raw (64 fraction bits) and as
//!    RAO per whole alpha.
//! 3. What is asked about a subnet that does not exist is answered with `None`.

mod account;
mod authorities;
mod coldkey;
mod hotkey;
mod metagraph;
mod network;
mod parameters;
mod promises;
mod subnet;

pub use crate::calls::least_stake;
pub use account::{AccountInfo, StakeInfo, account};
pub use authorities::{AuthoritiesInfo, JailInfo, StandingInfo, authorities};
pub use coldkey::{ColdkeyInfo, ColdkeySwapInfo, LockInfo, coldkey};
pub use hotkey::{HotkeyInfo, HotkeySubnetInfo, PendingChildrenInfo, hotkey};
pub use metagraph::{NeuronInfo, mechanism_weights, metagraph, weights};
pub use network::{NetworkInfo, lock_cost, network};
pub use parameters::{ParamInfo, parameters};
pub use promises::{
    CommitInfo, CommitsInfo, LocksInfo, MAX_LISTED_LOCKS, TimelockedInfo, open_commits, subnet_locks,
};
pub use subnet::{
    EmissionInfo, EpochInfo, PendingInfo, PoolInfo, Price, SubnetInfo, epoch_info, subnet, subnets,
};

/// A number wider than JSON's, as decimal text.
fn as_text<S: serde::Serializer>(bits: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(bits)
}

#[cfg(test)]
mod tests;
