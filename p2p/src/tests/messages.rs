//! Broadcasts and direct messages between honest nodes.

use super::support::{Node, any_port, blocks, config, line, proposal, start, transaction, vote};
use crate::{Address, Command, Config, config::GOSSIP_BYTES};
use std::net::SocketAddr;
use taonet_consensus::{MAX_MESSAGE_BYTES, Message, Offence, Verdict};

/// Nodes that all know each other.
async fn full_mesh(count: u8, listen: fn(SocketAddr) -> Address) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for n in 1..=count {
        let peers = nodes.iter().map(Node::address).collect();
        nodes.push(start(Config { listen: vec![listen(any_port())], peers, ..config(n) }).await);
    }
    for node in &mut nodes {
        node.await_peers(usize::from(count) - 1).await;
    }
    nodes
}

async fn everybody_hears_everybody(mut nodes: Vec<Node>) {
    for (n, node) in nodes.iter().enumerate() {
        node.broadcast(&vote(n as u64)).await;
    }
    for (n, node) in nodes.iter_mut().enumerate() {
        let mut heard = Vec::new();
        for _ in 0..3 {
            let (from, message, id) = node.message().await;
            node.tell(Command::Verdict { from, id, verdict: Verdict::Accept }).await;
            heard.push(message.encode());
        }
        heard.sort();
        let others = (0..4).filter(|other| *other != n);
        let mut expected: Vec<_> = others.map(|other| vote(other as u64).encode()).collect();
        expected.sort();
        assert_eq!(heard, expected, "each exactly once");
    }
}

#[tokio::test]
async fn four_nodes_gossip_over_tcp() {
    everybody_hears_everybody(full_mesh(4, Address::tcp).await).await;
}

#[tokio::test]
async fn four_nodes_gossip_over_quic() {
    everybody_hears_everybody(full_mesh(4, Address::quic).await).await;
}

#[tokio::test]
async fn many_nodes_on_one_address_are_no_attack() {
    let mut nodes = full_mesh(16, Address::tcp).await;
    nodes[0].broadcast(&vote(1)).await;
    for node in &mut nodes[1..] {
        node.expect(&vote(1), Verdict::Accept).await;
    }
}

#[tokio::test]
async fn nothing_is_forwarded_before_it_is_accepted() {
    let mut nodes = line(3).await;
    for n in 1..=4 {
        nodes[0].broadcast(&vote(n)).await;
    }
    for (n, verdict) in
        [Verdict::Ignore, Verdict::Reject(Offence::Signature), Verdict::Accept, Verdict::Accept]
            .into_iter()
            .enumerate()
    {
        nodes[1].expect(&vote(n as u64 + 1), verdict).await;
    }
    let relay = nodes[1].id;
    assert_eq!(nodes[2].expect(&vote(3), Verdict::Accept).await, relay);
    assert_eq!(nodes[2].expect(&vote(4), Verdict::Accept).await, relay);
}

#[tokio::test]
async fn a_direct_message_reaches_its_recipient_only() {
    let mut nodes = line(3).await;
    let (sender, other) = (nodes[1].id, nodes[2].id);
    nodes[1].tell(Command::Send { to: nodes[0].id, message: vote(1) }).await;
    nodes[1].tell(Command::Send { to: other, message: vote(2) }).await;
    assert_eq!(nodes[0].expect(&vote(1), Verdict::Accept).await, sender);
    assert_eq!(nodes[2].expect(&vote(2), Verdict::Accept).await, sender);
    nodes[1].broadcast(&vote(3)).await;
    nodes[0].expect(&vote(3), Verdict::Accept).await;
}

#[tokio::test]
async fn a_direct_message_to_nobody_is_counted() {
    let mut nodes = line(2).await;
    let stranger = config(9).key.account();
    nodes[0].tell(Command::Send { to: stranger, message: vote(1) }).await;
    nodes[0].broadcast(&vote(2)).await;
    nodes[1].expect(&vote(2), Verdict::Accept).await;
    assert_eq!(nodes[0].count("taonet_p2p_dropped_total{reason=\"NotConnected\"}"), 1);
}

#[tokio::test]
async fn long_messages_are_announced_and_fetched_along_a_line() {
    let mut nodes = line(3).await;
    for bytes in [GOSSIP_BYTES / 2, GOSSIP_BYTES + 1, MAX_MESSAGE_BYTES * 3 / 4] {
        let message = proposal(bytes);
        nodes[0].broadcast(&message).await;
        nodes[1].expect(&message, Verdict::Accept).await;
        nodes[2].expect(&message, Verdict::Accept).await;
    }
}

#[tokio::test]
async fn long_messages_can_be_sent_directly() {
    let mut nodes = line(2).await;
    let message = blocks(MAX_MESSAGE_BYTES * 3 / 4);
    nodes[0].tell(Command::Send { to: nodes[1].id, message: message.clone() }).await;
    nodes[1].expect(&message, Verdict::Accept).await;
}

#[tokio::test]
async fn an_own_message_that_is_too_long_is_not_sent() {
    let mut nodes = line(2).await;
    nodes[0].broadcast(&proposal(MAX_MESSAGE_BYTES + 1)).await;
    nodes[0].tell(Command::Send { to: nodes[1].id, message: blocks(MAX_MESSAGE_BYTES + 1) }).await;
    nodes[0].broadcast(&vote(1)).await;
    nodes[1].expect(&vote(1), Verdict::Accept).await;
    assert_eq!(nodes[0].count("taonet_p2p_dropped_total{reason=\"TooLong\"}"), 2);
}

#[tokio::test]
async fn the_same_broadcast_twice_arrives_once() {
    let mut nodes = line(2).await;
    for _ in 0..2 {
        nodes[0].broadcast(&vote(1)).await;
    }
    // What the other node said is not said back either.
    nodes[1].expect(&vote(1), Verdict::Accept).await;
    nodes[1].broadcast(&vote(1)).await;
    nodes[0].broadcast(&vote(2)).await;
    nodes[1].broadcast(&vote(3)).await;
    nodes[1].expect(&vote(2), Verdict::Accept).await;
    nodes[0].expect(&vote(3), Verdict::Accept).await;
}

#[tokio::test]
async fn transactions_and_votes_travel_side_by_side() {
    let mut nodes = line(2).await;
    let messages: [Message; 2] = [transaction(1), vote(1)];
    for message in &messages {
        nodes[0].broadcast(message).await;
    }
    let mut heard = vec![nodes[1].message().await.1.encode(), nodes[1].message().await.1.encode()];
    let mut expected = messages.map(|message| message.encode());
    heard.sort();
    expected.sort();
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn a_lone_node_broadcasts_into_the_void() {
    let node = start(config(1)).await;
    node.broadcast(&vote(1)).await;
    node.network.stop().await;
}
