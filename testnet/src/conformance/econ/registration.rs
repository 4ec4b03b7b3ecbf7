//! Prices of slots and subnets, and who has to make room (registration.md).

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::amount::Tao;
use taonet_subnets::fixed::{I96F32, U64F64};
use taonet_subnets::halving;
use taonet_subnets::registration::burn::{self, BurnRule};
use taonet_subnets::registration::network::{self, LockPrice, Standing};
use taonet_subnets::registration::prune::{self, PruneRule, Slot};
use taonet_subnets::registration::seal::{self, Work};

use super::Text;
use crate::conformance::{Case, Malformed, parse};

pub(super) fn decay_factor(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    let (half_life, factor): (u16, u64) = parse(item)?;
    case.equal("factor", factor, burn::decay_factor(half_life))
}

pub(super) fn burn_trajectory(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        half_life: u16,
        increase_mult_bits: Text<u128>,
        initial_burn: u64,
        min_burn: u64,
        max_burn: u64,
        steps_block_burn_bumps: Vec<(u64, u64, Vec<u64>)>,
    }
    let file: File = parse(item)?;
    let rule = BurnRule {
        half_life: file.half_life,
        increase: U64F64::from_bits(file.increase_mult_bits.0),
        min: Tao::new(file.min_burn),
        max: Tao::new(file.max_burn),
    };
    let mut burn = Tao::new(file.initial_burn);
    let mut steps = Vec::new();
    for (block, _, bumps) in &file.steps_block_burn_bumps {
        burn = rule.decayed(burn, *block);
        let start = burn.units();
        let raised = bumps.iter().map(|_| {
            burn = rule.bumped(burn);
            burn.units()
        });
        let raised: Vec<u64> = raised.collect();
        steps.push((*block, start, raised));
    }
    case.equal("steps_block_burn_bumps", file.steps_block_burn_bumps, steps)
}

pub(super) fn lock_cost(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block: u64,
        last_lock: u64,
        last_lock_block: u64,
        min_lock: u64,
        reduction_interval: u64,
        total_issuance: u64,
        effective_interval: u64,
        lock_cost: u64,
    }
    let file: File = parse(item)?;
    let emission = halving::block_emission(Tao::new(file.total_issuance));
    let interval = network::reduction_interval(file.reduction_interval, emission);
    case.equal("effective_interval", file.effective_interval, interval)?;
    let price = LockPrice {
        min: Tao::new(file.min_lock),
        last: Tao::new(file.last_lock),
        last_block: file.last_lock_block,
        interval,
    };
    case.equal("lock_cost", file.lock_cost, price.at(file.block).units())
}

pub(super) fn pow_seal(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block_hash: String,
        hotkey: String,
        nonce: u64,
        difficulty: u64,
        seal: String,
        meets: bool,
    }
    let file: File = parse(item)?;
    let seal = Work::new(&bytes(&file.block_hash)?, &bytes(&file.hotkey)?).seal(file.nonce);
    case.equal("seal", file.seal, hex::encode(seal))?;
    case.equal("meets", file.meets, seal::meets(&seal, file.difficulty))
}

/// 32 bytes of hexadecimal text.
pub(super) fn bytes(text: &str) -> Result<[u8; 32], Malformed> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes)?;
    Ok(bytes)
}

pub(super) fn neuron_to_prune(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block: u64,
        immunity_period: u64,
        min_non_immune_uids: usize,
        immune_owner_uids_limit: usize,
        subnet_owner_hotkey_uid: Option<u16>,
        neurons_uid_emission_regblock_owned: Vec<(u16, u64, u64, bool)>,
        immortal_uids: Vec<u16>,
        prune_uid: Option<u16>,
    }
    let file: File = parse(item)?;
    let neurons = &file.neurons_uid_emission_regblock_owned;
    let slot = |&(uid, emission, registered, _): &(u16, u64, u64, bool)| Slot { uid, emission, registered };
    let slots: Vec<Slot> = neurons.iter().map(slot).collect();
    let owned: Vec<Slot> = neurons.iter().filter(|neuron| neuron.3).map(slot).collect();
    let immortal = prune::immortal_uids(&owned, file.subnet_owner_hotkey_uid, file.immune_owner_uids_limit);
    case.equal("immortal_uids", file.immortal_uids, &immortal)?;
    let rule = PruneRule { immunity_period: file.immunity_period, min_non_immune: file.min_non_immune_uids };
    case.equal("prune_uid", file.prune_uid, prune::neuron_to_prune(&slots, &immortal, file.block, rule))
}

pub(super) fn subnet_to_prune(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Subnet {
        netuid: u16,
        moving_price_bits: Text<i128>,
        registered_at: u64,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        block: u64,
        immunity: u64,
        subnets: Vec<Subnet>,
        prune: Option<u16>,
    }
    let file: File = parse(item)?;
    let standing = |subnet: &Subnet| Standing {
        netuid: subnet.netuid,
        moving_price: I96F32::from_bits(subnet.moving_price_bits.0),
        registered: subnet.registered_at,
    };
    let subnets: Vec<Standing> = file.subnets.iter().map(standing).collect();
    case.equal("prune", file.prune, network::subnet_to_prune(&subnets, file.block, file.immunity))
}

pub(super) fn median_price(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        prices_bits: Vec<Text<u128>>,
        median_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    let median = network::median_price(file.prices_bits.iter().map(|price| U64F64::from_bits(price.0)));
    case.equal("median_bits", file.median_bits, Text(median.to_bits()))
}
