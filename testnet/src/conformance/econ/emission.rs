//! Halving, shares of the block's TAO, injection terms and moving prices (emission.md, pools.md section 10).

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::emission::flow::{FlowAverages, FlowRule, flow_shares as shares_by_flow};
use taonet_subnets::emission::shares::{Candidate, ShareRule, emissions, root_sells, shares};
use taonet_subnets::emission::terms::{InjectionRule, TermsInput, terms};
use taonet_subnets::emission::{root_proportion, shares as sharing, tao_weight};
use taonet_subnets::fixed::{I64F64, I96F32, U64F64, U96F32};
use taonet_subnets::halving;
use taonet_subnets::pool::{self, Averaging, Mechanism, Pool, QuoteWeight};

use super::{Text, texts};
use crate::conformance::{Case, Malformed, parse};

/// How far flow shares may be from those recorded, which were computed approximately: one thousandth.
const FLOW_TOLERANCE: u128 = (1 << 64) / 1_000;

pub(super) fn boundary(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        first_issuance_with_new_emission: u64,
        emission_before: u64,
        emission_after: u64,
    }
    let file: File = parse(item)?;
    let threshold = file.first_issuance_with_new_emission;
    let before = halving::block_emission(Tao::new(threshold.saturating_sub(1)));
    case.equal("emission_before", file.emission_before, before.units())?;
    case.equal("emission_after", file.emission_after, halving::block_emission(Tao::new(threshold)).units())
}

pub(super) fn block_emission(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        issuance: u64,
        emission: u64,
        error: Option<String>,
    }
    let file: File = parse(item)?;
    case.equal("error", file.error, Value::Null)?;
    case.equal("emission", file.emission, halving::block_emission(Tao::new(file.issuance)).units())?;
    case.equal("alpha emission", file.emission, halving::alpha_emission(Alpha::new(file.issuance)).units())
}

pub(super) fn price_shares(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Subnet {
        #[serde(rename = "netuid")]
        _netuid: u16,
        mechanism: u16,
        moving_price_bits: Text<i128>,
        miner_burned_bits: Text<u128>,
        emission_enabled: bool,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block_emission: u64,
        subnets: Vec<Subnet>,
        price_share_bits: Value,
        share_bits: Value,
        emission_bits: Value,
        root_sell_flag: bool,
    }
    let file: File = parse(item)?;
    let candidate = |subnet: &Subnet| Candidate {
        mechanism: if subnet.mechanism == 0 { Mechanism::Stable } else { Mechanism::Dynamic },
        moving_price: I96F32::from_bits(subnet.moving_price_bits.0),
        miner_burned: U96F32::from_bits(subnet.miner_burned_bits.0),
        emission_enabled: subnet.emission_enabled,
        flow: FlowAverages::default(),
    };
    let subnets: Vec<Candidate> = file.subnets.iter().map(candidate).collect();
    let by_price = sharing::price_shares(&subnets).into_iter().map(U64F64::to_bits);
    case.equal("price_share_bits", file.price_share_bits, texts(by_price))?;
    let by_rule = shares(ShareRule::PriceAndMiners, &subnets).into_iter().map(U64F64::to_bits);
    case.equal("share_bits", file.share_bits, texts(by_rule))?;
    let emitted = emissions(ShareRule::PriceAndMiners, Tao::new(file.block_emission), &subnets);
    case.equal("emission_bits", file.emission_bits, texts(emitted.into_iter().map(U96F32::to_bits)))?;
    case.equal("root_sell_flag", file.root_sell_flag, root_sells(&subnets))
}

pub(super) fn subnet_terms(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        tao_reserve: u64,
        alpha_reserve: u64,
        quote_weight: u64,
        alpha_out: u64,
        root_tao: u64,
        tao_weight: u64,
        tao_emission_bits: Text<u128>,
        root_proportion_bits: Text<u128>,
        tao_in_bits: Text<u128>,
        alpha_in_bits: Text<u128>,
        alpha_out_bits: Text<u128>,
        excess_tao_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    let quote_weight =
        QuoteWeight::new(file.quote_weight).ok_or("the weight is not between 0.01 and 0.99")?;
    let pool = Pool { quote_weight, ..Pool::new(Tao::new(file.tao_reserve), Alpha::new(file.alpha_reserve)) };
    let issuance = pool.alpha.saturating_add(Alpha::new(file.alpha_out));
    let proportion = root_proportion(Tao::new(file.root_tao), tao_weight(file.tao_weight), issuance);
    case.equal("root_proportion_bits", file.root_proportion_bits, Text(proportion.to_bits()))?;
    let input = TermsInput {
        emission: U96F32::from_bits(file.tao_emission_bits.0),
        block_emission: Tao::ZERO,
        alpha_emission: halving::alpha_emission(issuance),
        price: pool.price(),
        root_proportion: proportion,
    };
    let terms = terms(InjectionRule::RootProportion, &input);
    case.equal("tao_in_bits", file.tao_in_bits, Text(terms.tao_in.to_bits()))?;
    case.equal("alpha_in_bits", file.alpha_in_bits, Text(terms.alpha_in.to_bits()))?;
    case.equal("alpha_out_bits", file.alpha_out_bits, Text(terms.alpha_out.to_bits()))?;
    case.equal("excess_tao_bits", file.excess_tao_bits, Text(terms.excess.to_bits()))
}

pub(super) fn moving_price(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block: u64,
        first_emission_block: Option<u64>,
        halving_blocks: u64,
        moving_alpha_bits: Text<i128>,
        moving_price_bits: Text<i128>,
        price_bits: Text<u128>,
        after_3_consecutive_blocks_bits: Vec<Text<i128>>,
    }
    let file: File = parse(item)?;
    let alpha = I96F32::from_bits(file.moving_alpha_bits.0);
    let averaging = Averaging { alpha, halving_blocks: file.halving_blocks };
    let spot = U64F64::from_bits(file.price_bits.0);
    let mut price = I96F32::from_bits(file.moving_price_bits.0);
    let mut after = Vec::new();
    for block in (file.block..).take(file.after_3_consecutive_blocks_bits.len()) {
        price = pool::moving_price(price, spot, averaging, block, file.first_emission_block);
        after.push(Text(price.to_bits()));
    }
    case.equal("after_3_consecutive_blocks_bits", file.after_3_consecutive_blocks_bits, after)
}

pub(super) fn flow_shares(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Subnet {
        #[serde(rename = "netuid")]
        _netuid: u16,
        user_ema_bits: Text<i128>,
        user_flow: i64,
        protocol_ema_bits: Text<i128>,
        protocol_flow: i64,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        smoothing: u64,
        cutoff_bits: Text<i128>,
        exponent_bits: Text<u128>,
        net_flow_enabled: bool,
        subnets: Vec<Subnet>,
        user_ema_after_bits: Value,
        protocol_ema_after_bits: Value,
        share_bits: Vec<Text<u128>>,
    }
    let file: File = parse(item)?;
    let average = |subnet: &Subnet| {
        let [user, protocol] =
            [subnet.user_ema_bits, subnet.protocol_ema_bits].map(|Text(bits)| I64F64::from_bits(bits));
        FlowAverages { user, protocol }.after(file.smoothing, subnet.user_flow, subnet.protocol_flow)
    };
    let averages: Vec<FlowAverages> = file.subnets.iter().map(average).collect();
    case.equal(
        "user_ema_after_bits",
        file.user_ema_after_bits,
        texts(averages.iter().map(|f| f.user.to_bits())),
    )?;
    let protocol = texts(averages.iter().map(|flow| flow.protocol.to_bits()));
    case.equal("protocol_ema_after_bits", file.protocol_ema_after_bits, protocol)?;
    let rule = FlowRule {
        net: file.net_flow_enabled,
        cutoff: I64F64::from_bits(file.cutoff_bits.0),
        exponent: U64F64::from_bits(file.exponent_bits.0),
    };
    let mut got = shares_by_flow(rule, &averages).into_iter().map(U64F64::to_bits).collect::<Vec<_>>();
    // Within the tolerance a share counts as the one recorded.
    for (got, Text(recorded)) in got.iter_mut().zip(&file.share_bits) {
        if got.abs_diff(*recorded) <= FLOW_TOLERANCE {
            *got = *recorded;
        }
    }
    case.equal("share_bits", file.share_bits, texts(got))
}
