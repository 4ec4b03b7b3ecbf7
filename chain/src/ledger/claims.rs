//! Root dividends: what root's stakers may claim of each subnet's alpha (emission.md section 9).
//!
//! Rules:
//! 1. Per (hotkey, subnet) a rate: alpha per unit of root stake, ever growing.
//! 2. Per (subnet, hotkey, coldkey) a watermark: what that stake may not claim, because it was claimed or was not yet
//!    there. It moves with root stake, so that moving stake does not change what is owed. It is kept from when it is
//!    first touched, even at 0.
//! 3. What is claimed is sold for root stake or kept as stake, as the coldkey says ([`RootClaimType`], `pay`).
//! 4. Coldkeys with root stake stand in a `list`, of which each block draws a few and claims for them.
//! 5. The rates and watermarks of a subnet that is dissolved are dropped: what was not claimed is lost.

mod list;
mod pay;

use super::{
    stakes,
    subnets::{self, ROOT},
};
use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use std::collections::BTreeSet;
use taonet_subnets::{
    amount::{Alpha, Tao},
    claims,
    fixed::I96F32,
};

pub use list::{claimant, claimants};
pub(crate) use list::{enter, leave_without_stake, sweep};
pub use pay::Claimed;
pub(crate) use pay::claim;

/// What becomes of root dividends when they are claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
pub enum RootClaimType {
    /// They are sold, and the TAO is staked to root with the same hotkey.
    #[default]
    Swap,
    /// They are kept, as stake with the same hotkey.
    Keep,
    /// They are kept on these subnets, and sold on the others.
    KeepSubnets {
        /// Where.
        subnets: BTreeSet<u16>,
    },
}

impl RootClaimType {
    /// Whether the dividends of a subnet are kept.
    pub fn keeps(&self, netuid: u16) -> bool {
        match self {
            RootClaimType::Swap => false,
            RootClaimType::Keep => true,
            RootClaimType::KeepSubnets { subnets } => subnets.contains(&netuid),
        }
    }
}

const TYPES: Table<AccountId, RootClaimType> = Table::new(schema::ROOT_CLAIM_TYPES);
const RATES: Table<(AccountId, u16), i128> = Table::new(schema::ROOT_RATES);
const CLAIMED: Table<stakes::ShareKey, u128> = Table::new(schema::ROOT_CLAIMED);

/// The rates of a hotkey by subnet, ascending.
pub fn rates(state: &dyn StateRead, hotkey: &AccountId) -> Vec<(u16, I96F32)> {
    RATES.iter_from(state, hotkey).map(|((_, netuid), bits)| (netuid, I96F32::from_bits(bits))).collect()
}

/// All rates: hotkey and subnet, ascending.
pub fn all_rates(state: &dyn StateRead) -> Vec<((AccountId, u16), I96F32)> {
    RATES.iter(state).map(|(key, bits)| (key, I96F32::from_bits(bits))).collect()
}

/// All watermarks: subnet, hotkey and coldkey, ascending.
pub fn all_claimed(state: &dyn StateRead) -> Vec<(stakes::ShareKey, u128)> {
    CLAIMED.iter(state).collect()
}

/// What becomes of a coldkey's dividends.
pub fn claim_type(state: &dyn StateRead, coldkey: &AccountId) -> RootClaimType {
    TYPES.get(state, coldkey).unwrap_or_default()
}

/// What a coldkey is owed of a subnet's alpha for its root stake with a hotkey.
pub fn owed(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, coldkey: &AccountId) -> Alpha {
    let rate = RATES.get(state, &(*hotkey, netuid)).map_or(I96F32::ZERO, I96F32::from_bits);
    let stake = Tao::new(stakes::stake(state, ROOT, hotkey, coldkey).units());
    Alpha::new(claims::owed(rate, stake, claimed(state, netuid, hotkey, coldkey)).to_u64())
}

/// The root dividends of a subnet that nobody has claimed yet, over all hotkeys, rounded down for each staker.
pub fn unclaimed(state: &dyn StateRead, netuid: u16) -> Alpha {
    let with_rate = RATES.iter(state).filter(|((_, subnet), _)| *subnet == netuid);
    with_rate.fold(Alpha::ZERO, |sum, ((hotkey, _), _)| {
        let stakers = stakes::stakers(state, ROOT, &hotkey);
        stakers
            .iter()
            .fold(sum, |sum, (coldkey, _)| sum.saturating_add(owed(state, netuid, &hotkey, coldkey)))
    })
}

fn claimed(state: &dyn StateRead, netuid: u16, hotkey: &AccountId, coldkey: &AccountId) -> u128 {
    CLAIMED.get(state, &(netuid, *hotkey, *coldkey)).unwrap_or_default()
}

/// Credits alpha of a subnet to the root stakers of a hotkey. More alpha than they have root stake goes to the hotkey's
/// owner as stake instead, as a tiny stake would make the rate explode.
pub(crate) fn credit(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, amount: Alpha) {
    let rate = RATES.get(state, &(*hotkey, netuid)).map_or(I96F32::ZERO, I96F32::from_bits);
    // Nothing is credited to whatever stake there is: most neurons earn nothing, and need no look at it.
    let root_stake = match amount.is_zero() {
        true => Tao::ZERO,
        false => Tao::new(stakes::hotkey_total(state, ROOT, hotkey).units()),
    };
    if let Some(rate) = claims::credit(rate, amount, root_stake) {
        RATES.put(state, &(*hotkey, netuid), &rate.to_bits());
    } else if let Some(owner) = stakes::owner(state, hotkey) {
        stakes::increase(state, netuid, hotkey, &owner, amount);
    } else {
        // Nobody to pay: the alpha is recycled.
        subnets::update(state, netuid, |subnet| subnet.recycle(amount));
    }
}

/// Says what shall become of a coldkey's dividends.
pub(crate) fn set_claim_type(state: &mut Overlay<'_>, coldkey: &AccountId, choice: &RootClaimType) {
    TYPES.put(state, coldkey, choice);
}

/// Adds the rates of a hotkey to those of another one, and leaves it without any.
pub(crate) fn move_rates(state: &mut Overlay<'_>, from: &AccountId, to: &AccountId) {
    for (netuid, rate) in rates(state, from) {
        RATES.remove(state, &(*from, netuid));
        let before = RATES.get(state, &(*to, netuid)).map_or(I96F32::ZERO, I96F32::from_bits);
        RATES.put(state, &(*to, netuid), &before.add(rate).to_bits());
    }
}

/// Adds the watermarks of a stake, a hotkey and a coldkey, to those of another one, and leaves it without any.
pub(crate) fn move_watermarks(
    state: &mut Overlay<'_>,
    from: (&AccountId, &AccountId),
    to: (&AccountId, &AccountId),
) {
    for netuid in subnets::netuids(state) {
        let key = (netuid, *from.0, *from.1);
        if let Some(moved) = CLAIMED.get(state, &key) {
            CLAIMED.remove(state, &key);
            let sum = claimed(state, netuid, to.0, to.1).saturating_add(moved);
            CLAIMED.put(state, &(netuid, *to.0, *to.1), &sum);
        }
    }
}

/// Moves the watermarks along with root stake that was added.
pub(crate) fn root_stake_added(state: &mut Overlay<'_>, hotkey: &AccountId, coldkey: &AccountId, added: Tao) {
    adjust_watermarks(state, hotkey, coldkey, |claimed, rate| {
        claims::watermark_after_stake(claimed, rate, added)
    });
}

/// Moves the watermarks along with root stake that was removed.
pub(crate) fn root_stake_removed(
    state: &mut Overlay<'_>,
    hotkey: &AccountId,
    coldkey: &AccountId,
    removed: Tao,
) {
    adjust_watermarks(state, hotkey, coldkey, |claimed, rate| {
        claims::watermark_after_unstake(claimed, rate, removed)
    });
}

/// Drops the rates and watermarks of a subnet that is dissolved: what was not claimed is lost.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    let with_rate: Vec<(AccountId, u16)> =
        RATES.iter(state).map(|(key, _)| key).filter(|(_, subnet)| *subnet == netuid).collect();
    for key in with_rate {
        RATES.remove(state, &key);
    }
    CLAIMED.clear(state, &netuid);
}

fn adjust_watermarks(
    state: &mut Overlay<'_>,
    hotkey: &AccountId,
    coldkey: &AccountId,
    moved: impl Fn(u128, I96F32) -> u128,
) {
    for (netuid, rate) in rates(state, hotkey) {
        let watermark = moved(claimed(state, netuid, hotkey, coldkey), rate);
        CLAIMED.put(state, &(netuid, *hotkey, *coldkey), &watermark);
    }
}

#[cfg(test)]
mod tests;
