//! Storms: spells of crashes, cuts, bad links and lies from one seed, each followed by calm in which the network must
//! go on at once.
//!
//! Rules:
//! 1. A seed and a number of nodes say everything: powers, clocks, liars and twins ([`plan`]), the weather
//!    ([`weather`]), the load. A failure is therefore one command line to see again.
//! 2. Liars, twins and nodes that lost their memory together always have less than a third of the power. Everyone else
//!    is honest, and may crash, be cut off and be slow as much as the weather likes.
//! 3. After each spell everyone honest is up and connected, and must decide within a few rounds ([`liveness`]).
//! 4. At the very end a random quorum stays connected, everyone else is broken for good, and the quorum must decide.
//! 5. In authority mode governance replaces the list now and then ([`sets`]). In stake mode short eras elect whoever
//!    has the stake, which moves all the time ([`stakes`]); liars are jailed, burnt, freed, elected, and lie again. And
//!    such a storm may begin with an authority that is new and late, and others that fail just as it comes.

pub mod liveness;
pub mod plan;
pub mod report;
pub mod sets;
pub mod stakes;
pub mod weather;

use super::{Options, Random, Violation, World, load::Load};
use plan::Plan;
use taonet_chain::{ConsensusMode, genesis::Timing};
use taonet_consensus::{Replica, Store, Time};
use weather::Weather;

pub use report::{Failed, Failure, Report};

/// How long the weather is bad, in slots.
const SPELL_SLOTS: Time = 16;

/// For how many heights a call may wait that changes who decides: few, so that it is settled or forgotten before the
/// storm's end.
const PATIENCE: u64 = 2;

/// An hour in milliseconds.
pub const HOUR_MS: Time = 3_600_000;

/// What a storm is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many nodes, twins not counted.
    pub nodes: u16,
    /// How long it lasts by the virtual clock, in milliseconds.
    pub duration_ms: Time,
    /// The times of the network.
    pub timing: Timing,
    /// How authorities are chosen, at first.
    pub consensus: ConsensusMode,
    /// How many lines of what happened are remembered.
    pub trace: usize,
}

impl Storm {
    /// So many hours with the slots of the public network.
    pub fn hours(seed: u64, nodes: u16, hours: u64) -> Storm {
        let duration_ms = hours.saturating_mul(HOUR_MS);
        let (timing, consensus) = (Timing::MAINNET, ConsensusMode::Authority);
        Storm { seed, nodes, duration_ms, timing, consensus, trace: super::trace::LINES }
    }

    /// The same, with authorities that are elected by their stake.
    #[must_use]
    pub fn by_stake(self) -> Storm {
        Storm { consensus: ConsensusMode::Stake, ..self }
    }

    /// A few spells with the slots of a development network.
    pub fn short(seed: u64, nodes: u16) -> Storm {
        Storm { duration_ms: 16_000, timing: Timing::DEV, ..Storm::hours(seed, nodes, 0) }
    }

    /// Runs it.
    ///
    /// # Errors
    /// What went wrong, what happened before it, and how to see it again.
    pub fn run(&self) -> Result<Report, Box<Failed>> {
        self.run_with_trace().map(|(report, _)| report)
    }

    /// The same, with what happened last, one line each.
    ///
    /// # Errors
    /// What went wrong, what happened before it, and how to see it again.
    pub fn run_with_trace(&self) -> Result<(Report, Vec<String>), Box<Failed>> {
        let mut run = Run::new(self);
        let result =
            run.as_mut().map_err(|violation| Failure::Violation(violation.clone())).and_then(Run::all);
        let (world, report) = run.map(|run| (run.world, run.report)).ok().unzip();
        match result {
            Ok(()) => Ok((report.unwrap_or_default(), report::lines(world.as_ref()))),
            Err(failure) => Err(Box::new(Failed::new(self, failure, world.as_ref()))),
        }
    }
}

/// A storm in progress.
#[derive(Debug)]
struct Run {
    plan: Plan,
    world: World,
    random: Random,
    load: Load,
    weather: Weather,
    timing: Timing,
    end: Time,
    report: Report,
}

impl Run {
    fn new(storm: &Storm) -> Result<Run, Violation> {
        let mut random = Random::new(storm.seed ^ 0x5707_14A1);
        let plan = Plan::draw(storm, &mut random);
        let mut options = Options::calm(plan.authorities).observers(plan.observers).powers(&plan.powers);
        options = options.timing(storm.timing).trace(storm.trace).gossip(plan.gossip).history(plan.history);
        if plan.by_stake {
            options = stakes::found(options, &plan).vouched();
        }
        options = plan.late.iter().fold(options, |options, late| options.late(*late));
        options = plan.twins.iter().fold(options, |options, twin| options.twin(*twin));
        let mut world = World::new(options, storm.seed)?;
        plan.prepare(&mut world);
        let weather = Weather::new(&world, &plan, storm.timing);
        let end = world.now() + storm.duration_ms;
        let report = Report::starting(&plan);
        let timing = storm.timing;
        Ok(Run { plan, world, random, load: Load::default(), weather, timing, end, report })
    }

    fn all(&mut self) -> Result<(), Failure> {
        liveness::beginning(self)?;
        while self.world.now() < self.end {
            self.spell(true)?;
            liveness::everyone(self)?;
        }
        self.spell(false)?;
        liveness::quorum(self)?;
        self.report.finish(&self.world);
        Ok(())
    }

    /// A while of bad weather. Only where `sets_may_change` is it also a time of politics.
    fn spell(&mut self, sets_may_change: bool) -> Result<(), Violation> {
        let slot = self.timing.slot_ms;
        let end = self.world.now() + SPELL_SLOTS * slot;
        self.weather.turn_bad(&mut self.world, &mut self.random);
        while self.world.now() < end {
            self.world.run_for(self.random.between(slot / 20, slot))?;
            if self.random.chance(50) {
                self.load.submit_any(&mut self.world, &mut self.random)?;
            }
            self.weather.strike(&mut self.world, &self.plan, &mut self.random, &mut self.report)?;
            if sets_may_change {
                self.politics()?;
            }
        }
        Ok(())
    }

    /// Now and then somebody asks for something that changes who decides.
    fn politics(&mut self) -> Result<(), Violation> {
        let Run { plan, world, random, report, .. } = self;
        if plan.by_stake && random.chance(40) {
            stakes::change(world, plan, random, report)
        } else if plan.changes_sets && random.chance(8) {
            sets::change(world, plan, random, report)
        } else {
            Ok(())
        }
    }
}

/// Whether the node had anything in its log, having shown that replaying it gives the very same agreement.
///
/// # Errors
/// It does not.
pub fn replays_alike(world: &World, node: usize) -> Result<bool, Failure> {
    let Some(replica) = world.replica(node) else { return Ok(false) };
    let store = replica.store().clone().into_memory();
    let logged = !store.log().is_empty();
    let again = Replica::open(world.config(node), store, world.now(), &mut Vec::new());
    let alike = again.is_ok_and(|again| again.agreement() == replica.agreement());
    if alike { Ok(logged) } else { Err(Failure::Replay { node }) }
}
