//! What a seed says about a storm before it begins: who there is, and who is not to be trusted.

use super::{
    super::{Random, World, liars},
    Storm,
};
use taonet_chain::ConsensusMode;
use taonet_consensus::{Time, store::HISTORY};

/// The share of the clock's tolerance that clocks are wrong by, at most: one part in this many.
const SKEW_PART: Time = 10;

/// The nodes of a storm. Numbers are those of the world: authorities, then observers, then twins.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// How many authorities there are at genesis.
    pub authorities: u16,
    /// How many nodes only follow, until governance makes them authorities.
    pub observers: u16,
    /// The powers of the authorities.
    pub powers: Vec<u64>,
    /// The authorities with a twin.
    pub twins: Vec<usize>,
    /// The authorities that lie, and how.
    pub liars: Vec<(usize, u64)>,
    /// How wrong each clock is.
    pub skews_ms: Vec<i64>,
    /// Whether governance replaces the authorities now and then. Nobody loses a disk then.
    pub changes_sets: bool,
    /// Whether nodes lose their disks.
    pub wipes: bool,
    /// Whether nodes pass on what they hear.
    pub gossip: bool,
    /// Whether authorities are elected by stake.
    pub by_stake: bool,
    /// Blocks of an era, in stake mode.
    pub era_length: u64,
    /// The authority that may leave the candidates, if the others can do without any.
    pub wanderer: Option<usize>,
    /// The authority that starts later than the others, if they can do without.
    pub late: Option<usize>,
    /// How many blocks each node keeps.
    pub history: u64,
}

/// The eras of storms in stake mode, in blocks: elections are what these are about.
const ERAS: (u64, u64) = (3, 12);

/// Of nodes that keep so few blocks, who was away for a while gets a snapshot.
const SHORT_HISTORY: u64 = 4;

impl Plan {
    /// The plan of a storm.
    pub fn draw(storm: &Storm, random: &mut Random) -> Plan {
        let Storm { nodes, timing, consensus, .. } = *storm;
        let observers = u16::from(nodes > 4 && random.chance(40));
        let authorities = nodes - observers;
        let by_stake = consensus == ConsensusMode::Stake;
        let mut plan = Plan { authorities, observers, by_stake, history: HISTORY, ..Plan::default() };
        let unequal = random.chance(40);
        plan.powers = (0..authorities).map(|_| if unequal { random.between(1, 5) } else { 1 }).collect();
        plan.draw_villains(random);
        let skew = timing.max_drift_ms / SKEW_PART;
        let clocks = nodes + plan.twins.len() as u16;
        plan.skews_ms = (0..clocks).map(|_| random.between(0, 2 * skew) as i64 - skew as i64).collect();
        plan.changes_sets = random.chance(50);
        plan.wipes = !plan.changes_sets;
        plan.gossip = random.chance(50);
        if by_stake {
            plan.draw_for_stake_mode(random);
        }
        plan
    }

    /// Elections replace politics about lists.
    fn draw_for_stake_mode(&mut self, random: &mut Random) {
        (self.changes_sets, self.wipes) = (false, false);
        self.era_length = random.between(ERAS.0, ERAS.1);
        self.history = if random.chance(30) { SHORT_HISTORY } else { HISTORY };
        let total: u64 = self.powers.iter().sum();
        let villains = self.power_of_villains();
        let honest = (0..usize::from(self.authorities)).filter(|node| !self.is_villain(*node));
        let honest: Vec<(usize, u64)> = honest.map(|node| (node, self.power(node))).collect();
        let pick = |random: &mut Random, is_spare: &dyn Fn(u64) -> bool| {
            let spare: Vec<usize> =
                honest.iter().filter(|(_, power)| is_spare(*power)).map(|(node, _)| *node).collect();
            random.pick(&spare).copied()
        };
        self.wanderer = pick(random, &|power| villains * 3 < total - power);
        self.late = pick(random, &|power| (villains + power) * 3 < total);
    }

    /// Some authorities are not to be trusted: fewer than a third of the power.
    fn draw_villains(&mut self, random: &mut Random) {
        let wanted = random.below(u64::from(self.authorities)) / 2;
        for _ in 0..wanted {
            let node = random.below(u64::from(self.authorities)) as usize;
            let (power, total) =
                (self.power_of_villains() + self.power(node), self.powers.iter().sum::<u64>());
            if self.is_villain(node) || power * 3 >= total {
                continue;
            }
            match random.below(liars::WAYS + 2) {
                way if way < liars::WAYS => self.liars.push((node, way)),
                _ => self.twins.push(node),
            }
        }
    }

    fn power(&self, node: usize) -> u64 {
        self.powers.get(node).copied().unwrap_or(0)
    }

    fn power_of_villains(&self) -> u64 {
        let twins = self.twins.iter().map(|node| self.power(*node));
        twins.chain(self.liars.iter().map(|(node, _)| self.power(*node))).sum()
    }

    /// Whether a node lies or has a twin.
    pub fn is_villain(&self, node: usize) -> bool {
        self.twins.contains(&node) || self.liars.iter().any(|(liar, _)| *liar == node)
    }

    /// Whether a node may leave the candidates.
    pub(super) fn may_leave(&self, node: usize) -> bool {
        node >= usize::from(self.authorities) || self.wanderer == Some(node)
    }

    /// How many nodes there are without twins.
    pub fn singles(&self) -> usize {
        usize::from(self.authorities + self.observers)
    }

    /// Wrong clocks and wrong intentions.
    pub(super) fn prepare(&self, world: &mut World) {
        for (node, skew) in self.skews_ms.iter().enumerate() {
            world.set_skew(node, *skew);
        }
        for &(node, way) in &self.liars {
            if let Some(liar) = liars::by_number(way) {
                world.corrupt(node, liar);
            }
        }
    }
}
