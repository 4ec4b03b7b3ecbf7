//! What a network needs to start, and every bound it keeps.
//!
//! Rules:
//! 1. Whatever an outsider can fill has a named bound here, with its reason.
//! 2. Times and sizes are chosen for 2 to 32 nodes on one computer; they are local, so nodes may differ in them.

use crate::{Address, Conditions};
use std::time::Duration;
use taonet_chain::Keypair;
use taonet_consensus::MAX_MESSAGE_BYTES;

/// What [`spawn`](crate::spawn) needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The key of this node. Its account is the node's id on the network.
    pub key: Keypair,
    /// The network it belongs to: part of every protocol name, so that others are refused.
    pub network: taonet_chain::Network,
    /// Where to listen; port 0 takes any free port. Usually one TCP and one QUIC address.
    pub listen: Vec<Address>,
    /// Peers to stay connected to. They are dialled again, with growing pauses, whenever they are gone.
    pub peers: Vec<Address>,
    /// How much others may take.
    pub limits: Limits,
    /// Faults on purpose, in force before the first connection; none by default.
    pub conditions: Conditions,
}

/// How much others may take from this node.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Established connections, in both directions together.
    pub connections: u32,
    /// Resident memory of this process, in bytes, above which no new connection is taken.
    pub memory_bytes: usize,
    /// Messages of one peer, good but of no use, that are borne at once; a quarter of it is forgotten per second. Each
    /// time it is used up is an offence.
    pub useless: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connections: 128, memory_bytes: 1 << 30, useless: USELESS }
    }
}

/// Commands that may wait for the task; a fast caller waits, it does not fill memory.
pub(crate) const COMMAND_QUEUE: usize = 1024;

/// A message up to this size travels inside gossip; a longer one is announced and fetched, because gossip copies its
/// bytes once for every neighbour.
pub(crate) const GOSSIP_BYTES: usize = 256 * 1024;

/// Gossip limits whole frames, not messages: room for what surrounds the longest message.
pub(crate) const GOSSIP_FRAME_BYTES: usize = GOSSIP_BYTES + 4096;

/// The longest frame of a request or an answer: the longest message and its tag.
pub(crate) const DIRECT_FRAME_BYTES: usize = MAX_MESSAGE_BYTES + 64;

/// Direct requests in progress per connection, both directions together: each may hold a whole frame in memory.
pub(crate) const DIRECT_STREAMS: usize = 16;

/// A direct request that takes longer has failed.
pub(crate) const DIRECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Direct messages that may wait for one peer: a peer that does not read costs no more than this.
pub(crate) const DIRECT_WAITING: usize = 256;

/// Bytes of direct messages that may wait for one peer.
pub(crate) const DIRECT_WAITING_BYTES: usize = 4 * MAX_MESSAGE_BYTES;

/// Announced bodies being fetched at the same time, from all peers together: each may be as long as a message.
pub(crate) const FETCHES: usize = 16;

/// Of these, from one peer: it must not keep the others from being heard.
pub(crate) const FETCHES_PER_PEER: usize = 4;

/// Bytes of announced bodies kept for others to fetch; the oldest give way.
pub(crate) const SHELF_BYTES: usize = 4 * MAX_MESSAGE_BYTES;

/// A peer has this long to show that it speaks for the same network.
pub(crate) const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// A refused peer stays connected this long, so that it learns the reason as well.
pub(crate) const REFUSAL_GRACE: Duration = Duration::from_millis(200);

/// So many offences in a row end the connection and start a ban.
pub(crate) const OFFENCES: u32 = 8;

/// Useless messages that are borne at once. An honest neighbour passes on only what its own replica took, so little of
/// it is of no use: votes that came too late, transactions that find this mempool fuller than its own. A quarter of
/// this per second is as many transactions as a network here sustains.
pub(crate) const USELESS: u32 = 16_384;

/// One offence is forgiven after this long without another.
pub(crate) const FORGIVE_AFTER: Duration = Duration::from_secs(10);

/// How long an offender is kept out.
pub(crate) const BAN_TIME: Duration = Duration::from_secs(60);

/// Bans remembered; the oldest give way. New keys are free, so the list alone must not grow.
pub(crate) const BANS: usize = 256;

/// Addresses that are dialled again and again, from the configuration and from commands together.
pub(crate) const TARGETS: usize = 256;

/// The pause before the first new attempt to reach a peer; it doubles up to [`LAST_RETRY`].
pub(crate) const FIRST_RETRY: Duration = Duration::from_millis(50);

/// The longest pause between attempts to reach a peer.
pub(crate) const LAST_RETRY: Duration = Duration::from_secs(2);

/// The pause after a peer turned out to be of another network or was banned.
pub(crate) const REFUSED_RETRY: Duration = Duration::from_secs(30);

/// Connections to one peer: both sides may dial at once, over TCP and over QUIC.
pub(crate) const CONNECTIONS_PER_PEER: u32 = 4;

/// Connections whose handshake is in progress, per direction: a handshake costs a signature.
pub(crate) const HANDSHAKES: u32 = 64;

/// Streams per TCP connection; the protocols here need about twenty.
pub(crate) const STREAMS: usize = 64;

/// Gossip waiting for one peer. Each message also leaves after [`GOSSIP_WAIT`].
pub(crate) const GOSSIP_QUEUE: usize = 2048;

/// Gossip that could not be sent for this long is dropped: it is repaired by `Status` messages.
pub(crate) const GOSSIP_WAIT: Duration = Duration::from_secs(5);

/// Gossip's housekeeping.
pub(crate) const HEARTBEAT: Duration = Duration::from_millis(500);

/// A new node must not wait for its first neighbours.
pub(crate) const FIRST_HEARTBEAT: Duration = Duration::from_millis(100);

/// Heartbeats for which gossip remembers a message; a later verdict forwards nothing.
pub(crate) const HISTORY: usize = 10;

/// How long gossip knows a message as seen. Longer than a message can travel: it is offered to others for [`HISTORY`]
/// heartbeats and waits [`GOSSIP_WAIT`] in a queue, ten seconds together; direct fetches take [`DIRECT_TIMEOUT`]. Under
/// load every second more keeps thousands of names, and the library's default is a minute.
pub(crate) const DUPLICATES: Duration = Duration::from_secs(15);

/// Connections are closed for a reason, never for being quiet.
pub(crate) const IDLE_TIME: Duration = Duration::from_secs(365 * 24 * 3600);
