//! Starting what a plan lists. Everything is this very binary, called again with another first word.

use super::{
    process::Process,
    record::{NeuronRecord, NodeRecord},
};
use std::{env, io, process::Command};

/// Starts a node from its folder.
///
/// # Errors
/// What the operating system says.
pub fn node(record: &NodeRecord) -> io::Result<Process> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("node").arg("--dir").arg(&record.dir);
    Process::start(&mut command, &record.log)
}

/// Starts a miner or a validator against the node at `rpc`: its settings go in as environment variables, the same that
/// an author's own program would get.
///
/// # Errors
/// What the operating system says.
pub fn neuron(record: &NeuronRecord, rpc: &str) -> io::Result<Process> {
    let dir = record.log.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(env::current_exe()?);
    command
        .arg(&record.role)
        .env("TAONET_RPC", rpc)
        .env("TAONET_KEY_FILE", dir.join("key"))
        .env("TAONET_NETUID", record.netuid.to_string());
    if let Some(method) = &record.method {
        command.env("TAONET_METHOD", method);
    }
    Process::start(&mut command, &record.log)
}
