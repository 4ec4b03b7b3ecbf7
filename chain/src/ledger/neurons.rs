//! The slots of a subnet: who holds which UID, and where it can be reached (registration.md sections 1 and 4).
//!
//! Rules:
//! 1. UIDs are dense: 0 to n-1. A hotkey holds at most one slot of a subnet.
//! 2. Registering appends a slot while there is room, and else replaces the one that earned least.
//! 3. Whoever takes over a slot inherits nothing of it; the former holder keeps its stake.
//! 4. What a hotkey publishes about itself (`served`) goes with its slot.

mod served;

pub use served::{Axon, Certificate, MAX_CERTIFICATE_BYTES, Prometheus, axon, certificate, prometheus};
pub(crate) use served::{certify, serve_axon, serve_prometheus};

use super::epochs;
use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};

const NEURONS: Table<u16, Vec<Neuron>> = Table::new(schema::NEURONS);
const UIDS: Table<(AccountId, u16), u16> = Table::new(schema::UIDS);

/// The holder of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Neuron {
    /// Its hotkey.
    pub hotkey: AccountId,
    /// The block in which it got the slot.
    pub registered_at: u64,
}

/// All neurons of a subnet, by UID.
pub fn neurons(state: &dyn StateRead, netuid: u16) -> Vec<Neuron> {
    NEURONS.get(state, &netuid).unwrap_or_default()
}

/// How many neurons a subnet has.
pub fn count(state: &dyn StateRead, netuid: u16) -> usize {
    neurons(state, netuid).len()
}

/// The slot of a hotkey on a subnet.
pub fn uid(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<u16> {
    UIDS.get(state, &(*hotkey, netuid))
}

/// The slots of a hotkey on all subnets: netuid and UID, ascending.
pub fn registrations(state: &dyn StateRead, hotkey: &AccountId) -> Vec<(u16, u16)> {
    UIDS.iter_from(state, hotkey).map(|((_, netuid), uid)| (netuid, uid)).collect()
}

/// Gives a new slot to a hotkey and returns its UID.
pub(crate) fn append(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, block: u64) -> u16 {
    let mut all = neurons(state, netuid);
    // Slots are limited far below 65,536.
    let uid = u16::try_from(all.len()).unwrap_or(u16::MAX);
    all.push(Neuron { hotkey: *hotkey, registered_at: block });
    put(state, netuid, &all, uid, hotkey);
    epochs::reset_slot(state, netuid, uid, block);
    uid
}

/// Gives the slot of somebody else to a hotkey.
pub(crate) fn replace(state: &mut Overlay<'_>, netuid: u16, uid: u16, hotkey: &AccountId, block: u64) {
    let mut all = neurons(state, netuid);
    if let Some(slot) = all.get_mut(usize::from(uid)) {
        UIDS.remove(state, &(slot.hotkey, netuid));
        served::forget(state, netuid, &slot.hotkey);
        *slot = Neuron { hotkey: *hotkey, registered_at: block };
        epochs::forget_slot(state, netuid, uid);
        put(state, netuid, &all, uid, hotkey);
        epochs::reset_slot(state, netuid, uid, block);
    }
}

/// Keeps the neurons with these UIDs, ascending, and renumbers them; the others are gone, but for their stake.
pub(crate) fn keep(state: &mut Overlay<'_>, netuid: u16, kept: &[u16]) {
    let before = neurons(state, netuid);
    for neuron in &before {
        UIDS.remove(state, &(neuron.hotkey, netuid));
    }
    let is_kept = |uid: u16| kept.binary_search(&uid).is_ok();
    for (_, gone) in (0..).zip(&before).filter(|(uid, _)| !is_kept(*uid)) {
        served::forget(state, netuid, &gone.hotkey);
    }
    let after: Vec<Neuron> = kept.iter().filter_map(|uid| before.get(usize::from(*uid)).copied()).collect();
    for (uid, neuron) in (0..).zip(&after) {
        UIDS.put(state, &(neuron.hotkey, netuid), &uid);
    }
    NEURONS.put(state, &netuid, &after);
    epochs::renumber(state, netuid, kept);
}

/// Gives the slot of a hotkey, and what it published, to the hotkey that replaces it.
pub(crate) fn rename(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    if let Some(uid) = uid(state, netuid, old) {
        let mut all = neurons(state, netuid);
        if let Some(slot) = all.get_mut(usize::from(uid)) {
            slot.hotkey = *new;
        }
        UIDS.remove(state, &(*old, netuid));
        put(state, netuid, &all, uid, new);
    }
    served::rename(state, netuid, old, new);
}

/// Removes all slots of a subnet that is dissolved.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    for neuron in neurons(state, netuid) {
        UIDS.remove(state, &(neuron.hotkey, netuid));
    }
    NEURONS.remove(state, &netuid);
    served::forget_subnet(state, netuid);
}

fn put(state: &mut Overlay<'_>, netuid: u16, all: &Vec<Neuron>, uid: u16, hotkey: &AccountId) {
    NEURONS.put(state, &netuid, all);
    UIDS.put(state, &(*hotkey, netuid), &uid);
}
