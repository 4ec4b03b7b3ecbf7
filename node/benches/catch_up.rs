//! How fast a node catches up: 10,000 empty blocks in answers of a peer, through the replica, in memory and on RocksDB.
//! Certificates are verified, blocks executed, state roots compared.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_chain::{
    Certificate, CommittedBlock, DevOptions, Genesis, Keypair, MainnetOptions, Network, Vote, VoteKind,
    memory::MemoryChain,
};
use taonet_consensus::{
    Config, Incoming, MemoryStore, Message, Outgoing, Replica, Status, Step, Store, Timer,
    message::MAX_BLOCKS_PER_ANSWER,
};
use taonet_node::store::{DEFAULT_HISTORY, History, RocksStore};

const BLOCKS: usize = 10_000;
/// The present, milliseconds: later than all blocks.
const NOW: u64 = 1_900_000_000_000;

fn authority(index: u16) -> Keypair {
    Keypair::from_uri(&DevOptions::authority_uri(index)).expect("a constant")
}

/// A network without subnets.
fn genesis(authorities: u16) -> Genesis {
    Genesis::mainnet(MainnetOptions {
        id: "bench".into(),
        sudo: authority(0).account(),
        authorities: (0..authorities).map(|index| authority(index).account()).collect(),
        accounts: Vec::new(),
    })
}

/// Empty blocks, each with the signatures of all authorities.
fn decided(genesis: &Genesis, authorities: u16) -> Vec<CommittedBlock> {
    let mut chain = MemoryChain::new(genesis).expect("a genesis");
    let mut keys: Vec<Keypair> = (0..authorities).map(authority).collect();
    keys.sort_by_key(Keypair::account);
    let mut decide = || {
        let (block, _) = chain.produce(Vec::new());
        let (height, value) = (block.header.height, block.id());
        let place = (height, 0, VoteKind::Precommit);
        let sign = |key: &Keypair| Vote::sign(key, &chain.network, place, Some(value)).signature;
        let signatures = keys.iter().map(|key| (key.account(), sign(key))).collect();
        CommittedBlock { block, certificate: Certificate { height, round: 0, value, signatures } }
    };
    (0..BLOCKS).map(|_| decide()).collect()
}

/// A peer that has all blocks, and the node that asks it for them.
fn catch_up<S: Store>(genesis: &Genesis, store: S, blocks: &[CommittedBlock]) -> Replica<S> {
    let network = Network { genesis: genesis.hash(), branch: 0 };
    let (key, timing) = (Keypair::from_seed([7; 32]), genesis.timing());
    let peer = authority(0).account();
    let mut out = Vec::new();
    let config = Config { network, timing, key, trust_empty: false, trust: None };
    let mut replica = Replica::open(config, store, NOW, &mut out).expect("the store is sound");
    let status = Status {
        network,
        height: blocks.len() as u64 + 1,
        round: 0,
        step: Step::Waiting,
        proposal: false,
        prevotes: 0,
        precommits: 0,
    };
    replica.step(NOW, Incoming::Connected(peer), &mut out);
    let message = Message::Status(status);
    replica.step(NOW, Incoming::Received { from: peer, message }, &mut out);
    while replica.tip().height < blocks.len() as u64 {
        let next = out.iter().find_map(|outgoing| match outgoing {
            Outgoing::Send { message: Message::Fetch(height), .. } => {
                let first = *height as usize - 1;
                let answer = &blocks[first..blocks.len().min(first + MAX_BLOCKS_PER_ANSWER)];
                Some(Incoming::Received { from: peer, message: Message::Blocks(answer.to_vec()) })
            }
            _ => None,
        });
        out.clear();
        replica.step(NOW, next.unwrap_or(Incoming::Wake(Timer::Work)), &mut out);
    }
    replica
}

fn catching_up(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("catch_up");
    group.sample_size(10).throughput(Throughput::Elements(BLOCKS as u64));
    for authorities in [1, 4] {
        let genesis = genesis(authorities);
        let blocks = decided(&genesis, authorities);
        let name = |store| BenchmarkId::new(store, format!("authorities={authorities}"));
        group.bench_function(name("memory"), |bencher| {
            let empty = || {
                let (tip, state) = genesis.build().expect("a genesis");
                MemoryStore::new(tip, &state, DEFAULT_HISTORY)
            };
            let run = |store| black_box(catch_up(&genesis, store, &blocks));
            bencher.iter_batched(empty, run, BatchSize::PerIteration);
        });
        group.bench_function(name("rocksdb"), |bencher| {
            let empty = || {
                let dir = tempfile::tempdir().expect("a temporary folder");
                let history = History::Blocks(DEFAULT_HISTORY);
                (RocksStore::open(&dir.path().join("db"), &genesis, history).expect("a new database"), dir)
            };
            let run = |(store, dir)| (black_box(catch_up(&genesis, store, &blocks)), dir);
            bencher.iter_batched(empty, run, BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, catching_up);
criterion_main!(benches);
