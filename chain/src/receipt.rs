//! Receipts: what became of a transaction.
//!
//! Rules:
//! 1. Every transaction of a block has exactly one receipt, in the same order.
//! 2. A receipt says what was paid and whether the call worked; a call that failed left no trace but its fee and nonce.
//! 3. The header commits to receipts together with the events of their transactions.

use crate::{
    crypto::{Domain, Hash},
    error::CallError,
    event::Event,
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::amount::Tao;

/// What became of one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Receipt {
    /// The transaction's hash.
    pub transaction: Hash,
    /// Whether the call worked, and why not.
    pub result: Result<(), CallError>,
    /// What its signer paid to the block's author, tip included.
    pub fee: Tao,
    /// Where its events start among the events of the block.
    pub first_event: u32,
    /// How many events it has; when the call failed, at most that of a fee paid in alpha.
    pub event_count: u32,
}

impl Receipt {
    /// Its events, out of all events of its block.
    pub fn events<'e>(&self, of_block: &'e [Event]) -> &'e [Event] {
        let first = self.first_event as usize;
        let end = first.saturating_add(self.event_count as usize);
        of_block.get(first..end).unwrap_or_default()
    }

    /// What the header commits to: the receipt with its events.
    pub fn hash(&self, of_block: &[Event]) -> Hash {
        Hash::of_value(Domain::RECEIPT, &(self, self.events(of_block)))
    }
}
