//! The desk where transactions are checked out and in: what is on its way, since when, and how much more may leave.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use taonet_chain::Transaction;
use taonet_node::{client::Client, proto};
use tokio::{
    sync::{Notify, Semaphore},
    time::{MissedTickBehavior, interval},
};

/// How often a desk with a rate lets some more leave: short against the time between two blocks.
const TICK: Duration = Duration::from_millis(5);

/// What senders and the reader of blocks share.
pub(super) struct Desk {
    /// How many more transactions each account may have on their way.
    room: Vec<Semaphore>,
    /// How many more may leave by now, where there is a rate.
    pace: Option<Semaphore>,
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
pub struct Arrival {
    /// When it was seen.
    pub at: Instant,
    /// Its height.
    pub height: u64,
    /// The round in which it was decided: above 0 a proposer was too late.
    pub round: u32,
    /// When it was proposed.
    pub timestamp_ms: u64,
    /// Seconds from being handed in until this block was seen, one for each transaction of ours.
    pub waits: Vec<f64>,
    /// Transactions of ours that were executed and failed.
    pub failed: usize,
}

impl Desk {
    /// For so many accounts with so much room each; `paced`: nothing leaves before [`tick`](Desk::tick) lets it.
    pub(super) fn new(accounts: usize, depth: usize, paced: bool) -> Desk {
        let room = (0..accounts).map(|_| Semaphore::new(depth)).collect();
        let pace = paced.then(|| Semaphore::new(0));
        Desk { room, pace, books: Mutex::default(), block: Notify::new() }
    }

    /// Lets so many leave per second, until the desk closes.
    pub(super) async fn tick(self: Arc<Desk>, rate: f64) {
        let Some(pace) = &self.pace else { return };
        let mut ticks = interval(TICK);
        // Whatever was missed is made up for by the count below.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (started, mut allowed) = (Instant::now(), 0);
        while !pace.is_closed() {
            ticks.tick().await;
            let due = (started.elapsed().as_secs_f64() * rate) as usize;
            pace.add_permits(due - allowed);
            allowed = due;
        }
    }

    /// Hands in an account's transactions, one after the other, as long as there is room; ends when the desk closes.
    pub(super) async fn send(
        self: Arc<Desk>,
        account: usize,
        client: Client,
        transactions: Vec<Transaction>,
    ) {
        for transaction in &transactions {
            let Ok(place) = self.room[account].acquire().await else { return };
            // The place is free again when the transaction is in a block.
            place.forget();
            if let Some(pace) = &self.pace {
                let Ok(turn) = pace.acquire().await else { return };
                turn.forget();
            }
            self.books().on_the_way.insert(transaction.id().to_string(), (account, Instant::now()));
            while let Err(fault) = client.submit(transaction).await {
                *self.books().refused.entry(fault.name).or_default() += 1;
                self.block.notified().await;
            }
        }
    }

    /// Checks in what a block brought.
    pub(super) fn arrived(&self, block: &proto::Block) -> Arrival {
        let at = Instant::now();
        let (height, round, timestamp_ms) = (block.height, block.round, block.timestamp_ms);
        let mut arrival = Arrival { at, height, round, timestamp_ms, waits: Vec::new(), failed: 0 };
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
    pub(super) fn close(&self) {
        self.room.iter().chain(&self.pace).for_each(Semaphore::close);
    }

    /// How many are on their way.
    pub(super) fn on_the_way(&self) -> usize {
        self.books().on_the_way.len()
    }

    /// Refusals so far, by name.
    pub(super) fn refused(&self) -> BTreeMap<String, u64> {
        self.books().refused.clone()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
