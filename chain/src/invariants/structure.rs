//! Tables that say the same thing twice agree, and nothing is left of what is gone.
//!
//! Rules:
//! 1. UIDs are dense, and the index by hotkey says the same as the list of slots.
//! 2. Every vector of an epoch has an entry for each slot.
//! 3. The hotkeys of a coldkey are those that it owns.
//! 4. An account that exists holds at least the existential deposit.
//! 5. A link between hotkeys is the same at both ends, and the index of locks names every lock and no other.
//! 6. Every entry of a table by subnet belongs to a subnet that exists, but for what outlives its subnet
//!    (registration.md section 9).
//! 7. The list of those for whom root dividends are claimed has no gaps, and its index says the same.
//! 8. The authorities are those whose terms are open, and none of them is jailed.

use super::Violation;
use crate::{
    crypto::AccountId,
    ledger::{
        accounts::{self, EXISTENTIAL_DEPOSIT},
        authorities,
        children::Link,
        claims, epochs, locks, neurons, stakes, subnets,
    },
    state::{
        StateRead,
        schema::{self, Entry},
        table::Table,
    },
};
use std::collections::BTreeSet;
use taonet_subnets::yuma::mechanisms::netuid_of;

const OWNERS: Table<AccountId, AccountId> = Table::new(schema::OWNERS);
const OWNED: Table<(AccountId, AccountId), ()> = Table::new(schema::OWNED);
const CHILDREN: Table<(u16, AccountId), Vec<Link>> = Table::new(schema::CHILDREN);
const PARENTS: Table<(u16, AccountId), Vec<Link>> = Table::new(schema::PARENTS);
const CLAIMANT_INDICES: Table<AccountId, u64> = Table::new(schema::CLAIMANT_INDICES);
const LOCKERS: Table<(u16, AccountId, AccountId), ()> = Table::new(schema::LOCKERS);

/// Every rule of structure that does not hold.
pub(super) fn violations(state: &dyn StateRead) -> Vec<Violation> {
    let mut found = owner_violations(state);
    found.extend(dust(state));
    found.extend(slot_violations(state));
    found.extend(link_violations(state));
    found.extend(lock_violations(state));
    found.extend(claimant_violation(state));
    found.extend(authority_violations(state));
    found.extend(leftovers(state));
    found
}

fn authority_violations(state: &dyn StateRead) -> Vec<Violation> {
    let set: BTreeSet<AccountId> = authorities::authorities(state).iter().map(|one| one.id).collect();
    let serving: BTreeSet<AccountId> = authorities::open_terms(state).into_iter().collect();
    let jailed = set.iter().filter(|id| authorities::sentence(state, id).is_some());
    let wrong: BTreeSet<AccountId> = set.symmetric_difference(&serving).chain(jailed).copied().collect();
    wrong.into_iter().map(|authority| Violation::Authority { authority }).collect()
}

fn owner_violations(state: &dyn StateRead) -> Vec<Violation> {
    let unlisted = OWNERS.iter(state).filter(|(hotkey, owner)| !OWNED.contains(state, &(*owner, *hotkey)));
    let unowned = OWNED.iter(state).filter(|((owner, hotkey), ())| OWNERS.get(state, hotkey) != Some(*owner));
    let hotkeys = unlisted.map(|(hotkey, _)| hotkey).chain(unowned.map(|((_, hotkey), ())| hotkey));
    hotkeys.map(|hotkey| Violation::Owner { hotkey }).collect()
}

fn dust(state: &dyn StateRead) -> Vec<Violation> {
    let balances = accounts::balances(state).into_iter();
    let below = balances.filter(|(_, held)| *held < EXISTENTIAL_DEPOSIT);
    below.map(|(account, held)| Violation::Dust { account, held }).collect()
}

fn slot_violations(state: &dyn StateRead) -> Vec<Violation> {
    let (mut found, mut slots) = (Vec::new(), 0);
    for netuid in subnets::netuids(state) {
        let all = neurons::neurons(state, netuid);
        slots += all.len();
        let misplaced = (0..).zip(&all).filter(|(uid, neuron)| {
            let indexed: Option<u16> = neurons::uid(state, netuid, &neuron.hotkey);
            indexed != Some(*uid)
        });
        found.extend(misplaced.map(|(_, neuron)| Violation::Slot { netuid, hotkey: neuron.hotkey }));
        if !vectors_fit(state, netuid, all.len()) {
            found.push(Violation::Vectors { netuid, slots: all.len() });
        }
    }
    let indexed = state.scan(&[schema::UIDS]).count();
    found.extend((indexed != slots).then_some(Violation::Index { indexed, slots }));
    found
}

fn vectors_fit(state: &dyn StateRead, netuid: u16, slots: usize) -> bool {
    let vectors = epochs::vectors(state, netuid);
    let lengths = [
        vectors.active.len(),
        vectors.permits.len(),
        vectors.stake_weight.len(),
        vectors.consensus.len(),
        vectors.dividends.len(),
        vectors.validator_trust.len(),
        vectors.emission.len(),
    ];
    let by_mechanism = epochs::indices(state, netuid)
        .flat_map(|index| [epochs::last_update(state, index).len(), epochs::incentive(state, index).len()]);
    lengths.into_iter().chain(by_mechanism).all(|length| length == slots)
}

/// Links of which the other end says something else, looked for from both ends.
fn link_violations(state: &dyn StateRead) -> Vec<Violation> {
    let mut found = Vec::new();
    for (near, far) in [(&CHILDREN, &PARENTS), (&PARENTS, &CHILDREN)] {
        for ((netuid, hotkey), links) in near.iter(state) {
            let is_same = |(part, other): &Link| {
                let back = far.get(state, &(netuid, *other)).unwrap_or_default();
                back.iter().filter(|(_, end)| *end == hotkey).eq([&(*part, hotkey)])
            };
            found.extend((!links.iter().all(is_same)).then_some(Violation::Link { netuid, hotkey }));
        }
    }
    found
}

fn lock_violations(state: &dyn StateRead) -> Vec<Violation> {
    let netuids = subnets::netuids(state).into_iter();
    let held: BTreeSet<(u16, AccountId, AccountId)> = netuids
        .flat_map(|netuid| {
            locks::locks(state, netuid).into_iter().map(move |(cold, hot, _)| (netuid, hot, cold))
        })
        .collect();
    let indexed: BTreeSet<_> = LOCKERS.iter(state).map(|(key, ())| key).collect();
    let differing = held.symmetric_difference(&indexed);
    differing.map(|(netuid, _, coldkey)| Violation::Lock { netuid: *netuid, coldkey: *coldkey }).collect()
}

/// Entries of subnets that do not exist: one for each table and subnet.
fn leftovers(state: &dyn StateRead) -> Vec<Violation> {
    let existing: BTreeSet<u16> = subnets::netuids(state).into_iter().collect();
    let mut found = Vec::new();
    for table in schema::ALL {
        let Some(netuid) = netuid_in(table) else { continue };
        let of: BTreeSet<u16> = state.scan(&[table.prefix]).filter_map(|(key, _)| netuid(&key)).collect();
        let gone = of.difference(&existing).filter(|netuid| !outlives(state, table.prefix, **netuid));
        found.extend(gone.map(|&netuid| Violation::Leftover { table: table.name, netuid }));
    }
    found
}

/// Whether the entries of a dissolved subnet may stay: what the next of its number inherits, and shares of empty pools.
fn outlives(state: &dyn StateRead, prefix: u8, netuid: u16) -> bool {
    match prefix {
        schema::CREATIONS | schema::REMAINS | schema::AUTO_STAKE => true,
        schema::STAKE_POOLS | schema::STAKE_SHARES | schema::SHARE_ORDER => {
            stakes::share_pools(state, netuid).iter().all(|(_, pool)| pool.value.is_zero())
        }
        _ => false,
    }
}

/// How to read the subnet out of a raw key of a table; `None` if its keys name no subnet.
fn netuid_in(table: &Entry) -> Option<impl Fn(&[u8]) -> Option<u16>> {
    let mut at = 1;
    for field in table.key.split(", ") {
        let is_index = field == "mechanism index";
        if is_index || field == "netuid" {
            return Some(move |key: &[u8]| {
                let number = u16::from_be_bytes(*key.get(at..)?.first_chunk()?);
                Some(if is_index { netuid_of(number) } else { number })
            });
        }
        // What can stand before it in a key is an account.
        at += size_of::<AccountId>();
    }
    None
}

fn claimant_violation(state: &dyn StateRead) -> Option<Violation> {
    let listed = claims::claimants(state);
    let indexed = CLAIMANT_INDICES.iter(state).filter(|(coldkey, index)| {
        *index < listed && claims::claimant(state, *index).is_some_and(|found| found == *coldkey)
    });
    let (indexed, entries) = (indexed.count(), state.scan(&[schema::CLAIMANTS]).count());
    let holds = [indexed, entries, state.scan(&[schema::CLAIMANT_INDICES]).count()]
        .into_iter()
        .all(|count| u64::try_from(count).is_ok_and(|count| count == listed));
    (!holds).then_some(Violation::Claimants { listed, indexed, entries })
}

#[cfg(test)]
mod tests;
