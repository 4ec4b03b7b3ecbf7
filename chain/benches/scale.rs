//! What a block costs as the network grows: 1, 128 and 1,028 subnets of 256 neurons, in memory, state root included.

/// A network as large as the limits allow.
pub mod world;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_chain::{memory::MemoryChain, state::tree::Tree};
use world::World;

/// The fewest epochs per block with which 1,028 subnets of tempo 360 all get their turn.
const EPOCHS_PER_BLOCK: u8 = 3;

fn block(chain: &MemoryChain) {
    black_box(chain.build(chain.draft(Vec::new())));
}

fn blocks(criterion: &mut Criterion) {
    for subnets in [1, 128, 1_028] {
        let mut chain = World { subnets, epochs_per_block: EPOCHS_PER_BLOCK }.build();
        (0..10).for_each(|_| drop(chain.produce(Vec::new())));
        let mut group = criterion.benchmark_group("step");
        group.sample_size(20);
        let name = |name| BenchmarkId::new(name, format!("subnets={subnets}"));
        group.bench_function(name("empty_block"), |bencher| bencher.iter(|| block(&chain)));
        group.bench_function(name("root_rebuilt"), |bencher| {
            bencher.iter(|| black_box(Tree::of(&chain.state).root()));
        });
        while chain.tip.height < 359 {
            chain.produce(Vec::new());
        }
        group.bench_function(name("block_with_epochs"), |bencher| bencher.iter(|| block(&chain)));
        group.finish();
    }
}

criterion_group!(benches, blocks);
criterion_main!(benches);
