//! A home folder for the networks of one test, and words that read what the binary prints.

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The binary.
pub(crate) const TAONET: &str = env!("CARGO_BIN_EXE_taonet");

/// A home folder with the networks of one test; what still runs is stopped when the test ends, however it ends.
pub(crate) struct Home(pub(crate) TempDir);

impl Home {
    pub(crate) fn new() -> Home {
        Home(TempDir::new().expect("a folder"))
    }

    pub(crate) fn taonet(&self, words: &[&str]) -> Output {
        let mut command = Command::new(TAONET);
        command.args(words).env("TAONET_HOME", self.0.path()).stdin(Stdio::null());
        command.output().expect("taonet runs")
    }

    /// Runs a command that must succeed and print JSON.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let output = self.taonet(words);
        let talk = String::from_utf8_lossy(&output.stderr);
        let result = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "taonet {words:?}: {}\n{talk}\n{result}", output.status);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("taonet {words:?}: {error}\n{talk}"))
    }

    /// Starts a network in the background and returns its record.
    pub(crate) fn up(&self, words: &[&str]) -> Value {
        let all = [&["up", "--detach", "--json"], words].concat();
        self.json(&all)["network"].clone()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let networks: Value =
            serde_json::from_slice(&self.taonet(&["ls", "--json"]).stdout).unwrap_or_default();
        for network in networks.as_array().into_iter().flatten() {
            self.taonet(&["down", network["id"].as_str().unwrap_or_default()]);
        }
    }
}

pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {value}"))
}

pub(crate) fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("{field} is missing in {value}"))
}

pub(crate) fn nodes(network: &Value) -> Vec<Value> {
    network["nodes"].as_array().expect("nodes").clone()
}
