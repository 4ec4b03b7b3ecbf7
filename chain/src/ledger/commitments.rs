//! What hotkeys commit to in public (peripherals.md section 2).
//!
//! Rules:
//! 1. A hotkey with a slot may publish a few fields on its subnet: bytes, hashes, or the wish to lose the bonds it has
//!    earned. The last commitment replaces the one before.
//! 2. What a hotkey publishes in one epoch is limited in bytes, and even an empty commitment counts.
//!
//! Deviation: there is no field that opens by itself at a later time.

use crate::{
    crypto::{AccountId, Hash},
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

/// The most fields of a commitment.
pub const MAX_FIELDS: usize = 3;

/// The most bytes of a field.
pub const MAX_FIELD_BYTES: usize = 512;

/// The most bytes that a hotkey may publish in an epoch.
pub const MAX_BYTES_PER_EPOCH: u64 = 3_100;

/// What a commitment counts at least, in bytes.
pub const MIN_COUNTED_BYTES: u64 = 100;

const COMMITMENTS: Table<(u16, AccountId), Commitment> = Table::new(schema::COMMITMENTS);
const SPACE: Table<(u16, AccountId), Space> = Table::new(schema::COMMITMENT_SPACE);

/// One thing that is committed to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Bytes that speak for themselves.
    Raw(Vec<u8>),
    /// The hash of something that is shown later, or elsewhere.
    Hash(Hash),
    /// The wish that validators' bonds to this miner start anew.
    ResetBonds,
}

impl Field {
    /// How many bytes it publishes.
    pub fn size(&self) -> usize {
        match self {
            Field::Raw(bytes) => bytes.len(),
            Field::Hash(hash) => hash.0.len(),
            Field::ResetBonds => 0,
        }
    }
}

/// What a hotkey committed to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct Commitment {
    /// In which block.
    pub block: u64,
    /// To what.
    pub fields: Vec<Field>,
}

/// How much a hotkey published in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Space {
    /// The number of the epoch.
    pub epoch: u64,
    /// Bytes.
    pub used: u64,
}

/// What a hotkey committed to on a subnet.
pub fn commitment(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<Commitment> {
    COMMITMENTS.get(state, &(netuid, *hotkey))
}

/// How much a hotkey published on a subnet in an epoch.
pub fn used(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, epoch: u64) -> u64 {
    SPACE.get(state, &(netuid, *hotkey)).filter(|space| space.epoch == epoch).map_or(0, |space| space.used)
}

/// Publishes a commitment and counts its bytes.
pub(crate) fn publish(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    commitment: &Commitment,
    space: Space,
) {
    COMMITMENTS.put(state, &(netuid, *hotkey), commitment);
    SPACE.put(state, &(netuid, *hotkey), &space);
}

/// Gives what a hotkey committed to, to the hotkey that replaces it.
pub(crate) fn rename(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    COMMITMENTS.rename(state, &(netuid, *old), &(netuid, *new));
    SPACE.rename(state, &(netuid, *old), &(netuid, *new));
}

/// Forgets the commitments on a subnet that is dissolved.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    COMMITMENTS.clear(state, &netuid);
    SPACE.clear(state, &netuid);
}
