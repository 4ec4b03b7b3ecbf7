//! Several scorings in one subnet (yuma.md section 9): the same neurons, one epoch per mechanism, one payment.

use super::{Ballot, Output, Row, Subnet, epoch};
use crate::fixed::U64F64;

/// The most mechanisms a subnet can ever have; the network's own limit may be lower.
pub const MAX_MECHANISMS: u8 = 16;
/// What the parts of a split sum to.
pub const WHOLE: u16 = u16::MAX;
/// Distance between the storage indices of two mechanisms of a subnet.
const STORAGE_STRIDE: u16 = 4_096;

/// The storage index of a mechanism's weights, bonds, incentive, last updates and commits; `None` if the mechanism or
/// the subnet has no place in the scheme.
pub fn storage_index(mechanism: u8, netuid: u16) -> Option<u16> {
    (mechanism < MAX_MECHANISMS && netuid < STORAGE_STRIDE)
        .then(|| u16::from(mechanism) * STORAGE_STRIDE + netuid)
}

/// The subnet of a storage index.
pub fn netuid_of(index: u16) -> u16 {
    index % STORAGE_STRIDE
}

/// Whether `split` may be stored for a subnet with `count` mechanisms: at least one and at most `count` parts that sum
/// to [`WHOLE`].
pub fn is_valid_split(split: &[u16], count: u8) -> bool {
    let sum: u64 = split.iter().copied().map(u64::from).sum();
    !split.is_empty() && split.len() <= usize::from(count) && sum == u64::from(WHOLE)
}

/// What each of `count` mechanisms gets of `emission` rao: evenly, or by `split` in 65535ths, where missing parts are
/// 0. What rounding leaves goes to the first.
pub fn split_emission(emission: u64, count: u8, split: Option<&[u16]>) -> Vec<u64> {
    let part = |mechanism: u8| match split {
        None => emission / u64::from(count),
        Some(split) => {
            let share = split.get(usize::from(mechanism)).copied().unwrap_or(0);
            // At most `emission`, so it fits again.
            (u128::from(emission) * u128::from(share) / u128::from(WHOLE)) as u64
        }
    };
    let mut parts: Vec<u64> = (0..count).map(part).collect();
    let given = parts.iter().fold(0, |sum: u64, &part| sum.saturating_add(part));
    if let Some(first) = parts.first_mut() {
        *first = first.saturating_add(emission.saturating_sub(given));
    }
    parts
}

/// What the epochs of all mechanisms come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Combined {
    /// Each mechanism's part of the emission, in rao.
    pub parts: Vec<u64>,
    /// Incentive of each mechanism, by uid; stored per mechanism.
    pub incentive: Vec<Vec<u16>>,
    /// Bonds of each mechanism, by uid; stored per mechanism.
    pub bonds: Vec<Vec<Row>>,
    /// Everything else, over all mechanisms; `incentive` and `bonds` are empty here.
    pub total: Output,
}

/// Runs the epochs of all mechanisms of a subnet (one set of ballots each) and adds up what they have in common.
///
/// With one mechanism the totals are its outputs unchanged. Every mechanism sees the same permits and the same
/// `last_step_block`.
pub fn epochs(
    subnet: &Subnet,
    mechanisms: &[Vec<Ballot>],
    split: Option<&[u16]>,
    block: u64,
    emission: u64,
) -> Combined {
    let count = mechanisms.len().min(usize::from(MAX_MECHANISMS));
    let parts = split_emission(emission, count as u8, split);
    let mut combined = Combined { total: nothing(subnet.neurons.len()), ..Combined::default() };
    for (m, (ballots, &part)) in mechanisms.iter().zip(&parts).enumerate() {
        let weight = match (emission, m) {
            (0, 0) => U64F64::ONE,
            _ => U64F64::from_ratio(part, emission),
        };
        let mut output = epoch(subnet, ballots, block, part);
        combined.incentive.push(std::mem::take(&mut output.incentive));
        combined.bonds.push(std::mem::take(&mut output.bonds));
        accumulate(&mut combined.total, &output, weight);
    }
    combined.parts = parts;
    combined
}

/// The totals before the first mechanism.
fn nothing(n: usize) -> Output {
    Output {
        active: vec![false; n],
        stake: vec![0; n],
        stake_weight: vec![0; n],
        consensus: vec![0; n],
        dividends: vec![0; n],
        validator_trust: vec![0; n],
        validator_permit: vec![false; n],
        emission: vec![0; n],
        server_emission: vec![0; n],
        validator_emission: vec![0; n],
        ..Output::default()
    }
}

/// Adds one mechanism's outputs to the totals: proportions and `emission` weighted, payments and stake as they are.
fn accumulate(total: &mut Output, part: &Output, weight: U64F64) {
    let weighted = |old: u64, new: u64| U64F64::from_int(old).add(U64F64::from_int(new).mul(weight));
    for (total, part) in [
        (&mut total.stake_weight, &part.stake_weight),
        (&mut total.consensus, &part.consensus),
        (&mut total.dividends, &part.dividends),
        (&mut total.validator_trust, &part.validator_trust),
    ] {
        merge(total, part, |old, new| weighted(u64::from(old), u64::from(new)).to_u16());
    }
    merge(&mut total.emission, &part.emission, |old, new| weighted(old, new).to_u64());
    merge(&mut total.server_emission, &part.server_emission, u64::saturating_add);
    merge(&mut total.validator_emission, &part.validator_emission, u64::saturating_add);
    merge(&mut total.stake, &part.stake, u64::saturating_add);
    merge(&mut total.active, &part.active, |old, new| old | new);
    merge(&mut total.validator_permit, &part.validator_permit, |old, new| old | new);
}

fn merge<T: Copy>(total: &mut [T], part: &[T], rule: impl Fn(T, T) -> T) {
    for (total, &part) in total.iter_mut().zip(part) {
        *total = rule(*total, part);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn storage_indices_never_collide() {
        assert_eq!(storage_index(0, 7), Some(7));
        assert_eq!(storage_index(15, 4_095), Some(u16::MAX));
        assert_eq!(storage_index(16, 0), None);
        assert_eq!(storage_index(0, 4_096), None);
    }

    #[test]
    fn only_splits_of_the_whole_are_valid() {
        assert!(is_valid_split(&[65_535], 2));
        assert!(is_valid_split(&[65_535, 0], 2));
        assert!(!is_valid_split(&[], 2));
        assert!(!is_valid_split(&[30_000, 30_000], 2));
        assert!(!is_valid_split(&[65_535, 65_535], 2));
        assert!(!is_valid_split(&[1, 65_534, 0], 2));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_emission(emission: u64, count in 1u8..=16, cut: u16) {
            for split in [None, Some(&[cut, WHOLE - cut][..usize::from(count.min(2))])] {
                let parts = split_emission(emission, count, split);
                prop_assert_eq!(parts.len(), usize::from(count));
                prop_assert_eq!(parts.iter().map(|&part| u128::from(part)).sum::<u128>(), u128::from(emission));
            }
        }
    }

    #[test]
    fn nothing_is_split_among_nobody() {
        assert!(split_emission(100, 0, None).is_empty());
        assert_eq!(epochs(&Subnet::default(), &[], None, 1, 100), Combined::default());
    }
}
