//! SS58: the text form of accounts (keys-and-axons.md section 1).
//!
//! Rule: base58 of the prefix byte 42, the 32 bytes of the account, and the first two bytes of
//! blake2b-512("SS58PRE" ‖ prefix ‖ account). A longer text than any account has is refused unread: base58 takes time
//! that grows with the square of the length.

use crate::crypto::AccountId;
use blake2::{Blake2b512, Digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

const PREFIX: u8 = 42;

/// The longest address: what 35 bytes come to in base58.
pub const MAX_ADDRESS_CHARS: usize = 48;

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Not base58.
    NotBase58,
    /// Not 35 bytes, or another network's prefix.
    NotAnAccount,
    /// The checksum does not match: most likely a typing error.
    Checksum,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::NotBase58 => "not base58; an address looks like 5FA9nQDV…",
            AddressError::NotAnAccount => "not an address with SS58 prefix 42",
            AddressError::Checksum => "the address has a wrong checksum; check it for typing errors",
        })
    }
}

impl std::error::Error for AddressError {}

fn checksum(body: &[u8]) -> [u8; 2] {
    let hash = Blake2b512::new().chain_update(b"SS58PRE").chain_update(body).finalize();
    [hash[0], hash[1]]
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![PREFIX];
        bytes.extend(self.0);
        bytes.extend(checksum(&bytes));
        f.write_str(&bs58::encode(bytes).into_string())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string()[..8])
    }
}

impl FromStr for AccountId {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<AccountId, AddressError> {
        if text.len() > MAX_ADDRESS_CHARS {
            return Err(AddressError::NotAnAccount);
        }
        let bytes = bs58::decode(text).into_vec().map_err(|_| AddressError::NotBase58)?;
        let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return Err(AddressError::NotAnAccount) };
        let Some((&PREFIX, account)) = body.split_first() else { return Err(AddressError::NotAnAccount) };
        let account = account.try_into().map_err(|_| AddressError::NotAnAccount)?;
        if checksum(body) == *sum { Ok(AccountId(account)) } else { Err(AddressError::Checksum) }
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
