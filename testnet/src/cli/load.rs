//! `taonet load`: traffic through a network, a live view, and a report of what limited it.
//!
//! ```sh
//! taonet load                                   # as many transfers as the network takes, for ten seconds
//! taonet load --tps 500 --mix transfer=80,stake=15,weights=5
//! taonet load --flood 100000                    # all at once: do blocks still come on time?
//! ```
//!
//! Exit code 0: it was measured, and after a flood blocks came on time; 1: not.

use super::chosen;
use crate::{
    load::{self, Arrival, Length, Load as Engine, Mix, Outcome, Plan, Round, Target},
    network::home::Home,
    screen::{Screen, failure, result},
};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use taonet_consensus::mempool::MAX_PER_ACCOUNT;
use taonet_node::cli::Global;

/// Blocks in which queues fill before the measurement.
const WARM_UP: usize = 8;

/// Rounds in which the speed of signature checks is measured.
const ROUNDS: usize = 3;

/// What to send.
#[derive(Debug, Args)]
pub(super) struct Load {
    /// Transactions per second [default: as many as the network takes]
    #[arg(long, value_name = "N")]
    tps: Option<f64>,
    /// What is sent, in parts of transfer, stake and weights
    #[arg(long, value_name = "KIND=PART,...", default_value_t)]
    mix: Mix,
    /// How long to measure
    #[arg(long, value_name = "S", default_value_t = 10)]
    seconds: u64,
    /// Send so many as fast as they are taken, and look whether blocks come on time
    #[arg(long, value_name = "N", conflicts_with_all = ["tps", "seconds", "depth"])]
    flood: Option<usize>,
    /// Accounts that send, besides those that pay
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    accounts: u16,
    /// Transactions of each account on their way
    #[arg(long, value_name = "N", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=MAX_PER_ACCOUNT as i64))]
    depth: u16,
    /// The secret URI of an account that pays, once or more [default: the ten development accounts]
    #[arg(long, value_name = "URI")]
    from: Vec<String>,
}

impl Load {
    /// Sends and reports.
    pub(super) fn run(self, global: &Global) -> ExitCode {
        let target = match &global.rpc {
            Some(address) => {
                Target { nodes: vec![(address.clone(), global.access.clone())], pids: Vec::new() }
            }
            None => match chosen(&Home::find(), global.network.as_deref(), global.json) {
                Ok(record) => Target::from(&record),
                Err(code) => return code,
            },
        };
        let mut screen = Screen::new(global.quiet || global.json);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let outcome =
            runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(self.send(target, &mut screen)));
        screen.end_status();
        match outcome {
            Ok(round) => self.report(&round, global.json),
            Err(error) => failure(
                global.json,
                error,
                "taonet status shows whether the network is well; with --from name accounts that have money there",
            ),
        }
    }

    async fn send(&self, target: Target, screen: &mut Screen) -> Outcome<Round> {
        let checks = load::verifications(ROUNDS).median;
        let payers = if self.from.is_empty() { Engine::development_payers() } else { self.from.clone() };
        let nodes = target.nodes.len();
        let engine = Engine::prepare(target, &payers, self.accounts.into(), &self.mix, checks).await?;
        screen
            .done("accounts", format!("{} with money, over {nodes} nodes; {}", engine.accounts(), self.mix));
        let mut watch = |arrival: &Arrival, on_the_way| screen.status(&line(arrival, on_the_way));
        let round = engine.run(self.plan(&engine), &mut watch).await?;
        screen.done("sent", format!("{} in {} blocks", round.transactions, round.blocks));
        Ok(round)
    }

    fn plan(&self, engine: &Engine) -> Plan {
        let measured = (self.seconds * 1_000).div_ceil(engine.slot_ms().max(1)).max(1);
        let measured = usize::try_from(measured).unwrap_or(usize::MAX);
        match self.flood {
            Some(count) => Plan { depth: MAX_PER_ACCOUNT, rate: None, length: Length::Transactions(count) },
            None => {
                let length = Length::Blocks { warm_up: WARM_UP, measured };
                Plan { depth: self.depth.into(), rate: self.tps, length }
            }
        }
    }

    fn report(&self, round: &Round, as_json: bool) -> ExitCode {
        let on_time = round.on_time();
        if as_json {
            result(json!({ "mix": self.mix.to_string(), "on_time": on_time, "round": round }));
        } else {
            result(format!("{}, {round}", self.mix));
            if self.flood.is_some() {
                result(if on_time { "  blocks came on time" } else { "  blocks did NOT come on time" });
            }
        }
        ExitCode::from(u8::from(self.flood.is_some() && !on_time))
    }
}

/// One block, live.
fn line(arrival: &Arrival, on_the_way: usize) -> String {
    let (height, count) = (arrival.height, arrival.waits.len());
    let waits: f64 = arrival.waits.iter().sum();
    let wait = if count == 0 { 0.0 } else { waits / count as f64 };
    format!(" block {height}   {count} in it   final after {wait:.2} s   {on_the_way} on their way")
}
