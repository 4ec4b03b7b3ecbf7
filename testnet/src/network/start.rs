//! Starting what a plan lists. Everything is this very binary, called again with another first word; an author's own
//! program too has a keeper, so that it ends with the network.

use super::{
    process::{Leash, Process, SUPERVISOR_VARIABLE},
    record::{NodeRecord, Record},
};
use std::{env, io, path::PathBuf, process::Command};
use taonet_node::client::Access;

/// Starts a node from its folder.
///
/// # Errors
/// What the operating system says.
pub fn node(network: &Record, record: &NodeRecord) -> io::Result<Process> {
    let mut command = taonet(network)?;
    command.arg("node").arg("--dir").arg(&record.dir);
    Process::start(&mut command, &record.log)
}

/// Starts a miner or a validator. It gets the addresses of all nodes, beginning with another one for each neuron,
/// so that the load is spread and a neuron outlives its node. Its settings go in as environment variables, the same
/// that an author's own program would get.
///
/// # Errors
/// What the operating system says.
pub fn neuron(network: &Record, index: usize) -> io::Result<Process> {
    let record = network.neurons.get(index).ok_or(io::ErrorKind::NotFound)?;
    let (before, from) = network.nodes.split_at(index % network.nodes.len().max(1));
    let (rpc, access): (Vec<String>, Vec<Access>) = from.iter().chain(before).map(NodeRecord::way_in).unzip();
    let dir = record.log.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut command = taonet(network)?;
    match &record.program {
        Some(program) => command.arg("keep").arg(program),
        None => command.arg(&record.role),
    };
    command
        .env("TAONET_RPC", rpc.join(","))
        .env("TAONET_KEY_FILE", dir.join("key"))
        .env("TAONET_NETUID", record.netuid.to_string());
    // One token and one file are all that a neuron is told: a network that has some gives all its nodes the same.
    let access = access.into_iter().next().unwrap_or_default();
    if let Some(token) = access.token {
        command.env("TAONET_TOKEN", token);
    }
    if let Some(ca) = access.ca {
        command.env("TAONET_CA", ca);
    }
    if let Some(method) = &record.method {
        command.env("TAONET_METHOD", method);
    }
    if let Some(policy) = &record.policy {
        command.env("TAONET_POLICY", policy);
    }
    if let Some(timeout_ms) = record.timeout_ms {
        command.env("TAONET_TIMEOUT_MS", timeout_ms.to_string());
    }
    if let Some(scores) = &record.scores {
        command.env("TAONET_SCORES", scores.trim_start_matches("http://").trim_end_matches("/scores"));
    }
    Process::start(&mut command, &record.log)
}

fn taonet(network: &Record) -> io::Result<Command> {
    let mut command = Command::new(if network.binary == PathBuf::new() {
        env::current_exe()?
    } else {
        network.binary.clone()
    });
    match network.supervisor {
        Some(supervisor) if supervisor.is_running() => {
            command.env(SUPERVISOR_VARIABLE, Leash::file(&network.dir))
        }
        _ => command.env_remove(SUPERVISOR_VARIABLE),
    };
    Ok(command)
}
