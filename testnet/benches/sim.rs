//! What the simulator costs: blocks with nobody at work, with a subnet at work, and with a full subnet's epoch.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_testnet::harness::{Builder, Sim, SubnetSetup, quality};

/// A subnet whose task costs next to nothing: what is measured is not the miners' work.
fn subnet(validators: u16, miners: u16, tempo: u16) -> Builder {
    let subnet = SubnetSetup::named("bids").tempo(tempo).param("max_allowed_uids", 256);
    let builder = Sim::builder().subnet(subnet).work(quality());
    let validator = |builder: Builder, at| builder.validator(&format!("val-{at}"), 1_000 + at, "honest");
    let builder = (0..u64::from(validators)).fold(builder, validator);
    (0..miners).fold(builder, |builder, at| builder.miner(&format!("m{at}"), "good"))
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
