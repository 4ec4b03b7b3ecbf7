//! `taonet status`: what runs in a network, and how well.

use super::chosen;
use crate::{
    network::{
        control::Life,
        home::Home,
        process::Process,
        production::{Productions, word},
        reach::Reach,
        record::{NeuronRecord, NodeRecord, Record},
    },
    screen::result,
};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use std::{process::ExitCode, time::Duration};
use taonet_node::proto;
use tokio::time::timeout;

/// A node that does not answer in this time is shown as silent.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which network to look at.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The network's id or the beginning of it
    id: Option<String>,
}

#[derive(Serialize)]
struct NodeRow {
    name: String,
    state: &'static str,
    height: u64,
    hash: String,
    state_root: String,
    peers: u32,
    mempool: u64,
    rss_bytes: u64,
    rpc: String,
}

#[derive(Serialize)]
struct NeuronRow {
    name: String,
    role: String,
    state: &'static str,
    method: Option<String>,
    hotkey: String,
    rss_bytes: u64,
}

impl Status {
    /// Asks every node and prints one line each; exit code 1 if something of it does not run.
    pub(super) fn run(self, network: Option<&str>, as_json: bool) -> ExitCode {
        let record = match chosen(&Home::find(), self.id.as_deref().or(network), as_json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        let (statuses, productions) = answers(&record);
        let reach = Reach::of(&record, &statuses);
        let nodes: Vec<NodeRow> = record.nodes.iter().zip(statuses).map(|(n, s)| node_row(n, s)).collect();
        let neurons: Vec<NeuronRow> = record.neurons.iter().map(neuron_row).collect();
        let well =
            nodes.iter().all(|node| node.state == "running") && neurons.iter().all(|n| n.state == "running");
        if as_json {
            result(json!({ "id": record.id, "well": well, "moving": reach.suffices(), "reach": reach,
                "blocks": productions.common().map(word), "nodes": nodes, "neurons": neurons }));
        } else {
            print(&record, &nodes, &neurons);
            if !reach.suffices() {
                result(format!("blocks stand still: {reach}"));
            }
            if let Some(held) = productions.sentence() {
                result(held);
            }
        }
        ExitCode::from(u8::from(!well))
    }
}

fn answers(record: &Record) -> (Vec<Option<proto::Status>>, Productions) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(async { (ask(record).await, Productions::ask(record).await) }),
        Err(_) => (vec![None; record.nodes.len()], Productions::default()),
    }
}

/// Asks every node how far it is; `None` for those that do not answer.
pub(super) async fn ask(record: &Record) -> Vec<Option<proto::Status>> {
    let mut answers = Vec::new();
    for node in &record.nodes {
        let answer = match Life::of(node.process) {
            // The system takes its connections, and nobody answers.
            Life::Paused => None,
            _ => timeout(PATIENCE, status_of(node)).await.ok().flatten(),
        };
        answers.push(answer);
    }
    answers
}

async fn status_of(node: &NodeRecord) -> Option<proto::Status> {
    node.connect().await.ok()?.status().await.ok()
}

fn state(process: Option<Process>, answers: bool) -> &'static str {
    match Life::of(process) {
        _ if answers => "running",
        Life::Running => "silent",
        other => other.name(),
    }
}

fn node_row(node: &NodeRecord, status: Option<proto::Status>) -> NodeRow {
    let state = state(node.process, status.is_some());
    let status = status.unwrap_or_default();
    NodeRow {
        name: node.name.clone(),
        state,
        height: status.height,
        hash: status.hash,
        state_root: status.state_root,
        peers: status.peers,
        mempool: status.mempool,
        rss_bytes: status.rss_bytes,
        rpc: node.rpc.clone(),
    }
}

fn neuron_row(neuron: &NeuronRecord) -> NeuronRow {
    let runs = neuron.process.is_some_and(|process| process.is_running());
    NeuronRow {
        name: neuron.name.clone(),
        role: neuron.role.clone(),
        state: if runs { "running" } else { "stopped" },
        method: neuron.method.clone().or_else(|| neuron.program.as_ref().map(|_| "own".to_owned())),
        hotkey: neuron.hotkey.clone(),
        rss_bytes: neuron.process.map_or(0, |process| process.resident_bytes()),
    }
}

fn print(record: &Record, nodes: &[NodeRow], neurons: &[NeuronRow]) {
    result(format!("network {}   genesis {}…", record.id, &record.genesis[..8]));
    result(format!(
        "{:<6} {:<8} {:>8} {:<10} {:<10} {:>5} {:>5}  RPC",
        "NODE", "STATE", "HEIGHT", "BLOCK", "ROOT", "PEERS", "RSS"
    ));
    for n in nodes {
        let (hash, root) = (n.hash.get(..8).unwrap_or("-"), n.state_root.get(..8).unwrap_or("-"));
        let memory = format!("{}M", n.rss_bytes / 1_000_000);
        result(format!(
            "{:<6} {:<8} {:>8} {hash:<10} {root:<10} {:>5} {memory:>5}  {}",
            n.name, n.state, n.height, n.peers, n.rpc
        ));
    }
    result(format!("{:<6} {:<10} {:<8} {:<9} {:>5}  HOTKEY", "NEURON", "ROLE", "STATE", "METHOD", "RSS"));
    for n in neurons {
        let memory = format!("{}M", n.rss_bytes / 1_000_000);
        let method = n.method.as_deref().unwrap_or("-");
        result(format!("{:<6} {:<10} {:<8} {method:<9} {memory:>5}  {}", n.name, n.role, n.state, n.hotkey));
    }
}
