//! What a storm did, and what went wrong.

use super::{
    super::{Violation, World, trace::COLUMNS},
    HOUR_MS, Storm,
    plan::Plan,
};
use std::fmt;
use taonet_chain::{ConsensusMode, ledger::authorities::era};
use taonet_consensus::Time;

/// What a storm did, or many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Storms.
    pub runs: u64,
    /// How much virtual time passed, in milliseconds.
    pub simulated_ms: Time,
    /// Blocks decided.
    pub blocks: u64,
    /// Transactions in them.
    pub transactions: u64,
    /// Crashes between two steps.
    pub crashes: u64,
    /// Crashes in the middle of a step, at some store call.
    pub crashes_at_calls: u64,
    /// Disks lost.
    pub wiped: u64,
    /// Times the network was cut in two.
    pub partitions: u64,
    /// Times that some could hear others, but not the other way round.
    pub one_way: u64,
    /// Authorities that ran twice.
    pub twins: u64,
    /// Authorities that lied.
    pub liars: u64,
    /// Times that somebody asked for what changes who decides.
    pub set_changes: u64,
    /// Ends of eras, each of which chose who decides next.
    pub eras: u64,
    /// Times that a node got the state as a whole.
    pub snapshots: u64,
    /// Authorities punished in blocks; all of them were guilty.
    pub punished: u64,
    /// Times that a bare quorum had to go on by itself.
    pub cores: u64,
    /// The most rounds that a recovery took.
    pub rounds: u32,
    /// The longest recovery, in milliseconds.
    pub recovery_ms: Time,
    /// The digest of all that happened.
    pub digest: u64,
}

impl Report {
    pub(super) fn starting(plan: &Plan) -> Report {
        let (twins, liars) = (plan.twins.len() as u64, plan.liars.len() as u64);
        Report { runs: 1, twins, liars, ..Report::default() }
    }

    pub(super) fn recovered(&mut self, took_ms: Time, rounds: u32) {
        self.rounds = self.rounds.max(rounds);
        self.recovery_ms = self.recovery_ms.max(took_ms);
    }

    pub(super) fn finish(&mut self, world: &World) {
        self.simulated_ms = world.now() - super::super::world::EPOCH_MS;
        self.blocks = world.highest();
        self.transactions = world.checks().validity.settled();
        self.punished = world.checks().accountability.punished();
        let furthest = (0..world.len()).max_by_key(|node| world.height(*node));
        let ledger = furthest.and_then(|node| world.ledger(node));
        self.eras = ledger.map_or(0, |ledger| era(ledger).number.saturating_sub(1));
        self.snapshots = world.checks().snapshots();
        self.digest = world.digest();
    }

    /// Counts another run in. The order of runs does not matter.
    pub fn add(&mut self, other: &Report) {
        let sums = [
            (&mut self.runs, other.runs),
            (&mut self.simulated_ms, other.simulated_ms),
            (&mut self.blocks, other.blocks),
            (&mut self.transactions, other.transactions),
            (&mut self.crashes, other.crashes),
            (&mut self.crashes_at_calls, other.crashes_at_calls),
            (&mut self.wiped, other.wiped),
            (&mut self.partitions, other.partitions),
            (&mut self.one_way, other.one_way),
            (&mut self.twins, other.twins),
            (&mut self.liars, other.liars),
            (&mut self.set_changes, other.set_changes),
            (&mut self.eras, other.eras),
            (&mut self.snapshots, other.snapshots),
            (&mut self.punished, other.punished),
            (&mut self.cores, other.cores),
        ];
        sums.into_iter().for_each(|(sum, more)| *sum += more);
        self.rounds = self.rounds.max(other.rounds);
        self.recovery_ms = self.recovery_ms.max(other.recovery_ms);
        self.digest ^= other.digest;
    }
}

/// Why a storm failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Something happened that must not.
    Violation(Violation),
    /// After the storm the network did not go on in time.
    Stuck {
        /// The height it did not get past.
        height: u64,
        /// The round it is in.
        round: u32,
    },
    /// It went on, but took too many rounds.
    Slow {
        /// The height.
        height: u64,
        /// The round when the storm ended.
        from: u32,
        /// The round in which it was decided.
        to: u32,
        /// The round in which it should have been decided at the latest.
        latest: u32,
    },
    /// Opening the store of a node again does not give the node.
    Replay {
        /// The node.
        node: usize,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Violation(violation) => violation.fmt(f),
            Failure::Stuck { height, round } => write!(f, "no progress at height {height}, round {round}"),
            Failure::Slow { height, from, to, latest } => {
                write!(f, "height {height} was in round {from} when calm came and took until round {to}")?;
                write!(f, ", but should have been decided by round {latest}")
            }
            Failure::Replay { node } => write!(f, "replaying the log of node {node} gives another state"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Violation> for Failure {
    fn from(violation: Violation) -> Failure {
        Failure::Violation(violation)
    }
}

/// A storm that failed: why, after what, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The storm.
    pub storm: Storm,
    /// Why.
    pub failure: Failure,
    /// What happened last, one line each.
    pub trace: Vec<String>,
}

impl Failed {
    pub(super) fn new(storm: &Storm, failure: Failure, world: Option<&World>) -> Failed {
        Failed { storm: storm.clone(), failure, trace: lines(world) }
    }

    /// The command that shows it again.
    pub fn command(&self) -> String {
        let Storm { seed, nodes, duration_ms, consensus, .. } = &self.storm;
        let hours = duration_ms / HOUR_MS;
        let length = if hours == 0 { " --short".to_owned() } else { format!(" --hours {hours}") };
        let mode = if *consensus == ConsensusMode::Stake { " --consensus stake" } else { "" };
        format!("taonet sim replay --seed {seed} --nodes {nodes}{length}{mode}")
    }
}

/// What happened last in a world, one line each.
pub(super) fn lines(world: Option<&World>) -> Vec<String> {
    world.into_iter().flat_map(World::trace).map(ToString::to_string).collect()
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Storm { seed, nodes, .. } = &self.storm;
        writeln!(f, "seed {seed}, {nodes} nodes: {}", self.failure)?;
        writeln!(f, "{COLUMNS}")?;
        self.trace.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        write!(f, "again: {}", self.command())
    }
}

impl std::error::Error for Failed {}
