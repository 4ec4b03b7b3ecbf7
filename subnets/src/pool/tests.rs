//! Worked examples and properties of the pool.

use proptest::prelude::*;
use ruint::Uint;

use super::*;
use crate::amount::RAO_PER_TAO;

const FEE: u16 = 33;

/// The pool of pools.md section 11: two million alpha and 100,000 TAO.
fn example(quote_weight: u64) -> Pool {
    let quote_weight = QuoteWeight::new(quote_weight).expect("weight in range");
    Pool { quote_weight, initialised: true, ..Pool::new(Tao::whole(100_000), Alpha::whole(2_000_000)) }
}

fn any_pool() -> impl Strategy<Value = Pool> {
    let reserve = || prop_oneof![1_000_000u64..1_000_000_000, 1_000_000u64..20_000_000_000_000_000];
    let weight = prop_oneof![Just(WEIGHT_SCALE / 2), WEIGHT_SCALE / 100..=WEIGHT_SCALE / 100 * 99];
    (reserve(), reserve(), weight).prop_map(|(tao, alpha, weight)| {
        let quote_weight = QuoteWeight::new(weight).expect("weight in range");
        Pool { quote_weight, initialised: true, ..Pool::new(Tao::new(tao), Alpha::new(alpha)) }
    })
}

#[test]
fn the_examples_of_the_specification() {
    let mut pool = example(WEIGHT_SCALE / 2);
    assert_eq!(pool.price().to_bits(), 922_337_203_685_477_580);
    let buy = pool.buy(Tao::whole(10), DEFAULT_BUY_LIMIT, FEE).expect("the pool is large");
    let expected = (Tao::new(9_994_964_523), Alpha::new(199_879_312_593), Tao::new(5_035_477));
    assert_eq!((buy.paid_in, buy.paid_out, buy.fee), expected);

    let sell = example(WEIGHT_SCALE / 2).sell(Alpha::whole(1_000), DEFAULT_SELL_LIMIT, FEE).expect("large");
    let expected = (Alpha::new(999_496_452_278), Tao::new(49_949_860_259), Alpha::new(503_547_722));
    assert_eq!((sell.paid_in, sell.paid_out, sell.fee), expected);

    let buy = example(WEIGHT_SCALE / 10 * 4).buy(Tao::whole(10), DEFAULT_BUY_LIMIT, FEE).expect("large");
    assert_eq!(buy.paid_out, Alpha::new(133_255_094_702));

    let buy = example(WEIGHT_SCALE / 2).buy(Tao::whole(50_000), 55_000_000, FEE).expect("large");
    let expected = (Tao::new(4_880_884_817_015), Alpha::new(93_074_821_508_812), Tao::new(2_458_996_656));
    assert_eq!((buy.paid_in, buy.paid_out, buy.fee), expected);
}

#[test]
fn an_injection_moves_the_weight_and_not_the_price() {
    let mut pool = example(WEIGHT_SCALE / 2);
    assert!(pool.reweigh(Tao::new(100_000_000), Alpha::new(500_000_000)));
    pool.deposit(Tao::new(100_000_000), Alpha::new(500_000_000));
    assert_eq!(pool.quote_weight.quote(), 500_000_187_499_882_812);
    assert_eq!(pool.price().to_bits(), 922_337_203_685_477_582);
}

#[test]
fn fees_are_floored_twice() {
    for (amount, fee) in [(65_535, 32), (1_000_000_000, 503_547), (0, 0), (1, 0)] {
        assert_eq!(swap_fee(amount, FEE), fee);
    }
    assert_eq!(swap_fee(u64::MAX, 0), 0);
}

#[test]
fn refusals_by_rule_leave_the_pool_as_it_was() {
    let pool = example(WEIGHT_SCALE / 2);
    let poor = Pool::new(Tao::whole(1), Alpha::new(MIN_RESERVE - 1));
    let table = [
        (pool, Tao::whole(100_000).saturating_mul(1_001), DEFAULT_BUY_LIMIT, PoolError::SwapInputTooLarge),
        (pool, Tao::MAX, DEFAULT_BUY_LIMIT, PoolError::SwapInputTooLarge),
        (poor, Tao::whole(1), DEFAULT_BUY_LIMIT, PoolError::ReservesTooLow),
        (pool, Tao::whole(1), 50_000_000, PoolError::PriceLimitExceeded),
        (pool, Tao::whole(1), 0, PoolError::PriceLimitExceeded),
    ];
    for (before, amount, limit, error) in table {
        let mut after = before;
        assert_eq!(after.buy(amount, limit, 0), Err(error));
        assert_eq!(after, before);
    }
    let mut pool = Pool { tao: Tao::new(MIN_RESERVE), ..example(WEIGHT_SCALE / 2) };
    assert_eq!(pool.sell(Alpha::new(1), 0, 0), Err(PoolError::ReservesTooLow), "one unit buys nothing");
}

#[test]
fn the_first_trade_sets_equal_weights_unless_it_fails() {
    let fresh = Pool { initialised: false, ..example(WEIGHT_SCALE / 10 * 4) };
    let mut pool = fresh;
    assert_eq!(pool.buy(Tao::whole(1), 50_000_000, 0), Err(PoolError::PriceLimitExceeded));
    assert_eq!(pool, fresh);
    pool.buy(Tao::whole(1), DEFAULT_BUY_LIMIT, 0).expect("the pool is large");
    assert_eq!((pool.quote_weight, pool.initialised), (QuoteWeight::EQUAL, true));
}

#[test]
fn without_a_market_one_alpha_is_one_tao() {
    let mut root = Pool::stable(Tao::whole(5), Alpha::whole(1));
    assert_eq!(root.price(), U64F64::ONE);
    let buy = root.buy(Tao::whole(2), 0, FEE).expect("a stable mechanism never refuses");
    assert_eq!((buy.paid_in, buy.paid_out, buy.fee), (Tao::whole(2), Alpha::whole(2), Tao::ZERO));
    assert_eq!((root.tao, root.alpha), (Tao::whole(7), Alpha::ZERO));
    assert_eq!(root.max_buy(RAO_PER_TAO - 1, FEE), Ok(Tao::ZERO));
    assert_eq!(root.max_sell(RAO_PER_TAO, FEE), Ok(Alpha::MAX));
    assert_eq!(max_move(&root, &example(WEIGHT_SCALE / 2), 0, FEE), Ok(Alpha::MAX));
}

/// Wide enough for the tenth power of two `u64` together.
type Huge = Uint<704, 11>;

fn raised(x: u64, n: u64) -> Huge {
    (0..n).fold(Huge::ONE, |power, _| power * Huge::from(x))
}

proptest! {
    #[test]
    fn a_pool_never_pays_more_than_it_holds(
        pool in any_pool(), amount: u64, shift in 0u32..64, limit: u64, fee in 0u16..10_000,
    ) {
        let amount = amount >> shift;
        let mut after = pool;
        if let Ok(buy) = after.buy(Tao::new(amount), limit, fee) {
            prop_assert!(buy.paid_out <= pool.alpha);
            prop_assert!(u128::from(buy.paid_in.units()) + u128::from(buy.fee.units()) <= u128::from(amount) + 1);
            prop_assert_eq!(pool.alpha.checked_sub(buy.paid_out), Some(after.alpha));
            prop_assert_eq!(pool.tao.checked_add(buy.paid_in), Some(after.tao));
        }
        let mut after = pool;
        if let Ok(sell) = after.sell(Alpha::new(amount), limit, fee) {
            prop_assert!(sell.paid_out <= pool.tao);
            prop_assert_eq!(pool.tao.checked_sub(sell.paid_out), Some(after.tao));
            prop_assert_eq!(pool.alpha.checked_add(sell.paid_in), Some(after.alpha));
        }
    }

    /// Economics.md section 5, invariant 5, in whole numbers: weights in tenths make the product a polynomial.
    #[test]
    fn a_trade_lowers_the_product_by_at_most_a_unit(
        pool in any_pool(), tenths in 1u64..10, amount: u64, shift in 0u32..64,
    ) {
        let quote_weight = QuoteWeight::new(WEIGHT_SCALE / 10 * tenths).expect("weight in range");
        let pool = Pool { quote_weight, ..pool };
        let product = |tao: u64, alpha: u64| raised(tao, tenths) * raised(alpha, 10 - tenths);
        let before = product(pool.tao.units(), pool.alpha.units());
        let (mut bought, mut sold) = (pool, pool);
        if bought.buy(Tao::new(amount >> shift), u64::MAX, 0).is_ok() {
            prop_assert!(product(bought.tao.units(), bought.alpha.units() + 1) >= before);
        }
        if sold.sell(Alpha::new(amount >> shift), 0, 0).is_ok() {
            prop_assert!(product(sold.tao.units() + 1, sold.alpha.units()) >= before);
        }
    }

    /// Economics.md section 5, invariant 6.
    #[test]
    fn an_injection_keeps_the_price(
        pool in any_pool(), tao in 0u64..1_000_000_000, alpha in 0u64..1_000_000_000,
    ) {
        let before = pool.price();
        let mut after = pool;
        if after.reweigh(Tao::new(tao), Alpha::new(alpha)) {
            after.deposit(Tao::new(tao), Alpha::new(alpha));
            let now = after.price();
            let difference = now.to_bits().abs_diff(before.to_bits());
            // The weights are rounded to 10^-18 and at least 0.01; the price itself is floored to 2^-64 twice.
            let allowed = before.to_bits() / 1_000_000_000_000_000 + pool.tao.units().max(1_000) as u128;
            prop_assert!(difference <= allowed, "{before:?} became {now:?}");
        } else {
            prop_assert_eq!(after, pool);
        }
    }

    #[test]
    fn encoding_round_trips(pool in any_pool()) {
        let bytes = borsh::to_vec(&pool).expect("memory does not fail");
        prop_assert_eq!(borsh::from_slice::<Pool>(&bytes).expect("just written"), pool);
    }
}

#[test]
fn weights_out_of_range_do_not_decode() {
    let bytes = borsh::to_vec(&(QuoteWeight::MAX.quote() + 1)).expect("memory does not fail");
    assert!(borsh::from_slice::<QuoteWeight>(&bytes).is_err());
}
