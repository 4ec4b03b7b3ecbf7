//! When a network counts as up.
//!
//! Rules:
//! 1. Every node answers.
//! 2. Every node has a block of height [`HEIGHT`] or more, and at that height all have the same block and the same
//!    state
//!    root.
//! 3. A network whose blocks are held counts as up when its nodes have met.
//! 4. What is not so after [`PATIENCE`] is a failure that names the node, the check, and the node's last words.

use super::record::NodeRecord;
use std::{fmt, fs, io, path::Path, time::Duration};
use taonet_node::{client::Client, fault::Fault, proto::Block};
use tokio::time::{sleep, timeout};

/// Two blocks show that the chain moves on, not only that it began.
pub const HEIGHT: u64 = 2;

/// How long a node may take for one check; many times what a busy computer needs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often a node that does not listen yet is called.
const CALL_AGAIN: Duration = Duration::from_millis(5);

/// So many of its last log lines go with a failure.
const LAST_WORDS: usize = 20;

/// A check that a node did not pass.
#[derive(Debug)]
pub struct Failure {
    /// The node or neuron.
    pub name: String,
    /// What was expected and what was seen.
    pub check: String,
    /// Its last log lines.
    pub last_words: Vec<String>,
    /// What to try, if that is special.
    pub remedy: Option<String>,
    /// Whether another process holds a port it needs: then the network can be planned again.
    pub port_taken: bool,
}

impl Failure {
    /// A failed check of the process that logs to `log`.
    pub fn new(name: &str, check: impl fmt::Display, log: &Path) -> Failure {
        let text = fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last_words =
            lines[lines.len().saturating_sub(LAST_WORDS)..].iter().map(|&line| line.to_owned()).collect();
        let port_taken = text.contains("Address already in use");
        Failure { name: name.to_owned(), check: check.to_string(), last_words, remedy: None, port_taken }
    }

    /// A failed check of a node.
    pub fn of(node: &NodeRecord, check: impl fmt::Display) -> Failure {
        Failure::new(&node.name, check, &node.log)
    }

    /// A failure of this computer rather than of a process.
    pub fn of_system(what: &str, error: &io::Error) -> Failure {
        let check = format!("{what}: {error}");
        Failure {
            name: "this computer".to_owned(),
            check,
            last_words: Vec::new(),
            remedy: None,
            port_taken: false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.check)?;
        for line in &self.last_words {
            write!(f, "\n    {line}")?;
        }
        Ok(())
    }
}

/// A node with a connection to it.
#[derive(Clone)]
pub struct Node {
    /// What is known of it.
    pub record: NodeRecord,
    /// The connection.
    pub client: Client,
}

/// What all nodes have in common.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// The height.
    pub height: u64,
    /// The block's hash, hex.
    pub hash: String,
    /// The state root, hex.
    pub state_root: String,
}

/// Connects to a node that was just started; fails as soon as its process has ended, whoever answers in its place.
///
/// # Errors
/// The process ended, or it does not answer.
pub async fn connect(record: &NodeRecord) -> Result<Node, Failure> {
    let answer = timeout(PATIENCE, async {
        loop {
            let client = record.connect().await;
            if !record.process.is_some_and(|process| process.is_running()) {
                return None;
            }
            if let Ok(client) = client {
                return Some(client);
            }
            sleep(CALL_AGAIN).await;
        }
    });
    match answer.await {
        Ok(Some(client)) => Ok(Node { record: record.clone(), client }),
        Ok(None) => Err(Failure::of(record, "the process ended before it answered")),
        Err(_) => Err(Failure::of(record, format!("no answer at {} in {PATIENCE:?}", record.rpc))),
    }
}

/// Waits until every node is connected to all others; for networks that make no block by themselves.
///
/// # Errors
/// The first node that is gone, or alone for too long.
pub async fn meet(nodes: &[Node]) -> Result<(), Failure> {
    for node in nodes {
        let fault = |fault: Fault| Failure::of(&node.record, format!("asked for its peers: {fault}"));
        let meeting = async {
            while (node.client.status().await.map_err(fault)?.peers as usize) < nodes.len() - 1 {
                sleep(CALL_AGAIN).await;
            }
            Ok(())
        };
        let alone = || Failure::of(&node.record, format!("not connected to all other nodes in {PATIENCE:?}"));
        timeout(PATIENCE, meeting).await.unwrap_or_else(|_| Err(alone()))?;
    }
    Ok(())
}

/// Waits until every node has the block at `height`, and checks that it is the same one.
///
/// # Errors
/// The first node that is late, gone, or of another opinion.
pub async fn agree(nodes: &[Node], height: u64, patience: Duration) -> Result<Agreement, Failure> {
    let mut agreement: Option<Agreement> = None;
    for node in nodes {
        let block = block_of(node, height, patience).await?;
        let seen = Agreement { height, hash: block.hash, state_root: block.state_root };
        match &agreement {
            None => agreement = Some(seen),
            Some(first) if (&first.hash, &first.state_root) == (&seen.hash, &seen.state_root) => {}
            Some(first) => {
                let check = format!(
                    "at block {height} it has {} with state root {}; {} has {} with {}",
                    seen.hash, seen.state_root, nodes[0].record.name, first.hash, first.state_root
                );
                return Err(Failure::of(&node.record, check));
            }
        }
    }
    agreement.ok_or_else(|| Failure::of_system("no nodes", &io::ErrorKind::NotFound.into()))
}

/// The block at `height` as one node has it, once it has it.
async fn block_of(node: &Node, height: u64, patience: Duration) -> Result<Block, Failure> {
    let fault = |fault: Fault| Failure::of(&node.record, format!("asked for block {height}: {fault}"));
    match timeout(patience, node.client.wait_for_height(height)).await {
        Ok(result) => result.map_err(fault)?,
        Err(_) => {
            let at = node.client.status().await.map_or(0, |status| status.height);
            let check = format!("block {height} expected within {patience:?}, it is at block {at}");
            return Err(Failure::of(&node.record, check));
        }
    };
    node.client.block_at(height).await.map_err(fault)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::network::record::Record;
    use serde_json::json;
    use tokio::net::TcpListener;

    /// A listener that is no node, and its address.
    pub(in super::super) async fn stranger() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        (listener, address)
    }

    /// A network of one node that does not run, at an address.
    pub(in super::super) fn record(rpc: &str) -> Record {
        let node = json!({
            "name": "n0", "process": null, "dir": "nowhere", "rpc": rpc, "metrics": "", "p2p": [],
            "authority": "", "uri": "", "log": "nowhere/log",
        });
        let network = json!({
            "schema": 1, "id": "quiet-falcon", "preset": "dev", "genesis": "", "dir": "nowhere",
            "supervisor": null, "slot_ms": 250, "nodes": [node], "neurons": [], "accounts": [],
        });
        serde_json::from_value(network).expect("a record")
    }

    #[tokio::test]
    async fn a_stranger_is_not_taken_for_a_node_that_has_ended() {
        let (_listener, address) = stranger().await;
        let failure = connect(&record(&address).nodes[0]).await.err().expect("it does not run");
        assert_eq!(failure.check, "the process ended before it answered");
    }
}
