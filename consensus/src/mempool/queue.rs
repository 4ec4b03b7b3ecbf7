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

/// Who gives way first when room is needed: the smallest. Its last transaction leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether blocks can reach all of it. What waits for a missing nonce may wait for ever, so its tip is an empty
    /// promise.
    unbroken: bool,
    /// The least tip of the row: nothing behind it is reached without it, so a high tip at the end protects nothing.
    tip_per_kib: u64,
    /// Among equals the account with the most waiting is the smallest.
    crowd: Reverse<usize>,
    pub(super) account: AccountId,
}

impl Rank {
    /// Whether this account's last transaction leaves for one that would bring its own account to the rank of `other`.
    /// Among equal tips it leaves only if its account has still no fewer waiting afterwards.
    pub(super) fn gives_way_to(&self, other: &Rank) -> bool {
        let worth = |rank: &Rank| (rank.unbroken, rank.tip_per_kib, rank.crowd);
        self.account != other.account && worth(self) < worth(other)
    }
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
pub(super) struct Queue {
    entries: BTreeMap<u64, Entry>,
    /// The nonce of the account's next transaction, as far as is known.
    next: u64,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn get(&self, nonce: u64) -> Option<&Entry> {
        self.entries.get(&nonce)
    }

    /// Takes in a transaction of an account whose next nonce is `next`.
    pub(super) fn insert(&mut self, entry: Entry, next: u64) {
        self.next = self.next.max(next);
        self.entries.insert(entry.nonce(), entry);
    }

    pub(super) fn remove(&mut self, nonce: u64) -> Option<Entry> {
        self.entries.remove(&nonce)
    }

    /// The nonce was used in a block.
    pub(super) fn used(&mut self, nonce: u64) {
        self.next = self.next.max(nonce.saturating_add(1));
    }

    pub(super) fn last_nonce(&self) -> Option<u64> {
        self.entries.keys().next_back().copied()
    }

    /// Its nonces up to and including `nonce`.
    pub(super) fn up_to(&self, nonce: u64) -> Vec<u64> {
        self.entries.range(..=nonce).map(|(nonce, _)| *nonce).collect()
    }

    /// The first nonce missing from `next` on.
    pub(super) fn row_end(&self, next: u64) -> u64 {
        let row =
            self.entries.range(next..).zip(next..).take_while(|((nonce, _), expected)| *nonce == expected);
        next.saturating_add(row.count() as u64)
    }

    /// The transaction with the account's next `nonce`: the first of its row.
    pub(super) fn head(&self, account: &AccountId, nonce: u64) -> Option<Head> {
        let entry = self.entries.get(&nonce)?;
        Some(Head { tip_per_kib: entry.tip_per_kib, position: Reverse(0), account: *account, nonce })
    }

    /// The one that follows `head` in the row.
    pub(super) fn after(&self, head: &Head) -> Option<Head> {
        let follower = self.head(&head.account, head.nonce.checked_add(1)?)?;
        Some(Head { position: Reverse(head.position.0.saturating_add(1)), ..follower })
    }

    /// Its place among those that give way; `None` when nothing waits.
    pub(super) fn rank(&self, account: AccountId) -> Option<Rank> {
        let tip_per_kib = self.entries.values().map(|entry| entry.tip_per_kib).min()?;
        let unbroken = Queue::is_unbroken(self.last_nonce()?, self.len(), self.next);
        Some(Rank { unbroken, tip_per_kib, crowd: Reverse(self.len()), account })
    }

    /// The place it would have with `entry` in it.
    pub(super) fn rank_with(&self, entry: &Entry, next: u64) -> Rank {
        let others = self.entries.values().filter(|other| other.nonce() != entry.nonce());
        let tip_per_kib = others.map(|other| other.tip_per_kib).fold(entry.tip_per_kib, u64::min);
        let len = self.len() + usize::from(self.get(entry.nonce()).is_none());
        let last = self.last_nonce().map_or(entry.nonce(), |last| last.max(entry.nonce()));
        let unbroken = Queue::is_unbroken(last, len, next.max(self.next));
        Rank { unbroken, tip_per_kib, crowd: Reverse(len), account: entry.account() }
    }

    /// Whether `len` nonces up to `last` are all from `next` on: none before it is used up, so counting is enough.
    fn is_unbroken(last: u64, len: usize, next: u64) -> bool {
        last.checked_sub(next).is_some_and(|gap| gap.saturating_add(1) == len as u64)
    }
}
