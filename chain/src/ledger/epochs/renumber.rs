//! New numbers for the neurons that stay when a subnet is trimmed (yuma.md section 11).
//!
//! Rule: what is kept by UID follows its neuron; pairs with those that are gone are dropped.

use super::{
    ACTIVE, BONDS, CONSENSUS, DIVIDENDS, EMISSION, INCENTIVE, LAST_UPDATE, PERMITS, STAKE_WEIGHT,
    VALIDATOR_TRUST, WEIGHTS, indices, put_row,
};
use crate::state::{Overlay, table::Table};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::yuma::Row;

/// Gives the neurons with the UIDs of `kept`, which ascend, the UIDs from 0 on; the others are forgotten. The
/// parameters must still be those of before.
pub(crate) fn renumber(state: &mut Overlay<'_>, netuid: u16, kept: &[u16]) {
    let all: Vec<u16> = indices(state, netuid).collect();
    for index in all {
        renumber_rows(&WEIGHTS, state, index, kept);
        renumber_rows(&BONDS, state, index, kept);
        pick(&LAST_UPDATE, state, index, kept);
        pick(&INCENTIVE, state, index, kept);
    }
    pick(&ACTIVE, state, netuid, kept);
    pick(&PERMITS, state, netuid, kept);
    pick(&EMISSION, state, netuid, kept);
    for table in [&STAKE_WEIGHT, &CONSENSUS, &DIVIDENDS, &VALIDATOR_TRUST] {
        pick(table, state, netuid, kept);
    }
}

fn new_uid(kept: &[u16], old: u16) -> Option<u16> {
    kept.binary_search(&old).ok().and_then(|place| u16::try_from(place).ok())
}

fn renumber_rows(table: &Table<(u16, u16), Row>, state: &mut Overlay<'_>, index: u16, kept: &[u16]) {
    let rows: Vec<((u16, u16), Row)> = table.iter_from(state, &index).collect();
    table.clear(state, &index);
    for ((_, old), row) in rows {
        let row: Row = row.into_iter().filter_map(|(to, value)| Some((new_uid(kept, to)?, value))).collect();
        if let Some(uid) = new_uid(kept, old) {
            put_row(table, state, index, uid, &row);
        }
    }
}

fn pick<T>(table: &Table<u16, Vec<T>>, state: &mut Overlay<'_>, key: u16, kept: &[u16])
where
    T: Clone + BorshSerialize + BorshDeserialize,
{
    let before = table.get(state, &key).unwrap_or_default();
    let after = kept.iter().filter_map(|uid| before.get(usize::from(*uid)).cloned()).collect();
    table.put(state, &key, &after);
}
