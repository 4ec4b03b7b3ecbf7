//! What genesis fixes for the life of a network.

use crate::{
    crypto::{AccountId, Hash},
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use taonet_subnets::amount::Tao;

const SETTINGS: Table<(), Settings> = Table::new(schema::SETTINGS);

/// What genesis fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Settings {
    /// The network's identity.
    pub genesis: Hash,
    /// Whether development calls and loopback axons are allowed.
    pub dev: bool,
    /// The account with the rights of governance.
    pub sudo: AccountId,
    /// The shortest time between two blocks, milliseconds.
    pub slot_ms: u64,
    /// Limits and prices of blocks.
    pub limits: Limits,
}

/// How much fits into a block, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most bytes of transactions and evidence in a block.
    pub block_bytes: u64,
    /// The most cost of calls in a block; see the table of costs in [`crate::calls`].
    pub block_cost: u64,
    /// The fee for one unit of cost.
    #[serde(with = "crate::text::decimal")]
    pub fee_per_cost: Tao,
    /// For how many blocks misbehaviour of an authority can be punished.
    pub evidence_window: u64,
    /// What a punished authority loses, besides its place.
    #[serde(with = "crate::text::decimal")]
    pub jail_burn: Tao,
}

impl Default for Limits {
    /// One MiB, and about a quarter of a second of work on one core.
    fn default() -> Limits {
        Limits {
            block_bytes: 1024 * 1024,
            block_cost: 250_000,
            fee_per_cost: Tao::new(500),
            evidence_window: 10_000,
            jail_burn: Tao::ZERO,
        }
    }
}

/// The settings of this network.
pub fn settings(state: &dyn StateRead) -> Settings {
    SETTINGS.get(state, &()).unwrap_or_default()
}

/// Writes the settings, once, at genesis.
pub(crate) fn init(state: &mut Overlay<'_>, settings: &Settings) {
    SETTINGS.put(state, &(), settings);
}
