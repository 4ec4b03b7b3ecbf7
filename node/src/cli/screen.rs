//! Answers as people read them. Programs take `--json`.

mod authorities;
mod economy;
mod keys;

pub(super) use authorities::authorities;
pub(super) use economy::{
    LockCost, economy, lock_cost, metagraph, parameters, price, price_of, subnet, subnets, weights,
};

pub(super) use keys::{
    Claims, Mechanisms, SubnetIdentity, claims, coldkey, commits, hotkey, locks, mechanisms, subnet_identity,
};

use super::{
    output::{amount, exact, grouped},
    table::{Column, Table},
};
use crate::proto;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;

/// No line of an event is longer: the height of its block may stand before it.
const EVENT_WIDTH: usize = 90;

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
        .add(
            "era",
            format_args!(
                "{} in {} mode; the next is chosen in block {}",
                status.era,
                status.consensus_mode,
                grouped(status.era_last_block)
            ),
        )
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
        .add("fee", format_args!("{} τ", exact(executed.fee)))
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
    let mut text = format!("{call} would work now, for a fee of {} τ\n", exact(forecast.fee));
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

/// An event with its fields, amounts as the integers they are.
fn event_line(event: &proto::Event) -> String {
    let fields: Map<String, Value> = serde_json::from_str(&event.fields_json).unwrap_or_default();
    let fields = fields.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        value => format!("{name}={value}"),
    });
    wrapped(&event.name, fields)
}

/// A name and words behind it, on as many lines as they need.
fn wrapped(name: &str, words: impl Iterator<Item = String>) -> String {
    let mut text = format!("  {name}");
    let mut width = text.chars().count();
    for word in words {
        let length = word.chars().count();
        if width + 1 + length > EVENT_WIDTH {
            text.push_str("\n     ");
            width = 5;
        }
        text.push(' ');
        text.push_str(&word);
        width += 1 + length;
    }
    text.push('\n');
    text
}

pub(super) fn account(account: &proto::Account) -> String {
    let mut facts = Facts::default()
        .add("account", &account.account)
        .add("balance", format_args!("{} τ", exact(account.balance)))
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
