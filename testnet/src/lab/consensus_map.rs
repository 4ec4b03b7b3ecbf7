//! How much does an honest majority keep against a cabal that rates itself?
//!
//! The experiment, for each kappa, each size of the cabal and each degree of honest agreement:
//! 1. Half of the validators and half of the miners are honest, the other half is the cabal. The cabal's validators
//!    hold a given part of the stake, split at random among them, as is that of the honest.
//! 2. Honest validators give a given part of their weight to honest miners, and the rest to the cabal's: what the
//!    cabal's miners are worth, or how far they fool people. Each splits it among the miners at random.
//! 3. The cabal's validators give everything to the cabal's miners.
//! 4. Several epochs run, bonds included. What counts is the part of the last epoch's emission that goes to the honest,
//!    as miners and as validators.
//!
//! An honest majority is safe where it keeps at least the part of the emission that its stake is of all stake:
//! otherwise the cabal grows from epoch to epoch.

use crate::sim::random::Random;
use serde::Serialize;
use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use taonet_subnets::yuma::{Ballot, Neuron, Params, Subnet, epoch};

/// Blocks between two epochs of the experiment.
const TEMPO: u16 = 100;
/// What an epoch distributes.
const EMISSION: u64 = 1_000_000_000_000;
/// The stake of all validators together.
const STAKE: u64 = 1_000_000_000_000_000;

/// What to find out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// The kappas, in 65,535ths.
    pub kappas: Vec<u16>,
    /// The cabal's parts of the stake, in hundredths.
    pub cabals: Vec<u32>,
    /// The parts of their weight that honest validators give to honest miners, in hundredths.
    pub agreements: Vec<u32>,
    /// Trials for each combination.
    pub trials: u32,
    /// Epochs of each trial.
    pub epochs: u32,
    /// Validators, and as many miners: half of them are the cabal's.
    pub validators: u16,
    /// The seed of all chance.
    pub seed: u64,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            kappas: [0.4, 0.5, 0.6].map(kappa).to_vec(),
            cabals: (1..=14).map(|step| step * 5).collect(),
            agreements: (0..=5).rev().map(|step| 50 + step * 10).collect(),
            trials: 20,
            epochs: 10,
            validators: 32,
            seed: 1,
        }
    }
}

/// A kappa between 0 and 1 as it is stored.
pub fn kappa(value: f64) -> u16 {
    (value.clamp(0.0, 1.0) * f64::from(u16::MAX)).round() as u16
}

/// The answer: one map for each kappa.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// The maps, in the order of the kappas.
    pub maps: Vec<Map>,
}

/// What the honest keep under one kappa.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Map {
    /// The kappa, in 65,535ths.
    pub kappa: u16,
    /// The part of the emission that the honest keep, in millionths: a row for each agreement, a column for each size
    /// of the cabal.
    pub kept: Vec<Vec<u64>>,
    /// The largest cabal, in hundredths of the stake, against which they keep at least their stake's part, for each
    /// agreement; none if every cabal gains. Smaller cabals may gain as well: by what the honest give them.
    pub safe_up_to: Vec<Option<u32>>,
}

/// One place in the maps.
#[derive(Clone, Copy, Debug)]
struct Cell {
    kappa: u16,
    cabal: u32,
    agreement: u32,
}

/// Answers a question with all cores, telling `progress` how many trials of how many are done.
pub fn answer(
    question: &Question,
    threads: Option<usize>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Answer {
    let cells = cells(question);
    let trials = question.trials.max(1) as usize;
    let all = cells.len() * trials;
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(cell) = cells.get(index / trials).filter(|_| index < all) else { return mine };
            mine.push((index / trials, trial(question, *cell, index)));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut sums = vec![0u64; cells.len()];
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.unwrap_or(cores).max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            // A sum of integers is the same in any order.
            for (cell, kept) in worker.join().unwrap_or_default() {
                sums[cell] += kept;
            }
        }
    });
    let means: Vec<u64> = sums.into_iter().map(|sum| sum / trials as u64).collect();
    Answer { question: question.clone(), maps: maps(question, &means) }
}

fn cells(question: &Question) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &kappa in &question.kappas {
        for &agreement in &question.agreements {
            cells.extend(question.cabals.iter().map(|&cabal| Cell { kappa, cabal, agreement }));
        }
    }
    cells
}

fn maps(question: &Question, means: &[u64]) -> Vec<Map> {
    let width = question.cabals.len().max(1);
    let mut rows = means.chunks(width).map(<[u64]>::to_vec);
    let map = |&kappa: &u16| {
        let kept: Vec<Vec<u64>> = rows.by_ref().take(question.agreements.len()).collect();
        let safe_up_to = kept.iter().map(|row| safe_up_to(question, row)).collect();
        Map { kappa, kept, safe_up_to }
    };
    question.kappas.iter().map(map).collect()
}

fn safe_up_to(question: &Question, row: &[u64]) -> Option<u32> {
    let safe = question.cabals.iter().zip(row).filter(|&(&cabal, &kept)| is_safe(cabal, kept));
    safe.map(|(&cabal, _)| cabal).max()
}

/// Whether the honest keep at least their stake's part, but for a hundredth of a percent of rounding.
pub fn is_safe(cabal: u32, kept: u64) -> bool {
    kept + 100 >= u64::from(100u32.saturating_sub(cabal)) * 10_000
}

/// Runs one trial; returns the part of the emission that the honest keep, in millionths.
fn trial(question: &Question, cell: Cell, index: usize) -> u64 {
    // Neighbouring seeds of this generator give unrelated numbers only after mixing.
    let mut random = Random::new(Random::new(question.seed ^ (index as u64) << 20).bits());
    let side = usize::from(question.validators.max(2) / 2);
    let subnet = subnet(cell, side, &mut random);
    let mut ballots = ballots(cell, side, &mut random);
    let mut kept = 0;
    for number in 1..=question.epochs.max(1) {
        let output = epoch(&subnet, &ballots, u64::from(number) * u64::from(TEMPO), EMISSION);
        let honest = |uid: &usize| (uid / side).is_multiple_of(2);
        let of =
            |uids: Vec<usize>| -> u128 { uids.iter().map(|&uid| u128::from(output.emission[uid])).sum() };
        let all = of((0..4 * side).collect());
        let theirs = of((0..4 * side).filter(honest).collect());
        kept = (theirs * 1_000_000).checked_div(all).unwrap_or(0) as u64;
        for (ballot, bonds) in ballots.iter_mut().zip(output.bonds) {
            ballot.bonds = bonds;
        }
    }
    kept
}

/// The network: honest validators, the cabal's validators, honest miners, the cabal's miners, each `side` of them.
fn subnet(cell: Cell, side: usize, random: &mut Random) -> Subnet {
    let cabal = STAKE / 100 * u64::from(cell.cabal.min(100));
    let honest_stakes = split(STAKE - cabal, side, random);
    let cabal_stakes = split(cabal, side, random);
    let validator = |stake: u64| Neuron { alpha_stake: stake, validator_permit: true, ..Neuron::default() };
    let mut neurons: Vec<Neuron> = honest_stakes.into_iter().chain(cabal_stakes).map(validator).collect();
    neurons.extend(vec![Neuron::default(); 2 * side]);
    let params = Params {
        tempo: TEMPO,
        kappa: cell.kappa,
        max_allowed_validators: u16::try_from(2 * side).unwrap_or(u16::MAX),
        // Nobody falls silent, and bonds of the first epoch are not taken for those of new neurons.
        activity_cutoff_factor: u32::MAX,
        commit_reveal: false,
        ..Params::default()
    };
    Subnet { params, neurons, ..Subnet::default() }
}

fn ballots(cell: Cell, side: usize, random: &mut Random) -> Vec<Ballot> {
    let row = |agreement: u32, random: &mut Random| {
        let scale = 40_000 * side as u64;
        let to_honest = scale / 100 * u64::from(agreement.min(100));
        let mut weights = split(to_honest, side, random);
        weights.extend(split(scale - to_honest, side, random));
        let uids = (2 * side..4 * side).map(|uid| uid as u16);
        let most = weights.iter().copied().max().unwrap_or(0).max(1);
        let weights = weights.into_iter().map(|weight| (weight * u64::from(u16::MAX) / most) as u16);
        let weights = uids.zip(weights).filter(|(_, weight)| *weight > 0).collect();
        // After the registration of everybody, or the weights would be those for other neurons.
        Ballot { last_update: 1, weights, ..Ballot::default() }
    };
    let mut ballots: Vec<Ballot> = (0..side).map(|_| row(cell.agreement, random)).collect();
    ballots.extend((0..side).map(|_| row(0, random)));
    ballots.resize(4 * side, Ballot::default());
    ballots
}

/// Splits a whole into unequal parts: none has more than three times what another has.
fn split(whole: u64, parts: usize, random: &mut Random) -> Vec<u64> {
    let draws: Vec<u64> = (0..parts).map(|_| random.between(1_000, 3_000)).collect();
    let all: u64 = draws.iter().sum();
    let part = |draw: u64| (u128::from(whole) * u128::from(draw) / u128::from(all.max(1))) as u64;
    draws.into_iter().map(part).collect()
}
