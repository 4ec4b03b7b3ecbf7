//! What a block costs, in memory: built and executed, state root included.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use taonet_chain::{
    Body, Call, DevOptions, Genesis, Keypair, Transaction, keys::DEV_ACCOUNTS, memory::MemoryChain,
    state::tree::Tree,
};
use taonet_subnets::amount::Tao;

fn dev() -> MemoryChain {
    MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("the preset builds")
}

/// Signed transfers of the dev accounts among each other, in the order of their nonces.
fn transfers(chain: &MemoryChain, count: u64) -> Vec<Transaction> {
    let keys: Vec<Keypair> = DEV_ACCOUNTS.iter().map(|uri| Keypair::from_uri(uri).expect("a URI")).collect();
    let accounts = keys.len() as u64;
    (0..count)
        .map(|index| {
            let (key, nonce) = (&keys[(index % accounts) as usize], index / accounts);
            let to = keys[((index + 1) % accounts) as usize].account();
            let call = Call::Transfer { to, amount: Tao::new(1_000 + index) };
            let (signer, genesis, tip) = (key.account(), chain.genesis(), Tao::ZERO);
            let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip, call };
            Transaction::sign(key, body)
        })
        .collect()
}

fn empty_blocks(criterion: &mut Criterion) {
    // Between two epochs, and with its share of them: one block in twenty runs one.
    let mut chain = dev();
    criterion.bench_function("an empty dev block, built and taken in", |bencher| {
        bencher.iter(|| black_box(chain.produce(Vec::new())));
    });
}

fn epoch_blocks(criterion: &mut Criterion) {
    let mut chain = dev();
    (0..19).for_each(|_| drop(chain.produce(Vec::new())));
    criterion.bench_function("the dev block that runs an epoch, built", |bencher| {
        bencher.iter(|| black_box(chain.build(chain.draft(Vec::new()))));
    });
}

fn full_blocks(criterion: &mut Criterion) {
    let chain = dev();
    let transactions = transfers(&chain, 500);
    let (block, outcome) = chain.build(chain.draft(transactions.clone()));
    assert_eq!(outcome.receipts.len(), 500);
    let mut group = criterion.benchmark_group("a block with 500 transfers");
    group.sample_size(20);
    group.bench_function("built", |bencher| {
        let draft = || chain.draft(transactions.clone());
        bencher.iter_batched(draft, |draft| black_box(chain.build(draft)), BatchSize::LargeInput);
    });
    group.bench_function("executed", |bencher| {
        bencher.iter_batched(
            || chain.clone(),
            |mut chain| black_box(chain.apply(&block)),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn state_tree(criterion: &mut Criterion) {
    let chain = dev();
    criterion.bench_function("the state tree of a dev genesis, rebuilt", |bencher| {
        bencher.iter(|| black_box(Tree::of(&chain.state).root()));
    });
}

criterion_group!(benches, empty_blocks, epoch_blocks, full_blocks, state_tree);
criterion_main!(benches);
