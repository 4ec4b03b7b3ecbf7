//! Where networks live on disk: one folder each below `~/.taonet` (or `TAONET_HOME`).

use super::record::Record;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The folder of all networks.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// `TAONET_HOME`, else `~/.taonet`, else `.taonet` here.
    pub fn find() -> Home {
        let chosen = env::var_os("TAONET_HOME").map(PathBuf::from);
        let default = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".taonet"));
        Home(chosen.or_else(default).unwrap_or_else(|| PathBuf::from(".taonet")))
    }

    /// The folder `dir`.
    pub fn at(dir: impl Into<PathBuf>) -> Home {
        Home(dir.into())
    }

    /// The folder of one network.
    pub fn network(&self, id: &str) -> PathBuf {
        self.0.join(id)
    }

    /// Makes the folder of a new network.
    ///
    /// # Errors
    /// `AlreadyExists` when there is one with this id; otherwise what the operating system says.
    pub fn create(&self, id: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let dir = self.network(id);
        fs::create_dir(&dir)?;
        Ok(dir)
    }

    /// All networks that have a record, by id. Folders without one (a network that never came up) are passed over.
    pub fn records(&self) -> Vec<Record> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
        let mut records: Vec<Record> =
            entries.flatten().filter_map(|entry| Record::read(&entry.path()).ok()).collect();
        records.iter_mut().for_each(Record::find_restarted);
        records.sort_by(|a, b| a.id.cmp(&b.id));
        records
    }

    /// Folders whose record is there but cannot be understood.
    pub fn unreadable(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
        let broken =
            |dir: &PathBuf| Record::read(dir).is_err_and(|error| error.kind() == io::ErrorKind::InvalidData);
        entries.flatten().map(|entry| entry.path()).filter(broken).collect()
    }

    /// The folder itself, for messages.
    pub fn path(&self) -> &Path {
        &self.0
    }
}
