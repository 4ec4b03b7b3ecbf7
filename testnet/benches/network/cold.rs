//! How long a user waits for a new process of the binary.

use crate::start::Live;
use serde::Serialize;
use std::{process::Stdio, time::Instant};
use taonet_testnet::load::{Outcome, Spread};

/// Processes per figure.
const RUNS: usize = 20;

/// Milliseconds from the start of a process to its end, seen from outside.
#[derive(Debug, Serialize)]
pub(crate) struct Cold {
    /// `taonet --version`: nothing but the start.
    pub(crate) version_ms: Spread,
    /// `taonet query status --json`: finds the network, connects to a node, asks, prints.
    pub(crate) status_ms: Spread,
}

/// Measures against a running network.
pub(crate) fn measure(live: &Live) -> Outcome<Cold> {
    let times = |words: &[&str]| (0..RUNS).map(|_| once(live, words)).collect::<Outcome<Vec<f64>>>();
    let version = times(&["--version"])?;
    let status = times(&["query", "status", "--json"])?;
    Ok(Cold { version_ms: Spread::of(version), status_ms: Spread::of(status) })
}

fn once(live: &Live, words: &[&str]) -> Outcome<f64> {
    let mut command = live.command();
    command.args(words).stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(milliseconds) } else { Err(format!("taonet {} failed", words.join(" ")).into()) }
}
