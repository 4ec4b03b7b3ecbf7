//! Links that are cut, muted, slow and lossy, over real sockets.

use super::support::{Node, any_port, config, proposal, start, vote, within};
use crate::{Address, Command, Conditions, Config, Event, Link, Passage};
use std::{net::SocketAddr, time::Duration};
use taonet_consensus::{Message, Verdict};
use tokio::time::Instant;

const CUT: Link =
    Link { passage: Passage::Cut, latency: Duration::ZERO, jitter: Duration::ZERO, loss_ppm: 0 };

/// Two connected nodes; the second dials the first.
async fn pair(listen: fn(SocketAddr) -> Address) -> [Node; 2] {
    let mut first = start(Config { listen: vec![listen(any_port())], ..config(1) }).await;
    let peers = vec![first.address()];
    let mut second = start(Config { listen: vec![listen(any_port())], peers, ..config(2) }).await;
    first.await_peers(1).await;
    second.await_peers(1).await;
    [first, second]
}

/// What `node` does to `peer` from now on.
fn link(node: &Node, peer: &Node, link: Link) {
    let links = [(peer.id, link)].into();
    node.network.links.set(Conditions { seed: 7, links }).expect("within bounds");
}

fn heal(node: &Node) {
    node.network.links.set(Conditions::default()).expect("within bounds");
}

async fn say(from: &Node, to: &Node, message: &Message) {
    from.tell(Command::Send { to: to.id, message: message.clone() }).await;
}

/// Cuts at the given ends, has both talk, heals, and looks what arrived.
async fn nothing_crosses_a_cut(listen: fn(SocketAddr) -> Address, ends: &[usize]) {
    let mut nodes = pair(listen).await;
    for &end in ends {
        link(&nodes[end], &nodes[1 - end], CUT);
    }
    for (from, to) in [(0, 1), (1, 0)] {
        nodes[from].broadcast(&vote(1)).await;
        say(&nodes[from], &nodes[to], &vote(2)).await;
    }
    nodes[0].await_peers(0).await;
    nodes[1].await_peers(0).await;
    for &end in ends {
        heal(&nodes[end]);
    }
    nodes[0].await_peers(1).await;
    nodes[1].await_peers(1).await;
    for (from, to) in [(0, 1), (1, 0)] {
        say(&nodes[from], &nodes[to], &vote(3)).await;
        nodes[to].expect(&vote(3), Verdict::Accept).await;
    }
}

#[tokio::test]
async fn nothing_crosses_a_cut_over_tcp() {
    nothing_crosses_a_cut(Address::tcp, &[0, 1]).await;
}

#[tokio::test]
async fn nothing_crosses_a_cut_over_quic() {
    nothing_crosses_a_cut(Address::quic, &[0, 1]).await;
}

#[tokio::test]
async fn one_end_is_enough_to_cut() {
    for end in [0, 1] {
        let mut nodes = pair(Address::tcp).await;
        link(&nodes[end], &nodes[1 - end], CUT);
        nodes[0].await_peers(0).await;
        nodes[1].await_peers(0).await;
        heal(&nodes[end]);
        nodes[0].await_peers(1).await;
        nodes[1].await_peers(1).await;
    }
}

#[tokio::test]
async fn a_cut_from_the_start_refuses_whoever_dials() {
    let listen = vec![Address::tcp(any_port())];
    let second_id = config(2).key.account();
    let conditions = Conditions { seed: 1, links: [(second_id, CUT)].into() };
    let mut first = start(Config { listen, conditions, ..config(1) }).await;
    let peers = vec![first.address()];
    let second = start(Config { peers, ..config(2) }).await;
    let dialled_often = async {
        while second.count("taonet_p2p_dials_total") < 4 {
            tokio::task::yield_now().await;
        }
    };
    within(dialled_often).await;
    assert!(first.network.peers.borrow().is_empty() && second.network.peers.borrow().is_empty());
    assert!(first.network.events.try_recv().is_none());
    let mut second = second;
    heal(&first);
    second.await_peers(1).await;
    assert!(matches!(first.event().await, Event::Connected(id) if id == second_id));
}

#[tokio::test]
async fn other_links_do_not_feel_a_cut() {
    let mut nodes = pair(Address::tcp).await;
    let peers = vec![nodes[0].address()];
    let mut third = start(Config { peers, ..config(3) }).await;
    third.await_peers(1).await;
    nodes[0].await_peers(2).await;
    link(&nodes[0], &nodes[1], CUT);
    nodes[1].await_peers(0).await;
    say(&third, &nodes[0], &vote(1)).await;
    nodes[0].expect(&vote(1), Verdict::Accept).await;
}

#[tokio::test]
async fn a_mute_node_hears_and_is_heard_later() {
    for listen in [Address::tcp, Address::quic] {
        let [mut mute, mut other] = pair(listen).await;
        link(&mute, &other, Link { passage: Passage::Mute, ..Link::default() });
        mute.broadcast(&vote(1)).await;
        other.broadcast(&vote(2)).await;
        mute.expect(&vote(2), Verdict::Accept).await;
        other.broadcast(&vote(3)).await;
        mute.expect(&vote(3), Verdict::Accept).await;
        while let Some(event) = other.network.events.try_recv() {
            assert!(matches!(event, Event::Connected(_)), "{event:?}");
        }
        heal(&mute);
        other.expect(&vote(1), Verdict::Accept).await;
    }
}

#[tokio::test]
async fn a_slow_link_is_slow_in_the_direction_that_is_said() {
    let [mut slow, mut other] = pair(Address::tcp).await;
    let latency = Duration::from_millis(150);
    link(&slow, &other, Link { latency, ..Link::default() });
    let started = Instant::now();
    slow.broadcast(&vote(1)).await;
    other.expect(&vote(1), Verdict::Accept).await;
    assert!(started.elapsed() >= latency, "{:?}", started.elapsed());
    other.broadcast(&vote(2)).await;
    slow.expect(&vote(2), Verdict::Accept).await;
    // A body many times what may wait on a stream arrives whole.
    let long = proposal(1_000_000);
    say(&slow, &other, &long).await;
    other.expect(&long, Verdict::Accept).await;
}

#[tokio::test]
async fn a_lossy_link_loses_time_and_no_message() {
    let [lossy, mut other] = pair(Address::tcp).await;
    let jitter = Duration::from_millis(5);
    link(&lossy, &other, Link { latency: jitter, jitter, loss_ppm: 200_000, passage: Passage::Open });
    for n in 0..20 {
        lossy.broadcast(&vote(n)).await;
    }
    for n in 0..20 {
        other.expect(&vote(n), Verdict::Accept).await;
    }
}
