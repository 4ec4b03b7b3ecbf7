//! Keeping the connections to configured peers.
//!
//! Rules:
//! 1. A target is an address that should always be connected: it waits, is being dialled, or is connected.
//! 2. After each failure the pause doubles, from [`FIRST_RETRY`] to [`LAST_RETRY`]; being admitted by the peer resets
//!    it. A peer that turned out to be of another network is tried again after [`REFUSED_RETRY`].
//! 3. An address of which the node is known is not dialled while that node is connected by any way.

use crate::{Address, config::*, identity};
use libp2p::{
    PeerId,
    swarm::{
        ConnectionId,
        dial_opts::{DialOpts, PeerCondition},
    },
};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting(Instant),
    Dialling(ConnectionId),
    Connected(PeerId),
}

#[derive(Debug)]
struct Target {
    address: Address,
    /// The peer that must be there, or that was there last.
    peer: Option<PeerId>,
    state: State,
    pause: Duration,
}

impl Target {
    fn wait(&mut self, now: Instant) {
        self.state = State::Waiting(now + self.pause);
        self.pause = (self.pause * 2).min(LAST_RETRY);
    }

    fn dial(&self) -> DialOpts {
        let address = self.address.multiaddr();
        // A fresh local port for each attempt: the listening port may still be tied up by the last connection.
        match self.address.node().and(self.peer) {
            Some(peer) => DialOpts::peer_id(peer)
                .condition(PeerCondition::DisconnectedAndNotDialing)
                .addresses(vec![address])
                .allocate_new_port()
                .build(),
            None => DialOpts::unknown_peer_id().address(address).allocate_new_port().build(),
        }
    }
}

/// All targets.
#[derive(Debug, Default)]
pub(crate) struct Dialer {
    targets: Vec<Target>,
}

impl Dialer {
    /// Adds a target. `false`: it is there already, or there are [`TARGETS`].
    pub(crate) fn add(&mut self, address: Address, now: Instant) -> bool {
        let known = self.targets.iter().any(|target| target.address == address);
        if known || self.targets.len() >= TARGETS {
            return false;
        }
        let peer = address.node().as_ref().and_then(identity::peer_id);
        self.targets.push(Target { address, peer, state: State::Waiting(now), pause: FIRST_RETRY });
        true
    }

    /// Takes a target whose time has come: what to dial. The caller reports how that went.
    pub(crate) fn due(&mut self, now: Instant, is_connected: impl Fn(&PeerId) -> bool) -> Option<DialOpts> {
        for target in &mut self.targets {
            let State::Waiting(at) = target.state else { continue };
            if at > now {
                continue;
            }
            if let Some(peer) = target.peer.filter(&is_connected) {
                target.state = State::Connected(peer);
                continue;
            }
            let dial = target.dial();
            target.state = State::Dialling(dial.connection_id());
            return Some(dial);
        }
        None
    }

    /// Notes a new connection, whoever began it.
    pub(crate) fn connected(&mut self, connection: ConnectionId, peer: PeerId) {
        for target in &mut self.targets {
            if target.state == State::Dialling(connection) {
                target.peer = Some(peer);
                target.state = State::Connected(peer);
            }
        }
    }

    /// Notes that a peer belongs to this network.
    pub(crate) fn admitted(&mut self, peer: PeerId) {
        for target in self.targets.iter_mut().filter(|target| target.peer == Some(peer)) {
            target.pause = FIRST_RETRY;
        }
    }

    /// Notes that a peer is not welcome: the next attempt comes late.
    pub(crate) fn refused(&mut self, peer: PeerId) {
        for target in self.targets.iter_mut().filter(|target| target.peer == Some(peer)) {
            target.pause = REFUSED_RETRY;
        }
    }

    /// Notes an attempt that failed. The address, for the log.
    pub(crate) fn failed(&mut self, connection: ConnectionId, now: Instant) -> Option<&Address> {
        let target = self.targets.iter_mut().find(|target| target.state == State::Dialling(connection))?;
        target.wait(now);
        Some(&target.address)
    }

    /// Notes that the last connection to a peer is gone.
    pub(crate) fn lost(&mut self, peer: PeerId, now: Instant) {
        for target in &mut self.targets {
            if target.state == State::Connected(peer) {
                target.wait(now);
            }
        }
    }

    /// Forgets the targets at an address: ourselves.
    pub(crate) fn forget(&mut self, connection: ConnectionId) {
        self.targets.retain(|target| target.state != State::Dialling(connection));
    }

    /// Tries all targets again at once, with short pauses.
    pub(crate) fn hurry(&mut self, now: Instant) {
        for target in &mut self.targets {
            target.pause = FIRST_RETRY;
            if let State::Waiting(at) = &mut target.state {
                *at = now.min(*at);
            }
        }
    }

    /// When the next attempt is due.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let waiting = self.targets.iter().filter_map(|target| match target.state {
            State::Waiting(at) => Some(at),
            _ => None,
        });
        waiting.min()
    }
}

#[cfg(test)]
mod tests;
