//! The interface: commands in, events out, and how a network starts.

use crate::{
    Address, Config, Error, Events, Links,
    behaviour::Behaviour,
    config::{COMMAND_QUEUE, IDLE_TIME},
    identity::{self, Names},
    lanes::lanes,
    metrics::Metrics,
    peers::Peers,
    task::Task,
    transport,
};
use libp2p::{Swarm, gossipsub::MessageId, swarm};
use prometheus_client::registry::Registry;
use taonet_consensus::{Message, NodeId, Offence, Verdict};
use tokio::{
    net::{TcpSocket, UdpSocket},
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// A running network. It ends when `events` or all senders of `commands` are dropped.
pub struct Network {
    /// What the node wants. The queue is bounded: a sender waits while it is full.
    pub commands: mpsc::Sender<Command>,
    /// What the node should know, the most urgent first.
    pub events: Events,
    /// The connected nodes of this network, in order.
    pub peers: watch::Receiver<Vec<NodeId>>,
    /// Where this node listens, with the ports the system chose.
    pub listening: Vec<Address>,
    /// What this node does to its links, to be changed at any time.
    pub links: Links,
    /// Ends when the network has ended and its ports are free.
    pub task: JoinHandle<()>,
}

impl Network {
    /// Ends the network and waits until its connections are closed and its ports are free.
    pub async fn stop(self) {
        drop(self.commands);
        drop(self.events);
        // The task can only be joined; if it panicked, the panic is already in the log.
        let _ = self.task.await;
    }
}

/// What the node wants from the network. Nothing is answered: what cannot be done is counted, and repaired by the
/// replica's `Status` messages.
#[derive(Clone, Debug)]
pub enum Command {
    /// Send a transaction, proposal or vote to everybody. Saying the same thing twice within a minute does nothing.
    Broadcast(Message),
    /// Send a message to one connected node.
    Send {
        /// The recipient.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// What the replica thinks of a message. Every message received with an `id` needs a verdict within five seconds:
    /// gossip forwards nothing before it, and then forgets. A rejection is an offence of the neighbour.
    Verdict {
        /// The neighbour the message came from.
        from: NodeId,
        /// The id with which it was received.
        id: Option<GossipId>,
        /// Forward it, drop it, or blame the neighbour.
        verdict: Verdict,
    },
    /// A peer turned out to have misbehaved.
    Penalty {
        /// The peer.
        peer: NodeId,
        /// What it did.
        offence: Offence,
    },
    /// Keep a connection to this address from now on.
    Dial(Address),
    /// Close all connections to a node. A configured peer is dialled again.
    Disconnect(NodeId),
}

/// What the node should know.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly every event is a message")]
pub enum Event {
    /// A node of this network is connected: broadcasts and direct messages reach it.
    Connected(NodeId),
    /// It is gone.
    Disconnected(NodeId),
    /// A message arrived.
    Received {
        /// The neighbour it came from: for gossip not necessarily its author.
        from: NodeId,
        /// The message: decoded, and nothing else checked.
        message: Message,
        /// Its id if it came by gossip, for the verdict.
        id: Option<GossipId>,
    },
    /// A peer of another network was turned away.
    Refused {
        /// The peer.
        node: NodeId,
        /// The network it named, as printable text of bounded length.
        network: String,
    },
}

/// The id of a message that came by gossip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GossipId(pub(crate) MessageId);

/// Starts a network: listens on all addresses of `config` and begins to dial its peers. Counters go into `registry`.
///
/// Errors: an address that is taken or cannot be listened on, and an unusable key. Peers that cannot be reached are
/// no error; they are tried again.
///
/// # Errors
/// A port is taken, an address, a link or the key makes no sense, or the transport cannot be set up.
pub async fn spawn(config: Config, registry: &mut Registry) -> Result<Network, Error> {
    let key = identity::keypair(&config.key)?;
    let names = Names::of(&config.network)?;
    let metrics = Metrics::new(registry);
    let links = Links::new(config.conditions)?;
    let behaviour = Behaviour::new(&key, &names, &config.limits, registry)?;
    let swarm_config = swarm::Config::with_tokio_executor().with_idle_connection_timeout(IDLE_TIME);
    let transport = transport::build(&key, &links)?;
    let swarm = Swarm::new(transport, behaviour, key.public().to_peer_id(), swarm_config);

    let (commands, inbox) = mpsc::channel(COMMAND_QUEUE);
    let (outlet, events) = lanes();
    let (connected, peers) = watch::channel(Vec::new());
    let mut task = Task::new(
        swarm,
        names,
        inbox,
        outlet,
        (connected, links.watch()),
        metrics,
        Peers::new(&config.limits),
    );
    for address in &config.listen {
        check_free(address).await?;
    }
    let listening = task.listen(&config.listen).await?;
    for address in config.peers {
        task.keep(address);
    }
    let task = tokio::spawn(task.run());
    Ok(Network { commands, events, peers, listening, links, task })
}

/// libp2p shares its listening ports (`SO_REUSEPORT`), so that a second process on a taken port would start and get
/// half of the connections. Binding without sharing tells; the port is free again at once.
async fn check_free(address: &Address) -> Result<(), Error> {
    let socket = address.socket();
    let bound = if address.is_quic() { UdpSocket::bind(socket).await.map(drop) } else { bind_tcp(address) };
    bound.map_err(|error| listen_error(address, &error))
}

fn bind_tcp(address: &Address) -> std::io::Result<()> {
    let socket = if address.socket().is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Connections of the last process on this port may still linger; they are no obstacle to listening.
    socket.set_reuseaddr(true)?;
    socket.bind(address.socket())
}

/// Names what keeps this node from listening.
pub(crate) fn listen_error(address: &Address, error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return Error::PortTaken { address: address.to_string() };
    }
    Error::Listen { address: address.to_string(), reason: error.to_string() }
}
