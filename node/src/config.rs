//! `node.toml`: everything a node can be told, all defaults in one place.
//!
//! ```toml
//! name = "n0"
//! genesis = "genesis.toml"       # paths are relative to the directory of this file
//! key = "key"                    # 64 hex digits, readable by its owner only (mode 0600)
//! log = "info,libp2p_gossipsub=error"   # a filter as `tracing` knows it
//! trust_empty = false            # vote without any memory: only when all nodes have lost their data
//! trust = "7200:9f2c..."         # a block known to be decided, for joining by a snapshot; none by default
//! held = false                   # on a development network: start no height before a developer says so
//! check_invariants = false       # read the whole state after every block, and stop when it does not add up
//!
//! [p2p]
//! listen = ["/ip4/127.0.0.1/tcp/30333", "/ip4/127.0.0.1/udp/30333/quic-v1"]
//! peers = []
//!
//! [rpc]
//! address = "127.0.0.1:9850"     # gRPC, and the page /metrics
//! token = "token"                # a file with the token that clients must show (mode 0600); none by default
//! insecure = false               # listen beyond loopback without TLS, where anyone can read along
//! tls = { certificate = "tls.pem", key = "tls.key" }   # serve TLS alone (PEM; the key of mode 0600); none by default
//!
//! [storage]
//! history = 1000                 # undo records kept, in blocks
//! archive = false                # keep everything instead
//! free_mib = 64                  # stop rather than leave less than this free on the disk
//! ```
//!
//! Rules:
//! 1. Clients are listened to beyond loopback only with TLS, or where the file says that the operator knows what it
//!    means to go without: neither what is asked nor the token is encrypted.
//! 2. An unknown field is an error, so that a typing error never becomes a default.
//! 3. Every error names the file, the line where there is one, and what to do.

mod door;
mod never_signed;
mod trusted;

pub(crate) use door::Door;
pub(crate) use never_signed::take as take_never_signed;
pub use never_signed::{NEVER_SIGNED, vouch};
pub use trusted::Trusted;

use crate::{
    store::{DEFAULT_FREE_MIB, DEFAULT_HISTORY, History},
    telemetry::DEFAULT_LOG,
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};
use taonet_chain::{Genesis, Keypair};

/// The name of the settings file in a node's directory.
pub const FILE_NAME: &str = "node.toml";
/// The shortest token, in characters: as hexadecimal digits it is 64 bits, too many to try.
pub const SHORTEST_TOKEN: usize = 16;
/// The name of the database in a node's directory.
pub const DATABASE_NAME: &str = "db";

/// The file `node.toml` as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NodeFile {
    /// The node's name, in logs and status.
    pub name: String,
    /// The genesis file.
    pub genesis: PathBuf,
    /// The file with the node's secret seed.
    pub key: PathBuf,
    /// Which log lines are written, as a `tracing` filter.
    pub log: String,
    /// Let the node vote although it remembers nothing, because the operator knows that it never voted before, or
    /// that all nodes have lost their data.
    pub trust_empty: bool,
    /// A block that the operator knows to be decided. A node that joins by a snapshot then trusts this block instead of
    /// all authorities since the genesis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trusted>,
    /// On a development network, a node without blocks starts none by itself: it waits for a developer's word. Other
    /// networks have no developer.
    pub held: bool,
    /// Check the invariants of the economy after every block, and stop when one does not hold. Every table is read
    /// whole each time, so this is for small networks and for hunting a bug.
    pub check_invariants: bool,
    /// Peers.
    pub p2p: P2pSettings,
    /// Clients.
    pub rpc: RpcSettings,
    /// The database.
    pub storage: StorageSettings,
}

/// How a node talks to its peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct P2pSettings {
    /// Multiaddresses to listen on; TCP and QUIC.
    pub listen: Vec<String>,
    /// Multiaddresses of the first peers to call, each ending in `/p2p/<peer id>`.
    pub peers: Vec<String>,
}

/// How a node talks to its clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RpcSettings {
    /// Where gRPC and `/metrics` are served; port 0 takes a free one.
    pub address: SocketAddr,
    /// A file with the token that every client must show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<PathBuf>,
    /// Whether another address than loopback may be listened on without TLS.
    pub insecure: bool,
    /// What is shown to clients who are served TLS; then nothing else is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsSettings>,
}

/// How a node proves to clients who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// A PEM file with the certificate, and after it those that lead to an authority, if any.
    pub certificate: PathBuf,
    /// A PEM file with the certificate's key, readable by its owner only.
    pub key: PathBuf,
}

/// What a node keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorageSettings {
    /// For how many blocks undo records are kept; at least 1.
    pub history: u64,
    /// Keep everything instead.
    pub archive: bool,
    /// Stop rather than leave less than this free on the disk, MiB.
    pub free_mib: u64,
}

impl Default for NodeFile {
    fn default() -> NodeFile {
        NodeFile {
            name: "node".into(),
            genesis: "genesis.toml".into(),
            key: "key".into(),
            log: DEFAULT_LOG.into(),
            trust_empty: false,
            trust: None,
            held: false,
            check_invariants: false,
            p2p: P2pSettings::default(),
            rpc: RpcSettings::default(),
            storage: StorageSettings::default(),
        }
    }
}

impl Default for P2pSettings {
    fn default() -> P2pSettings {
        let listen = ["/ip4/127.0.0.1/tcp/30333", "/ip4/127.0.0.1/udp/30333/quic-v1"];
        P2pSettings { listen: listen.map(String::from).to_vec(), peers: Vec::new() }
    }
}

impl Default for RpcSettings {
    fn default() -> RpcSettings {
        let address = SocketAddr::from(([127, 0, 0, 1], 9850));
        RpcSettings { address, token: None, insecure: false, tls: None }
    }
}

impl Default for StorageSettings {
    fn default() -> StorageSettings {
        StorageSettings { history: DEFAULT_HISTORY, archive: false, free_mib: DEFAULT_FREE_MIB }
    }
}

/// A node's settings with what they point to: all that [`crate::spawn`] needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The node's directory.
    pub dir: PathBuf,
    /// The settings.
    pub settings: NodeFile,
    /// The network.
    pub genesis: Genesis,
    /// The node's identity among its peers, and its vote if it is an authority.
    pub key: Keypair,
}

/// Why a directory does not describe a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {sentence}", file.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct ConfigError {
    /// The file at fault.
    pub file: PathBuf,
    /// The line at fault, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub sentence: String,
    /// What to do about it.
    pub remedy: String,
}

impl Config {
    /// Reads `dir/node.toml` and the files it names.
    ///
    /// # Errors
    /// The file at fault, with the line where there is one.
    pub fn load(dir: &Path) -> Result<Config, ConfigError> {
        let settings = NodeFile::load(&dir.join(FILE_NAME))?;
        let genesis = load_genesis(&dir.join(&settings.genesis))?;
        let key = load_key(&dir.join(&settings.key))?;
        Ok(Config { dir: dir.into(), settings, genesis, key })
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.dir.join(DATABASE_NAME)
    }

    /// How much of the past is kept.
    pub fn history(&self) -> History {
        let storage = &self.settings.storage;
        if storage.archive { History::Archive } else { History::Blocks(storage.history.max(1)) }
    }
}

impl NodeFile {
    /// Reads a settings file.
    ///
    /// # Errors
    /// The file at fault, with the line where there is one.
    pub fn load(file: &Path) -> Result<NodeFile, ConfigError> {
        let text = read(file, "write one; `taonet node --help` shows an example")?;
        toml::from_str(&text).map_err(|error| ConfigError {
            file: file.into(),
            line: error.span().map(|span| line_of(&text, span.start)),
            sentence: error.message().to_owned(),
            remedy: "correct the line; `taonet node --help` lists all fields".into(),
        })
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        // Every field is text, a number, a list or a table of them: all of these TOML can say.
        toml::to_string(self).unwrap_or_default()
    }
}

/// Reads a genesis file.
///
/// # Errors
/// The file cannot be read, or the line and field that make no genesis.
pub fn load_genesis(file: &Path) -> Result<Genesis, ConfigError> {
    let text = read(file, "copy the network's genesis file there, or name the right path in node.toml")?;
    Genesis::from_toml(&text).map_err(|error| ConfigError {
        file: file.into(),
        line: error.line,
        sentence: match error.field.as_str() {
            "" => error.sentence,
            field => format!("field `{field}`: {}", error.sentence),
        },
        remedy: error.remedy.into(),
    })
}

/// Reads a secret seed of 64 hex digits from a file that only its owner can read.
///
/// # Errors
/// The file is missing, others can read it, or it holds no seed.
pub fn load_key(file: &Path) -> Result<Keypair, ConfigError> {
    check_private(file)?;
    let text = read(file, "write 64 hex digits of a secret seed there, mode 0600")?;
    let mut seed = [0; 32];
    hex::decode_to_slice(text.trim(), &mut seed).map_err(|_| ConfigError {
        file: file.into(),
        line: Some(1),
        sentence: "not a secret seed".into(),
        remedy: "write exactly 64 hex digits into it".into(),
    })?;
    Ok(Keypair::from_seed(seed))
}

/// Writes the seed of `key` into a new file that only its owner can read.
///
/// # Errors
/// What the operating system says; also that the file exists already.
pub fn save_key(file: &Path, key: &Keypair) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(format!("{}\n", hex::encode(key.seed())).as_bytes())
}

#[cfg(unix)]
fn check_private(file: &Path) -> Result<(), ConfigError> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = fs::metadata(file) else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(ConfigError {
        file: file.into(),
        line: None,
        sentence: format!("others can read this secret: its mode is {mode:04o}"),
        remedy: format!("run `chmod 600 {}`", file.display()),
    })
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), ConfigError> {
    Ok(())
}

fn read(file: &Path, if_missing: &str) -> Result<String, ConfigError> {
    fs::read_to_string(file).map_err(|error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        ConfigError {
            file: file.into(),
            line: None,
            sentence: if missing { "there is no such file".into() } else { error.to_string() },
            remedy: if missing { if_missing.into() } else { "make it readable for this user".into() },
        }
    })
}

/// The line, from 1, of a byte of `text`.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
