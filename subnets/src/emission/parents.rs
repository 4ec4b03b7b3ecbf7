//! Sharing a dividend with the hotkeys that lent the stake (emission.md section 8.2).
//!
//! Rules:
//! - a hotkey earns with its own stake, less what it lent to its children, and with what its parents lent it;
//! - each parent gets the dividend in proportion to what it contributed;
//! - from a parent of another owner a part may be recycled, and the child keeps its take;
//! - the child gets what the parents did not.

use super::fraction_of_u16;
use crate::amount::{Alpha, Tao};
use crate::fixed::U96F32;

/// What a hotkey has staked to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HotkeyStake {
    /// Alpha of the subnet.
    pub alpha: Alpha,
    /// TAO on root.
    pub root: Tao,
}

impl HotkeyStake {
    /// What `proportion` of this stake contributes, root stake weighted.
    fn contribution(self, proportion: U96F32, tao_weight: U96F32) -> U96F32 {
        let alpha = U96F32::from_int(self.alpha.units()).mul(proportion);
        alpha.add(U96F32::from_int(self.root.units()).mul(proportion).mul(tao_weight))
    }
}

/// A hotkey that lends stake to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// What it has.
    pub stake: HotkeyStake,
    /// What it lends to the child, 2^64 - 1 for everything.
    pub proportion: u64,
    /// Whether parent and child belong to the same coldkey: then nothing is taken.
    pub same_owner: bool,
}

/// What is kept from parents of other owners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChildTerms {
    /// The child's take, in 65,535ths of the parent's part.
    pub take: u16,
    /// What is recycled of the parent's part, 2^64 - 1 for everything.
    pub burn: u64,
    /// The weight of root stake, from [`tao_weight`](super::tao_weight).
    pub tao_weight: U96F32,
}

/// Who gets what of one hotkey's dividend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyPayout {
    /// For each parent, in the order given.
    pub parents: Vec<Alpha>,
    /// For the hotkey itself, takes included.
    pub own: Alpha,
    /// Alpha to recycle.
    pub recycled: Alpha,
}

/// What a hotkey's own stake contributes after its children's proportions (2^64 - 1 for everything) are taken off, in
/// whole units.
pub fn self_contribution(stake: HotkeyStake, to_children: &[u64], tao_weight: U96F32) -> u64 {
    let kept = to_children
        .iter()
        .fold(U96F32::ONE, |kept, &proportion| kept.sub(U96F32::from_ratio(proportion, u64::MAX)));
    stake.contribution(kept, tao_weight).to_u64()
}

/// Shares `dividend` between a hotkey and its parents, `own` being its [`self_contribution`].
pub fn share_with_parents(dividend: u64, own: u64, parents: &[Parent], terms: &ChildTerms) -> FamilyPayout {
    let contributions: Vec<U96F32> = parents
        .iter()
        .map(|parent| {
            parent.stake.contribution(U96F32::from_ratio(parent.proportion, u64::MAX), terms.tao_weight)
        })
        .collect();
    let total = contributions.iter().fold(U96F32::from_int(own), |sum, &part| sum.add(part));
    let dividend = U96F32::from_int(dividend);
    let (mut left, mut taken, mut payout) = (dividend, U96F32::ZERO, FamilyPayout::default());
    for (parent, contribution) in parents.iter().zip(contributions) {
        let share = dividend.mul(contribution.div(total));
        left = left.sub(share);
        let (paid, take, burn) = settle(share, parent.same_owner, terms);
        taken = taken.add(take);
        payout.recycled = payout.recycled.saturating_add(Alpha::new(burn.to_u64()));
        payout.parents.push(Alpha::new(paid.to_u64()));
    }
    payout.own = Alpha::new(left.add(taken).to_u64());
    payout
}

/// What a parent is paid of its share, what the child takes and what is recycled.
fn settle(share: U96F32, same_owner: bool, terms: &ChildTerms) -> (U96F32, U96F32, U96F32) {
    if same_owner {
        return (share, U96F32::ZERO, U96F32::ZERO);
    }
    let burn = U96F32::from_ratio(terms.burn, u64::MAX).mul(share);
    let take = fraction_of_u16(terms.take).mul(share);
    (share.sub(burn).sub(take), take, burn)
}
