//! Who is connected, who has shown that it belongs here, and who may not come back for a while.
//!
//! Rules:
//! 1. A peer is *admitted* once it spoke one of our protocols: their names carry the network, so that only our own can.
//!    It counts as connected from then on. A peer that did not within [`HANDSHAKE_TIME`] is turned away.
//! 2. Each offence counts; one is forgiven per [`FORGIVE_AFTER`]. At [`OFFENCES`] the peer is banned for [`BAN_TIME`].
//! 3. Messages of no use are nobody's fault one by one; too many of them at once are an offence (see
//!    [`Limits::useless`]).
//! 4. Direct messages waiting for a peer are counted, so that one that does not read cannot fill memory.

use crate::{config::*, lanes::Lane};
use libp2p::PeerId;
use std::collections::{HashMap, VecDeque};
use taonet_consensus::{Message, NodeId};
use tokio::time::Instant;

/// The two topics a peer must take part in before broadcasts are sure to reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Votes, proposals, status.
    Agreement,
    /// Transactions.
    Transactions,
}

impl Topic {
    /// Where a message is broadcast; `None` for what is between two neighbours.
    pub(crate) fn of(message: &Message) -> Option<Topic> {
        match Lane::of(message) {
            _ if !message.is_gossip() => None,
            Lane::Agreement | Lane::Sync => Some(Topic::Agreement),
            Lane::Transactions => Some(Topic::Transactions),
        }
    }
}

#[derive(Debug)]
struct Peer {
    node: NodeId,
    admitted: bool,
    subscribed: [bool; 2],
    /// When it is turned away, unless it is admitted before.
    deadline: Option<Instant>,
    refused: bool,
    offences: u32,
    last_offence: Instant,
    /// Useless messages not forgotten yet, and as of when.
    useless: u32,
    last_useless: Instant,
    waiting: usize,
    waiting_bytes: usize,
}

/// All peers with a connection, and those that are banned.
#[derive(Debug)]
pub(crate) struct Peers {
    connected: HashMap<PeerId, Peer>,
    bans: VecDeque<(PeerId, Instant)>,
    useless: u32,
}

impl Peers {
    /// Nobody, with these limits for whoever comes.
    pub(crate) fn new(limits: &Limits) -> Peers {
        Peers { connected: HashMap::new(), bans: VecDeque::new(), useless: limits.useless }
    }

    /// Notes the first connection to a peer.
    pub(crate) fn opened(&mut self, id: PeerId, node: NodeId, now: Instant) {
        self.connected.entry(id).or_insert(Peer {
            node,
            admitted: false,
            subscribed: [false; 2],
            deadline: Some(now + HANDSHAKE_TIME),
            refused: false,
            offences: 0,
            last_offence: now,
            useless: 0,
            last_useless: now,
            waiting: 0,
            waiting_bytes: 0,
        });
    }

    /// Notes that the last connection to a peer is gone. The node, if it was admitted.
    pub(crate) fn closed(&mut self, id: &PeerId) -> Option<NodeId> {
        self.connected.remove(id).filter(|peer| peer.admitted).map(|peer| peer.node)
    }

    /// Admits a peer that spoke one of our protocols. The node, if this is news.
    pub(crate) fn admit(&mut self, id: &PeerId) -> Option<NodeId> {
        let peer = self.connected.get_mut(id).filter(|peer| !peer.admitted && !peer.refused)?;
        peer.admitted = true;
        peer.deadline = None;
        Some(peer.node)
    }

    /// Notes a subscription. Whether the peer now takes part in both topics.
    pub(crate) fn subscribed(&mut self, id: &PeerId, topic: Topic) -> bool {
        let Some(peer) = self.connected.get_mut(id) else { return false };
        peer.subscribed[topic as usize] = true;
        peer.subscribed == [true; 2]
    }

    /// Marks a peer of another network; it is turned away after [`REFUSAL_GRACE`]. The node, if this is news.
    pub(crate) fn refuse(&mut self, id: &PeerId, now: Instant) -> Option<NodeId> {
        let peer = self.connected.get_mut(id).filter(|peer| !peer.refused)?;
        peer.refused = true;
        peer.deadline = Some(now + REFUSAL_GRACE);
        Some(peer.node)
    }

    /// Counts an offence. Whether it was one too many.
    pub(crate) fn offend(&mut self, id: &PeerId, now: Instant) -> bool {
        let Some(peer) = self.connected.get_mut(id) else { return false };
        let forgiven = (now - peer.last_offence).as_secs() / FORGIVE_AFTER.as_secs();
        let left = peer.offences.saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX));
        peer.offences = left + 1;
        peer.last_offence = now;
        peer.offences >= OFFENCES
    }

    /// Counts a useless message. Whether it was one too many; then counting starts again.
    pub(crate) fn useless(&mut self, id: &PeerId, now: Instant) -> bool {
        let Some(peer) = self.connected.get_mut(id) else { return false };
        let per_second = f64::from(self.useless) / 4.0;
        let forgotten = ((now - peer.last_useless).as_secs_f64() * per_second) as u32;
        if forgotten > 0 {
            peer.useless = peer.useless.saturating_sub(forgotten);
            peer.last_useless = now;
        }
        peer.useless += 1;
        let too_many = peer.useless > self.useless;
        if too_many {
            peer.useless = 0;
        }
        too_many
    }

    /// Bans a peer. The peer whose ban gives way, if the list is full.
    pub(crate) fn ban(&mut self, id: PeerId, now: Instant) -> Option<PeerId> {
        let oldest = if self.bans.len() >= BANS { self.bans.pop_front() } else { None };
        self.bans.push_back((id, now + BAN_TIME));
        oldest.map(|(id, _)| id)
    }

    /// Whether a peer is banned; its last connection may not be closed yet.
    pub(crate) fn is_banned(&self, id: &PeerId) -> bool {
        self.bans.iter().any(|(banned, _)| banned == id)
    }

    /// Takes a ban that is over.
    pub(crate) fn pardon(&mut self, now: Instant) -> Option<PeerId> {
        let over = self.bans.front().is_some_and(|(_, until)| *until <= now);
        if over { self.bans.pop_front().map(|(id, _)| id) } else { None }
    }

    /// Takes a peer whose time to be admitted is over; `true`: it was refused before.
    pub(crate) fn overdue(&mut self, now: Instant) -> Option<(PeerId, NodeId, bool)> {
        let mut peers = self.connected.iter_mut();
        let (id, peer) = peers.find(|(_, peer)| peer.deadline.is_some_and(|deadline| deadline <= now))?;
        peer.deadline = None;
        Some((*id, peer.node, peer.refused))
    }

    /// When something here has to happen next.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let deadlines = self.connected.values().filter_map(|peer| peer.deadline);
        deadlines.chain(self.bans.front().map(|(_, until)| *until)).min()
    }

    /// Takes room for a direct message to an admitted peer. `false`: too much is waiting already.
    pub(crate) fn reserve(&mut self, id: &PeerId, bytes: usize) -> bool {
        let Some(peer) = self.connected.get_mut(id) else { return false };
        let fits = peer.waiting < DIRECT_WAITING && peer.waiting_bytes + bytes <= DIRECT_WAITING_BYTES;
        if fits {
            peer.waiting += 1;
            peer.waiting_bytes += bytes;
        }
        fits
    }

    /// Gives the room of a direct message back. A peer that went and came again starts from zero.
    pub(crate) fn release(&mut self, id: &PeerId, bytes: usize) {
        if let Some(peer) = self.connected.get_mut(id) {
            peer.waiting = peer.waiting.saturating_sub(1);
            peer.waiting_bytes = peer.waiting_bytes.saturating_sub(bytes);
        }
    }

    /// The node of a connected peer.
    pub(crate) fn node(&self, id: &PeerId) -> Option<NodeId> {
        self.connected.get(id).map(|peer| peer.node)
    }

    /// Whether a peer is admitted.
    pub(crate) fn is_admitted(&self, id: &PeerId) -> bool {
        self.connected.get(id).is_some_and(|peer| peer.admitted)
    }

    /// The admitted nodes, in order.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        let mut nodes: Vec<_> =
            self.connected.values().filter(|peer| peer.admitted).map(|peer| peer.node).collect();
        nodes.sort_unstable();
        nodes
    }
}

#[cfg(test)]
mod tests;
