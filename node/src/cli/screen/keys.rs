//! Answers about what keys decided and promised: takes, children, locks, claims, commits, identities.

use super::Facts;
use crate::{
    cli::{
        output::{amount, grouped, share},
        table::{Column, Table},
    },
    proto,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;
use taonet_chain::ledger::stakes::DEFAULT_TAKE;

pub(in crate::cli) fn coldkey(coldkey: &proto::Coldkey) -> String {
    let mut facts = Facts::default()
        .add("coldkey", &coldkey.coldkey)
        .add("dividends", claim_type(&coldkey.claim_type, &coldkey.keep_netuids));
    for stake in &coldkey.auto_stakes {
        facts = facts.add("miners stake", format_args!("to {} on subnet {}", stake.hotkey, stake.netuid));
    }
    if coldkey.accepts_locked_alpha {
        facts = facts.add("locked alpha", "is taken from others");
    }
    if let Some(swap) = &coldkey.swap {
        let state = match (swap.disputed, swap.executable_at > coldkey.height + 1) {
            (true, _) => "disputed: only the sudo account can end it".into(),
            (_, true) => format!("from block {} on", grouped(swap.executable_at)),
            (_, false) => "can be made now".into(),
        };
        facts = facts.add("swap", state).add("", format_args!("to {}", swap.new_coldkey_hash));
    }
    if let Some(identity) = &coldkey.identity_json {
        facts = texts(facts, identity);
    }
    match coldkey.locks.is_empty() {
        true => facts.0,
        false => format!("{}\n{}", facts.0, lock_table(&coldkey.locks)),
    }
}

/// What becomes of root dividends, in words.
fn claim_type(claim_type: &str, keep: &[u32]) -> String {
    let netuids: Vec<String> = keep.iter().map(u32::to_string).collect();
    match (claim_type, keep) {
        ("keep", []) => "kept as stake".into(),
        ("keep", _) => format!("kept as stake on {}, sold elsewhere", netuids.join(", ")),
        _ => "sold, and staked on root".into(),
    }
}

/// Adds the texts of an identity that say something.
fn texts(facts: Facts, json: &str) -> Facts {
    let fields: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let texts = fields.iter().filter_map(|(name, text)| Some((name, text.as_str()?)));
    texts.filter(|(_, text)| !text.is_empty()).fold(facts, |facts, (name, text)| {
        let name = name.trim_start_matches("subnet_").replace('_', " ");
        facts.add(&name, printable(text))
    })
}

/// A stranger's text on one line, without what a terminal would obey.
fn printable(text: &str) -> String {
    let shown = |one: char| match one.is_control() {
        true => one.escape_default().collect::<String>(),
        false => one.into(),
    };
    text.chars().map(shown).collect()
}

pub(in crate::cli) fn hotkey(hotkey: &proto::Hotkey) -> String {
    let owner = if hotkey.owner.is_empty() { "nobody" } else { &hotkey.owner };
    let take = match hotkey.take {
        Some(take) => format!("{} of dividends", share(take)),
        None => format!("{} of dividends, by default: it is no delegate", share(DEFAULT_TAKE.into())),
    };
    let mut text = Facts::default()
        .add("hotkey", &hotkey.hotkey)
        .add("owned by", owner)
        .add("take", take)
        .add(
            "new subnets",
            if hotkey.lends_to_new_subnets { "lends to their owners" } else { "lends nothing" },
        )
        .0;
    for subnet in &hotkey.subnets {
        let _ = write!(text, "\n{}", on_subnet(subnet));
    }
    text
}

fn on_subnet(subnet: &proto::HotkeyOnSubnet) -> String {
    let uid = subnet.uid.map_or_else(|| "no UID".into(), |uid| format!("UID {uid}"));
    let mut facts = Facts::default()
        .add("subnet", format_args!("{}, {uid}, {} α staked", subnet.netuid, amount(subnet.stake)))
        .add("childkey take", share(subnet.childkey_take));
    for child in &subnet.children {
        facts = facts.add("lends", format_args!("{} to {}", proportion(child), child.hotkey));
    }
    for parent in &subnet.parents {
        facts = facts.add("is lent", format_args!("{} by {}", proportion(parent), parent.hotkey));
    }
    if let Some(pending) = &subnet.pending {
        let when = format!("in the first epoch after block {}", grouped(pending.cool_down));
        facts = facts
            .add("will lend", if pending.children.is_empty() { format!("nothing, {when}") } else { when });
        for child in &pending.children {
            facts = facts.add("", format_args!("{} to {}", proportion(child), child.hotkey));
        }
    }
    if let Some(commitment) = &subnet.commitment_json {
        facts = facts.add("committed", published(commitment));
    }
    facts.0
}

/// What is lent as a decimal.
fn proportion(link: &proto::Link) -> String {
    let ten_thousandths =
        (u128::from(link.proportion) * 10_000 + u128::from(u64::MAX) / 2) / u128::from(u64::MAX);
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

/// The fields of a commitment: texts as they are, other bytes in hex.
fn published(json: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    let bytes = |field: &Value| -> Option<Vec<u8>> { serde_json::from_value(field["raw"].clone()).ok() };
    let field = |field: &Value| match (bytes(field), &field["hash"]) {
        (Some(bytes), _) => match String::from_utf8(bytes) {
            Ok(text) if !text.contains(char::is_control) => format!("\"{text}\""),
            Ok(text) => hex::encode(text),
            Err(error) => hex::encode(error.as_bytes()),
        },
        (None, Value::String(hash)) => format!("hash {hash}"),
        (None, _) => "reset of bonds".into(),
    };
    let fields: Vec<String> = value["fields"].as_array().into_iter().flatten().map(field).collect();
    format!("{} in block {}", fields.join(", "), value["block"])
}

pub(in crate::cli) fn locks(locks: &proto::Locks) -> String {
    if locks.locks.is_empty() && locks.convictions.is_empty() {
        return format!("nothing is locked on subnet {}\n", locks.netuid);
    }
    let mut table = Table::new(&[(Column::Address, "HOTKEY"), (Column::Number, "CONVICTION(α)")]);
    for one in &locks.convictions {
        table.row([one.hotkey.clone(), amount(one.conviction)]);
    }
    format!("{table}\n{}", lock_table(&locks.locks))
}

fn lock_table(locks: &[proto::Lock]) -> Table {
    let mut table = Table::new(&[
        (Column::Number, "NETUID"),
        (Column::Address, "LOCKED BY"),
        (Column::Address, "FOR HOTKEY"),
        (Column::Number, "LOCKED(α)"),
        (Column::Number, "FREE(α)"),
        (Column::Number, "CONVICTION"),
        (Column::Text, "MODE"),
    ]);
    for lock in locks {
        table.row([
            lock.netuid.to_string(),
            lock.coldkey.clone(),
            lock.hotkey.clone(),
            amount(lock.mass),
            amount(lock.available),
            amount(lock.conviction),
            if lock.perpetual { "perpetual" } else { "decaying" }.into(),
        ]);
    }
    table
}

/// The root dividends of an account, for programs.
#[derive(Serialize)]
pub(in crate::cli) struct Claims {
    height: u64,
    account: String,
    claim_type: String,
    keep_netuids: Vec<u32>,
    claims: Vec<Claim>,
}

/// Root dividends of one subnet for the stake with one hotkey.
#[derive(Serialize)]
struct Claim {
    netuid: u32,
    hotkey: String,
    alpha: u64,
}

impl Claims {
    pub(in crate::cli) fn of(account: proto::Account, coldkey: &proto::Coldkey) -> Claims {
        let owed = account.stakes.into_iter().filter(|stake| stake.claimable > 0);
        let claim = |stake: proto::Stake| Claim {
            netuid: stake.netuid,
            hotkey: stake.hotkey,
            alpha: stake.claimable,
        };
        Claims {
            height: account.height,
            account: account.account,
            claim_type: coldkey.claim_type.clone(),
            keep_netuids: coldkey.keep_netuids.clone(),
            claims: owed.map(claim).collect(),
        }
    }
}

pub(in crate::cli) fn claims(claims: &Claims) -> String {
    let facts = Facts::default()
        .add("account", &claims.account)
        .add("dividends", claim_type(&claims.claim_type, &claims.keep_netuids));
    if claims.claims.is_empty() {
        return facts.add("to claim", "nothing").0;
    }
    let mut table = Table::new(&[
        (Column::Number, "NETUID"),
        (Column::Address, "HOTKEY"),
        (Column::Number, "TO CLAIM(α)"),
    ]);
    for claim in &claims.claims {
        table.row([claim.netuid.to_string(), claim.hotkey.clone(), amount(claim.alpha)]);
    }
    format!("{}\n{table}", facts.0)
}

pub(in crate::cli) fn commits(commits: &proto::Commits) -> String {
    let plural = if commits.reveal_period == 1 { "" } else { "s" };
    let text = Facts::default()
        .add("subnet", format_args!("{}, mechanism {}", commits.netuid, commits.mechanism))
        .add("epoch", grouped(commits.epoch))
        .add("hidden for", format_args!("{} epoch{plural}", commits.reveal_period))
        .0;
    let mut table = Table::new(&[
        (Column::Address, "HOTKEY"),
        (Column::Number, "EPOCH"),
        (Column::Number, "BLOCK"),
        (Column::Text, "REVEAL"),
        (Column::Address, "HASH"),
    ]);
    for commit in &commits.by_hash {
        let at = commit.epoch.saturating_add(commits.reveal_period);
        let reveal = match at.cmp(&commits.epoch) {
            std::cmp::Ordering::Less => "expired".into(),
            std::cmp::Ordering::Equal => "now".into(),
            std::cmp::Ordering::Greater => format!("in epoch {at}"),
        };
        table.row([
            commit.hotkey.clone(),
            commit.epoch.to_string(),
            commit.block.to_string(),
            reveal,
            commit.hash.clone(),
        ]);
    }
    for commit in &commits.timelocked {
        let reveal = format!("by itself, from block {}", commit.round);
        table.row([
            commit.hotkey.clone(),
            commit.epoch.to_string(),
            commit.block.to_string(),
            reveal,
            String::new(),
        ]);
    }
    match commits.by_hash.is_empty() && commits.timelocked.is_empty() {
        true => format!("{text}\nnothing is hidden\n"),
        false => format!("{text}\n{table}"),
    }
}

/// The mechanisms of a subnet, for programs.
#[derive(Serialize)]
pub(in crate::cli) struct Mechanisms {
    height: u64,
    netuid: u32,
    count: usize,
    split: Vec<u32>,
}

impl Mechanisms {
    pub(in crate::cli) fn of(subnet: &proto::Subnet) -> Mechanisms {
        let split = subnet.mechanism_split.clone();
        Mechanisms { height: subnet.height, netuid: subnet.netuid, count: split.len(), split }
    }
}

pub(in crate::cli) fn mechanisms(mechanisms: &Mechanisms) -> String {
    let mut table = Table::new(&[(Column::Number, "MECHANISM"), (Column::Number, "EMISSION")]);
    for (number, part) in mechanisms.split.iter().enumerate() {
        table.row([number.to_string(), share(*part)]);
    }
    table.to_string()
}

/// Who a subnet says it is, for programs.
#[derive(Serialize)]
pub(in crate::cli) struct SubnetIdentity {
    height: u64,
    netuid: u32,
    identity_json: Option<String>,
}

impl SubnetIdentity {
    pub(in crate::cli) fn of(subnet: proto::Subnet) -> SubnetIdentity {
        SubnetIdentity { height: subnet.height, netuid: subnet.netuid, identity_json: subnet.identity_json }
    }
}

pub(in crate::cli) fn subnet_identity(identity: &SubnetIdentity) -> String {
    let facts = Facts::default().add("subnet", identity.netuid);
    match &identity.identity_json {
        Some(json) => texts(facts, json).0,
        None => facts.add("identity", "it never said who it is").0,
    }
}
