//! The waiting transactions of one account.

use std::{cmp::Reverse, collections::BTreeMap};
use taonet_chain::{AccountId, Hash, Transaction};

/// A waiting transaction with what is often asked about it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) transaction: Transaction,
    pub(super) id: Hash,
    pub(super) size: usize,
    /// RAO of tip per 1,024 bytes.
    pub(super) tip_per_kib: u64,
}

impl Entry {
    pub(super) fn new(transaction: Transaction) -> Entry {
        let (id, size) = (transaction.id(), transaction.size());
        let tip = transaction.body.tip.units();
        let tip_per_kib = tip.saturating_mul(1_024).checked_div(size as u64).unwrap_or(0);
        Entry { transaction, id, size, tip_per_kib }
    }

    pub(super) fn account(&self) -> AccountId {
        self.transaction.body.signer
    }

    pub(super) fn nonce(&self) -> u64 {
        self.transaction.body.nonce
    }

    /// Whether it tips at least a tenth more than `old`, and anything at all.
    pub(super) fn outbids(&self, old: &Entry) -> bool {
        let (tip, old) = (self.transaction.body.tip.units(), old.transaction.body.tip.units());
        tip > old && tip - old >= old / 10
    }
}

/// Who gives way first when room is needed: the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) tip_per_kib: u64,
    /// Among equals the account with the most waiting is the smallest.
    crowd: Reverse<usize>,
    pub(super) account: AccountId,
}

/// The next transaction of an account that a block could take; the greatest is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    tip_per_kib: u64,
    /// How many of its account come before it: among equals everyone's first goes before anyone's second.
    position: Reverse<u64>,
    pub(super) account: AccountId,
    pub(super) nonce: u64,
}

/// The waiting transactions of one account, by nonce.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue(BTreeMap<u64, Entry>);

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.values()
    }

    pub(super) fn get(&self, nonce: u64) -> Option<&Entry> {
        self.0.get(&nonce)
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        self.0.insert(entry.nonce(), entry);
    }

    pub(super) fn remove(&mut self, nonce: u64) -> Option<Entry> {
        self.0.remove(&nonce)
    }

    pub(super) fn last_nonce(&self) -> Option<u64> {
        self.0.keys().next_back().copied()
    }

    /// Its nonces up to and including `nonce`.
    pub(super) fn up_to(&self, nonce: u64) -> Vec<u64> {
        self.0.range(..=nonce).map(|(nonce, _)| *nonce).collect()
    }

    /// The first nonce missing from `next` on.
    pub(super) fn row_end(&self, next: u64) -> u64 {
        let row = self.0.range(next..).zip(next..).take_while(|((nonce, _), expected)| *nonce == expected);
        next.saturating_add(row.count() as u64)
    }

    /// The transaction with the account's next `nonce`: the first of its row.
    pub(super) fn head(&self, account: &AccountId, nonce: u64) -> Option<Head> {
        let entry = self.0.get(&nonce)?;
        Some(Head { tip_per_kib: entry.tip_per_kib, position: Reverse(0), account: *account, nonce })
    }

    /// The one that follows `head` in the row.
    pub(super) fn after(&self, head: &Head) -> Option<Head> {
        let follower = self.head(&head.account, head.nonce.checked_add(1)?)?;
        Some(Head { position: Reverse(head.position.0.saturating_add(1)), ..follower })
    }

    /// Its place among those that give way; `None` when nothing waits.
    pub(super) fn rank(&self, account: AccountId) -> Option<Rank> {
        let last = self.0.values().next_back()?;
        Some(Rank { tip_per_kib: last.tip_per_kib, crowd: Reverse(self.0.len()), account })
    }
}
