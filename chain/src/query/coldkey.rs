//! What a coldkey decided: about root dividends, locks, its miners' stake, itself, and its successor.

use crate::{
    crypto::{AccountId, Hash},
    ledger::{
        claims::{self, RootClaimType},
        identities::{self, Identity},
        locks, stakes, subnets, swaps,
    },
    state::StateRead,
};
use serde::Serialize;
use taonet_subnets::amount::Alpha;

/// What a coldkey decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColdkeyInfo {
    /// Whose.
    pub coldkey: AccountId,
    /// What becomes of its root dividends.
    pub root_claim_type: RootClaimType,
    /// To which hotkey its miners stake what they earn, by subnet.
    pub auto_stakes: Vec<(u16, AccountId)>,
    /// Its locks, by subnet.
    pub locks: Vec<LockInfo>,
    /// Whether it takes stake from others that carries their lock.
    pub accepts_locked_alpha: bool,
    /// The successor it announced, if a swap is pending.
    pub swap: Option<ColdkeySwapInfo>,
    /// Who it says it is.
    pub identity: Option<Identity>,
}

/// A lock as it is in the next block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LockInfo {
    /// On which subnet.
    pub netuid: u16,
    /// Whose.
    pub coldkey: AccountId,
    /// For which hotkey.
    pub hotkey: AccountId,
    /// What is locked.
    #[serde(with = "crate::text::alpha")]
    pub mass: Alpha,
    /// The conviction it gives the hotkey, in whole base units of alpha.
    pub conviction: u64,
    /// Whether it does not decay.
    pub perpetual: bool,
    /// What the coldkey has staked on the subnet besides.
    #[serde(with = "crate::text::alpha")]
    pub available: Alpha,
}

/// A coldkey's successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ColdkeySwapInfo {
    /// Its [`coldkey_hash`](crate::ledger::swaps::coldkey_hash).
    pub new_coldkey_hash: Hash,
    /// The first block in which the swap can be made.
    pub executable_at: u64,
    /// Whether it is disputed.
    pub disputed: bool,
}

/// What a coldkey decided, where the tip has this height.
pub fn coldkey(state: &dyn StateRead, coldkey: &AccountId, height: u64) -> ColdkeyInfo {
    let netuids = subnets::netuids(state);
    let auto_stake = |&netuid: &u16| Some((netuid, stakes::auto_stake(state, coldkey, netuid)?));
    let lock = |&netuid: &u16| lock(state, netuid, coldkey, height.saturating_add(1));
    ColdkeyInfo {
        coldkey: *coldkey,
        root_claim_type: claims::claim_type(state, coldkey),
        auto_stakes: netuids.iter().filter_map(auto_stake).collect(),
        locks: netuids.iter().filter_map(lock).collect(),
        accepts_locked_alpha: locks::accepts_locked_alpha(state, coldkey),
        swap: swaps::announcement(state, coldkey).map(|pending| ColdkeySwapInfo {
            new_coldkey_hash: pending.hash,
            executable_at: pending.executable_at,
            disputed: pending.disputed,
        }),
        identity: identities::identity(state, coldkey),
    }
}

/// The lock of a coldkey on a subnet in block `now`; none if nothing but dust is left.
pub(super) fn lock(state: &dyn StateRead, netuid: u16, coldkey: &AccountId, now: u64) -> Option<LockInfo> {
    let (hotkey, lock) = locks::lock_at(state, netuid, coldkey, now)?;
    let info = LockInfo {
        netuid,
        coldkey: *coldkey,
        hotkey,
        mass: lock.mass,
        conviction: lock.conviction.to_u64(),
        perpetual: locks::is_perpetual(state, netuid, coldkey),
        available: locks::available(state, netuid, coldkey, now),
    };
    (!info.mass.is_zero() || info.conviction > 0).then_some(info)
}
