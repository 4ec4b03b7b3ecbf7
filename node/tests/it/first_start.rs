//! A network's first minute: nodes that are new do not wait as nodes do that lost their memory.

use std::time::Duration;
use taonet_chain::{DevOptions, Genesis, Keypair};
use taonet_node::{Handle, NodeFile, config, spawn};
use tempfile::TempDir;
use tokio::time::timeout;

/// How long blocks may take; many times what a busy computer needs.
const PATIENCE: Duration = Duration::from_secs(120);

fn key(index: u16) -> Keypair {
    Keypair::from_uri(&DevOptions::authority_uri(index)).expect("a key")
}

/// The folder of a new authority of a network of four; it calls those that listen at `peers`.
fn folder(genesis: &Genesis, index: u16, peers: Vec<String>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    config::save_key(&folder.path().join("key"), &key(index)).expect("a key file");
    config::vouch(folder.path()).expect("nothing was signed");
    let mut settings = NodeFile { name: format!("n{index}"), ..NodeFile::default() };
    settings.p2p.listen = vec!["127.0.0.1:0".into()];
    settings.p2p.peers = peers;
    settings.rpc.address = ([127, 0, 0, 1], 0).into();
    std::fs::write(folder.path().join("genesis.toml"), genesis.to_toml()).expect("a genesis file");
    std::fs::write(folder.path().join(config::FILE_NAME), settings.to_toml()).expect("settings");
    folder
}

async fn start(folder: &TempDir) -> Handle {
    spawn(config::Config::load(folder.path()).expect("settings")).await.expect("a running node")
}

async fn reach(node: &Handle, height: u64) {
    let client = node.client().expect("a client");
    timeout(PATIENCE, client.wait_for_height(height)).await.expect("in time").expect("blocks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_node_votes_although_the_others_are_ahead() {
    let genesis = Genesis::dev(DevOptions { id: "late".into(), authorities: 4, ..DevOptions::default() });
    let (mut folders, mut nodes, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..3 {
        let folder = folder(&genesis, index, addresses.clone());
        let node = start(&folder).await;
        let address = node.peer_addresses()[0].clone().of_node(key(index).account());
        addresses.push(address.to_string());
        folders.push(folder);
        nodes.push(node);
    }
    reach(&nodes[0], 5).await;

    let folder = folder(&genesis, 3, addresses);
    let late = start(&folder).await;
    assert!(!folder.path().join(config::NEVER_SIGNED).exists(), "from now on it may have signed");
    reach(&late, 5).await;
    // One of the three goes. The late one has to vote now, or nobody decides any more.
    nodes.remove(2).stop().await.expect("stopped");
    let ahead = nodes[0].client().expect("a client").status().await.expect("a status").height;
    for node in nodes.iter().chain([&late]) {
        reach(node, ahead + 5).await;
    }
}
