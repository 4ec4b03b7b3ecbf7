//! Answers about the economy: subnets, neurons, weights, parameters.

use super::Facts;
use crate::{
    cli::{
        output::{amount, exact, grouped, share},
        table::{Column, Table},
    },
    proto,
};
use serde::Serialize;

pub(in crate::cli) fn subnets(answer: &proto::Subnets) -> String {
    let mut table = Table::new(&[
        (Column::Number, "NETUID"),
        (Column::Text, "NAME"),
        (Column::Number, "PRICE(τ)"),
        (Column::Number, "TAO POOL"),
        (Column::Number, "ALPHA POOL"),
        (Column::Number, "ALPHA OUT"),
        (Column::Number, "NEURONS"),
        (Column::Number, "TEMPO"),
        (Column::Number, "EPOCHS"),
        (Column::Text, "EMISSION"),
    ]);
    for subnet in &answer.subnets {
        let pool = pool_of(subnet);
        table.row([
            subnet.netuid.to_string(),
            named(subnet),
            amount(pool.price),
            compact(pool.tao),
            compact(pool.alpha),
            compact(pool.alpha_out),
            format!("{}/{}", subnet.neurons, subnet.max_neurons),
            subnet.tempo.to_string(),
            subnet.epochs.to_string(),
            emission(subnet).into(),
        ]);
    }
    table.to_string()
}

fn named(subnet: &proto::Subnet) -> String {
    format!("{} {}", subnet.name, subnet.symbol).trim().to_owned()
}

/// Root has members, but no emission of its own.
fn emission(subnet: &proto::Subnet) -> &'static str {
    match (subnet.netuid, subnet.emits, subnet.emission_enabled) {
        (0, ..) => "",
        (_, true, true) => "on",
        (_, true, false) => "alpha only",
        (_, false, _) => "off",
    }
}

/// The pool of a subnet, which a node always sends.
fn pool_of(subnet: &proto::Subnet) -> proto::Pool {
    subnet.pool.clone().unwrap_or_default()
}

pub(in crate::cli) fn subnet(metagraph: &proto::Metagraph) -> String {
    let Some(subnet) = &metagraph.subnet else { return String::new() };
    let owner = if subnet.owner.is_empty() { "nobody" } else { &subnet.owner };
    let pool = pool_of(subnet);
    let last = subnet.last_block.unwrap_or_default();
    let mut facts = Facts::default()
        .add("subnet", format_args!("{} {}", subnet.netuid, named(subnet)))
        .add("owner", owner)
        .add("price", format_args!("{} τ   (moving {} τ)", amount(pool.price), amount(pool.moving_price)))
        .add("pool", format_args!("{} τ, {} α", amount(pool.tao), amount(pool.alpha)))
        .add("outside", format_args!("{} α", amount(pool.alpha_out)))
        .add(
            "last block",
            format_args!("+{} τ, +{} α into the pool", amount(last.tao_in), amount(last.alpha_in)),
        )
        .add(
            "",
            format_args!("{} τ bought alpha, {} α set aside", amount(last.bought), amount(last.alpha_out)),
        )
        .add("epochs", epochs(subnet))
        .add("registration", format_args!("{} τ", exact(subnet.burn)))
        .add("neurons", format_args!("{} of {}", subnet.neurons, subnet.max_neurons));
    for reason in why_no_emission(subnet) {
        facts = facts.add("no emission", reason);
    }
    format!("{}\n{}", facts.0, self::metagraph(metagraph))
}

fn epochs(subnet: &proto::Subnet) -> String {
    let pending = subnet.pending.unwrap_or_default();
    let parts = [pending.miners, pending.validators, pending.root, pending.owner];
    let waiting = parts.into_iter().fold(0, u64::saturating_add);
    let next = match subnet.next_epoch_block {
        Some(block) => {
            format!("next at block {} (in {})", grouped(block), block.saturating_sub(subnet.height))
        }
        None => "none is due".into(),
    };
    format!("{} run, tempo {}, {next}, {} α wait", subnet.epochs, subnet.tempo, amount(waiting))
}

/// Everything that keeps a subnet from emitting, with what to do about it.
fn why_no_emission(subnet: &proto::Subnet) -> Vec<String> {
    let netuid = subnet.netuid;
    let sudo = |name| format!("sudo can run `taonet hparams set {name} true --netuid {netuid}`");
    let checks = [
        (subnet.started, format!("not started: its owner can run `taonet subnets start {netuid}`")),
        (subnet.emission_enabled, format!("no share of TAO: {}", sudo("emission_enabled"))),
        (subnet.emits || !subnet.started, format!("registration is off: {}", sudo("registration_allowed"))),
    ];
    let failed = checks.into_iter().filter(|(fine, _)| !fine && netuid != 0);
    failed.map(|(_, reason)| reason).collect()
}

/// The price of a subnet's alpha for programs.
#[derive(Serialize)]
pub(in crate::cli) struct Price {
    height: u64,
    netuid: u32,
    price: u64,
    moving_price: u64,
}

pub(in crate::cli) fn price_of(subnet: &proto::Subnet) -> Price {
    let pool = pool_of(subnet);
    Price { height: subnet.height, netuid: subnet.netuid, price: pool.price, moving_price: pool.moving_price }
}

pub(in crate::cli) fn price(price: &Price) -> String {
    format!(
        "1 α of subnet {} = {} τ   (moving {} τ)",
        price.netuid,
        amount(price.price),
        amount(price.moving_price)
    )
}

pub(in crate::cli) fn metagraph(metagraph: &proto::Metagraph) -> String {
    let height = metagraph.subnet.as_ref().map_or(0, |subnet| subnet.height);
    let mut table = Table::new(&[
        (Column::Number, "UID"),
        (Column::Address, "HOTKEY"),
        (Column::Address, "COLDKEY"),
        (Column::Number, "STAKE(α)"),
        (Column::Text, "VPERMIT"),
        (Column::Number, "VTRUST"),
        (Column::Number, "CONSENSUS"),
        (Column::Number, "INCENTIVE"),
        (Column::Number, "DIVIDENDS"),
        (Column::Number, "EMISSION"),
        (Column::Number, "UPDATED"),
        (Column::Text, "AXON"),
    ]);
    for neuron in &metagraph.neurons {
        table.row([
            neuron.uid.to_string(),
            neuron.hotkey.clone(),
            neuron.coldkey.clone(),
            compact(neuron.stake),
            if neuron.validator_permit { "*".into() } else { String::new() },
            share(neuron.validator_trust),
            share(neuron.consensus),
            share(neuron.incentive),
            share(neuron.dividends),
            compact(neuron.emission),
            height.saturating_sub(neuron.last_update).to_string(),
            neuron.axon.as_ref().map(place).unwrap_or_default(),
        ]);
    }
    table.to_string()
}

/// Where an axon listens; on this computer only the port matters.
fn place(axon: &proto::Axon) -> String {
    if axon.ip == "127.0.0.1" { format!(":{}", axon.port) } else { format!("{}:{}", axon.ip, axon.port) }
}

/// An amount in at most eight characters: `1,234.57`, `123.46k`, `1.23M`.
pub(super) fn compact(units: u64) -> String {
    let hundredths = units / 10_000_000;
    match hundredths {
        0..1_000_000 => format!("{}.{:02}", grouped(hundredths / 100), hundredths % 100),
        1_000_000..100_000_000 => format!("{}.{:02}k", hundredths / 100_000, hundredths / 1_000 % 100),
        _ => format!("{}.{:02}M", hundredths / 100_000_000, hundredths / 1_000_000 % 100),
    }
}

pub(in crate::cli) fn weights(weights: &proto::Weights) -> String {
    let mut table = Table::new(&[(Column::Number, "UID"), (Column::Text, "WEIGHTS (UID:SHARE)")]);
    for row in &weights.rows {
        let total: u64 = row.values.iter().map(|&value| u64::from(value)).sum();
        let part = |(uid, value): (&u32, &u32)| {
            let part = u32::try_from(u64::from(*value) * 65_535 / total.max(1)).unwrap_or(u32::MAX);
            format!("{uid}:{}", share(part))
        };
        let parts: Vec<String> = row.uids.iter().zip(&row.values).map(part).collect();
        table.row([row.uid.to_string(), parts.join(" ")]);
    }
    table.to_string()
}

pub(in crate::cli) fn parameters(answer: &proto::Parameters) -> String {
    if let [one] = answer.parameters.as_slice() {
        return Facts::default()
            .add("parameter", format_args!("{} (number {}, {})", one.name, one.number, one.r#type))
            .add("value", &one.value)
            .add("unit", &one.unit)
            .add("default", &one.default_value)
            .add("range", range(one))
            .add("set by", setter(one))
            .add("meaning", &one.doc)
            .0;
    }
    let mut table = Table::new(&[
        (Column::Text, "NAME"),
        (Column::Number, "VALUE"),
        (Column::Number, "DEFAULT"),
        (Column::Text, "RANGE"),
        (Column::Text, "UNIT"),
        (Column::Text, "WHO"),
    ])
    .uncut();
    for parameter in &answer.parameters {
        table.row([
            parameter.name.clone(),
            parameter.value.clone(),
            parameter.default_value.clone(),
            range(parameter),
            parameter.unit.clone(),
            parameter.who.clone(),
        ]);
    }
    table.to_string()
}

/// Who may set it; the owner's range only where it is another one.
fn setter(parameter: &proto::Parameter) -> String {
    match (&parameter.owner_min, &parameter.owner_max) {
        (Some(min), Some(max)) if (min, max) != (&parameter.min, &parameter.max) => {
            format!("{}, from {min} to {max}; root", parameter.who)
        }
        _ => parameter.who.clone(),
    }
}

fn range(parameter: &proto::Parameter) -> String {
    format!("{}..{}", parameter.min, parameter.max)
}

/// The price of a new subnet, for programs.
#[derive(Serialize)]
pub(in crate::cli) struct LockCost {
    pub(in crate::cli) height: u64,
    pub(in crate::cli) lock_cost: u64,
}

pub(in crate::cli) fn lock_cost(cost: &LockCost) -> String {
    format!("a new subnet costs {} τ in block {}", exact(cost.lock_cost), grouped(cost.height + 1))
}

pub(in crate::cli) fn economy(economy: &proto::Economy) -> String {
    Facts::default()
        .add("issuance", format_args!("{} τ", amount(economy.issuance)))
        .add("staked", format_args!("{} τ", amount(economy.staked)))
        .add("a block mints", format_args!("{} τ", amount(economy.block_emission)))
        .add("subnets", economy.subnets)
        .add("a new one", format_args!("{} τ", exact(economy.lock_cost)))
        .add("sudo", &economy.sudo)
        .0
}
