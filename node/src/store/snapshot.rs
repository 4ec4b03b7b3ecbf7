//! One snapshot beside the state, and the changes of authorities (see [`taonet_consensus::snapshot`]).
//!
//! Rules:
//! 1. An entry of the snapshot is kept under the number of its chunk and its key, so that a chunk is one stretch of the
//!    column. A number alone, without a key, marks a chunk that is there.
//! 2. The offer in the column `meta` says what the snapshot is of. It goes first and comes last when a snapshot is
//!    taken, so that one that was cut short is none. One that is gathered has its offer from the start: its marks say
//!    how far it is, and each is written in one batch with its chunk.
//! 3. Installing is one batch: state, tip, log, changes of authorities, and the end of everything kept of blocks.

use super::{
    RocksStore,
    columns::{Column, encode, meta},
    error::StoreError,
};
use rocksdb::{Direction, IteratorMode, WriteBatch};
use taonet_chain::{
    Tip, Turn,
    state::{
        Changes,
        chunks::{Entry, chunk_of},
    },
};
use taonet_consensus::{Chunk, Offer, Record, Snapshot};

/// A batch is written when it has grown to this many bytes: a copy of the state needs no memory of its size.
const BATCH_BYTES: usize = 1 << 20;

/// After all keys of any column that can have come from this program.
const END: [u8; 64] = [u8::MAX; 64];

impl RocksStore {
    pub(super) fn try_turns(&self, from: u64, limit: usize) -> Result<Vec<Turn>, StoreError> {
        let mode = IteratorMode::From(&from.to_be_bytes(), Direction::Forward);
        let entries = self.database.db.iterator_cf(self.database.column(Column::Turns)?, mode);
        let values = entries.take(limit).map(|entry| entry.map(|(_, value)| value));
        let turn = |value: Result<Box<[u8]>, rocksdb::Error>| {
            let value = value.map_err(|error| self.database.failed(&error))?;
            self.database.decode(Column::Turns, &value)
        };
        values.map(turn).collect()
    }

    pub(super) fn try_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let Some(offer) = self.database.get::<Offer>(Column::Meta, meta::SNAPSHOT)? else { return Ok(None) };
        let column = self.database.column(Column::Snapshot)?;
        let mut missing = offer.wanted();
        for index in offer.wanted() {
            let mark = self.database.db.get_pinned_cf(column, index.to_be_bytes());
            if mark.map_err(|error| self.database.failed(&error))?.is_some() {
                missing.remove(&index);
            }
        }
        Ok(Some(Snapshot { offer, missing }))
    }

    pub(super) fn try_chunk(&self, index: u16) -> Result<Vec<Entry>, StoreError> {
        let prefix = index.to_be_bytes();
        let column = self.database.column(Column::Snapshot)?;
        let mode = IteratorMode::From(&prefix, Direction::Forward);
        let mut entries = Vec::new();
        for entry in self.database.db.iterator_cf(column, mode) {
            let (key, value) = entry.map_err(|error| self.database.failed(&error))?;
            match key.strip_prefix(&prefix) {
                Some([]) => {}
                Some(key) => entries.push((key.to_vec(), value.into_vec())),
                None => break,
            }
        }
        Ok(entries)
    }

    /// Rule 2: the old one goes first.
    pub(super) fn clear_snapshot(&self, offer: Option<&Offer>) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        let column = self.database.column(Column::Meta)?;
        match offer {
            Some(offer) => batch.put_cf(column, meta::SNAPSHOT, encode(offer)),
            None => batch.delete_cf(column, meta::SNAPSHOT),
        }
        batch.delete_range_cf(self.database.column(Column::Snapshot)?, &[][..], &END[..]);
        self.database.write(batch)
    }

    pub(super) fn try_begin_snapshot(&self, offer: &Offer) -> Result<(), StoreError> {
        self.clear_snapshot(Some(offer))
    }

    pub(super) fn try_put_chunk(&self, chunk: &Chunk) -> Result<(), StoreError> {
        let column = self.database.column(Column::Snapshot)?;
        let mut batch = WriteBatch::default();
        batch.put_cf(column, chunk.index.to_be_bytes(), []);
        for (key, value) in &chunk.entries {
            batch.put_cf(column, placed(chunk.index, key), value);
        }
        self.database.write(batch)
    }

    pub(super) fn try_take_snapshot(&self, offer: &Offer, differences: &Changes) -> Result<(), StoreError> {
        self.require_space()?;
        self.clear_snapshot(None)?;
        let column = self.database.column(Column::Snapshot)?;
        let mut batch = WriteBatch::default();
        self.each_of_state(|key, value| {
            batch.put_cf(column, placed(chunk_of(key), key), value);
            if batch.size_in_bytes() < BATCH_BYTES {
                return Ok(());
            }
            self.database.write(std::mem::take(&mut batch))
        })?;
        for (key, value) in differences {
            match value {
                Some(value) => batch.put_cf(column, placed(chunk_of(key), key), value),
                None => batch.delete_cf(column, placed(chunk_of(key), key)),
            }
        }
        for index in offer.wanted() {
            batch.put_cf(column, index.to_be_bytes(), []);
        }
        batch.put_cf(self.database.column(Column::Meta)?, meta::SNAPSHOT, encode(offer));
        self.database.write(batch)
    }

    fn each_of_state(
        &self,
        mut with: impl FnMut(&[u8], &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for entry in self.database.db.iterator_cf(self.database.column(Column::State)?, IteratorMode::Start) {
            let (key, value) = entry.map_err(|error| self.database.failed(&error))?;
            with(&key, &value)?;
        }
        Ok(())
    }

    /// Returns the new tip, if there was a snapshot.
    pub(super) fn try_install(&self, turns: &[Turn], log: &[Record]) -> Result<Option<Tip>, StoreError> {
        let Some(offer) = self.database.get::<Offer>(Column::Meta, meta::SNAPSHOT)? else { return Ok(None) };
        self.require_space()?;
        let tip = offer.tip();
        let mut batch = WriteBatch::default();
        for column in Column::OF_BLOCKS {
            batch.delete_range_cf(self.database.column(column)?, &[][..], &END[..]);
        }
        let state = self.database.column(Column::State)?;
        let snapshot = self.database.column(Column::Snapshot)?;
        for entry in self.database.db.iterator_cf(snapshot, IteratorMode::Start) {
            let (key, value) = entry.map_err(|error| self.database.failed(&error))?;
            if let Some((_, key)) = key.split_at_checked(size_of::<u16>()).filter(|(_, key)| !key.is_empty())
            {
                batch.put_cf(state, key, value);
            }
        }
        for turn in turns {
            let column = self.database.column(Column::Turns)?;
            batch.put_cf(column, turn.height().to_be_bytes(), encode(turn));
        }
        batch.put_cf(self.database.column(Column::Heights)?, tip.id.0, encode(&tip.height));
        batch.put_cf(self.database.column(Column::Meta)?, meta::TIP, encode(&tip));
        self.renew_log(&mut batch, log)?;
        self.database.write(batch)?;
        self.database.sync()?;
        Ok(Some(tip))
    }
}

/// Where an entry of a snapshot is.
fn placed(chunk: u16, key: &[u8]) -> Vec<u8> {
    [&chunk.to_be_bytes(), key].concat()
}
