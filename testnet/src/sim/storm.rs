//! Storms: a while of crashes, cuts and bad links from one seed, then calm, in which the network must go on at once.

use super::{Links, Options, Random, Violation, World};
use std::fmt;
use taonet_consensus::{MemoryStore, Replica, Store, Time};

/// How long the weather is bad.
const STORM_MS: Time = 8_000;

/// Rounds that the first height decided after the storm may take beyond the round in which the storm ended.
const ROUNDS_TO_RECOVER: u32 = 4;

/// The longest that recovery may take: those rounds at the longest timeouts.
const RECOVERY_MS: Time = 60_000;

/// What a storm did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Blocks decided.
    pub blocks: u64,
    /// Crashes survived.
    pub crashes: u64,
    /// Times the network was cut in two.
    pub cuts: u64,
    /// The highest round in which a block was decided.
    pub rounds: u32,
    /// The longest time from calm to two more blocks on every node.
    pub recovery_ms: Time,
    /// The world's digest.
    pub digest: u64,
}

impl Report {
    /// Counts another run in.
    pub fn add(&mut self, other: &Report) {
        self.blocks += other.blocks;
        self.crashes += other.crashes;
        self.cuts += other.cuts;
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
            Failure::Slow { height, from, to } => {
                write!(f, "height {height} was in round {from} when calm came and took until round {to}")
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

/// One storm over so many authorities.
///
/// # Errors
/// What went wrong.
pub fn run(seed: u64, authorities: u16) -> Result<Report, Failure> {
    let mut weather = Random::new(seed ^ 0x5707_14A1);
    let mut world = World::new(Options { links: Links::ROUGH, ..Options::calm(authorities) }, seed)?;
    let mut report = Report::default();
    let end = world.now() + STORM_MS;
    while world.now() < end {
        world.run_for(weather.between(20, 400))?;
        strike(&mut world, &mut weather, &mut report)?;
    }
    recover(&mut world, &mut report)?;
    report.blocks = world.highest();
    report.digest = world.digest();
    Ok(report)
}

/// Something bad happens, or something bad ends.
fn strike(world: &mut World, weather: &mut Random, report: &mut Report) -> Result<(), Violation> {
    let node = weather.below(world.len() as u64) as usize;
    match weather.below(8) {
        0 | 1 if world.is_up(node) => {
            world.crash(node);
            report.crashes += 1;
        }
        0..=3 if !world.is_up(node) => world.start(node)?,
        4 => {
            let sides: Vec<bool> = (0..world.len()).map(|_| weather.chance(50)).collect();
            world.split(sides)?;
            report.cuts += 1;
        }
        5 | 6 => world.heal()?,
        _ => {}
    }
    Ok(())
}

/// Calm: everyone is up and connected, and two more heights must be decided soon.
fn recover(world: &mut World, report: &mut Report) -> Result<(), Failure> {
    world.heal()?;
    for node in 0..world.len() {
        if !world.is_up(node) {
            world.start(node)?;
        }
    }
    world.set_links(Links::CALM);
    let calm = world.now();
    let (height, round) = (world.highest() + 1, highest_round(world));
    if !world.run_to_height(height + 1, RECOVERY_MS)? {
        return Err(Failure::Stuck { height: world.lowest() + 1, round: highest_round(world) });
    }
    report.recovery_ms = world.now() - calm;
    let store = world.replica(0).map(Replica::store);
    let decided = store.and_then(|store| store.block(height)).map_or(0, |block| block.certificate.round);
    report.rounds = decided;
    if decided > round + ROUNDS_TO_RECOVER {
        return Err(Failure::Slow { height, from: round, to: decided });
    }
    Ok(())
}

fn highest_round(world: &World) -> u32 {
    (0..world.len())
        .filter_map(|node| world.replica(node))
        .map(|replica| replica.agreement().round())
        .max()
        .unwrap_or(0)
}

/// Whether the node had anything in its log, having shown that replaying it gives the very same agreement.
///
/// # Errors
/// It does not.
pub fn replays_alike(world: &World, node: usize) -> Result<bool, Failure> {
    let Some(replica) = world.replica(node) else { return Ok(false) };
    let store: MemoryStore = replica.store().clone();
    let logged = !store.log().is_empty();
    let again = Replica::open(world.config(node), store, world.now(), &mut Vec::new());
    let alike = again.is_ok_and(|again| again.agreement() == replica.agreement());
    if alike { Ok(logged) } else { Err(Failure::Replay { node }) }
}
