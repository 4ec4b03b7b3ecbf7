//! What happens to weights on their way into storage, as far as it is arithmetic (yuma.md section 10).
//!
//! Who may set weights when is the chain's business; the numbers and the bytes are here: the scaling of submitted
//! values (10.2), the hash of a commit (10.3), and the age of what is still hidden (section 6, step E5.4).

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};

use super::Row;
use crate::fixed::I32F32;

/// The most unrevealed commits a hotkey may have in a mechanism (section 10.3).
pub const MAX_OPEN_COMMITS: usize = 10;

/// Scales submitted values so that the largest becomes 65535 (10.2). All-zero values stay 0.
///
/// ```
/// use taonet_subnets::yuma::submission::max_upscale;
///
/// assert_eq!(max_upscale(&[1, 2, 3]), [21845, 43690, 65535]);
/// ```
pub fn max_upscale(values: &[u16]) -> Vec<u16> {
    let maximum = values.iter().copied().max().unwrap_or(0);
    let (whole, maximum_fixed) = (I32F32::from_int(u16::MAX), I32F32::from_int(maximum));
    let scaled = |value: &u16| {
        let value = I32F32::from_int(*value);
        // The order matters: only small maxima leave room to multiply first.
        if maximum <= 32_768 {
            value.mul(whole).div(maximum_fixed)
        } else {
            value.mul(whole.div(maximum_fixed))
        }
    };
    values.iter().map(|value| scaled(value).round().clamp(0, i128::from(u16::MAX)) as u16).collect()
}

/// The weights that a commit hides.
#[derive(Clone, Copy, Debug)]
pub struct Commitment<'a> {
    /// Public key of the committing hotkey.
    pub hotkey: &'a [u8; 32],
    /// Storage index of the mechanism ([`super::mechanisms::storage_index`]).
    pub storage_index: u16,
    /// The neurons scored.
    pub uids: &'a [u16],
    /// Their scores.
    pub values: &'a [u16],
    /// Makes the hash unguessable.
    pub salt: &'a [u16],
    /// Version of the validator's software.
    pub version_key: u64,
}

impl Commitment<'_> {
    /// The bytes that are hashed. Integers are little-endian, lists start with their compact length.
    pub fn preimage(&self) -> Vec<u8> {
        let numbers = self.uids.len() + self.values.len() + self.salt.len();
        let mut bytes = Vec::with_capacity(32 + 2 + 3 * 4 + 2 * numbers + 8);
        bytes.extend_from_slice(self.hotkey);
        bytes.extend_from_slice(&self.storage_index.to_le_bytes());
        for list in [self.uids, self.values, self.salt] {
            push_compact(&mut bytes, list.len());
            for number in list {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        bytes.extend_from_slice(&self.version_key.to_le_bytes());
        bytes
    }

    /// The hash to commit: BLAKE2b-256 of the [`preimage`](Self::preimage).
    pub fn hash(&self) -> [u8; 32] {
        Blake2b::<U32>::digest(self.preimage()).into()
    }
}

/// A length in one, two or four bytes, the two lowest bits saying which.
pub(super) fn push_compact(bytes: &mut Vec<u8>, length: usize) {
    match length {
        0..64 => bytes.push((length as u8) << 2),
        64..0x4000 => bytes.extend_from_slice(&(((length as u16) << 2) | 1).to_le_bytes()),
        _ => bytes.extend_from_slice(&(((length as u32) << 2) | 2).to_le_bytes()),
    }
}

/// When a commit was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitTime {
    /// The epoch it belongs to ([`super::schedule::Counters::epoch_of_transactions`]).
    pub epoch: u64,
    /// Its block.
    pub block: u64,
}

impl CommitTime {
    /// Whether the commit can no longer be revealed in `epoch`.
    pub fn is_expired(&self, epoch: u64, reveal_period: u64) -> bool {
        epoch > self.epoch.saturating_add(reveal_period)
    }
}

/// Block of the oldest open commit of a hotkey, the `oldest_commit` of its ballot: of the queue of hash commits (oldest
/// first) the first that is not expired counts, of the timelocked ones all that are not.
pub fn oldest_open_commit(
    hashed: &[CommitTime],
    timelocked: &[CommitTime],
    epoch: u64,
    reveal_period: u64,
) -> Option<u64> {
    let open = |commit: &&CommitTime| !commit.is_expired(epoch, reveal_period);
    let first_hashed = hashed.iter().find(open);
    first_hashed.into_iter().chain(timelocked.iter().filter(open)).map(|commit| commit.block).min()
}

/// Clears what others stored about a neuron that is being replaced: its weights become explicit zeros in place
/// (section 11). Bonds to it stay until the next epoch masks them.
pub fn forget_weights_to(rows: &mut [Row], uid: u16) {
    for (target, weight) in rows.iter_mut().flatten() {
        if *target == uid {
            *weight = 0;
        }
    }
}

/// Removes every bond to `uid`, at once: the bonds reset of section 7.5.
pub fn remove_bonds_to(rows: &mut [Row], uid: u16) {
    for row in rows {
        row.retain(|&(target, _)| target != uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_maxima_are_divided_before_they_are_multiplied() {
        assert_eq!(max_upscale(&[32_768, 32_767, 1]), [65_535, 65_533, 2]);
        assert_eq!(max_upscale(&[32_769, 32_768, 16_384, 1]), [65_535, 65_533, 32_767, 2]);
        assert_eq!(max_upscale(&[2, 1]), [65_535, 32_768], "a tie goes up");
        assert_eq!(max_upscale(&[0, 0]), [0, 0]);
        assert!(max_upscale(&[]).is_empty());
    }

    #[test]
    fn lengths_take_one_two_or_four_bytes() {
        let cases: [(usize, &[u8]); 5] = [
            (0, &[0]),
            (63, &[0xfc]),
            (64, &[0x01, 0x01]),
            (0x3fff, &[0xfd, 0xff]),
            (0x4000, &[0x02, 0x00, 0x01, 0x00]),
        ];
        for (length, expected) in cases {
            let mut bytes = Vec::new();
            push_compact(&mut bytes, length);
            assert_eq!(bytes, expected, "length {length}");
        }
    }

    #[test]
    fn expiry_is_strict() {
        let commit = CommitTime { epoch: 5, block: 100 };
        assert!(!commit.is_expired(6, 1));
        assert!(commit.is_expired(7, 1));
        assert!(!CommitTime { epoch: u64::MAX, block: 1 }.is_expired(u64::MAX, 1));
    }

    #[test]
    fn the_first_open_hash_and_the_oldest_open_timelock_count() {
        let at = |epoch, block| CommitTime { epoch, block };
        assert_eq!(oldest_open_commit(&[], &[], 9, 1), None);
        assert_eq!(oldest_open_commit(&[at(3, 10), at(8, 40), at(9, 30)], &[], 9, 1), Some(40));
        assert_eq!(oldest_open_commit(&[at(8, 40)], &[at(9, 35), at(2, 5)], 9, 1), Some(35));
        assert_eq!(oldest_open_commit(&[at(3, 10)], &[at(3, 5)], 9, 1), None);
    }

    #[test]
    fn a_replaced_neuron_is_forgotten() {
        let mut rows: Vec<Row> = vec![vec![(2, 7), (1, 9)], vec![], vec![(1, 3)]];
        forget_weights_to(&mut rows, 1);
        assert_eq!(rows, [vec![(2, 7), (1, 0)], vec![], vec![(1, 0)]]);
        remove_bonds_to(&mut rows, 1);
        assert_eq!(rows, [vec![(2, 7)], vec![], vec![]]);
    }
}
