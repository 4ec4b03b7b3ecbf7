//! How a subnet's TAO of a block is used: liquidity for the pool, and buying alpha (emission.md section 5).
//!
//! Rules:
//! - TAO and alpha enter the pool in the ratio of the price;
//! - the alpha that enters is capped by root's part of the subnet, so liquidity grows fast in a young subnet
//!   and slowly in an old one;
//! - TAO that finds no alpha to go with is the excess: it buys alpha from the pool.
//!
//! The terms of all subnets are computed before any is applied. Applying them is the ledger's work: [`Pool::reweigh`],
//! then the chain buy, then [`Pool::deposit`].
//!
//! [`Pool::reweigh`]: crate::pool::Pool::reweigh
//! [`Pool::deposit`]: crate::pool::Pool::deposit

use crate::amount::{Alpha, Tao};
use crate::fixed::{U64F64, U96F32};

/// How much alpha may accompany the TAO of a block: today's rule and the two it replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InjectionRule {
    /// As much alpha as there is TAO in the whole block if the subnet gets more TAO than its price justifies, else
    /// what the price says: February to autumn 2025.
    BlockEmission,
    /// At most the subnet's alpha emission and at most as much alpha as there is TAO in the block: November 2025 to
    /// June 2026.
    AlphaEmission,
    /// At most root's part of the subnet's alpha emission: since 22 June 2026.
    #[default]
    RootProportion,
}

impl InjectionRule {
    /// Whether alpha bought with the excess stays in circulation as the protocol's own. Under the first rule it was
    /// taken out of alpha out.
    pub fn keeps_bought_alpha(self) -> bool {
        self != Self::BlockEmission
    }
}

/// What a subnet is given in a block, in base units with 32 fraction bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// TAO for the pool.
    pub tao_in: U96F32,
    /// Alpha for the pool.
    pub alpha_in: U96F32,
    /// Alpha for participants.
    pub alpha_out: U96F32,
    /// TAO that buys alpha.
    pub excess: U96F32,
}

/// What the terms of a subnet depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TermsInput {
    /// The subnet's TAO of this block, from [`emissions`](super::shares::emissions).
    pub emission: U96F32,
    /// The TAO of the whole block; read by the historic rules only.
    pub block_emission: Tao,
    /// The subnet's alpha of this block, from [`alpha_emission`](crate::halving::alpha_emission).
    pub alpha_emission: Alpha,
    /// The price in the pool.
    pub price: U64F64,
    /// Root's part, from [`root_proportion`](super::root_proportion).
    pub root_proportion: U96F32,
}

/// The terms of one subnet under `rule`.
pub fn terms(rule: InjectionRule, input: &TermsInput) -> Terms {
    let price: U96F32 = input.price.convert();
    let alpha_out = U96F32::from_int(input.alpha_emission.units());
    let block = U96F32::from_int(input.block_emission.units());
    let wanted = input.emission.div(price);
    let cap = match rule {
        InjectionRule::BlockEmission if price < input.emission.div(block) => block,
        InjectionRule::BlockEmission => wanted,
        InjectionRule::AlphaEmission => alpha_out.min(block),
        InjectionRule::RootProportion => input.root_proportion.mul(alpha_out),
    };
    let (alpha_in, tao_in) = if wanted > cap { (cap, cap.mul(price)) } else { (wanted, input.emission) };
    Terms { tao_in, alpha_in, alpha_out, excess: input.emission.sub(tao_in) }
}
