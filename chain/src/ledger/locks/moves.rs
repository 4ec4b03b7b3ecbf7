//! Locks that go to other keys (staking.md section 10, peripherals.md sections 3 and 4).
//!
//! Rules:
//! 1. Stake that moves to another coldkey within a subnet is unlocked stake first. What has to be taken from the lock
//!    keeps its lock, and takes its part of the conviction along.
//! 2. Nobody gets locked alpha without having asked for it, and nobody gets a second lock.
//! 3. A key that is swapped hands its locks over; so does a hotkey with what others locked for it.

use super::{
    LOCKERS, PERPETUAL, accepts_locked_alpha, aggregates, class, class_of, empty, lock_at, put, total_alpha,
};
use crate::{
    crypto::AccountId,
    error::CallError,
    ledger::subnets,
    state::{Overlay, StateRead},
};
use taonet_subnets::{amount::Alpha, fixed::U64F64, locks::Lock};

/// Lets the locks of two coldkeys follow `amount` alpha that is about to move between them on a subnet; to be called
/// before the stake moves.
///
/// # Errors
/// In this order, if locked alpha must move: `LockHotkeyMismatch`, `AccountRejectsLockedAlpha`.
pub(crate) fn transfer(
    state: &mut Overlay<'_>,
    netuid: u16,
    from: &AccountId,
    to: &AccountId,
    amount: Alpha,
    now: u64,
) -> Result<(), CallError> {
    if from == to || amount.is_zero() {
        return Ok(());
    }
    let Some((hotkey, sender)) = lock_at(state, netuid, from, now) else { return Ok(()) };
    let receiver = lock_at(state, netuid, to, now);
    let unlocked = total_alpha(state, netuid, from).saturating_sub(sender.mass);
    let beyond = amount.saturating_sub(unlocked);
    if !beyond.is_zero() && receiver.is_some_and(|(other, _)| other != hotkey) {
        return Err(CallError::LockHotkeyMismatch);
    }
    let moved = part(&sender, beyond.min(sender.mass));
    if !moved.mass.is_zero() && !accepts_locked_alpha(state, to) {
        return Err(CallError::AccountRejectsLockedAlpha);
    }
    let (receivers, receiver) = receiver.unwrap_or((hotkey, empty(now)));
    let source = class_of(state, netuid, from, &hotkey);
    let destination = class_of(state, netuid, to, &receivers);
    put(state, netuid, from, &hotkey, less(sender, &moved).settled(source.terms.owner));
    put(state, netuid, to, &receivers, more(receiver, &moved).settled(destination.terms.owner));
    if !moved.mass.is_zero() {
        aggregates::subtract(state, &source, &moved);
        aggregates::add(state, &destination, &moved);
    }
    Ok(())
}

/// `mass` of a lock, with its part of the conviction.
fn part(lock: &Lock, mass: Alpha) -> Lock {
    let fraction = U64F64::from_ratio(mass.units(), lock.mass.units());
    Lock { mass, conviction: lock.conviction.mul(fraction), ..*lock }
}

fn more(lock: Lock, part: &Lock) -> Lock {
    Lock {
        mass: lock.mass.saturating_add(part.mass),
        conviction: lock.conviction.add(part.conviction),
        ..lock
    }
}

fn less(lock: Lock, part: &Lock) -> Lock {
    Lock {
        mass: lock.mass.saturating_sub(part.mass),
        conviction: lock.conviction.sub(part.conviction),
        ..lock
    }
}

/// Hands all locks of a coldkey over to another one, and which of them are perpetual.
///
/// # Errors
/// In this order: `ActiveLockExists`, if the new coldkey has a lock anywhere; `AccountRejectsLockedAlpha`, if there
/// is something to hand over that it did not ask for.
pub(crate) fn swap_coldkey(
    state: &mut Overlay<'_>,
    old: &AccountId,
    new: &AccountId,
    now: u64,
) -> Result<(), CallError> {
    let netuids = subnets::netuids(state);
    let has_mass = |state: &dyn StateRead, coldkey: &AccountId| {
        let mut held = netuids.iter().filter_map(|netuid| lock_at(state, *netuid, coldkey, now));
        held.any(|(_, lock)| !lock.mass.is_zero())
    };
    if has_mass(state, new) {
        return Err(CallError::ActiveLockExists);
    }
    if has_mass(state, old) && !accepts_locked_alpha(state, new) {
        return Err(CallError::AccountRejectsLockedAlpha);
    }
    for netuid in netuids {
        let held = lock_at(state, netuid, old, now);
        if let Some((hotkey, lock)) = &held {
            put(state, netuid, old, hotkey, empty(now));
            aggregates::subtract(state, &class_of(state, netuid, old, hotkey), lock);
        }
        PERPETUAL.rename(state, &(netuid, *old), &(netuid, *new));
        if let Some((hotkey, lock)) = &held {
            put(state, netuid, new, hotkey, *lock);
            aggregates::add(state, &class_of(state, netuid, new, hotkey), lock);
        }
    }
    Ok(())
}

/// Gives what everybody locked for a hotkey on a subnet to the hotkey that replaces it, which takes the role of the
/// owner's hotkey along if `old` has it; to be called before that role moves.
pub(crate) fn swap_hotkey(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId, now: u64) {
    let lockers: Vec<AccountId> =
        LOCKERS.iter_from(state, &(netuid, *old)).map(|((_, _, coldkey), ())| coldkey).collect();
    let before = class(state, netuid, old, false);
    let mut after = class(state, netuid, new, false);
    after.terms.owner |= before.terms.owner;
    for coldkey in lockers {
        if let Some((_, lock)) = lock_at(state, netuid, &coldkey, now) {
            put(state, netuid, &coldkey, new, lock.settled(after.terms.owner));
        }
    }
    aggregates::rename(state, &before, &after, now);
}
