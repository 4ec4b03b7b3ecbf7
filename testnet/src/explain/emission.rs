//! Where the TAO and the alpha of a block went, subnet by subnet (emission.md sections 4 to 6).
//!
//! Rules:
//! 1. All TAO that was minted became liquidity, bought alpha, stayed on a subnet's account because its pool refused it,
//!    or was destroyed: the four sums are what was minted.
//! 2. Of a subnet's alpha, what the five parts of the accrual leave over is dust: it counts as issued and belongs to
//!    nobody.
//! 3. What the block claims of its own accord for those who earned root dividends is no emission, it was set aside
//!    before; it is listed because it happens in the same step.

use super::{Disagreement, Witness, long_decimal, wide_decimal, witness::adds_up};
use serde::Serialize;
use std::collections::BTreeMap;
use taonet_chain::{
    AccountId,
    ledger::{claims::Claimed, identities},
    state::StateRead,
    step::Note,
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::{
        shares::{Candidate, ShareRule, price_shares, root_sells, shares},
        terms::InjectionRule,
    },
    fixed::{I96F32, U64F64},
};

/// The emission of a block.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Emission {
    /// The block.
    pub block: u64,
    /// The TAO it minted: rao.
    pub minted: u64,
    /// TAO that became liquidity: rao.
    pub tao_in: u64,
    /// TAO that bought alpha: rao.
    pub spent: u64,
    /// TAO that stayed on subnets' accounts: rao.
    pub refused: u64,
    /// TAO that nobody got: rao.
    pub destroyed: u64,
    /// How subnets compete for the TAO.
    pub share_rule: &'static str,
    /// How much alpha may accompany it.
    pub injection_rule: &'static str,
    /// The sum of all prices, which decides whether root sells.
    pub price_sum: f64,
    /// Whether root dividends were kept for root's stakers; otherwise they were recycled.
    pub root_sells: bool,
    /// What each subnet got, ascending; those that do not emit are not listed.
    pub subnets: Vec<SubnetEmission>,
    /// Root dividends that the step claimed for coldkeys drawn by lot, in order.
    pub claims: Vec<AutomaticClaim>,
    /// Entries of the state that were compared with the chain's.
    pub entries_checked: usize,
}

/// Root dividends that the step claimed for a coldkey.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AutomaticClaim {
    /// The coldkey's address.
    pub coldkey: String,
    /// The root stake that the sales added: rao.
    pub sold_for: u64,
    /// Dividend by dividend; empty if nothing was worth claiming yet.
    pub paid: Vec<ClaimedDividend>,
}

/// A root dividend that was claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClaimedDividend {
    /// The subnet that paid it.
    pub netuid: u16,
    /// The address of the hotkey that earned it.
    pub hotkey: String,
    /// The dividend: smallest units of alpha.
    pub alpha: u64,
    /// What it was sold for, in rao; none if it was kept as stake.
    pub sold_for: Option<u64>,
}

/// What a subnet got.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SubnetEmission {
    /// The subnet.
    pub netuid: u16,
    /// Its name.
    pub name: String,
    /// Its moving price, which is what counts: TAO per alpha.
    pub moving_price: f64,
    /// The price in its pool: TAO per alpha.
    pub price: f64,
    /// Its part of all moving prices.
    pub price_share: f64,
    /// The fraction of miners' pay that was withheld from its owner's keys in the last epoch.
    pub miner_burned: f64,
    /// Its share after that.
    pub share: f64,
    /// Whether governance lets it have TAO.
    pub enabled: bool,
    /// The TAO it was offered: rao with a fraction.
    pub offered: f64,
    /// Root's part of the subnet.
    pub root_proportion: f64,
    /// The alpha that would go with all of the offer.
    pub wanted_alpha: f64,
    /// The alpha that may, by the rule in force.
    pub alpha_allowed: f64,
    /// TAO and alpha that became liquidity.
    pub tao_in: u64,
    /// See `tao_in`.
    pub alpha_in: u64,
    /// TAO that bought alpha, and what it bought.
    pub spent: u64,
    /// See `spent`.
    pub bought: u64,
    /// TAO that stayed on the account because the pool refused the trade.
    pub refused: u64,
    /// The subnet's own alpha of this block.
    pub alpha_out: u64,
    /// Where it went.
    pub set_aside: SetAside,
}

/// Where a subnet's own alpha of a block went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// For the owner.
    pub owner: u64,
    /// For miners.
    pub miners: u64,
    /// For validators and those who staked with them.
    pub validators: u64,
    /// For root's stakers.
    pub root: u64,
    /// Root's part when root does not sell: it can be emitted again.
    pub recycled: u64,
    /// What rounding left over.
    pub dust: u64,
}

/// Explains the emission of the block that was witnessed; names come from a state near it.
///
/// # Errors
/// The parts do not add up.
pub fn emission(witness: &Witness, state: &dyn StateRead) -> Result<Emission, Disagreement> {
    let mut told = Emission { block: witness.block, entries_checked: witness.entries, ..Emission::default() };
    let mut by_netuid = BTreeMap::<u16, SubnetEmission>::new();
    let mut candidates = Vec::new();
    for note in &witness.notes {
        take_in(&mut told, &mut by_netuid, &mut candidates, note);
    }
    let rules = witness.notes.iter().find_map(|note| match note {
        Note::Ruled { shares, injection } => Some((*shares, *injection)),
        _ => None,
    });
    let (rule, injection) = rules.unwrap_or_default();
    told.share_rule = match rule {
        ShareRule::PriceAndMiners => "moving price, less what the owner's own keys mined",
        ShareRule::Price => "moving price alone (February to autumn 2025)",
        ShareRule::Flow(_) => "net flow of TAO (winter 2025/26)",
    };
    told.injection_rule = match injection {
        InjectionRule::RootProportion => "at most root's part of the alpha emission",
        InjectionRule::AlphaEmission => {
            "at most the alpha emission, and no more than TAO is minted (winter 2025/26)"
        }
        InjectionRule::BlockEmission => {
            "as much as TAO is minted, where the price is low (before November 2025)"
        }
    };
    let all_shares = shares(rule, &candidates).into_iter().zip(price_shares(&candidates));
    for (subnet, (share, price_share)) in by_netuid.values_mut().zip(all_shares) {
        (subnet.share, subnet.price_share) = (long_decimal(share), long_decimal(price_share));
        subnet.name = identities::subnet_name(state, subnet.netuid);
    }
    told.price_sum = candidates.iter().map(|candidate| price_of(candidate.moving_price)).sum();
    told.root_sells = root_sells(&candidates);
    told.subnets = by_netuid.into_values().collect();
    check(&told)?;
    Ok(told)
}

fn take_in(
    told: &mut Emission,
    by_netuid: &mut BTreeMap<u16, SubnetEmission>,
    candidates: &mut Vec<Candidate>,
    note: &Note,
) {
    match note {
        Note::Minted(tao) => told.minted = tao.units(),
        Note::Destroyed(tao) => told.destroyed = tao.units(),
        Note::Offered { netuid, candidate, input, terms } => {
            candidates.push(*candidate);
            let subnet = of(by_netuid, *netuid);
            subnet.moving_price = price_of(candidate.moving_price);
            subnet.price = long_decimal(input.price);
            subnet.miner_burned = wide_decimal(candidate.miner_burned);
            subnet.enabled = candidate.emission_enabled;
            subnet.offered = wide_decimal(input.emission);
            subnet.root_proportion = wide_decimal(input.root_proportion);
            subnet.alpha_allowed = wide_decimal(terms.alpha_in);
            subnet.wanted_alpha = if subnet.price > 0.0 { subnet.offered / subnet.price } else { 0.0 };
        }
        Note::Placed { netuid, tao_in, alpha_in, spent, bought, refused } => {
            let subnet = of(by_netuid, *netuid);
            (subnet.tao_in, subnet.alpha_in) = (tao_in.units(), alpha_in.units());
            (subnet.spent, subnet.bought) = (spent.units(), bought.units());
            subnet.refused = refused.units();
            told.tao_in += tao_in.units();
            told.spent += spent.units();
            told.refused += refused.units();
        }
        Note::SetAside { netuid, emission, accrual } => {
            let subnet = of(by_netuid, *netuid);
            subnet.alpha_out = emission.units();
            let parts = [accrual.owner, accrual.server, accrual.validator, accrual.root, accrual.recycled];
            let [owner, miners, validators, root, recycled] = parts.map(Alpha::units);
            let dust = emission.units().saturating_sub(owner + miners + validators + root + recycled);
            subnet.set_aside = SetAside { owner, miners, validators, root, recycled, dust };
        }
        Note::Claimed { coldkey, paid } => told.claims.push(claim_of(coldkey, paid)),
        _ => {}
    }
}

fn claim_of(coldkey: &AccountId, paid: &[Claimed]) -> AutomaticClaim {
    let line = |claimed: &Claimed| ClaimedDividend {
        netuid: claimed.netuid,
        hotkey: claimed.hotkey.to_string(),
        alpha: claimed.amount.units(),
        sold_for: claimed.sold_for.map(Tao::units),
    };
    let sold_for = paid.iter().filter_map(|claimed| claimed.sold_for).map(Tao::units).sum();
    AutomaticClaim { coldkey: coldkey.to_string(), sold_for, paid: paid.iter().map(line).collect() }
}

fn of(by_netuid: &mut BTreeMap<u16, SubnetEmission>, netuid: u16) -> &mut SubnetEmission {
    by_netuid.entry(netuid).or_insert_with(|| SubnetEmission { netuid, ..SubnetEmission::default() })
}

fn price_of(moving_price: I96F32) -> f64 {
    long_decimal(moving_price.convert::<U64F64>())
}

fn check(told: &Emission) -> Result<(), Disagreement> {
    let parts = [told.tao_in, told.spent, told.refused, told.destroyed];
    let parts = parts.iter().map(|&part| u128::from(part)).sum();
    adds_up(format!("the TAO of block {}", told.block), parts, told.minted.into())?;
    for subnet in &told.subnets {
        let SetAside { owner, miners, validators, root, recycled, dust } = subnet.set_aside;
        let parts = [owner, miners, validators, root, recycled, dust];
        let parts = parts.iter().map(|&part| u128::from(part)).sum();
        adds_up(format!("the alpha of subnet {}", subnet.netuid), parts, subnet.alpha_out.into())?;
    }
    Ok(())
}
