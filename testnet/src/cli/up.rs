//! `taonet up`: brings a network to life and watches it.
//!
//! It counts as up only when every node has the same block and the same state root; otherwise it says which node failed
//! which check, and exits 1. In the foreground it watches until Ctrl-C and leaves nothing behind; with `--detach` it
//! leaves the network running; with `--until-epoch` it ends when the economy has shown that it lives.

use super::{accounts, watch};
use crate::{
    harness::Setup,
    network::{Running, epochs, home::Home, plan, ready::Failure, record::Record, time::Conductor},
    scenario::read_setup,
    screen::{Screen, failure, program, result},
};
use clap::Args;
use serde_json::json;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::ExitCode,
};
use taonet_chain::ConsensusMode;
use taonet_node::{fault::Fault, proto::Production};
use tokio::signal::unix::{SignalKind, signal};

/// The exit code of words that make no sense together.
const MAKES_NO_SENSE: u8 = 2;

/// What to do where a description is wrong.
const CORRECT: &str = "correct the description, and run it again";

/// How the network shall be.
#[derive(Debug, Args)]
pub(super) struct Up {
    /// What the network starts from
    #[arg(long, value_enum, default_value_t = plan::Preset::Dev)]
    preset: plan::Preset,
    /// How many nodes; each is an authority and a process of its own
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=32))]
    nodes: u16,
    /// Leave the network running in the background (stop it with: taonet down)
    #[arg(long, short)]
    detach: bool,
    /// Run until this epoch of the subnet is final on all nodes, check that the economy lives, print one report, stop
    #[arg(long, value_name = "N", conflicts_with_all = ["detach", "preset"])]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    until_epoch: Option<u64>,
    /// How authorities are chosen: `authority` by a list, `stake` by an election at the end of every era
    #[arg(long, value_name = "MODE", default_value_t)]
    consensus: ConsensusMode,
    /// Nodes talk over QUIC instead of TCP
    #[arg(long)]
    quic: bool,
    /// When blocks are made: manual (by taonet dev), instant (when a transaction waits), or so often [default: 250ms]
    #[arg(long, value_name = "WHEN", value_parser = Pace::parse, conflicts_with = "preset")]
    blocks: Option<Pace>,
    /// No miners and validators, only nodes
    #[arg(long, conflicts_with_all = ["preset", "until_epoch"])]
    bare: bool,
    /// Keep all of the past; otherwise what undoes the last 1,000 blocks, and the last 12,000 blocks
    #[arg(long)]
    archive: bool,
    /// Start the network that a file describes (TOML, the same for every layer of the harness)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["preset", "nodes", "until_epoch", "blocks"])]
    setup: Option<PathBuf>,
    /// Run a program of your own in the place of a neuron (val-a … m5), in any language; it gets TAONET_RPC,
    /// TAONET_KEY_FILE and TAONET_NETUID in its environment
    #[arg(long, value_name = "NAME=COMMAND", value_parser = program_of)]
    run: Vec<(String, String)>,
}

/// When blocks of a new network are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Controlled(Production),
    Every(u64),
}

impl Pace {
    fn says(self, slot_ms: u64) -> String {
        match self {
            Pace::Controlled(Production::Instant) => "with every transaction".to_owned(),
            Pace::Controlled(_) => format!("by hand: {} dev mine 1", program()),
            Pace::Every(_) => every(slot_ms),
        }
    }

    fn parse(text: &str) -> Result<Pace, String> {
        let number = |digits: &str| digits.parse::<u64>().ok().filter(|number| *number > 0);
        let every = match text.strip_suffix("ms") {
            Some(digits) => number(digits),
            None => text.strip_suffix('s').and_then(number).and_then(|seconds| seconds.checked_mul(1_000)),
        };
        match (text, every) {
            ("manual", _) => Ok(Pace::Controlled(Production::Manual)),
            ("instant", _) => Ok(Pace::Controlled(Production::Instant)),
            (_, Some(slot_ms)) => Ok(Pace::Every(slot_ms)),
            _ => Err("write manual, instant, or a time such as 250ms or 12s".to_owned()),
        }
    }
}

impl Up {
    /// Brings the network up. Exit code 0: it did what was asked; 1: it did not, and why is said.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        if self.until_epoch.is_some() && matches!(self.blocks, Some(Pace::Controlled(_))) {
            let what =
                "--until-epoch waits for an epoch, and with these --blocks nobody would make its blocks";
            failure(as_json, what, "leave out --blocks, or give it a time such as 250ms");
            return ExitCode::from(MAKES_NO_SENSE);
        }
        let mut screen = Screen::new(quiet || as_json);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let result = match runtime {
            Ok(runtime) => runtime.block_on(self.or_stopped(&mut screen, as_json)),
            Err(error) => Err(Failure::of_system("no runtime", &error)),
        };
        result.unwrap_or_else(|failed| {
            screen.end_status();
            let smaller = format!("run it again; if it fails again: {} up --nodes 1", program());
            failure(as_json, &failed, failed.remedy.as_deref().unwrap_or(&smaller))
        })
    }

    /// A signal ends everything at any moment; the guard inside stops what was started.
    async fn or_stopped(&self, screen: &mut Screen, as_json: bool) -> Result<ExitCode, Failure> {
        let watched = |kind| signal(kind).map_err(|error| Failure::of_system("no signal handler", &error));
        let mut interrupt = watched(SignalKind::interrupt())?;
        let mut terminate = watched(SignalKind::terminate())?;
        let mut hangup = watched(SignalKind::hangup())?;
        let stopped = tokio::select! {
            result = self.bring_up(screen, as_json) => return result,
            _ = interrupt.recv() => "Ctrl-C",
            _ = terminate.recv() => "terminated",
            _ = hangup.recv() => "the terminal is gone",
        };
        screen.line(format!("{stopped}: all processes stopped, nothing left behind"));
        let done = self.until_epoch.is_none();
        Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn bring_up(&self, screen: &mut Screen, as_json: bool) -> Result<ExitCode, Failure> {
        let options = self.options()?;
        let mut network = Running::start_nodes(&Home::find(), &options, screen).await?;
        let ready_s = screen.seconds();
        network.start_neurons()?;
        if self.until_epoch.is_none() && !network.record.neurons.is_empty() {
            network.serving().await?;
            let neurons = network.record.neurons.len();
            screen.done("subnet 1", format!("{neurons} neurons serving, emission on"));
        }
        self.pace(&network.record, screen).await?;
        if let Some(epoch) = self.until_epoch {
            let report = epochs::until(&network.nodes, &network.record, epoch, ready_s, screen).await?;
            return Ok(print_report(&report, as_json, screen));
        }
        introduce(&network.record, self.blocks, screen);
        if as_json {
            let (height, hash) = (network.agreement.height, &network.agreement.hash);
            result(json!({ "ready_s": ready_s, "height": height, "hash": hash, "network": network.record }));
        }
        if self.detach {
            let record = network.leave();
            if !as_json {
                result(&record.id);
            }
            return Ok(ExitCode::SUCCESS);
        }
        let ended = watch::until_stopped(&mut network, screen).await;
        // Only failures end up here. What the nodes had is not lost: they can be started again from their folders.
        network.keep_folder();
        Err(ended)
    }

    /// Holds the network, or lets transactions drive it, if that is asked for.
    async fn pace(&self, record: &Record, screen: &mut Screen) -> Result<(), Failure> {
        let Some(Pace::Controlled(production)) = self.blocks else { return Ok(()) };
        let held = async {
            let conductor = Conductor::of(record).await?;
            let height = conductor.hold().await?;
            conductor.produce(production, 0).await?;
            Ok(height)
        };
        let failed = |fault: Fault| Failure::of(&record.nodes[0], format!("its blocks: {fault}"));
        let height = held.await.map_err(failed)?;
        let how = if production == Production::Manual { "taonet dev mine 1" } else { "any transaction" };
        screen.done("blocks", format!("stand still at {height}; the next one comes with: {how}"));
        Ok(())
    }

    /// What was chosen.
    fn options(&self) -> Result<plan::Options, Failure> {
        let setup = self.setup.as_deref().map(|file| self.read_setup(file)).transpose()?;
        let mut options = plan::Options {
            preset: self.preset,
            nodes: setup.as_ref().map_or(self.nodes, |setup| setup.authorities),
            setup,
            quic: self.quic,
            archive: self.archive,
            consensus: self.consensus,
            slot_ms: if let Some(Pace::Every(slot_ms)) = self.blocks { Some(slot_ms) } else { None },
            bare: self.bare,
            detached: self.detach,
            ..plan::Options::default()
        };
        options.check().map_err(|what| self.mistake(what, CORRECT.to_owned()))?;
        for (name, command) in &self.run {
            options.programs.insert(name.clone(), command.clone());
        }
        options.check().map_err(|what| {
            let remedy = match options.neuron_names().join(" ") {
                names if names.is_empty() => "leave out --run: this network has no neurons".to_owned(),
                names => format!("name one of: {names}"),
            };
            Failure { remedy: Some(remedy), ..Failure::of_system(&what, &ErrorKind::InvalidInput.into()) }
        })?;
        Ok(options)
    }

    /// What the description says that cannot be.
    fn mistake(&self, what: String, remedy: String) -> Failure {
        let file = self.setup.as_deref().unwrap_or(Path::new("the description"));
        let nothing = Failure::of_system("", &ErrorKind::InvalidInput.into());
        Failure { name: file.display().to_string(), check: what, remedy: Some(remedy), ..nothing }
    }

    fn read_setup(&self, file: &Path) -> Result<Setup, Failure> {
        let text = fs::read_to_string(file).map_err(|error| {
            self.mistake(format!("it cannot be read: {error}"), "name a file that can be read".to_owned())
        })?;
        read_setup(&text).map_err(|refusal| self.mistake(refusal.to_string(), CORRECT.to_owned()))
    }
}

/// `m1=python miner.py` of `--run`.
fn program_of(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, command)) if !name.is_empty() && !command.trim().is_empty() => {
            Ok((name.to_owned(), command.to_owned()))
        }
        _ => Err("write the neuron's name and a command: m1='python miner.py'".to_owned()),
    }
}

fn every(slot_ms: u64) -> String {
    format!("every {slot_ms} ms")
}

fn introduce(record: &Record, pace: Option<Pace>, screen: &mut Screen) {
    let Some(first) = record.nodes.first() else { return };
    let program = program();
    screen.line("");
    screen.line(screen.bold(accounts::heading()));
    for account in record.accounts.iter().take(5) {
        screen.line(accounts::row(account));
    }
    screen.line(format!("  … all of them, with seeds: {program} accounts --seeds"));
    screen.line(format!("\n RPC      {}      Metrics  {}", first.rpc, first.metrics));
    screen.line(format!(" Folder   {}", record.dir.display()));
    screen.line(format!(
        " Blocks   {}",
        pace.map_or_else(|| every(record.slot_ms), |pace| pace.says(record.slot_ms))
    ));
    let subnet = if record.neurons.is_empty() { "subnets list" } else { "subnets show 1" };
    screen.line(format!("\n Try:  {program} {subnet}"));
    for words in ["status", "wallet balance //Alice", "logs -f"] {
        screen.line(format!("       {program} {words}"));
    }
    screen.line(format!(" Stop: Ctrl-C, which keeps nothing; or {program} down, if started with -d\n"));
}

fn print_report(report: &epochs::Report, as_json: bool, screen: &mut Screen) -> ExitCode {
    screen.end_status();
    if as_json {
        result(json!(report));
    } else {
        result(report);
    }
    for complaint in &report.complaints {
        failure(false, complaint, &format!("{} up, then: {0} subnets show 1", program()));
    }
    ExitCode::from(u8::from(!report.complaints.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    #[test]
    fn what_is_wrong_with_a_description_is_said_of_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("lab.toml").display().to_string();
        let words = Up::augment_args(clap::Command::new("up")).get_matches_from(["up", "--setup", &file]);
        let up = Up::from_arg_matches(&words).expect("words that make sense");
        let late = "[[subnets]]\nname = \"s\"\nminers = [{ name = \"m\", joins = 3 }]\n";
        let table = [
            ("authorities = 0\n", "line 1, column 15: 0 authorities cannot make blocks"),
            ("authorites = 1\n", "line 1, column 1: unknown field `authorites`"),
            (late, "m comes later, and only a scenario registers it"),
        ];
        for (text, says) in table {
            fs::write(&file, text).expect("written");
            let failed = up.options().expect_err(text);
            assert!(failed.name == file && failed.check.starts_with(says), "{failed}");
            assert_eq!(failed.remedy.as_deref(), Some(CORRECT));
        }
        fs::write(&file, "authorities = 1\n").expect("written");
        assert_eq!(up.options().map(|options| options.nodes).ok(), Some(1));
    }
}
