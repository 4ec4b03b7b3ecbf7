//! What a block costs as the network grows: 1, 128 and 1,028 subnets of 256 neurons, in memory, state root included.

/// A network as large as the limits allow.
pub mod world;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_chain::{
    BlockContext, Call, dispatch,
    memory::MemoryChain,
    state::{Overlay, StateRead, tree::Tree},
    step,
};
use taonet_subnets::amount::Tao;
use world::World;

/// The fewest epochs per block with which 1,028 subnets of tempo 360 all get their turn.
const EPOCHS_PER_BLOCK: u8 = 3;

fn block(chain: &MemoryChain) {
    black_box(chain.build(chain.draft(Vec::new())));
}

/// A block in which somebody who is owed root dividends of all subnets adds to the root stake.
fn root_stake_change(chain: &MemoryChain) {
    let block = BlockContext { number: chain.tip.height + 1, author: None, parent_hash: chain.tip.id };
    let mut state = Overlay::new(&chain.state);
    step::step(&mut state, &block);
    let call = Call::AddStake { hotkey: world::validator(0), netuid: 0, amount: Tao::whole(1) };
    dispatch(&mut state, &block, &world::root_staker(0), &call).expect("enough balance");
    black_box(chain.tree.root_with(&chain.tree.preview(&state.into_changes())));
}

fn grow(chain: &mut MemoryChain, height: u64) {
    while chain.tip.height < height {
        chain.produce(Vec::new());
    }
}

fn blocks(criterion: &mut Criterion) {
    for subnets in [1, 128, 1_028] {
        let mut chain = World { subnets, epochs_per_block: EPOCHS_PER_BLOCK }.build();
        let mut group = criterion.benchmark_group("step");
        group.sample_size(20);
        let name = |name| BenchmarkId::new(name, format!("subnets={subnets}"));
        grow(&mut chain, 10);
        group.bench_function(name("empty_block"), |bencher| bencher.iter(|| block(&chain)));
        group.bench_function(name("root_rebuilt"), |bencher| {
            bencher.iter(|| black_box(Tree::of(&chain.state).root()));
        });
        // All subnets are as old as genesis: from block 360 on the most epochs run in each block until all had theirs.
        grow(&mut chain, 359);
        group.bench_function(name("block_with_epochs"), |bencher| bencher.iter(|| block(&chain)));
        grow(&mut chain, 709);
        // Five coldkeys are drawn in each block and claim on all subnets.
        group.bench_function(name("block_with_claims"), |bencher| bencher.iter(|| block(&chain)));
        group.bench_function(name("block_with_claims_and_root_stake"), |bencher| {
            bencher.iter(|| root_stake_change(&chain));
        });
        group.finish();
        let bytes: usize = chain.state.scan(&[]).map(|(key, value)| key.len() + value.len()).sum();
        eprintln!("{subnets} subnets: {} keys, {} MiB of keys and values", chain.state.len(), bytes >> 20);
    }
}

criterion_group!(benches, blocks);
criterion_main!(benches);
