//! `taonet conformance`: runs a directory of golden vectors.

use crate::{
    conformance::{self, Report},
    screen::{failure, result as say},
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

/// Which rules to check.
#[derive(Debug, Args)]
pub(super) struct Conformance {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Epochs: one JSON file per case
    Yuma {
        /// The directory with the files
        dir: PathBuf,
    },
    /// Money: pools, emission, shares, prices; whole runs of blocks
    Econ {
        /// The directory with the files
        dir: PathBuf,
    },
}

impl Conformance {
    /// Runs every file, prints each failure and the closing line. Exit code 0: all passed; 1: some failed; 2: the
    /// directory could not be read.
    pub(super) fn run(self, as_json: bool) -> ExitCode {
        let result = match &self.kind {
            Kind::Yuma { dir } => conformance::yuma(dir),
            Kind::Econ { dir } => conformance::econ(dir),
        };
        match result {
            Ok(report) => {
                if as_json {
                    print_json(&report);
                } else {
                    say(&report);
                }
                ExitCode::from(u8::from(!report.failures.is_empty()))
            }
            Err(error) => {
                failure(as_json, error, "name a folder that holds the vectors' JSON files");
                ExitCode::from(2)
            }
        }
    }
}

fn print_json(report: &Report) {
    let failures: Vec<_> = report
        .failures
        .iter()
        .map(|f| json!({ "file": f.file, "case": f.case, "field": f.field, "expected": f.expected, "got": f.got }))
        .collect();
    say(json!({ "passed": report.passed, "failures": failures, "skipped": report.skipped }));
}
