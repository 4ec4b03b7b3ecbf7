//! Transactions: what an account asks for, signed.
//!
//! Rules:
//! 1. The signer signs the whole [`Body`]: nonce, network, window of heights, tip and call.
//! 2. A transaction is executed at most once: its nonce must be the next one of its signer.
//! 3. It is valid on one network (the genesis hash) and in a window of heights, both ends included.
//!
//! What can be asked for is in [`Call`].

mod call;
mod inner;
mod parts;

use crate::crypto::{AccountId, Domain, Hash, Keypair, Signature};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::amount::Tao;

pub use call::Call;
pub use inner::Inner;
pub use parts::{AxonInfo, PrometheusInfo, Reveal};

/// The most bytes of one encoded transaction. Twice the longest legal call: a weights row for 4,096 UIDs.
pub const MAX_TRANSACTION_BYTES: usize = 32 * 1024;

/// Everything a signer signs.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Body {
    /// Who asks, and pays the fee.
    pub signer: AccountId,
    /// How many transactions of this signer came before.
    pub nonce: u64,
    /// The hash of the genesis of the network this is meant for.
    pub genesis: Hash,
    /// The first height at which it may be executed.
    pub valid_from: u64,
    /// The last height at which it may be executed.
    pub valid_until: u64,
    /// What the signer adds to the fee for the block's author.
    pub tip: Tao,
    /// What the signer asks for.
    pub call: Call,
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Transaction {
    /// What is asked.
    pub body: Body,
    /// The signer's signature over the body.
    pub signature: Signature,
}

impl Transaction {
    /// Signs `body`; `key` should be the signer's.
    pub fn sign(key: &Keypair, body: Body) -> Transaction {
        let signature = key.sign(Domain::TRANSACTION_BODY, &encode(&body));
        Transaction { body, signature }
    }

    /// Its hash, by which it is known everywhere.
    pub fn id(&self) -> Hash {
        Hash::of_value(Domain::TRANSACTION, self)
    }

    /// Whether the signature is the signer's.
    pub fn verify(&self) -> bool {
        self.body.signer.verify(Domain::TRANSACTION_BODY, &encode(&self.body), &self.signature)
    }

    /// How many bytes its encoding has.
    pub fn size(&self) -> usize {
        borsh::object_length(self).unwrap_or(usize::MAX)
    }
}

fn encode(body: &Body) -> Vec<u8> {
    // Writing into a vector cannot fail.
    borsh::to_vec(body).unwrap_or_default()
}

#[cfg(test)]
mod tests;
