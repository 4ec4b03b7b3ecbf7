//! Answers as people read them. Programs take `--json`.

use super::{
    output::{amount, grouped, share},
    table::{Column, Table},
};
use crate::proto;
use serde::Serialize;
use std::fmt::Write;

/// A list of facts: names to the left, values to the right.
#[derive(Default)]
struct Facts(String);

impl Facts {
    fn add(mut self, name: &str, value: impl std::fmt::Display) -> Facts {
        // Writing into a string cannot fail.
        let _ = writeln!(self.0, "{name:<14}{value}");
        self
    }
}

pub(super) fn status(status: &proto::Status) -> String {
    let kind = if status.dev { "development" } else { "network" };
    let authorities: Vec<String> =
        status.authorities.iter().map(|authority| short(&authority.account, 13)).collect();
    Facts::default()
        .add("node", format_args!("{} (taonet {})", status.name, status.version))
        .add("network", format_args!("{} ({kind}, genesis {})", status.network, short(&status.genesis, 16)))
        .add("height", grouped(status.height))
        .add("block", &status.hash)
        .add("state root", &status.state_root)
        .add("round", status.round)
        .add("peers", status.peers)
        .add("mempool", status.mempool)
        .add("memory", format_args!("{} MiB", status.rss_bytes >> 20))
        .add("slot", format_args!("{} ms", status.slot_ms))
        .add("authorities", authorities.join(" "))
        .0
}

pub(super) fn block(block: &proto::Block) -> String {
    let mut text = Facts::default()
        .add("block", grouped(block.height))
        .add("hash", &block.hash)
        .add("parent", &block.parent)
        .add("time", format_args!("{} ms since 1970", block.timestamp_ms))
        .add("proposer", &block.proposer)
        .add("round", block.round)
        .add("state root", &block.state_root)
        .add("signed by", format_args!("{} authorities", block.signers.len()))
        .0;
    if !block.transactions.is_empty() {
        let mut table = Table::new(&[
            (Column::Number, "#"),
            (Column::Address, "TRANSACTION"),
            (Column::Address, "SIGNER"),
            (Column::Text, "CALL"),
            (Column::Text, "RESULT"),
        ]);
        for transaction in &block.transactions {
            let result = transaction.error.as_ref().map_or("ok", |error| error.name.as_str());
            table.row([
                transaction.position.to_string(),
                transaction.id.clone(),
                transaction.signer.clone(),
                transaction.call.clone(),
                result.into(),
            ]);
        }
        let _ = write!(text, "\n{table}");
    }
    if !block.events.is_empty() {
        text.push_str("\nEvents\n");
        block.events.iter().for_each(|event| text.push_str(&event_line(event)));
    }
    text
}

pub(super) fn submitted(reply: &proto::SubmitTransactionReply) -> String {
    format!("waiting for a block; look it up with\n  taonet query tx {}", reply.id)
}

pub(super) fn executed(executed: &proto::ExecutedTransaction) -> String {
    let mut text = Facts::default()
        .add("call", format_args!("{} by {}", executed.call, executed.signer))
        .add("transaction", &executed.id)
        .add("block", format_args!("{} (position {})", grouped(executed.height), executed.position))
        .add("fee", format_args!("{} τ", amount(executed.fee)))
        .0;
    match &executed.error {
        None => text.push_str("result        ok\n"),
        Some(error) => {
            let _ = writeln!(text, "result        {} ({}, {})", error.name, error.number, error.code);
            let _ = writeln!(text, "              {}\ntry           {}", error.sentence, error.remedy);
        }
    }
    executed.events.iter().for_each(|event| text.push_str(&event_line(event)));
    text
}

pub(super) fn forecast(call: &str, forecast: &proto::Forecast) -> String {
    let mut text = format!("{call} would work now, for a fee of {} τ\n", amount(forecast.fee));
    forecast.events.iter().for_each(|event| text.push_str(&event_line(event)));
    text
}

/// An event with the height of its block.
#[derive(Serialize)]
pub(super) struct At {
    pub(super) height: u64,
    #[serde(flatten)]
    pub(super) event: proto::Event,
}

pub(super) fn event(at: &At) -> String {
    format!("{:>8} {}", at.height, event_line(&at.event))
}

fn event_line(event: &proto::Event) -> String {
    wrapped(&format!("  {} {}", event.name, event.fields_json.replace('"', "").replace(',', ", ")))
}

/// Breaks a text at spaces, so that no line is wider than the screen.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split_inclusive(' ') {
        let length = word.chars().count();
        if width > 0 && width + word.trim_end().chars().count() > 90 {
            out.push_str("\n      ");
            width = 6;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
    out
}

pub(super) fn account(account: &proto::Account) -> String {
    let mut facts = Facts::default()
        .add("account", &account.account)
        .add("balance", format_args!("{} τ", amount(account.balance)))
        .add("nonce", account.nonce);
    if !account.owner.is_empty() {
        facts = facts.add("owned by", &account.owner);
    }
    for hotkey in &account.hotkeys {
        facts = facts.add("hotkey", hotkey);
    }
    if account.stakes.is_empty() { facts.0 } else { format!("{}\n{}", facts.0, stakes(&account.stakes)) }
}

pub(super) fn stakes(stakes: &[proto::Stake]) -> String {
    if stakes.is_empty() {
        return "no stake\n".into();
    }
    let mut table = Table::new(&[
        (Column::Number, "NETUID"),
        (Column::Address, "HOTKEY"),
        (Column::Number, "STAKE(α)"),
        (Column::Number, "VALUE(τ)"),
    ]);
    for stake in stakes {
        table.row([stake.netuid.to_string(), stake.hotkey.clone(), amount(stake.alpha), amount(stake.worth)]);
    }
    table.to_string()
}

pub(super) fn subnets(answer: &proto::Subnets) -> String {
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
            if subnet.emits { "on".into() } else { "off".into() },
        ]);
    }
    table.to_string()
}

fn named(subnet: &proto::Subnet) -> String {
    format!("{} {}", subnet.name, subnet.symbol).trim().to_owned()
}

/// The pool of a subnet, which a node always sends.
fn pool_of(subnet: &proto::Subnet) -> proto::Pool {
    subnet.pool.clone().unwrap_or_default()
}

pub(super) fn subnet(metagraph: &proto::Metagraph) -> String {
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
        .add("last block", format_args!("+{} τ, +{} α into the pool", amount(last.tao_in), amount(last.alpha_in)))
        .add("", format_args!("{} τ bought alpha, {} α set aside", amount(last.bought), amount(last.alpha_out)))
        .add("epochs", epochs(subnet))
        .add("registration", format_args!("{} τ", amount(subnet.burn)))
        .add("neurons", format_args!("{} of {}", subnet.neurons, subnet.max_neurons));
    for reason in why_no_emission(subnet) {
        facts = facts.add("no emission", reason);
    }
    format!("{}\n{}", facts.0, self::metagraph(metagraph))
}

fn epochs(subnet: &proto::Subnet) -> String {
    let pending = subnet.pending.unwrap_or_default();
    let waiting = pending.miners.saturating_add(pending.validators).saturating_add(pending.root);
    let next = match subnet.next_epoch_block {
        Some(block) => format!("next at block {} (in {})", grouped(block), block.saturating_sub(subnet.height)),
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
pub(super) struct Price {
    height: u64,
    netuid: u32,
    price: u64,
    moving_price: u64,
}

pub(super) fn price_of(subnet: &proto::Subnet) -> Price {
    let pool = pool_of(subnet);
    Price { height: subnet.height, netuid: subnet.netuid, price: pool.price, moving_price: pool.moving_price }
}

pub(super) fn price(price: &Price) -> String {
    format!("1 α of subnet {} = {} τ   (moving {} τ)", price.netuid, amount(price.price), amount(price.moving_price))
}

pub(super) fn metagraph(metagraph: &proto::Metagraph) -> String {
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
fn compact(units: u64) -> String {
    let hundredths = units / 10_000_000;
    match hundredths {
        0..1_000_000 => format!("{}.{:02}", grouped(hundredths / 100), hundredths % 100),
        1_000_000..100_000_000 => format!("{}.{:02}k", hundredths / 100_000, hundredths / 1_000 % 100),
        _ => format!("{}.{:02}M", hundredths / 100_000_000, hundredths / 1_000_000 % 100),
    }
}

pub(super) fn weights(weights: &proto::Weights) -> String {
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

pub(super) fn parameters(answer: &proto::Parameters) -> String {
    if let [one] = answer.parameters.as_slice() {
        return Facts::default()
            .add("parameter", format_args!("{} (number {}, {})", one.name, one.number, one.r#type))
            .add("value", &one.value)
            .add("unit", &one.unit)
            .add("default", &one.default_value)
            .add("range", range(one))
            .add("set by", &one.who)
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
    ]);
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

fn range(parameter: &proto::Parameter) -> String {
    format!("{}..{}", parameter.min, parameter.max)
}

/// The price of a new subnet, for programs.
#[derive(Serialize)]
pub(super) struct LockCost {
    pub(super) height: u64,
    pub(super) lock_cost: u64,
}

pub(super) fn lock_cost(cost: &LockCost) -> String {
    format!("a new subnet costs {} τ in block {}", amount(cost.lock_cost), grouped(cost.height + 1))
}

pub(super) fn economy(economy: &proto::Economy) -> String {
    Facts::default()
        .add("issuance", format_args!("{} τ", amount(economy.issuance)))
        .add("staked", format_args!("{} τ", amount(economy.staked)))
        .add("a block mints", format_args!("{} τ", amount(economy.block_emission)))
        .add("subnets", economy.subnets)
        .add("a new one", format_args!("{} τ", amount(economy.lock_cost)))
        .add("sudo", &economy.sudo)
        .0
}

/// Both ends of a long text.
fn short(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.into();
    }
    let tail = (width - 1) / 3;
    let head: String = text.chars().take(width - 1 - tail).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests;
