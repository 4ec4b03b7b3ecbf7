//! What people type: nouns and verbs as on the public network's tools.
//!
//! Rules:
//! 1. There are two kinds of commands: a *read* asks a node ([`read`]), an *intent* signs a transaction
//!    ([`intent`]). Both are registries: `taonet query` and `taonet tx` list them all, and the nouns (`wallet`,
//!    `stake`, `subnets` ...) are other names for the same entries.
//! 2. Results go to stdout, talk to stderr; `--json` gives the same data to programs; no line is wider than 100
//!    columns.
//! 3. Every failure ends with what to try. Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 130 stopped by
//!    Ctrl-C before a transaction was executed; a node adds those of [`crate::error`].

mod intent;
mod keys;
mod networks;
mod node;
mod nouns;
mod output;
mod read;
mod screen;
mod secrets;
mod session;
mod solver;
mod table;

pub use intent::Intent;
pub use networks::{HOME_VARIABLE, NETWORK_FILE, home};
pub use node::NodeCommand;
pub use nouns::{Authorities, Axon, Development, Hparams, Lock, Root, Stake, Subnets, Wallet, Weights};
pub use read::Read;

use crate::{client::Access, error::EXIT_FAILED, fault::Fault};
use clap::{Args, Subcommand};
use output::Output;
use session::Session;
use std::process::ExitCode;
use taonet_chain::Code;

/// Exit code of a command that was stopped by Ctrl-C, as shells have it: 128 and the number of the signal.
const EXIT_STOPPED: u8 = 130;

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
    /// What opens the node's door.
    #[command(flatten)]
    pub access: Access,
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
    /// Lock stake for conviction, look at locks
    #[command(subcommand, visible_alias = "conviction")]
    Lock(Lock),
    /// The root network: membership, takes, dividends
    #[command(subcommand)]
    Root(Root),
    /// Who makes blocks: look, stand for election, leave, come out of jail
    #[command(subcommand, visible_alias = "authority")]
    Authorities(Authorities),
    /// Look at subnets, create one, register on one
    #[command(subcommand, visible_aliases = ["s", "subnet"])]
    Subnets(Subnets),
    /// Set, hide and look at a validator's weights
    #[command(subcommand)]
    Weights(Weights),
    /// Publish where a miner listens, and what it commits to
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
    /// Boxed, as the words of some intents are many.
    Sign(Box<Intent>),
    MakeKey(nouns::NewKey),
    ListKeys,
}

impl Action {
    fn sign(intent: Intent) -> Action {
        Action::Sign(Box::new(intent))
    }
}

/// How a command that did not fail came to its end.
enum End {
    Done,
    /// By Ctrl-C, on the way.
    Stopped,
}

impl Command {
    /// Runs the command and returns the exit code of the process.
    pub fn run(self, global: &Global) -> ExitCode {
        let action = match self {
            Command::Node(node) => return node.run(),
            Command::Wallet(wallet) => wallet.action(),
            Command::Stake(stake) => stake.action(),
            Command::Lock(lock) => lock.action(),
            Command::Root(root) => root.action(),
            Command::Authorities(authorities) => authorities.action(),
            Command::Subnets(subnets) => subnets.action(),
            Command::Weights(weights) => weights.action(),
            Command::Axon(axon) => axon.action(),
            Command::Hparams(hparams) => hparams.action(),
            Command::Query(read) => Action::Read(read),
            Command::Tx(intent) => Action::sign(intent),
        };
        let output = Output { json: global.json, quiet: global.quiet };
        match run(action, global, output) {
            Ok(End::Done) => ExitCode::SUCCESS,
            Ok(End::Stopped) => ExitCode::from(EXIT_STOPPED),
            Err(fault) => {
                output.fault(&fault);
                ExitCode::from(EXIT_FAILED)
            }
        }
    }
}

fn run(action: Action, global: &Global, output: Output) -> Result<End, Fault> {
    match action {
        Action::MakeKey(key) => key.run(output).map(|()| End::Done),
        Action::ListKeys => nouns::list_keys(output).map(|()| End::Done),
        // Ctrl-C is how one leaves a stream.
        Action::Read(read) => connected(global, output, async |session| read.run(session).await, End::Done),
        Action::Sign(intent) => {
            connected(global, output, async |session| intent.run(session).await, End::Stopped)
        }
    }
}

/// Connects to a node and does something with it, on this thread alone: a command is over in milliseconds. Ctrl-C ends
/// it as `at_ctrl_c` says.
fn connected(
    global: &Global,
    output: Output,
    work: impl AsyncFnOnce(&Session) -> Result<(), Fault>,
    at_ctrl_c: End,
) -> Result<End, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let sentence = format!("no runtime: {error}");
        Fault::new(Code::Internal, "System", sentence, "Check the limits of this user (`ulimit -a`).")
    })?;
    let session = async { work(&Session::open(global, output).await?).await };
    runtime.block_on(async {
        tokio::select! {
            result = session => result.map(|()| End::Done),
            _ = tokio::signal::ctrl_c() => Ok(at_ctrl_c),
        }
    })
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
            "taonet authorities list --json",
            "taonet authorities join -H //val-a --key //Alice",
            "taonet authority unjail --key //Bob",
            "taonet authorities set-mode stake --key //Alice",
            "taonet tx set_consensus_mode authority",
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
            "taonet stake move --origin-hotkey //val-a --dest-hotkey //val-b --origin-netuid 1 --amount 1",
            "taonet stake child set --netuid 1 --children //m1 --proportions 0.5 --hotkey //val-a",
            "taonet stake children get //val-a",
            "taonet st remove_full -u 1",
            "taonet lock mode perpetual --netuid 1",
            "taonet conviction list 1",
            "taonet root claim --netuids 1,2",
            "taonet root set-take --take 18% -H //val-a",
            "taonet subnets register-pow 1 --threads 2 -k //m9",
            "taonet subnets mech split-emissions 1 --split .5,.5",
            "taonet subnets set-symbol 1 --symbol β",
            "taonet weights reveal --netuid 1",
            "taonet weights batch-reveal 1 --dry-run",
            "taonet wallet swap-coldkey announce //Dave -k //Bob",
            "taonet wallet swap_hotkey --old-hotkey //val-a --new-hotkey //new",
            "taonet query children //val-a --netuid 1",
            "taonet query proof balance //Bob --json",
            "taonet query proof 0b00ff --height 7 --genesis genesis.toml",
            "taonet query conviction 1",
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
            "taonet stake swap --origin-netuid 1 --dest-netuid 2 --amount 1 --allow-partial",
            "taonet root set-take --take 180%",
            "taonet root set-claim-type burn",
            "taonet weights reveal 1 --uids 0 --weights 1",
            "taonet subnets mechanisms split 1",
            "taonet query hotkey",
            "taonet query proof balance",
            "taonet query proof 00 --trust 7",
        ] {
            assert!(Taonet::try_parse_from(words.split(' ')).is_err(), "{words}");
        }
    }
}
