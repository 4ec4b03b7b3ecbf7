//! What clients hear who ask for what is not there, and what others hear who speak something else.

use crate::rig::{Rig, key, status};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};
use taonet_chain::{AccountId, Code};
use taonet_node::Client;

#[tokio::test(flavor = "multi_thread")]
async fn the_status_tells_who_and_where_the_node_is() {
    let rig = Rig::new("status");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let block = client.wait_for_height(1).await.expect("a block");
    let status = status(&client).await;
    assert_eq!((status.name.as_str(), status.network.as_str(), status.dev), ("n0", "status", true));
    assert_eq!(status.genesis, rig.config().genesis.hash().to_string());
    assert_eq!(status.node_id, key("//Bob").account().to_string());
    assert_eq!(status.authorities.len(), 1);
    assert!(status.height >= block.height && status.rss_bytes > 1_000_000);
    let genesis = client.genesis().await.expect("the genesis");
    assert_eq!((genesis.hash, genesis.toml), (status.genesis, rig.config().genesis.to_toml()));
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_with_its_code() {
    let rig = Rig::new("not-there");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    for fault in [
        client.subnet(77).await.expect_err("no such subnet"),
        client.metagraph(77).await.expect_err("no such subnet"),
        client.weights(77, None).await.expect_err("no such subnet"),
        client.parameters(Some(77)).await.expect_err("no such subnet"),
    ] {
        assert_eq!((fault.code, fault.name.as_str()), (Code::SubnetNotExists, "SubnetNotExists"));
    }
    let nobody = client.account(&AccountId([3; 32])).await.expect("an empty account");
    assert_eq!((nobody.balance, nobody.nonce, nobody.stakes.len()), (0, 0, 0));
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_development_subnet_is_alive() {
    let rig = Rig::new("subnets");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let subnets = client.subnets().await.expect("subnets").subnets;
    let one = subnets.iter().find(|subnet| subnet.netuid == 1).expect("subnet 1");
    assert!(one.started && one.emits && one.pool.as_ref().is_some_and(|pool| pool.price > 0));
    let metagraph = client.metagraph(1).await.expect("a metagraph");
    assert_eq!(metagraph.neurons.len(), one.neurons as usize);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_said_with_what_to_try() {
    let rig = Rig::new("gone");
    let node = rig.start().await;
    let address = node.address().to_string();
    node.stop().await.expect("stopped");
    let fault = Client::connect(&address).await.expect_err("gone");
    assert_eq!(fault.name, "Unreachable");
    assert!(fault.remedy.contains("taonet ls"), "{}", fault.remedy);
}

/// The answer to a request in plain HTTP.
fn http(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    let text = format!("{request} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_and_substrate_tools_are_answered_on_the_same_port() {
    let rig = Rig::new("http");
    let node = rig.start().await;
    node.client().expect("a client").wait_for_height(1).await.expect("a block");
    let address = node.address();
    let answers = tokio::task::spawn_blocking(move || [http(address, "GET /metrics"), http(address, "POST /")]);
    let [metrics, substrate] = answers.await.expect("answers");
    for name in ["taonet_height ", "taonet_commit_seconds_count ", "taonet_p2p_peers 0", "taonet_resident_memory_bytes "] {
        assert!(metrics.contains(name), "{name} is missing in {metrics}");
    }
    assert!(substrate.contains("does not speak Substrate's JSON-RPC"), "{substrate}");
    node.stop().await.expect("stopped");
}
