//! The database of a node: RocksDB with one atomic, synced batch per block.
//!
//! Rules:
//! 1. State, block, results, index, undo, tip **and the replacement of the finished height's log** are one batch.
//!    There is no moment when they disagree, so a restart needs no handshake.
//! 2. Whatever is written survives the death of the process at once, and the loss of power from the next `sync` on.
//!    The replica syncs after each block it decides; when it catches up, once for many.
//! 3. Before each commit, and when a node starts, the disk must have room ([`RocksStore::keep_free`]); the store gives
//!    up while the log is intact, and goes on at its last block once there is room again.
//! 4. A store that fails is not used again: [`fatal`] unwinds to the driver's door, which stops the node. Readers
//!    of other threads ([`Reader`]) get an error instead and never end a node.
//! 5. Only the driver's thread writes.
//!
//! History: undo records of the last [`DEFAULT_HISTORY`] blocks are kept, and blocks with their results of the last
//! [`BLOCKS_PER_UNDO`] times as many, for those who are behind; an archive keeps everything.

mod checkpoint;
mod columns;
mod error;
mod open;
mod reader;
mod snapshot;

#[cfg(test)]
mod tests;

pub(crate) use checkpoint::{About, Checkpoints, MAX_CHECKPOINTS, Revert, is_name};
pub use columns::{Place, Results};
pub use error::StoreError;
pub use reader::{Entry, Reader, View};

use columns::{Column, Database, encode, meta};
use rocksdb::{Direction, IteratorMode, WriteBatch};
use std::{panic, path::Path, sync::Arc};
use taonet_chain::{
    CommittedBlock, Genesis, Outcome, Tip, Turn, next_tip,
    state::{Changes, StateRead, chunks::Entry as StateEntry},
};
use taonet_consensus::{Chunk, Control, Offer, Record, Snapshot, Store, store::is_turn};

/// Undo records kept by default: over four minutes of 250 ms blocks, over three hours of 12 s blocks.
pub const DEFAULT_HISTORY: u64 = 1_000;
/// Blocks kept for each undo record: they are small, and a peer that is 10,000 blocks behind catches up from blocks.
pub const BLOCKS_PER_UNDO: u64 = 12;
/// Free space needed to go on, MiB: many times the largest batch with RocksDB's own log and a compaction.
pub const DEFAULT_FREE_MIB: u64 = 64;

/// How much of the past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Undo records of this many blocks.
    Blocks(u64),
    /// Everything.
    Archive,
}

/// Ends the use of the store by unwinding to the driver, without the noise of a panic: `reason` is the message.
pub(crate) fn fatal(reason: StoreError) -> ! {
    panic::resume_unwind(Box::new(reason))
}

/// The store of a replica. Its methods never fail; they end the node instead (rule 4).
pub struct RocksStore {
    database: Arc<Database>,
    history: History,
    tip: Tip,
    /// The sequence of the next log record.
    next: u64,
    /// Space on the disk without which nothing is committed, MiB.
    free_mib: u64,
}

impl RocksStore {
    /// Opens the database in `dir`, or makes it from `genesis` if there is none.
    ///
    /// # Errors
    /// The directory is in use, of another network or format, corrupt, or cannot be written.
    pub fn open(dir: &Path, genesis: &Genesis, history: History) -> Result<RocksStore, StoreError> {
        let database = open::open(dir, genesis)?;
        let tip = database.get(Column::Meta, meta::TIP)?;
        let tip = tip.ok_or_else(|| database.corrupt(Column::Meta, "it has no tip"))?;
        let next = database.entries::<Record>(Column::Log)?.len() as u64;
        Ok(RocksStore { database: Arc::new(database), history, tip, next, free_mib: DEFAULT_FREE_MIB })
    }

    /// Commits from now on only while so much is free on the disk, MiB.
    ///
    /// # Errors
    /// Less is free already.
    pub fn keep_free(&mut self, mib: u64) -> Result<(), StoreError> {
        self.free_mib = mib;
        self.require_space()
    }

    /// How often the network has gone back to a checkpoint.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn branch(&self) -> Result<u32, StoreError> {
        Ok(self.database.get(Column::Meta, meta::BRANCH)?.unwrap_or_default())
    }

    /// Reads for other threads.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.database))
    }

    fn try_append(&self, record: &Record) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        batch.put_cf(self.database.column(Column::Log)?, self.next.to_be_bytes(), encode(record));
        self.database.write(batch)
    }

    fn try_commit(
        &self,
        committed: &CommittedBlock,
        outcome: &Outcome,
        log: &[Record],
        tip: &Tip,
    ) -> Result<(), StoreError> {
        self.require_space()?;
        let mut batch = WriteBatch::default();
        self.put_block(&mut batch, committed, outcome)?;
        self.put_state(&mut batch, tip.height, &outcome.changes)?;
        self.forget(&mut batch, tip.height)?;
        self.renew_log(&mut batch, log)?;
        batch.put_cf(self.database.column(Column::Meta)?, meta::TIP, encode(tip));
        self.database.write(batch)
    }

    /// Replaces the log of the finished height.
    fn renew_log(&self, batch: &mut WriteBatch, log: &[Record]) -> Result<(), StoreError> {
        let column = self.database.column(Column::Log)?;
        for sequence in 0..self.next {
            batch.delete_cf(column, sequence.to_be_bytes());
        }
        for (sequence, record) in (0u64..).zip(log) {
            batch.put_cf(column, sequence.to_be_bytes(), encode(record));
        }
        Ok(())
    }

    fn put_block(
        &self,
        batch: &mut WriteBatch,
        committed: &CommittedBlock,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        let height = committed.block.header.height;
        let key = height.to_be_bytes();
        let results = Results { receipts: outcome.receipts.clone(), events: outcome.events.clone() };
        batch.put_cf(self.database.column(Column::Blocks)?, key, encode(committed));
        batch.put_cf(self.database.column(Column::Results)?, key, encode(&results));
        batch.put_cf(self.database.column(Column::Heights)?, committed.block.id().0, encode(&height));
        if is_turn(&committed.block.header) {
            let turn = Turn { certified: committed.into(), authorities: outcome.authorities.clone() };
            batch.put_cf(self.database.column(Column::Turns)?, key, encode(&turn));
        }
        let index = self.database.column(Column::Index)?;
        for (position, transaction) in (0u32..).zip(&committed.block.transactions) {
            batch.put_cf(index, transaction.id().0, encode(&Place { height, position }));
        }
        Ok(())
    }

    fn put_state(&self, batch: &mut WriteBatch, height: u64, changes: &Changes) -> Result<(), StoreError> {
        let state = self.database.column(Column::State)?;
        let mut undo = Changes::new();
        for (key, value) in changes {
            let before = self.database.db.get_cf(state, key).map_err(|error| self.database.failed(&error))?;
            undo.insert(key.clone(), before);
            match value {
                Some(value) => batch.put_cf(state, key, value),
                None => batch.delete_cf(state, key),
            }
        }
        batch.put_cf(self.database.column(Column::Undo)?, height.to_be_bytes(), encode(&undo));
        Ok(())
    }

    /// Deletes what the block at `height` pushes out of the history.
    fn forget(&self, batch: &mut WriteBatch, height: u64) -> Result<(), StoreError> {
        let History::Blocks(kept) = self.history else { return Ok(()) };
        if let Some(old) = height.checked_sub(kept) {
            batch.delete_cf(self.database.column(Column::Undo)?, old.to_be_bytes());
        }
        let Some(old) = height.checked_sub(kept.saturating_mul(BLOCKS_PER_UNDO)) else { return Ok(()) };
        let Some(block) = self.database.get::<CommittedBlock>(Column::Blocks, &old.to_be_bytes())? else {
            return Ok(());
        };
        batch.delete_cf(self.database.column(Column::Blocks)?, old.to_be_bytes());
        batch.delete_cf(self.database.column(Column::Results)?, old.to_be_bytes());
        batch.delete_cf(self.database.column(Column::Heights)?, block.block.id().0);
        for transaction in &block.block.transactions {
            batch.delete_cf(self.database.column(Column::Index)?, transaction.id().0);
        }
        Ok(())
    }

    fn require_space(&self) -> Result<(), StoreError> {
        let dir = &self.database.dir;
        let disk = rustix::fs::statvfs(dir)
            .map_err(|error| StoreError::Io { dir: dir.clone(), detail: error.to_string() })?;
        let free_mib = disk.f_bavail.saturating_mul(disk.f_frsize) >> 20;
        if free_mib >= self.free_mib {
            return Ok(());
        }
        Err(StoreError::NoSpace { dir: dir.clone(), free_mib, needed_mib: self.free_mib })
    }
}

impl StateRead for RocksStore {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let read = self.database.column(Column::State).and_then(|state| {
            self.database.db.get_cf(state, key).map_err(|error| self.database.failed(&error))
        });
        read.unwrap_or_else(|error| fatal(error))
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        let prefix = prefix.to_vec();
        let state = self.database.column(Column::State).unwrap_or_else(|error| fatal(error));
        let entries = self.database.db.iterator_cf(state, IteratorMode::From(from, Direction::Forward));
        let entries = entries.map(|entry| match entry {
            Ok((key, value)) => (key.into_vec(), value.into_vec()),
            Err(error) => fatal(self.database.failed(&error)),
        });
        Box::new(entries.take_while(move |(key, _)| key.starts_with(&prefix)))
    }
}

impl Store for RocksStore {
    fn tip(&self) -> Tip {
        self.tip.clone()
    }

    fn block(&self, height: u64) -> Option<CommittedBlock> {
        self.database.get(Column::Blocks, &height.to_be_bytes()).unwrap_or_else(|error| fatal(error))
    }

    fn log(&self) -> Vec<Record> {
        self.database.entries(Column::Log).unwrap_or_else(|error| fatal(error))
    }

    fn append(&mut self, record: &Record) {
        self.try_append(record).unwrap_or_else(|error| fatal(error));
        self.next += 1;
    }

    fn control(&self) -> Control {
        let kept = self.database.get(Column::Meta, meta::CONTROL).unwrap_or_else(|error| fatal(error));
        kept.unwrap_or_default()
    }

    fn keep_control(&mut self, control: &Control) {
        self.database.put_meta(meta::CONTROL, control).unwrap_or_else(|error| fatal(error));
    }

    fn sync(&mut self) {
        self.database.sync().unwrap_or_else(|error| fatal(error));
    }

    fn commit(&mut self, committed: &CommittedBlock, outcome: &Outcome, log: &[Record]) {
        let tip = next_tip(&committed.block, outcome);
        self.try_commit(committed, outcome, log, &tip).unwrap_or_else(|error| fatal(error));
        self.tip = tip;
        self.next = log.len() as u64;
    }

    fn undo(&self, height: u64) -> Option<Changes> {
        self.database.get(Column::Undo, &height.to_be_bytes()).unwrap_or_else(|error| fatal(error))
    }

    fn turns(&self, from: u64, limit: usize) -> Vec<Turn> {
        self.try_turns(from, limit).unwrap_or_else(|error| fatal(error))
    }

    fn snapshot(&self) -> Option<Snapshot> {
        self.try_snapshot().unwrap_or_else(|error| fatal(error))
    }

    fn chunk(&self, index: u16) -> Vec<StateEntry> {
        self.try_chunk(index).unwrap_or_else(|error| fatal(error))
    }

    fn take_snapshot(&mut self, offer: &Offer, differences: &Changes) {
        self.try_take_snapshot(offer, differences).unwrap_or_else(|error| fatal(error));
    }

    fn begin_snapshot(&mut self, offer: &Offer) {
        self.try_begin_snapshot(offer).unwrap_or_else(|error| fatal(error));
    }

    fn put_chunk(&mut self, chunk: &Chunk) {
        self.try_put_chunk(chunk).unwrap_or_else(|error| fatal(error));
    }

    fn install(&mut self, turns: &[Turn], log: &[Record]) {
        if let Some(tip) = self.try_install(turns, log).unwrap_or_else(|error| fatal(error)) {
            self.tip = tip;
            self.next = log.len() as u64;
        }
    }
}
