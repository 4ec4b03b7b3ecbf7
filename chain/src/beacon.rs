//! Sealing bytes so that nobody can read them before a block (yuma.md section 10.4).
//!
//! Purpose: the public network locks weights to rounds of an outside beacon. Here the chain is its own beacon, so
//! that the same works offline and when blocks are made by hand.
//!
//! Rules:
//! 1. A round is a height. Its secret stands in the header of that height ([`block::beacon`]); its public key is the
//!    X25519 key of that secret, which everybody can compute long before.
//! 2. Sealed bytes are the public half of a key made for them alone, and the ciphertext: ChaCha20-Poly1305 under a hash
//!    of what both keys share. Each key seals once, so the nonce is zero.
//! 3. Who opens asks a [`Beacon`], so that another one can take the place of the local one.
//!
//! Deviation: secrets follow from the genesis, which is public, so a seal keeps out only those who do not look. It
//! keeps the timing of the public network, not its secrecy.
//!
//! [`block::beacon`]: crate::block::beacon()

use crate::{
    block::beacon,
    crypto::{Domain, Hash},
};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

/// How many bytes a seal adds: a public key and a tag.
pub const SEAL_BYTES: usize = 32 + 16;

/// The public key of a round of the local beacon: what to [`seal`] to.
pub fn round_key(genesis: &Hash, round: u64) -> [u8; 32] {
    x25519(beacon(genesis, round), X25519_BASEPOINT_BYTES)
}

/// Seals `payload` to the round with this public key. `entropy` must be unpredictable; it may be used again for other
/// payloads or rounds.
///
/// ```
/// use taonet_chain::{Hash, beacon::{Beacon, LocalBeacon, Opened, round_key, seal}};
///
/// let genesis = Hash::ZERO;
/// let sealed = seal(&round_key(&genesis, 20), &[7; 32], b"weights");
/// let at = |height| LocalBeacon { genesis, height }.open(20, &sealed);
/// assert_eq!(at(19), Opened::NotYet);
/// assert_eq!(at(20), Opened::Bytes(b"weights".to_vec()));
/// ```
pub fn seal(round_key: &[u8; 32], entropy: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    let secret = Hash::of_value(Domain::SEED, &("seal", entropy, round_key, payload)).0;
    let public = x25519(secret, X25519_BASEPOINT_BYTES);
    let cipher = cipher(&public, &x25519(secret, *round_key));
    // A payload that fits into memory can be encrypted.
    let ciphertext = cipher.encrypt(&Default::default(), payload).unwrap_or_default();
    [&public[..], &ciphertext].concat()
}

/// What comes of opening something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The round's secret is not known yet.
    NotYet,
    /// It was not sealed to this round, or not at all.
    Never,
    /// What was sealed.
    Bytes(Vec<u8>),
}

/// Who knows the secrets of rounds that have passed.
pub trait Beacon {
    /// Opens what was sealed to a round.
    fn open(&self, round: u64, sealed: &[u8]) -> Opened;
}

/// The beacon of this network in the block at a height.
#[derive(Clone, Copy, Debug)]
pub struct LocalBeacon {
    /// The network.
    pub genesis: Hash,
    /// The block being executed: its own secret is the newest one.
    pub height: u64,
}

impl Beacon for LocalBeacon {
    fn open(&self, round: u64, sealed: &[u8]) -> Opened {
        if round > self.height {
            return Opened::NotYet;
        }
        let Some((public, ciphertext)) = sealed.split_first_chunk::<32>() else { return Opened::Never };
        let cipher = cipher(public, &x25519(beacon(&self.genesis, round), *public));
        cipher.decrypt(&Default::default(), ciphertext).map_or(Opened::Never, Opened::Bytes)
    }
}

/// The cipher of a seal. What is shared depends on the round's key, so the key does too.
fn cipher(public: &[u8; 32], shared: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Hash::of_value(Domain::SEAL, &(public, shared)).0.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GENESIS: Hash = Hash([3; 32]);

    fn open(height: u64, round: u64, sealed: &[u8]) -> Opened {
        LocalBeacon { genesis: GENESIS, height }.open(round, sealed)
    }

    #[test]
    fn only_the_right_round_opens() {
        let sealed = seal(&round_key(&GENESIS, 9), &[1; 32], b"row");
        assert_eq!(sealed.len(), SEAL_BYTES + 3);
        assert_eq!(open(8, 9, &sealed), Opened::NotYet);
        assert_eq!(open(30, 9, &sealed), Opened::Bytes(b"row".to_vec()));
        assert_eq!(open(30, 8, &sealed), Opened::Never);
        assert_eq!(LocalBeacon { genesis: Hash::ZERO, height: 30 }.open(9, &sealed), Opened::Never);
    }

    #[test]
    fn seals_differ_by_entropy_payload_and_round() {
        let (key, other) = (round_key(&GENESIS, 9), round_key(&GENESIS, 10));
        let seals = [
            seal(&key, &[1; 32], b"row"),
            seal(&key, &[2; 32], b"row"),
            seal(&key, &[1; 32], b"raw"),
            seal(&other, &[1; 32], b"row"),
        ];
        let publics: std::collections::BTreeSet<&[u8]> = seals.iter().map(|sealed| &sealed[..32]).collect();
        assert_eq!(publics.len(), seals.len(), "no key seals twice");
    }

    proptest! {
        #[test]
        fn a_changed_seal_never_opens(payload: Vec<u8>, at: prop::sample::Index, bit in 0..8) {
            let mut sealed = seal(&round_key(&GENESIS, 9), &[1; 32], &payload);
            let at = at.index(sealed.len());
            // The highest bit of a public key means nothing.
            prop_assume!((at, bit) != (31, 7));
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(open(9, 9, &sealed), Opened::Never);
        }

        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            prop_assert_eq!(open(9, 9, &bytes), Opened::Never);
        }
    }
}
