//! The example of the specification, and what share pools keep.

use proptest::prelude::*;

use super::*;

#[test]
fn the_example_of_the_specification() {
    let mut pool = SharePool::default();
    let a = pool.deposit(SafeFloat::ZERO, Alpha::new(1_000_000_000));
    assert_eq!((a.mantissa(), a.exponent()), (1_000_000_000_000_000_000_000, -12));
    let b = pool.deposit(SafeFloat::ZERO, Alpha::new(3_000_000_000));
    assert_eq!(
        (pool.denominator.mantissa(), pool.denominator.exponent()),
        (400_000_000_000_000_000_000, -11)
    );
    pool.distribute(Alpha::new(1_000_000_000));
    assert_eq!(pool.value_of(a), Alpha::new(1_250_000_000));
    assert_eq!(pool.value_of(b), Alpha::new(3_750_000_000));
    let c = pool.deposit(SafeFloat::ZERO, Alpha::new(7));
    assert_eq!((c.mantissa(), c.exponent()), (560_000_000_000_000_000_000, -20));
    let b = pool.withdraw(b, Alpha::new(1_000_000_001)).expect("b is worth more");
    assert_eq!(pool.value, Alpha::new(4_000_000_006));
    assert_eq!((b.mantissa(), b.exponent()), (219_999_999_920_000_000_000, -11));
    assert_eq!(pool.value_of(b), Alpha::new(2_749_999_999));
}

#[test]
fn a_withdrawal_of_more_than_the_share_is_worth_changes_nothing() {
    let mut pool = SharePool::default();
    let share = pool.deposit(SafeFloat::ZERO, Alpha::new(100));
    let before = pool;
    assert_eq!(pool.withdraw(share, Alpha::new(101)), None);
    assert_eq!(pool.withdraw(SafeFloat::ZERO, Alpha::new(1)), None);
    assert_eq!(pool, before);
}

#[test]
fn a_worthless_pool_with_shares_accepts_nothing() {
    let mut pool = SharePool::default();
    let share = pool.deposit(SafeFloat::ZERO, Alpha::new(100));
    pool.slash(Alpha::MAX);
    assert!(!pool.accepts(Alpha::new(1)));
    assert_eq!(pool.deposit(share, Alpha::new(50)), share, "a deposit gets no share");
    assert!(SharePool::default().accepts(Alpha::new(1)));
}

/// One thing that happens to a pool: whose turn it is, what is done, and with how much.
type Step = (usize, u8, u64);

fn apply(pool: &mut SharePool, shares: &mut [SafeFloat], (staker, action, amount): Step) {
    let amount = Alpha::new(amount);
    match action {
        0 | 1 if pool.accepts(amount) => shares[staker] = pool.deposit(shares[staker], amount),
        2 => {
            let amount = amount.min(pool.value_of(shares[staker]));
            shares[staker] = pool.withdraw(shares[staker], amount).expect("capped at the value");
        }
        3 if !pool.denominator.is_zero() => pool.distribute(amount),
        _ => {}
    }
}

/// What all stakers own together, in alpha units.
fn sum(pool: &SharePool, shares: &[SafeFloat]) -> u64 {
    shares.iter().map(|&share| pool.value_of(share).units()).sum()
}

#[test]
fn a_pool_that_nearly_all_left_may_owe_a_unit_more_than_it_has() {
    let (mut pool, mut shares) = (SharePool::default(), [SafeFloat::ZERO; 2]);
    for step in [
        (1, 0, 30_423_608_756),
        (0, 3, 121_288_858_497),
        (0, 0, 356_721_040_934),
        (0, 3, 1),
        (0, 2, 356_721_040_414),
        (1, 2, 151_712_467_235),
    ] {
        apply(&mut pool, &mut shares, step);
    }
    assert_eq!((sum(&pool, &shares), pool.value.units()), (538, 539));
    pool.distribute(Alpha::new(191_688_230_464));
    assert_eq!((sum(&pool, &shares), pool.value.units()), (191_688_231_004, 191_688_231_003));
}

proptest! {
    /// Economics.md section 5, invariant 4, which does not know of the quirk above.
    #[test]
    fn values_sum_to_the_total_up_to_rounding(
        steps in prop::collection::vec((0usize..5, 0u8..4, 1u64..1_000_000_000_000), 1..60),
    ) {
        let (mut pool, mut shares) = (SharePool::default(), [SafeFloat::ZERO; 5]);
        for step in steps {
            apply(&mut pool, &mut shares, step);
            let (owned, rounding) = (sum(&pool, &shares), pool.rounding(shares.len()).units());
            let is_close = pool.denominator.is_zero() || owned.abs_diff(pool.value.units()) <= rounding;
            prop_assert!(is_close, "{owned} of {} units after {step:?}", pool.value.units());
        }
    }

    #[test]
    fn a_deposit_is_worth_what_was_paid_up_to_one_unit(
        first in 1u64..1 << 50, dividend in 0u64..1 << 40, second in 1u64..1 << 50,
    ) {
        let mut pool = SharePool::default();
        let _ = pool.deposit(SafeFloat::ZERO, Alpha::new(first));
        pool.distribute(Alpha::new(dividend));
        let share = pool.deposit(SafeFloat::ZERO, Alpha::new(second));
        let value = pool.value_of(share).units();
        prop_assert!(value <= second && second - value <= 1, "{value} for {second}");
    }

    #[test]
    fn encoding_round_trips(value: u64, deposit: u64) {
        let mut pool = SharePool::default();
        let _ = pool.deposit(SafeFloat::ZERO, Alpha::new(deposit));
        pool.value = Alpha::new(value);
        let bytes = borsh::to_vec(&pool).expect("memory does not fail");
        prop_assert_eq!(borsh::from_slice::<SharePool>(&bytes).expect("just written"), pool);
    }
}
