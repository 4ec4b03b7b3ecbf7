//! A key that signs transactions for a node.
//!
//! Rules:
//! 1. It counts its own nonces, so that it can hand in a burst; the node's word is asked for when they are wrong.
//! 2. What it counted is forgotten when a transaction was not executed in time, and when the chain went back to a
//!    checkpoint: on the new branch, transactions with those nonces would wait for others that nobody will send.

use super::Client;
use crate::{fault::Fault, proto};
use taonet_chain::{AccountId, Body, Call, Hash, Keypair, Transaction};
use taonet_subnets::amount::Tao;
use tokio::sync::Mutex;

/// For how many blocks a transaction is valid: two minutes of 250 ms blocks, almost two hours of 12 s blocks.
pub const VALIDITY_BLOCKS: u64 = 512;

/// A key that signs transactions, one after the other.
pub struct Signer {
    client: Client,
    key: Keypair,
    /// What follows the last nonce that was handed in.
    next: Mutex<Option<Next>>,
}

/// A nonce that is free on a branch of the chain.
#[derive(Clone, Copy, Debug)]
struct Next {
    nonce: u64,
    branch: u32,
}

/// A transaction that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id.
    pub id: Hash,
    /// The last height at which it may be executed.
    pub valid_until: u64,
}

impl Signer {
    /// A key that signs for a node.
    pub(super) fn new(client: Client, key: Keypair) -> Signer {
        Signer { client, key, next: Mutex::new(None) }
    }

    /// The account that signs.
    pub fn account(&self) -> AccountId {
        self.key.account()
    }

    /// Signs `call` without handing it in.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn sign(&self, call: Call) -> Result<Transaction, Fault> {
        let preparation = self.client.prepare(&self.key.account()).await?;
        let nonce = preparation.nonce;
        self.sign_with(&preparation, nonce, call)
    }

    /// Signs `call` and hands it in. When the nonce turns out to be wrong, because the key signs elsewhere as well,
    /// it is asked for again, once.
    ///
    /// # Errors
    /// Why the transaction is refused, or a node that cannot be reached or is too busy.
    pub async fn submit(&self, call: Call) -> Result<Submitted, Fault> {
        let mut next = self.next.lock().await;
        let preparation = self.client.prepare(&self.key.account()).await?;
        let counted = next.filter(|next| next.branch == preparation.branch).map(|next| next.nonce);
        let expected = counted.map_or(preparation.nonce, |counted| counted.max(preparation.nonce));
        let (nonce, submitted) = match self.submit_with(&preparation, expected, call.clone()).await {
            Err(fault) if expected != preparation.nonce && is_about_nonce(&fault) => {
                (preparation.nonce, self.submit_with(&preparation, preparation.nonce, call).await)
            }
            result => (expected, result),
        };
        let following = Next { nonce: nonce.saturating_add(1), branch: preparation.branch };
        *next = submitted.is_ok().then_some(following);
        submitted
    }

    /// Signs `call`, hands it in, and waits until it is executed. A call that failed is no `Err` here: see
    /// [`proto::ExecutedTransaction::error`] or [`proto::ExecutedTransaction::into_result`].
    ///
    /// # Errors
    /// Why the transaction is refused or was not executed in time, or a node that cannot be reached or is too busy.
    pub async fn execute(&self, call: Call) -> Result<proto::ExecutedTransaction, Fault> {
        let submitted = self.submit(call).await?;
        let executed = self.client.wait_for_transaction(&submitted.id, submitted.valid_until).await;
        if executed.is_err() {
            // It may never have been executed, and then its nonce is free.
            *self.next.lock().await = None;
        }
        executed
    }

    async fn submit_with(&self, at: &proto::Preparation, nonce: u64, call: Call) -> Result<Submitted, Fault> {
        let transaction = self.sign_with(at, nonce, call)?;
        let id = self.client.submit(&transaction).await?;
        Ok(Submitted { id, valid_until: transaction.body.valid_until })
    }

    fn sign_with(&self, at: &proto::Preparation, nonce: u64, call: Call) -> Result<Transaction, Fault> {
        let genesis = Hash::from_hex(&at.genesis).ok_or_else(|| {
            Fault::invalid("the node's genesis is no hash", "Check that the address is a taonet node.")
        })?;
        let body = Body {
            signer: self.key.account(),
            nonce,
            genesis,
            valid_from: at.height,
            valid_until: at.height.saturating_add(VALIDITY_BLOCKS),
            tip: Tao::ZERO,
            call,
        };
        Ok(Transaction::sign(&self.key, body))
    }
}

fn is_about_nonce(fault: &Fault) -> bool {
    matches!(fault.name.as_str(), "NonceUsed" | "NonceAhead")
}
