//! The network as a whole.

use crate::{
    calls,
    crypto::AccountId,
    ledger::{issuance, settings, subnets},
    state::StateRead,
};
use serde::Serialize;
use taonet_subnets::amount::Tao;

/// The network as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NetworkInfo {
    /// All TAO that exists.
    #[serde(with = "crate::text::tao")]
    pub issuance: Tao,
    /// What the pools' books count as staked.
    #[serde(with = "crate::text::tao")]
    pub staked: Tao,
    /// What the last block minted.
    #[serde(with = "crate::text::tao")]
    pub block_emission: Tao,
    /// What a new subnet would cost in the next block.
    #[serde(with = "crate::text::tao")]
    pub lock_cost: Tao,
    /// How many subnets there are, root not counted.
    pub subnets: u16,
    /// The account with the rights of governance.
    pub sudo: AccountId,
    /// Whether this is a development network.
    pub dev: bool,
    /// The fee for one unit of a call's cost.
    #[serde(with = "crate::text::tao")]
    pub fee_per_cost: Tao,
}

/// The network as a whole, where the tip has this height.
pub fn network(state: &dyn StateRead, height: u64) -> NetworkInfo {
    let totals = issuance::issuance(state);
    let settings = settings::settings(state);
    let count = subnets::netuids(state).iter().filter(|netuid| **netuid != subnets::ROOT).count();
    NetworkInfo {
        issuance: totals.total,
        staked: totals.staked,
        block_emission: totals.block_emission,
        lock_cost: lock_cost(state, height.saturating_add(1)),
        subnets: u16::try_from(count).unwrap_or(u16::MAX),
        sudo: settings.sudo,
        dev: settings.dev,
        fee_per_cost: settings.limits.fee_per_cost,
    }
}

/// What a new subnet costs in the block `number` (registration.md section 8).
pub fn lock_cost(state: &dyn StateRead, number: u64) -> Tao {
    calls::subnet::lock_cost(state, number)
}
