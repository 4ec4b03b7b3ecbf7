//! What people type: nouns and verbs as on the public network's tools.
//!
//! Rules:
//! 1. There are two kinds of commands: a *read* asks a node ([`read`]), an *intent* signs a transaction
//!    ([`intent`]). Both are registries: `taonet query` and `taonet tx` list them all, and the nouns (`wallet`,
//!    `stake`, `subnets` ...) are other names for the same entries.
//! 2. Results go to stdout, talk to stderr; `--json` gives the same data to programs; no line is wider than 100
//!    columns.
//! 3. Every failure ends with what to try. Exit codes: 0 done, 1 failed or refused, 2 wrong usage; a node adds
//!    those of [`crate::error`].

mod intent;
mod keys;
mod networks;
mod node;
mod nouns;
mod output;
mod read;
mod screen;
mod session;
mod table;

pub use intent::Intent;
pub use networks::{HOME_VARIABLE, NETWORK_FILE, home};
pub use node::NodeCommand;
pub use nouns::{Axon, Hparams, Stake, Subnets, Wallet, Weights};
pub use read::Read;

use crate::{error::EXIT_FAILED, fault::Fault};
use clap::{Args, Subcommand};
use output::Output;
use session::Session;
use std::{future::Future, process::ExitCode};
use taonet_chain::Code;

/// Flags that every command knows.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Print JSON instead of text
    #[arg(long, alias = "json-output", global = true)]
    pub json: bool,
    /// Print results only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Do not ask before signing
    #[arg(long, short, alias = "no-prompt", global = true)]
    pub yes: bool,
    /// The network to talk to: a name from `taonet ls`, or a node's address [default: the one that is up]
    #[arg(long, short, global = true, value_name = "NAME")]
    pub network: Option<String>,
    /// The node to talk to
    #[arg(long, global = true, env = "TAONET_RPC", value_name = "URL", hide_env_values = true)]
    pub rpc: Option<String>,
}

impl Global {
    /// The address of the node to talk to.
    ///
    /// # Errors
    /// No network is up, or it is not clear which one is meant.
    pub fn address(&self) -> Result<String, Fault> {
        match &self.rpc {
            Some(address) => Ok(address.clone()),
            None => networks::address(self.network.as_deref()),
        }
    }
}

/// The commands of a node and its clients.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one node from its directory until it is told to stop
    Node(NodeCommand),
    /// Keys, balances, transfers
    #[command(subcommand, visible_alias = "w")]
    Wallet(Wallet),
    /// Stake TAO to a hotkey, take it back, look at it
    #[command(subcommand, visible_alias = "st")]
    Stake(Stake),
    /// Look at subnets, create one, register on one
    #[command(subcommand, visible_aliases = ["s", "subnet"])]
    Subnets(Subnets),
    /// Set and look at a validator's weights
    #[command(subcommand)]
    Weights(Weights),
    /// Publish where a miner listens
    #[command(subcommand)]
    Axon(Axon),
    /// Look at and set the parameters of a subnet or of the network
    #[command(subcommand, visible_aliases = ["hp", "sudo"])]
    Hparams(Hparams),
    /// Ask a node anything
    #[command(subcommand, visible_alias = "q")]
    Query(Read),
    /// Sign any transaction
    #[command(subcommand)]
    Tx(Intent),
}

/// What a command comes down to.
pub(crate) enum Action {
    Read(Read),
    Sign(Intent),
    MakeKey(nouns::NewKey),
    ListKeys,
}

impl Command {
    /// Runs the command and returns the exit code of the process.
    pub fn run(self, global: &Global) -> ExitCode {
        let action = match self {
            Command::Node(node) => return node.run(),
            Command::Wallet(wallet) => wallet.action(),
            Command::Stake(stake) => stake.action(),
            Command::Subnets(subnets) => subnets.action(),
            Command::Weights(weights) => weights.action(),
            Command::Axon(axon) => axon.action(),
            Command::Hparams(hparams) => hparams.action(),
            Command::Query(read) => Action::Read(read),
            Command::Tx(intent) => Action::Sign(intent),
        };
        let output = Output { json: global.json, quiet: global.quiet };
        match run(action, global, output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(fault) => {
                output.fault(&fault);
                ExitCode::from(EXIT_FAILED)
            }
        }
    }
}

fn run(action: Action, global: &Global, output: Output) -> Result<(), Fault> {
    match action {
        Action::MakeKey(key) => key.run(output),
        Action::ListKeys => nouns::list_keys(output),
        Action::Read(read) => connected(global, output, async |session| read.run(session).await),
        Action::Sign(intent) => connected(global, output, async |session| intent.run(session).await),
    }
}

/// Connects to a node and does something with it, on this thread alone: a command is over in milliseconds.
fn connected(
    global: &Global,
    output: Output,
    work: impl AsyncFnOnce(&Session) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let sentence = format!("no runtime: {error}");
        Fault::new(Code::Internal, "System", sentence, "Check the limits of this user (`ulimit -a`).")
    })?;
    let session = async { work(&Session::open(global, output).await?).await };
    runtime.block_on(stoppable(session))
}

/// Ends quietly on Ctrl-C, which is how one leaves a stream.
async fn stoppable(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    tokio::select! {
        result = work => result,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    #[command(name = "taonet", max_term_width = 100)]
    struct Taonet {
        #[command(flatten)]
        global: Global,
        #[command(subcommand)]
        command: Command,
    }

    #[test]
    fn the_grammar_is_consistent() {
        Taonet::command().debug_assert();
    }

    #[test]
    fn every_help_fits_the_screen() {
        fn check(command: &mut clap::Command) {
            for line in command.render_long_help().to_string().lines() {
                assert!(line.chars().count() <= table::MAX_WIDTH, "{}: {line}", command.get_name());
            }
            command.get_subcommands_mut().for_each(check);
        }
        let mut command = Taonet::command();
        command.build();
        check(&mut command);
    }

    #[test]
    fn the_spellings_of_other_tools_are_understood() {
        for words in [
            "taonet stake add --netuid 1 --amount 10 --hotkey //val-a --key alice",
            "taonet st add -u 1 --amount 10 --hotkey-ss58 //val-a --no-prompt --json-output",
            "taonet tx add_stake --netuid 1 --amount 10",
            "taonet subnets show 1",
            "taonet subnet show --netuid 1",
            "taonet s register 1 --hotkey //m9 --dry-run",
            "taonet subnets create --no-wait",
            "taonet weights set 1 --uids 0,1 --weights .5,.5 -k //val-a",
            "taonet tx set-weights --netuid 1 --uids 0,1 --weights .5,.5",
            "taonet axon set 1 --ip 127.0.0.1 --port 8091",
            "taonet hparams set tempo 20 --netuid 1",
            "taonet hp get tempo -u 1",
            "taonet sudo list",
            "taonet query weights 1 --uid 0",
            "taonet query weights --netuid 1",
            "taonet query hyperparameters 1",
            "taonet hparams get tempo 1",
            "taonet query tx 00000000000000000000000000000000000000000000000000000000000000ff",
            "taonet q block 7 --rpc http://127.0.0.1:9850",
            "taonet query events --from 1 --name Transfer",
            "taonet wallet balance //Bob",
            "taonet w transfer --dest //Bob --amount 1.5 --wait-for-inclusion",
            "taonet node --dir somewhere",
        ] {
            if let Err(error) = Taonet::try_parse_from(words.split(' ')) {
                panic!("{words}: {error}");
            }
        }
    }

    #[test]
    fn wrong_usage_is_noticed() {
        for words in [
            "taonet stake add --netuid 1",
            "taonet subnets start",
            "taonet subnets start 1 --netuid 1",
            "taonet weights set 1 --uids 0 --weights -1",
            "taonet stake add --netuid 1 --amount 1 --allow-partial",
            "taonet wallet transfer --to //Bob --amount many",
        ] {
            assert!(Taonet::try_parse_from(words.split(' ')).is_err(), "{words}");
        }
    }
}
