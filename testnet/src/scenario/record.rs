//! What a run looked like: the numbers behind every plot and every column of a report.
//!
//! Rules:
//! 1. Everything comes from the state of a block, whatever layer made it; an epoch is recorded in the block in which it
//!    ran.
//! 2. Long runs stay small: a series that is full forgets every second point and from then on takes every second one.

use serde::Serialize;
use std::collections::BTreeMap;
use taonet_chain::{
    AccountId,
    ledger::epochs::{self, Mechanism},
    query::{self, NeuronInfo, SubnetInfo},
    state::StateRead,
};

/// The most points of a series: a plot is some hundred pixels wide.
pub const MAX_POINTS: usize = 2_000;

/// The most epochs of a subnet that are kept with their matrices; the oldest are forgotten.
pub const MAX_EPOCHS: usize = 500;

/// A run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Recording {
    /// By netuid.
    pub subnets: BTreeMap<u16, SubnetRecord>,
    /// By name.
    pub nodes: BTreeMap<String, NodeSeries>,
}

/// A node over the seconds of a run. What it has decided is final: no block is ever taken back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NodeSeries {
    /// Its last block.
    pub height: Series,
    /// By how many blocks the node that was furthest was ahead of it.
    pub behind: Series,
}

/// A subnet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SubnetRecord {
    /// Its name.
    pub name: String,
    /// The price of its alpha by block: TAO.
    pub price: Series,
    /// Its epochs, oldest first.
    pub epochs: Vec<EpochRecord>,
}

/// A sparse matrix, by UID: rows of UID and part of the row.
pub type Rows = Vec<Vec<(u16, f64)>>;

/// An epoch.
#[derive(Clone, Debug, Serialize)]
pub struct EpochRecord {
    /// The block in which it ran.
    pub block: u64,
    /// What it made of each neuron, by UID.
    pub neurons: Vec<NeuronRecord>,
    /// The weights of the first mechanism, by UID: rows of UID and part of the row.
    pub weights: Rows,
    /// The bonds of the first mechanism, likewise.
    pub bonds: Rows,
}

/// What an epoch made of a neuron. All but the amounts are parts of one.
#[derive(Clone, Debug, Serialize)]
pub struct NeuronRecord {
    /// Its slot.
    pub uid: u16,
    /// What people call it.
    pub name: String,
    /// Its stake weight: alpha.
    pub stake: f64,
    /// Whether it holds a validator seat.
    pub permit: bool,
    /// The weight for it that enough stake supports.
    pub consensus: f64,
    /// How much of its weights the consensus supports.
    pub validator_trust: f64,
    /// What it earns as a miner.
    pub incentive: f64,
    /// What it earns as a validator.
    pub dividends: f64,
    /// What the epoch emitted to it: alpha.
    pub emission: f64,
}

/// Points in the order in which they came.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Series {
    /// Each a place on the horizontal axis and a value.
    pub points: Vec<(f64, f64)>,
    /// Only every so many-th point is kept; 0 counts as 1.
    #[serde(skip)]
    every: usize,
    /// How many came since the last one that was kept.
    #[serde(skip)]
    since: usize,
}

impl Series {
    /// Adds a point.
    pub fn push(&mut self, at: f64, value: f64) {
        self.since += 1;
        if self.since < self.every {
            return;
        }
        self.since = 0;
        self.points.push((at, value));
        if self.points.len() == MAX_POINTS {
            let mut is_kept = false;
            self.points.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            self.every = self.every.max(1) * 2;
        }
    }
}

impl Recording {
    /// Takes in the state after a block.
    pub fn block(&mut self, height: u64, state: &dyn StateRead, name_of: &dyn Fn(&AccountId) -> String) {
        for subnet in query::subnets(state).iter().filter(|subnet| subnet.netuid != 0) {
            let record = self.subnets.entry(subnet.netuid).or_default();
            record.name.clone_from(&subnet.name);
            record.price.push(height as f64, subnet.pool.price.rao as f64 / RAO);
            if subnet.epochs.last_block == height {
                record.epochs.push(epoch(height, state, subnet, name_of));
                let surplus = record.epochs.len().saturating_sub(MAX_EPOCHS);
                record.epochs.drain(..surplus);
            }
        }
    }

    /// Takes in how far a node is: seconds since the beginning, its height, and how many blocks it is behind.
    pub fn node(&mut self, name: &str, seconds: f64, height: u64, behind: u64) {
        let node = self.nodes.entry(name.to_owned()).or_default();
        node.height.push(seconds, height as f64);
        node.behind.push(seconds, behind as f64);
    }
}

/// Base units of one TAO or alpha.
const RAO: f64 = 1e9;

fn epoch(
    block: u64,
    state: &dyn StateRead,
    subnet: &SubnetInfo,
    name_of: &dyn Fn(&AccountId) -> String,
) -> EpochRecord {
    let netuid = subnet.netuid;
    let neurons = query::metagraph(state, netuid).unwrap_or_default();
    let index = Mechanism { netuid, number: 0 }.index();
    let rows = |read: &dyn Fn(u16, u16) -> Vec<(u16, u16)>| {
        neurons
            .iter()
            .map(|neuron| index.map_or(Vec::new(), |index| parts(&read(index, neuron.uid))))
            .collect()
    };
    EpochRecord {
        block,
        weights: rows(&|index, uid| epochs::weights(state, index, uid)),
        bonds: rows(&|index, uid| epochs::bonds(state, index, uid)),
        neurons: neurons.iter().map(|neuron| record_of(neuron, name_of)).collect(),
    }
}

fn record_of(neuron: &NeuronInfo, name_of: &dyn Fn(&AccountId) -> String) -> NeuronRecord {
    let part = |value: u16| f64::from(value) / f64::from(u16::MAX);
    NeuronRecord {
        uid: neuron.uid,
        name: name_of(&neuron.hotkey),
        stake: neuron.stake_weight as f64 / RAO,
        permit: neuron.validator_permit,
        consensus: part(neuron.consensus),
        validator_trust: part(neuron.validator_trust),
        incentive: part(neuron.incentive),
        dividends: part(neuron.dividends),
        emission: neuron.emission.units() as f64 / RAO,
    }
}

/// A row as parts of its sum.
fn parts(row: &[(u16, u16)]) -> Vec<(u16, f64)> {
    let sum: f64 = row.iter().map(|(_, value)| f64::from(*value)).sum();
    row.iter().filter(|_| sum > 0.0).map(|(uid, value)| (*uid, f64::from(*value) / sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::{DevOptions, Genesis, memory::MemoryChain};

    #[test]
    fn a_full_series_keeps_its_ends_and_every_second_point() {
        let mut series = Series::default();
        (0..10 * MAX_POINTS).for_each(|at| series.push(at as f64, 0.0));
        assert!(series.points.len() < MAX_POINTS, "{}", series.points.len());
        assert_eq!(series.points[0].0, 0.0);
        assert!(series.points.last().is_some_and(|last| last.0 > 9.9 * MAX_POINTS as f64));
        assert!(series.points.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_run_of_a_development_network_is_recorded_block_by_block_and_epoch_by_epoch() {
        let mut chain = MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("the preset builds");
        let mut recording = Recording::default();
        for height in 1..=45 {
            chain.produce(Vec::new());
            recording.block(height, &chain.state, &|account| account.to_string());
        }
        let subnet = &recording.subnets[&1];
        assert_eq!((subnet.name.as_str(), subnet.price.points.len()), ("tour", 45));
        let epochs: Vec<u64> = subnet.epochs.iter().map(|epoch| epoch.block).collect();
        assert_eq!(epochs.len(), 2, "{epochs:?}");
        assert_eq!(subnet.epochs[0].neurons.len(), 8);
    }
}
