//! Swapping a hotkey (peripherals.md section 3).
//!
//! Rules:
//! 1. The new hotkey takes the slot of the old one and all that hangs on it: axon, commits, links to children and
//!    parents, takes, the role of the owner's hotkey, miners' stake directions, locks and stake.
//! 2. On root it takes the claims of dividends along as well, so it must not have any of its own. A candidacy ends,
//!    since a node makes blocks with the key it has; a jail sentence follows the stake.
//! 3. On all subnets it takes over owner and delegate entry too.
//! 4. Stake and dividends may stay behind on request. Then the old hotkey keeps its owner, or nobody could unstake.

use super::pay;
use crate::{
    calls::{BlockContext, register::check_hotkey},
    crypto::AccountId,
    error::CallError,
    event::{Event, HotkeySwapped, HotkeySwappedOnSubnet},
    ledger::{
        authorities, children, claims, commitments, commits, epochs, locks, neurons, params, stakes,
        subnets::{self, ROOT},
        swaps,
    },
    state::{Overlay, StateRead},
};
use taonet_subnets::amount::Tao;

/// Which hotkey is to replace which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swap<'a> {
    /// The hotkey that goes.
    pub(super) old: &'a AccountId,
    /// The hotkey that comes.
    pub(super) new: &'a AccountId,
    /// Where; `None` for all subnets, root included.
    pub(super) netuid: Option<u16>,
    /// Whether stake and dividends stay with the old hotkey.
    pub(super) keep_stake: bool,
}

/// Swaps a hotkey of the coldkey `origin`.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `NewHotKeyIsSameWithOld`, `CannotUseSystemAccount`, `SubnetNotExists`,
/// `HotKeyAlreadyRegisteredInSubNet`, `HotKeySetTxRateLimitExceeded`, `NewHotKeyNotCleanForRootSwap`,
/// `NotEnoughBalanceToPaySwapHotKey`, `HotKeySwapOnSubnetIntervalNotPassed`; then those of the links.
pub(super) fn swap_hotkey(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    swap: Swap<'_>,
) -> Result<Vec<Event>, CallError> {
    check(state, block.number, origin, &swap)?;
    let network = params::network(state);
    let (coldkey, old_hotkey, new_hotkey) = (*origin, *swap.old, *swap.new);
    let cost = if swap.netuid.is_some() { network.key_swap_on_subnet_cost } else { network.key_swap_cost };
    pay(state, origin, Tao::new(cost), CallError::NotEnoughBalanceToPaySwapHotKey)?;
    swaps::set_clock(state, origin, block.number);
    if let Some(netuid) = swap.netuid {
        check_interval(state, netuid, origin, block.number, network.hotkey_swap_interval)?;
        stakes::own(state, swap.new, origin);
        swap_on(state, netuid, &swap, block.number)?;
        swaps::set_subnet_clock(state, netuid, origin, block.number);
        return Ok(vec![Event::HotkeySwappedOnSubnet(HotkeySwappedOnSubnet {
            coldkey,
            old_hotkey,
            new_hotkey,
            netuid,
        })]);
    }
    for netuid in subnets::netuids(state) {
        swap_on(state, netuid, &swap, block.number)?;
    }
    if swap.keep_stake {
        stakes::own(state, swap.new, origin);
    } else {
        stakes::rename(state, origin, swap.old, swap.new);
    }
    Ok(vec![Event::HotkeySwapped(HotkeySwapped { coldkey, old_hotkey, new_hotkey })])
}

fn check(state: &dyn StateRead, now: u64, origin: &AccountId, swap: &Swap<'_>) -> Result<(), CallError> {
    let Swap { old, new, netuid, .. } = *swap;
    if stakes::owner(state, old) != Some(*origin) || !stakes::is_new_or_owned(state, new, origin) {
        return Err(CallError::NonAssociatedColdKey);
    }
    if old == new {
        return Err(CallError::NewHotKeyIsSameWithOld);
    }
    check_hotkey(new)?;
    if netuid.is_some_and(|netuid| !subnets::exists(state, netuid)) {
        return Err(CallError::SubnetNotExists);
    }
    let is_registered = match netuid {
        Some(netuid) => neurons::uid(state, netuid, new).is_some(),
        None => !neurons::registrations(state, new).is_empty(),
    };
    if is_registered {
        return Err(CallError::HotKeyAlreadyRegisteredInSubNet);
    }
    let limit = params::network(state).tx_rate_limit;
    if limit > 0 && swaps::clock(state, origin).is_some_and(|last| now.saturating_sub(last) <= limit) {
        return Err(CallError::HotKeySetTxRateLimitExceeded);
    }
    let is_clean = stakes::hotkey_total(state, ROOT, new).is_zero() && claims::rates(state, new).is_empty();
    if netuid.is_none_or(|netuid| netuid == ROOT) && !is_clean {
        return Err(CallError::NewHotKeyNotCleanForRootSwap);
    }
    Ok(())
}

fn check_interval(
    state: &dyn StateRead,
    netuid: u16,
    origin: &AccountId,
    now: u64,
    interval: u64,
) -> Result<(), CallError> {
    match swaps::subnet_clock(state, netuid, origin) {
        Some(last) if now.saturating_sub(last) <= interval => {
            Err(CallError::HotKeySwapOnSubnetIntervalNotPassed)
        }
        _ => Ok(()),
    }
}

/// Moves everything on one subnet.
fn swap_on(state: &mut Overlay<'_>, netuid: u16, swap: &Swap<'_>, now: u64) -> Result<(), CallError> {
    let Swap { old, new, keep_stake, .. } = *swap;
    neurons::rename(state, netuid, old, new);
    commitments::rename(state, netuid, old, new);
    let indices: Vec<u16> = epochs::indices(state, netuid).collect();
    for index in indices {
        commits::rename(state, index, old, new);
    }
    children::rename(state, netuid, old, new)?;
    stakes::redirect_auto_stake(state, netuid, old, new);
    locks::swap_hotkey(state, netuid, old, new, now);
    take_role(state, netuid, old, new);
    if !keep_stake {
        if netuid == ROOT {
            move_claims(state, old, new);
            authorities::swap_hotkey(state, old, new);
        }
        stakes::move_stakes(state, netuid, old, new);
    }
    Ok(())
}

/// Makes `new` the owner's hotkey if `old` was.
fn take_role(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    if let Some(mut subnet) =
        subnets::subnet(state, netuid).filter(|subnet| subnet.owner_hotkey == Some(*old))
    {
        subnet.owner_hotkey = Some(*new);
        subnets::put_subnet(state, netuid, &subnet);
    }
}

/// Moves what root's stakers may claim, with what they may not.
fn move_claims(state: &mut Overlay<'_>, old: &AccountId, new: &AccountId) {
    for (coldkey, _) in stakes::stakers(state, ROOT, old) {
        claims::move_watermarks(state, (old, &coldkey), (new, &coldkey));
    }
    claims::move_rates(state, old, new);
}
