//! What is counted, for the Prometheus page.
//!
//! libp2p counts its connections, gossip and pings under `libp2p_*` and `gossipsub_*`; what this crate decides itself
//! is counted under `taonet_p2p_*`. Every label has a fixed set of values: nothing a peer says becomes a label.

use crate::lanes::Lane;
use libp2p::metrics as libp2p_metrics;
use prometheus_client::{
    encoding::EncodeLabelValue,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// Why something was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Drop {
    /// The lane of received sync messages was full.
    SyncLane,
    /// The lane of received transactions was full.
    TransactionLane,
    /// Nobody is there to take a broadcast.
    Alone,
    /// The queues to all peers, or to the one peer, were full.
    Slow,
    /// The recipient is not connected.
    NotConnected,
    /// A direct message was not acknowledged.
    NotAcknowledged,
    /// Our own message is longer than a message may be.
    TooLong,
    /// An announced message could not be fetched.
    NotFetched,
}

/// What a peer did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Offence {
    /// Bytes that are no message, or more of them than allowed.
    BadBytes,
    /// A message on a topic where it does not belong.
    WrongTopic,
    /// A message that the replica rejected.
    Rejected,
    /// It announced a message and gave something else.
    FalseAnnouncement,
    /// It sent too much that was of no use.
    Useless,
}

/// Why a peer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Refusal {
    /// It belongs to another network.
    OtherNetwork,
    /// It did not speak our protocols in time.
    Silent,
    /// It has no ed25519 key.
    OtherKey,
    /// It offended too often.
    Banned,
}

/// Counters by one label.
type By<T> = Family<[(&'static str, T); 1], Counter>;

/// The counters of one network.
pub(crate) struct Metrics {
    /// What libp2p counts.
    pub(crate) libp2p: libp2p_metrics::Metrics,
    /// Connected peers of this network.
    pub(crate) peers: Gauge,
    /// Attempts to reach a configured peer.
    pub(crate) dials: Counter,
    received: By<Lane>,
    received_bytes: By<Lane>,
    sent_bytes: By<Lane>,
    dropped: By<Drop>,
    offences: By<Offence>,
    refused: By<Refusal>,
}

impl Metrics {
    /// Counters that are shown by `registry`.
    pub(crate) fn new(registry: &mut Registry) -> Metrics {
        let metrics = Metrics {
            libp2p: libp2p_metrics::Metrics::new(registry),
            peers: Gauge::default(),
            dials: Counter::default(),
            received: Family::default(),
            received_bytes: Family::default(),
            sent_bytes: Family::default(),
            dropped: Family::default(),
            offences: Family::default(),
            refused: Family::default(),
        };
        let own = registry.sub_registry_with_prefix("taonet_p2p");
        own.register("peers", "Connected peers of this network", metrics.peers.clone());
        own.register("dials", "Attempts to reach a configured peer", metrics.dials.clone());
        own.register("received", "Messages handed to the node", metrics.received.clone());
        own.register(
            "received_bytes",
            "Bytes of messages handed to the node",
            metrics.received_bytes.clone(),
        );
        own.register("sent_bytes", "Bytes of messages given to libp2p", metrics.sent_bytes.clone());
        own.register("dropped", "Messages that were not delivered", metrics.dropped.clone());
        own.register("offences", "What peers did wrong", metrics.offences.clone());
        own.register("refused", "Peers that were turned away", metrics.refused.clone());
        metrics
    }

    /// Counts a message handed to the node.
    pub(crate) fn received(&self, lane: Lane, bytes: usize) {
        self.received.get_or_create(&[("lane", lane)]).inc();
        self.received_bytes.get_or_create(&[("lane", lane)]).inc_by(bytes as u64);
    }

    /// Counts a message given to libp2p.
    pub(crate) fn sent(&self, lane: Lane, bytes: usize) {
        self.sent_bytes.get_or_create(&[("lane", lane)]).inc_by(bytes as u64);
    }

    /// Counts a message that was not delivered.
    pub(crate) fn dropped(&self, reason: Drop) {
        self.dropped.get_or_create(&[("reason", reason)]).inc();
    }

    /// Counts an offence.
    pub(crate) fn offence(&self, reason: Offence) {
        self.offences.get_or_create(&[("reason", reason)]).inc();
    }

    /// Counts a peer turned away.
    pub(crate) fn refused(&self, reason: Refusal) {
        self.refused.get_or_create(&[("reason", reason)]).inc();
    }
}
