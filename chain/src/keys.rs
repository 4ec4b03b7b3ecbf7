//! Secret URIs: keys from words and paths (keys-and-axons.md section 1).
//!
//! Rules:
//! 1. A URI is `PHRASE//junction//junction…`; an empty phrase means the well-known development phrase.
//! 2. Each junction is hard: seed' = blake2b-256(SCALE("Ed25519HDKD") ‖ seed ‖ chain code).
//! 3. The chain code of a decimal number is its `u64`, little endian; of any other text its SCALE string, hashed with
//!    blake2b-256 when longer than 32 bytes; both zero-padded to 32 bytes.
//!
//! Here a phrase is 64 hex digits, the root seed itself. Mnemonic words become a root seed in the wallet.

use crate::crypto::Keypair;
use blake2::{Blake2b, Digest, digest::consts::U32};
use std::fmt;

/// The root seed of the well-known development phrase: public, never for anything of value.
pub const DEV_SEED: [u8; 32] = [
    0xfa, 0xc7, 0x95, 0x9d, 0xbf, 0xe7, 0x2f, 0x05, 0x2e, 0x5a, 0x0c, 0x3c, 0x8d, 0x65, 0x30, 0xf2, 0x02,
    0xb0, 0x2f, 0xd8, 0xf9, 0xf5, 0xca, 0x35, 0x80, 0xec, 0x8d, 0xeb, 0x77, 0x97, 0x47, 0x9e,
];

/// The ten development accounts, in the order in which they are listed everywhere.
pub const DEV_ACCOUNTS: [&str; 10] =
    ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie", "//One", "//Two", "//Three", "//Four"];

/// Why a text is not a secret URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriError {
    /// The phrase is neither empty nor 64 hex digits.
    Phrase,
    /// A single slash: soft junctions do not exist for ed25519.
    SoftJunction,
    /// Two slashes with nothing behind them.
    EmptyJunction,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UriError::Phrase => {
                "the part before // must be empty (development keys) or 64 hex digits of a seed"
            }
            UriError::SoftJunction => "ed25519 keys have only hard junctions: write // instead of /",
            UriError::EmptyJunction => "a junction is empty; write a name or a number after each //",
        })
    }
}

impl std::error::Error for UriError {}

impl Keypair {
    /// The key pair of a secret URI.
    ///
    /// ```
    /// let alice = taonet_chain::Keypair::from_uri("//Alice").unwrap();
    /// assert_eq!(alice.account().to_string(), "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu");
    /// ```
    ///
    /// # Errors
    /// What in the URI is not a phrase or a path.
    pub fn from_uri(uri: &str) -> Result<Keypair, UriError> {
        let (phrase, path) = uri.split_at(uri.find('/').unwrap_or(uri.len()));
        let mut seed = root_seed(phrase)?;
        for junction in junctions(path)? {
            seed = derive(&seed, &chain_code(junction));
        }
        Ok(Keypair::from_seed(seed))
    }
}

fn root_seed(phrase: &str) -> Result<[u8; 32], UriError> {
    if phrase.is_empty() {
        return Ok(DEV_SEED);
    }
    let mut seed = [0; 32];
    hex::decode_to_slice(phrase.strip_prefix("0x").unwrap_or(phrase), &mut seed)
        .map_err(|_| UriError::Phrase)?;
    Ok(seed)
}

fn junctions(path: &str) -> Result<Vec<&str>, UriError> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let path = path.strip_prefix("//").ok_or(UriError::SoftJunction)?;
    path.split("//")
        .map(|junction| match junction {
            "" => Err(UriError::EmptyJunction),
            soft if soft.contains('/') => Err(UriError::SoftJunction),
            hard => Ok(hard),
        })
        .collect()
}

/// The SCALE form of a string: its compact length, then its bytes.
fn scale_string(text: &str) -> Vec<u8> {
    let length = text.len();
    let mut out = match length {
        0..64 => vec![(length as u8) << 2],
        64..16_384 => (((length as u16) << 2) | 1).to_le_bytes().to_vec(),
        _ => (((length as u32) << 2) | 2).to_le_bytes().to_vec(),
    };
    out.extend(text.as_bytes());
    out
}

fn chain_code(junction: &str) -> [u8; 32] {
    let bytes = match junction.parse::<u64>() {
        Ok(number) => number.to_le_bytes().to_vec(),
        Err(_) => scale_string(junction),
    };
    if bytes.len() > 32 {
        return Blake2b::<U32>::digest(&bytes).into();
    }
    let mut code = [0; 32];
    code[..bytes.len()].copy_from_slice(&bytes);
    code
}

fn derive(seed: &[u8; 32], chain_code: &[u8; 32]) -> [u8; 32] {
    Blake2b::<U32>::new()
        .chain_update(scale_string("Ed25519HDKD"))
        .chain_update(seed)
        .chain_update(chain_code)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests;
