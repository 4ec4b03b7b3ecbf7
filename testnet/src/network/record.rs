//! `network.json`: everything there is to know about a network that runs on this computer.
//!
//! It holds all endpoints, keys and processes. Tools read it instead of guessing ports; `down` reads it to stop exactly
//! what was started. Keys in it are development keys, public by nature.

use super::process::Process;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use taonet_node::{
    Client, Fault,
    client::Access,
    config::{FILE_NAME, NodeFile},
};

/// The version of this file's form; raised when a field changes its meaning.
pub const SCHEMA: u32 = 1;

const FILE: &str = "network.json";

/// A network on this computer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The unique id, also the name of the folder.
    pub id: String,
    /// The genesis preset it was made from.
    pub preset: String,
    /// The hash of the genesis, hex: what nodes compare when they meet.
    pub genesis: String,
    /// Its folder.
    pub dir: PathBuf,
    /// The program `taonet` that its processes are started with; empty: the one that asks.
    #[serde(default)]
    pub binary: PathBuf,
    /// The process in the foreground that watches it, if there is one.
    pub supervisor: Option<Process>,
    /// Milliseconds from one block to the next.
    pub slot_ms: u64,
    /// The nodes.
    pub nodes: Vec<NodeRecord>,
    /// The miners and validators.
    pub neurons: Vec<NeuronRecord>,
    /// The funded accounts.
    pub accounts: Vec<AccountRecord>,
}

/// A node.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeRecord {
    /// `n0`, `n1`, …
    pub name: String,
    /// Its process, once started.
    pub process: Option<Process>,
    /// Its folder: configuration, key, database.
    pub dir: PathBuf,
    /// gRPC endpoint, an `http://` URL.
    pub rpc: String,
    /// Prometheus page, an `http://` URL.
    pub metrics: String,
    /// The addresses it listens on for other nodes.
    pub p2p: Vec<String>,
    /// The authority it makes blocks as, SS58.
    pub authority: String,
    /// The secret URI of that authority.
    pub uri: String,
    /// Its log file.
    pub log: PathBuf,
}

impl NodeRecord {
    /// The node's address for clients and what opens its door, as its own folder says: an operator may have given it a
    /// token or a certificate since it was planned. Where the folder cannot be read, the address is the planned one.
    pub fn way_in(&self) -> (String, Access) {
        let settings = NodeFile::load(&self.dir.join(FILE_NAME)).and_then(|file| file.way_in(&self.dir));
        settings.unwrap_or_else(|_| (self.rpc.clone(), Access::default()))
    }

    /// Connects to it.
    ///
    /// # Errors
    /// It does not answer, or its certificate is not valid for its address.
    pub async fn connect(&self) -> Result<Client, Fault> {
        let (address, access) = self.way_in();
        access.connect(&address).await
    }
}

/// A miner or validator process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NeuronRecord {
    /// `val-a`, `m1`, …
    pub name: String,
    /// `validator` or `miner`.
    pub role: String,
    /// The subnet.
    pub netuid: u16,
    /// The hotkey, SS58.
    pub hotkey: String,
    /// The secret URI of the hotkey.
    pub uri: String,
    /// By which method it works, for built-in miners; the first one, where its policy changes it.
    pub method: Option<String>,
    /// What a built-in neuron does differently from the textbook.
    #[serde(default)]
    pub policy: Option<String>,
    /// How long a built-in validator waits for an answer, in milliseconds.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// The author's own program that runs in its place, as a line for the shell.
    #[serde(default)]
    pub program: Option<String>,
    /// What a validator thinks of the miners and why, an `http://` URL.
    pub scores: Option<String>,
    /// Its process, once started.
    pub process: Option<Process>,
    /// Its log file.
    pub log: PathBuf,
}

/// A funded account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The secret URI.
    pub uri: String,
    /// The address, SS58.
    pub address: String,
    /// The 32-byte seed, hex: the secret key itself.
    pub seed: String,
    /// The balance in block 0, rao.
    pub balance_rao: u64,
    /// What it is used for.
    pub purpose: String,
}

impl Record {
    /// Reads the record of the network in `dir`.
    ///
    /// # Errors
    /// `NotFound` when the folder has none; `InvalidData` when it cannot be understood.
    pub fn read(dir: &Path) -> io::Result<Record> {
        let bytes = fs::read(dir.join(FILE))?;
        serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Writes the record into its folder: first beside it, then in one step over it.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn write(&self) -> io::Result<()> {
        let beside = self.dir.join("network.json.new");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        fs::rename(beside, self.dir.join(FILE))
    }

    /// Takes in nodes that were started again by hand from their folders since the record was written.
    pub fn find_restarted(&mut self) {
        for node in &mut self.nodes {
            if !node.process.is_some_and(|process| process.is_running()) {
                node.process = Process::of_node(&node.dir).or(node.process);
            }
        }
    }

    /// Every process of the network, neurons first: they stop before the nodes they talk to.
    pub fn processes(&self) -> Vec<Process> {
        let neurons = self.neurons.iter().filter_map(|neuron| neuron.process);
        neurons.chain(self.nodes.iter().filter_map(|node| node.process)).collect()
    }

    /// Whether any of its processes runs.
    pub fn is_running(&self) -> bool {
        self.processes().iter().any(Process::is_running)
    }
}
