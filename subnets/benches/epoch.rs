//! One epoch of a full subnet: 256 neurons, 64 validators that each weigh all 192 miners, every weight and bond
//! different.
//!
//! `…/naive` is the definition, the oracle of the tests, measured in the same run.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use taonet_subnets::yuma::{Ballot, Neuron, Params, Row, Subnet, epoch, oracle};

const UIDS: u16 = 256;
const VALIDATORS: u16 = 64;
const BLOCK: u64 = 5_000_000;
const EMISSION: u64 = 360_000_000_000;

/// A small generator of numbers that look random, the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A weight or a bond of every miner.
    fn row(&mut self) -> Row {
        (VALIDATORS..UIDS).map(|uid| (uid, self.next() as u16)).collect()
    }
}

fn subnet(params: Params) -> (Subnet, Vec<Ballot>) {
    let mut numbers = Numbers(1);
    let mut neurons = Vec::new();
    let mut ballots = Vec::new();
    for uid in 0..UIDS {
        let votes = uid < VALIDATORS;
        let stake = if votes { numbers.next() >> 20 } else { numbers.next() >> 30 };
        neurons.push(Neuron {
            alpha_stake: stake,
            tao_stake: stake / 3,
            registered_at: 4_000_000,
            validator_permit: votes,
        });
        let row = |numbers: &mut Numbers| if votes { numbers.row() } else { Row::new() };
        let (weights, bonds) = (row(&mut numbers), row(&mut numbers));
        ballots.push(Ballot { last_update: BLOCK - 100, oldest_commit: None, weights, bonds });
    }
    let params = Params { max_allowed_validators: VALIDATORS, commit_reveal: false, ..params };
    (Subnet { params, owner_uid: None, last_step_block: BLOCK - 360, neurons }, ballots)
}

fn epochs(criterion: &mut Criterion) {
    let liquid = Params { yuma3: true, liquid_alpha: true, ..Params::default() };
    let variants = [
        ("yuma2", Params::default()),
        ("yuma3", Params { yuma3: true, ..Params::default() }),
        // Without the clipping of V nearly every pair stands at its own distance, so that no exponential is shared.
        ("liquid", Params { bonds_penalty: 0, ..liquid.clone() }),
        ("liquid-clipped", liquid),
    ];
    for (name, params) in variants {
        let (subnet, ballots) = subnet(params);
        let mut group =
            criterion.benchmark_group(format!("yuma::epoch/uids={UIDS}/validators={VALIDATORS}/{name}"));
        group.bench_function("fast", |bencher| {
            bencher.iter(|| epoch(black_box(&subnet), black_box(&ballots), BLOCK, EMISSION));
        });
        group.sample_size(10).bench_function("naive", |bencher| {
            bencher.iter(|| oracle::epoch(black_box(&subnet), black_box(&ballots), BLOCK, EMISSION));
        });
        assert_eq!(
            epoch(&subnet, &ballots, BLOCK, EMISSION),
            oracle::epoch(&subnet, &ballots, BLOCK, EMISSION)
        );
        group.finish();
    }
}

criterion_group!(benches, epochs);
criterion_main!(benches);
