//! The one task that owns the swarm: what it has, its loop and its timers.
//!
//! Rules:
//! 1. Commands are always taken, so that the node never waits for a network that waits for the node.
//! 2. The network is polled only while the agreement lane has room: pressure goes back to the senders.
//! 3. All waiting is for the next deadline of peers, bans and dials; nothing runs in circles.

use crate::{
    Address, Command, Conditions, Error, Event,
    behaviour::Behaviour,
    codec::Announcement,
    dialer::Dialer,
    identity::Names,
    lanes::{Lane, Outlet},
    metrics::{Metrics, Offence, Refusal},
    network::listen_error,
    peers::{Peers, Topic},
    shelf::Shelf,
};
use futures::StreamExt;
use libp2p::{
    PeerId, Swarm, TransportError, gossipsub::MessageId, request_response::OutboundRequestId,
    swarm::SwarmEvent,
};
use std::{collections::HashMap, future, io};
use taonet_consensus::NodeId;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

/// An announced message that is being fetched.
#[derive(Debug)]
pub(crate) struct Fetch {
    pub(crate) id: MessageId,
    pub(crate) topic: Topic,
    pub(crate) announcement: Announcement,
}

/// A direct request that is not answered yet.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) peer: PeerId,
    pub(crate) bytes: usize,
    /// What is fetched; `None` for a message.
    pub(crate) fetch: Option<Fetch>,
}

/// Everything the task owns.
pub(crate) struct Task {
    pub(crate) swarm: Swarm<Behaviour>,
    pub(crate) names: Names,
    commands: mpsc::Receiver<Command>,
    pub(crate) outlet: Outlet,
    connected: watch::Sender<Vec<NodeId>>,
    links: watch::Receiver<Conditions>,
    pub(crate) peers: Peers,
    pub(crate) dialer: Dialer,
    pub(crate) shelf: Shelf,
    pub(crate) pending: HashMap<OutboundRequestId, Pending>,
    pub(crate) metrics: Metrics,
}

impl Task {
    /// A task that listens nowhere yet.
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        names: Names,
        commands: mpsc::Receiver<Command>,
        outlet: Outlet,
        (connected, links): (watch::Sender<Vec<NodeId>>, watch::Receiver<Conditions>),
        metrics: Metrics,
        peers: Peers,
    ) -> Task {
        Task {
            swarm,
            names,
            commands,
            outlet,
            connected,
            links,
            peers,
            dialer: Dialer::default(),
            shelf: Shelf::default(),
            pending: HashMap::new(),
            metrics,
        }
    }

    /// Listens on all addresses and waits until the system told the ports.
    pub(crate) async fn listen(&mut self, addresses: &[Address]) -> Result<Vec<Address>, Error> {
        let mut waiting = HashMap::new();
        for address in addresses {
            let listener = self.swarm.listen_on(address.multiaddr()).map_err(|error| match error {
                TransportError::Other(error) => listen_error(address, &error),
                other => Error::Listen { address: address.to_string(), reason: other.to_string() },
            })?;
            waiting.insert(listener, address);
        }
        let mut listening = Vec::new();
        while !waiting.is_empty() {
            match self.swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { listener_id, address } => {
                    waiting.remove(&listener_id);
                    listening.push(Address::from_multiaddr(&address)?);
                }
                SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                    let Some(address) = waiting.get(&listener_id) else { continue };
                    let error = reason.err().unwrap_or_else(|| io::ErrorKind::NotConnected.into());
                    return Err(listen_error(address, &error));
                }
                other => self.observe(other),
            }
        }
        Ok(listening)
    }

    /// Keeps a connection to `address` from now on.
    pub(crate) fn keep(&mut self, address: Address) {
        if !self.dialer.add(address.clone(), Instant::now()) {
            tracing::debug!(%address, "not added: known already, or too many addresses");
        }
    }

    /// Runs until the node drops one of its ends.
    pub(crate) async fn run(mut self) {
        while !self.outlet.is_closed() {
            self.keep_time(Instant::now());
            let has_room = self.outlet.has_room();
            let wake = self.next_wake();
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => break,
                },
                event = self.swarm.select_next_some(), if has_room => self.observe(event),
                () = self.outlet.drained() => {}
                // A link that is whole again shall not wait for the pauses that grew while it was cut.
                Ok(()) = self.links.changed() => self.dialer.hurry(Instant::now()),
                () = wake => {}
            }
        }
    }

    fn next_wake(&self) -> impl Future<Output = ()> + use<> {
        let next = self.peers.next_wake().into_iter().chain(self.dialer.next_wake()).min();
        async move {
            match next {
                Some(next) => sleep_until(next).await,
                None => future::pending().await,
            }
        }
    }

    /// Does whatever is due at `now`.
    fn keep_time(&mut self, now: Instant) {
        while let Some((peer, node, refused)) = self.peers.overdue(now) {
            if !refused {
                tracing::warn!(%node, "refused: it does not speak our protocols");
                self.metrics.refused(Refusal::Silent);
                self.dialer.refused(peer);
            }
            self.disconnect(&peer);
        }
        while let Some(peer) = self.peers.pardon(now) {
            self.swarm.behaviour_mut().banned.unblock_peer(peer);
        }
        while let Some(dial) = self.dialer.due(now, |peer| self.swarm.is_connected(peer)) {
            let connection = dial.connection_id();
            self.metrics.dials.inc();
            if let Err(error) = self.swarm.dial(dial) {
                tracing::debug!(%error, "not dialled");
                self.dialer.failed(connection, now);
            }
        }
    }

    /// Counts an offence; the last one ends the connection and bans the peer for a while. What it had sent before that
    /// is still judged, and counts no more.
    pub(crate) fn offend(&mut self, peer: PeerId, offence: Offence) {
        let now = Instant::now();
        let Some(node) = self.peers.node(&peer) else { return };
        if self.peers.is_banned(&peer) {
            return;
        }
        self.metrics.offence(offence);
        tracing::debug!(%node, ?offence, "offence");
        if !self.peers.offend(&peer, now) {
            return;
        }
        tracing::warn!(%node, ?offence, "banned for a minute: too many offences");
        self.metrics.refused(Refusal::Banned);
        self.dialer.refused(peer);
        let oldest = self.peers.ban(peer, now);
        let banned = &mut self.swarm.behaviour_mut().banned;
        banned.block_peer(peer);
        if let Some(oldest) = oldest {
            banned.unblock_peer(oldest);
        }
    }

    /// Closes all connections to a peer.
    pub(crate) fn disconnect(&mut self, peer: &PeerId) {
        // The only error is that there is no connection.
        let _ = self.swarm.disconnect_peer_id(*peer);
    }

    /// Publishes who is connected, and tells the node.
    pub(crate) fn announce(&self, event: Event) {
        let nodes = self.peers.nodes();
        self.metrics.peers.set(nodes.len() as i64);
        self.connected.send_replace(nodes);
        self.outlet.push(Lane::Agreement, event, 0);
    }
}
