//! What a commit of weights hid, kept until it is revealed.
//!
//! Rules:
//! 1. A secret is written before its commit is handed in, so that nothing that is committed can be lost.
//! 2. Its file is called like the hash that was committed: what a node lists as open is found here by name.
//! 3. Whoever reads it knows the weights; so only its user may.

use super::networks::home;
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use taonet_chain::{AccountId, Code, Hash, Reveal};
use taonet_subnets::yuma::{mechanisms::storage_index, submission::Commitment};

/// Weights, and what makes their hash unguessable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secret {
    /// Who commits to them.
    #[serde(with = "as_text")]
    pub(super) hotkey: AccountId,
    pub(super) netuid: u16,
    pub(super) mechanism: u8,
    pub(super) uids: Vec<u16>,
    pub(super) values: Vec<u16>,
    pub(super) salt: Vec<u16>,
    pub(super) version_key: u64,
}

impl Secret {
    /// What is committed.
    pub(super) fn hash(&self) -> Result<Hash, Fault> {
        let storage_index = storage_index(self.mechanism, self.netuid).ok_or_else(|| {
            let sentence = format!("subnet {} cannot have a mechanism {}", self.netuid, self.mechanism);
            Fault::invalid(sentence, "Look them up with `taonet subnets mechanisms show NETUID`.")
        })?;
        let Secret { hotkey, uids, values, salt, version_key, .. } = self;
        let commitment =
            Commitment { hotkey: &hotkey.0, storage_index, uids, values, salt, version_key: *version_key };
        Ok(Hash(commitment.hash()))
    }

    /// What is revealed.
    pub(super) fn into_reveal(self) -> Reveal {
        Reveal { uids: self.uids, values: self.values, salt: self.salt, version_key: self.version_key }
    }

    /// Writes it where [`find`] looks, and returns the file.
    pub(super) fn keep(&self) -> Result<PathBuf, Fault> {
        let file = file(&self.hash()?);
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        write(&file, &text).map_err(|error| system(&file, &error))?;
        Ok(file)
    }
}

/// The secret of a commit that was made here, with its file.
pub(super) fn find(hash: &Hash) -> Result<Option<(Secret, PathBuf)>, Fault> {
    let file = file(hash);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(system(&file, &error)),
    };
    let secret = serde_json::from_str(&text).map_err(|error| {
        let sentence = format!("{}: {error}", file.display());
        Fault::new(Code::InvalidArgument, "BadSecret", sentence, "Name the weights and the salt themselves.")
    })?;
    Ok(Some((secret, file)))
}

/// Numbers as the command line takes them.
pub(super) fn list(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
}

fn file(hash: &Hash) -> PathBuf {
    home().join("commits").join(format!("{hash}.json"))
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut open = fs::OpenOptions::new();
    open.write(true).create(true).truncate(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}

fn system(file: &Path, error: &io::Error) -> Fault {
    let sentence = format!("{}: {error}", file.display());
    Fault::new(Code::Internal, "System", sentence, "Check that the folder can be read and written.")
}

/// Accounts as addresses.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use taonet_chain::AccountId;

    pub(super) fn serialize<S: Serializer>(account: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(account)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<AccountId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
