//! What the economy costs per operation: the trades, deposits and prices that a block is made of.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::emission::shares::{Candidate, ShareRule, emissions};
use taonet_subnets::fixed::{I96F32, U64F64};
use taonet_subnets::pool::{DEFAULT_BUY_LIMIT, Pool, QuoteWeight, Side, WEIGHT_SCALE};
use taonet_subnets::registration::burn::decay_factor;
use taonet_subnets::share_pool::{SafeFloat, SharePool};

/// A pool of 100,000 TAO and two million alpha with a weight of TAO in 10^-18ths.
fn pool(quote_weight: u64) -> Pool {
    let quote_weight = QuoteWeight::new(quote_weight).unwrap_or_default();
    Pool { quote_weight, initialised: true, ..Pool::new(Tao::whole(100_000), Alpha::whole(2_000_000)) }
}

fn swaps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swap");
    let half = WEIGHT_SCALE / 2;
    for (name, weight) in [("equal weights", half), ("weights after injections", half + 187_499_882_812)] {
        let pool = pool(weight);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(pool).quote_buy(black_box(Tao::whole(10)), DEFAULT_BUY_LIMIT, 33));
        });
    }
    let pool = pool(half);
    group.bench_function("up to a price limit", |bencher| {
        bencher.iter(|| black_box(pool).quote_buy(black_box(Tao::whole(50_000)), 55_000_000, 33));
    });
    group.finish();
}

fn powers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("power");
    let pool = pool(WEIGHT_SCALE / 1_000 * 411 + 761);
    for (name, amount) in [("small trade", Tao::whole(10)), ("trade of 20 reserves", Tao::whole(2_000_000))] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(pool).remaining_factor(Side::Buy, black_box(amount.units())));
        });
    }
    let (price, target) = (pool.price(), U64F64::from_ratio(3, 4));
    group.bench_function("amount to reach a price", |bencher| {
        bencher.iter(|| black_box(pool).amount_to_reach(Side::Buy, black_box(price), black_box(target)));
    });
    group.finish();
}

fn share_pools(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("share pool");
    let mut pool = SharePool::default();
    let share = pool.deposit(SafeFloat::ZERO, Alpha::whole(1_000));
    pool.distribute(Alpha::new(123_456_789));
    group.bench_function("deposit", |bencher| {
        bencher.iter(|| black_box(pool).deposit(black_box(share), black_box(Alpha::new(7_654_321))));
    });
    group.bench_function("value of a share", |bencher| {
        bencher.iter(|| black_box(pool).value_of(black_box(share)));
    });
    group.finish();
}

fn block_parts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("block");
    let subnets: Vec<Candidate> = (1..=1_028)
        .map(|price| Candidate {
            moving_price: I96F32::from_bits(price << 20),
            emission_enabled: true,
            ..Candidate::default()
        })
        .collect();
    group.bench_function("sharing TAO among 1028 subnets", |bencher| {
        bencher
            .iter(|| emissions(ShareRule::default(), black_box(Tao::new(500_000_000)), black_box(&subnets)));
    });
    group.bench_function("burn decay factor", |bencher| bencher.iter(|| decay_factor(black_box(360))));
    group.finish();
}

criterion_group!(benches, swaps, powers, share_pools, block_parts);
criterion_main!(benches);
