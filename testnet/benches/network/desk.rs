//! The desk where transfers are checked out and in: what is on its way, since when, and how much more may leave.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use taonet_chain::Transaction;
use taonet_node::{client::Client, proto};
use tokio::sync::{Notify, Semaphore};

/// What senders and the reader of blocks share.
pub(crate) struct Desk {
    /// How many more transfers each account may have on their way.
    room: Vec<Semaphore>,
    books: Mutex<Books>,
    /// Told of each block.
    block: Notify,
}

#[derive(Default)]
struct Books {
    /// By id: the account, and when it was handed in.
    on_the_way: HashMap<String, (usize, Instant)>,
    /// Refusals by name.
    refused: BTreeMap<String, u64>,
}

/// What a block brought.
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    /// When it was proposed.
    pub(crate) timestamp_ms: u64,
    /// Seconds from being handed in until this block was seen, one for each transfer of ours.
    pub(crate) waits: Vec<f64>,
    /// Transfers of ours that were executed and failed.
    pub(crate) failed: usize,
}

impl Desk {
    /// For so many accounts with so much room each.
    pub(crate) fn new(accounts: usize, depth: usize) -> Desk {
        let room = (0..accounts).map(|_| Semaphore::new(depth)).collect();
        Desk { room, books: Mutex::default(), block: Notify::new() }
    }

    /// Hands in an account's transfers, one after the other, as long as there is room; ends when the desk closes.
    pub(crate) async fn send(self: Arc<Desk>, account: usize, client: Client, transfers: Vec<Transaction>) {
        for transfer in &transfers {
            let Ok(place) = self.room[account].acquire().await else { return };
            // The place is free again when the transfer is in a block.
            place.forget();
            self.books().on_the_way.insert(transfer.id().to_string(), (account, Instant::now()));
            while let Err(fault) = client.submit(transfer).await {
                *self.books().refused.entry(fault.name).or_default() += 1;
                self.block.notified().await;
            }
        }
    }

    /// Checks in what a block brought.
    pub(crate) fn arrived(&self, block: &proto::Block) -> Arrival {
        let at = Instant::now();
        let mut arrival = Arrival { at, timestamp_ms: block.timestamp_ms, waits: Vec::new(), failed: 0 };
        let mut books = self.books();
        for transaction in &block.transactions {
            let Some((account, since)) = books.on_the_way.remove(&transaction.id) else { continue };
            arrival.waits.push(at.duration_since(since).as_secs_f64());
            arrival.failed += usize::from(transaction.error.is_some());
            self.room[account].add_permits(1);
        }
        self.block.notify_waiters();
        arrival
    }

    /// Nothing more leaves.
    pub(crate) fn close(&self) {
        self.room.iter().for_each(Semaphore::close);
    }

    /// How many are on their way.
    pub(crate) fn on_the_way(&self) -> usize {
        self.books().on_the_way.len()
    }

    /// Refusals so far, by name.
    pub(crate) fn refused(&self) -> BTreeMap<String, u64> {
        self.books().refused.clone()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
