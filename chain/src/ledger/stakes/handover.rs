//! Stake and ownership in the hands of other keys, after a swap (peripherals.md sections 3 and 4).

use super::{
    AUTO_STAKE, OWNED, OWNERS, STAKING, TAKE_CLOCKS, TAKES, decrease, increase, note_staking, owned_hotkeys,
    put_share, share, stakers, staking_hotkeys,
};
use crate::{
    crypto::AccountId,
    ledger::subnets,
    state::{Overlay, StateRead},
};
use taonet_subnets::share_pool::SafeFloat;

/// Moves every stake with a hotkey on a subnet to another hotkey: each coldkey's value is taken out and put in.
pub(crate) fn move_stakes(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    for (coldkey, value) in stakers(state, netuid, old) {
        decrease(state, netuid, old, &coldkey, value);
        increase(state, netuid, new, &coldkey, value);
    }
}

/// Gives a hotkey's owner and its entry as a delegate to the hotkey that replaces it.
pub(crate) fn rename(state: &mut Overlay<'_>, owner: &AccountId, old: &AccountId, new: &AccountId) {
    OWNERS.remove(state, old);
    OWNED.remove(state, &(*owner, *old));
    set_owner(state, new, owner);
    TAKES.rename(state, old, new);
    TAKE_CLOCKS.rename(state, old, new);
}

fn set_owner(state: &mut Overlay<'_>, hotkey: &AccountId, coldkey: &AccountId) {
    OWNERS.put(state, hotkey, coldkey);
    OWNED.put(state, &(*coldkey, *hotkey), &());
    note_staking(state, coldkey, hotkey);
}

/// Lets every coldkey that stakes what it mines on a subnet with `old` do so with `new`.
pub(crate) fn redirect_auto_stake(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    let links: Vec<(AccountId, u16)> = AUTO_STAKE
        .iter(state)
        .filter(|((_, on), hotkey)| *on == netuid && hotkey == old)
        .map(|(key, _)| key)
        .collect();
    for key in links {
        AUTO_STAKE.put(state, &key, new);
    }
}

/// Gives all stakes, hotkeys, and choices of where to stake of a coldkey to another one, which has never staked.
pub(crate) fn replace_coldkey(state: &mut Overlay<'_>, old: &AccountId, new: &AccountId) {
    let netuids = subnets::netuids(state);
    for hotkey in staking_hotkeys(state, old) {
        for netuid in &netuids {
            move_share(state, (*netuid, hotkey), old, new);
        }
        STAKING.remove(state, &(*old, hotkey));
        note_staking(state, new, &hotkey);
    }
    for hotkey in owned_hotkeys(state, old) {
        OWNED.remove(state, &(*old, hotkey));
        set_owner(state, &hotkey, new);
    }
    for netuid in auto_staked(state, old) {
        AUTO_STAKE.rename(state, &(*old, netuid), &(*new, netuid));
    }
}

fn auto_staked(state: &dyn StateRead, coldkey: &AccountId) -> Vec<u16> {
    AUTO_STAKE.iter_from(state, coldkey).map(|((_, netuid), _)| netuid).collect()
}

fn move_share(state: &mut Overlay<'_>, (netuid, hotkey): (u16, AccountId), old: &AccountId, new: &AccountId) {
    let moved = share(state, netuid, &hotkey, old);
    if !moved.is_zero() {
        let sum = share(state, netuid, &hotkey, new).plus(moved);
        put_share(state, &(netuid, hotkey, *old), SafeFloat::ZERO);
        put_share(state, &(netuid, hotkey, *new), sum);
    }
}
