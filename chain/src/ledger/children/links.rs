//! Links between hotkeys that lend stake weight and those they lend to (staking.md section 8).
//!
//! Rules:
//! 1. A link is kept with both ends, and both are written together.
//! 2. A hotkey has at most five children, is not one of them, and lends no more than all; none of them is its parent.
//! 3. The order of a list of parents matters where dividends are shared out: a new one comes last, but when a hotkey
//!    gets other children of its own, its parents are sorted (a quirk to keep).

use crate::{
    crypto::AccountId,
    error::CallError,
    state::{Overlay, StateRead, schema, table::Table},
};
use std::collections::BTreeMap;

/// What is lent, 2^64 - 1 for everything, and the hotkey at the other end.
pub type Link = (u64, AccountId);

/// The most children of a hotkey on a subnet.
pub const MAX_CHILDREN: usize = 5;

/// A table of links by one of their ends.
type Side = Table<(u16, AccountId), Vec<Link>>;

const CHILDREN: Side = Table::new(schema::CHILDREN);
const PARENTS: Side = Table::new(schema::PARENTS);

/// To whom a hotkey lends on a subnet.
pub fn children(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Vec<Link> {
    CHILDREN.get(state, &(netuid, *hotkey)).unwrap_or_default()
}

/// Who lends to a hotkey on a subnet, in the order in which dividends are shared out.
pub fn parents(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Vec<Link> {
    PARENTS.get(state, &(netuid, *hotkey)).unwrap_or_default()
}

/// Whether `hotkey` may have these children.
///
/// # Errors
/// In this order: `InvalidChild`, `TooManyChildren`, `ProportionOverflow`, `ChildParentInconsistency`.
pub(crate) fn check(
    state: &dyn StateRead,
    netuid: u16,
    hotkey: &AccountId,
    children: &[Link],
) -> Result<(), CallError> {
    check_against(hotkey, children, &parents(state, netuid, hotkey))
}

/// [`check`] with the parents given.
pub(super) fn check_against(
    hotkey: &AccountId,
    children: &[Link],
    parents: &[Link],
) -> Result<(), CallError> {
    if find(children, hotkey).is_some() {
        return Err(CallError::InvalidChild);
    }
    if children.len() > MAX_CHILDREN {
        return Err(CallError::TooManyChildren);
    }
    if children.iter().map(|link| u128::from(link.0)).sum::<u128>() > u128::from(u64::MAX) {
        return Err(CallError::ProportionOverflow);
    }
    if children.iter().any(|(_, child)| find(parents, child).is_some()) {
        return Err(CallError::ChildParentInconsistency);
    }
    Ok(())
}

pub(super) fn find(links: &[Link], hotkey: &AccountId) -> Option<usize> {
    links.iter().position(|(_, other)| other == hotkey)
}

/// The links by hotkey, ascending.
pub(super) fn sorted(links: &[Link]) -> Vec<Link> {
    let by_hotkey: BTreeMap<AccountId, u64> = links.iter().map(|(part, hotkey)| (*hotkey, *part)).collect();
    by_hotkey.into_iter().map(|(hotkey, part)| (part, hotkey)).collect()
}

/// Replaces all links of a hotkey, at both ends.
pub(super) fn relink(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    children: Vec<Link>,
    parents: Vec<Link>,
) {
    relink_side(state, (&CHILDREN, &PARENTS), netuid, hotkey, children);
    relink_side(state, (&PARENTS, &CHILDREN), netuid, hotkey, parents);
}

fn relink_side(
    state: &mut Overlay<'_>,
    (near, far): (&Side, &Side),
    netuid: u16,
    hotkey: &AccountId,
    links: Vec<Link>,
) {
    let before = near.get(state, &(netuid, *hotkey)).unwrap_or_default();
    for (_, other) in before.iter().filter(|(_, other)| find(&links, other).is_none()) {
        let mut theirs = far.get(state, &(netuid, *other)).unwrap_or_default();
        theirs.retain(|(_, back)| back != hotkey);
        put(state, far, (netuid, *other), &theirs);
    }
    for (part, other) in &links {
        let mut theirs = far.get(state, &(netuid, *other)).unwrap_or_default();
        match find(&theirs, hotkey).and_then(|at| theirs.get_mut(at)) {
            Some(link) => link.0 = *part,
            None => theirs.push((*part, *hotkey)),
        }
        put(state, far, (netuid, *other), &theirs);
    }
    put(state, near, (netuid, *hotkey), &links);
}

fn put(state: &mut Overlay<'_>, side: &Side, key: (u16, AccountId), links: &Vec<Link>) {
    match links.is_empty() {
        true => side.remove(state, &key),
        false => side.put(state, &key, links),
    }
}

/// Forgets all links of a subnet.
pub(super) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    CHILDREN.clear(state, &netuid);
    PARENTS.clear(state, &netuid);
}
