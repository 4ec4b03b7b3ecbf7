//! Why a node does not start, or stops: a sentence, what to try, and an exit code.

use crate::{config::ConfigError, store::StoreError};
use std::{io, net::SocketAddr};
use taonet_chain::Violation;

/// Something a user asked for failed: a call, a query, a command.
pub const EXIT_FAILED: u8 = 1;
/// The database failed, or what is in it cannot be right.
pub const EXIT_STORAGE: u8 = 74;
/// A port or a directory is in use.
pub const EXIT_IN_USE: u8 = 75;
/// Settings, genesis or directory are wrong.
pub const EXIT_CONFIG: u8 = 78;

/// The widest line that people get.
const WIDTH: usize = 100;

/// A failure for people: what is wrong, then what to try, wrapped at [`WIDTH`] columns.
pub(crate) fn complaint(what: &str, remedy: &str) -> String {
    wrapped("error: ", what) + &wrapped("try:   ", remedy)
}

/// Lines that begin below the first word after `label`. A word that is longer than a line, such as a path, stays whole.
fn wrapped(label: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = label.to_owned();
    for word in text.split_whitespace() {
        if line.len() > label.len() && line.chars().count() + word.chars().count() >= WIDTH {
            lines += line.trim_end();
            lines.push('\n');
            line = " ".repeat(label.len());
        }
        line += word;
        line.push(' ');
    }
    lines + line.trim_end() + "\n"
}

/// Why a node does not start, or stops.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its files do not describe a node.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address for clients cannot be listened on.
    #[error("cannot serve clients on {address}: {source}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The network of peers cannot be joined.
    #[error("cannot talk to peers: {0}")]
    Peers(#[from] taonet_p2p::Error),
    /// The operating system refused something else.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// An invariant of the economy does not hold in a committed state; found because the operator asked for it.
    #[error("after block {height} an invariant does not hold: {violation}")]
    Invariant {
        /// The block.
        height: u64,
        /// Which.
        violation: Violation,
    },
    /// A bug, or a state that is not what this program wrote.
    #[error("the node stopped because something it relies on is broken: {0}")]
    Broken(String),
}

impl Error {
    /// What to try.
    pub fn remedy(&self) -> String {
        match self {
            Error::Config(error) => error.remedy.clone(),
            Error::Store(error) => error.remedy(),
            Error::Address { .. } => {
                "stop what listens there, or choose another [rpc] address in node.toml; port 0 takes a free one".into()
            }
            Error::Peers(_) => "choose other [p2p] listen addresses in node.toml, or stop what uses them".into(),
            Error::System { .. } => "check permissions and limits of this user, then start again".into(),
            Error::Invariant { .. } => "stop all nodes of the network and keep their directories for a bug report; \
                 without --check-invariants a node goes on"
                .into(),
            Error::Broken(_) => "keep the log for a bug report, move the database away and sync afresh".into(),
        }
    }

    /// The exit code of a process that ends because of it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Config(_) => EXIT_CONFIG,
            Error::Store(error) => error.exit_code(),
            Error::Address { .. } => EXIT_IN_USE,
            Error::Peers(taonet_p2p::Error::PortTaken { .. }) => EXIT_IN_USE,
            Error::Peers(_) => EXIT_CONFIG,
            Error::System { .. } => EXIT_FAILED,
            Error::Invariant { .. } | Error::Broken(_) => EXIT_STORAGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_wrapped_below_its_first_word() {
        assert_eq!(complaint("no", "this"), "error: no\ntry:   this\n");
        let long = complaint(&"word ".repeat(40), &"x".repeat(120));
        let lines: Vec<&str> = long.lines().collect();
        assert_eq!(lines.len(), 4, "{long}");
        assert!(lines[..3].iter().all(|line| line.chars().count() <= WIDTH), "{long}");
        assert!(lines[0].starts_with("error: word") && lines[1].starts_with("       word"), "{long}");
        assert_eq!(lines[0].chars().count(), 96, "as many words as fit");
        assert_eq!(lines[3], format!("try:   {}", "x".repeat(120)), "a long word stays whole");
    }
}
