//! `taonet explain`: why the chain did what it did, from its own state.
//!
//! What is read comes through the node's public API; what is said is worked out in [`crate::explain`].

use crate::{
    explain::{
        self, Record, Witness,
        epoch::{Epoch, NoEpoch, epoch},
        names::Names,
        price::Order,
        screen,
    },
    screen::{Screen, failure, result},
};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;
use std::{fmt::Display, process::ExitCode};
use taonet_chain::{Network, ledger::subnets};
use taonet_node::{
    Client, Fault,
    cli::Global,
    client::{PastState, Patient},
};

/// What to try when an explanation disagrees with the chain.
const REPORT: &str = "compare the versions of this program and of the node (taonet query status); with the same \
                      version this is a bug worth reporting";
/// What to try when a state is out of reach.
const RECENT: &str = "ask about one of the last 1,000 blocks";

/// What to explain.
#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Why an epoch paid whom what: stake, weights, consensus, bonds, dividends, payments
    Epoch(OneEpoch),
    /// Where the TAO and the alpha of a block went, subnet by subnet
    Emission(OneBlock),
    /// What a trade would do to a pool, and why
    Price(OneTrade),
    /// What an error means, what to do about it, and which calls raise it
    Error {
        /// Its number, its name or a part of it, or a kind such as rate_limited
        word: String,
    },
}

#[derive(Debug, Args)]
struct OneEpoch {
    /// The subnet
    #[arg(long, short = 'u', default_value_t = 1)]
    netuid: u16,
    /// Only this neuron, with the numbers behind each of its numbers
    #[arg(long)]
    uid: Option<u16>,
    /// Which of the subnet's mechanisms
    #[arg(long, default_value_t = 0)]
    mechanism: usize,
    /// The block in which the epoch ran [default: that of the last one]
    #[arg(long)]
    block: Option<u64>,
    /// Show the formulas too
    #[arg(long)]
    formulas: bool,
}

#[derive(Debug, Args)]
struct OneBlock {
    /// The block [default: the last one]
    #[arg(long)]
    block: Option<u64>,
    /// Show the formulas too
    #[arg(long)]
    formulas: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("order").required(true))]
struct OneTrade {
    /// The subnet
    #[arg(long, short = 'u', default_value_t = 1)]
    netuid: u16,
    /// Buy alpha with so many TAO
    #[arg(long, value_name = "TAO", value_parser = units, group = "order")]
    buy: Option<u64>,
    /// Sell so much alpha
    #[arg(long, value_name = "ALPHA", value_parser = units, group = "order")]
    sell: Option<u64>,
    /// Trade no further than to this price, in TAO for one alpha
    #[arg(long, value_name = "PRICE", value_parser = units)]
    limit: Option<u64>,
}

/// A decimal number of whole units as base units.
fn units(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no amount; write something like 12.5, with at most nine decimals");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if fraction.len() > 9 || !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty())
    {
        return Err(wrong());
    }
    format!("{whole}{fraction:0<9}").parse().map_err(|_| wrong())
}

/// Why there is no explanation.
enum Failure {
    /// The node's answer.
    Fault(Fault),
    /// What is wrong, and what to try.
    Other(String, String),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Fault(fault)
    }
}

fn other(what: impl Display, remedy: &str) -> Failure {
    Failure::Other(what.to_string(), remedy.to_owned())
}

impl Explain {
    /// Explains. Exit code 0: explained; 1: there is nothing to explain, or the explanation disagrees with the chain.
    pub(super) fn run(self, global: &Global) -> ExitCode {
        let as_json = global.json;
        let told = match self.what {
            What::Error { word } => return error(&word, as_json),
            What::Epoch(wanted) => wanted.explain(global),
            What::Emission(wanted) => wanted.explain(global),
            What::Price(wanted) => wanted.explain(global),
        };
        match told {
            Ok(()) => ExitCode::SUCCESS,
            Err(Failure::Fault(fault)) if as_json => {
                result(json!({ "error": fault.to_detail() }));
                ExitCode::FAILURE
            }
            Err(Failure::Fault(fault)) => failure(false, &fault.sentence, &fault.remedy),
            Err(Failure::Other(what, remedy)) => failure(as_json, what, &remedy),
        }
    }
}

fn error(word: &str, as_json: bool) -> ExitCode {
    let errors = explain::error::explain(word);
    if errors.is_empty() {
        let remedy =
            "write its number or its name as a failed command prints it, or a kind such as rate_limited";
        return failure(as_json, format!("there is no error like `{word}`"), remedy);
    }
    say(as_json, &errors, || screen::errors(&errors));
    ExitCode::SUCCESS
}

fn say(as_json: bool, value: &impl Serialize, text: impl FnOnce() -> String) {
    if as_json {
        result(serde_json::to_string_pretty(value).unwrap_or_default());
    } else {
        result(text().trim_end());
    }
}

/// Connects, and warns when the node is of another version.
fn connect(global: &Global) -> Result<(Patient, u64), Failure> {
    let patient = Patient::connect(&global.address()?, &global.access)?;
    let status = patient.ask(Client::status)?;
    if status.version != env!("CARGO_PKG_VERSION") {
        let text = format!(
            "the node is of version {}, this program of {}",
            status.version,
            env!("CARGO_PKG_VERSION")
        );
        Screen::new(global.quiet || global.json).line(format!("warning: {text}; explanations may fail"));
    }
    Ok((patient, status.height))
}

/// The block, executed once more on the state before it.
struct Scene<'p> {
    before: PastState<'p>,
    witness: Witness,
}

fn scene(patient: &Patient, block: u64) -> Result<Scene<'_>, Failure> {
    let raw = patient.raw_block(block)?;
    let network = Network { genesis: raw.committed.block.header.genesis, branch: 0 };
    let record = Record { block: raw.committed.block, receipts: raw.receipts, events: raw.events };
    let before = patient.state_after(block.saturating_sub(1));
    let after = patient.state_after(block);
    let witness = explain::witness(&network, &before, &after, &record);
    // What could not be read explains a disagreement better than the disagreement itself.
    before.finish()?;
    after.finish()?;
    let witness = witness.map_err(|disagreement| other(disagreement, REPORT))?;
    Ok(Scene { before, witness })
}

impl OneEpoch {
    fn explain(&self, global: &Global) -> Result<(), Failure> {
        let (patient, _) = connect(global)?;
        let subnet = patient.ask(|client| client.subnet(self.netuid))?;
        let last = subnet.last_epoch_block;
        let Some(block) = self.block.or((last > 0).then_some(last)) else {
            let next = subnet.next_epoch_block;
            let next =
                next.map_or_else(|| "none is due".into(), |next| format!("the next is due in block {next}"));
            let remedy = "wait for it: taonet query block HEIGHT --wait";
            return Err(other(format!("no epoch of subnet {} has run yet; {next}", self.netuid), remedy));
        };
        let scene = scene(&patient, block)?;
        let told = epoch(&scene.witness, &scene.before, self.netuid, self.mechanism, &Names::dev());
        let told = told.map_err(|error| self.not_told(error, &scene, last))?;
        scene.before.finish()?;
        self.say(&told, global.json)
    }

    fn not_told(&self, error: NoEpoch, scene: &Scene<'_>, last: u64) -> Failure {
        match error {
            NoEpoch::Disagrees(disagreement) => other(disagreement, REPORT),
            none @ NoEpoch::NoMechanism(..) => other(none, "leave out --mechanism for the first one"),
            none @ NoEpoch::NotThen(..) => {
                let before = subnets::state_of(&scene.before, self.netuid);
                let before = before.map_or(0, |subnet| subnet.clock.last_step_block);
                let earlier = if before > 0 {
                    format!("the one before ran in block {before}, ")
                } else {
                    String::new()
                };
                other(none, &format!("{earlier}the last one in block {last}; name one with --block"))
            }
        }
    }

    fn say(&self, told: &Epoch, as_json: bool) -> Result<(), Failure> {
        let Some(uid) = self.uid else {
            say(as_json, told, || screen::epoch(told, self.formulas));
            return Ok(());
        };
        let text = screen::neuron(told, uid.into(), self.formulas);
        let (Some(text), Some(neuron)) = (text, told.neurons.get(usize::from(uid))) else {
            let count = told.neurons.len();
            let remedy = format!("name one below {count}");
            return Err(other(format!("subnet {} has no UID {uid}", self.netuid), &remedy));
        };
        let payments: Vec<_> = told.payments.iter().filter(|paid| paid.uid == Some(uid.into())).collect();
        let value = json!({
            "block": told.block, "netuid": told.netuid, "index": told.index,
            "rules": told.rules, "neuron": neuron, "payments": payments,
        });
        say(as_json, &value, || text);
        Ok(())
    }
}

impl OneBlock {
    fn explain(&self, global: &Global) -> Result<(), Failure> {
        let (patient, height) = connect(global)?;
        let block = self.block.unwrap_or(height);
        if block == 0 {
            return Err(other("block 0 is the genesis, which has no emission", RECENT));
        }
        let scene = scene(&patient, block)?;
        let told = explain::emission::emission(&scene.witness, &scene.before);
        scene.before.finish()?;
        let told = told.map_err(|disagreement| other(disagreement, REPORT))?;
        say(global.json, &told, || screen::emission(&told, self.formulas));
        Ok(())
    }
}

impl OneTrade {
    fn explain(&self, global: &Global) -> Result<(), Failure> {
        let (patient, height) = connect(global)?;
        let state = patient.state_after(height);
        let order = match (self.buy, self.sell) {
            (Some(rao), _) => Order::Buy(rao),
            (None, alpha) => Order::Sell(alpha.unwrap_or_default()),
        };
        let told = explain::price::price(&state, height, self.netuid, order, self.limit);
        state.finish()?;
        let nothing =
            || other(format!("there is no subnet {}", self.netuid), "taonet subnets list shows them");
        let told = told.ok_or_else(nothing)?;
        say(global.json, &told, || screen::price(&told));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_up_to_nine_decimals() {
        assert_eq!(units("12.5"), Ok(12_500_000_000));
        assert_eq!(units(".000000001"), Ok(1));
        assert_eq!(units("7"), Ok(7_000_000_000));
        for wrong in ["", ".", "-1", "1e3", "0.0000000001", "99999999999", "1.2.3"] {
            assert!(units(wrong).is_err(), "{wrong}");
        }
    }
}
