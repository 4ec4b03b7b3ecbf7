//! Who owns which hotkey, and who staked how much to it (staking.md sections 1, 2, 7 and 9).
//!
//! Rules:
//! 1. A hotkey exists once a coldkey is recorded as its owner; that never changes.
//! 2. Stake is a share in the pool of (subnet, hotkey): dividends raise the pool's value and touch no staker's entry.
//! 3. A share or pool that is zero is not stored.
//! 4. A decrease above what the share is worth does nothing; callers check before.
//! 5. A hotkey without a stored take keeps the default one, whatever the largest one allowed is.

use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};
use taonet_subnets::{
    amount::Alpha,
    share_pool::{SafeFloat, SharePool},
};

mod handover;

pub(crate) use handover::{move_stakes, redirect_auto_stake, rename, replace_coldkey};

const OWNERS: Table<AccountId, AccountId> = Table::new(schema::OWNERS);
const OWNED: Table<(AccountId, AccountId), ()> = Table::new(schema::OWNED);
const STAKING: Table<(AccountId, AccountId), u32> = Table::new(schema::STAKING);
const TAKES: Table<AccountId, u16> = Table::new(schema::TAKES);
const TAKE_CLOCKS: Table<AccountId, u64> = Table::new(schema::TAKE_CLOCKS);
const AUTO_STAKE: Table<(AccountId, u16), AccountId> = Table::new(schema::AUTO_STAKE);
const POOLS: Table<(u16, AccountId), SharePool> = Table::new(schema::STAKE_POOLS);
const SHARES: Table<ShareKey, SafeFloat> = Table::new(schema::STAKE_SHARES);
const SHARE_ORDER: Table<SharePlace, ()> = Table::new(schema::SHARE_ORDER);

/// What a hotkey's owner keeps of dividends without ever having chosen: 18 %, in 65,535ths.
pub const DEFAULT_TAKE: u16 = 11_796;

/// The coldkey that owns a hotkey.
pub fn owner(state: &dyn StateRead, hotkey: &AccountId) -> Option<AccountId> {
    OWNERS.get(state, hotkey)
}

/// The hotkeys of a coldkey, ascending.
pub fn owned_hotkeys(state: &dyn StateRead, coldkey: &AccountId) -> Vec<AccountId> {
    OWNED.iter_from(state, coldkey).map(|((_, hotkey), ())| hotkey).collect()
}

/// Every hotkey a coldkey ever staked to, in the order of the first time.
pub fn staking_hotkeys(state: &dyn StateRead, coldkey: &AccountId) -> Vec<AccountId> {
    let mut places: Vec<_> =
        STAKING.iter_from(state, coldkey).map(|((_, hotkey), place)| (place, hotkey)).collect();
    places.sort_unstable();
    places.into_iter().map(|(_, hotkey)| hotkey).collect()
}

/// The part of dividends that a hotkey's owner keeps, if it was ever set.
pub fn take(state: &dyn StateRead, hotkey: &AccountId) -> Option<u16> {
    TAKES.get(state, hotkey)
}

/// The block in which a hotkey's owner last changed its take; 0 for never.
pub fn take_clock(state: &dyn StateRead, hotkey: &AccountId) -> u64 {
    TAKE_CLOCKS.get(state, hotkey).unwrap_or_default()
}

/// The hotkey with which a coldkey's miners on a subnet stake what they earn, if it is not each its own.
pub fn auto_stake(state: &dyn StateRead, coldkey: &AccountId, netuid: u16) -> Option<AccountId> {
    AUTO_STAKE.get(state, &(*coldkey, netuid))
}

/// The share pool of a hotkey on a subnet; empty if nobody staked to it.
pub fn share_pool(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> SharePool {
    POOLS.get(state, &(netuid, *hotkey)).unwrap_or_default()
}

/// All alpha staked to a hotkey on a subnet.
pub fn hotkey_total(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Alpha {
    share_pool(state, netuid, hotkey).value
}

/// A coldkey's share in a hotkey's pool.
pub fn share(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, coldkey: &AccountId) -> SafeFloat {
    SHARES.get(state, &(netuid, *hotkey, *coldkey)).unwrap_or_default()
}

/// What a coldkey's stake with a hotkey on a subnet is worth, in alpha.
pub fn stake(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, coldkey: &AccountId) -> Alpha {
    share_pool(state, netuid, hotkey).value_of(share(state, netuid, hotkey, coldkey))
}

/// All stakers of a hotkey on a subnet with what they have, ascending.
pub fn stakers(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Vec<(AccountId, Alpha)> {
    let pool = share_pool(state, netuid, hotkey);
    let shares = SHARES.iter_from(state, &(netuid, *hotkey));
    shares.map(|((_, _, coldkey), share)| (coldkey, pool.value_of(share))).collect()
}

/// Where a share is kept: subnet, hotkey, coldkey.
pub type ShareKey = (u16, AccountId, AccountId);

/// A share in the order in which the public network keeps them: hotkey, coldkey, subnet.
pub type SharePlace = (AccountId, AccountId, u16);

/// The next `count` shares after one of them, or the first ones, by hotkey, coldkey and subnet.
pub fn shares_after(state: &dyn StateRead, after: Option<&SharePlace>, count: usize) -> Vec<SharePlace> {
    let place = |(place, ()): (SharePlace, ())| place;
    match after {
        Some(after) => SHARE_ORDER.iter_after(state, after).take(count).map(place).collect(),
        None => SHARE_ORDER.iter(state).take(count).map(place).collect(),
    }
}

/// The share pools of all hotkeys on a subnet, ascending.
pub fn share_pools(state: &dyn StateRead, netuid: u16) -> Vec<(AccountId, SharePool)> {
    POOLS.iter_from(state, &netuid).map(|((_, hotkey), pool)| (hotkey, pool)).collect()
}

/// All share pools: subnet and hotkey, ascending.
pub fn all_pools(state: &dyn StateRead) -> Vec<((u16, AccountId), SharePool)> {
    POOLS.iter(state).collect()
}

/// All shares: subnet, hotkey and coldkey, ascending.
pub fn all_shares(state: &dyn StateRead) -> Vec<((u16, AccountId, AccountId), SafeFloat)> {
    SHARES.iter(state).collect()
}

/// All delegates with their takes, ascending.
pub fn takes(state: &dyn StateRead) -> Vec<(AccountId, u16)> {
    TAKES.iter(state).collect()
}

/// Whether `coldkey` may use `hotkey` as its own: it is new, or already its own.
pub fn is_new_or_owned(state: &dyn StateRead, hotkey: &AccountId, coldkey: &AccountId) -> bool {
    owner(state, hotkey).is_none_or(|owner| owner == *coldkey)
}

/// Records `coldkey` as the owner of a hotkey that has none.
pub(crate) fn own(state: &mut Overlay<'_>, hotkey: &AccountId, coldkey: &AccountId) {
    if owner(state, hotkey).is_none() {
        OWNERS.put(state, hotkey, coldkey);
        OWNED.put(state, &(*coldkey, *hotkey), &());
        note_staking(state, coldkey, hotkey);
    }
}

/// Notes that a coldkey stakes to a hotkey, unless it ever did.
fn note_staking(state: &mut Overlay<'_>, coldkey: &AccountId, hotkey: &AccountId) {
    let key = (*coldkey, *hotkey);
    if !STAKING.contains(state, &key) {
        let last = STAKING.iter_from(state, coldkey).map(|(_, place)| place).max();
        STAKING.put(state, &key, &last.map_or(0, |last| last.saturating_add(1)));
    }
}

/// Stores the default take of a hotkey that has none: it becomes a delegate.
pub(crate) fn become_delegate(state: &mut Overlay<'_>, hotkey: &AccountId) {
    if take(state, hotkey).is_none() {
        TAKES.put(state, hotkey, &DEFAULT_TAKE);
    }
}

/// Sets the take of a hotkey and notes in which block.
pub(crate) fn set_take(state: &mut Overlay<'_>, hotkey: &AccountId, take: u16, block: u64) {
    TAKES.put(state, hotkey, &take);
    TAKE_CLOCKS.put(state, hotkey, &block);
}

/// Chooses the hotkey with which a coldkey's miners on a subnet stake what they earn.
pub(crate) fn set_auto_stake(state: &mut Overlay<'_>, coldkey: &AccountId, netuid: u16, hotkey: &AccountId) {
    AUTO_STAKE.put(state, &(*coldkey, netuid), hotkey);
}

/// Adds alpha to a coldkey's stake.
pub(crate) fn increase(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    coldkey: &AccountId,
    amount: Alpha,
) {
    if amount.is_zero() {
        return;
    }
    let mut pool = share_pool(state, netuid, hotkey);
    let share = pool.deposit(share(state, netuid, hotkey, coldkey), amount);
    put(state, (netuid, *hotkey, *coldkey), &pool, share);
    note_staking(state, coldkey, hotkey);
}

/// Takes alpha out of a coldkey's stake, if it is worth that much.
pub(crate) fn decrease(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    coldkey: &AccountId,
    amount: Alpha,
) {
    let mut pool = share_pool(state, netuid, hotkey);
    let before = share(state, netuid, hotkey, coldkey);
    if let Some(share) = pool.withdraw(before, amount)
        && !before.is_zero()
    {
        put(state, (netuid, *hotkey, *coldkey), &pool, share);
    }
}

/// Raises the value of all stakes of a hotkey in proportion.
pub(crate) fn distribute(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, amount: Alpha) {
    if !amount.is_zero() {
        let mut pool = share_pool(state, netuid, hotkey);
        pool.distribute(amount);
        POOLS.put(state, &(netuid, *hotkey), &pool);
    }
}

/// What everyone with a stake on a subnet could claim if it were dissolved: (coldkey, alpha), by hotkey, then coldkey.
/// A share that is worth nothing claims its own number; empty pools are not looked at (a quirk to keep).
pub(crate) fn final_claims(state: &dyn StateRead, netuid: u16) -> Vec<(AccountId, Alpha)> {
    let mut claims = Vec::new();
    for (hotkey, pool) in share_pools(state, netuid).into_iter().filter(|(_, pool)| !pool.value.is_zero()) {
        for ((.., coldkey), share) in SHARES.iter_from(state, &(netuid, hotkey)) {
            let worth = match pool.value_of(share) {
                Alpha::ZERO => Alpha::new(share.to_u64()),
                worth => worth,
            };
            claims.push((coldkey, worth));
        }
    }
    claims.retain(|(_, claim)| !claim.is_zero());
    claims
}

/// Removes all stakes of a subnet that is dissolved. Empty pools stay, and with them their shares (a quirk to keep).
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    for (hotkey, pool) in share_pools(state, netuid) {
        if !pool.value.is_zero() {
            for (coldkey, _) in stakers(state, netuid, &hotkey) {
                put_share(state, &(netuid, hotkey, coldkey), SafeFloat::ZERO);
            }
            POOLS.remove(state, &(netuid, hotkey));
        }
    }
}

fn put(state: &mut Overlay<'_>, key: ShareKey, pool: &SharePool, share: SafeFloat) {
    let place = (key.0, key.1);
    if *pool == SharePool::default() {
        POOLS.remove(state, &place);
    } else {
        POOLS.put(state, &place, pool);
    }
    put_share(state, &key, share);
}

/// Keeps a share, and its place in the order of all shares.
fn put_share(state: &mut Overlay<'_>, key: &ShareKey, share: SafeFloat) {
    let place = (key.1, key.2, key.0);
    if share.is_zero() {
        SHARES.remove(state, key);
        SHARE_ORDER.remove(state, &place);
    } else {
        if !SHARES.contains(state, key) {
            SHARE_ORDER.put(state, &place, &());
        }
        SHARES.put(state, key, &share);
    }
}

#[cfg(test)]
mod tests;
