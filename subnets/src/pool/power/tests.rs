//! The power function against its definition in whole numbers.

use proptest::prelude::*;

use super::*;

#[test]
fn the_power_function_has_closed_forms_at_its_edges() {
    let table = [
        ((0, 0, 1, 1), Some(0)),
        ((1, 0, 1, 1), None),
        ((7, 7, 3, 5), Some(SCALE)),
        ((7, 8, 0, 5), Some(SCALE)),
        ((1, 3, 5, 5), Some(SCALE / 3)),
        ((1, 4, 1, 2), Some(SCALE / 2)),
        ((1, 2, 4, 1), Some(SCALE / 16)),
        ((81, 16, 3, 4), Some(SCALE / 8 * 27)),
        ((1, u128::MAX, 99, 1), Some(0)),
        ((u128::MAX, 1, 1, 99), Some(2_450_250_573_089_409_124)),
        ((u128::MAX, 1, 99, 1), Some(u64::MAX)),
        ((u128::MAX, u128::MAX - 1, SCALE / 2 - 1, SCALE), Some(SCALE)),
    ];
    for ((a, b, p, q), expected) in table {
        assert_eq!(scaled_power(a, b, p, q), expected, "({a} / {b})^({p} / {q})");
    }
}

/// Wide enough for the 40th power of a product of two `u64`.
type Huge = Uint<8192, 128>;

fn raised(x: u64, n: u64) -> Huge {
    (0..n).fold(Huge::ONE, |power, _| power * Huge::from(x))
}

/// The definition in whole numbers: `k^q * b^p <= 10^(18 q) * a^p < (k + 1)^q * b^p`, for `k` below the cap.
fn is_floor_of_power(k: u64, a: u64, b: u64, p: u64, q: u64) -> bool {
    let target = raised(SCALE, q) * raised(a, p);
    raised(k, q) * raised(b, p) <= target && target < raised(k + 1, q) * raised(b, p)
}

proptest! {
    #[test]
    fn powers_are_the_floor_that_whole_numbers_define(
        x in 1u64.., growth in 0u64..u64::MAX, p in 1u64..=40, q in 1u64..=40,
    ) {
        let (a, b) = (x, x.saturating_add(growth >> (growth % 64)));
        let power = scaled_power(a.into(), b.into(), p, q).expect("b is not zero");
        prop_assert!(is_floor_of_power(power, a, b, p, q), "({a} / {b})^({p} / {q}) is not {power}");
        let inverse = scaled_power(b.into(), a.into(), p, q).expect("a is not zero");
        if inverse < u64::MAX {
            prop_assert!(is_floor_of_power(inverse, b, a, p, q), "({b} / {a})^({p} / {q}) is not {inverse}");
        }
    }

    #[test]
    fn powers_that_are_whole_are_recognised(root in 1u64..1000, p in 1u64..=6, q in 1u64..=6) {
        let power = root.pow(q as u32);
        let expected = (SCALE as u128) * u128::from(root).pow(p as u32);
        let got = scaled_power(power.into(), 1, p, q).expect("1 is not zero");
        prop_assert_eq!(got, u64::try_from(expected).unwrap_or(u64::MAX));
    }

    #[test]
    fn both_widths_prove_the_same_floor(
        a in 1u128.., b in 1u128.., shift in 0u32..128, weight in SCALE / 100..=SCALE / 100 * 99,
    ) {
        let (a, b) = ((a >> shift).max(1), (b >> shift).max(2));
        prop_assume!(a != b);
        let power = Power::reduced(a, b, weight, SCALE - weight);
        if let Ok(floor) = power.evaluate::<448, 7>() {
            prop_assert_eq!(power.evaluate::<2304, 36>(), Ok(floor));
        }
    }
}

#[test]
fn only_the_result_itself_is_exact() {
    let power = Power::reduced(27, 8, 2, 3);
    assert_eq!(power.evaluate::<448, 7>(), Err(SCALE / 4 * 9), "no width proves an exact result");
    assert_eq!(power.evaluate::<2304, 36>(), Err(SCALE / 4 * 9));
    assert!(power.is_exactly(SCALE / 4 * 9));
    assert!(!power.is_exactly(SCALE / 4 * 9 - 1));
    assert!(!Power::reduced(28, 8, 2, 3).is_exactly(SCALE / 4 * 9));
}
