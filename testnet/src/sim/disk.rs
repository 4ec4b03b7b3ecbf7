//! A disk that can be told to die at any moment, and that forgets what was not synced.
//!
//! Rules:
//! 1. Every call that changes something counts: append, keep, sync, commit. A crash *at* call `n` means that it did not
//!    happen, nor anything after it.
//! 2. What was done since the last sync is lost from the end backwards; how much of it survives is chosen by whoever
//!    lights the [`Fuse`].
//! 3. A replica on a dead disk goes on until its step is over, as if on paper; the world throws away what it says.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};
use taonet_chain::{
    CommittedBlock, Outcome, Tip, Turn,
    state::{Changes, StateRead, chunks::Entry},
};
use taonet_consensus::{Chunk, Control, MemoryStore, Offer, Record, Snapshot, Store};

/// When a disk dies, and how much of its unsynced tail survives. It belongs to the node and outlives its restarts.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Arc<Settings>);

#[derive(Debug, Default)]
struct Settings {
    /// The crash comes at this call, counted from 1; 0: never.
    calls_left: AtomicU64,
    survive: AtomicU64,
}

impl Fuse {
    /// The disk dies at its `call`-th call from now on, counted from 1. Of what is not synced then, the oldest
    /// `survive` operations remain.
    pub fn light(&self, call: u64, survive: u64) {
        self.0.survive.store(survive, Relaxed);
        self.0.calls_left.store(call, Relaxed);
    }

    /// The disk does not die after all.
    pub fn put_out(&self) {
        self.0.calls_left.store(0, Relaxed);
    }

    /// Counts a call; what survives, if this is the one.
    fn burn(&self) -> Option<u64> {
        let left = self.0.calls_left.load(Relaxed);
        self.0.calls_left.store(left.saturating_sub(1), Relaxed);
        (left == 1).then(|| self.0.survive.load(Relaxed))
    }
}

/// A [`MemoryStore`] with a fuse.
#[derive(Clone, Debug)]
pub struct Disk {
    memory: MemoryStore,
    calls: u64,
    fuse: Fuse,
    /// What is left once the fuse has burned down, and how many operations are not.
    remains: Option<(Box<MemoryStore>, u64)>,
}

impl Disk {
    /// A disk with this content.
    pub fn new(memory: MemoryStore, fuse: Fuse) -> Disk {
        Disk { memory, calls: 0, fuse, remains: None }
    }

    /// How many calls changed something since it was opened.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// How many operations would be at risk if the power failed now.
    pub fn at_risk(&self) -> usize {
        self.memory.at_risk()
    }

    /// Whether it has died.
    pub fn is_dead(&self) -> bool {
        self.remains.is_some()
    }

    /// Loses the power, if the disk has not died already: of what is not synced the oldest `survive` operations
    /// remain. Gives what is left, and how many operations are lost.
    pub fn lose_power(self, survive: u64) -> (MemoryStore, u64) {
        self.remains.map_or_else(|| lose(self.memory, survive), |(remains, lost)| (*remains, lost))
    }

    /// Its content, as if it had been shut down properly.
    pub fn into_memory(self) -> MemoryStore {
        self.memory
    }

    fn count(&mut self) {
        self.calls += 1;
        if let Some(survive) = self.fuse.burn() {
            let (remains, lost) = lose(self.memory.clone(), survive);
            self.remains = Some((Box::new(remains), lost));
        }
    }
}

fn lose(mut memory: MemoryStore, survive: u64) -> (MemoryStore, u64) {
    let risk = memory.at_risk() as u64;
    memory.lose_power(survive as usize);
    (memory, risk.saturating_sub(survive))
}

impl StateRead for Disk {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.memory.get(key)
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        self.memory.scan_from(prefix, from)
    }
}

impl Store for Disk {
    fn tip(&self) -> Tip {
        self.memory.tip()
    }

    fn block(&self, height: u64) -> Option<CommittedBlock> {
        self.memory.block(height)
    }

    fn log(&self) -> Vec<Record> {
        self.memory.log()
    }

    fn append(&mut self, record: &Record) {
        self.count();
        self.memory.append(record);
    }

    fn control(&self) -> Control {
        self.memory.control()
    }

    fn keep_control(&mut self, control: &Control) {
        self.count();
        self.memory.keep_control(control);
    }

    fn sync(&mut self) {
        self.count();
        self.memory.sync();
    }

    fn commit(&mut self, block: &CommittedBlock, outcome: &Outcome, log: &[Record]) {
        self.count();
        self.memory.commit(block, outcome, log);
    }

    fn undo(&self, height: u64) -> Option<Changes> {
        self.memory.undo(height)
    }

    fn turns(&self, from: u64, limit: usize) -> Vec<Turn> {
        self.memory.turns(from, limit)
    }

    fn snapshot(&self) -> Option<Snapshot> {
        self.memory.snapshot()
    }

    fn chunk(&self, index: u16) -> Vec<Entry> {
        self.memory.chunk(index)
    }

    fn take_snapshot(&mut self, offer: &Offer, differences: &Changes) {
        self.count();
        self.memory.take_snapshot(offer, differences);
    }

    fn begin_snapshot(&mut self, offer: &Offer) {
        self.count();
        self.memory.begin_snapshot(offer);
    }

    fn put_chunk(&mut self, chunk: &Chunk) {
        self.count();
        self.memory.put_chunk(chunk);
    }

    fn install(&mut self, turns: &[Turn], log: &[Record]) {
        self.count();
        self.memory.install(turns, log);
    }
}
