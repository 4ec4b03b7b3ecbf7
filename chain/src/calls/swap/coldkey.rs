//! Swapping a coldkey (peripherals.md section 4).
//!
//! Rules:
//! 1. The coldkey announces the hash of its successor, for a price the first time, and waits. It can announce another
//!    one, or take the announcement back, once the swap has been possible for a while.
//! 2. The successor must be a blank page: it never staked, and is no hotkey.
//! 3. Everything moves: identity, subnets, stake directions, stakes with their watermarks, hotkeys, locks, and at last
//!    the balance.
//! 4. Whoever holds the coldkey can dispute an announcement it did not make; then nothing moves until governance has
//!    reset it. Governance may also swap directly.

use super::pay;
use crate::{
    calls::BlockContext,
    crypto::{AccountId, Hash},
    error::CallError,
    event::{ColdkeySwapped, Event},
    ledger::{
        accounts, claims, identities, locks, params,
        settings::settings,
        stakes,
        subnets::{self, ROOT},
        swaps::{self, Announcement, coldkey_hash},
    },
    state::{Overlay, StateRead},
};
use taonet_subnets::amount::Tao;

/// Announces that the coldkey with this hash will replace `origin`.
///
/// # Errors
/// `ColdkeySwapReannouncedTooEarly`; for the first announcement `NotEnoughBalanceToPaySwapColdKey`.
pub(super) fn announce(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    hash: Hash,
) -> Result<Vec<Event>, CallError> {
    let network = params::network(state);
    match swaps::announcement(state, origin) {
        Some(pending) => check_replaceable(state, &pending, block.number)?,
        None => {
            let cost = Tao::new(network.key_swap_cost);
            pay(state, origin, cost, CallError::NotEnoughBalanceToPaySwapColdKey)?;
        }
    }
    let executable_at = block.number.saturating_add(network.coldkey_swap_delay);
    let announced = Announcement { hash, executable_at, disputed: false };
    swaps::set_announcement(state, origin, Some(&announced));
    Ok(vec![Event::ColdkeySwapAnnounced { who: *origin, new_coldkey_hash: hash }])
}

/// Whether an announcement has stood long enough to be replaced or taken back.
fn check_replaceable(state: &dyn StateRead, pending: &Announcement, now: u64) -> Result<(), CallError> {
    let delay = params::network(state).coldkey_swap_reannounce_delay;
    if now < pending.executable_at.saturating_add(delay) {
        return Err(CallError::ColdkeySwapReannouncedTooEarly);
    }
    Ok(())
}

/// Swaps the coldkey `origin` for the one it announced.
///
/// # Errors
/// In this order: `ColdkeySwapAnnouncementNotFound`, `AnnouncedColdkeyHashDoesNotMatch`, `ColdkeySwapTooEarly`,
/// `ColdKeyAlreadyAssociated`, `NewColdKeyIsHotkey`; then those of the locks.
pub(super) fn swap_announced(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    new: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let pending = swaps::announcement(state, origin).ok_or(CallError::ColdkeySwapAnnouncementNotFound)?;
    if coldkey_hash(new) != pending.hash {
        return Err(CallError::AnnouncedColdkeyHashDoesNotMatch);
    }
    if block.number < pending.executable_at {
        return Err(CallError::ColdkeySwapTooEarly);
    }
    swap(state, block, origin, new)
}

/// Swaps a coldkey in the name of governance, without announcement and price.
///
/// # Errors
/// In this order: `BadOrigin`, `ColdKeyAlreadyAssociated`, `NewColdKeyIsHotkey`; then those of the locks.
pub(super) fn swap_by_root(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    old: &AccountId,
    new: &AccountId,
) -> Result<Vec<Event>, CallError> {
    check_root(state, origin)?;
    swap(state, block, old, new)
}

fn check_root(state: &dyn StateRead, origin: &AccountId) -> Result<(), CallError> {
    if settings(state).sudo == *origin { Ok(()) } else { Err(CallError::BadOrigin) }
}

/// Moves everything of `old` to `new`.
fn swap(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    old: &AccountId,
    new: &AccountId,
) -> Result<Vec<Event>, CallError> {
    if !stakes::staking_hotkeys(state, new).is_empty() {
        return Err(CallError::ColdKeyAlreadyAssociated);
    }
    if stakes::owner(state, new).is_some() {
        return Err(CallError::NewColdKeyIsHotkey);
    }
    identities::move_identity(state, old, new);
    for netuid in subnets::netuids(state) {
        if let Some(mut subnet) = subnets::subnet(state, netuid).filter(|subnet| subnet.owner == Some(*old)) {
            subnet.owner = Some(*new);
            subnets::put_subnet(state, netuid, &subnet);
        }
    }
    move_stakes(state, old, new);
    locks::swap_coldkey(state, old, new, block.number)?;
    let all = accounts::balance(state, old);
    accounts::transfer(state, old, new, all)?;
    swaps::set_announcement(state, old, None);
    Ok(vec![Event::ColdkeySwapped(ColdkeySwapped { old_coldkey: *old, new_coldkey: *new })])
}

/// Moves all stakes, and on root the watermarks and the place in the list of automatic claims.
fn move_stakes(state: &mut Overlay<'_>, old: &AccountId, new: &AccountId) {
    for hotkey in stakes::staking_hotkeys(state, old) {
        claims::move_watermarks(state, (&hotkey, old), (&hotkey, new));
    }
    stakes::replace_coldkey(state, old, new);
    let hotkeys = stakes::staking_hotkeys(state, new);
    if hotkeys.iter().any(|hotkey| !stakes::stake(state, ROOT, hotkey, new).is_zero()) {
        claims::leave_without_stake(state, old);
        claims::enter(state, new);
    }
}

/// Freezes the coldkey `origin`, whose announcement is somebody else's.
///
/// # Errors
/// `ColdkeySwapAnnouncementNotFound`.
pub(super) fn dispute(state: &mut Overlay<'_>, origin: &AccountId) -> Result<Vec<Event>, CallError> {
    let pending = swaps::announcement(state, origin).ok_or(CallError::ColdkeySwapAnnouncementNotFound)?;
    swaps::set_announcement(state, origin, Some(&Announcement { disputed: true, ..pending }));
    Ok(vec![Event::ColdkeySwapDisputed { coldkey: *origin }])
}

/// Takes the announcement of `origin` back.
///
/// # Errors
/// In this order: `ColdkeySwapAnnouncementNotFound`, `ColdkeySwapReannouncedTooEarly`.
pub(super) fn clear(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let pending = swaps::announcement(state, origin).ok_or(CallError::ColdkeySwapAnnouncementNotFound)?;
    check_replaceable(state, &pending, block.number)?;
    swaps::set_announcement(state, origin, None);
    Ok(vec![Event::ColdkeySwapCleared { who: *origin }])
}

/// Ends an announcement of a coldkey, disputed or not, in the name of governance.
///
/// # Errors
/// `BadOrigin`.
pub(super) fn reset(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    coldkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    check_root(state, origin)?;
    swaps::set_announcement(state, coldkey, None);
    Ok(vec![Event::ColdkeySwapReset { who: *coldkey }])
}
