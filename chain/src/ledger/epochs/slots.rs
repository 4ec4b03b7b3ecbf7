//! What a slot that changes hands does to what epochs read and left (yuma.md section 11).
//!
//! Rule: a new neuron starts with nothing; whoever takes over a slot inherits nothing, and what others set for its
//! predecessor becomes an explicit zero.

use super::{
    ACTIVE, BONDS, CONSENSUS, DIVIDENDS, EMISSION, INCENTIVE, LAST_UPDATE, PERMITS, STAKE_WEIGHT,
    VALIDATOR_TRUST, WEIGHTS, indices, put_row,
};
use crate::state::{Overlay, table::Table};
use taonet_subnets::yuma::{Row, submission};

/// The vectors of a slot that was given to a new neuron in `block`: appended, or written over.
pub(crate) fn reset_slot(state: &mut Overlay<'_>, netuid: u16, uid: u16, block: u64) {
    let slot = usize::from(uid);
    let all: Vec<u16> = indices(state, netuid).collect();
    for index in all {
        set_slot(&LAST_UPDATE, state, index, slot, block);
        set_slot(&INCENTIVE, state, index, slot, 0);
    }
    set_slot(&ACTIVE, state, netuid, slot, true);
    set_slot(&PERMITS, state, netuid, slot, false);
    set_slot(&STAKE_WEIGHT, state, netuid, slot, 0);
    set_slot(&CONSENSUS, state, netuid, slot, 0);
    set_slot(&DIVIDENDS, state, netuid, slot, 0);
    set_slot(&VALIDATOR_TRUST, state, netuid, slot, 0);
    set_slot(&EMISSION, state, netuid, slot, 0);
}

/// Forgets what the former holder of a slot set and what others set for it. Others' bonds stay until the epoch masks
/// them.
pub(crate) fn forget_slot(state: &mut Overlay<'_>, netuid: u16, uid: u16) {
    let all: Vec<u16> = indices(state, netuid).collect();
    for index in all {
        WEIGHTS.remove(state, &(index, uid));
        BONDS.remove(state, &(index, uid));
        let (keys, mut rows): (Vec<_>, Vec<Row>) = WEIGHTS.iter_from(state, &index).unzip();
        submission::forget_weights_to(&mut rows, uid);
        for (key, row) in keys.iter().zip(&rows) {
            WEIGHTS.put(state, key, row);
        }
    }
}

/// Drops everybody's bonds to a neuron, in all mechanisms.
pub(crate) fn forget_bonds_to(state: &mut Overlay<'_>, netuid: u16, uid: u16) {
    let all: Vec<u16> = indices(state, netuid).collect();
    for index in all {
        let (keys, mut rows): (Vec<_>, Vec<Row>) = BONDS.iter_from(state, &index).unzip();
        submission::remove_bonds_to(&mut rows, uid);
        for ((_, holder), row) in keys.iter().zip(&rows) {
            put_row(&BONDS, state, index, *holder, row);
        }
    }
}

/// Sets one element of a vector, or appends it.
pub(super) fn set_slot<T>(
    table: &Table<u16, Vec<T>>,
    state: &mut Overlay<'_>,
    key: u16,
    slot: usize,
    value: T,
) where
    T: borsh::BorshSerialize + borsh::BorshDeserialize,
{
    let mut vector = table.get(state, &key).unwrap_or_default();
    match vector.get_mut(slot) {
        Some(old) => *old = value,
        None => vector.push(value),
    }
    table.put(state, &key, &vector);
}
