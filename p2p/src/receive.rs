//! Messages: gossip and direct requests become events of the node.
//!
//! Rules:
//! 1. Bytes that do not decode, messages on the wrong topic and false announcements are the offence of the neighbour
//!    they came from: honest nodes forward nothing before they checked it.
//! 2. A message that finds its lane full is dropped and counted, and gossip does not forward it.
//! 3. An announced message is fetched from the neighbour that announced it: it has the message, since gossip passes an
//!    announcement on only after the message was accepted.

use crate::{
    Event, GossipId,
    codec::{self, Announcement, Answer, Nonsense, Payload, Request},
    config::{FETCHES, FETCHES_PER_PEER},
    lanes::Lane,
    metrics::{Drop, Offence},
    peers::Topic,
    task::{Fetch, Pending, Task},
};
use libp2p::{
    PeerId,
    gossipsub::{self, MessageAcceptance, MessageId, TopicHash},
    request_response::{self, OutboundFailure, OutboundRequestId},
};
use std::io;
use taonet_consensus::Message;

/// How a message came.
type Source = Option<(MessageId, Topic)>;

impl Task {
    /// Handles one event of gossip.
    pub(crate) fn observe_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                self.admit(propagation_source);
                let topic = self.topic(&message.topic);
                self.gossiped(propagation_source, message_id, topic, &message.data);
            }
            gossipsub::Event::Subscribed { peer_id, topic } => {
                let topic = self.topic(&topic);
                if self.peers.subscribed(&peer_id, topic) {
                    self.admit(peer_id);
                }
            }
            gossipsub::Event::SlowPeer { peer_id, failed_messages } => {
                tracing::debug!(%peer_id, ?failed_messages, "a peer takes its gossip too slowly");
                self.metrics.dropped(Drop::Slow);
            }
            _ => {}
        }
    }

    /// Which of the two topics it is: gossip lets no other through.
    fn topic(&self, hash: &TopicHash) -> Topic {
        if *hash == self.names.agreement.hash() { Topic::Agreement } else { Topic::Transactions }
    }

    fn gossiped(&mut self, peer: PeerId, id: MessageId, topic: Topic, data: &[u8]) {
        match codec::read_payload(data) {
            Ok(Payload::Inline(message)) => self.hand_over(peer, *message, data.len(), Some((id, topic))),
            Ok(Payload::Announced(announcement)) => self.fetch(peer, Fetch { id, topic, announcement }),
            Err(error) => {
                tracing::debug!(%peer, %error, "gossip is no message");
                self.blame(peer, Some(&id), Offence::BadBytes);
            }
        }
    }

    /// Asks `peer` for a message it announced, unless too many are on their way.
    fn fetch(&mut self, peer: PeerId, fetch: Fetch) {
        let fetches = || self.pending.values().filter(|pending| pending.fetch.is_some());
        let of_peer = fetches().filter(|pending| pending.peer == peer).count();
        if fetches().count() >= FETCHES || of_peer >= FETCHES_PER_PEER || !self.peers.reserve(&peer, 0) {
            self.metrics.dropped(Drop::NotFetched);
            return self.report(&fetch.id, &peer, MessageAcceptance::Ignore);
        }
        let request = Ok(Request::Body(fetch.announcement.hash));
        let request = self.swarm.behaviour_mut().direct.send_request(&peer, request);
        self.pending.insert(request, Pending { peer, bytes: 0, fetch: Some(fetch) });
    }

    /// Gives a message to the node, if it came the right way and its lane has room.
    fn hand_over(&mut self, peer: PeerId, message: Message, bytes: usize, source: Source) {
        let lane = Lane::of(&message);
        if let Some((id, topic)) = &source
            && Topic::of(&message) != Some(*topic)
        {
            return self.blame(peer, Some(id), Offence::WrongTopic);
        }
        // A peer may be gone by the time its message is read.
        let Some(from) = self.peers.node(&peer) else { return };
        let id = source.map(|(id, _)| id);
        let event = Event::Received { from, message, id: id.clone().map(GossipId) };
        if self.outlet.push(lane, event, bytes) {
            return self.metrics.received(lane, bytes);
        }
        self.metrics.dropped(if lane == Lane::Sync { Drop::SyncLane } else { Drop::TransactionLane });
        if let Some(id) = id {
            self.report(&id, &peer, MessageAcceptance::Ignore);
        }
    }

    /// Tells gossip whether to forward a message.
    pub(crate) fn report(&mut self, id: &MessageId, peer: &PeerId, acceptance: MessageAcceptance) {
        // Whether gossip still remembers the message makes no difference here.
        self.swarm.behaviour_mut().gossip.report_message_validation_result(id, peer, acceptance);
    }

    fn blame(&mut self, peer: PeerId, id: Option<&MessageId>, offence: Offence) {
        if let Some(id) = id {
            self.report(id, &peer, MessageAcceptance::Reject);
        }
        self.offend(peer, offence);
    }

    /// Handles one event of the direct protocol.
    pub(crate) fn observe_direct(
        &mut self,
        event: request_response::Event<Result<Request, Nonsense>, Answer>,
    ) {
        use request_response::{Event, Message};
        match event {
            Event::Message {
                peer, message: Message::Request { request: Ok(request), channel, .. }, ..
            } => {
                self.admit(peer);
                let answer = self.answer(peer, request);
                // A failure means that the peer is gone or did not wait.
                let _ = self.swarm.behaviour_mut().direct.send_response(channel, answer);
            }
            Event::Message { peer, message: Message::Request { request: Err(Nonsense), .. }, .. } => {
                self.offend(peer, Offence::BadBytes);
            }
            Event::Message { peer, message: Message::Response { request_id, response }, .. } => {
                self.answered(peer, request_id, response);
            }
            Event::OutboundFailure { peer, request_id, error, .. } => self.failed(peer, request_id, &error),
            Event::InboundFailure { .. } | Event::ResponseSent { .. } => {}
        }
    }

    fn answer(&mut self, peer: PeerId, request: Request) -> Answer {
        match request {
            Request::Body(hash) => match self.shelf.get(&hash) {
                Some(body) => Answer::Body(body.to_vec()),
                None => Answer::Missing,
            },
            Request::Message(bytes) => {
                match codec::read_message(&bytes) {
                    Ok(message) => self.hand_over(peer, message, bytes.len(), None),
                    Err(_) => self.offend(peer, Offence::BadBytes),
                }
                Answer::Received
            }
        }
    }

    /// Ends a request of ours; what it was about, if it was still open.
    fn finish(&mut self, request: OutboundRequestId) -> Option<Pending> {
        let pending = self.pending.remove(&request)?;
        self.peers.release(&pending.peer, pending.bytes);
        Some(pending)
    }

    fn answered(&mut self, peer: PeerId, request: OutboundRequestId, answer: Answer) {
        let Some(pending) = self.finish(request) else { return };
        match (pending.fetch, answer) {
            (None, Answer::Received) => {}
            (None, _) => self.offend(peer, Offence::BadBytes),
            (Some(fetch), Answer::Body(body)) if Announcement::of(&body) == fetch.announcement => {
                self.fetched(peer, fetch, body);
            }
            (Some(fetch), _) => {
                self.metrics.dropped(Drop::NotFetched);
                self.blame(peer, Some(&fetch.id), Offence::FalseAnnouncement);
            }
        }
    }

    fn fetched(&mut self, peer: PeerId, fetch: Fetch, body: Vec<u8>) {
        match codec::read_message(&body) {
            Ok(message) => {
                let bytes = body.len();
                self.shelf.put(fetch.announcement.hash, body);
                self.hand_over(peer, message, bytes, Some((fetch.id, fetch.topic)));
            }
            Err(_) => self.blame(peer, Some(&fetch.id), Offence::BadBytes),
        }
    }

    fn failed(&mut self, peer: PeerId, request: OutboundRequestId, error: &OutboundFailure) {
        let Some(pending) = self.finish(request) else { return };
        tracing::debug!(%peer, %error, "a direct request failed");
        match pending.fetch {
            None => self.metrics.dropped(Drop::NotAcknowledged),
            Some(fetch) => {
                self.metrics.dropped(Drop::NotFetched);
                self.report(&fetch.id, &peer, MessageAcceptance::Ignore);
                if matches!(error, OutboundFailure::Timeout) {
                    self.offend(peer, Offence::FalseAnnouncement);
                }
            }
        }
        if matches!(error, OutboundFailure::Io(error) if is_fault(error)) {
            self.offend(peer, Offence::BadBytes);
        }
    }
}

/// Whether an error says that the peer sent nonsense, rather than that the link broke.
fn is_fault(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}
