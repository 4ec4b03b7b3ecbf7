//! Who never gets a turn when the cap of epochs per block bites, and which cap starves nobody.
//!
//! Let m be the cap, and let a subnet of rank r have r subnets with lower numbers before it, with tempos T_j. A subnet
//! that is due stays due until it runs, and waits through a block only if m subnets of lower rank run in it.
//!
//! **Who is served.** A subnet runs at most once in any T consecutive blocks, so at most ceil(w / T_j) times in w. A
//! subnet that has waited w blocks has seen m·w runs of lower ranks:
//!
//! ```text
//! m·w <= sum over j < r of ceil(w / T_j) < w·U + r      with U = sum over j < r of 1 / T_j
//! ```
//!
//! So with U < m it waits less than r / (m - U) blocks. Where all tempos are T, w <= T gives m·w <= r: a subnet of rank
//! r < m·T waits at most r / m blocks, and its period stays below two tempos.
//!
//! **Who starves.** Let all tempos be T. Rank 0 is never deferred: its blocks are the same modulo T for ever. Once that
//! holds for all ranks below r, a subnet of rank r < m·T is pushed on only until it meets a block, modulo T, that fewer
//! than m of them use, and stays there. When the first m·T ranks are at rest, they fill every block; rank m·T and all
//! above it never run again. The safety net of 50,400 blocks does not help: it makes them due, which they are already.
//!
//! **The cap that starves nobody**, for n subnets of one tempo, is therefore m = ceil(n / T), and no lower one will do.
//! For the 1,028 subnets of the benchmark at a tempo of 360 it is 3. Under the default of 2 the first 720 are served
//! and the 308 with the highest numbers never run: the public network, with 128 subnets, is far from that.

use super::{Counters, MAX_BLOCKS_WITHOUT_STEP, Turn};
use proptest::prelude::*;

/// A run of the scheduler over subnets 1, 2, ... with nothing but clocks.
struct Simulation {
    clocks: Vec<Counters>,
    cap: u8,
    block: u64,
    /// How often each has run.
    runs: Vec<u64>,
    /// For how many blocks each has been waiting, and the longest that anybody ever waited by rank.
    waiting: Vec<u64>,
    longest: Vec<u64>,
}

impl Simulation {
    /// Subnets that were all created in block 0, spread over their tempos as the chain does it.
    fn new(tempos: &[u16], cap: u8) -> Simulation {
        let clocks: Vec<Counters> =
            (1..).zip(tempos).map(|(netuid, &tempo)| Counters::new(netuid, tempo, 0)).collect();
        let zeros = vec![0; tempos.len()];
        Simulation { clocks, cap, block: 0, runs: zeros.clone(), waiting: zeros.clone(), longest: zeros }
    }

    fn run(&mut self, blocks: u64) {
        for _ in 0..blocks {
            self.block += 1;
            let mut epochs_run = 0;
            for (rank, clock) in self.clocks.iter_mut().enumerate() {
                match clock.enter_block(self.block, &mut epochs_run, self.cap, true) {
                    Turn::Run => {
                        self.runs[rank] += 1;
                        self.waiting[rank] = 0;
                    }
                    Turn::Deferred => {
                        self.waiting[rank] += 1;
                        self.longest[rank] = self.longest[rank].max(self.waiting[rank]);
                    }
                    Turn::Wait | Turn::Skipped => {}
                }
            }
        }
    }

    /// The numbers of the subnets that have not run since the counts were cleared.
    fn starved(&self) -> Vec<u16> {
        (1..).zip(&self.runs).filter(|(_, runs)| **runs == 0).map(|(netuid, _)| netuid).collect()
    }
}

/// A multiple of all numbers below 40, so that the sum of 1 / tempo is exact.
const MULTIPLE: u128 = 5_342_931_457_063_200;

const SUBNETS: u16 = 1_028;
const TEMPO: u16 = 360;

#[test]
fn with_two_epochs_a_block_the_highest_of_1028_subnets_never_run() {
    let mut simulation = Simulation::new(&[TEMPO; SUBNETS as usize], 2);
    simulation.run(20 * u64::from(TEMPO));
    assert_eq!(simulation.starved(), (721..=SUBNETS).collect::<Vec<u16>>());
    // Those that run keep their pace, and fill every block.
    simulation.runs.fill(0);
    simulation.run(10 * u64::from(TEMPO));
    assert!(simulation.runs[..720].iter().all(|runs| *runs == 10));
    assert_eq!(simulation.runs.iter().sum::<u64>(), 2 * 10 * u64::from(TEMPO));
}

#[test]
fn the_safety_net_does_not_save_them() {
    let mut simulation = Simulation::new(&[TEMPO; SUBNETS as usize], 2);
    for clock in &mut simulation.clocks {
        clock.blocks_since_last_step = MAX_BLOCKS_WITHOUT_STEP;
    }
    simulation.run(3 * u64::from(TEMPO));
    assert_eq!(simulation.starved(), (721..=SUBNETS).collect::<Vec<u16>>());
}

#[test]
fn three_epochs_a_block_starve_none_of_1028_subnets() {
    let mut simulation = Simulation::new(&[TEMPO; SUBNETS as usize], 3);
    simulation.run(20 * u64::from(TEMPO));
    assert_eq!(simulation.starved(), []);
    simulation.runs.fill(0);
    simulation.run(10 * u64::from(TEMPO));
    assert!(simulation.runs.iter().all(|runs| *runs == 10), "at rest everybody has the period of its tempo");
}

#[test]
fn the_least_cap_is_the_number_of_subnets_over_the_tempo_rounded_up() {
    for (subnets, tempo) in [(1, 1), (7, 3), (8, 4), (9, 4), (40, 20), (41, 20), (128, 360), (255, 1)] {
        let least = u8::try_from(u16::div_ceil(subnets, tempo)).expect("a small network");
        for cap in [least - 1, least].into_iter().filter(|cap| *cap > 0) {
            let mut simulation = Simulation::new(&vec![tempo; subnets.into()], cap);
            simulation.run(5 * u64::from(subnets) + 5 * u64::from(tempo));
            simulation.runs.fill(0);
            simulation.run(2 * u64::from(tempo));
            let served = (u16::from(cap) * tempo).min(subnets);
            assert_eq!(
                simulation.starved(),
                (served + 1..=subnets).collect::<Vec<u16>>(),
                "{subnets} {tempo} {cap}"
            );
        }
    }
}

proptest! {
    #[test]
    fn who_waits_has_seen_the_cap_filled_by_lower_numbers(
        tempos in prop::collection::vec(1u16..40, 1..30),
        cap in 1u8..5,
    ) {
        let mut simulation = Simulation::new(&tempos, cap);
        simulation.run(400);
        let mut load = 0;
        for (rank, &wait) in simulation.longest.iter().enumerate() {
            let seen: u64 = tempos[..rank].iter().map(|tempo| wait.div_ceil(u64::from(*tempo))).sum();
            prop_assert!(u64::from(cap) * wait <= seen, "rank {rank} waited {wait} blocks");
            let room = (u128::from(cap) * MULTIPLE).saturating_sub(load);
            let bound = rank as u128 * MULTIPLE;
            prop_assert!(wait == 0 || u128::from(wait) * room < bound, "rank {rank} waited {wait} blocks");
            load += MULTIPLE / u128::from(tempos[rank]);
        }
    }
}
