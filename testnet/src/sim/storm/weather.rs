//! The weather of a storm: what strikes whom, and when it is over.

use super::{
    super::{Link, Random, Violation, World},
    plan::Plan,
    report::Report,
};
use std::collections::BTreeSet;
use taonet_chain::genesis::Timing;
use taonet_consensus::{Guard, Replica};

/// A crash comes at one of so many next store calls: a few heights' worth.
const CALLS: u64 = 24;

/// At most so many operations of an unsynced tail survive by choice.
const TAIL: u64 = 4;

/// What is broken at the moment.
#[derive(Clone, Debug)]
pub(super) struct Weather {
    timing: Timing,
    /// Which side of a cut each node is on.
    sides: Vec<bool>,
    /// Directions that are cut besides.
    one_way: BTreeSet<(usize, usize)>,
    /// A copy of a twin, and a node it does not see.
    unseen: BTreeSet<(usize, usize)>,
    /// Nodes that lost their memory and have not voted since.
    wiped: BTreeSet<usize>,
    /// Each twin with its original.
    twins: Vec<(usize, usize)>,
}

impl Weather {
    pub(super) fn new(world: &World, plan: &Plan, timing: Timing) -> Weather {
        let twins = plan.twins.iter().enumerate().map(|(place, of)| (plan.singles() + place, *of)).collect();
        let (one_way, unseen, wiped) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Weather { timing, sides: vec![false; world.len()], one_way, unseen, wiped, twins }
    }

    /// A spell begins: slow, lossy, repetitive links, more or less.
    pub(super) fn turn_bad(&mut self, world: &mut World, random: &mut Random) {
        world.set_links(self.bad_link(random));
    }

    fn bad_link(&self, random: &mut Random) -> Link {
        let patience = self.timing.vote_ms;
        Link {
            delay_ms: random.between(1, patience / 20),
            jitter_ms: random.between(1, patience / 2),
            loss_percent: random.below(15),
            duplicate_percent: random.below(10),
            reorder_percent: random.below(10),
        }
    }

    /// Something bad happens, or something bad ends.
    pub(super) fn strike(
        &mut self,
        world: &mut World,
        plan: &Plan,
        random: &mut Random,
        report: &mut Report,
    ) -> Result<(), Violation> {
        let node = random.below(world.len() as u64) as usize;
        if !world.is_up(node) {
            return self.on_one_that_is_down(node, world, plan, random, report);
        }
        match random.below(16) {
            0 => {
                world.crash(node);
                report.crashes += 1;
            }
            1 | 2 => {
                world.crash_at_call(node, random.between(1, CALLS), random.below(TAIL));
                report.crashes_at_calls += 1;
            }
            3 => {
                self.sides = (0..world.len()).map(|_| random.chance(50)).collect();
                report.partitions += 1;
                self.rewire(world)?;
            }
            4 => {
                let mut any = || random.below(world.len() as u64) as usize;
                self.one_way = (0..world.len()).map(|_| (any(), any())).collect();
                report.one_way += 1;
                self.rewire(world)?;
            }
            5..=7 => self.clear(world)?,
            8 => {
                let other = random.below(world.len() as u64) as usize;
                world.set_link(node, other, self.bad_link(random));
            }
            9 if !self.twins.is_empty() => self.part_twins(world, random)?,
            _ => {}
        }
        Ok(())
    }

    fn on_one_that_is_down(
        &mut self,
        node: usize,
        world: &mut World,
        plan: &Plan,
        random: &mut Random,
        report: &mut Report,
    ) -> Result<(), Violation> {
        if plan.wipes && random.chance(5) && self.may_wipe(node, world, plan) {
            world.wipe(node);
            self.wiped.insert(node);
            report.wiped += 1;
        }
        if random.chance(60) { world.start(node) } else { Ok(()) }
    }

    /// Whether all who cannot be relied on would still have less than a third of the power.
    fn may_wipe(&mut self, node: usize, world: &World, plan: &Plan) -> bool {
        self.remember(world);
        let authorities = world.checks().agreement.authorities();
        let suspects = (0..plan.singles())
            .filter(|other| *other == node || plan.is_villain(*other) || self.wiped.contains(other));
        let power: u128 = suspects.map(|other| u128::from(authorities.power(&world.id(other)))).sum();
        world.height(node) > 0 && world.is_honest(node) && power * 3 < authorities.total()
    }

    /// Forgets about those that vote again.
    fn remember(&mut self, world: &World) {
        let votes = |node: &usize| world.replica(*node).map(Replica::guard) == Some(Guard::Open);
        self.wiped.retain(|node| !votes(node));
    }

    /// Nodes that lost their memory and do not vote yet.
    pub(super) fn wiped(&mut self, world: &World) -> BTreeSet<usize> {
        self.remember(world);
        self.wiped.clone()
    }

    /// Everyone sees the one copy of a twin, or the other, or both.
    fn part_twins(&mut self, world: &mut World, random: &mut Random) -> Result<(), Violation> {
        self.unseen.clear();
        for &(twin, original) in &self.twins {
            for node in 0..world.len() {
                match random.below(5) {
                    0 | 1 => drop(self.unseen.insert((twin, node))),
                    2 | 3 => drop(self.unseen.insert((original, node))),
                    _ => {}
                }
            }
        }
        self.rewire(world)
    }

    /// Nothing is cut any more; but twins stay apart.
    pub(super) fn clear(&mut self, world: &mut World) -> Result<(), Violation> {
        self.sides.fill(false);
        self.one_way.clear();
        self.rewire(world)
    }

    fn rewire(&self, world: &mut World) -> Result<(), Violation> {
        world.rewire_all(|a, b| {
            let unseen = self.unseen.contains(&(a, b)) || self.unseen.contains(&(b, a));
            unseen || self.sides[a] != self.sides[b] || self.one_way.contains(&(a, b))
        })
    }
}
