//! A role with two nodes outlives the first one.

use super::super::{
    chain::{Chain, Follower},
    grpc::GrpcChain,
};
use crate::{Config, Handle, NodeFile, spawn};
use std::path::Path;
use taonet_chain::{DevOptions, Genesis, Keypair};

/// A node that makes the blocks of a network of its own, which tells it from the other one.
async fn node(dir: &Path, network: &str) -> Handle {
    let genesis = Genesis::dev(DevOptions { id: network.into(), authorities: 1, ..DevOptions::default() });
    let mut settings = NodeFile::default();
    settings.p2p.listen = vec!["127.0.0.1:0".into()];
    settings.rpc.address = ([127, 0, 0, 1], 0).into();
    let dir = dir.join(network);
    std::fs::create_dir(&dir).expect("a folder");
    let key = Keypair::from_uri("//Bob").expect("a key");
    spawn(Config { dir, settings, genesis, key }).await.expect("a node")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_node_takes_over_from_a_lost_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (node(folder.path(), "first").await, node(folder.path(), "second").await);
    let clients = [&first, &second].map(|node| node.client().expect("a client"));
    let chain = GrpcChain::new(clients.to_vec(), &Keypair::from_seed([1; 32]));
    let mut follower = Follower::new(&chain);

    let mark = follower.next().await;
    let block = clients[0].block_at(mark.height).await.expect("a block of the first node");
    assert_eq!(block.hash, mark.hash.to_string());

    first.stop().await.expect("stopped");
    // Blocks that the first one sent before it stopped may still be on their way.
    let of_second = async |mark: super::Mark| {
        let block = clients[1].block_at(mark.height).await;
        block.is_ok_and(|block| block.hash == mark.hash.to_string())
    };
    while !of_second(follower.next().await).await {}
    assert!(!chain.subnet(1).await.expect("the second node is read").neurons.is_empty());
    second.stop().await.expect("stopped");
}
