//! Starting, connecting, being refused, and coming back.

use super::support::{NETWORK, Node, any_port, config, line, start, within};
use crate::{Address, Command, Config, Error, Event, spawn};
use prometheus_client::registry::Registry;
use std::net::{TcpListener, UdpSocket};
use taonet_chain::{Hash, Network};

async fn start_error(listen: Address) -> Error {
    let config = Config { listen: vec![listen], ..config(9) };
    match spawn(config, &mut Registry::default()).await {
        Ok(_) => panic!("the port is taken"),
        Err(error) => error,
    }
}

fn assert_taken(error: &Error, port: u16) {
    assert!(matches!(error, Error::PortTaken { .. }), "{error}");
    assert!(error.to_string().contains(&format!("/{port}")), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let tcp = TcpListener::bind(any_port()).unwrap();
    let address = tcp.local_addr().unwrap();
    assert_taken(&start_error(Address::tcp(address)).await, address.port());
    let udp = UdpSocket::bind(any_port()).unwrap();
    let address = udp.local_addr().unwrap();
    assert_taken(&start_error(Address::quic(address)).await, address.port());
}

#[tokio::test]
async fn a_port_taken_by_another_node_is_named() {
    let listen = vec![Address::tcp(any_port()), Address::quic(any_port())];
    let node = start(Config { listen, ..config(1) }).await;
    assert_eq!(node.network.listening.len(), 2);
    for address in node.network.listening.clone() {
        let port = address.socket().port();
        let error = start_error(address).await;
        assert!(matches!(error, Error::PortTaken { .. }), "{error}");
        assert!(error.to_string().contains(&port.to_string()), "{error}");
    }
}

#[tokio::test]
async fn an_address_of_another_machine_cannot_be_listened_on() {
    let error = start_error("192.0.2.1:4000".parse().unwrap()).await;
    assert!(matches!(error, Error::Listen { .. }), "{error}");
}

#[tokio::test]
async fn tcp_and_quic_meet_in_one_node() {
    let listen = vec![Address::tcp(any_port()), Address::quic(any_port())];
    let mut centre = start(Config { listen, ..config(1) }).await;
    let mut nodes = Vec::new();
    for (n, address) in (2..).zip(centre.network.listening.clone()) {
        nodes.push(start(Config { peers: vec![address], ..config(n) }).await);
    }
    centre.await_peers(2).await;
    for node in &mut nodes {
        node.await_peers(1).await;
    }
}

#[tokio::test]
async fn both_may_dial_at_once() {
    let (mut one, mut two) = (start(config(1)).await, start(config(2)).await);
    let (a, b) = (one.network.listening[0].clone(), two.network.listening[0].clone());
    // A list of all nodes names the node itself as well.
    for address in [a, b] {
        tokio::join!(one.tell(Command::Dial(address.clone())), two.tell(Command::Dial(address)));
    }
    one.await_peers(1).await;
    two.await_peers(1).await;
}

async fn refusal(node: &mut Node) -> String {
    loop {
        match node.event().await {
            Event::Refused { network, .. } => return network,
            Event::Received { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_peer_of_another_network_is_refused_on_both_sides() {
    let others = [Network { genesis: Hash([6; 32]), ..NETWORK }, Network { branch: 1, ..NETWORK }];
    for other in others {
        let mut ours = start(config(1)).await;
        let peers = vec![ours.network.listening[0].clone()];
        let mut theirs = start(Config { network: other, peers, ..config(2) }).await;
        let named = |network: Network| format!("/taonet/1/{}/{}", network.genesis, network.branch);
        assert_eq!(refusal(&mut ours).await, named(other));
        assert_eq!(refusal(&mut theirs).await, named(NETWORK));
        for node in [&ours, &theirs] {
            assert!(node.network.peers.borrow().is_empty());
            assert_eq!(node.count("taonet_p2p_refused_total{reason=\"OtherNetwork\"}"), 1);
        }
    }
}

#[tokio::test]
async fn a_configured_peer_is_dialled_again_after_a_disconnection() {
    let mut nodes = line(2).await;
    let [first, second] = [nodes[0].id, nodes[1].id];
    nodes[0].tell(Command::Disconnect(second)).await;
    for (node, other) in [(0, second), (1, first)] {
        assert!(matches!(nodes[node].event().await, Event::Connected(id) if id == other));
        assert!(matches!(nodes[node].event().await, Event::Disconnected(id) if id == other));
        assert!(matches!(nodes[node].event().await, Event::Connected(id) if id == other));
    }
}

#[tokio::test]
async fn a_node_that_comes_back_on_its_port_is_found_again() {
    let mut nodes = line(2).await;
    let second = nodes.pop().unwrap();
    let mut first = nodes.pop().unwrap();
    let listen = vec![first.network.listening[0].clone()];
    first.network.stop().await;
    let mut second = second;
    second.await_peers(0).await;
    first = start(Config { listen, ..config(1) }).await;
    first.await_peers(1).await;
    second.await_peers(1).await;
}

#[tokio::test]
async fn a_peer_can_be_added_later() {
    let mut one = start(config(1)).await;
    let mut two = start(config(2)).await;
    one.tell(Command::Dial(two.address())).await;
    one.await_peers(1).await;
    two.await_peers(1).await;
}

#[tokio::test]
async fn dropping_the_events_ends_the_network() {
    let node = start(config(1)).await;
    drop(node.network.events);
    within(node.network.task).await.unwrap();
    assert!(node.network.commands.is_closed());
}
