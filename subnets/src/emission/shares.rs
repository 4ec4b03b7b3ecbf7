//! Which part of a block's TAO each subnet gets (emission.md section 4).
//!
//! Rules:
//! - a subnet's share is its moving price over the sum of all moving prices;
//! - it loses the fraction of it that its owner's own keys took from the miners in the last tempo;
//! - subnets that are switched off get nothing, and the others share it in proportion;
//! - root dividends are sold in this block only if the moving prices sum to more than 1 (section 6).
//!
//! All vectors are in ascending order of netuid, over the eligible subnets; the caller decides who is eligible.

use super::flow::{FlowAverages, FlowRule, flow_shares};
use crate::amount::Tao;
use crate::fixed::{I96F32, U64F64, U96F32};
use crate::pool::Mechanism;

/// How subnets compete for the TAO of a block: today's rule and the two it replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShareRule {
    /// Moving price alone: February to autumn 2025.
    Price,
    /// Net flow of TAO into the subnet: November 2025 to June 2026.
    Flow(FlowRule),
    /// Moving price less what the owner's own keys mined: since 22 June 2026.
    #[default]
    PriceAndMiners,
}

/// What counts of a subnet when TAO is shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// A subnet without a market counts with a price of 1.
    pub mechanism: Mechanism,
    /// The moving price of its alpha.
    pub moving_price: I96F32,
    /// The fraction of the last tempo's miner incentive that was withheld from the owner's own keys.
    pub miner_burned: U96F32,
    /// Whether governance lets it have TAO.
    pub emission_enabled: bool,
    /// Averages of the TAO flows, read by [`ShareRule::Flow`] only.
    pub flow: FlowAverages,
}

impl Candidate {
    fn price(&self) -> U64F64 {
        match self.mechanism {
            Mechanism::Stable => U64F64::ONE,
            Mechanism::Dynamic => self.moving_price.convert(),
        }
    }

    fn kept_for_miners(&self) -> U64F64 {
        U64F64::ONE.sub(self.miner_burned.min(U96F32::ONE).convert())
    }
}

/// Whether root dividends are kept for root's stakers in this block, or recycled: the sum of prices is above 1.
pub fn root_sells(candidates: &[Candidate]) -> bool {
    sum(candidates.iter().map(Candidate::price)) > U64F64::ONE
}

/// Each subnet's moving price over the sum of all; 0 when the sum is 0.
pub fn price_shares(candidates: &[Candidate]) -> Vec<U64F64> {
    in_proportion(candidates.iter().map(Candidate::price).collect())
}

/// Each subnet's share under `rule`, before those that are switched off drop out.
pub fn shares(rule: ShareRule, candidates: &[Candidate]) -> Vec<U64F64> {
    match rule {
        ShareRule::Price => price_shares(candidates),
        ShareRule::Flow(rule) => {
            flow_shares(rule, &candidates.iter().map(|candidate| candidate.flow).collect::<Vec<_>>())
        }
        ShareRule::PriceAndMiners => mining_shares(candidates),
    }
}

/// What each subnet gets of `emission`, in RAO with 32 fraction bits.
pub fn emissions(rule: ShareRule, emission: Tao, candidates: &[Candidate]) -> Vec<U96F32> {
    let shares = without_disabled(shares(rule, candidates), candidates);
    let emission = U64F64::from_int(emission.units());
    shares.into_iter().map(|share| emission.mul(share).convert()).collect()
}

fn mining_shares(candidates: &[Candidate]) -> Vec<U64F64> {
    let prices = price_shares(candidates);
    let weights: Vec<U64F64> =
        prices.iter().zip(candidates).map(|(price, subnet)| price.mul(subnet.kept_for_miners())).collect();
    match sum(weights.iter().copied()) {
        U64F64::ZERO => prices,
        _ => in_proportion(weights),
    }
}

/// Switched-off subnets get 0, and the others their share of what the others have.
fn without_disabled(shares: Vec<U64F64>, candidates: &[Candidate]) -> Vec<U64F64> {
    if candidates.iter().all(|candidate| candidate.emission_enabled) {
        return shares;
    }
    let enabled = shares.into_iter().zip(candidates);
    in_proportion(
        enabled.map(|(share, subnet)| if subnet.emission_enabled { share } else { U64F64::ZERO }).collect(),
    )
}

/// Each part over the sum of all parts; 0 when the sum is 0.
pub(super) fn in_proportion(parts: Vec<U64F64>) -> Vec<U64F64> {
    let total = sum(parts.iter().copied());
    parts.into_iter().map(|part| part.div(total)).collect()
}

fn sum(parts: impl Iterator<Item = U64F64>) -> U64F64 {
    parts.fold(U64F64::ZERO, U64F64::add)
}
