//! Stake weight: a subnet's own alpha plus a fraction of the TAO staked at the root (yuma.md section 4).

use super::{Neuron, Subnet};
use crate::fixed::{I32F32, I64F64, U96F32};

/// A share of a key's stake that a link between a parent and a child key moves, as stored: `p / (2^64 - 1)`.
pub type Proportion = u64;

/// Stake of a key after inheritance (section 4 step 1), in rao: its own `base`, less what goes `to_children`, plus
/// what comes `from_parents`, each given with the parent's own base.
///
/// ```
/// use taonet_subnets::yuma::stake::inherited;
///
/// let half = u64::MAX / 2;
/// assert_eq!(inherited(1_000, &[half], &[(500, u64::MAX)]), 1_000); // 500 go, 500 come
/// ```
pub fn inherited(base: u64, to_children: &[Proportion], from_parents: &[(u64, Proportion)]) -> u64 {
    let given = to_children.iter().fold(U96F32::ZERO, |sum, &p| sum.add(moved(base, p)));
    let received = from_parents.iter().fold(U96F32::ZERO, |sum, &(stake, p)| sum.add(moved(stake, p)));
    U96F32::from_int(base).sub(given).add(received).to_u64()
}

/// What a link of proportion `p` moves of `stake`.
fn moved(stake: u64, p: Proportion) -> U96F32 {
    U96F32::from_int(stake).mul(U96F32::from_ratio(p, u64::MAX))
}

/// Stake weight in alpha, exact: `alpha + tao * tao_weight`, where the weight has only 32 fraction bits (step 2, 3).
pub fn total(alpha: u64, tao: u64, tao_weight: u64) -> I64F64 {
    let weight: I64F64 = U96F32::from_ratio(tao_weight, u64::MAX).convert();
    I64F64::from_int(alpha).add(I64F64::from_int(tao).mul(weight))
}

/// Each total's share of their sum, floored to 32 fraction bits (step 5); all 0 if the sum is 0.
///
/// A share below 2^-32 becomes 0 and counts as no stake from here on.
pub fn shares(totals: &[I64F64]) -> Vec<I32F32> {
    let sum = totals.iter().fold(I64F64::ZERO, |sum, &total| sum.add(total));
    totals.iter().map(|total| total.div(sum).convert()).collect()
}

/// Stake of every neuron of a subnet.
#[derive(Clone, Debug)]
pub struct Stake {
    /// Whole rao of stake weight, before the threshold.
    pub raw: Vec<u64>,
    /// Stake weight in alpha, 0 below the threshold unless the neuron is the owner's.
    pub totals: Vec<I64F64>,
    /// Shares of the sum of `totals`.
    pub shares: Vec<I32F32>,
}

impl Stake {
    /// Steps 2 to 5 of section 4.
    pub fn of(subnet: &Subnet) -> Self {
        let mut totals: Vec<I64F64> = subnet.neurons.iter().map(|neuron| weighted(neuron, subnet)).collect();
        let raw: Vec<u64> = totals.iter().map(|total| total.to_u64()).collect();
        for (uid, total) in totals.iter_mut().enumerate() {
            if raw[uid] < subnet.params.stake_threshold && !subnet.is_owner(uid) {
                *total = I64F64::ZERO;
            }
        }
        let shares = shares(&totals);
        Self { raw, totals, shares }
    }
}

fn weighted(neuron: &Neuron, subnet: &Subnet) -> I64F64 {
    total(neuron.alpha_stake, neuron.tao_stake, subnet.params.tao_weight)
}
