//! Reads for the rest of the node: a snapshot for each, errors as values.
//!
//! Rules:
//! 1. A read sees one block: everything is read from one snapshot, which is dropped with the closure.
//! 2. The queries of the crate `chain` read through the infallible [`StateRead`]. A [`View`] answers "nothing"
//!    after its first failure and remembers it; the whole read then fails. So a bad disk never becomes a wrong
//!    answer.

use super::columns::{Column, Database, Place, Results, meta};
use super::error::StoreError;
use borsh::BorshDeserialize;
use rocksdb::{Direction, IteratorMode, Snapshot};
use std::{cell::RefCell, sync::Arc};
use taonet_chain::{
    CommittedBlock, Hash, Tip, Turn,
    state::{Changes, StateRead},
};

/// An entry of the state, key and value, or why it cannot be read.
pub type Entry = Result<(Vec<u8>, Vec<u8>), StoreError>;

/// Opens snapshots of a database that a [`RocksStore`](super::RocksStore) writes.
#[derive(Clone)]
pub struct Reader {
    database: Arc<Database>,
}

impl Reader {
    pub(super) fn new(database: Arc<Database>) -> Reader {
        Reader { database }
    }

    /// Runs `read` on a snapshot; fails if any part of it could not be read.
    ///
    /// # Errors
    /// What the closure returns, or why the database cannot be read.
    pub fn read<T, E: From<StoreError>>(&self, read: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E> {
        let view = View {
            database: &self.database,
            snapshot: self.database.db.snapshot(),
            failure: RefCell::new(None),
        };
        let value = read(&view)?;
        match view.failure.into_inner() {
            Some(error) => Err(error.into()),
            None => Ok(value),
        }
    }
}

/// The database as it was at one moment.
pub struct View<'a> {
    database: &'a Database,
    snapshot: Snapshot<'a>,
    failure: RefCell<Option<StoreError>>,
}

impl View<'_> {
    pub(super) fn database(&self) -> &Database {
        self.database
    }

    /// The end of the chain.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn tip(&self) -> Result<Tip, StoreError> {
        let tip = self.value(Column::Meta, meta::TIP)?;
        tip.ok_or_else(|| self.database.corrupt(Column::Meta, "it has no tip"))
    }

    /// The block at a height; `None` for block 0, which is the genesis, and for blocks no longer or not yet here.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn block(&self, height: u64) -> Result<Option<CommittedBlock>, StoreError> {
        self.value(Column::Blocks, &height.to_be_bytes())
    }

    /// What the block at a height did.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn results(&self, height: u64) -> Result<Option<Results>, StoreError> {
        self.value(Column::Results, &height.to_be_bytes())
    }

    /// The height of the block with an id.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn height_of(&self, id: &Hash) -> Result<Option<u64>, StoreError> {
        self.value(Column::Heights, &id.0)
    }

    /// Where a transaction is.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn place_of(&self, transaction: &Hash) -> Result<Option<Place>, StoreError> {
        self.value(Column::Index, &transaction.0)
    }

    /// What takes the block at a height back; `None` once it is no longer kept.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn undo(&self, height: u64) -> Result<Option<Changes>, StoreError> {
        self.value(Column::Undo, &height.to_be_bytes())
    }

    /// The changes of authorities, and the header of the first block, from a height on; at most so many.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn turns(&self, from: u64, limit: usize) -> Result<Vec<Turn>, StoreError> {
        let turns = self.database.column(Column::Turns)?;
        let mode = IteratorMode::From(&from.to_be_bytes(), Direction::Forward);
        let entries = self.snapshot.iterator_cf(turns, mode).take(limit);
        let values = entries.map(|entry| entry.map(|(_, value)| value));
        let turn = |value: Result<Box<[u8]>, _>| {
            let value = value.map_err(|error| self.database.failed(&error))?;
            self.database.decode(Column::Turns, &value)
        };
        values.map(turn).collect()
    }

    /// The entries of the state from a key on, in ascending order of their keys.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub fn entries_from(&self, key: &[u8]) -> Result<impl Iterator<Item = Entry> + '_, StoreError> {
        let state = self.database.column(Column::State)?;
        let entries = self.snapshot.iterator_cf(state, IteratorMode::From(key, Direction::Forward));
        Ok(entries.map(|entry| {
            let (key, value) = entry.map_err(|error| self.database.failed(&error))?;
            Ok((key.into_vec(), value.into_vec()))
        }))
    }

    fn value<T: BorshDeserialize>(&self, column: Column, key: &[u8]) -> Result<Option<T>, StoreError> {
        let bytes = self.bytes(column, key)?;
        bytes.map(|bytes| self.database.decode(column, &bytes)).transpose()
    }

    fn bytes(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let handle = self.database.column(column)?;
        self.snapshot.get_cf(handle, key).map_err(|error| self.database.failed(&error))
    }

    fn remember(&self, error: StoreError) {
        self.failure.borrow_mut().get_or_insert(error);
    }
}

impl StateRead for View<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.bytes(Column::State, key).unwrap_or_else(|error| {
            self.remember(error);
            None
        })
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        let entries = match self.entries_from(from) {
            Ok(entries) => entries,
            Err(error) => {
                self.remember(error);
                return Box::new(std::iter::empty());
            }
        };
        let prefix = prefix.to_vec();
        let readable = entries.map_while(|entry| entry.map_err(|error| self.remember(error)).ok());
        Box::new(readable.take_while(move |(key, _)| key.starts_with(&prefix)))
    }
}
