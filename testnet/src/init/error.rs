//! Why a crate was not written, and what to do about it.

use super::Name;
use std::{io, path::PathBuf};

/// Why a crate was not written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Not a name.
    #[error(
        "`{0}` is no name for a subnet's crate: it has 1 to {max} lower-case letters, digits and dashes, \
         begins with a letter and does not end with a dash",
        max = Name::MAX
    )]
    Name(String),
    /// A name that Rust or cargo uses otherwise.
    #[error("`{0}` already is a word of Rust, or a crate that every subnet uses")]
    Taken(String),
    /// Something is there.
    #[error("there already is something in {}", .0.display())]
    Occupied(PathBuf),
    /// Not a checkout of taonet.
    #[error("there is no checkout of taonet in {}", .0.display())]
    NoCheckout(PathBuf),
    /// The system does not let it be written.
    #[error("{} cannot be written: {source}", path.display())]
    Unwritable {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl InitError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            InitError::Name(_) => "taonet init my-subnet",
            InitError::Taken(_) => "choose another name, such as my-subnet",
            InitError::Occupied(_) => "name a folder that is not there yet; nothing was written",
            InitError::NoCheckout(_) => "name the folder with taonet's Cargo.toml, or use --git or --offline",
            InitError::Unwritable { .. } => "name a folder that may be written, on a disk that has room",
        }
    }
}
