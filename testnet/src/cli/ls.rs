//! `taonet ls`: the networks on this computer.

use crate::{
    network::{home::Home, record::Record},
    screen::result,
};
use serde_json::json;
use std::process::ExitCode;

/// Lists every network that has a `network.json`.
pub(super) fn run(as_json: bool) -> ExitCode {
    let home = Home::find();
    let records = home.records();
    for dir in home.unreadable() {
        eprintln!(
            "error: {} has a network.json that cannot be read\ntry:   end what runs there, remove it",
            dir.display()
        );
    }
    if as_json {
        let all: Vec<_> = records.iter().map(row_json).collect();
        result(json!(all));
    } else if records.is_empty() {
        result(format!("no networks in {}; start one with: taonet up", home.path().display()));
    } else {
        result(format!(
            "{:<24} {:<9} {:<8} {:>5} {:>7}  RPC",
            "NETWORK", "STATE", "PRESET", "NODES", "NEURONS"
        ));
        records.iter().for_each(|record| result(row_text(record)));
    }
    ExitCode::SUCCESS
}

fn state(record: &Record) -> &'static str {
    let running = record.processes().iter().filter(|process| process.is_running()).count();
    match running {
        0 => "stopped",
        all if all == record.processes().len() => "running",
        _ => "degraded",
    }
}

fn row_text(record: &Record) -> String {
    let (nodes, neurons) = (record.nodes.len(), record.neurons.len());
    let rpc = record.nodes.first().map_or("", |node| &node.rpc);
    format!("{:<24} {:<9} {:<8} {nodes:>5} {neurons:>7}  {rpc}", record.id, state(record), record.preset)
}

fn row_json(record: &Record) -> serde_json::Value {
    json!({
        "id": record.id,
        "state": state(record),
        "preset": record.preset,
        "dir": record.dir,
        "rpc": record.nodes.iter().map(|node| &node.rpc).collect::<Vec<_>>(),
        "neurons": record.neurons.len(),
    })
}
