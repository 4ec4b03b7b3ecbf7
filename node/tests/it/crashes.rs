//! Stopping, starting again, and two nodes where one belongs.

use crate::rig::{Rig, balance, key, status, transfer};
use std::{fs, path::Path};
use taonet_node::{Error, store::StoreError};
use taonet_subnets::amount::RAO_PER_TAO;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_goes_on_where_it_stopped() {
    let rig = Rig::new("restart");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.signer(key("//Alice")).execute(transfer(7)).await.expect("executed");
    node.stop().await.expect("stopped");

    let node = rig.start().await;
    let client = node.client().expect("a client");
    let before = status(&client).await.height;
    let block = client.wait_for_height(before + 2).await.expect("new blocks");
    assert_eq!(block.height, before + 2);
    assert_eq!(balance(&client, "//receiver").await, 7 * RAO_PER_TAO);
    let mut blocks = client.blocks(Some(1)).await.expect("a stream");
    let mut parent = None;
    for height in 1..=block.height {
        let block = blocks.message().await.expect("no error").expect("a block");
        assert!(block.height == height && parent.is_none_or(|parent| parent == block.parent));
        parent = Some(block.hash);
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_checks_its_invariants_goes_on_while_they_hold() {
    let rig = Rig::new("checked");
    let mut config = rig.config();
    config.settings.check_invariants = true;
    let node = taonet_node::spawn(config).await.expect("a running node");
    let client = node.client().expect("a client");
    client.signer(key("//Alice")).execute(transfer(7)).await.expect("executed");
    // Past the first epoch of the development subnet.
    client.wait_for_height(21).await.expect("blocks");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_cannot_share_a_directory() {
    let rig = Rig::new("shared");
    let node = rig.start().await;
    let error = rig.refused().await;
    assert!(matches!(error, Error::Store(StoreError::InUse { .. })), "{error}");
    assert_eq!(error.exit_code(), 75);
    node.client().expect("a client").wait_for_height(1).await.expect("the first goes on");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named() {
    let (first, second) = (Rig::new("ports"), Rig::new("ports"));
    let node = first.start().await;
    let mut config = second.config();
    config.settings.rpc.address = node.address();
    let error = taonet_node::spawn(config).await.err().expect("taken");
    assert_eq!(error.exit_code(), 75);
    assert!(error.to_string().contains(&node.address().to_string()), "{error}");

    let mut config = second.config();
    config.settings.p2p.listen = vec![node.peer_addresses()[0].to_string()];
    let error = taonet_node::spawn(config).await.err().expect("taken");
    assert_eq!(error.exit_code(), 75, "{error}");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_a_damaged_log_says_so_and_does_not_start() {
    let rig = Rig::new("damaged");
    let node = rig.start().await;
    node.client().expect("a client").wait_for_height(3).await.expect("blocks");
    node.stop().await.expect("stopped");
    scramble_logs(&rig.folder.path().join("db"));
    let error = rig.refused().await;
    assert!(matches!(error, Error::Store(StoreError::Corrupt { .. })), "{error}");
    assert!(error.to_string().contains("is corrupt"), "{error}");
    assert!(error.remedy().contains("it syncs the blocks from its peers"), "{}", error.remedy());
    assert_eq!(error.exit_code(), 74);
}

fn scramble_logs(database: &Path) {
    let files = fs::read_dir(database).expect("files").map(|entry| entry.expect("a file").path());
    let logs: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "log")).collect();
    assert!(!logs.is_empty());
    for log in logs {
        let mut bytes = fs::read(&log).expect("readable");
        let middle = bytes.len() / 4..bytes.len() / 2;
        bytes[middle].iter_mut().for_each(|byte| *byte ^= 0x5a);
        fs::write(&log, bytes).expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_on_a_full_disk_says_so_and_does_not_start() {
    let rig = Rig::new("full");
    let mut config = rig.config();
    config.settings.storage.free_mib = u64::MAX;
    let error = taonet_node::spawn(config).await.err().expect("no disk has so much");
    assert!(matches!(error, Error::Store(StoreError::NoSpace { .. })), "{error}");
    assert_eq!(error.exit_code(), 74);
    rig.start().await.stop().await.expect("there is room for the default");
}
