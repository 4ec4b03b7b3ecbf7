//! The rules around the epoch, one item at a time.

use serde::Deserialize;
use serde_json::{Value, json};
use taonet_subnets::fixed::I32F32;
use taonet_subnets::yuma::consensus::consensus;
use taonet_subnets::yuma::liquid::LiquidAlpha;
use taonet_subnets::yuma::schedule::{Counters, Turn};
use taonet_subnets::yuma::submission::{self, Commitment};
use taonet_subnets::yuma::{Params, Rows, exponential, mechanisms, numbers, stake as stakes};

use crate::conformance::{Case, Malformed, parse};

type Outcome = Result<(), Malformed>;

fn fixed(raw: Vec<i64>) -> Vec<I32F32> {
    raw.into_iter().map(I32F32::from_bits).collect()
}

fn raw(values: &[I32F32]) -> Vec<i64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// `[a, b, a op b]`, raw.
fn binary(case: &mut Case, item: &Value, operation: fn(I32F32, I32F32) -> I32F32) -> Outcome {
    let [a, b, expected]: [i64; 3] = parse(item)?;
    case.equal("result", expected, operation(I32F32::from_bits(a), I32F32::from_bits(b)).to_bits())
}

pub(super) fn mul(case: &mut Case, item: &Value) -> Outcome {
    binary(case, item, I32F32::mul)
}

pub(super) fn div_safe(case: &mut Case, item: &Value) -> Outcome {
    binary(case, item, I32F32::div)
}

pub(super) fn div_saturating(case: &mut Case, item: &Value) -> Outcome {
    binary(case, item, I32F32::saturating_div)
}

pub(super) fn exp(case: &mut Case, item: &Value) -> Outcome {
    let [x, expected]: [i64; 2] = parse(item)?;
    case.equal("exp", expected, exponential::exp(I32F32::from_bits(x)).to_bits())
}

pub(super) fn proportion_to_u16(case: &mut Case, item: &Value) -> Outcome {
    let [x, expected]: [i64; 2] = parse(item)?;
    case.equal("u16", expected, numbers::proportion_to_u16(I32F32::from_bits(x)))
}

pub(super) fn normalize(case: &mut Case, item: &Value) -> Outcome {
    let mut values = fixed(parse(&item["in"])?);
    numbers::normalize(&mut values);
    case.equal("out", &item["out"], raw(&values))
}

pub(super) fn weighted_median(case: &mut Case, item: &Value) -> Outcome {
    #[derive(Deserialize)]
    struct Item {
        stake: Vec<i64>,
        score: Vec<i64>,
        kappa: i64,
        median: i64,
    }
    let Item { stake, score, kappa, median } = parse(item)?;
    let mut column = Rows::default();
    for score in score {
        column.append(1, [(0, I32F32::from_bits(score), true)].into_iter());
    }
    let got = consensus(&column, &fixed(stake), 1, I32F32::from_bits(kappa));
    case.equal("median", [median], raw(&got))
}

pub(super) fn liquid_alpha(case: &mut Case, item: &Value) -> Outcome {
    #[derive(Deserialize)]
    struct Item {
        consensus: i64,
        weight: i64,
        bond: i64,
        alpha_low: u16,
        alpha_high: u16,
        steepness: i16,
        alpha: i64,
    }
    let item: Item = parse(item)?;
    let [consensus, weight, bond] = [item.consensus, item.weight, item.bond].map(I32F32::from_bits);
    let liquid = LiquidAlpha::new(&Params {
        alpha_low: item.alpha_low,
        alpha_high: item.alpha_high,
        alpha_sigmoid_steepness: item.steepness,
        ..Params::default()
    });
    let rate = liquid.rate(LiquidAlpha::distance(consensus, weight, bond));
    case.equal("alpha", item.alpha, rate.to_bits())
}

pub(super) fn stake(case: &mut Case, item: &Value) -> Outcome {
    let (alpha, tao): (Vec<u64>, Vec<u64>) = (parse(&item["alpha_stake"])?, parse(&item["tao_stake"])?);
    let tao_weight: u64 = parse(&item["tao_weight"])?;
    let totals: Vec<_> =
        alpha.iter().zip(&tao).map(|(&alpha, &tao)| stakes::total(alpha, tao, tao_weight)).collect();
    let bits: Vec<String> = totals.iter().map(|total| total.to_bits().to_string()).collect();
    let floors: Vec<u64> = totals.iter().map(|total| total.to_u64()).collect();
    case.equal("total_bits", &item["total_bits"], bits)?;
    case.equal("total_floor", &item["total_floor"], floors)?;
    case.equal("normalized", &item["normalized"], raw(&stakes::shares(&totals)))
}

pub(super) fn inherited(case: &mut Case, item: &Value) -> Outcome {
    #[derive(Deserialize)]
    struct Link {
        parent: usize,
        child: usize,
        proportion: u64,
    }
    let links: Vec<Link> = parse(&item["links"])?;
    for (field, result) in [("alpha", "inherited_alpha"), ("tao", "inherited_tao")] {
        let base: Vec<u64> = parse(&item[field])?;
        let mut got = Vec::with_capacity(base.len());
        for (key, &own) in base.iter().enumerate() {
            let children = links.iter().filter(|link| link.parent == key).map(|link| link.proportion);
            let parents = links.iter().filter(|link| link.child == key).map(|link| {
                let stake = base.get(link.parent).ok_or("a link names a key that does not exist")?;
                Ok::<_, Malformed>((*stake, link.proportion))
            });
            got.push(stakes::inherited(
                own,
                &children.collect::<Vec<_>>(),
                &parents.collect::<Result<Vec<_>, _>>()?,
            ));
        }
        case.equal(result, &item[result], got)?;
    }
    Ok(())
}

pub(super) fn split(case: &mut Case, item: &Value) -> Outcome {
    let split: Option<Vec<u16>> = parse(&item["split"])?;
    let parts =
        mechanisms::split_emission(parse(&item["emission"])?, parse(&item["count"])?, split.as_deref());
    case.equal("parts", &item["parts"], parts)
}

pub(super) fn upscale(case: &mut Case, item: &Value) -> Outcome {
    let values: Vec<u16> = parse(&item["in"])?;
    case.equal("out", &item["out"], submission::max_upscale(&values))
}

pub(super) fn commit_hash(case: &mut Case, item: &Value) -> Outcome {
    #[derive(Deserialize)]
    struct Item {
        hotkey: String,
        storage_index: u16,
        uids: Vec<u16>,
        values: Vec<u16>,
        salt: Vec<u16>,
        version_key: u64,
        preimage: String,
        hash: String,
    }
    let Item { hotkey, storage_index, uids, values, salt, version_key, preimage, hash } = parse(item)?;
    let hotkey: [u8; 32] = hex::FromHex::from_hex(hotkey)?;
    let commitment =
        Commitment { hotkey: &hotkey, storage_index, uids: &uids, values: &values, salt: &salt, version_key };
    case.equal("preimage", preimage, hex::encode(commitment.preimage()))?;
    case.equal("hash", hash, hex::encode(commitment.hash()))
}

/// A subnet's clock, as the files write it.
#[derive(Deserialize)]
struct Clock {
    netuid: u16,
    tempo: u16,
    last_epoch_block: u64,
    pending_epoch_at: u64,
    blocks_since_last_step: u64,
    epoch_index: u64,
    last_step_block: u64,
}

/// What is done to a subnet after the epochs of a block.
#[derive(Deserialize)]
struct Action {
    after_block: u64,
    netuid: u16,
    action: String,
    value: u64,
}

pub(super) fn schedule(case: &mut Case, item: &Value) -> Outcome {
    let max_epochs: u8 = parse(&item["max_epochs_per_block"])?;
    let actions: Vec<Action> = parse(&item["actions"])?;
    let mut subnets = clocks(parse(&item["subnets"])?);
    let blocks = item["blocks"].as_array().ok_or("it has no list of blocks")?;
    for expected in blocks {
        let block: u64 = parse(&expected["block"])?;
        let (mut ran, mut deferred, mut epochs_run) = (Vec::new(), Vec::new(), 0);
        for (netuid, counters) in &mut subnets {
            match counters.enter_block(block, &mut epochs_run, max_epochs, true) {
                Turn::Run => ran.push(*netuid),
                Turn::Deferred => deferred.push(*netuid),
                Turn::Wait | Turn::Skipped => {}
            }
        }
        for (_, counters) in subnets.iter_mut().filter(|(netuid, _)| ran.contains(netuid)) {
            counters.stepped(block);
        }
        case.equal(&format!("block {block} ran"), &expected["ran"], &ran)?;
        case.equal(&format!("block {block} deferred"), &expected["deferred"], &deferred)?;
        for action in actions.iter().filter(|action| action.after_block == block) {
            act(action, &mut subnets)?;
        }
    }
    let got: Vec<Value> = subnets.iter().map(|(netuid, counters)| final_state(*netuid, counters)).collect();
    case.equal("final", &item["final"], got)
}

/// The clocks in ascending order of their subnets.
fn clocks(mut clocks: Vec<Clock>) -> Vec<(u16, Counters)> {
    clocks.sort_by_key(|clock| clock.netuid);
    let counters = |clock: Clock| Counters {
        tempo: clock.tempo,
        last_epoch_block: clock.last_epoch_block,
        pending_epoch_at: clock.pending_epoch_at,
        blocks_since_last_step: clock.blocks_since_last_step,
        epoch_index: clock.epoch_index,
        last_step_block: clock.last_step_block,
    };
    clocks.into_iter().map(|clock| (clock.netuid, counters(clock))).collect()
}

fn act(action: &Action, subnets: &mut [(u16, Counters)]) -> Outcome {
    let subnet = subnets.iter_mut().find(|(netuid, _)| *netuid == action.netuid);
    let (_, counters) = subnet.ok_or("an action names a subnet that does not exist")?;
    match action.action.as_str() {
        "trigger" => counters.pending_epoch_at = action.value,
        "tempo" => counters.set_tempo(u16::try_from(action.value)?, action.after_block),
        other => return Err(format!("the action {other:?} is not known").into()),
    }
    Ok(())
}

fn final_state(netuid: u16, counters: &Counters) -> Value {
    json!({
        "netuid": netuid,
        "last_epoch_block": counters.last_epoch_block,
        "pending_epoch_at": counters.pending_epoch_at,
        "blocks_since_last_step": counters.blocks_since_last_step,
        "epoch_index": counters.epoch_index,
        "last_step_block": counters.last_step_block,
    })
}
