//! One epoch of a full subnet, every weight and bond different: 256 neurons with 64 validators, 1,024 with 128, 4,096
//! with 256. Dense: every validator weighs every miner; sparse: one in sixteen.
//!
//! `…/naive` is the definition, the oracle of the tests, measured in the same run; at 256 neurons, as it takes long.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use taonet_subnets::yuma::{Ballot, Neuron, Params, Row, Subnet, epoch, oracle};

/// Neurons, and how many of them vote.
const SIZES: [(u16, u16); 3] = [(256, 64), (1_024, 128), (4_096, 256)];
/// One miner in how many a validator weighs.
const FILLS: [(&str, u16); 2] = [("dense", 1), ("sparse", 16)];
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

    /// A weight or a bond of every miner, or of one in `fill`.
    fn row(&mut self, (uids, validators): (u16, u16), fill: u16) -> Row {
        let chosen =
            (validators..uids).filter(|_| self.next().is_multiple_of(fill.into())).collect::<Vec<_>>();
        chosen.into_iter().map(|uid| (uid, self.next() as u16)).collect()
    }
}

fn subnet((uids, validators): (u16, u16), fill: u16, params: Params) -> (Subnet, Vec<Ballot>) {
    let mut numbers = Numbers(1);
    let mut neurons = Vec::new();
    let mut ballots = Vec::new();
    for uid in 0..uids {
        let votes = uid < validators;
        let stake = if votes { numbers.next() >> 20 } else { numbers.next() >> 30 };
        neurons.push(Neuron {
            alpha_stake: stake,
            tao_stake: stake / 3,
            registered_at: 4_000_000,
            validator_permit: votes,
        });
        let row =
            |numbers: &mut Numbers| if votes { numbers.row((uids, validators), fill) } else { Row::new() };
        let (weights, bonds) = (row(&mut numbers), row(&mut numbers));
        ballots.push(Ballot { last_update: BLOCK - 100, oldest_commit: None, weights, bonds });
    }
    let params = Params { max_allowed_validators: validators, commit_reveal: false, ..params };
    (Subnet { params, owner_uid: None, last_step_block: BLOCK - 360, neurons }, ballots)
}

fn variants() -> [(&'static str, Params); 4] {
    let liquid = Params { yuma3: true, liquid_alpha: true, ..Params::default() };
    [
        ("yuma2", Params::default()),
        ("yuma3", Params { yuma3: true, ..Params::default() }),
        // Without the clipping of V nearly every pair stands at its own distance, so that no exponential is shared.
        ("liquid", Params { bonds_penalty: 0, ..liquid.clone() }),
        ("liquid-clipped", liquid),
    ]
}

fn epochs(criterion: &mut Criterion) {
    for size in SIZES {
        for (filling, fill) in FILLS {
            for (name, params) in variants() {
                let (uids, validators) = size;
                let (subnet, ballots) = subnet(size, fill, params);
                let name = format!("yuma::epoch/uids={uids}/validators={validators}/{filling}/{name}");
                let mut group = criterion.benchmark_group(name);
                group.sample_size(if uids > 256 { 20 } else { 100 });
                group.bench_function("fast", |bencher| {
                    bencher.iter(|| epoch(black_box(&subnet), black_box(&ballots), BLOCK, EMISSION));
                });
                if uids == 256 && fill == 1 {
                    group.sample_size(10).bench_function("naive", |bencher| {
                        bencher
                            .iter(|| oracle::epoch(black_box(&subnet), black_box(&ballots), BLOCK, EMISSION));
                    });
                    assert_eq!(
                        epoch(&subnet, &ballots, BLOCK, EMISSION),
                        oracle::epoch(&subnet, &ballots, BLOCK, EMISSION)
                    );
                }
                group.finish();
            }
        }
    }
}

criterion_group!(benches, epochs);
criterion_main!(benches);
