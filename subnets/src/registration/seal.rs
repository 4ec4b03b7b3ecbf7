//! The proof of work that once paid for a neuron slot (registration.md section 5).
//!
//! Rules:
//! - a solver looks for a nonce whose seal, read as a little-endian integer, times the difficulty stays below 2^256;
//! - the seal binds the nonce to a recent block and to the hotkey, so that work can be neither stored nor stolen.

use ruint::aliases::U256;
use sha2::{Digest, Sha256};
use sha3::Keccak256;
use std::ops::Range;

/// What the work is bound to: `keccak256(block hash, hotkey)`. A solver computes it once for all its nonces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work([u8; 32]);

impl Work {
    /// The work for a hotkey on top of a block.
    pub fn new(block_hash: &[u8; 32], hotkey: &[u8; 32]) -> Self {
        Self(Keccak256::new().chain_update(block_hash).chain_update(hotkey).finalize().into())
    }

    /// The seal of a nonce: `keccak256(sha256(nonce in little-endian, work))`.
    pub fn seal(&self, nonce: u64) -> [u8; 32] {
        let inner = Sha256::new().chain_update(nonce.to_le_bytes()).chain_update(self.0).finalize();
        Keccak256::digest(inner).into()
    }

    /// The first of these nonces whose seal is worth `difficulty`, with its seal. A solver gives each of its threads
    /// nonces of its own, a few thousand at a time, and asks for the newest block in between.
    pub fn solve(&self, difficulty: u64, mut nonces: Range<u64>) -> Option<(u64, [u8; 32])> {
        nonces.find_map(|nonce| {
            let seal = self.seal(nonce);
            meets(&seal, difficulty).then_some((nonce, seal))
        })
    }
}

/// Whether a seal is worth `difficulty`.
pub fn meets(seal: &[u8; 32], difficulty: u64) -> bool {
    U256::from_le_bytes(*seal).checked_mul(U256::from(difficulty)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harder_work_is_met_less_often() {
        let work = Work::new(&[1; 32], &[2; 32]);
        let met = |difficulty| (0..256).filter(|&nonce| meets(&work.seal(nonce), difficulty)).count();
        assert_eq!((met(0), met(1)), (256, 256));
        let (easy, hard) = (met(4), met(64));
        assert!(easy > hard && hard < 32, "{easy} and {hard} of 256");
    }

    #[test]
    fn a_solver_finds_the_first_nonce_of_its_range() {
        let work = Work::new(&[1; 32], &[2; 32]);
        let (nonce, seal) = work.solve(64, 0..10_000).expect("one in 64 is found");
        assert!(meets(&seal, 64) && work.seal(nonce) == seal);
        assert_eq!(work.solve(64, 0..nonce), None);
        assert_eq!(work.solve(64, nonce..nonce + 1), Some((nonce, seal)));
    }

    #[test]
    fn the_seal_depends_on_block_hotkey_and_nonce() {
        let seal = Work::new(&[1; 32], &[2; 32]).seal(3);
        assert_ne!(seal, Work::new(&[9; 32], &[2; 32]).seal(3));
        assert_ne!(seal, Work::new(&[1; 32], &[9; 32]).seal(3));
        assert_ne!(seal, Work::new(&[1; 32], &[2; 32]).seal(9));
    }

    #[test]
    fn a_seal_is_a_little_endian_number() {
        let mut seal = [0; 32];
        seal[31] = 0x80;
        assert!(meets(&seal, 1));
        assert!(!meets(&seal, 2), "2^255 * 2 overflows");
        seal.reverse();
        assert!(meets(&seal, u64::MAX));
    }
}
