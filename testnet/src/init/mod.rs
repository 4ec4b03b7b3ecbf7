//! A subnet of one's own to start from: a crate with a task, a miner, a validator, a test, a scenario and a CI file.
//!
//! Rules:
//! 1. What is written is in `testnet/skeleton`, as it is read; only the name of the crate and where taonet comes from
//!    are filled in ([`skeleton`]).
//! 2. taonet comes from a checkout on this computer, from a git repository, or from this program itself, which carries
//!    the sources of the crates that a subnet's tests need ([`packed`]).
//! 3. `Cargo.lock` names the versions of crates that taonet itself is tested with, so that what compiled here compiles
//!    there, and cargo needs nothing from outside that it did not need for taonet ([`lock`]).
//! 4. Nothing is overwritten: a folder that holds anything is refused.

mod error;
mod lock;
mod manifest;
mod name;
pub mod packed;
mod skeleton;

pub use error::InitError;
pub use name::Name;
pub use skeleton::skeleton;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the crate gets taonet from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A checkout on this computer.
    Checkout(PathBuf),
    /// A git repository.
    Git {
        /// Its address.
        url: String,
        /// A commit or a tag; without one, what is newest on its main branch.
        rev: Option<String>,
    },
    /// The sources that this program carries, copied into the crate.
    Vendored,
}

/// A file of the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where in the crate, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    fn new(path: impl Into<String>, text: impl Into<String>) -> File {
        File { path: path.into(), text: text.into() }
    }
}

impl Origin {
    /// A checkout at this folder.
    ///
    /// # Errors
    /// There is none.
    pub fn checkout(folder: &Path) -> Result<Origin, InitError> {
        let found = folder.canonicalize().ok().filter(|folder| is_checkout(folder));
        found.map(Origin::Checkout).ok_or_else(|| InitError::NoCheckout(folder.to_path_buf()))
    }

    /// The checkout around one of these places; the sources in this program if there is none.
    pub fn around<'p>(places: impl IntoIterator<Item = &'p Path>) -> Origin {
        let found = places.into_iter().flat_map(Path::ancestors).find(|folder| is_checkout(folder));
        found.map_or(Origin::Vendored, |folder| Origin::Checkout(folder.to_path_buf()))
    }
}

fn is_checkout(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("testnet/Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line == "name = \"taonet-testnet\"")
}

/// Writes files into a folder that is not there yet, or that is empty.
///
/// # Errors
/// Something is in the folder, or it cannot be written.
pub fn write(folder: &Path, files: &[File]) -> Result<(), InitError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| InitError::Unwritable { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    if fs::read_dir(folder).map_err(failed(folder))?.next().is_some() {
        return Err(InitError::Occupied(folder.to_path_buf()));
    }
    for File { path, text } in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(failed(parent))?;
        fs::write(&path, text).map_err(failed(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
