//! The file `never-signed`: a key's word that nothing was signed with it yet.
//!
//! A node without memory cannot tell whether it is new or has lost its data, so it watches for two heights before it
//! votes (`taonet_consensus::guard`). A node that is new and merely slower to start than the others would look the
//! same, and its silence would count among the third that may be missing. Whoever makes the key knows better.
//!
//! Rules:
//! 1. The file is made together with the key, by whoever makes the key for this node.
//! 2. The node takes it away, for good, before it signs anything. It is outside of the database, so wiping the data
//!    does not bring it back: then the node watches.
//! 3. If the power fails between the two, the node watches although it is new: silence is safe.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// The name of the file in a node's directory.
pub const NEVER_SIGNED: &str = "never-signed";

const TEXT: &str = "The key beside this file is new. The node removes this file when it first starts.\n";

/// Says of the key that was just made for the node in `dir` that nothing was signed with it.
///
/// # Errors
/// What the operating system says.
pub fn vouch(dir: &Path) -> io::Result<()> {
    fs::write(dir.join(NEVER_SIGNED), TEXT)
}

/// Whether the node in `dir` is known to have signed nothing so far. It is not known any more afterwards.
///
/// # Errors
/// What the operating system says; then nothing may be signed.
pub(crate) fn take(dir: &Path) -> io::Result<bool> {
    match fs::remove_file(dir.join(NEVER_SIGNED)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        removed => removed?,
    }
    File::open(dir)?.sync_all()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_once() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(!take(dir.path()).expect("read"), "nobody vouched for this key");
        vouch(dir.path()).expect("written");
        assert!(take(dir.path()).expect("read"));
        assert!(!take(dir.path()).expect("read"), "it may have signed by now");
    }

    #[test]
    fn what_cannot_be_taken_away_stops_the_node() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join(NEVER_SIGNED)).expect("a folder in its place");
        assert!(take(dir.path()).is_err());
    }
}
