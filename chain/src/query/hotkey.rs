//! What a hotkey keeps, lends and publishes.

use crate::{
    crypto::AccountId,
    ledger::{
        children::{self, Link},
        commitments::{self, Commitment},
        neurons, stakes, subnets,
    },
    state::StateRead,
};
use serde::Serialize;
use taonet_subnets::amount::Alpha;

/// A hotkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HotkeyInfo {
    /// Which.
    pub hotkey: AccountId,
    /// The coldkey that owns it.
    pub owner: Option<AccountId>,
    /// The part of dividends that its owner keeps, in 65,535ths; none before it is a delegate.
    pub take: Option<u16>,
    /// The block in which that was last set; 0 for never.
    pub take_set_at: u64,
    /// Whether it lends its stake weight to the owners of new subnets, once it is a root validator.
    pub lends_to_new_subnets: bool,
    /// The subnets on which there is anything to say.
    pub subnets: Vec<HotkeySubnetInfo>,
}

/// A hotkey on a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HotkeySubnetInfo {
    /// Which subnet.
    pub netuid: u16,
    /// Its slot.
    pub uid: Option<u16>,
    /// All that is staked to it.
    #[serde(with = "crate::text::alpha")]
    pub stake: Alpha,
    /// What it keeps of the dividends of stake that it was lent, in 65,535ths.
    pub childkey_take: u16,
    /// To whom it lends, and what of 2^64 - 1.
    pub children: Vec<Link>,
    /// Who lends to it.
    pub parents: Vec<Link>,
    /// The children it asked for, while they wait.
    pub pending: Option<PendingChildrenInfo>,
    /// What it published.
    pub commitment: Option<Commitment>,
}

/// Children that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingChildrenInfo {
    /// As they were asked for.
    pub children: Vec<Link>,
    /// They are set by the first epoch slot after this block.
    pub cool_down: u64,
}

/// A hotkey, on one subnet or on all.
pub fn hotkey(state: &dyn StateRead, hotkey: &AccountId, netuid: Option<u16>) -> HotkeyInfo {
    let netuids = netuid.map_or_else(|| subnets::netuids(state), |netuid| vec![netuid]);
    HotkeyInfo {
        hotkey: *hotkey,
        owner: stakes::owner(state, hotkey),
        take: stakes::take(state, hotkey),
        take_set_at: stakes::take_clock(state, hotkey),
        lends_to_new_subnets: children::lends_to_new_subnets(state, hotkey),
        subnets: netuids.into_iter().filter_map(|netuid| on_subnet(state, netuid, hotkey)).collect(),
    }
}

fn on_subnet(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<HotkeySubnetInfo> {
    let pending = children::pending(state, netuid, hotkey);
    let info = HotkeySubnetInfo {
        netuid,
        uid: neurons::uid(state, netuid, hotkey),
        stake: stakes::hotkey_total(state, netuid, hotkey),
        childkey_take: children::take(state, netuid, hotkey),
        children: children::children(state, netuid, hotkey),
        parents: children::parents(state, netuid, hotkey),
        pending: pending
            .map(|pending| PendingChildrenInfo { children: pending.children, cool_down: pending.cool_down }),
        commitment: commitments::commitment(state, netuid, hotkey),
    };
    let links = !info.children.is_empty() || !info.parents.is_empty() || info.pending.is_some();
    let says = links || info.uid.is_some() || !info.stake.is_zero() || info.commitment.is_some();
    says.then_some(info)
}
