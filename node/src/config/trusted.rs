//! A block that an operator knows to be decided, written as `HEIGHT:HASH`.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use taonet_chain::Hash;

/// A block by height and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Trusted {
    /// Its height.
    pub height: u64,
    /// Its hash.
    pub id: Hash,
}

impl fmt::Display for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.height, self.id)
    }
}

impl FromStr for Trusted {
    type Err = String;

    fn from_str(text: &str) -> Result<Trusted, String> {
        let parsed = text.split_once(':').and_then(|(height, id)| {
            let (height, id) = (height.parse().ok()?, Hash::from_hex(id)?);
            Some(Trusted { height, id })
        });
        parsed.ok_or_else(|| format!("`{text}` is no HEIGHT:HASH, such as 7200: and 64 hex digits"))
    }
}

impl TryFrom<String> for Trusted {
    type Error = String;

    fn try_from(text: String) -> Result<Trusted, String> {
        text.parse()
    }
}

impl From<Trusted> for String {
    fn from(trusted: Trusted) -> String {
        trusted.to_string()
    }
}
