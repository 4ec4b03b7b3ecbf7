//! Child keys: hotkeys that lend stake weight to others (staking.md section 8).
//!
//! Rules:
//! 1. A hotkey lends fractions of its stake weight on a subnet to at most five others (`links`).
//! 2. What it asks for waits for its cool-down, so that nobody can lend stake from block to block.
//! 3. A child keeps a take of the dividends that stake of other coldkeys earns through it.
//! 4. All this only counts in epochs and for dividends; ownership of the stake does not change.

mod links;

pub(crate) use links::check;
pub use links::{Link, MAX_CHILDREN, children, parents};

use self::links::{check_against, find, relink, sorted};
use super::{
    params, stakes,
    subnets::{self, ROOT},
};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U64F64,
    yuma::stake,
};

const PENDING: Table<(u16, AccountId), Pending> = Table::new(schema::PENDING_CHILDREN);
const TAKES: Table<(u16, AccountId), u16> = Table::new(schema::CHILDKEY_TAKES);
const CLOCKS: Table<(u16, AccountId), u64> = Table::new(schema::CHILDREN_CLOCKS);
const TAKE_CLOCKS: Table<(u16, AccountId), u64> = Table::new(schema::CHILDKEY_TAKE_CLOCKS);
const OPTED_OUT: Table<AccountId, ()> = Table::new(schema::NO_AUTO_PARENT);

/// The children a hotkey has asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pending {
    /// As they were asked for.
    pub children: Vec<Link>,
    /// They are set by the first epoch slot after this block.
    pub cool_down: u64,
}

/// The children a hotkey has asked for on a subnet, while they wait.
pub fn pending(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<Pending> {
    PENDING.get(state, &(netuid, *hotkey))
}

/// The least take that counts on a subnet, in 65,535ths.
pub fn min_take(state: &dyn StateRead, netuid: u16) -> u16 {
    params::network(state).childkey_take_min.max(params::subnet(state, netuid).min_childkey_take)
}

/// What a hotkey keeps of the dividends that others' stake earns through it, in 65,535ths.
pub fn take(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> u16 {
    TAKES.get(state, &(netuid, *hotkey)).unwrap_or_default().max(min_take(state, netuid))
}

/// The block in which a hotkey last asked for children on a subnet; 0 for never.
pub fn clock(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> u64 {
    CLOCKS.get(state, &(netuid, *hotkey)).unwrap_or_default()
}

/// The block in which a hotkey's take on a subnet was last set; 0 for never.
pub fn take_clock(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> u64 {
    TAKE_CLOCKS.get(state, &(netuid, *hotkey)).unwrap_or_default()
}

/// Whether a root validator becomes a parent in every new subnet, as all do that say nothing.
pub fn lends_to_new_subnets(state: &dyn StateRead, hotkey: &AccountId) -> bool {
    !OPTED_OUT.contains(state, hotkey)
}

/// The alpha and the root stake that count for a hotkey in a subnet's epoch: less what it lends, plus what it is lent.
pub fn inherited(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> (Alpha, Tao) {
    let to_children: Vec<u64> = children(state, netuid, hotkey).iter().map(|link| link.0).collect();
    let parents = parents(state, netuid, hotkey);
    let on = |netuid| {
        let total = |hotkey: &AccountId| stakes::hotkey_total(state, netuid, hotkey).units();
        let lent: Vec<(u64, u64)> =
            parents.iter().map(|(proportion, parent)| (total(parent), *proportion)).collect();
        stake::inherited(total(hotkey), &to_children, &lent)
    };
    (Alpha::new(on(netuid)), Tao::new(on(ROOT)))
}

/// The weight of a hotkey in a subnet, in alpha: its inherited alpha and a part of its inherited root stake.
pub fn stake_weight(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> u64 {
    let (alpha, root) = inherited(state, netuid, hotkey);
    stake::total(alpha.units(), root.units(), params::network(state).tao_weight).to_u64()
}

/// Whether all stake with a hotkey is worth at least the threshold for having children, at present prices and over all
/// subnets.
pub(crate) fn reaches_threshold(state: &dyn StateRead, hotkey: &AccountId) -> bool {
    let threshold = params::network(state).stake_threshold;
    let worth = || {
        subnets::states(state).iter().fold(U64F64::ZERO, |sum, (netuid, subnet)| {
            let alpha = U64F64::from_int(stakes::hotkey_total(state, *netuid, hotkey).units());
            sum.add(alpha.mul(subnet.pool.price()))
        })
    };
    // The threshold comes first: mostly it is 0, and the worth takes a look at every subnet.
    threshold == 0 || worth().to_u64() >= threshold
}

/// Takes down the children that `hotkey` asked for in block `now`: at once while the subnet's token is not traded, or
/// else when the cool-down is over.
pub(crate) fn ask(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    children: Vec<Link>,
    now: u64,
) -> Option<Event> {
    CLOCKS.put(state, &(netuid, *hotkey), &now);
    if !params::subnet(state, netuid).subtoken_enabled {
        return set(state, netuid, hotkey, children);
    }
    let cool_down = now.saturating_add(params::network(state).pending_childkey_cooldown);
    PENDING.put(state, &(netuid, *hotkey), &Pending { children: children.clone(), cool_down });
    Some(Event::SetChildrenScheduled { hotkey: *hotkey, netuid, block: cool_down, children })
}

/// Sets the children of a subnet's hotkeys whose cool-down is over in block `now`. What has become inconsistent is
/// dropped.
pub(crate) fn set_pending(state: &mut Overlay<'_>, netuid: u16, now: u64) -> Vec<Event> {
    let waiting: Vec<((u16, AccountId), Pending)> = PENDING.iter_from(state, &netuid).collect();
    let started = params::subnet(state, netuid).subtoken_enabled;
    let mut events = Vec::new();
    for (key, Pending { children, .. }) in
        waiting.into_iter().filter(|(_, pending)| pending.cool_down < now || !started)
    {
        PENDING.remove(state, &key);
        events.extend(set(state, netuid, &key.1, children));
    }
    events
}

/// Gives `hotkey` these children now, unless they are inconsistent with its parents.
pub fn set(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, children: Vec<Link>) -> Option<Event> {
    check(state, netuid, hotkey, &children).ok()?;
    let parents = parents(state, netuid, hotkey);
    relink(state, netuid, hotkey, sorted(&children), sorted(&parents));
    Some(Event::SetChildren { hotkey: *hotkey, netuid, children })
}

/// Adds a link, or changes what is lent by it, without asking; only recorded runs write like this.
pub(crate) fn link(state: &mut Overlay<'_>, netuid: u16, parent: &AccountId, child: Link) {
    let mut children = children(state, netuid, parent);
    children.retain(|(_, other)| *other != child.1);
    children.push(child);
    let parents = parents(state, netuid, parent);
    relink(state, netuid, parent, children, parents);
}

/// Writes what a hotkey keeps of the dividends of others' stake on a subnet.
pub(crate) fn set_take(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, take: u16) {
    TAKES.put(state, &(netuid, *hotkey), &take);
}

/// Notes that a take was set in block `now`.
pub(crate) fn set_take_clock(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, now: u64) {
    TAKE_CLOCKS.put(state, &(netuid, *hotkey), &now);
}

/// Notes whether a root validator becomes a parent in every new subnet.
pub(crate) fn set_lends_to_new_subnets(state: &mut Overlay<'_>, hotkey: &AccountId, lends: bool) {
    match lends {
        true => OPTED_OUT.remove(state, hotkey),
        false => OPTED_OUT.put(state, hotkey, &()),
    }
}

/// Drops what a hotkey has asked for on every subnet, if all stake with it is worth less than the threshold; to be
/// called after an unstake.
pub(crate) fn forget_pending_below_threshold(state: &mut Overlay<'_>, hotkey: &AccountId) {
    if !reaches_threshold(state, hotkey) {
        for netuid in subnets::netuids(state) {
            PENDING.remove(state, &(netuid, *hotkey));
        }
    }
}

/// Forgets everything about child keys on a subnet that is dissolved.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    links::forget_subnet(state, netuid);
    PENDING.clear(state, &netuid);
    TAKES.clear(state, &netuid);
    CLOCKS.clear(state, &netuid);
    TAKE_CLOCKS.clear(state, &netuid);
}

/// Gives everything that `old` has on a subnet to the hotkey that replaces it: links, what it and others asked for with
/// it, its take and its clocks; on root, whether it lends to new subnets. Links that `new` had are replaced.
///
/// # Errors
/// In this order: `InvalidChild`, if `new` is at the other end of a link; those of [`check`], for what was asked for.
pub(crate) fn rename(
    state: &mut Overlay<'_>,
    netuid: u16,
    old: &AccountId,
    new: &AccountId,
) -> Result<(), CallError> {
    let (children, parents) = (children(state, netuid, old), parents(state, netuid, old));
    if find(&children, new).is_some() || find(&parents, new).is_some() {
        return Err(CallError::InvalidChild);
    }
    if let Some(pending) = pending(state, netuid, old) {
        check_against(new, &pending.children, &parents)?;
    }
    relink(state, netuid, old, Vec::new(), Vec::new());
    relink(state, netuid, new, sorted(&children), sorted(&parents));
    let place = |hotkey: &AccountId| (netuid, *hotkey);
    PENDING.rename(state, &place(old), &place(new));
    rename_in_pending(state, netuid, old, new);
    TAKES.rename(state, &place(old), &place(new));
    CLOCKS.rename(state, &place(old), &place(new));
    TAKE_CLOCKS.rename(state, &place(old), &place(new));
    if netuid == ROOT && !lends_to_new_subnets(state, old) {
        set_lends_to_new_subnets(state, old, true);
        set_lends_to_new_subnets(state, new, false);
    }
    Ok(())
}

/// Lets whoever asked for `old` as a child get `new` instead.
fn rename_in_pending(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    let waiting: Vec<((u16, AccountId), Pending)> = PENDING.iter_from(state, &netuid).collect();
    for (key, mut pending) in waiting {
        if let Some((_, child)) = pending.children.iter_mut().find(|(_, child)| child == old) {
            *child = *new;
            PENDING.put(state, &key, &pending);
        }
    }
}

#[cfg(test)]
mod tests;
