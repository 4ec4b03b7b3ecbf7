//! What can go wrong with a database, each with a sentence, what to do, and the exit code of the process.

use crate::error::{EXIT_CONFIG, EXIT_IN_USE, EXIT_STORAGE};
use std::path::PathBuf;
use taonet_chain::Hash;

/// Why a database cannot be opened or used any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The directory holds the blocks of another network.
    #[error(
        "{} belongs to another network: its genesis is {}, this node's is {}",
        dir.display(), found.short(), expected.short()
    )]
    OtherNetwork {
        /// The database directory.
        dir: PathBuf,
        /// The genesis hash in the database.
        found: Hash,
        /// The genesis hash of this node.
        expected: Hash,
    },
    /// The directory was written by a version of the program with another layout.
    #[error("{} has database format {found}; this program writes format {expected}", dir.display())]
    OtherFormat {
        /// The database directory.
        dir: PathBuf,
        /// The format in the database.
        found: u32,
        /// The format of this program.
        expected: u32,
    },
    /// Another process has it open.
    #[error("another node is running from {}", dir.display())]
    InUse {
        /// The database directory.
        dir: PathBuf,
    },
    /// The files are damaged or are not what this program wrote.
    #[error("the database in {} is corrupt: {detail}", dir.display())]
    Corrupt {
        /// The database directory.
        dir: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Too little space is left for the next block.
    #[error(
        "only {free_mib} MiB are free on the disk of {}, below the {needed_mib} MiB that are kept free for blocks",
        dir.display()
    )]
    NoSpace {
        /// The database directory.
        dir: PathBuf,
        /// What is free, MiB.
        free_mib: u64,
        /// What has to be free, MiB.
        needed_mib: u64,
    },
    /// The operating system refused.
    #[error("cannot use the database in {}: {detail}", dir.display())]
    Io {
        /// The database directory.
        dir: PathBuf,
        /// What the system said.
        detail: String,
    },
}

impl StoreError {
    /// What the operator can do about it.
    pub fn remedy(&self) -> String {
        match self {
            StoreError::OtherNetwork { .. } => {
                "start the node with the genesis this directory was made with, or give it an empty directory"
                    .into()
            }
            StoreError::OtherFormat { .. } => {
                "use the program version that wrote it, or move the directory away and sync afresh".into()
            }
            StoreError::InUse { .. } => "stop that node, or start this one from another directory".into(),
            StoreError::Corrupt { dir, .. } => format!(
                "move {} away and start the node again: it syncs the blocks from its peers",
                dir.display()
            ),
            StoreError::NoSpace { .. } => {
                "free some disk space and start the node again: it continues at its last block".into()
            }
            StoreError::Io { .. } => {
                "check that the directory exists, is writable and on a healthy disk, then start again".into()
            }
        }
    }

    /// The exit code of a process that ends because of it: 78 for another network's directory, 75 for one in use,
    /// otherwise 74.
    pub fn exit_code(&self) -> u8 {
        match self {
            StoreError::OtherNetwork { .. } => EXIT_CONFIG,
            StoreError::InUse { .. } => EXIT_IN_USE,
            _ => EXIT_STORAGE,
        }
    }
}
