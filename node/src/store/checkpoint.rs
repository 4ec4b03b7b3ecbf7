//! Named checkpoints of a development network: a moment to which a node can go back, again and again.
//!
//! | file             | what                                                                                     |
//! |------------------|------------------------------------------------------------------------------------------|
//! | `NAME/db`        | the database of that moment, its whole history included; files that never change are shared |
//! | `NAME/about`     | [`About`]: where the chain was, what the clock showed, what waited                        |
//!
//! Rules:
//! 1. A checkpoint is made beside its place and renamed, so it is there wholly or not at all.
//! 2. Going back never touches the checkpoint: a new database is made from it, on a new branch and without the log of
//!    the height in progress, whose votes belong to the old branch. Then the two databases change places in one step.
//!    Whenever the power fails, the node has one or the other.

use super::{
    columns::{Column, Database, classify, encode, meta},
    error::StoreError,
    open::{lock, open_files, with_suffix},
    reader::View,
};
use borsh::{BorshDeserialize, BorshSerialize};
use rocksdb::{WriteBatch, checkpoint::Checkpoint};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use taonet_chain::{Tip, Transaction};
use taonet_consensus::{Control, Production, Record, Time};

/// Checkpoints of one node; each may hold as much as the database does.
pub(crate) const MAX_CHECKPOINTS: usize = 64;
/// The longest name of a checkpoint.
const MAX_NAME: usize = 40;
/// The folder of checkpoints in a node's directory.
const FOLDER: &str = "checkpoints";

/// What a checkpoint keeps beside the database.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct About {
    /// Its name.
    pub(crate) name: String,
    /// The end of the chain.
    pub(crate) tip: Tip,
    /// What the clock showed.
    pub(crate) clock_ms: Time,
    /// What waited in the mempool.
    pub(crate) transactions: Vec<Transaction>,
}

/// Going back to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revert {
    /// Its name.
    pub(crate) name: String,
    /// The number of the new branch.
    pub(crate) branch: u32,
    /// The offset of the clock from then on.
    pub(crate) offset_ms: i64,
}

/// The checkpoints in a node's directory.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints(PathBuf);

/// Whether a checkpoint may have this name: what every file system takes as the name of a folder.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_NAME).contains(&name.len()) && name.chars().all(plain)
}

impl Checkpoints {
    /// Those of the node in `dir`.
    pub(crate) fn of(dir: &Path) -> Checkpoints {
        Checkpoints(dir.join(FOLDER))
    }

    /// All of them, by name.
    pub(crate) fn list(&self) -> Vec<About> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut all: Vec<About> =
            names.filter(|name| is_name(name)).filter_map(|name| self.read(&name)).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// What is known of one; `None` if there is none of this name.
    pub(crate) fn read(&self, name: &str) -> Option<About> {
        let bytes = fs::read(self.0.join(name).join("about")).ok()?;
        About::try_from_slice(&bytes).ok()
    }

    /// Keeps the database as it is under a new name.
    ///
    /// # Errors
    /// What RocksDB or the operating system says.
    pub(crate) fn make(&self, view: &View<'_>, about: &About) -> Result<(), StoreError> {
        let place = self.0.join(&about.name);
        let unfinished = self.0.join(format!(".{}", about.name));
        remove(&unfinished)?;
        fs::create_dir_all(&unfinished).map_err(|error| failed(&unfinished, &error))?;
        let database = view.database();
        Checkpoint::new(&database.db)
            .and_then(|checkpoint| checkpoint.create_checkpoint(unfinished.join("db")))
            .map_err(|error| classify(&unfinished, &error))?;
        fs::write(unfinished.join("about"), encode(about)).map_err(|error| failed(&unfinished, &error))?;
        fs::rename(&unfinished, &place).map_err(|error| failed(&place, &error))
    }

    /// Puts the state of a checkpoint in the place of the closed database `db`; gives back what waited then.
    ///
    /// # Errors
    /// There is no such checkpoint, the database is in use, or what the operating system says.
    pub(crate) fn restore(&self, db: &Path, revert: &Revert) -> Result<Vec<Transaction>, StoreError> {
        let lock = Arc::new(lock(db)?);
        let about = self.read(&revert.name).ok_or_else(|| StoreError::Io {
            dir: self.0.join(&revert.name),
            detail: "there is no such checkpoint".into(),
        })?;
        let fresh = with_suffix(db, ".new");
        remove(&fresh)?;
        copy(&self.0.join(&revert.name).join("db"), &fresh).map_err(|error| failed(&fresh, &error))?;
        begin_branch(&open_files(&fresh, false, lock)?, revert)?;
        renameat_with(CWD, &fresh, CWD, db, RenameFlags::EXCHANGE)
            .map_err(|error| failed(db, &io::Error::from(error)))?;
        remove(&fresh)?;
        Ok(about.transactions)
    }
}

/// Rule 2: another branch, nothing said on it yet, and nothing starts before somebody says so.
fn begin_branch(database: &Database, revert: &Revert) -> Result<(), StoreError> {
    let control = Control { production: Production::Manual { horizon: 0 }, offset_ms: revert.offset_ms };
    let mut batch = WriteBatch::default();
    let column = database.column(Column::Meta)?;
    batch.put_cf(column, meta::BRANCH, encode(&revert.branch));
    batch.put_cf(column, meta::CONTROL, encode(&control));
    let log = database.column(Column::Log)?;
    for sequence in 0..database.entries::<Record>(Column::Log)?.len() as u64 {
        batch.delete_cf(log, sequence.to_be_bytes());
    }
    database.write(batch)?;
    database.sync()
}

/// Copies a database; its tables never change and are shared.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (file, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        match file.extension().is_some_and(|extension| extension == "sst") {
            true => fs::hard_link(&file, to.join(name))?,
            false => drop(fs::copy(&file, to.join(name))?),
        }
    }
    Ok(())
}

fn remove(dir: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(dir, &error)),
        _ => Ok(()),
    }
}

fn failed(dir: &Path, error: &io::Error) -> StoreError {
    StoreError::Io { dir: dir.into(), detail: error.to_string() }
}
