//! Transactions that wait for a block.
//!
//! Rules:
//! 1. What waits has passed [`taonet_chain::admit_verified`] and its signature holds.
//! 2. Per account transactions stand in the order of their nonces; only an unbroken row from the account's next nonce
//!    on is offered to a block, the best tip per byte first. Among equals accounts take turns: the earlier in its
//!    account's row goes first, so none fills a block with its whole row while others wait.
//! 3. Everything is bounded: the count, the bytes, and how many wait per account. When it is full, accounts stand in
//!    order of what their rows are worth, and the last transaction of the account at the bottom leaves, unless the
//!    newcomer's own account would stand there. A row with a missing nonce is worth least, since no block can reach its
//!    end; then the row with the least tip per byte anywhere in it; among equals that of the account with the most
//!    waiting. So tips win, promises that cost nothing do not, and however many one account or a group of accounts
//!    sends, there is room for somebody else's first.
//! 4. A transaction with the same nonce replaces the one that waits if it tips at least a tenth more.

mod queue;

use queue::{Entry, Queue, Rank};
use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    fmt,
};
use taonet_chain::{
    AccountId, Hash, MAX_TRANSACTION_BYTES, Refusal, Transaction, admit_verified, ledger::accounts,
    state::StateRead,
};

/// How many transactions wait at most: some seconds of full blocks.
pub const MAX_TRANSACTIONS: usize = 20_000;

/// How many bytes of transactions wait at most: sixteen full blocks.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How many transactions of one account wait at most: a burst, not a warehouse.
pub const MAX_PER_ACCOUNT: usize = 64;

/// Why a transaction does not wait here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The ledger would not take it.
    Refused(Refusal),
    /// It waits already.
    Known,
    /// Its account has [`MAX_PER_ACCOUNT`] waiting, or another with this nonce and nearly the same tip.
    AccountFull,
    /// Everything is full and none that waits is worth less.
    Full,
}

impl Rejection {
    /// A short stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Rejection::Refused(refusal) => refusal.name(),
            Rejection::Known => "Known",
            Rejection::AccountFull => "AccountFull",
            Rejection::Full => "Full",
        }
    }

    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Rejection::Refused(refusal) => refusal.remedy(),
            Rejection::Known => "Wait for its block.",
            Rejection::AccountFull => "Wait until earlier transactions are in a block, or tip a tenth more.",
            Rejection::Full => "Try again later, or tip more.",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::Refused(refusal) => refusal.fmt(f),
            Rejection::Known => f.write_str("the transaction is already waiting for a block"),
            Rejection::AccountFull => {
                write!(f, "the account has enough transactions waiting, at most {MAX_PER_ACCOUNT}")
            }
            Rejection::Full => {
                f.write_str("too many transactions are waiting, and none of them is worth less than this one")
            }
        }
    }
}

impl std::error::Error for Rejection {}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    count: usize,
    bytes: usize,
}

/// Transactions that wait for a block.
#[derive(Clone, Debug)]
pub struct Mempool {
    bounds: Bounds,
    accounts: BTreeMap<AccountId, Queue>,
    known: BTreeSet<Hash>,
    /// Which account's last transaction leaves first: the lowest rank.
    ranks: BTreeSet<Rank>,
    /// The last heights of validity, soonest first.
    expiries: BTreeSet<(u64, AccountId, u64)>,
    bytes: usize,
}

impl Default for Mempool {
    fn default() -> Mempool {
        Mempool::bounded(Bounds { count: MAX_TRANSACTIONS, bytes: MAX_BYTES })
    }
}

impl Mempool {
    fn bounded(bounds: Bounds) -> Mempool {
        let (accounts, known) = (BTreeMap::new(), BTreeSet::new());
        Mempool { bounds, accounts, known, ranks: BTreeSet::new(), expiries: BTreeSet::new(), bytes: 0 }
    }

    /// How many transactions wait.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Everything that waits, by account and nonce.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.accounts.values().flat_map(Queue::entries).map(|entry| &entry.transaction)
    }

    /// Whether a transaction with this hash waits.
    pub fn contains(&self, transaction: &Hash) -> bool {
        self.known.contains(transaction)
    }

    /// The nonce after the unbroken row of an account's waiting transactions: what a client should sign next.
    pub fn next_nonce(&self, state: &dyn StateRead, account: &AccountId) -> u64 {
        let next = accounts::nonce(state, account);
        self.accounts.get(account).map_or(next, |queue| queue.row_end(next))
    }

    /// Whether a transaction waits whose turn has come and that the block at `height` may take.
    pub fn has_ready(&self, state: &dyn StateRead, height: u64) -> bool {
        let next = |(id, queue): (&AccountId, &Queue)| {
            let entry = queue.get(accounts::nonce(state, id))?;
            admit_verified(state, height, &entry.transaction).ok()
        };
        self.accounts.iter().any(|account| next(account).is_some())
    }

    /// Takes a transaction in, for the block at `height` on top of `state` or a later one. The signature is checked
    /// last, once everything cheaper has passed.
    ///
    /// # Errors
    /// Why it does not wait here.
    pub fn insert(
        &mut self,
        state: &dyn StateRead,
        height: u64,
        transaction: Transaction,
    ) -> Result<Hash, Rejection> {
        let entry = Entry::new(transaction);
        if entry.size > MAX_TRANSACTION_BYTES {
            return Err(Rejection::Refused(Refusal::TooLarge));
        }
        if self.known.contains(&entry.id) {
            return Err(Rejection::Known);
        }
        admit_verified(state, height, &entry.transaction).map_err(Rejection::Refused)?;
        self.check_account(&entry)?;
        let next = accounts::nonce(state, &entry.account());
        self.check_room(&entry, next)?;
        if !entry.transaction.verify() {
            return Err(Rejection::Refused(Refusal::BadSignature));
        }
        let id = entry.id;
        let left = self.put(entry, next);
        let left: Vec<Entry> = left.into_iter().chain(self.make_room()).collect();
        if self.known.contains(&id) {
            return Ok(id);
        }
        // There was not enough below the newcomer to make room for its size: nobody leaves for nothing.
        for entry in left.into_iter().filter(|entry| entry.id != id) {
            let next = accounts::nonce(state, &entry.account());
            self.put(entry, next);
        }
        Err(Rejection::Full)
    }

    /// Transactions for the block at `height`, best first, up to `bytes`. Those the ledger no longer takes are dropped.
    pub fn candidates(&mut self, state: &dyn StateRead, height: u64, bytes: u64) -> Vec<Transaction> {
        let first = |(id, queue): (&AccountId, &Queue)| queue.head(id, accounts::nonce(state, id));
        let mut heads: BinaryHeap<_> = self.accounts.iter().filter_map(first).collect();
        let mut chosen = Vec::new();
        let mut room = bytes;
        let mut stale = Vec::new();
        while let Some(head) = heads.pop() {
            let Some(entry) = self.accounts.get(&head.account).and_then(|queue| queue.get(head.nonce)) else {
                continue;
            };
            if is_stale(state, height, &entry.transaction) {
                stale.push((head.account, head.nonce));
                continue;
            }
            // What does not fit ends its account's row, but smaller ones of other accounts may follow.
            if let Some(rest) = room.checked_sub(entry.size as u64) {
                room = rest;
                chosen.push(entry.transaction.clone());
                heads.extend(self.accounts.get(&head.account).and_then(|queue| queue.after(&head)));
            }
        }
        for (account, nonce) in stale {
            self.remove(&account, nonce);
        }
        chosen
    }

    /// Forgets what a block has settled: the transactions it contains, and what is no longer valid at `height`.
    pub fn settle<'t>(&mut self, settled: impl IntoIterator<Item = &'t Transaction>, height: u64) {
        for transaction in settled {
            let (account, nonce) = (transaction.body.signer, transaction.body.nonce);
            let used: Vec<u64> = self.accounts.get(&account).map_or(Vec::new(), |queue| queue.up_to(nonce));
            for nonce in used {
                self.remove(&account, nonce);
            }
            if self.accounts.contains_key(&account) {
                self.change(account, |queue| queue.used(nonce));
            }
        }
        while let Some(&(until, account, nonce)) = self.expiries.first().filter(|(until, ..)| *until < height)
        {
            self.remove(&account, nonce);
            self.expiries.remove(&(until, account, nonce));
        }
    }

    fn check_account(&self, entry: &Entry) -> Result<(), Rejection> {
        let Some(queue) = self.accounts.get(&entry.account()) else { return Ok(()) };
        let fits = match queue.get(entry.nonce()) {
            Some(old) => entry.outbids(old),
            None => queue.len() < MAX_PER_ACCOUNT,
        };
        if fits { Ok(()) } else { Err(Rejection::AccountFull) }
    }

    fn check_room(&self, entry: &Entry, next: u64) -> Result<(), Rejection> {
        let queue = self.accounts.get(&entry.account());
        let replaced = queue.and_then(|queue| queue.get(entry.nonce()));
        let count = self.len() + usize::from(replaced.is_none());
        let bytes = self.bytes + entry.size - replaced.map_or(0, |old| old.size);
        if count <= self.bounds.count && bytes <= self.bounds.bytes {
            return Ok(());
        }
        let rank = queue.unwrap_or(&Queue::default()).rank_with(entry, next);
        let fits = self.ranks.first().is_some_and(|least| least.gives_way_to(&rank));
        if fits { Ok(()) } else { Err(Rejection::Full) }
    }

    /// Those at the bottom leave until everything is within its bounds.
    fn make_room(&mut self) -> Vec<Entry> {
        let mut left = Vec::new();
        while self.len() > self.bounds.count || self.bytes > self.bounds.bytes {
            let Some(account) = self.ranks.first().map(|rank| rank.account) else { break };
            let last = self.accounts.get(&account).and_then(Queue::last_nonce);
            let Some(entry) = last.and_then(|last| self.remove(&account, last)) else { break };
            left.push(entry);
        }
        left
    }

    /// Takes an entry in; the one it replaces.
    fn put(&mut self, entry: Entry, next: u64) -> Option<Entry> {
        let account = entry.account();
        let replaced = self.remove(&account, entry.nonce());
        self.known.insert(entry.id);
        self.bytes += entry.size;
        self.expiries.insert((entry.transaction.body.valid_until, account, entry.nonce()));
        self.change(account, |queue| queue.insert(entry, next));
        replaced
    }

    fn remove(&mut self, account: &AccountId, nonce: u64) -> Option<Entry> {
        let mut removed = None;
        self.change(*account, |queue| removed = queue.remove(nonce));
        if let Some(entry) = &removed {
            self.known.remove(&entry.id);
            self.bytes -= entry.size;
            self.expiries.remove(&(entry.transaction.body.valid_until, *account, nonce));
        }
        removed
    }

    /// Changes a queue and keeps its rank true.
    fn change(&mut self, account: AccountId, change: impl FnOnce(&mut Queue)) {
        let queue = self.accounts.entry(account).or_default();
        if let Some(rank) = queue.rank(account) {
            self.ranks.remove(&rank);
        }
        change(queue);
        match queue.rank(account) {
            Some(rank) => drop(self.ranks.insert(rank)),
            None => drop(self.accounts.remove(&account)),
        }
    }
}

fn is_stale(state: &dyn StateRead, height: u64, transaction: &Transaction) -> bool {
    let refusal = admit_verified(state, height, transaction).err();
    refusal.is_some_and(|refusal| !matches!(refusal, Refusal::NonceAhead(_) | Refusal::NotYetValid(_)))
}

#[cfg(test)]
mod tests;
