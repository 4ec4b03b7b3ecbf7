//! All figures, as a table for people; as JSON they carry the same names.

use crate::{cold::Cold, memory::Memory, start::Starts};
use serde::Serialize;
use std::fmt;
use taonet_testnet::load::{Round, Spread};

/// What the whole run measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) cores: usize,
    pub(crate) load_before: f64,
    pub(crate) load_after: f64,
    /// Strict signature verifications per second on one core.
    pub(crate) verifications: Spread,
    pub(crate) starts: Starts,
    pub(crate) memory: Vec<Memory>,
    pub(crate) cold: Cold,
    pub(crate) transfers: Vec<Round>,
    pub(crate) binary_bytes: u64,
}

const MIB: f64 = 1024.0 * 1024.0;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { cores, load_before, load_after, .. } = self;
        writeln!(f, "{cores} cores; load before {load_before:.1}, after {load_after:.1}")?;
        writeln!(f, "binary: {:.1} MB\n", self.binary_bytes as f64 / 1e6)?;
        writeln!(f, "{:<46} {:>10} {:>10} {:>10}", "", "min", "median", "max")?;
        row(f, "signatures checked per second on one core", self.verifications, 0)?;
        row(f, "up: four nodes agree on block 2, s", self.starts.ready_s, 2)?;
        row(f, "up -d: eight neurons serve, command ended, s", self.starts.serving_s, 2)?;
        row(f, "taonet --version, ms", self.cold.version_ms, 1)?;
        row(f, "taonet query status --json, ms", self.cold.status_ms, 1)?;
        self.memory.iter().try_for_each(|memory| show_memory(f, memory))?;
        self.transfers.iter().try_for_each(|round| writeln!(f, "\ntransfers, {round}"))
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, spread: Spread, decimals: usize) -> fmt::Result {
    writeln!(f, "{name:<46} {spread:.decimals$}")
}

fn show_memory(f: &mut fmt::Formatter<'_>, memory: &Memory) -> fmt::Result {
    writeln!(f, "\nmemory {}, MiB", memory.when)?;
    for role in ["node", "validator", "miner"] {
        let of_role = || memory.processes.iter().filter(|process| process.role == role);
        let count = of_role().count();
        let mib = |bytes: u64| bytes as f64 / MIB;
        let resident = Spread::of(of_role().map(|process| mib(process.resident_bytes)));
        let private = Spread::of(of_role().map(|process| mib(process.private_bytes)));
        row(f, &format!("  {count} × {role}, resident"), resident, 1)?;
        row(f, &format!("  {count} × {role}, of it private"), private, 1)?;
    }
    Ok(())
}
