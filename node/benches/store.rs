//! What a block costs on RocksDB as the network grows: built over the database, then committed and synced. The bench
//! `scale` of the chain crate does the same in memory.

/// A network as large as the limits allow.
#[path = "../../chain/benches/world/mod.rs"]
pub mod world;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};
use taonet_chain::{
    Block, BlockContext, Call, Certificate, CommittedBlock, Draft, Event, Network, Outcome,
    block::beacon,
    build, dispatch, next_tip,
    state::{Changes, Overlay, tree::Tree},
    step,
};
use taonet_consensus::Store;
use taonet_node::store::{History, RocksStore};
use taonet_subnets::amount::Tao;
use world::World;

/// The fewest epochs per block with which 1,028 subnets of tempo 360 all get their turn.
const EPOCHS_PER_BLOCK: u8 = 3;

/// A chain on disk, without agreement.
struct Disk {
    network: Network,
    store: RocksStore,
    tree: Tree,
}

impl Disk {
    fn new(world: World, dir: &Path) -> Disk {
        let genesis = world.genesis();
        let network = Network { genesis: genesis.hash(), branch: 0 };
        let store =
            RocksStore::open(&dir.join("db"), &genesis, History::Blocks(1_000)).expect("a new database");
        let mut disk = Disk { network, tree: Tree::of(&store), store };
        let weights = world.weights(&disk.store);
        disk.produce(weights);
        disk
    }

    fn build(&self) -> (Block, Outcome) {
        let tip = self.store.tip();
        let height = tip.height + 1;
        let genesis = self.network.genesis;
        let proposer = tip.authorities.proposer(&genesis, height, 0).expect("an authority");
        let beacon = beacon(&genesis, height);
        let draft =
            Draft { timestamp_ms: 0, proposer, evidence: Vec::new(), transactions: Vec::new(), beacon };
        build(&self.network, &tip, &self.store, &self.tree, draft)
    }

    /// A block in which somebody who is owed root dividends of all subnets adds to the root stake.
    fn root_stake_change(&self) {
        let tip = self.store.tip();
        let block = BlockContext { number: tip.height + 1, author: None, parent_hash: tip.id };
        let mut state = Overlay::new(&self.store);
        step::step(&mut state, &block);
        let call = Call::AddStake { hotkey: world::validator(0), netuid: 0, amount: Tao::whole(1) };
        dispatch(&mut state, &block, &world::root_staker(0), &call).expect("enough balance");
        black_box(self.tree.root_with(&self.tree.preview(&state.into_changes())));
    }

    /// Makes a block in which `more` changes as well, and keeps it as a node does. Returns how many epochs ran in it,
    /// and how long building it took.
    fn produce(&mut self, more: Changes) -> (usize, Duration) {
        let begin = Instant::now();
        let (mut block, mut outcome) = self.build();
        let took = begin.elapsed();
        let epochs = outcome.events.iter().filter(|event| matches!(event, Event::EpochRan { .. })).count();
        if !more.is_empty() {
            outcome.changes.extend(more);
            outcome.delta = self.tree.preview(&outcome.changes);
            outcome.root = self.tree.root_with(&outcome.delta);
            block.header.state_root = outcome.root;
        }
        let value = next_tip(&block, &outcome).id;
        let certificate =
            Certificate { height: block.header.height, round: 0, value, signatures: Vec::new() };
        self.store.commit(&CommittedBlock { block, certificate }, &outcome, &[]);
        self.store.sync();
        self.tree.apply(outcome.delta);
        (epochs, took)
    }
}

/// Makes blocks up to a height. Says how long those with the most epochs took to build: each has other subnets, so what
/// it reads is not at hand, as it is when one block is built again and again.
fn grow(disk: &mut Disk, height: u64) {
    let mut built = Vec::new();
    while disk.store.tip().height < height {
        built.push(disk.produce(Changes::new()));
    }
    let most = built.iter().map(|(epochs, _)| *epochs).max().unwrap_or(0);
    let mut times: Vec<Duration> =
        built.into_iter().filter(|(epochs, _)| *epochs == most && most > 0).map(|(_, took)| took).collect();
    times.sort_unstable();
    if let (Some(least), Some(median)) = (times.first(), times.get(times.len() / 2)) {
        eprintln!("{} blocks with {most} epochs: {median:?} each, at least {least:?}", times.len());
    }
}

fn blocks(criterion: &mut Criterion) {
    for subnets in [1, 128, 1_028] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut disk = Disk::new(World { subnets, epochs_per_block: EPOCHS_PER_BLOCK }, dir.path());
        let mut group = criterion.benchmark_group("disk");
        group.sample_size(20);
        let name = |name| BenchmarkId::new(name, format!("subnets={subnets}"));
        grow(&mut disk, 10);
        group.bench_function(name("empty_block"), |bencher| bencher.iter(|| black_box(disk.build())));
        group.bench_function(name("root_rebuilt"), |bencher| {
            bencher.iter(|| black_box(Tree::of(&disk.store).root()));
        });
        // From block 360 on the most epochs run in each block until all subnets had theirs.
        grow(&mut disk, 359);
        group.bench_function(name("block_with_epochs"), |bencher| bencher.iter(|| black_box(disk.build())));
        grow(&mut disk, 709);
        // Five coldkeys are drawn in each block and claim on all subnets.
        group.bench_function(name("block_with_claims"), |bencher| bencher.iter(|| black_box(disk.build())));
        group.bench_function(name("block_with_claims_and_root_stake"), |bencher| {
            bencher.iter(|| disk.root_stake_change());
        });
        // Last, as it makes the chain grow.
        group.bench_function(name("block_committed"), |bencher| {
            bencher.iter(|| disk.produce(Changes::new()));
        });
        group.finish();
    }
}

criterion_group!(benches, blocks);
criterion_main!(benches);
