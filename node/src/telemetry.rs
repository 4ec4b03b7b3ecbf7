//! Logs and counters.
//!
//! Logs go to stderr as one line each; the filter comes from the variable `TAONET_LOG` or from `node.toml`.
//! Counters are shown at `/metrics` of the node's address in the Prometheus text form, together with those of the
//! peer-to-peer network.

use crate::shared::Progress;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::{fs, io, sync::Arc, time::Duration};
use tracing_subscriber::EnvFilter;

/// The variable that overrides the log filter.
pub const LOG_VARIABLE: &str = "TAONET_LOG";

/// The log filter when none is named. Gossip warns of each message that a slow neighbour misses, which is repaired.
pub(crate) const DEFAULT_LOG: &str = "info,libp2p_gossipsub=error";

/// Upper bounds of the buckets of times between blocks, seconds: around a slot of 250 ms and one of 12 s.
const INTERVALS: [f64; 12] = [0.1, 0.2, 0.25, 0.275, 0.3, 0.4, 0.6, 1.0, 2.0, 6.0, 12.5, 30.0];
/// Upper bounds of the buckets of work within a step, seconds: a step has to be short beside a slot.
const WORK: [f64; 10] = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1.0];

/// Starts writing logs to stderr. The first call of a process counts; tests may call it as often as they like.
pub fn init_logging(filter: &str) {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(filter));
    let ansi = std::env::var_os("NO_COLOR").is_none() && io::IsTerminal::is_terminal(&io::stderr());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(ansi);
    let _ = logs.try_init();
}

/// What the node counts.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    /// The height of the last block.
    height: Gauge,
    /// The round of agreement on the next height.
    round: Gauge,
    /// Transactions that wait.
    mempool: Gauge,
    /// Connected peers.
    peers: Gauge,
    /// Transactions executed.
    pub(crate) transactions: Counter,
    /// Transactions refused.
    pub(crate) refused: Counter,
    /// Time between the timestamps of two blocks, seconds.
    pub(crate) block_interval: Histogram,
    /// Time of one step of the replica, seconds.
    pub(crate) step: Histogram,
    /// Time of a step that committed a block, disk included, seconds.
    pub(crate) commit: Histogram,
    memory: Gauge,
}

impl Metrics {
    /// Counters that are shown together with those in `registry`.
    pub(crate) fn new(mut registry: Registry) -> Metrics {
        let mut metrics = Metrics {
            registry: Arc::default(),
            height: Gauge::default(),
            round: Gauge::default(),
            mempool: Gauge::default(),
            peers: Gauge::default(),
            transactions: Counter::default(),
            refused: Counter::default(),
            block_interval: Histogram::new(INTERVALS),
            step: Histogram::new(WORK),
            commit: Histogram::new(WORK),
            memory: Gauge::default(),
        };
        metrics.register(registry.sub_registry_with_prefix("taonet"));
        metrics.registry = Arc::new(registry);
        metrics
    }

    fn register(&self, own: &mut Registry) {
        own.register("height", "Height of the last block", self.height.clone());
        own.register("round", "Round of agreement on the next height", self.round.clone());
        own.register("mempool", "Transactions that wait", self.mempool.clone());
        own.register("peers", "Connected peers", self.peers.clone());
        own.register("transactions", "Transactions executed", self.transactions.clone());
        own.register("refused", "Transactions refused", self.refused.clone());
        own.register("block_interval_seconds", "Time between two blocks", self.block_interval.clone());
        own.register("step_seconds", "Time of one step of the replica", self.step.clone());
        own.register("commit_seconds", "Time of a step that committed a block", self.commit.clone());
        own.register("resident_memory_bytes", "Resident memory of the process", self.memory.clone());
    }

    /// All counters in the Prometheus text form.
    pub(crate) fn page(&self) -> String {
        self.memory.set(i64::try_from(resident_bytes()).unwrap_or(i64::MAX));
        let mut page = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut page, &self.registry);
        page
    }

    /// Shows how far the node is.
    pub(crate) fn show(&self, progress: &Progress) {
        let gauge = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.height.set(i64::try_from(progress.height).unwrap_or(i64::MAX));
        self.round.set(progress.round.into());
        self.mempool.set(gauge(progress.mempool));
        self.peers.set(gauge(progress.peers));
    }

    /// Counts a step of the replica.
    pub(crate) fn stepped(&self, took: Duration, committed: bool) {
        self.step.observe(took.as_secs_f64());
        if committed {
            self.commit.observe(took.as_secs_f64());
        }
    }
}

/// Resident memory of this process, bytes; 0 where the system does not say.
pub fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.unwrap_or(0u64).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_what_was_counted() {
        let metrics = Metrics::new(Registry::default());
        metrics.show(&Progress { height: 7, ..Progress::default() });
        metrics.stepped(Duration::from_millis(3), true);
        let page = metrics.page();
        assert!(page.contains("\ntaonet_height 7\n"), "{page}");
        assert!(page.contains("\ntaonet_commit_seconds_count 1\n"), "{page}");
        assert!(page.ends_with("# EOF\n"), "{page}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_has_memory() {
        assert!(resident_bytes() > 100_000);
    }
}
