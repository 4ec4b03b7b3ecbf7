//! Dividends through child keys (emission.md section 8.2).
//!
//! Rule: what an epoch says a hotkey earned by validating is shared between it and the hotkeys that lent it stake. What
//! each comes to is only the key by which the subnet's alpha is split afterwards, all of it. What is recycled on the
//! way is alpha nevertheless, so that with a `ck_burn` above 0 more alpha can be owed than is out (a quirk to keep).
//! Every neuron takes part, also with nothing: whoever takes part gets a rate of root dividends, if only of zero.

use crate::{
    crypto::AccountId,
    ledger::{children, epochs::Earnings, params, stakes, subnets::ROOT},
    state::StateRead,
};
use std::collections::BTreeMap;
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::{
        parents::{ChildTerms, HotkeyStake, Parent, self_contribution, share_with_parents},
        tao_weight,
    },
};

/// Dividends after they have been shared.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// What each hotkey of the epoch and each of their parents comes to; many to nothing.
    pub(super) by_hotkey: BTreeMap<AccountId, u64>,
    /// Alpha to recycle.
    pub(super) recycled: Alpha,
}

impl Shared {
    fn pay(&mut self, hotkey: AccountId, amount: u64) {
        let sum = self.by_hotkey.entry(hotkey).or_default();
        *sum = sum.saturating_add(amount);
    }
}

/// Shares the dividends of an epoch.
pub(super) fn share(state: &dyn StateRead, netuid: u16, earnings: &[Earnings]) -> Shared {
    let mut shared = Shared::default();
    for earned in earnings {
        let parents = children::parents(state, netuid, &earned.hotkey);
        match parents.is_empty() {
            true => shared.pay(earned.hotkey, earned.dividend),
            false => share_one(state, netuid, earned, &parents, &mut shared),
        }
    }
    shared
}

fn share_one(
    state: &dyn StateRead,
    netuid: u16,
    earned: &Earnings,
    links: &[children::Link],
    shared: &mut Shared,
) {
    let Earnings { hotkey, dividend, .. } = earned;
    let network = params::network(state);
    let tao_weight = tao_weight(network.tao_weight);
    let owner = stakes::owner(state, hotkey);
    let parent = |(proportion, parent): &children::Link| Parent {
        stake: stake(state, netuid, parent),
        proportion: *proportion,
        same_owner: stakes::owner(state, parent) == owner,
    };
    let parents: Vec<Parent> = links.iter().map(parent).collect();
    let lent: Vec<u64> = children::children(state, netuid, hotkey).iter().map(|link| link.0).collect();
    let own = self_contribution(stake(state, netuid, hotkey), &lent, tao_weight);
    let take = children::take(state, netuid, hotkey);
    let terms = ChildTerms { take, burn: network.ck_burn, tao_weight };
    let payout = share_with_parents(*dividend, own, &parents, &terms);
    for ((_, parent), paid) in links.iter().zip(payout.parents) {
        shared.pay(*parent, paid.units());
    }
    shared.pay(*hotkey, payout.own.units());
    shared.recycled = shared.recycled.saturating_add(payout.recycled);
}

/// What a hotkey has staked to it, whatever it lends.
fn stake(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> HotkeyStake {
    HotkeyStake {
        alpha: stakes::hotkey_total(state, netuid, hotkey),
        root: Tao::new(stakes::hotkey_total(state, ROOT, hotkey).units()),
    }
}

#[cfg(test)]
mod tests;
