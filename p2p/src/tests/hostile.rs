//! Peers that speak the right protocols and say the wrong things.

use super::support::{NETWORK, Node, blocks, config, start, transaction, vote, within};
use crate::{
    Command, Conditions, Config, Event as Heard, Limits, Links,
    behaviour::{Behaviour, BehaviourEvent, direct, gossip},
    codec::{Announcement, Answer, Frames, Request, inline},
    config::{GOSSIP_BYTES, OFFENCES},
    identity::{self, Names},
    transport,
};
use futures::StreamExt;
use libp2p::{
    Swarm,
    gossipsub::Event::Subscribed,
    request_response::{self, Event},
    swarm::{self, SwarmEvent},
};
use prometheus_client::registry::Registry;
use taonet_chain::{Hash, Keypair};
use taonet_consensus::{MAX_MESSAGE_BYTES, Message, NodeId, Offence, Verdict};

/// Gossip frames of a hostile node: far above what honest nodes take.
const HOSTILE_FRAME: usize = 16 << 20;

/// A node without scruples or limits.
struct Hostile {
    swarm: Swarm<Behaviour>,
    names: Names,
}

impl Hostile {
    /// Connects to `victim` and waits until gossip reaches it.
    async fn against(victim: &Node) -> Hostile {
        let key = identity::keypair(&Keypair::from_seed([66; 32])).unwrap();
        let names = Names::of(&NETWORK).unwrap();
        let mut registry = Registry::default();
        let mut behaviour = Behaviour::new(&key, &names, &Limits::default(), &mut registry).unwrap();
        behaviour.gossip = gossip(&names, HOSTILE_FRAME, &mut registry).unwrap();
        behaviour.direct = direct(&names, Frames::unlimited());
        let links = Links::new(Conditions::default()).unwrap();
        let transport = transport::build(&key, &links).unwrap();
        let settings = swarm::Config::with_tokio_executor();
        let mut swarm = Swarm::new(transport, behaviour, key.public().to_peer_id(), settings);
        swarm.dial(victim.network.listening[0].multiaddr()).unwrap();
        let mut hostile = Hostile { swarm, names };
        for _ in 0..2 {
            hostile
                .until(|event| {
                    matches!(event, SwarmEvent::Behaviour(BehaviourEvent::Gossip(Subscribed { .. })))
                })
                .await;
        }
        hostile
    }

    async fn until(&mut self, found: impl Fn(&SwarmEvent<BehaviourEvent>) -> bool) {
        within(async { while !found(&self.swarm.select_next_some().await) {} }).await;
    }

    /// Runs until the victim ends the connection.
    async fn until_banned(mut self) {
        self.until(|event| matches!(event, SwarmEvent::ConnectionClosed { num_established: 0, .. })).await;
    }

    /// Waits for a request and answers that there is no such thing.
    async fn deny_request(&mut self) {
        loop {
            let SwarmEvent::Behaviour(BehaviourEvent::Direct(event)) = self.swarm.select_next_some().await
            else {
                continue;
            };
            if let Event::Message { message: request_response::Message::Request { channel, .. }, .. } = event
            {
                self.swarm.behaviour_mut().direct.send_response(channel, Answer::Missing).unwrap();
                return;
            }
        }
    }

    fn publish(&mut self, payload: Vec<u8>) {
        let topic = self.names.agreement.hash();
        self.swarm.behaviour_mut().gossip.publish(topic, payload).unwrap();
    }

    fn request(&mut self, victim: &NodeId, request: Request) {
        let victim = identity::peer_id(victim).unwrap();
        self.swarm.behaviour_mut().direct.send_request(&victim, Ok(request));
    }
}

/// A victim, an honest neighbour of it, and a hostile one.
async fn scene() -> (Node, Node, Hostile) {
    scene_with(Limits::default()).await
}

async fn scene_with(limits: Limits) -> (Node, Node, Hostile) {
    let mut victim = start(Config { limits, ..config(1) }).await;
    let mut honest = start(Config { peers: vec![victim.address()], ..config(2) }).await;
    honest.await_peers(1).await;
    let hostile = Hostile::against(&victim).await;
    victim.await_peers(2).await;
    (victim, honest, hostile)
}

/// The victim still hears the honest neighbour, and nothing else.
async fn still_hears(victim: &mut Node, honest: &Node) {
    honest.broadcast(&vote(42)).await;
    assert_eq!(victim.expect(&vote(42), Verdict::Accept).await, honest.id);
}

async fn banned_for(offence: &str, attack: impl Fn(&mut Hostile, &NodeId, u32)) {
    let (mut victim, honest, mut hostile) = scene().await;
    for n in 0..OFFENCES {
        attack(&mut hostile, &victim.id, n);
    }
    hostile.until_banned().await;
    victim.await_peers(1).await;
    still_hears(&mut victim, &honest).await;
    let counted = victim.count(&format!("taonet_p2p_offences_total{{reason=\"{offence}\"}}"));
    assert_eq!(counted, u64::from(OFFENCES));
    assert_eq!(victim.count("taonet_p2p_refused_total{reason=\"Banned\"}"), 1);
}

#[tokio::test]
async fn gossip_that_is_no_message_gets_its_sender_banned() {
    banned_for("BadBytes", |hostile, _, n| hostile.publish(vec![n as u8; 1000])).await;
}

#[tokio::test]
async fn announcements_that_cannot_be_right_get_their_sender_banned() {
    banned_for("BadBytes", |hostile, _, n| {
        let announcement = Announcement { hash: Hash([n as u8; 32]), bytes: u32::MAX };
        hostile.publish(announcement.payload());
    })
    .await;
}

#[tokio::test]
async fn transactions_on_the_topic_of_votes_get_their_sender_banned() {
    banned_for("WrongTopic", |hostile, _, n| hostile.publish(inline(&transaction(n.into()).encode()))).await;
}

#[tokio::test]
async fn direct_bytes_that_are_no_message_get_their_sender_banned() {
    banned_for("BadBytes", |hostile, victim, n| {
        hostile.request(victim, Request::Message(vec![0xff; n as usize]));
    })
    .await;
}

#[tokio::test]
async fn messages_for_one_neighbour_must_not_be_broadcast() {
    banned_for("WrongTopic", |hostile, _, n| hostile.publish(inline(&Message::Fetch(n.into()).encode())))
        .await;
}

#[tokio::test]
async fn over_long_direct_frames_get_their_sender_banned() {
    banned_for("BadBytes", |hostile, victim, _| {
        hostile.request(victim, Request::Message(vec![0; 2 * MAX_MESSAGE_BYTES]));
    })
    .await;
}

#[tokio::test]
async fn announcing_what_one_does_not_have_gets_one_banned() {
    let (mut victim, honest, mut hostile) = scene().await;
    // The limit of fetches per peer holds the rest back: an announcement each time an earlier one has failed.
    for n in 0..OFFENCES {
        let announcement = Announcement { hash: Hash([n as u8; 32]), bytes: GOSSIP_BYTES as u32 + 1 };
        hostile.publish(announcement.payload());
        within(hostile.deny_request()).await;
    }
    hostile.until_banned().await;
    victim.await_peers(1).await;
    still_hears(&mut victim, &honest).await;
    let counted = victim.count("taonet_p2p_offences_total{reason=\"FalseAnnouncement\"}");
    assert_eq!(counted, u64::from(OFFENCES));
}

#[tokio::test]
async fn messages_the_replica_rejects_get_their_sender_banned() {
    let (mut victim, honest, mut hostile) = scene().await;
    for n in 0..OFFENCES {
        hostile.publish(inline(&vote(n.into()).encode()));
    }
    let banned = tokio::spawn(hostile.until_banned());
    for n in 0..OFFENCES {
        victim.expect(&vote(n.into()), Verdict::Reject(Offence::Signature)).await;
    }
    within(banned).await.unwrap();
    victim.await_peers(1).await;
    still_hears(&mut victim, &honest).await;
}

/// Good messages that nobody needs, as fast as they go: borne for a while, then not.
#[tokio::test]
async fn a_flood_of_useless_messages_gets_its_sender_banned() {
    let useless = 16;
    let (mut victim, honest, mut hostile) = scene_with(Limits { useless, ..Limits::default() }).await;
    for n in 0..2 * u64::from(OFFENCES * useless) {
        hostile.publish(inline(&vote(1_000 + n).encode()));
    }
    let running = tokio::spawn(async move { hostile.until_banned().await });
    loop {
        match victim.event().await {
            Heard::Received { from, id, .. } => {
                victim.tell(Command::Verdict { from, id, verdict: Verdict::Ignore }).await;
            }
            Heard::Disconnected(_) => break,
            _ => {}
        }
    }
    within(running).await.unwrap();
    victim.await_peers(1).await;
    let counted = victim.count("taonet_p2p_offences_total{reason=\"Useless\"}");
    assert_eq!(counted, u64::from(OFFENCES));
    // What had come before the ban may still wait in the lanes.
    honest.broadcast(&vote(42)).await;
    while victim.message().await.0 != honest.id {}
}

#[tokio::test]
async fn over_long_gossip_never_arrives_and_hurts_nobody() {
    let (mut victim, honest, mut hostile) = scene().await;
    hostile.publish(inline(&blocks(HOSTILE_FRAME / 2).encode()));
    let running = tokio::spawn(async move { while hostile.swarm.next().await.is_some() {} });
    still_hears(&mut victim, &honest).await;
    running.abort();
}

#[tokio::test]
async fn a_banned_peer_cannot_come_back_at_once() {
    let (mut victim, _honest, mut hostile) = scene().await;
    for n in 0..OFFENCES {
        hostile.publish(vec![n as u8; 1000]);
    }
    hostile.until(|event| matches!(event, SwarmEvent::ConnectionClosed { num_established: 0, .. })).await;
    hostile.swarm.dial(victim.network.listening[0].multiaddr()).unwrap();
    // The victim closes the link as soon as it knows the key; the dialler may have seen it open for a moment.
    hostile
        .until(|event| {
            matches!(event, SwarmEvent::ConnectionClosed { .. } | SwarmEvent::OutgoingConnectionError { .. })
        })
        .await;
    victim.await_peers(1).await;
}
