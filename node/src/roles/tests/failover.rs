//! A role with two nodes outlives the first one, and gets through a door that is locked.

use super::super::{RoleArgs, open};
use super::super::{
    chain::{Chain, Follower},
    grpc::GrpcChain,
};
use crate::{
    Config, Handle, NodeFile,
    client::Access,
    config::{TlsSettings, save_key},
    spawn,
};
use std::path::Path;
use taonet_chain::{DevOptions, Genesis, Keypair};

const TOKEN: &str = "0123456789abcdef";

/// A node that makes the blocks of a network of its own, which tells it from the other one.
async fn node(dir: &Path, network: &str, locked: bool) -> Handle {
    let genesis = Genesis::dev(DevOptions { id: network.into(), authorities: 1, ..DevOptions::default() });
    let mut settings = NodeFile::default();
    settings.p2p.listen = vec!["127.0.0.1:0".into()];
    settings.rpc.address = ([127, 0, 0, 1], 0).into();
    let dir = dir.join(network);
    std::fs::create_dir(&dir).expect("a folder");
    if locked {
        lock(&dir, &mut settings);
    }
    let key = Keypair::from_uri("//Bob").expect("a key");
    spawn(Config { dir, settings, genesis, key }).await.expect("a node")
}

/// Has a node speak TLS, and want a token.
fn lock(dir: &Path, settings: &mut NodeFile) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).expect("a certificate");
    let secret = made.key_pair.serialize_pem();
    let files = [("tls.pem", made.cert.pem()), ("tls.key", secret), ("token", TOKEN.into())];
    for (name, text) in files {
        std::fs::write(dir.join(name), text).expect("written");
        let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
        std::fs::set_permissions(dir.join(name), private).expect("a mode");
    }
    settings.rpc.tls = Some(TlsSettings { certificate: "tls.pem".into(), key: "tls.key".into() });
    settings.rpc.token = Some("token".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_node_takes_over_from_a_lost_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) =
        (node(folder.path(), "first", false).await, node(folder.path(), "second", false).await);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_role_gets_in_with_the_token_and_the_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = node(folder.path(), "locked", true).await;
    let key_file = folder.path().join("key");
    save_key(&key_file, &Keypair::from_seed([1; 32])).expect("a key");
    let args = RoleArgs { rpc: vec![format!("https://{}", node.address())], key_file, netuid: 1 };
    let access = Access { token: Some(TOKEN.into()), ca: Some(folder.path().join("locked/tls.pem")) };
    let (_, chain) = open(&args, &access).expect("its settings");
    Follower::new(&chain).next().await;
    assert!(!chain.subnet(1).await.expect("it is read").neurons.is_empty());

    let (_, stranger) = open(&args, &Access { token: None, ..access }).expect("its settings");
    let refused = stranger.watch().await.err().expect("no token");
    assert_eq!(refused.name, "TokenNeeded");
    node.stop().await.expect("stopped");
}
