//! What all locks for a hotkey come to (staking.md section 10).
//!
//! Rules:
//! 1. Decaying and perpetual locks are added up apart, as they change differently; so are those for the subnet owner's
//!    hotkey, which belong to the role and not to the key.
//! 2. A sum changes with time like a lock of its mass and conviction would.
//! 3. When a roll lowers a lock, its sum is not rolled: it loses what the lock lost and counts as new, so that the
//!    conviction it would have gained since its own last change is lost (a quirk to keep).

use super::{Class, Record, class, empty, is_nothing};
use crate::{
    crypto::AccountId,
    ledger::subnets,
    state::{Overlay, StateRead, schema, table::Table},
};
use std::collections::BTreeMap;
use taonet_subnets::{fixed::U64F64, locks::Lock};

/// By subnet, hotkey and mode.
const HOTKEYS: Table<(u16, AccountId, u8), Record> = Table::new(schema::HOTKEY_LOCKS);
/// By subnet and mode.
const OWNERS: Table<(u16, u8), Record> = Table::new(schema::OWNER_LOCKS);

/// Both modes: whether the locks are perpetual.
const MODES: [bool; 2] = [false, true];

/// A sum as it last changed.
pub(super) fn read(state: &dyn StateRead, class: &Class) -> Option<Lock> {
    let mode = u8::from(class.terms.perpetual);
    match class.terms.owner {
        true => OWNERS.get(state, &(class.netuid, mode)),
        false => HOTKEYS.get(state, &(class.netuid, class.hotkey, mode)),
    }
    .map(Lock::from)
}

fn write(state: &mut Overlay<'_>, class: &Class, lock: Lock) {
    let mode = u8::from(class.terms.perpetual);
    match (class.terms.owner, is_nothing(&lock)) {
        (true, true) => OWNERS.remove(state, &(class.netuid, mode)),
        (true, false) => OWNERS.put(state, &(class.netuid, mode), &lock.into()),
        (false, true) => HOTKEYS.remove(state, &(class.netuid, class.hotkey, mode)),
        (false, false) => HOTKEYS.put(state, &(class.netuid, class.hotkey, mode), &lock.into()),
    }
}

fn rolled(state: &dyn StateRead, class: &Class, now: u64) -> Lock {
    read(state, class).map_or(empty(now), |lock| lock.rolled(now, &class.terms))
}

fn sum(lock: Lock, other: &Lock) -> Lock {
    Lock {
        mass: lock.mass.saturating_add(other.mass),
        conviction: lock.conviction.add(other.conviction),
        ..lock
    }
}

fn difference(lock: Lock, other: &Lock) -> Lock {
    Lock {
        mass: lock.mass.saturating_sub(other.mass),
        conviction: lock.conviction.sub(other.conviction),
        ..lock
    }
}

/// Takes over what the roll of one lock changed (rule 3).
pub(super) fn follow(state: &mut Overlay<'_>, class: &Class, before: &Lock, after: &Lock) {
    let now = after.last_update;
    // Unsigned: what was gained counts as nothing lost.
    let lost = difference(*before, after);
    let aggregate = match is_nothing(&lost) {
        true => rolled(state, class, now),
        false => {
            let lowered = difference(read(state, class).unwrap_or(empty(now)), &lost);
            Lock { last_update: now, ..lowered }
        }
    };
    write(state, class, aggregate);
}

/// Adds a lock to its sum, both of the block in which the lock last changed.
pub(super) fn add(state: &mut Overlay<'_>, class: &Class, lock: &Lock) {
    let aggregate = sum(rolled(state, class, lock.last_update), lock);
    write(state, class, aggregate.settled(class.terms.owner));
}

/// Takes a lock out of its sum, both of the block in which the lock last changed.
pub(super) fn subtract(state: &mut Overlay<'_>, class: &Class, lock: &Lock) {
    let aggregate = difference(rolled(state, class, lock.last_update), lock);
    write(state, class, aggregate);
}

/// The conviction of every hotkey of a subnet in block `now`.
pub(crate) fn convictions(state: &dyn StateRead, netuid: u16, now: u64) -> BTreeMap<AccountId, U64F64> {
    let mut all = BTreeMap::<AccountId, U64F64>::new();
    let mut count = |hotkey: AccountId, conviction: U64F64| {
        let sum = all.entry(hotkey).or_insert(U64F64::ZERO);
        *sum = sum.add(conviction);
    };
    for ((_, hotkey, mode), record) in HOTKEYS.iter_from(state, &netuid) {
        let mut class = class(state, netuid, &hotkey, mode != 0);
        class.terms.owner = false;
        count(hotkey, Lock::from(record).rolled(now, &class.terms).conviction);
    }
    if let Some(hotkey) = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey) {
        for perpetual in MODES {
            let class = class(state, netuid, &hotkey, perpetual);
            count(hotkey, rolled(state, &class, now).conviction);
        }
    }
    all
}

/// Moves the sums when `new` takes the role of the owner's hotkey from `old`: those of the role become the old
/// hotkey's own, and those of the new hotkey become the role's. The locks themselves follow when they are next rolled.
pub(crate) fn swap_roles(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId, now: u64) {
    for perpetual in MODES {
        let of = |hotkey: &AccountId, owner| {
            let mut class = class(state, netuid, hotkey, perpetual);
            class.terms.owner = owner;
            class
        };
        let (role, old, new) = (of(old, true), of(old, false), of(new, false));
        if let Some(of_role) = take(state, &role, now) {
            let of_old = rolled(state, &old, now);
            write(state, &old, sum(of_old, &of_role));
        }
        if let Some(of_new) = take(state, &new, now) {
            write(state, &role, of_new.settled(true));
        }
    }
}

/// Gives the sums of a hotkey to another one, which takes its role as well.
pub(super) fn rename(state: &mut Overlay<'_>, old: &Class, new: &Class, now: u64) {
    for perpetual in MODES {
        let with_mode = |mut class: Class| {
            class.terms.perpetual = perpetual;
            class
        };
        if let Some(moved) = take(state, &with_mode(*old), now) {
            add(state, &with_mode(*new), &moved);
        }
    }
}

/// Removes a sum and returns it, rolled.
fn take(state: &mut Overlay<'_>, class: &Class, now: u64) -> Option<Lock> {
    let lock = read(state, class)?.rolled(now, &class.terms);
    write(state, class, empty(now));
    Some(lock)
}

/// Forgets the sums of a subnet.
pub(super) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    HOTKEYS.clear(state, &netuid);
    OWNERS.clear(state, &netuid);
}
