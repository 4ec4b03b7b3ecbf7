//! `taonet down`: stops a network that was started with `up -d`, or left behind.

use super::chosen;
use crate::network::{home::Home, process::stop_all};
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
        let record = match chosen(&Home::find(), self.id.as_deref().or(network)) {
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
            eprintln!("error: {} could not be removed\nwhat to try: remove it by hand", record.dir.display());
            return ExitCode::FAILURE;
        }
        if as_json {
            println!("{}", json!({ "id": record.id, "stopped": running, "kept": self.keep }));
        } else {
            println!(
                "{}: {running} processes stopped{}",
                record.id,
                if self.keep { ", folder kept" } else { "" }
            );
        }
        ExitCode::SUCCESS
    }
}
