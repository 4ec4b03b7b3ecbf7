//! `taonet logs`: what the processes of a network say, one file each, shown together.

use super::chosen;
use crate::{
    network::{home::Home, record::Record},
    screen::failure,
};
use clap::Args;
use serde_json::json;
use std::{
    fs::File,
    io::{BufRead, BufReader, Write, stdout},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

/// How often the files are looked at with `--follow`.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Which logs to show.
#[derive(Debug, Args)]
pub(super) struct Logs {
    /// Only of these processes: n0, val-a, m1, …
    names: Vec<String>,
    /// Go on showing what is added
    #[arg(long, short)]
    follow: bool,
    /// Show at most the last N lines of each
    #[arg(long, short = 'l', default_value_t = 20)]
    lines: usize,
}

impl Logs {
    /// Prints the last lines of each log, then, with `--follow`, what is added until the network stops.
    pub(super) fn run(self, network: Option<&str>, as_json: bool) -> ExitCode {
        let record = match chosen(&Home::find(), network, as_json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        let mut files = sources(&record, &self.names);
        if files.is_empty() {
            return failure(as_json, format!("no process of {} is called that", record.id), "taonet status");
        }
        for (name, reader) in &mut files {
            let lines = rest(reader);
            if !print(name, &lines[lines.len().saturating_sub(self.lines)..], as_json) {
                return ExitCode::SUCCESS;
            }
        }
        while self.follow && record.is_running() {
            std::thread::sleep(LOOK_AGAIN);
            for (name, reader) in &mut files {
                if !print(name, &rest(reader), as_json) {
                    return ExitCode::SUCCESS;
                }
            }
        }
        ExitCode::SUCCESS
    }
}

fn sources(record: &Record, names: &[String]) -> Vec<(String, BufReader<File>)> {
    let nodes = record.nodes.iter().map(|node| (&node.name, &node.log));
    let neurons = record.neurons.iter().map(|neuron| (&neuron.name, &neuron.log));
    let wanted = |name: &String| names.is_empty() || names.contains(name);
    let open = |path: &PathBuf| File::open(path).ok().map(BufReader::new);
    nodes
        .chain(neurons)
        .filter(|(name, _)| wanted(name))
        .filter_map(|(n, p)| Some((n.clone(), open(p)?)))
        .collect()
}

fn rest(reader: &mut BufReader<File>) -> Vec<String> {
    reader.lines().map_while(Result::ok).collect()
}

/// Prints lines; `false` when the reader has had enough (`| head`).
fn print(name: &str, lines: &[String], as_json: bool) -> bool {
    let mut out = stdout().lock();
    lines.iter().all(|line| {
        let written = if as_json {
            writeln!(out, "{}", json!({ "name": name, "line": line }))
        } else {
            writeln!(out, "{name:<6} {line}")
        };
        written.is_ok()
    })
}
