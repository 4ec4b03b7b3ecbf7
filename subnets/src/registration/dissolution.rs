//! How the pot of a dissolved subnet is divided (registration.md section 9).
//!
//! Rules:
//! - everyone with a claim gets its part of the pot, rounded down;
//! - what rounding left over goes, one unit each, to the largest remainders, the earlier claim among equals.
//!
//! So the parts sum to the pot exactly, unless nobody has a claim.

use crate::amount::Tao;
use std::cmp::Reverse;

/// The part of `pot` for each claim, in their order; nothing for anybody when all claims are zero.
pub fn divide_pot(pot: Tao, claims: &[u64]) -> Vec<Tao> {
    let total: u128 = claims.iter().map(|&claim| u128::from(claim)).sum();
    if total == 0 {
        return vec![Tao::ZERO; claims.len()];
    }
    // A product of two u64; a quotient of at most the pot.
    let product = |claim: u64| u128::from(pot.units()) * u128::from(claim);
    let floor = |claim: u64| u64::try_from(product(claim) / total).unwrap_or(u64::MAX);
    let mut parts: Vec<u64> = claims.iter().map(|&claim| floor(claim)).collect();
    let left = pot.units().saturating_sub(parts.iter().fold(0, |sum, part| part.saturating_add(sum)));

    let mut by_remainder: Vec<(u128, &mut u64)> =
        claims.iter().map(|&claim| product(claim) % total).zip(&mut parts).collect();
    by_remainder.sort_by_key(|(remainder, _)| Reverse(*remainder));
    let lucky = usize::try_from(left).unwrap_or(usize::MAX);
    for (_, part) in by_remainder.into_iter().take(lucky) {
        *part = part.saturating_add(1);
    }
    parts.into_iter().map(Tao::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_rounding_leaves_goes_to_the_largest_remainders() {
        let table: [(u64, &[u64], &[u64]); 6] = [
            (10, &[1, 1], &[5, 5]),
            (10, &[1, 1, 1], &[4, 3, 3]),
            (11, &[1, 1, 1], &[4, 4, 3]),
            (10, &[1, 2, 4], &[1, 3, 6]),
            (5, &[0, 0], &[0, 0]),
            (0, &[3, 4], &[0, 0]),
        ];
        for (pot, claims, expected) in table {
            let expected: Vec<Tao> = expected.iter().map(|&part| Tao::new(part)).collect();
            assert_eq!(divide_pot(Tao::new(pot), claims), expected, "{pot} by {claims:?}");
        }
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_pot_and_are_exact_to_a_unit(
            pot in any::<u64>(),
            claims in prop::collection::vec(1..u64::MAX, 1..20),
        ) {
            let parts = divide_pot(Tao::new(pot), &claims);
            prop_assert_eq!(parts.iter().map(|part| u128::from(part.units())).sum::<u128>(), u128::from(pot));
            let total: u128 = claims.iter().map(|&claim| u128::from(claim)).sum();
            for (part, claim) in parts.iter().zip(&claims) {
                let floor = u128::from(pot) * u128::from(*claim) / total;
                prop_assert!((floor..=floor + 1).contains(&u128::from(part.units())));
            }
        }
    }
}
