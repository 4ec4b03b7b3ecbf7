//! Accounts: what they hold, staked and own.

use crate::{
    crypto::AccountId,
    ledger::{
        accounts,
        claims::{self, RootClaimType},
        neurons, stakes, subnets,
    },
    state::StateRead,
};
use serde::Serialize;
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U64F64,
};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountInfo {
    /// Whose.
    pub account: AccountId,
    /// What it can spend.
    #[serde(with = "crate::text::tao")]
    pub balance: Tao,
    /// The nonce of its next transaction.
    pub nonce: u64,
    /// The coldkey that owns it, if it is a hotkey.
    pub owner: Option<AccountId>,
    /// The hotkeys it owns, ascending.
    pub hotkeys: Vec<AccountId>,
    /// What it has staked, by hotkey and subnet.
    pub stakes: Vec<StakeInfo>,
    /// What becomes of its root dividends.
    pub root_claim_type: RootClaimType,
    /// Where it has a UID, if it is a hotkey: netuid and UID.
    pub registrations: Vec<(u16, u16)>,
}

/// A stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StakeInfo {
    /// On which subnet.
    pub netuid: u16,
    /// With whom.
    pub hotkey: AccountId,
    /// How much.
    #[serde(with = "crate::text::alpha")]
    pub alpha: Alpha,
    /// What that is worth at the present price.
    #[serde(with = "crate::text::tao")]
    pub worth: Tao,
    /// Root dividends of this subnet that the account may claim for its root stake with this hotkey.
    #[serde(with = "crate::text::alpha")]
    pub claimable: Alpha,
}

/// An account's balance, nonce and stakes.
pub fn account(state: &dyn StateRead, account: &AccountId) -> AccountInfo {
    let netuids = subnets::netuids(state);
    let mut stakes = Vec::new();
    for hotkey in stakes::staking_hotkeys(state, account) {
        stakes.extend(netuids.iter().filter_map(|&netuid| stake_info(state, netuid, &hotkey, account)));
    }
    AccountInfo {
        account: *account,
        balance: accounts::balance(state, account),
        nonce: accounts::nonce(state, account),
        owner: stakes::owner(state, account),
        hotkeys: stakes::owned_hotkeys(state, account),
        stakes,
        root_claim_type: claims::claim_type(state, account),
        registrations: neurons::registrations(state, account),
    }
}

fn stake_info(
    state: &dyn StateRead,
    netuid: u16,
    hotkey: &AccountId,
    coldkey: &AccountId,
) -> Option<StakeInfo> {
    let alpha = stakes::stake(state, netuid, hotkey, coldkey);
    let claimable = claims::owed(state, netuid, hotkey, coldkey);
    let price = subnets::state_of(state, netuid)?.pool.price();
    let info = StakeInfo { netuid, hotkey: *hotkey, alpha, worth: worth(alpha, price), claimable };
    (!alpha.is_zero() || !claimable.is_zero()).then_some(info)
}

/// What a stake comes to at a price, floored.
fn worth(stake: Alpha, price: U64F64) -> Tao {
    Tao::new(price.mul(U64F64::from_int(stake.units())).to_u64())
}
