//! Memory of each process, as the kernel counts it.
//!
//! *Resident* is everything in memory, the pages of the program's own file included, which all processes share;
//! *private* is the part of it that belongs to no file: heap and stacks.

use serde::Serialize;
use std::fs;
use taonet_testnet::network::{process::Process, record::Record};

/// A process at a moment.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    pub(crate) name: String,
    /// `node`, `validator` or `miner`.
    pub(crate) role: String,
    pub(crate) resident_bytes: u64,
    pub(crate) private_bytes: u64,
    /// The most that was ever resident.
    pub(crate) peak_bytes: u64,
}

/// All processes of a network at a moment.
#[derive(Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) when: &'static str,
    pub(crate) processes: Vec<Usage>,
}

impl Memory {
    pub(crate) fn of(record: &Record, when: &'static str) -> Memory {
        let nodes = record.nodes.iter().map(|node| (&node.name, "node", node.process));
        let neurons =
            record.neurons.iter().map(|neuron| (&neuron.name, neuron.role.as_str(), neuron.process));
        let all = nodes.chain(neurons);
        let processes = all.filter_map(|(name, role, process)| Some(usage(name, role, process?))).collect();
        Memory { when, processes }
    }
}

fn usage(name: &str, role: &str, process: Process) -> Usage {
    let status = fs::read_to_string(format!("/proc/{}/status", process.pid)).unwrap_or_default();
    let bytes = |field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1_024
    };
    Usage {
        name: name.to_owned(),
        role: role.to_owned(),
        resident_bytes: bytes("VmRSS:"),
        private_bytes: bytes("RssAnon:"),
        peak_bytes: bytes("VmHWM:"),
    }
}
