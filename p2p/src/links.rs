//! Connections: who comes, who belongs to another network, who goes.
//!
//! Rules:
//! 1. A peer of another network is refused, with the reason in the log, in an event and in the counters.
//! 2. A link whose pings are not answered is closed; the dialer takes it from there.

use crate::{Event, behaviour::BehaviourEvent, identity, lanes::Lane, metrics::Refusal, task::Task};
use libp2p::{
    PeerId, identify,
    metrics::Recorder,
    ping,
    swarm::{ConnectionError, DialError, SwarmEvent},
};
use tokio::time::Instant;

/// At most this much of another network's name is shown.
const SHOWN_NAME: usize = 120;

impl Task {
    /// Handles one event of the swarm.
    pub(crate) fn observe(&mut self, event: SwarmEvent<BehaviourEvent>) {
        self.metrics.libp2p.record(&event);
        match event {
            SwarmEvent::Behaviour(event) => self.observe_behaviour(event),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, .. } => {
                self.dialer.connected(connection_id, peer_id);
                self.opened(peer_id);
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, cause, .. } => {
                self.closed(peer_id, cause);
            }
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                error: DialError::LocalPeerId { .. },
                ..
            } => {
                self.dialer.forget(connection_id);
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                if let Some(address) = self.dialer.failed(connection_id, Instant::now()) {
                    tracing::debug!(%address, %error, "peer not reached");
                }
            }
            SwarmEvent::IncomingConnectionError { error, .. } => tracing::debug!(%error, "no connection"),
            SwarmEvent::ListenerClosed { addresses, reason, .. } => {
                tracing::error!(?addresses, ?reason, "no longer listening");
            }
            SwarmEvent::ListenerError { error, .. } => {
                tracing::warn!(%error, "a connection could not be taken");
            }
            _ => {}
        }
    }

    fn observe_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Gossip(event) => {
                self.metrics.libp2p.record(&event);
                self.observe_gossip(event);
            }
            BehaviourEvent::Direct(event) => self.observe_direct(event),
            BehaviourEvent::Identify(event) => {
                self.metrics.libp2p.record(&event);
                if let identify::Event::Received { peer_id, info, .. } = event {
                    self.identified(peer_id, &info.protocol_version);
                }
            }
            BehaviourEvent::Ping(event) => {
                self.metrics.libp2p.record(&event);
                if let Err(ping::Failure::Timeout) = event.result {
                    self.swarm.close_connection(event.connection);
                }
            }
        }
    }

    fn opened(&mut self, peer: PeerId) {
        match identity::node_id(&peer) {
            Some(node) => self.peers.opened(peer, node, Instant::now()),
            None => {
                tracing::warn!(%peer, "refused: its key is not ed25519");
                self.metrics.refused(Refusal::OtherKey);
                self.disconnect(&peer);
            }
        }
    }

    fn closed(&mut self, peer: PeerId, cause: Option<ConnectionError>) {
        self.dialer.lost(peer, Instant::now());
        if let Some(node) = self.peers.closed(&peer) {
            tracing::info!(%node, ?cause, "disconnected");
            self.announce(Event::Disconnected(node));
        }
    }

    /// A peer spoke one of our protocols.
    pub(crate) fn admit(&mut self, peer: PeerId) {
        if let Some(node) = self.peers.admit(&peer) {
            tracing::info!(%node, "connected");
            self.dialer.admitted(peer);
            self.announce(Event::Connected(node));
        }
    }

    fn identified(&mut self, peer: PeerId, network: &str) {
        if network == self.names.network {
            return;
        }
        let Some(node) = self.peers.refuse(&peer, Instant::now()) else { return };
        let theirs: String = network.chars().take(SHOWN_NAME).flat_map(char::escape_debug).collect();
        let ours = &self.names.network;
        tracing::warn!(%node, %theirs, %ours, "refused: it belongs to another network");
        self.metrics.refused(Refusal::OtherNetwork);
        self.dialer.refused(peer);
        self.outlet.push(Lane::Agreement, Event::Refused { node, network: theirs }, 0);
    }
}
