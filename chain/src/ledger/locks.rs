//! Locks on stake (staking.md section 10).
//!
//! Rules:
//! 1. A coldkey has at most one lock on a subnet, for one hotkey. It cannot unstake below the locked mass, and the
//!    lock gives the hotkey *conviction*.
//! 2. A lock decays, unless its coldkey made locks on the subnet perpetual. That choice outlives the lock.
//! 3. A lock is rolled to the present before it changes; what became dust is removed.
//! 4. `aggregates`: what all locks for a hotkey come to, so that nobody has to add them up. `moves`: locks that
//!    follow stake to another coldkey, and keys that are swapped.

mod aggregates;
mod moves;

pub(crate) use aggregates::{convictions, swap_roles};
pub(crate) use moves::{swap_coldkey, swap_hotkey, transfer};

use super::{bits, params, stakes, subnets};
use crate::{
    crypto::AccountId,
    error::CallError,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::{
    amount::Alpha,
    fixed::U64F64,
    locks::{Lock, LockTerms},
};

const LOCKS: Table<(u16, AccountId), Held> = Table::new(schema::LOCKS);
const LOCKERS: Table<(u16, AccountId, AccountId), ()> = Table::new(schema::LOCKERS);
const PERPETUAL: Table<(u16, AccountId), ()> = Table::new(schema::PERPETUAL_LOCKS);
const ACCEPTING: Table<AccountId, ()> = Table::new(schema::ACCEPT_LOCKED_ALPHA);

/// A lock as it is stored.
#[derive(Clone, Copy, Debug, BorshSerialize, BorshDeserialize)]
struct Record {
    mass: Alpha,
    #[borsh(serialize_with = "bits::u64f64::write", deserialize_with = "bits::u64f64::read")]
    conviction: U64F64,
    last_update: u64,
}

impl From<Lock> for Record {
    fn from(lock: Lock) -> Record {
        Record { mass: lock.mass, conviction: lock.conviction, last_update: lock.last_update }
    }
}

impl From<Record> for Lock {
    fn from(record: Record) -> Lock {
        Lock { mass: record.mass, conviction: record.conviction, last_update: record.last_update }
    }
}

/// The lock of a coldkey on a subnet, with the hotkey it is for.
#[derive(Clone, Copy, Debug, BorshSerialize, BorshDeserialize)]
struct Held {
    hotkey: AccountId,
    record: Record,
}

/// Which locks are added up together, and how they change with time.
#[derive(Clone, Copy, Debug)]
struct Class {
    netuid: u16,
    hotkey: AccountId,
    terms: LockTerms,
}

fn class(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, perpetual: bool) -> Class {
    let owner_hotkey = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey);
    let network = params::network(state);
    let (unlock, maturity) = (network.unlock_rate, network.maturity_rate);
    let terms = LockTerms { unlock, maturity, perpetual, owner: owner_hotkey == Some(*hotkey) };
    Class { netuid, hotkey: *hotkey, terms }
}

/// The class of what `coldkey` locks for `hotkey`.
fn class_of(state: &dyn StateRead, netuid: u16, coldkey: &AccountId, hotkey: &AccountId) -> Class {
    class(state, netuid, hotkey, is_perpetual(state, netuid, coldkey))
}

fn empty(now: u64) -> Lock {
    Lock { last_update: now, ..Lock::default() }
}

fn is_nothing(lock: &Lock) -> bool {
    lock.mass.is_zero() && lock.conviction == U64F64::ZERO
}

/// The lock of a coldkey on a subnet as it last changed, with the hotkey it is for.
pub fn lock(state: &dyn StateRead, netuid: u16, coldkey: &AccountId) -> Option<(AccountId, Lock)> {
    LOCKS.get(state, &(netuid, *coldkey)).map(|held| (held.hotkey, held.record.into()))
}

/// The same in block `now`. Its mass and conviction are 0 if nothing but dust is left.
pub fn lock_at(
    state: &dyn StateRead,
    netuid: u16,
    coldkey: &AccountId,
    now: u64,
) -> Option<(AccountId, Lock)> {
    let (hotkey, lock) = lock(state, netuid, coldkey)?;
    Some((hotkey, lock.rolled(now, &class_of(state, netuid, coldkey, &hotkey).terms)))
}

/// All locks on a subnet as they last changed: coldkey, hotkey and lock, ascending.
pub fn locks(state: &dyn StateRead, netuid: u16) -> Vec<(AccountId, AccountId, Lock)> {
    let held = LOCKS.iter_from(state, &netuid);
    held.map(|((_, coldkey), held)| (coldkey, held.hotkey, held.record.into())).collect()
}

/// Whether the locks of a coldkey on a subnet do not decay.
pub fn is_perpetual(state: &dyn StateRead, netuid: u16, coldkey: &AccountId) -> bool {
    PERPETUAL.contains(state, &(netuid, *coldkey))
}

/// Whether a coldkey takes stake from others that carries their lock.
pub fn accepts_locked_alpha(state: &dyn StateRead, coldkey: &AccountId) -> bool {
    ACCEPTING.contains(state, coldkey)
}

/// All alpha of a coldkey on a subnet, over all hotkeys.
pub fn total_alpha(state: &dyn StateRead, netuid: u16, coldkey: &AccountId) -> Alpha {
    let hotkeys = stakes::staking_hotkeys(state, coldkey);
    hotkeys
        .iter()
        .fold(Alpha::ZERO, |sum, hotkey| sum.saturating_add(stakes::stake(state, netuid, hotkey, coldkey)))
}

/// The alpha of a coldkey on a subnet that is not locked.
pub fn available(state: &dyn StateRead, netuid: u16, coldkey: &AccountId, now: u64) -> Alpha {
    let locked = lock_at(state, netuid, coldkey, now).map_or(Alpha::ZERO, |(_, lock)| lock.mass);
    total_alpha(state, netuid, coldkey).saturating_sub(locked)
}

/// Whether `amount` can leave a coldkey's stake on a subnet.
///
/// # Errors
/// `StakeUnavailable`, if it is locked.
pub(crate) fn check_available(
    state: &dyn StateRead,
    netuid: u16,
    coldkey: &AccountId,
    amount: Alpha,
    now: u64,
) -> Result<(), CallError> {
    match amount <= available(state, netuid, coldkey, now) {
        true => Ok(()),
        false => Err(CallError::StakeUnavailable),
    }
}

/// Rolls a coldkey's lock to the present; its aggregate loses what the lock loses (see `aggregates` for the quirk).
pub(crate) fn roll(state: &mut Overlay<'_>, netuid: u16, coldkey: &AccountId, now: u64) {
    let Some((hotkey, before)) = lock(state, netuid, coldkey) else { return };
    let class = class_of(state, netuid, coldkey, &hotkey);
    let after = before.rolled(now, &class.terms);
    aggregates::follow(state, &class, &before, &after);
    put(state, netuid, coldkey, &hotkey, after);
}

/// Adds to a coldkey's lock for a hotkey, or begins it.
///
/// # Errors
/// In this order: `LockHotkeyMismatch`, `InsufficientStakeForLock`.
pub(crate) fn add(
    state: &mut Overlay<'_>,
    netuid: u16,
    coldkey: &AccountId,
    hotkey: &AccountId,
    amount: Alpha,
    now: u64,
) -> Result<(), CallError> {
    let held = lock_at(state, netuid, coldkey, now);
    if held.is_some_and(|(other, _)| other != *hotkey) {
        return Err(CallError::LockHotkeyMismatch);
    }
    let before = held.map_or(empty(now), |(_, lock)| lock);
    let after = Lock { mass: before.mass.saturating_add(amount), ..before };
    if total_alpha(state, netuid, coldkey) < after.mass {
        return Err(CallError::InsufficientStakeForLock);
    }
    roll(state, netuid, coldkey, now);
    let class = class_of(state, netuid, coldkey, hotkey);
    put(state, netuid, coldkey, hotkey, after.settled(class.terms.owner));
    aggregates::add(state, &class, &Lock { mass: amount, ..empty(now) });
    Ok(())
}

/// Lowers a coldkey's lock by an amount that left its stake without being asked, and its conviction in proportion.
pub(crate) fn reduce(state: &mut Overlay<'_>, netuid: u16, coldkey: &AccountId, amount: Alpha, now: u64) {
    roll(state, netuid, coldkey, now);
    let Some((hotkey, before)) = lock(state, netuid, coldkey) else { return };
    let mass = before.mass.saturating_sub(amount);
    let conviction = match mass.is_zero() {
        true => U64F64::ZERO,
        false => {
            let removed = U64F64::from_ratio(amount.units(), before.mass.units());
            before.conviction.mul(U64F64::ONE.sub(removed))
        }
    };
    put(state, netuid, coldkey, &hotkey, Lock { mass, conviction, last_update: now });
    let lost = Lock {
        mass: before.mass.saturating_sub(mass),
        conviction: before.conviction.sub(conviction),
        last_update: now,
    };
    aggregates::subtract(state, &class_of(state, netuid, coldkey, &hotkey), &lost);
}

/// Gives a coldkey's lock to another hotkey. Conviction is lost if that belongs to somebody else. Returns the hotkey
/// it was for, or nothing without a lock.
pub(crate) fn redirect(
    state: &mut Overlay<'_>,
    netuid: u16,
    coldkey: &AccountId,
    to: &AccountId,
    now: u64,
) -> Option<AccountId> {
    let (from, before) = lock_at(state, netuid, coldkey, now)?;
    let same_owner = stakes::owner(state, &from) == stakes::owner(state, to);
    let conviction = if same_owner { before.conviction } else { U64F64::ZERO };
    let (old, new) = (class_of(state, netuid, coldkey, &from), class_of(state, netuid, coldkey, to));
    let after = Lock { conviction, ..before }.settled(new.terms.owner);
    put(state, netuid, coldkey, to, after);
    aggregates::subtract(state, &old, &before);
    aggregates::add(state, &new, &after);
    Some(from)
}

/// Makes a coldkey's locks on a subnet perpetual, or lets them decay again.
pub(crate) fn set_perpetual(
    state: &mut Overlay<'_>,
    netuid: u16,
    coldkey: &AccountId,
    perpetual: bool,
    now: u64,
) {
    let changes = is_perpetual(state, netuid, coldkey) != perpetual;
    roll(state, netuid, coldkey, now);
    let held = lock(state, netuid, coldkey).filter(|_| changes);
    if let Some((hotkey, lock)) = &held {
        aggregates::subtract(state, &class(state, netuid, hotkey, !perpetual), lock);
        aggregates::add(state, &class(state, netuid, hotkey, perpetual), lock);
    }
    match perpetual {
        true => PERPETUAL.put(state, &(netuid, *coldkey), &()),
        false => PERPETUAL.remove(state, &(netuid, *coldkey)),
    }
}

/// Notes whether a coldkey takes stake from others that carries their lock.
pub(crate) fn set_accepts_locked_alpha(state: &mut Overlay<'_>, coldkey: &AccountId, accepts: bool) {
    match accepts {
        true => ACCEPTING.put(state, coldkey, &()),
        false => ACCEPTING.remove(state, coldkey),
    }
}

/// Forgets all locks of a subnet that is dissolved, and who had perpetual ones.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    LOCKS.clear(state, &netuid);
    LOCKERS.clear(state, &netuid);
    PERPETUAL.clear(state, &netuid);
    aggregates::forget_subnet(state, netuid);
}

/// Writes the lock of a coldkey; dust is removed.
fn put(state: &mut Overlay<'_>, netuid: u16, coldkey: &AccountId, hotkey: &AccountId, lock: Lock) {
    if let Some(held) = LOCKS.get(state, &(netuid, *coldkey)) {
        LOCKERS.remove(state, &(netuid, held.hotkey, *coldkey));
    }
    if is_nothing(&lock.settled(false)) {
        LOCKS.remove(state, &(netuid, *coldkey));
    } else {
        LOCKS.put(state, &(netuid, *coldkey), &Held { hotkey: *hotkey, record: lock.into() });
        LOCKERS.put(state, &(netuid, *hotkey, *coldkey), &());
    }
}

#[cfg(test)]
mod tests;
