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

use crate::state::StateRead;
use taonet_subnets::amount::Tao;

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

/// The least that `add_stake` takes on a subnet: the least stake there may be, and the fee of buying it.
pub fn least_stake(state: &dyn StateRead, netuid: u16) -> Tao {
    crate::calls::least_stake(state, netuid)
}

/// A number wider than JSON's, as decimal text.
fn as_text<S: serde::Serializer>(bits: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(bits)
}

#[cfg(test)]
mod tests;
