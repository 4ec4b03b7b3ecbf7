//! Everything that goes into a replica, and everything that comes out.
//!
//! Rules for whoever drives a replica:
//! 1. Call [`Replica::step`](crate::Replica::step) with one [`Incoming`] at a time and do what comes out, in order,
//!    before or after the next step, but all of it.
//! 2. Keep every [`Outgoing::WakeAt`] and deliver it as [`Incoming::Wake`] at its time or soon after; one that is
//!    delivered early is asked for again. Timers of heights gone by may be delivered or dropped.
//! 3. Each [`Incoming::Received`] gives exactly one [`Outgoing::Verdict`]: tell gossip whether to pass the message on.
//!    A rejection also counts against the peer, as does an [`Outgoing::Penalty`].
//! 4. Messages may be lost, repeated and reordered; nothing else is promised to be repaired than by the replica itself.

use crate::{
    control::Production,
    mempool::Rejection,
    message::{Message, NodeId},
    tendermint::Step,
    timing::Time,
};
use std::{fmt, sync::Arc};
use taonet_chain::{
    AuthoritySet, BlockId, CommittedBlock, Event, Hash, Keypair, Network, Receipt, Tip, Transaction,
    genesis::Timing, state::tree::Tree,
};

/// What a replica is told when it is opened.
#[derive(Clone, Debug)]
pub struct Config {
    /// The network: genesis and branch.
    pub network: Network,
    /// Its times, from the genesis.
    pub timing: Timing,
    /// The node's key. It votes wherever this key's account is an authority, and only observes elsewhere.
    pub key: Keypair,
    /// Whether a node without any memory may vote at once (see [`crate::guard`]).
    pub trust_empty: bool,
    /// A block that its operator knows to be decided: height and id. A snapshot is believed only if its chain goes
    /// through that block; whatever the authorities before it signed does not count then.
    pub trust: Option<(u64, BlockId)>,
}

/// Something that happens to a replica.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A time it asked for has come.
    Wake(Timer),
    /// A neighbour sent a message, its own or one it passes on.
    Received {
        /// The neighbour.
        from: NodeId,
        /// The message.
        message: Message,
    },
    /// A client of this node submits a transaction.
    Submitted(Transaction),
    /// A neighbour is there.
    Connected(NodeId),
    /// A neighbour is gone.
    Disconnected(NodeId),
    /// A developer says what lets heights start; other networks ignore it.
    Produce(Production),
}

/// What a replica asks to be woken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// There is work left over from the last step.
    Work,
    /// A height starts.
    Start {
        /// Which.
        height: u64,
    },
    /// A step of agreement has lasted too long.
    Timeout {
        /// The height.
        height: u64,
        /// The round.
        round: u32,
        /// The step.
        step: Step,
    },
    /// It is time to tell the neighbours where we are.
    Heartbeat,
}

/// Something a replica wants done.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// Send to everyone, by gossip.
    Broadcast(Message),
    /// Send to one neighbour.
    Send {
        /// The neighbour.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// Wake me.
    WakeAt {
        /// When; now or earlier means as soon as other input has had its turn.
        at: Time,
        /// What for.
        timer: Timer,
    },
    /// A block was decided and kept.
    Committed(Arc<Committed>),
    /// The state was replaced by that after a later block; the blocks up to it are not here.
    Restored(Tip),
    /// A submitted transaction was not taken. One that was taken is broadcast instead.
    Refused {
        /// Its hash.
        transaction: Hash,
        /// Why.
        reason: Rejection,
    },
    /// What to make of the message just received.
    Verdict {
        /// Who sent it.
        from: NodeId,
        /// What to make of it.
        verdict: Verdict,
    },
    /// A peer turned out to have misbehaved some time ago.
    Penalty {
        /// The peer.
        peer: NodeId,
        /// What it did.
        offence: Offence,
    },
}

/// What to make of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Good: pass it on.
    Accept,
    /// Of no use here, but nobody's fault: do not pass it on.
    Ignore,
    /// Wrong in a way no honest node would have passed on: drop it and think less of the sender.
    Reject(Offence),
}

/// What a peer did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offence {
    /// It belongs to another network.
    OtherNetwork,
    /// A signature does not hold.
    Signature,
    /// A vote or proposal of someone who has no say in it.
    Stranger,
    /// A proposal that names another block than it brings, or does not prove what it claims.
    Proposal,
    /// A transaction that can never be valid.
    Transaction,
    /// A block without a valid certificate, or not the one asked for.
    Block,
    /// A snapshot, or a part of one, that does not lead to a certified header.
    Snapshot,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Offence::OtherNetwork => "it belongs to another network",
            Offence::Signature => "it sent a signature that does not hold",
            Offence::Stranger => "it sent a vote or proposal of a stranger",
            Offence::Proposal => "it sent a proposal that contradicts itself",
            Offence::Transaction => "it sent a transaction that can never be valid",
            Offence::Block => "it sent a block that was not decided or not asked for",
            Offence::Snapshot => "it sent a snapshot that no certified header commits to",
        })
    }
}

/// A block that was decided and kept, with all that followed from it.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The block and its certificate.
    pub block: CommittedBlock,
    /// The block's id.
    pub id: BlockId,
    /// One receipt per transaction.
    pub receipts: Vec<Receipt>,
    /// All events of the block.
    pub events: Vec<Event>,
    /// Who decides the next height.
    pub authorities: AuthoritySet,
    /// The state tree after it, for proofs. The copy is cheap and does not change.
    pub tree: Tree,
}

/// Why a store cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The state does not have the root that the chain gives it: the store is damaged.
    StateRoot {
        /// The root the tip names.
        expected: Hash,
        /// The root of the state in the store.
        found: Hash,
    },
    /// A record of the log does not belong to the height in progress, or its signature does not hold: the log is
    /// damaged, and what this node signed before is not known.
    Log {
        /// The height in progress.
        height: u64,
        /// The first such record, from 0.
        record: usize,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::StateRoot { expected, found } => write!(
                f,
                "the stored state has root {found}, but the chain says {expected}: the store is damaged"
            ),
            OpenError::Log { height, record } => write!(
                f,
                "record {record} of the log does not belong to height {height}: the log is damaged, and this node \
                 must not vote without it; remove its data and let it catch up"
            ),
        }
    }
}

impl std::error::Error for OpenError {}
