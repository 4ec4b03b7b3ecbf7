//! Networks that are brought up in a home of their own, and stopped again.

use crate::TAONET;
use serde::{Deserialize, Serialize};
use std::{
    process::{Command, Stdio},
    time::Instant,
};
use taonet_testnet::{
    load::{Outcome, Spread},
    network::{process::stop_all, record::Record},
};
use tempfile::TempDir;

/// A running network; its processes and its folder go with this value.
pub(crate) struct Live {
    pub(crate) record: Record,
    home: TempDir,
}

/// How long networks took to come up, seconds.
#[derive(Debug, Serialize)]
pub(crate) struct Starts {
    /// From the start of the binary to the same block 2 on all nodes, as `taonet up --json` says.
    pub(crate) ready_s: Spread,
    /// From outside, until the command has ended: all neurons serve, too.
    pub(crate) serving_s: Spread,
}

/// What `taonet up -d --json` prints, as far as it matters here.
#[derive(Deserialize)]
struct Up {
    ready_s: f64,
    network: Record,
}

/// Brings up so many networks, one after the other; the last one is left running.
pub(crate) fn several(count: usize) -> Outcome<(Live, Starts)> {
    let (mut ready, mut serving) = (Vec::new(), Vec::new());
    loop {
        let started = Instant::now();
        let (live, ready_s) = Live::up()?;
        serving.push(started.elapsed().as_secs_f64());
        ready.push(ready_s);
        if ready.len() >= count {
            return Ok((live, Starts { ready_s: Spread::of(ready), serving_s: Spread::of(serving) }));
        }
        live.down()?;
    }
}

impl Live {
    fn up() -> Outcome<(Live, f64)> {
        let home = TempDir::new()?;
        let output = taonet(&home).args(["up", "-d", "--json"]).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err("taonet up failed".into());
        }
        let Up { ready_s, network } = serde_json::from_slice(&output.stdout)?;
        Ok((Live { record: network, home }, ready_s))
    }

    /// The binary, in the home of this network.
    pub(crate) fn command(&self) -> Command {
        taonet(&self.home)
    }

    /// Stops it as a user would, and checks that nothing is left.
    pub(crate) fn down(self) -> Outcome<()> {
        let stopped = self.command().arg("down").stdout(Stdio::null()).status()?;
        if stopped.success() && !self.record.is_running() { Ok(()) } else { Err("taonet down failed".into()) }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        stop_all(&self.record.processes());
    }
}

fn taonet(home: &TempDir) -> Command {
    let mut command = Command::new(TAONET);
    command.env("TAONET_HOME", home.path()).stdin(Stdio::null());
    command
}
