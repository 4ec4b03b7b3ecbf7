//! Every operation against arbitrary-precision integers.

use proptest::prelude::*;
use ruint::aliases::U256;

use super::*;

/// `|a| * 2^fraction` etc. in 256 bits, with the sign kept apart.
fn exact_product(a: i128, b: i128, fraction: usize) -> (bool, U256) {
    let product = U256::from(a.unsigned_abs()) * U256::from(b.unsigned_abs());
    let negative = (a < 0) != (b < 0);
    let floor = product >> fraction;
    let dropped = (floor << fraction) != product;
    (negative, floor + U256::from(u8::from(negative && dropped)))
}

fn exact_quotient(a: i128, b: i128, fraction: usize) -> (bool, U256) {
    let quotient = (U256::from(a.unsigned_abs()) << fraction) / U256::from(b.unsigned_abs());
    ((a < 0) != (b < 0), quotient)
}

/// The signed number, or `None` outside `min ..= max`.
fn signed((negative, magnitude): (bool, U256), min: i128, max: i128) -> Option<i128> {
    let limit = if negative { U256::from(min.unsigned_abs()) } else { U256::from(max.unsigned_abs()) };
    if magnitude > limit {
        return None;
    }
    let magnitude: u128 = magnitude.to();
    Some(if negative { (magnitude as i128).wrapping_neg() } else { magnitude as i128 })
}

/// Raw integers of every magnitude: uniform bits, shifted by a uniform amount.
fn any_i128() -> impl Strategy<Value = i128> {
    (any::<i128>(), 0u32..128).prop_map(|(bits, shift)| bits >> shift)
}

fn any_i64() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => (any::<i64>(), 0u32..64).prop_map(|(bits, shift)| bits >> shift),
        1 => prop::sample::select(vec![i64::MIN, i64::MAX, 0, 1, -1, 1 << 32, -(1 << 32), (1 << 32) + 1]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn i32f32_is_exact(a in any_i64(), b in any_i64()) {
        let (x, y) = (I32F32::from_bits(a), I32F32::from_bits(b));
        let (a, b) = (i128::from(a), i128::from(b));
        let (min, max) = (i128::from(i64::MIN), i128::from(i64::MAX));
        let product = signed(exact_product(a, b, 32), min, max);
        let clamp = if (a < 0) != (b < 0) { I32F32::MIN } else { I32F32::MAX };
        prop_assert_eq!(x.mul(y), product.map_or(clamp, |raw| I32F32::from_bits(raw as i64)));
        if b != 0 {
            let quotient = signed(exact_quotient(a, b, 32), min, max).map(|raw| I32F32::from_bits(raw as i64));
            prop_assert_eq!(x.checked_div(y), quotient);
            prop_assert_eq!(x.div(y), quotient.unwrap_or(I32F32::ZERO));
            prop_assert_eq!(x.saturating_div(y), quotient.unwrap_or(clamp));
        }
    }

    #[test]
    fn signed_128_bits_are_exact(a in any_i128(), b in any_i128()) {
        let product = signed(exact_product(a, b, 64), i128::MIN, i128::MAX);
        let clamp = if (a < 0) != (b < 0) { i128::MIN } else { i128::MAX };
        prop_assert_eq!(I64F64::from_bits(a).mul(I64F64::from_bits(b)).to_bits(), product.unwrap_or(clamp));
        let product = signed(exact_product(a, b, 32), i128::MIN, i128::MAX);
        prop_assert_eq!(I96F32::from_bits(a).mul(I96F32::from_bits(b)).to_bits(), product.unwrap_or(clamp));
        if b != 0 {
            let quotient = signed(exact_quotient(a, b, 64), i128::MIN, i128::MAX);
            let got = I64F64::from_bits(a).checked_div(I64F64::from_bits(b));
            prop_assert_eq!(got.map(I64F64::to_bits), quotient);
            let quotient = signed(exact_quotient(a, b, 32), i128::MIN, i128::MAX);
            let got = I96F32::from_bits(a).checked_div(I96F32::from_bits(b));
            prop_assert_eq!(got.map(I96F32::to_bits), quotient);
        }
    }

    #[test]
    fn unsigned_128_bits_are_exact(a in any_i128(), b in any_i128()) {
        let (a, b) = (a as u128, b as u128);
        let max = U256::from(u128::MAX);
        let product = |fraction: usize| ((U256::from(a) * U256::from(b)) >> fraction).min(max).to::<u128>();
        prop_assert_eq!(U64F64::from_bits(a).mul(U64F64::from_bits(b)).to_bits(), product(64));
        prop_assert_eq!(U96F32::from_bits(a).mul(U96F32::from_bits(b)).to_bits(), product(32));
        if b != 0 {
            let quotient = |fraction: usize| (U256::from(a) << fraction) / U256::from(b);
            let fits = |q: U256| (q <= max).then(|| q.to::<u128>());
            let got = U64F64::from_bits(a).checked_div(U64F64::from_bits(b));
            prop_assert_eq!(got.map(U64F64::to_bits), fits(quotient(64)));
            let got = U96F32::from_bits(a).checked_div(U96F32::from_bits(b));
            prop_assert_eq!(got.map(U96F32::to_bits), fits(quotient(32)));
        }
    }

    #[test]
    fn a_prepared_divisor_divides_like_div(divisor in any_i64(), numerator in any_i64()) {
        let divisor = I32F32::from_bits(divisor);
        let below = numerator.checked_rem(divisor.to_bits()).unwrap_or(numerator);
        let prepared = Divisor::new(divisor);
        for raw in [numerator, below, below.saturating_abs(), divisor.to_bits(), divisor.to_bits().saturating_sub(1)] {
            let numerator = I32F32::from_bits(raw);
            prop_assert_eq!(prepared.divide(numerator), numerator.div(divisor), "{} / {:?}", raw, divisor);
        }
    }

    #[test]
    fn conversions_floor_and_saturate(raw in any_i128()) {
        let x = I64F64::from_bits(raw);
        let narrowed = (raw >> 32).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
        prop_assert_eq!(x.convert::<I32F32>().to_bits(), narrowed);
        prop_assert_eq!(x.convert::<I96F32>().to_bits(), raw >> 32);
        prop_assert_eq!(x.convert::<U64F64>().to_bits(), raw.max(0) as u128);
        prop_assert_eq!(x.convert::<U96F32>().to_bits(), (raw >> 32).max(0) as u128);
        prop_assert_eq!(I32F32::from_bits(narrowed).convert::<I64F64>().to_bits(), i128::from(narrowed) << 32);
        prop_assert_eq!(x.to_u64(), (raw >> 64).max(0) as u64);
        prop_assert_eq!(x.to_u16(), (raw >> 64).clamp(0, 65_535) as u16);
    }
}

#[test]
fn integers_saturate() {
    assert_eq!(I32F32::from_int(i32::MAX).to_bits(), i64::from(i32::MAX) << 32);
    assert_eq!(I32F32::from_int(1i64 << 31), I32F32::MAX);
    assert_eq!(I32F32::from_int(-(1i64 << 31)), I32F32::MIN);
    assert_eq!(I32F32::from_int(-(1i64 << 31) - 1), I32F32::MIN);
    assert_eq!(I64F64::from_int(u64::MAX), I64F64::MAX);
    assert_eq!(U64F64::from_int(u64::MAX).to_u64(), u64::MAX);
    assert_eq!(U96F32::from_int(-1), U96F32::ZERO);
    assert_eq!(U96F32::from_int(1i128 << 96), U96F32::MAX);
    assert_eq!(I96F32::from_int(u64::MAX).to_u64(), u64::MAX);
    assert_eq!(I96F32::MAX.to_u64(), u64::MAX);
}

#[test]
fn rounding_is_to_nearest_with_ties_away_from_zero() {
    let cases = [
        (0, 0),
        (1, 0),
        (2, 1),
        (3, 1),
        (4, 1),
        (5, 1),
        (6, 2),
        (-1, 0),
        (-2, -1),
        (-3, -1),
        (-5, -1),
        (-6, -2),
    ];
    for (quarters, expected) in cases {
        assert_eq!(I32F32::from_ratio(quarters, 4).round(), expected, "{quarters} / 4");
        assert_eq!(I64F64::from_ratio(quarters, 4).round(), expected, "{quarters} / 4");
    }
    assert_eq!(I32F32::from_bits((1 << 31) - 1).round(), 0);
    assert_eq!(I32F32::from_bits(-(1 << 31) - 1).round(), -1);
    assert_eq!(U96F32::from_ratio(7, 2).round(), 4);
    assert_eq!(U96F32::MAX.round(), 1i128 << 96);
}

#[test]
fn a_zero_divisor_has_a_stated_answer_everywhere() {
    let x = I32F32::from_int(3);
    assert_eq!(x.checked_div(I32F32::ZERO), None);
    assert_eq!(x.div(I32F32::ZERO), I32F32::ZERO);
    assert_eq!(x.saturating_div(I32F32::ZERO), I32F32::MAX);
    assert_eq!(I32F32::from_int(-3).saturating_div(I32F32::ZERO), I32F32::MIN);
    assert_eq!(I32F32::ZERO.saturating_div(I32F32::ZERO), I32F32::ZERO);
    assert_eq!(U64F64::from_ratio(1, 0), U64F64::ZERO);
    assert_eq!(I32F32::MIN.checked_div(I32F32::from_int(-1)), None);
}
