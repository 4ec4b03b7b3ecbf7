//! The queue from the task to the node: three lanes, each bounded in events and in bytes.
//!
//! Rules:
//! 1. Votes, proposals and news about peers come first, then catching up, then transactions.
//! 2. The agreement lane loses nothing: while it is full the task takes nothing from the network, so that the pressure
//!    reaches the senders.
//! 3. The other lanes drop what does not fit, and the task counts it: peers offer blocks again, and transactions are
//!    the sender's to repeat.
//!
//! A bound in bytes stands beside the bound in events since one message may be a thousand times as long as another.

use crate::Event;
use prometheus_client::encoding::EncodeLabelValue;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use taonet_consensus::{MAX_MESSAGE_BYTES, Message};
use tokio::sync::Notify;

/// The three urgencies, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelValue)]
pub(crate) enum Lane {
    /// Votes, proposals, status, and news about peers.
    Agreement,
    /// Decided blocks for a node that is behind.
    Sync,
    /// Transactions.
    Transactions,
}

impl Lane {
    /// The lane of a message.
    pub(crate) fn of(message: &Message) -> Lane {
        match message.lane() {
            taonet_consensus::Lane::Agreement => Lane::Agreement,
            taonet_consensus::Lane::Sync => Lane::Sync,
            taonet_consensus::Lane::Transactions => Lane::Transactions,
        }
    }
}

/// Events and bytes that may wait: a lane is full when either is reached.
const LIMITS: [(usize, usize); 3] = [
    // A round of 128 authorities is 256 votes; a few rounds and a few proposals may wait.
    (2048, 4 * MAX_MESSAGE_BYTES),
    // A node asks few peers for blocks at a time.
    (64, 4 * MAX_MESSAGE_BYTES),
    // Some seconds of what a node can execute.
    (8192, 2 * MAX_MESSAGE_BYTES),
];

#[derive(Default)]
struct Queue {
    lanes: [VecDeque<(Event, usize)>; 3],
    bytes: [usize; 3],
    closed: bool,
}

impl Queue {
    fn is_full(&self, lane: Lane) -> bool {
        let (events, bytes) = LIMITS[lane as usize];
        self.lanes[lane as usize].len() >= events || self.bytes[lane as usize] >= bytes
    }

    fn pop(&mut self) -> Option<Event> {
        for (lane, bytes) in self.lanes.iter_mut().zip(&mut self.bytes) {
            if let Some((event, size)) = lane.pop_front() {
                *bytes -= size;
                return Some(event);
            }
        }
        None
    }
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// An event was added, or the task ended.
    filled: Notify,
    /// The agreement lane has room again, or the node stopped listening.
    drained: Notify,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The queue is whole after every statement: a panic elsewhere cannot have broken it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.queue().closed = true;
        self.filled.notify_one();
        self.drained.notify_one();
    }
}

/// The two ends of a new queue.
pub(crate) fn lanes() -> (Outlet, Events) {
    let shared = Arc::new(Shared::default());
    (Outlet(shared.clone()), Events(shared))
}

/// The node's end: events, the most urgent first. Dropping it ends the network.
pub struct Events(Arc<Shared>);

impl Events {
    /// The next event; `None` once the network has ended and all events are taken. Cancel safe.
    pub async fn recv(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.try_recv() {
                return Some(event);
            }
            if self.0.queue().closed {
                return self.try_recv();
            }
            self.0.filled.notified().await;
        }
    }

    /// An event that is there already.
    pub fn try_recv(&mut self) -> Option<Event> {
        let mut queue = self.0.queue();
        let was_full = queue.is_full(Lane::Agreement);
        let event = queue.pop();
        if was_full && !queue.is_full(Lane::Agreement) {
            self.0.drained.notify_one();
        }
        event
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The task's end.
pub(crate) struct Outlet(Arc<Shared>);

impl Outlet {
    /// Adds an event that stands for `bytes` received bytes. `false`: the lane is full and the event is gone. The
    /// agreement lane always takes it; the task asks [`Outlet::has_room`] before it takes more from the network.
    pub(crate) fn push(&self, lane: Lane, event: Event, bytes: usize) -> bool {
        let mut queue = self.0.queue();
        if lane != Lane::Agreement && queue.is_full(lane) {
            return false;
        }
        queue.lanes[lane as usize].push_back((event, bytes));
        queue.bytes[lane as usize] += bytes;
        drop(queue);
        self.0.filled.notify_one();
        true
    }

    /// Whether the task may take more from the network.
    pub(crate) fn has_room(&self) -> bool {
        !self.0.queue().is_full(Lane::Agreement)
    }

    /// Waits until a full agreement lane has room again or the node stops listening. Cancel safe.
    pub(crate) async fn drained(&self) {
        self.0.drained.notified().await;
    }

    /// Whether the node stopped listening.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.queue().closed
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests;
