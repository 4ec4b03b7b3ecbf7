//! What the simulator costs: blocks with nobody at work, with a subnet at work, and with a full subnet's epoch.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_subnets::task::{Malformed, Miner, Score, Task, Validator, Verdict};
use taonet_testnet::harness::{Builder, Sim, SubnetSetup, Workshop};

/// A task that costs next to nothing: who says the largest number? What is measured is not the miners' work.
struct Bid;

impl Task for Bid {
    type Challenge = u64;
    type Answer = u16;
    const NAME: &'static str = "bid";

    fn write_challenge(challenge: &u64) -> String {
        challenge.to_string()
    }

    fn read_challenge(json: &str) -> Result<u64, Malformed> {
        json.parse().map_err(|_| Malformed("a number"))
    }

    fn write_answer(answer: &u16) -> String {
        answer.to_string()
    }

    fn read_answer(json: &str) -> Result<u16, Malformed> {
        json.parse().map_err(|_| Malformed("a number"))
    }
}

#[derive(Clone)]
struct Largest;

impl Validator<Bid> for Largest {
    fn forward(&mut self, seed: u64) -> u64 {
        seed
    }

    fn score(&mut self, _: &u64, answers: &[Option<u16>]) -> Vec<Verdict> {
        answers.iter().map(|answer| Verdict::new(Score(answer.unwrap_or(0)), "")).collect()
    }
}

#[derive(Clone)]
struct Bidder(u16);

impl Miner<Bid> for Bidder {
    fn forward(&mut self, challenge: &u64) -> u16 {
        self.0.wrapping_add(*challenge as u16) | 1
    }
}

fn subnet(validators: u16, miners: u16, tempo: u16) -> Builder {
    let workshop = Workshop::<Bid>::new(Largest).method("bid", Bidder(7));
    let subnet = SubnetSetup::named("bids").tempo(tempo).param("max_allowed_uids", 256);
    let builder = Sim::builder().subnet(subnet).work(workshop);
    let validator = |builder: Builder, at| builder.validator(&format!("val-{at}"), 1_000 + at, "honest");
    let builder = (0..u64::from(validators)).fold(builder, validator);
    (0..miners).fold(builder, |builder, at| builder.miner(&format!("m{at}"), "bid"))
}

fn built(builder: Builder) -> Sim {
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

fn blocks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sim");
    group.throughput(Throughput::Elements(1));
    let mut idle = built(Sim::builder().subnet(SubnetSetup::named("idle").tempo(20)));
    group.bench_function("an empty block", |bencher| bencher.iter(|| idle.run_blocks(1)));
    let mut small = built(subnet(3, 5, 20));
    small.run_blocks(40);
    group.bench_function("a block with 3 validators and 5 miners at work", |bencher| {
        bencher.iter(|| small.run_blocks(1));
    });
}

/// 64 validators and 192 miners: the most that a subnet of the public network has.
fn epochs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sim, 256 neurons");
    group.sample_size(20);
    let mut full = built(subnet(64, 192, 20));
    full.run_blocks(40);
    let next = |sim: &Sim| {
        let subnet = taonet_chain::query::subnet(sim.state(), 1).expect("subnet 1");
        subnet.epochs.next_block.expect("it has epochs") - sim.height()
    };
    full.run_blocks(next(&full) - 1);
    group.bench_function("the block that runs the epoch", |bencher| {
        let run = |mut sim: Sim| {
            sim.run_blocks(1);
            sim
        };
        bencher.iter_batched(|| full.clone(), |sim| black_box(run(sim)), BatchSize::LargeInput);
    });
    group.bench_function("a tempo of 20 blocks, all neurons at work", |bencher| {
        let run = |mut sim: Sim| {
            sim.run_blocks(20);
            sim
        };
        bencher.iter_batched(|| full.clone(), |sim| black_box(run(sim)), BatchSize::LargeInput);
    });
    let base = full.checkpoint("base");
    group.bench_function("going back to a checkpoint", |bencher| bencher.iter(|| full.revert(&base)));
}

criterion_group!(benches, blocks, epochs);
criterion_main!(benches);
