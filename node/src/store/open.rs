//! Opening a database: made whole or not at all, and never another network's.
//!
//! Rules:
//! 1. A new database is made in `<dir>.new`, block 0 included, and renamed when it is complete and on disk. So a
//!    directory named `<dir>` is always a whole database, and whatever is missing in it is damage, never a
//!    beginning.
//! 2. A database belongs to one process at a time: the file `<dir>.lock` is held locked as long as it is open.
//! 3. Format and genesis are checked before anything else is read.
//! 4. A torn record at the very end of RocksDB's own log is what a power cut leaves and is dropped: nothing synced
//!    is in it. Any other damage refuses to open.
//!    RocksDB begins a new log whenever it opens, so a database without any has lost it.
//! 5. Little memory: one node among many on a laptop. The cache holds blocks, indexes, filters and write buffers; a
//!    full budget flushes and never stalls (a stalled writer was seen to hang for good). Indexes and filters are cut
//!    into pieces of a block each: whole, those of a large network do not fit the cache, and each read of a key
//!    would read a megabyte of them.

use super::columns::{Column, Database, FORMAT, classify, encode, meta};
use super::error::StoreError;
use rocksdb::{
    BlockBasedIndexType, BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType,
    DBRecoveryMode, DataBlockIndexType, LogLevel, Options, WriteBatch, WriteBufferManager,
};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use taonet_chain::{Genesis, Hash, Tip, state::Changes};

/// Read cache, bytes; indexes, filters and write buffers are charged to it.
const CACHE_BYTES: usize = 12 << 20;
/// Write buffers of all columns together, bytes.
const BUFFERS_BYTES: usize = 8 << 20;
/// One write buffer, bytes.
const BUFFER_BYTES: usize = 1 << 20;
/// RocksDB's own log, bytes: bounds what a restart has to read again.
const WAL_BYTES: u64 = 16 << 20;
/// Files held open: bounds file descriptors of many nodes on one machine.
const OPEN_FILES: i32 = 256;

/// Opens the database in `dir`, or makes it from `genesis` if there is none.
pub(super) fn open(dir: &Path, genesis: &Genesis) -> Result<Database, StoreError> {
    let lock = Arc::new(lock(dir)?);
    if !dir.exists() {
        create(dir, genesis, &lock)?;
    }
    require_log(dir)?;
    let database = open_files(dir, false, lock)?;
    check_identity(&database, &genesis.hash())?;
    Ok(database)
}

pub(super) fn lock(dir: &Path) -> Result<File, StoreError> {
    let io = |error: io::Error| StoreError::Io {
        dir: dir.into(),
        detail: format!("it cannot be locked: {error}"),
    };
    let file = File::create(with_suffix(dir, ".lock")).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { dir: dir.into() }),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

fn create(dir: &Path, genesis: &Genesis, lock: &Arc<File>) -> Result<(), StoreError> {
    let unfinished = with_suffix(dir, ".new");
    let io = |error: io::Error| StoreError::Io { dir: dir.into(), detail: error.to_string() };
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    fs::create_dir_all(&unfinished).map_err(io)?;
    let (tip, state) = genesis.build().map_err(|error| StoreError::Io {
        dir: dir.into(),
        detail: format!("block 0 cannot be built: {error}"),
    })?;
    write_block_zero(&open_files(&unfinished, true, Arc::clone(lock))?, genesis.hash(), &tip, &state)?;
    fs::rename(&unfinished, dir).map_err(io)?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(io)
}

/// RocksDB takes a missing log for an empty one, and the last blocks and votes would be gone without a word.
fn require_log(dir: &Path) -> Result<(), StoreError> {
    let io = |error: io::Error| StoreError::Io { dir: dir.into(), detail: error.to_string() };
    for entry in fs::read_dir(dir).map_err(io)? {
        if entry.map_err(io)?.path().extension().is_some_and(|extension| extension == "log") {
            return Ok(());
        }
    }
    Err(StoreError::Corrupt { dir: dir.into(), detail: "its write-ahead log is gone".into() })
}

fn write_block_zero(
    database: &Database,
    genesis: Hash,
    tip: &Tip,
    state: &Changes,
) -> Result<(), StoreError> {
    let mut batch = WriteBatch::default();
    let column = database.column(Column::State)?;
    for (key, value) in state {
        if let Some(value) = value {
            batch.put_cf(column, key, value);
        }
    }
    batch.put_cf(database.column(Column::Heights)?, tip.id.0, encode(&tip.height));
    let column = database.column(Column::Meta)?;
    batch.put_cf(column, meta::FORMAT, encode(&FORMAT));
    batch.put_cf(column, meta::GENESIS, encode(&genesis));
    batch.put_cf(column, meta::TIP, encode(tip));
    database.write(batch)?;
    database.sync()
}

fn check_identity(database: &Database, expected: &Hash) -> Result<(), StoreError> {
    let format: Option<u32> = database.get(Column::Meta, meta::FORMAT)?;
    match format {
        Some(FORMAT) => {}
        Some(found) => {
            return Err(StoreError::OtherFormat { dir: database.dir.clone(), found, expected: FORMAT });
        }
        None => return Err(database.corrupt(Column::Meta, "it does not say its format")),
    }
    match database.get::<Hash>(Column::Meta, meta::GENESIS)? {
        Some(found) if found == *expected => Ok(()),
        Some(found) => {
            Err(StoreError::OtherNetwork { dir: database.dir.clone(), found, expected: *expected })
        }
        None => Err(database.corrupt(Column::Meta, "it does not say its network")),
    }
}

pub(super) fn open_files(dir: &Path, create: bool, lock: Arc<File>) -> Result<Database, StoreError> {
    let cache = Cache::new_lru_cache(CACHE_BYTES);
    let columns =
        Column::ALL.map(|column| ColumnFamilyDescriptor::new(column.name(), column_options(&cache)));
    let db = DB::open_cf_descriptors(&database_options(&cache, create), dir, columns)
        .map_err(|error| classify(dir, &error))?;
    Ok(Database { db, dir: dir.into(), _lock: lock })
}

fn database_options(cache: &Cache, create: bool) -> Options {
    let mut options = Options::default();
    options.create_if_missing(create);
    options.create_missing_column_families(create);
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_track_and_verify_wals_in_manifest(true);
    options.set_paranoid_checks(true);
    options.set_write_buffer_manager(&WriteBufferManager::new_write_buffer_manager_with_cache(
        BUFFERS_BYTES,
        false,
        cache.clone(),
    ));
    options.set_max_total_wal_size(WAL_BYTES);
    options.set_max_open_files(OPEN_FILES);
    options.set_max_background_jobs(2);
    options.set_stats_dump_period_sec(0);
    options.set_skip_stats_update_on_db_open(true);
    options.set_keep_log_file_num(2);
    options.set_log_level(LogLevel::Warn);
    options
}

fn column_options(cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_cache_index_and_filter_blocks(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    table.set_bloom_filter(10.0, false);
    table.set_index_type(BlockBasedIndexType::TwoLevelIndexSearch);
    table.set_partition_filters(true);
    table.set_pin_top_level_index_and_filter(true);
    // A key is found in its block by one look at a small hash table, not by a search.
    table.set_data_block_index_type(DataBlockIndexType::BinaryAndHash);
    table.set_data_block_hash_ratio(0.75);
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_write_buffer_size(BUFFER_BYTES);
    options.set_max_write_buffer_number(2);
    options.set_arena_block_size(BUFFER_BYTES / 8);
    options.set_compression_type(DBCompressionType::Lz4);
    options
}

/// `dir` with `suffix` behind its last name.
pub(super) fn with_suffix(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
