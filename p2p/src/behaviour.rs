//! The protocols of a node, as one libp2p behaviour.
//!
//! Rules:
//! 1. Gossip is anonymous and names a message by the hash of its topic and bytes: one vote that arrives by many paths
//!    is one message, and messages carry their own signatures. The topic is part of the name, so that nobody can
//!    suppress a message by sending its bytes on the wrong topic first.
//! 2. Nothing is forwarded before the replica's verdict about it.
//! 3. Small messages go to all subscribed neighbours at once (flood), so that a vote needs one hop and no mesh; from
//!    there they go on along a mesh of four.
//! 4. Peers are not scored by gossip: its defaults count nodes on one address as an attack. Offences are counted by
//!    [`crate::peers`] instead.

use crate::{Error, codec::Frames, config::*, identity::Names};
use libp2p::{
    allow_block_list::{self, BlockedPeers},
    connection_limits::{self, ConnectionLimits},
    gossipsub::{
        self, IdentityTransform, MessageAuthenticity, MessageId, ValidationMode, WhitelistSubscriptionFilter,
    },
    identify,
    identity::Keypair,
    memory_connection_limits, ping, request_response,
    swarm::NetworkBehaviour,
};
use prometheus_client::registry::Registry;
use taonet_chain::{Domain, Hash};

/// Gossip that accepts subscriptions to our two topics only: peers cannot fill memory with others.
pub(crate) type Gossip = gossipsub::Behaviour<IdentityTransform, WhitelistSubscriptionFilter>;

/// All protocols of a node.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    /// Refuses offenders before anything else looks at them.
    pub(crate) banned: allow_block_list::Behaviour<BlockedPeers>,
    /// Bounds the number of connections.
    pub(crate) connections: connection_limits::Behaviour,
    /// Refuses connections while the process is too large.
    pub(crate) memory: memory_connection_limits::Behaviour,
    /// Tells which network a peer speaks for.
    pub(crate) identify: identify::Behaviour,
    /// Finds dead links.
    pub(crate) ping: ping::Behaviour,
    /// Broadcasts.
    pub(crate) gossip: Gossip,
    /// Messages to one peer.
    pub(crate) direct: request_response::Behaviour<Frames>,
}

impl Behaviour {
    /// The protocols of the node with `key` on the network of `names`.
    pub(crate) fn new(
        key: &Keypair,
        names: &Names,
        limits: &Limits,
        registry: &mut Registry,
    ) -> Result<Behaviour, Error> {
        let identify = identify::Config::new(names.network.clone(), key.public())
            .with_agent_version(concat!("taonet/", env!("CARGO_PKG_VERSION")).to_owned())
            .with_hide_listen_addrs(true)
            .with_cache_size(0);
        Ok(Behaviour {
            banned: allow_block_list::Behaviour::default(),
            connections: connection_limits::Behaviour::new(connection_limits(limits)),
            memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory_bytes),
            identify: identify::Behaviour::new(identify),
            ping: ping::Behaviour::default(),
            gossip: gossip(names, GOSSIP_FRAME_BYTES, registry)?,
            direct: direct(names, Frames::default()),
        })
    }
}

fn connection_limits(limits: &Limits) -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(HANDSHAKES))
        .with_max_pending_outgoing(Some(HANDSHAKES))
        .with_max_established(Some(limits.connections))
        .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER))
}

/// Gossip on both topics with frames up to `frame_bytes`.
pub(crate) fn gossip(names: &Names, frame_bytes: usize, registry: &mut Registry) -> Result<Gossip, Error> {
    let topics = [names.agreement.hash(), names.transactions.hash()].into_iter().collect();
    let mut gossip = Gossip::new_with_subscription_filter(
        MessageAuthenticity::Anonymous,
        gossip_config(names, frame_bytes)?,
        WhitelistSubscriptionFilter(topics),
    )
    .map_err(|error| Error::Setup(error.to_owned()))?
    .with_metrics(registry.sub_registry_with_prefix("gossipsub"), gossipsub::MetricsConfig::default());
    for topic in [&names.agreement, &names.transactions] {
        gossip.subscribe(topic).map_err(|error| Error::Setup(error.to_string()))?;
    }
    Ok(gossip)
}

fn gossip_config(names: &Names, frame_bytes: usize) -> Result<gossipsub::Config, Error> {
    gossipsub::ConfigBuilder::default()
        .protocol_id_prefix(names.gossip.clone())
        .validation_mode(ValidationMode::Anonymous)
        .message_id_fn(message_id)
        .validate_messages()
        .max_transmit_size(frame_bytes)
        .flood_publish(true)
        // These satisfy outbound_min <= low <= n <= high and 2 * outbound_min <= n, which the builder does not check.
        .mesh_outbound_min(1)
        .mesh_n_low(3)
        .mesh_n(4)
        .mesh_n_high(8)
        .gossip_lazy(3)
        .heartbeat_interval(HEARTBEAT)
        .heartbeat_initial_delay(FIRST_HEARTBEAT)
        .duplicate_cache_time(DUPLICATES)
        .history_length(HISTORY)
        .history_gossip(3)
        .connection_handler_queue_len(GOSSIP_QUEUE)
        .publish_queue_duration(GOSSIP_WAIT)
        .forward_queue_duration(GOSSIP_WAIT)
        .build()
        .map_err(|error| Error::Setup(error.to_string()))
}

fn message_id(message: &gossipsub::Message) -> MessageId {
    Hash::of_value(Domain::MESSAGE, &(message.topic.as_str(), message.data.as_slice())).0.into()
}

/// The direct protocol with frames of the given limit.
pub(crate) fn direct(names: &Names, frames: Frames) -> request_response::Behaviour<Frames> {
    let config = request_response::Config::default()
        .with_request_timeout(DIRECT_TIMEOUT)
        .with_max_concurrent_streams(DIRECT_STREAMS);
    let protocol = [(names.direct.clone(), request_response::ProtocolSupport::Full)];
    request_response::Behaviour::with_codec(frames, protocol, config)
}
