//! `taonet sim`: storms over simulated networks, and one of them again.
//!
//! Exit codes: 0 nothing broke; 1 something did, with the command that shows it again; 2 the words make no sense.

mod parallel;
mod words;

use crate::{
    screen::{Screen, failure, result},
    sim::{
        storm::{Failed, HOUR_MS, Report, Storm},
        trace::COLUMNS,
    },
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::{process::ExitCode, sync::Mutex};
use taonet_chain::ConsensusMode;
use words::{Nodes, Seeds};

/// Which simulation.
#[derive(Debug, Args)]
pub(super) struct Sim {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Crash, cut, slow down and betray networks for hours of virtual time, from many seeds
    Storm(Storms),
    /// One storm again, with what happened
    Replay(Replay),
}

#[derive(Debug, Args)]
struct Storms {
    /// How many nodes: one number, or from the first to the last, both included
    #[arg(long, default_value = "4..10", value_name = "N..N")]
    nodes: Nodes,
    /// Which seeds: one, or from the first up to, but without, the last
    #[arg(long, default_value = "0..100", value_name = "S..S")]
    seeds: Seeds,
    /// How long each storm lasts, in hours of virtual time at 12-second slots
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    hours: u64,
    /// A few seconds of virtual time at quarter-second slots instead
    #[arg(long, conflicts_with = "hours")]
    short: bool,
    /// How authorities are chosen: `authority`, by governance; `stake`, by elections among stakes that move
    #[arg(long, default_value_t = ConsensusMode::Authority, value_name = "MODE")]
    consensus: ConsensusMode,
    /// How many threads to use [default: one for each core]; the result does not depend on it
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Debug, Args)]
struct Replay {
    /// The seed
    #[arg(long)]
    seed: u64,
    /// How many nodes
    #[arg(long, value_parser = clap::value_parser!(u16).range(words::FEWEST..=words::MOST))]
    nodes: u16,
    /// How many hours of virtual time
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    hours: u64,
    /// A few seconds of virtual time at quarter-second slots instead
    #[arg(long, conflicts_with = "hours")]
    short: bool,
    /// How authorities are chosen: `authority` or `stake`
    #[arg(long, default_value_t = ConsensusMode::Authority, value_name = "MODE")]
    consensus: ConsensusMode,
    /// Show everything that happened, not only the end of a failure
    #[arg(long)]
    trace: bool,
}

impl Sim {
    /// Runs the simulation.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        match self.what {
            What::Storm(storms) => storms.run(as_json, quiet),
            What::Replay(replay) => replay.run(as_json),
        }
    }
}

fn storm(seed: u64, nodes: u16, hours: u64, short: bool, consensus: ConsensusMode) -> Storm {
    let storm = if short { Storm::short(seed, nodes) } else { Storm::hours(seed, nodes, hours) };
    Storm { consensus, ..storm }
}

impl Storms {
    fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        let one = |seed| storm(seed, self.nodes.of(seed), self.hours, self.short, self.consensus);
        let all: Vec<Storm> = self.seeds.range().map(one).collect();
        let screen = Mutex::new(Screen::new(quiet || as_json));
        let answer = parallel::run(&all, self.threads, &|report, count| {
            if let Ok(mut screen) = screen.try_lock() {
                let status = progress(report, count, all.len(), screen.seconds());
                screen.status(&status);
            }
        });
        let seconds = screen.into_inner().map(|mut screen| {
            screen.end_status();
            screen.seconds()
        });
        match answer {
            Ok(report) => {
                tell(&report, seconds.unwrap_or_default(), as_json);
                ExitCode::SUCCESS
            }
            Err(failed) => tell_failure(&failed, as_json),
        }
    }
}

/// ` [########............]  412 of 1000 storms   1,893 × real time   23 minutes to go`.
fn progress(report: &Report, done: usize, all: usize, seconds: f64) -> String {
    let filled = done * BAR / all.max(1);
    let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled));
    let left = seconds / done.max(1) as f64 * (all - done) as f64;
    let speed = report.simulated_ms as f64 / 1_000.0 / seconds.max(0.001);
    format!(" [{bar}] {done} of {all} storms   {speed:.0} x real time   {:.0} minutes to go", left / 60.0)
}

/// How wide the bar is.
const BAR: usize = 24;

fn tell(report: &Report, seconds: f64, as_json: bool) {
    let hours = report.simulated_ms as f64 / HOUR_MS as f64;
    let speed = report.simulated_ms as f64 / 1_000.0 / seconds.max(0.001);
    if as_json {
        result(json!({
            "storms": report.runs, "hours": hours, "blocks": report.blocks,
            "transactions": report.transactions, "crashes": report.crashes,
            "crashes_at_store_calls": report.crashes_at_calls, "disks_lost": report.wiped,
            "partitions": report.partitions, "one_way_partitions": report.one_way,
            "twins": report.twins, "liars": report.liars, "punished": report.punished,
            "set_changes": report.set_changes, "eras": report.eras, "snapshots": report.snapshots,
            "bare_quorums": report.cores,
            "most_rounds_to_recover": report.rounds, "longest_recovery_ms": report.recovery_ms,
            "digest": format!("{:016x}", report.digest), "seconds": seconds, "times_real_time": speed,
        }));
        return;
    }
    let rows: [(&str, String); 11] = [
        ("storms survived", format!("{}, digest {:016x}", report.runs, report.digest)),
        ("simulated chain", format!("{hours:.1} hours, {} blocks", report.blocks)),
        ("speed", format!("{speed:.0} x real time, {seconds:.0} s")),
        ("transactions", report.transactions.to_string()),
        ("crashes", format!("{} between steps, {} at a store call", report.crashes, report.crashes_at_calls)),
        ("disks lost", report.wiped.to_string()),
        ("partitions", format!("{} two-way, {} one-way", report.partitions, report.one_way)),
        ("traitors", format!("{} twins, {} liars", report.twins, report.liars)),
        ("punished", format!("{}, all of them guilty", report.punished)),
        ("set changes", format!("{} asked for, {} eras", report.set_changes, report.eras)),
        (
            "recovery",
            format!("{:.1} s and {} rounds at worst", report.recovery_ms as f64 / 1_000.0, report.rounds),
        ),
    ];
    rows.iter().for_each(|(name, value)| result(format!("{name:<18} {value}")));
}

fn tell_failure(failed: &Failed, as_json: bool) -> ExitCode {
    if !as_json {
        result(COLUMNS);
        failed.trace.iter().for_each(result);
    }
    let Storm { seed, nodes, .. } = &failed.storm;
    failure(as_json, format!("seed {seed}, {nodes} nodes: {}", failed.failure), &failed.command())
}

impl Replay {
    fn run(self, as_json: bool) -> ExitCode {
        let mut storm = storm(self.seed, self.nodes, self.hours, self.short, self.consensus);
        if self.trace {
            storm.trace = usize::MAX;
        }
        let screen = Screen::new(true);
        match storm.run_with_trace() {
            Ok((report, trace)) => {
                if self.trace && !as_json {
                    result(COLUMNS);
                    trace.iter().for_each(result);
                }
                tell(&report, screen.seconds(), as_json);
                ExitCode::SUCCESS
            }
            Err(failed) => tell_failure(&failed, as_json),
        }
    }
}
