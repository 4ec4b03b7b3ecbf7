//! The node's commands.
//!
//! Rules:
//! 1. Nothing is answered. What cannot be done now is dropped and counted: a message that waits for a peer to come back
//!    would be out of date when it comes.
//! 2. A broadcast above [`GOSSIP_BYTES`] goes to the shelf, and its announcement to everybody.

use crate::{
    Command, GossipId,
    codec::{self, Announcement, Request},
    config::GOSSIP_BYTES,
    identity,
    lanes::Lane,
    metrics::{Drop, Offence},
    peers::Topic,
    task::{Pending, Task},
};
use libp2p::gossipsub::{MessageAcceptance, PublishError};
use taonet_consensus::{MAX_MESSAGE_BYTES, Message, NodeId, Verdict};
use tokio::time::Instant;

impl Task {
    /// Does what the node wants.
    pub(crate) fn obey(&mut self, command: Command) {
        match command {
            Command::Broadcast(message) => self.broadcast(&message),
            Command::Send { to, message } => self.send(&to, &message),
            Command::Verdict { from, id, verdict } => self.judge(&from, id, verdict),
            Command::Penalty { peer, offence } => self.judge(&peer, None, Verdict::Reject(offence)),
            Command::Dial(address) => self.keep(address),
            Command::Disconnect(node) => {
                if let Some(peer) = identity::peer_id(&node) {
                    self.disconnect(&peer);
                }
            }
        }
    }

    /// The bytes of our own message, unless it is too long to send.
    fn encode(&self, message: &Message) -> Option<Vec<u8>> {
        let bytes = message.encode();
        if bytes.len() > MAX_MESSAGE_BYTES {
            tracing::error!(
                bytes = bytes.len(),
                limit = MAX_MESSAGE_BYTES,
                "not sent: the message is too long"
            );
            self.metrics.dropped(Drop::TooLong);
            return None;
        }
        Some(bytes)
    }

    fn broadcast(&mut self, message: &Message) {
        let topic = match Topic::of(message) {
            Some(Topic::Agreement) => self.names.agreement.hash(),
            Some(Topic::Transactions) => self.names.transactions.hash(),
            None => return tracing::error!("not broadcast: the message is for one neighbour only"),
        };
        let Some(bytes) = self.encode(message) else { return };
        let lane = Lane::of(message);
        self.metrics.sent(lane, bytes.len());
        let payload = if bytes.len() <= GOSSIP_BYTES {
            codec::inline(&bytes)
        } else {
            let announcement = Announcement::of(&bytes);
            self.shelf.put(announcement.hash, bytes);
            announcement.payload()
        };
        match self.swarm.behaviour_mut().gossip.publish(topic, payload) {
            // Said or heard already: everybody has it or will.
            Ok(_) | Err(PublishError::Duplicate) => {}
            Err(PublishError::NoPeersSubscribedToTopic) => self.metrics.dropped(Drop::Alone),
            Err(PublishError::AllQueuesFull(_)) => self.metrics.dropped(Drop::Slow),
            Err(error) => {
                tracing::error!(%error, "not broadcast");
                self.metrics.dropped(Drop::TooLong);
            }
        }
    }

    fn send(&mut self, to: &NodeId, message: &Message) {
        let peer = identity::peer_id(to).filter(|peer| self.peers.is_admitted(peer));
        let Some(peer) = peer else {
            tracing::debug!(node = %to, "not sent: not connected");
            return self.metrics.dropped(Drop::NotConnected);
        };
        let Some(bytes) = self.encode(message) else { return };
        if !self.peers.reserve(&peer, bytes.len()) {
            tracing::debug!(node = %to, "not sent: too much is waiting for it");
            return self.metrics.dropped(Drop::Slow);
        }
        self.metrics.sent(Lane::of(message), bytes.len());
        let pending = Pending { peer, bytes: bytes.len(), fetch: None };
        let request = self.swarm.behaviour_mut().direct.send_request(&peer, Ok(Request::Message(bytes)));
        self.pending.insert(request, pending);
    }

    fn judge(&mut self, from: &NodeId, id: Option<GossipId>, verdict: Verdict) {
        let Some(peer) = identity::peer_id(from) else { return };
        let acceptance = match verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject(_) => MessageAcceptance::Reject,
        };
        if let Some(GossipId(id)) = id {
            self.report(&id, &peer, acceptance);
        }
        match verdict {
            Verdict::Accept => {}
            Verdict::Ignore if self.peers.useless(&peer, Instant::now()) => {
                self.offend(peer, Offence::Useless);
            }
            Verdict::Ignore => {}
            Verdict::Reject(offence) => {
                tracing::debug!(node = %from, %offence, "rejected");
                self.offend(peer, Offence::Rejected);
            }
        }
    }
}
