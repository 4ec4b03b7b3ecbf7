//! Who is dialled when, and with which pauses.

use super::*;
use std::net::SocketAddr;
use taonet_chain::Keypair;

fn address(port: u16) -> Address {
    Address::tcp(SocketAddr::from(([127, 0, 0, 1], port)))
}

fn nobody(_: &PeerId) -> bool {
    false
}

#[test]
fn the_pause_doubles_up_to_the_last_retry() {
    let mut now = Instant::now();
    let mut dialer = Dialer::default();
    assert!(dialer.add(address(1), now));
    let mut pause = FIRST_RETRY;
    for _ in 0..10 {
        let dial = dialer.due(now, nobody).expect("due");
        assert_eq!(dialer.next_wake(), None, "one attempt at a time");
        assert_eq!(dialer.failed(dial.connection_id(), now), Some(&address(1)));
        assert_eq!(dialer.next_wake(), Some(now + pause));
        assert!(dialer.due(now, nobody).is_none());
        now += pause;
        pause = (pause * 2).min(LAST_RETRY);
    }
    assert_eq!(pause, LAST_RETRY);
}

#[test]
fn being_admitted_resets_the_pause_and_being_refused_lengthens_it() {
    let now = Instant::now();
    let peer = PeerId::random();
    let mut dialer = Dialer::default();
    dialer.add(address(1), now);
    let dial = dialer.due(now, nobody).expect("due");
    dialer.failed(dial.connection_id(), now);
    let dial = dialer.due(now + FIRST_RETRY, nobody).expect("due");
    dialer.connected(dial.connection_id(), peer);
    assert_eq!(dialer.next_wake(), None);
    dialer.admitted(peer);
    dialer.lost(peer, now);
    assert_eq!(dialer.next_wake(), Some(now + FIRST_RETRY));

    let dial = dialer.due(now + FIRST_RETRY, nobody).expect("due");
    dialer.connected(dial.connection_id(), peer);
    dialer.refused(peer);
    dialer.lost(peer, now);
    assert_eq!(dialer.next_wake(), Some(now + REFUSED_RETRY));
}

#[test]
fn a_node_that_is_connected_by_any_way_is_not_dialled() {
    let now = Instant::now();
    let node = Keypair::from_seed([1; 32]).account();
    let mut dialer = Dialer::default();
    dialer.add(address(1).of_node(node), now);
    assert!(dialer.due(now, |peer| Some(*peer) == identity::peer_id(&node)).is_none());
    assert_eq!(dialer.next_wake(), None);
    dialer.lost(identity::peer_id(&node).unwrap(), now);
    assert!(dialer.due(now + FIRST_RETRY, nobody).is_some());
}

#[test]
fn our_own_address_is_forgotten() {
    let now = Instant::now();
    let mut dialer = Dialer::default();
    dialer.add(address(1), now);
    let dial = dialer.due(now, nobody).expect("due");
    dialer.forget(dial.connection_id());
    assert!(dialer.targets.is_empty());
}

#[test]
fn targets_are_unique_and_bounded() {
    let now = Instant::now();
    let mut dialer = Dialer::default();
    assert!(dialer.add(address(1), now));
    assert!(!dialer.add(address(1), now));
    for port in 2..=TARGETS as u16 {
        assert!(dialer.add(address(port), now));
    }
    assert!(!dialer.add(address(u16::MAX), now));
}

#[test]
fn hurrying_forgets_the_pauses() {
    let mut now = Instant::now();
    let mut dialer = Dialer::default();
    dialer.add(address(1), now);
    for _ in 0..6 {
        let dial = dialer.due(now, nobody).expect("due");
        dialer.failed(dial.connection_id(), now);
        now = dialer.next_wake().expect("waiting");
    }
    let dial = dialer.due(now, nobody).expect("due");
    dialer.failed(dial.connection_id(), now);
    dialer.hurry(now);
    let dial = dialer.due(now, nobody).expect("due at once");
    dialer.failed(dial.connection_id(), now);
    assert_eq!(dialer.next_wake(), Some(now + FIRST_RETRY), "and short pauses again");
}
