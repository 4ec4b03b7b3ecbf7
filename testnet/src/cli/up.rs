//! `taonet up`: brings a network to life and watches it.
//!
//! It counts as up only when every node has the same block and the same state root; otherwise it says which node failed
//! which check, and exits 1. In the foreground it watches until Ctrl-C and leaves nothing behind; with `--detach` it
//! leaves the network running; with `--until-epoch` it ends when the economy has shown that it lives.

use super::{accounts, watch};
use crate::{
    network::{
        epochs,
        home::Home,
        name, plan,
        process::{Process, stop_all},
        ready::{self, Agreement, Failure, Node},
        record::Record,
        start,
        time::Conductor,
    },
    screen::{Screen, failure, program, result},
};
use clap::Args;
use serde_json::json;
use std::{fs, io, process::ExitCode, time::Duration};
use taonet_node::{fault::Fault, proto::Production};
use tokio::signal::unix::{SignalKind, signal};

/// A port can be taken by a stranger between planning and starting; so often the network is planned again.
const PLANS: usize = 3;

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

/// A network that is stopped and removed when this value goes, whatever the reason.
struct Guard {
    record: Record,
    keep_running: bool,
    keep_folder: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.keep_running {
            self.record.find_restarted();
            stop_all(&self.record.processes());
        }
        if !self.keep_running && !self.keep_folder {
            // Nothing is lost if the folder stays: `taonet ls` shows it as stopped.
            let _ = fs::remove_dir_all(&self.record.dir);
        }
    }
}

impl Up {
    /// Brings the network up. Exit code 0: it did what was asked; 1: it did not, and why is said.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
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
        let (mut guard, nodes, agreement) = self.start_nodes(screen).await?;
        let ready_s = screen.seconds();
        self.start_neurons(&mut guard, &nodes, screen).await?;
        self.pace(&guard.record, screen).await?;
        if let Some(epoch) = self.until_epoch {
            let report = epochs::until(&nodes, &guard.record, epoch, ready_s, screen).await?;
            return Ok(print_report(&report, as_json, screen));
        }
        introduce(&guard.record, self.blocks, screen);
        if as_json {
            let (height, hash) = (agreement.height, &agreement.hash);
            result(json!({ "ready_s": ready_s, "height": height, "hash": hash, "network": guard.record }));
        }
        if self.detach {
            guard.keep_running = true;
            if !as_json {
                result(&guard.record.id);
            }
            return Ok(ExitCode::SUCCESS);
        }
        let ended = watch::until_stopped(&nodes, &mut guard.record, screen).await;
        // Only failures end up here. What the nodes had is not lost: they can be started again from their folders.
        guard.keep_folder = true;
        Err(ended)
    }

    async fn start_nodes(&self, screen: &mut Screen) -> Result<(Guard, Vec<Node>, Agreement), Failure> {
        for _ in 1..PLANS {
            match self.try_nodes(screen).await {
                Err(failure) if failure.port_taken => {
                    screen.line("a port was taken meanwhile; planning again");
                }
                result => return result,
            }
        }
        self.try_nodes(screen).await
    }

    async fn try_nodes(&self, screen: &mut Screen) -> Result<(Guard, Vec<Node>, Agreement), Failure> {
        let mut guard = self.plan(screen)?;
        let system = |error| Failure::of_system("a process could not be started", &error);
        for index in 0..guard.record.nodes.len() {
            let process = start::node(&guard.record, &guard.record.nodes[index]).map_err(system)?;
            guard.record.nodes[index].process = Some(process);
        }
        guard.record.write().map_err(system)?;
        let mut nodes = Vec::new();
        for node in &guard.record.nodes {
            nodes.push(ready::connect(node).await?);
        }
        let names: Vec<&str> = nodes.iter().map(|node| node.record.name.as_str()).collect();
        screen.done("nodes", format!("{} started", names.join(" ")));
        let patience = ready::PATIENCE + Duration::from_millis(2 * ready::HEIGHT * guard.record.slot_ms);
        screen.status(" waiting for block 2 on every node");
        let agreement = ready::agree(&nodes, ready::HEIGHT, patience).await?;
        let (all, root) = (nodes.len(), agreement.state_root.get(..4).unwrap_or_default());
        screen.done(
            "consensus",
            format!("{all}/{all} nodes at block {}, same state root {root}…", agreement.height),
        );
        Ok((guard, nodes, agreement))
    }

    fn plan(&self, screen: &mut Screen) -> Result<Guard, Failure> {
        let mut entropy = [0; 4];
        getrandom::fill(&mut entropy)
            .map_err(|error| Failure::of_system("no entropy for a name", &io::Error::other(error)))?;
        let id = name::id_from(entropy);
        let slot_ms = if let Some(Pace::Every(slot_ms)) = self.blocks { Some(slot_ms) } else { None };
        let (preset, nodes, quic, archive, bare) =
            (self.preset, self.nodes, self.quic, self.archive, self.bare);
        let options = plan::Options { preset, nodes, quic, archive, slot_ms, bare };
        let home = Home::find();
        let (mut record, held) = plan::make(&home, &id, &options).map_err(|error| {
            let what = format!("no folder for the network below {}", home.path().display());
            let remedy = "choose another place with TAONET_HOME, or check permissions and free space there";
            Failure { remedy: Some(remedy.to_owned()), ..Failure::of_system(&what, &error) }
        })?;
        drop(held);
        record.supervisor = (!self.detach).then(Process::this);
        let version = env!("CARGO_PKG_VERSION");
        let title = format!(
            " taonet {version}   network \"{}\"   id {id}   preset {}",
            name::spoken(&id),
            record.preset
        );
        screen.line(format!("{}\n", screen.bold(&title)));
        let (accounts, neurons) = (record.accounts.len(), record.neurons.len());
        let subnet = if neurons > 0 { "1 subnet" } else { "no subnet" };
        screen.done("genesis", format!("{accounts} accounts, {subnet}, {neurons} neurons"));
        Ok(Guard { record, keep_running: false, keep_folder: false })
    }

    /// Holds the network, or lets transactions drive it, if that is asked for.
    async fn pace(&self, record: &Record, screen: &mut Screen) -> Result<(), Failure> {
        let Some(Pace::Controlled(production)) = self.blocks else { return Ok(()) };
        let held = async {
            let conductor = Conductor::of(record).await?;
            let held = conductor.hold().await?;
            conductor.produce(production, 0).await?;
            Ok(held.height)
        };
        let failed = |fault: Fault| Failure::of(&record.nodes[0], format!("its blocks: {fault}"));
        let height = held.await.map_err(failed)?;
        let how = if production == Production::Manual { "taonet dev mine 1" } else { "any transaction" };
        screen.done("blocks", format!("stand still at {height}; the next one comes with: {how}"));
        Ok(())
    }

    async fn start_neurons(
        &self,
        guard: &mut Guard,
        nodes: &[Node],
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let record = &mut guard.record;
        let system = |error| Failure::of_system("a neuron could not be started", &error);
        for index in 0..record.neurons.len() {
            record.neurons[index].process = Some(start::neuron(record, index).map_err(system)?);
        }
        record.write().map_err(system)?;
        if self.until_epoch.is_none() && !record.neurons.is_empty() {
            epochs::serving(&nodes[0], record).await?;
            screen.done("subnet 1", format!("{} neurons serving, emission on", record.neurons.len()));
        }
        Ok(())
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
