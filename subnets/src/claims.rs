//! Root dividends: rates that grow, and watermarks of what was claimed (emission.md section 9).
//!
//! Rules:
//! - a hotkey keeps, per subnet, a cumulative rate: alpha per unit of root stake. Crediting raises the rate, so no
//!   staker's entry is touched;
//! - a coldkey is owed `rate * stake - claimed`, and nothing when that is negative;
//! - when its root stake changes, its watermark moves along, so that what it is owed does not change;
//! - a few coldkeys per block are claimed for, chosen by the parent's hash.

use std::collections::BTreeSet;

use crate::amount::{Alpha, Tao};
use crate::fixed::I96F32;

/// Alpha owed below which no claim is made, by default.
pub const DEFAULT_CLAIM_THRESHOLD: u64 = 500_000;

/// A hotkey's rate after `amount` alpha is credited to its `root_stake`.
///
/// None when the amount exceeds the stake: it is then staked to the hotkey's owner instead, as a tiny stake
/// would make the rate explode.
pub fn credit(rate: I96F32, amount: Alpha, root_stake: Tao) -> Option<I96F32> {
    if amount.units() > root_stake.units() {
        return None;
    }
    Some(rate.add(I96F32::from_ratio(amount.units(), root_stake.units())))
}

/// What a coldkey with `root_stake` on the hotkey is owed after having `claimed`; 0 when it claimed more.
pub fn owed(rate: I96F32, root_stake: Tao, claimed: u128) -> I96F32 {
    let claimed = I96F32::from_int(i128::try_from(claimed).unwrap_or(i128::MAX));
    earned(rate, root_stake).sub(claimed).max(I96F32::ZERO)
}

/// The whole alpha to claim of what is [`owed`]; none when that is under the subnet's `threshold`, or nothing.
pub fn claimable(owed: I96F32, threshold: I96F32) -> Option<Alpha> {
    let whole = Alpha::new(owed.to_u64());
    (owed >= threshold && !whole.is_zero()).then_some(whole)
}

/// The watermark after root stake has grown by `added`.
pub fn watermark_after_stake(claimed: u128, rate: I96F32, added: Tao) -> u128 {
    claimed.saturating_add(whole(earned(rate, added)))
}

/// The watermark after root stake has shrunk by `removed`; not below 0.
pub fn watermark_after_unstake(claimed: u128, rate: I96F32, removed: Tao) -> u128 {
    claimed.saturating_sub(whole(earned(rate, removed)))
}

fn earned(rate: I96F32, root_stake: Tao) -> I96F32 {
    rate.mul(I96F32::from_int(root_stake.units()))
}

fn whole(amount: I96F32) -> u128 {
    u128::try_from(amount.floor()).unwrap_or(0)
}

/// The indices, among `n` coldkeys, that are claimed for in the block whose parent has this hash; ascending, at most
/// `k` (the setting NumRootClaims).
///
/// Eight bytes of the hash at a time, around and around, are added to the last index, modulo `n`.
pub fn auto_claim_indices(parent_hash: &[u8; 32], k: u64, n: u64) -> BTreeSet<u64> {
    let (words, _) = parent_hash.as_chunks::<8>();
    let Some(first) = words.first() else {
        return BTreeSet::new();
    };
    let mut last = u64::from_be_bytes(*first);
    let steps = words.iter().cycle().zip(0..k).map(|(word, _)| u64::from_be_bytes(*word));
    steps
        .map(|step| {
            last = last.saturating_add(step).checked_rem(n).unwrap_or(0);
            last
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_credit_larger_than_the_stake_is_refused() {
        assert_eq!(credit(I96F32::ZERO, Alpha::new(2), Tao::new(1)), None);
        assert_eq!(credit(I96F32::ONE, Alpha::new(1), Tao::new(1)), Some(I96F32::from_int(2)));
        assert_eq!(credit(I96F32::ONE, Alpha::ZERO, Tao::ZERO), Some(I96F32::ONE), "no stake earns nothing");
    }

    #[test]
    fn claims_start_at_the_threshold() {
        let owed = I96F32::from_int(DEFAULT_CLAIM_THRESHOLD);
        assert_eq!(claimable(owed, owed), Some(Alpha::new(DEFAULT_CLAIM_THRESHOLD)));
        assert_eq!(claimable(owed.sub(I96F32::from_bits(1)), owed), None);
        assert_eq!(claimable(I96F32::from_bits(1), I96F32::ZERO), None, "less than one unit");
    }

    #[test]
    fn automatic_claims_of_nobody_choose_index_zero() {
        assert_eq!(auto_claim_indices(&[7; 32], 5, 0), BTreeSet::from([0]));
        assert_eq!(auto_claim_indices(&[7; 32], 0, 10), BTreeSet::new());
    }

    proptest! {
        #[test]
        fn moving_stake_does_not_change_what_is_owed(
            rate in 0i128..1 << 40, stake in 0u64..1 << 50, added in 0u64..1 << 50, claimed in 0u128..1 << 60,
        ) {
            let rate = I96F32::from_bits(rate);
            let before = owed(rate, Tao::new(stake), claimed);
            let watermark = watermark_after_stake(claimed, rate, Tao::new(added));
            let grown = owed(rate, Tao::new(stake + added), watermark);
            prop_assert!(grown >= before && grown.sub(before) <= I96F32::ONE);
            prop_assert_eq!(watermark_after_unstake(watermark, rate, Tao::new(added)), claimed);
        }

        #[test]
        fn automatic_claims_stay_in_the_list(hash: [u8; 32], k in 0u64..50, n in 1u64..1_000) {
            let indices = auto_claim_indices(&hash, k, n);
            prop_assert!(indices.len() as u64 <= k && indices.iter().all(|&index| index < n));
        }
    }
}
