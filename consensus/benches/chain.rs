//! How fast a chain of empty blocks grows in memory: everything but network and disk, signatures included.
//!
//! `cargo bench -p taonet-consensus`

/// The in-memory network.
#[path = "../../testnet/src/sim/mod.rs"]
pub mod sim;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sim::{Link, Options, World};
use taonet_chain::{
    Keypair, Network,
    genesis::{DevOptions, Genesis, Timing},
};
use taonet_consensus::{Config, Incoming, MemoryStore, Message, Outgoing, Replica, Timer};

/// Blocks are due at once.
const INSTANT: Timing = Timing { slot_ms: 0, ..Timing::DEV };

fn lone_authority() -> Replica<MemoryStore> {
    let mut genesis = Genesis::dev(DevOptions { authorities: 1, ..DevOptions::default() });
    genesis.timing = INSTANT;
    let (tip, changes) = genesis.build().expect("a preset builds");
    let key = Keypair::from_uri(&DevOptions::authority_uri(0)).expect("a constant");
    let network = Network { genesis: genesis.hash(), branch: 0 };
    let config = Config { network, timing: INSTANT, key, trust_empty: false, trust: None };
    Replica::open(config, MemoryStore::new(tip, &changes, 1_000), 1, &mut Vec::new())
        .expect("the genesis is sound")
}

/// One authority: build, sign, decide and commit, one block per step.
fn single(c: &mut Criterion) {
    let mut group = c.benchmark_group("chain");
    group.throughput(Throughput::Elements(1));
    let mut replica = lone_authority();
    let mut out = Vec::new();
    group.bench_function("block/authorities=1", |b| {
        b.iter(|| {
            out.clear();
            let height = replica.tip().height + 1;
            replica.step(height, Incoming::Wake(Timer::Start { height }), &mut out);
            assert_eq!(replica.tip().height, height);
        });
    });
    group.finish();
}

/// Four authorities on one core, every message checked by each of them.
fn four(c: &mut Criterion) {
    let mut group = c.benchmark_group("chain");
    group.throughput(Throughput::Elements(1));
    group.sample_size(20);
    let options = Options::calm(4).timing(INSTANT).link(Link::delay(1, 0));
    let mut world = World::new(options, 1).expect("it starts");
    group.bench_function("block/authorities=4", |b| {
        b.iter(|| {
            let height = world.highest() + 1;
            assert_eq!(world.run_to_height(height, 10_000), Ok(true));
        });
    });
    group.finish();
}

/// Catching up: certificates of three signatures, execution, commit.
fn catch_up(c: &mut Criterion) {
    let options = Options::calm(4).timing(INSTANT).link(Link::delay(1, 0));
    let mut world = World::new(options, 2).expect("it starts");
    assert_eq!(world.run_to_height(400, 1_000_000), Ok(true));
    let mut group = c.benchmark_group("chain");
    group.throughput(Throughput::Elements(400));
    group.sample_size(10);
    group.bench_function("catch_up/blocks=400", |b| {
        b.iter(|| {
            world.crash(3);
            world.wipe(3);
            world.start(3).expect("an empty store is sound");
            while world.height(3) < 400 {
                world.run_for(1).expect("nothing forbidden happens");
            }
        });
    });
    group.finish();
}

/// Decoding what a neighbour sends.
fn decode(c: &mut Criterion) {
    let mut replica = lone_authority();
    let mut out = Vec::new();
    replica.step(1, Incoming::Wake(Timer::Start { height: 1 }), &mut out);
    let proposal = out.iter().find_map(|outgoing| match outgoing {
        Outgoing::Broadcast(message @ Message::Proposal(_)) => Some(message.encode()),
        _ => None,
    });
    let bytes = proposal.expect("it proposes");
    c.bench_function("message/decode=proposal", |b| b.iter(|| Message::decode(&bytes)));
}

criterion_group!(benches, single, four, catch_up, decode);
criterion_main!(benches);
