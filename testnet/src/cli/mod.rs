//! The command line of `taonet`.
//!
//! The life of a network is here, one file per command; everything about a chain (wallets, stakes, subnets, queries,
//! transactions, and the processes themselves) comes from the crate `node`.
//!
//! Exit codes: 0 done; 1 refused or failed; 2 the words make no sense; 74 storage; 75 a port is taken; 78 settings.

mod accounts;
mod conformance;
mod dev;
mod down;
mod explain;
mod init;
mod lab;
mod load;
mod logs;
mod ls;
mod net;
mod scenario;
mod sim;
mod status;
mod up;
mod watch;

use crate::{
    network::{home::Home, keeper, record::Record},
    screen::failure,
};
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use taonet_node::{
    cli as node,
    roles::{MinerArgs, ValidatorArgs, run_miner, run_validator},
};

/// A lightweight reference network for subnets: own chain, one binary.
#[derive(Debug, Parser)]
#[command(name = "taonet", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Taonet {
    #[command(flatten)]
    global: node::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring a living network to life: nodes, a subnet, validators and miners
    Up(up::Up),
    /// Stop a network that runs in the background
    Down(down::Down),
    /// List the networks on this computer
    Ls,
    /// Show what runs in a network, and how well
    Status(status::Status),
    /// Break and mend a running network: nodes, partitions, slow links
    Net(net::Net),
    /// Show the logs of a network's processes
    Logs(logs::Logs),
    /// Show the funded development accounts
    Accounts(accounts::Accounts),
    /// Bend time on a development network: mine, warp, go back; mint, set, impersonate
    #[command(subcommand)]
    Dev(dev::Dev),
    /// Explain an epoch, an emission, a price or an error, from the chain's own numbers
    #[command(visible_alias = "x")]
    Explain(explain::Explain),
    /// Write a crate for a subnet of your own: task, miner, validator, a test on a whole chain
    Init(init::Init),
    /// Experiment with the mechanism itself
    Lab(lab::Lab),
    /// Simulate networks in one process, and try to break them
    Sim(sim::Sim),
    /// Send traffic through a network, and say how much it takes and what limits it
    Load(load::Load),
    /// Run scenarios: networks in a file, with what must hold
    Scenario(scenario::Scenario),
    /// Run a directory of golden vectors
    Conformance(conformance::Conformance),
    /// Run a miner of the built-in task against a node
    Miner(MinerArgs),
    /// Run a validator of the built-in task against a node
    Validator(ValidatorArgs),
    /// Run a program so that it ends with the network it belongs to
    #[command(hide = true)]
    Keep {
        /// A line for the shell
        command: String,
    },
    #[command(flatten)]
    Node(node::Command),
}

/// Reads the words of the command line and does what they say.
pub fn run() -> ExitCode {
    let Taonet { global, command } = Taonet::parse();
    let (json, quiet, network) = (global.json, global.quiet, global.network.as_deref());
    match command {
        Command::Up(up) => up.run(json, quiet),
        Command::Down(down) => down.run(network, json),
        Command::Ls => ls::run(json),
        Command::Status(status) => status.run(network, json),
        Command::Net(net) => net.run(network, json),
        Command::Logs(logs) => logs.run(network, json),
        Command::Accounts(accounts) => accounts.run(network, json),
        Command::Dev(dev) => dev.run(&global),
        Command::Explain(explain) => explain.run(&global),
        Command::Load(load) => load.run(&global),
        Command::Init(init) => init.run(json, quiet),
        Command::Lab(lab) => lab.run(json, quiet),
        Command::Sim(sim) => sim.run(json, quiet),
        Command::Scenario(scenario) => scenario.run(json, quiet),
        Command::Conformance(conformance) => conformance.run(json),
        Command::Miner(miner) => run_miner(miner, &global.access),
        Command::Validator(validator) => run_validator(validator, &global.access),
        Command::Keep { command } => keeper::run(&command),
        Command::Node(command) => command.run(&global),
    }
}

/// The network whose id begins with `name`; without a name, the only one there is.
fn chosen(home: &Home, name: Option<&str>, as_json: bool) -> Result<Record, ExitCode> {
    let wanted = name.unwrap_or_default();
    let mut records: Vec<Record> =
        home.records().into_iter().filter(|record| record.id.starts_with(wanted)).collect();
    match (records.len(), records.pop()) {
        (1, Some(record)) => Ok(record),
        (0, _) => {
            let like = if wanted.is_empty() { String::new() } else { format!(" like {wanted}") };
            let what = format!("no network{like} in {}", home.path().display());
            Err(failure(as_json, what, "taonet ls shows what is there; taonet up -d starts one"))
        }
        _ => {
            Err(failure(as_json, "more than one network fits", "taonet ls, then give the beginning of an id"))
        }
    }
}
