//! Offences, forgiveness and bans.

use super::*;
use std::time::Duration;

fn peer() -> (PeerId, NodeId) {
    (PeerId::random(), NodeId::default())
}

fn with_peer(now: Instant) -> (Peers, PeerId) {
    let (id, node) = peer();
    let mut peers = Peers::new(&Limits::default());
    peers.opened(id, node, now);
    (peers, id)
}

#[test]
fn a_peer_counts_once_it_spoke_our_protocols() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    assert!(!peers.is_admitted(&id) && peers.nodes().is_empty());
    assert!(!peers.subscribed(&id, Topic::Agreement));
    assert!(!peers.subscribed(&id, Topic::Agreement));
    assert!(peers.subscribed(&id, Topic::Transactions));
    assert_eq!(peers.admit(&id), Some(NodeId::default()));
    assert_eq!(peers.admit(&id), None, "only once");
    assert_eq!(peers.nodes(), [NodeId::default()]);
    assert_eq!(peers.next_wake(), None);
    assert_eq!(peers.closed(&id), Some(NodeId::default()));
    assert_eq!(peers.closed(&id), None);
}

#[test]
fn a_silent_peer_is_overdue_after_the_handshake_time() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    assert_eq!(peers.next_wake(), Some(now + HANDSHAKE_TIME));
    assert_eq!(peers.overdue(now), None);
    assert_eq!(peers.overdue(now + HANDSHAKE_TIME), Some((id, NodeId::default(), false)));
    assert_eq!(peers.overdue(now + HANDSHAKE_TIME), None, "only once");
    assert_eq!(peers.closed(&id), None, "it never counted");
}

#[test]
fn a_refused_peer_goes_after_the_grace_and_is_never_admitted() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    assert_eq!(peers.refuse(&id, now), Some(NodeId::default()));
    assert_eq!(peers.refuse(&id, now), None, "told once");
    assert_eq!(peers.admit(&id), None);
    assert_eq!(peers.overdue(now + REFUSAL_GRACE), Some((id, NodeId::default(), true)));
}

#[test]
fn offences_add_up_and_are_forgiven_with_time() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    for _ in 1..OFFENCES {
        assert!(!peers.offend(&id, now));
    }
    let later = now + FORGIVE_AFTER * 2;
    assert!(!peers.offend(&id, later), "two were forgiven");
    assert!(!peers.offend(&id, later));
    assert!(peers.offend(&id, later));
    assert!(!peers.offend(&PeerId::random(), now), "a stranger has no record");
}

#[test]
fn bans_end_in_order_and_their_number_is_bounded() {
    let now = Instant::now();
    let mut peers = Peers::new(&Limits::default());
    let ids: Vec<_> = (0..=BANS).map(|_| PeerId::random()).collect();
    for id in &ids[..BANS] {
        assert_eq!(peers.ban(*id, now), None);
    }
    let later = now + Duration::from_secs(1);
    assert_eq!(peers.ban(ids[BANS], later), Some(ids[0]));
    assert!(peers.is_banned(&ids[BANS]) && !peers.is_banned(&ids[0]));
    assert_eq!(peers.pardon(later), None);
    assert_eq!(peers.next_wake(), Some(now + BAN_TIME));
    let pardoned: Vec<_> = std::iter::from_fn(|| peers.pardon(now + BAN_TIME)).collect();
    assert_eq!(pardoned, ids[1..BANS]);
}

#[test]
fn waiting_messages_are_bounded_in_number_and_bytes() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    for _ in 0..DIRECT_WAITING {
        assert!(peers.reserve(&id, 1));
    }
    assert!(!peers.reserve(&id, 1));
    peers.release(&id, 1);
    assert!(!peers.reserve(&id, DIRECT_WAITING_BYTES));
    assert!(peers.reserve(&id, DIRECT_WAITING_BYTES - DIRECT_WAITING + 1));
    assert!(!peers.reserve(&PeerId::random(), 1), "nobody waits for a stranger");
}

#[test]
fn useless_messages_are_borne_up_to_a_rate() {
    let now = Instant::now();
    let (mut peers, id) = with_peer(now);
    let mut send = |count: u32, at: Instant| (0..count).filter(|_| peers.useless(&id, at)).count();
    assert_eq!(send(USELESS, now), 0, "a burst");
    assert_eq!(send(USELESS / 4, now + Duration::from_secs(1)), 0, "and a quarter of it per second");
    assert_eq!(send(1, now + Duration::from_secs(1)), 1, "no more");
    assert_eq!(send(8 * (USELESS + 1), now + Duration::from_secs(1)), 8, "each time it is used up");
    assert_eq!(send(USELESS, now + Duration::from_secs(9)), 0, "it is forgotten");
}
