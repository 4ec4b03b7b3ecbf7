//! The whole database on one page: every column family, its keys and its values.
//!
//! | column  | key                         | value                                                   |
//! |---------|-----------------------------|---------------------------------------------------------|
//! | state   | raw key of a state table    | raw value: exactly what the state root commits to        |
//! | blocks  | height, `u64` big endian    | [`CommittedBlock`](taonet_chain::CommittedBlock)         |
//! | results | height                      | [`Results`]: what the block did                          |
//! | heights | block id                    | height                                                  |
//! | index   | transaction id              | [`Place`]                                                |
//! | undo    | height                      | [`Changes`](taonet_chain::state::Changes) that take the block back |
//! | turns   | height                      | [`Turn`](taonet_chain::Turn): changes of authorities     |
//! | snapshot | number of a chunk, `u16` big endian, and raw key | raw value; see `snapshot.rs`         |
//! | log     | sequence, `u64` big endian  | a record of the height in progress                      |
//! | meta    | `format`, `genesis`, `tip`  | `u32`, [`Hash`](taonet_chain::Hash), [`Tip`](taonet_chain::Tip) |
//! | meta    | `control`, `branch`         | [`Control`](taonet_consensus::Control), `u32`; 0 if never kept |
//! |         | `snapshot`                  | [`Offer`](taonet_consensus::Offer): what the snapshot is of |
//!
//! Rules:
//! 1. All values but those of `state` and `snapshot` are borsh.
//! 2. A value that does not decode is corruption, reported with its column.

use super::error::StoreError;
use borsh::{BorshDeserialize, BorshSerialize};
use rocksdb::{ColumnFamily, DB, ErrorKind, IteratorMode, WriteBatch};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};
use taonet_chain::{Event, Receipt};

/// The layout described above. Raised when it changes.
pub(super) const FORMAT: u32 = 2;

/// A column family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    State,
    Blocks,
    Results,
    Heights,
    Index,
    Undo,
    Turns,
    Snapshot,
    Log,
    Meta,
}

impl Column {
    pub(super) const ALL: [Column; 10] = [
        Column::State,
        Column::Blocks,
        Column::Results,
        Column::Heights,
        Column::Index,
        Column::Undo,
        Column::Turns,
        Column::Snapshot,
        Column::Log,
        Column::Meta,
    ];

    /// What is gone when the state is replaced as a whole.
    pub(super) const OF_BLOCKS: [Column; 7] = [
        Column::State,
        Column::Blocks,
        Column::Results,
        Column::Heights,
        Column::Index,
        Column::Undo,
        Column::Turns,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Column::State => "state",
            Column::Blocks => "blocks",
            Column::Results => "results",
            Column::Heights => "heights",
            Column::Index => "index",
            Column::Undo => "undo",
            Column::Turns => "turns",
            Column::Snapshot => "snapshot",
            Column::Log => "log",
            Column::Meta => "meta",
        }
    }
}

/// Keys of the column `meta`.
pub(super) mod meta {
    pub(in crate::store) const FORMAT: &[u8] = b"format";
    pub(in crate::store) const GENESIS: &[u8] = b"genesis";
    pub(in crate::store) const SNAPSHOT: &[u8] = b"snapshot";
    pub(in crate::store) const TIP: &[u8] = b"tip";
    pub(in crate::store) const CONTROL: &[u8] = b"control";
    pub(in crate::store) const BRANCH: &[u8] = b"branch";
}

/// What a block did, besides changing the state.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Results {
    /// One receipt per transaction, in their order.
    pub receipts: Vec<Receipt>,
    /// Everything that happened, in order.
    pub events: Vec<Event>,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Place {
    /// The height of its block.
    pub height: u64,
    /// Its position in the block, from 0.
    pub position: u32,
}

/// An open database.
pub(super) struct Database {
    pub(super) db: DB,
    /// Its directory, for error messages.
    pub(super) dir: PathBuf,
    /// Keeps other processes out as long as it is open; closed after the database.
    pub(super) _lock: Arc<File>,
}

impl Database {
    pub(super) fn column(&self, column: Column) -> Result<&ColumnFamily, StoreError> {
        self.db.cf_handle(column.name()).ok_or_else(|| self.corrupt(column, "the column family is missing"))
    }

    /// All entries of a column in ascending order of their keys.
    pub(super) fn entries<T: BorshDeserialize>(&self, column: Column) -> Result<Vec<T>, StoreError> {
        let iterator = self.db.iterator_cf(self.column(column)?, IteratorMode::Start);
        iterator
            .map(|entry| {
                let (_, value) = entry.map_err(|error| self.failed(&error))?;
                self.decode(column, &value)
            })
            .collect()
    }

    pub(super) fn get<T: BorshDeserialize>(
        &self,
        column: Column,
        key: &[u8],
    ) -> Result<Option<T>, StoreError> {
        let value = self.db.get_pinned_cf(self.column(column)?, key).map_err(|error| self.failed(&error))?;
        value.map(|bytes| self.decode(column, &bytes)).transpose()
    }

    /// Writes one value of the column `meta`.
    pub(super) fn put_meta(&self, key: &[u8], value: &impl BorshSerialize) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        batch.put_cf(self.column(Column::Meta)?, key, encode(value));
        self.write(batch)
    }

    /// Writes a batch, wholly or not at all.
    pub(super) fn write(&self, batch: WriteBatch) -> Result<(), StoreError> {
        self.db.write(batch).map_err(|error| self.failed(&error))
    }

    /// Everything written so far survives a loss of power once this returns.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.db.flush_wal(true).map_err(|error| self.failed(&error))
    }

    pub(super) fn decode<T: BorshDeserialize>(&self, column: Column, bytes: &[u8]) -> Result<T, StoreError> {
        T::try_from_slice(bytes).map_err(|error| self.corrupt(column, &error.to_string()))
    }

    pub(super) fn corrupt(&self, column: Column, detail: &str) -> StoreError {
        let detail = format!("column {}: {detail}", column.name());
        StoreError::Corrupt { dir: self.dir.clone(), detail }
    }

    pub(super) fn failed(&self, error: &rocksdb::Error) -> StoreError {
        classify(&self.dir, error)
    }
}

/// Sorts what RocksDB says into damage and refusals of the operating system.
pub(super) fn classify(dir: &Path, error: &rocksdb::Error) -> StoreError {
    let detail = error.to_string();
    let missing_file = detail.contains("No such file or directory");
    match error.kind() {
        ErrorKind::Corruption | ErrorKind::InvalidArgument | ErrorKind::NotFound => {
            StoreError::Corrupt { dir: dir.into(), detail }
        }
        _ if missing_file => StoreError::Corrupt { dir: dir.into(), detail },
        _ => StoreError::Io { dir: dir.into(), detail },
    }
}

/// A value as it is kept.
pub(super) fn encode(value: &impl BorshSerialize) -> Vec<u8> {
    // Writing into a vector cannot fail.
    borsh::to_vec(value).unwrap_or_default()
}
