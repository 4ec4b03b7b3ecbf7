//! Payouts of an epoch: parents, kinds of stake, takes, shares and claims (emission.md sections 8 and 9).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::claims;
use taonet_subnets::emission::dividends::{Earned, miner_burned, split_by_stake, split_take};
use taonet_subnets::emission::parents::{
    ChildTerms, HotkeyStake, Parent, self_contribution, share_with_parents,
};
use taonet_subnets::emission::tao_weight;
use taonet_subnets::fixed::{I96F32, U96F32};
use taonet_subnets::share_pool::{SafeFloat, SharePool};
use taonet_subnets::yuma::stake;

use super::Text;
use super::registration::bytes;
use super::share_pool::{FileFloat, written};
use crate::conformance::{Case, Malformed, parse};

/// The weight of TAO with which the payouts were recorded.
const TAO_WEIGHT: u64 = 971_718_665_099_567_868;

pub(super) fn auto_claim_indices(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block_hash: String,
        k: u64,
        n: u64,
        indices: BTreeSet<u64>,
    }
    let file: File = parse(item)?;
    let indices = claims::auto_claim_indices(&bytes(&file.block_hash)?, file.k, file.n);
    case.equal("indices", file.indices, indices)
}

pub(super) fn validator_split(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Hotkey {
        hotkey: u64,
        dividend: u64,
        alpha_stake: u64,
        root_stake: u64,
        in_stake_map: bool,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        hotkeys: Vec<Hotkey>,
        pending_validator_alpha: u64,
        pending_root_alpha: u64,
        tao_weight_bits: Text<u128>,
        alpha_dividends_bits: Value,
        root_dividends_bits: Value,
    }
    let file: File = parse(item)?;
    // Who is not in the stake map gets nothing and is not listed.
    let mut hotkeys: Vec<&Hotkey> = file.hotkeys.iter().filter(|hotkey| hotkey.in_stake_map).collect();
    hotkeys.sort_by_key(|hotkey| hotkey.hotkey);
    let earned = |hotkey: &&Hotkey| Earned {
        dividend: hotkey.dividend,
        stake: HotkeyStake { alpha: Alpha::new(hotkey.alpha_stake), root: Tao::new(hotkey.root_stake) },
    };
    let split = split_by_stake(
        Alpha::new(file.pending_validator_alpha),
        Alpha::new(file.pending_root_alpha),
        U96F32::from_bits(file.tao_weight_bits.0),
        &hotkeys.iter().map(earned).collect::<Vec<_>>(),
    );
    let paid = || hotkeys.iter().map(|hotkey| hotkey.hotkey).zip(&split);
    let alpha: Vec<_> = paid().map(|(hotkey, paid)| (hotkey, Text(paid.alpha.to_bits()))).collect();
    let root: Vec<_> = paid().map(|(hotkey, paid)| (hotkey, Text(paid.root.to_bits()))).collect();
    case.equal("alpha_dividends_bits", file.alpha_dividends_bits, alpha)?;
    case.equal("root_dividends_bits", file.root_dividends_bits, root)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChildFile {
    hotkey: u64,
    coldkey: u64,
    alpha_stake: u64,
    root_stake: u64,
    childkey_take: u16,
    children_proportions: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParentFile {
    hotkey: u64,
    coldkey: u64,
    alpha_stake: u64,
    root_stake: u64,
    proportion: u64,
}

pub(super) fn parent_child(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        child: ChildFile,
        parents: Vec<ParentFile>,
        ck_burn: u64,
        dividend: u64,
        self_contribution: u64,
        inherited_alpha: u64,
        inherited_root: u64,
        stake_weight_bits: Text<i128>,
        payout: Vec<(u64, u64)>,
        recycled_alpha: u64,
    }
    let file: File = parse(item)?;
    let (child, parents) = (&file.child, &file.parents);
    let weight = tao_weight(TAO_WEIGHT);
    let own_stake = HotkeyStake { alpha: Alpha::new(child.alpha_stake), root: Tao::new(child.root_stake) };
    let own = self_contribution(own_stake, &child.children_proportions, weight);
    case.equal("self_contribution", file.self_contribution, own)?;
    let lent = |stake: fn(&ParentFile) -> u64| {
        parents.iter().map(|parent| (stake(parent), parent.proportion)).collect::<Vec<_>>()
    };
    let children = &child.children_proportions;
    let alpha = stake::inherited(child.alpha_stake, children, &lent(|parent| parent.alpha_stake));
    let root = stake::inherited(child.root_stake, children, &lent(|parent| parent.root_stake));
    case.equal("inherited_alpha", file.inherited_alpha, alpha)?;
    case.equal("inherited_root", file.inherited_root, root)?;
    case.equal(
        "stake_weight_bits",
        file.stake_weight_bits,
        Text(stake::total(alpha, root, TAO_WEIGHT).to_bits()),
    )?;

    let lender = |parent: &ParentFile| Parent {
        stake: HotkeyStake { alpha: Alpha::new(parent.alpha_stake), root: Tao::new(parent.root_stake) },
        proportion: parent.proportion,
        same_owner: parent.coldkey == child.coldkey,
    };
    let lenders: Vec<Parent> = parents.iter().map(lender).collect();
    let terms = ChildTerms { take: child.childkey_take, burn: file.ck_burn, tao_weight: weight };
    let payout = share_with_parents(file.dividend, own, &lenders, &terms);
    let mut paid: Vec<(u64, u64)> =
        parents.iter().zip(&payout.parents).map(|(parent, paid)| (parent.hotkey, paid.units())).collect();
    paid.push((child.hotkey, payout.own.units()));
    case.equal("payout", file.payout, paid)?;
    case.equal("recycled_alpha", file.recycled_alpha, payout.recycled.units())
}

/// A hotkey of a payout case: its stakes before, and what it is paid (none: it is not in that map).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaidHotkey {
    #[serde(rename = "uid")]
    _uid: u16,
    hotkey: u64,
    coldkey: u64,
    take: u16,
    own_stake: u64,
    nominator: u64,
    nominator_stake: u64,
    root_stake: u64,
    incentive: Option<u64>,
    alpha_dividend_bits: Option<Text<u128>>,
    root_dividend_bits: Option<Text<u128>>,
    auto_stake_to_77: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distribution {
    hotkeys: Vec<PaidHotkey>,
    has_owner: bool,
    owner_hotkey: u64,
    owner_coldkey: u64,
    owner_cut: u64,
    recycle_or_burn: RecycleOrBurn,
    after: DistributionAfter,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecycleOrBurn {
    Recycle,
    Burn,
    /// The default, which is to burn.
    Unset,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DistributionAfter {
    alpha_out_decrease: u64,
    miner_burned_bits: Text<u128>,
    hotkey_totals: Vec<(u64, u64)>,
    root_claimable_bits: Vec<(u64, Text<i128>)>,
    stakes_hot_cold_value_share: Vec<(u64, u64, u64, FileFloat)>,
}

/// The hotkey that auto-stake goes to in the files.
const AUTO_STAKE_HOTKEY: u64 = 77;

/// The tables that a payout changes.
#[derive(Default)]
struct Tables {
    pools: BTreeMap<u64, SharePool>,
    shares: BTreeMap<(u64, u64), SafeFloat>,
    rates: BTreeMap<u64, I96F32>,
    recycled: u64,
}

impl Tables {
    fn stake(&mut self, hotkey: u64, coldkey: u64, amount: Alpha) {
        let share = self.shares.entry((hotkey, coldkey)).or_default();
        *share = self.pools.entry(hotkey).or_default().deposit(*share, amount);
    }

    /// The payout of emission.md section 8.4, in its order. Returns the fraction withheld from the owner's miners.
    fn pay(&mut self, file: &Distribution) -> U96F32 {
        if file.has_owner {
            self.stake(file.owner_hotkey, file.owner_coldkey, Alpha::new(file.owner_cut));
        }
        let mut hotkeys: Vec<&PaidHotkey> = file.hotkeys.iter().collect();
        hotkeys.sort_by_key(|hotkey| hotkey.hotkey);
        let burned = self.pay_miners(file, &hotkeys);
        for hotkey in &hotkeys {
            if let Some(Text(dividend)) = hotkey.alpha_dividend_bits {
                let (take, rest) = split_take(U96F32::from_bits(dividend), hotkey.take);
                self.stake(hotkey.hotkey, hotkey.coldkey, take);
                self.pools.entry(hotkey.hotkey).or_default().distribute(rest);
            }
        }
        for hotkey in &hotkeys {
            if let Some(Text(dividend)) = hotkey.root_dividend_bits {
                self.pay_root(hotkey, U96F32::from_bits(dividend));
            }
        }
        burned
    }

    fn pay_miners(&mut self, file: &Distribution, hotkeys: &[&PaidHotkey]) -> U96F32 {
        let (mut withheld, mut total) = (0, 0);
        for hotkey in hotkeys {
            let Some(incentive) = hotkey.incentive else { continue };
            total += incentive;
            let owners = hotkey.coldkey == file.owner_coldkey || hotkey.hotkey == file.owner_hotkey;
            if file.has_owner && owners {
                withheld += incentive;
                self.recycled += if file.recycle_or_burn == RecycleOrBurn::Recycle { incentive } else { 0 };
            } else {
                let destination = if hotkey.auto_stake_to_77 { AUTO_STAKE_HOTKEY } else { hotkey.hotkey };
                self.stake(destination, hotkey.coldkey, Alpha::new(incentive));
            }
        }
        miner_burned(withheld, total)
    }

    fn pay_root(&mut self, hotkey: &PaidHotkey, dividend: U96F32) {
        let (take, rest) = split_take(dividend, hotkey.take);
        self.stake(hotkey.hotkey, hotkey.coldkey, take);
        let rate = self.rates.get(&hotkey.hotkey).copied().unwrap_or_default();
        match claims::credit(rate, rest, Tao::new(hotkey.root_stake)) {
            Some(rate) => drop(self.rates.insert(hotkey.hotkey, rate)),
            None => self.stake(hotkey.hotkey, hotkey.coldkey, rest),
        }
    }
}

pub(super) fn distribution(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    let file: Distribution = parse(item)?;
    let mut tables = Tables::default();
    for hotkey in &file.hotkeys {
        tables.stake(hotkey.hotkey, hotkey.coldkey, Alpha::new(hotkey.own_stake));
        tables.stake(hotkey.hotkey, hotkey.nominator, Alpha::new(hotkey.nominator_stake));
    }
    let burned = tables.pay(&file);
    let after = file.after;
    case.equal("alpha_out_decrease", after.alpha_out_decrease, tables.recycled)?;
    case.equal("miner_burned_bits", after.miner_burned_bits, Text(burned.to_bits()))?;
    let totals: Vec<_> = tables.pools.iter().map(|(hotkey, pool)| (hotkey, pool.value.units())).collect();
    case.equal("hotkey_totals", after.hotkey_totals, totals)?;
    let rates: Vec<_> = tables.rates.iter().map(|(hotkey, rate)| (hotkey, Text(rate.to_bits()))).collect();
    case.equal("root_claimable_bits", after.root_claimable_bits, rates)?;
    let stakes: Vec<_> = tables
        .shares
        .iter()
        .filter(|(_, share)| !share.is_zero())
        .map(|(&(hotkey, coldkey), &share)| {
            let value = tables.pools.get(&hotkey).map_or(0, |pool| pool.value_of(share).units());
            (hotkey, coldkey, value, written(share))
        })
        .collect();
    case.equal("stakes_hot_cold_value_share", after.stakes_hot_cold_value_share, stakes)
}
