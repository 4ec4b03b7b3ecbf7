//! Child keys (staking.md section 8).
//!
//! Rules:
//! 1. The owner of a hotkey says to whom it lends stake weight, at most every 150 blocks for each subnet.
//! 2. A take may be lowered at any time, and raised only so often.
//! 3. Root validators lend everything to the owner's hotkey of every new subnet, unless they have said no.
//!
//! Deviation: the take of a hotkey can only be set on a subnet that exists.

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        children::{self, Link},
        neurons, params,
        pools::Position,
        stakes,
        subnets::{self, ROOT},
    },
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;

/// Asks for the children of the position's hotkey.
///
/// # Errors
/// In this order: `TxRateLimitExceeded`, `RegistrationNotPermittedOnRootSubnet`, `SubnetNotExists`,
/// `NonAssociatedColdKey`, `DuplicateChild`, `InvalidChild`, `TooManyChildren`, `ProportionOverflow`,
/// `ChildParentInconsistency`, `NotEnoughStakeToSetChildkeys`.
pub(super) fn set_children(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    links: &[Link],
) -> Result<Vec<Event>, CallError> {
    check(state, block, &position, links)?;
    let event = children::ask(state, position.netuid, &position.hotkey, links.to_vec(), block.number);
    Ok(event.into_iter().collect())
}

fn check(
    state: &dyn StateRead,
    block: &BlockContext,
    position: &Position,
    links: &[Link],
) -> Result<(), CallError> {
    let Position { coldkey, hotkey, netuid } = *position;
    let last = children::clock(state, netuid, &hotkey);
    let interval = params::network(state).set_children_rate_limit;
    ensure(has_waited(last, block.number, interval), CallError::TxRateLimitExceeded)?;
    ensure(netuid != ROOT, CallError::RegistrationNotPermittedOnRootSubnet)?;
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetNotExists)?;
    ensure(stakes::owner(state, &hotkey) == Some(coldkey), CallError::NonAssociatedColdKey)?;
    let distinct: BTreeSet<&AccountId> = links.iter().map(|(_, child)| child).collect();
    ensure(distinct.len() == links.len(), CallError::DuplicateChild)?;
    children::check(state, netuid, &hotkey, links)?;
    let exempt = links.is_empty() || subnet.owner_hotkey == Some(hotkey);
    ensure(exempt || children::reaches_threshold(state, &hotkey), CallError::NotEnoughStakeToSetChildkeys)
}

/// Whether enough blocks have passed since the block `last`; 0 stands for never.
const fn has_waited(last: u64, now: u64, blocks: u64) -> bool {
    last == 0 || now.saturating_sub(last) >= blocks
}

/// Sets the childkey take of the position's hotkey.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `SubnetNotExists`, `InvalidChildkeyTake`, `TxChildkeyTakeRateLimitExceeded`.
pub(super) fn set_childkey_take(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    take: u16,
) -> Result<Vec<Event>, CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    let network = params::network(state);
    ensure(stakes::owner(state, &hotkey) == Some(coldkey), CallError::NonAssociatedColdKey)?;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    let allowed = children::min_take(state, netuid)..=network.childkey_take_max;
    ensure(allowed.contains(&take), CallError::InvalidChildkeyTake)?;
    let is_raise = take > children::take(state, netuid, &hotkey);
    let last = children::take_clock(state, netuid, &hotkey);
    let waited = has_waited(last, block.number, network.tx_childkey_take_rate_limit);
    ensure(!is_raise || waited, CallError::TxChildkeyTakeRateLimitExceeded)?;
    children::set_take(state, netuid, &hotkey, take);
    children::set_take_clock(state, netuid, &hotkey, block.number);
    Ok(vec![Event::ChildKeyTakeSet { hotkey, take }])
}

/// Says whether a root validator of the coldkey `origin` lends to the owners of new subnets.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `HotKeyNotRegisteredInSubNet`.
pub(super) fn set_auto_parent_delegation(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    hotkey: &AccountId,
    enabled: bool,
) -> Result<Vec<Event>, CallError> {
    ensure(stakes::owner(state, hotkey) == Some(*origin), CallError::NonAssociatedColdKey)?;
    ensure(neurons::uid(state, ROOT, hotkey).is_some(), CallError::HotKeyNotRegisteredInSubNet)?;
    children::set_lends_to_new_subnets(state, hotkey, enabled);
    Ok(vec![Event::AutoParentDelegationEnabledSet { hotkey: *hotkey, enabled }])
}

/// Makes every root validator that lends to new subnets a parent of a new subnet's owner hotkey, as if its owner had
/// asked for it. Whoever may not is passed over.
pub(super) fn lend_to_new_subnet(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    netuid: u16,
    owner_hotkey: &AccountId,
) -> Vec<Event> {
    let mut events = Vec::new();
    for hotkey in neurons::neurons(state, ROOT).into_iter().map(|neuron| neuron.hotkey) {
        let Some(coldkey) = stakes::owner(state, &hotkey) else { continue };
        if hotkey != *owner_hotkey && children::lends_to_new_subnets(state, &hotkey) {
            let position = Position { coldkey, hotkey, netuid };
            let lent = set_children(state, block, position, &[(u64::MAX, *owner_hotkey)]);
            events.extend(lent.unwrap_or_default());
        }
    }
    events
}
