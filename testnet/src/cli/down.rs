//! `taonet down`: stops a network that was started with `up -d`, or left behind.

use super::chosen;
use crate::{
    network::{home::Home, process::stop_all},
    screen::{failure, result},
};
use clap::Args;
use serde_json::json;
use std::{fs, process::ExitCode};

/// Which network to stop.
#[derive(Debug, Args)]
pub(super) struct Down {
    /// The network's id or the beginning of it; may be left out when there is only one
    id: Option<String>,
    /// Keep its folder: database, logs, network.json
    #[arg(long)]
    keep: bool,
}

impl Down {
    /// Stops exactly the processes that `network.json` lists and removes the folder.
    pub(super) fn run(self, network: Option<&str>, as_json: bool) -> ExitCode {
        let record = match chosen(&Home::find(), self.id.as_deref().or(network), as_json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        let running = record.processes().iter().filter(|process| process.is_running()).count();
        if let Some(supervisor) = record.supervisor {
            // It stops what it started; what it leaves is stopped below.
            stop_all(&[supervisor]);
        }
        stop_all(&record.processes());
        if !self.keep && record.dir.exists() && fs::remove_dir_all(&record.dir).is_err() {
            return failure(
                as_json,
                format!("{} could not be removed", record.dir.display()),
                "remove it by hand",
            );
        }
        if as_json {
            result(json!({ "id": record.id, "stopped": running, "kept": self.keep }));
        } else {
            let kept = if self.keep { ", folder kept" } else { "" };
            result(format!("{}: {running} processes stopped{kept}", record.id));
        }
        ExitCode::SUCCESS
    }
}
