//! **p2p** carries the replica's messages between processes over libp2p.
//!
//! The replica says [`Command::Broadcast`] and [`Command::Send`]; it hears [`Event::Received`]. Between the two lies
//! one task that owns the swarm:
//!
//! ```text
//!            commands (bounded, always taken)
//!   node ─────────────────────────────────────▶ task ──▶ gossip      agreement topic, transactions topic
//!    ▲                                           │ ▲     direct      one-way messages, long bodies
//!    └──── agreement ─ sync ─ transactions ──────┘ │     identify    which network a peer speaks for
//!            events (three bounded lanes)          └─────────────────────────── TCP and QUIC
//! ```
//!
//! Rules:
//! 1. **One network.** Genesis hash and branch are part of every protocol name; a peer that names another network is
//!    refused with a reason. There is no local discovery: nodes meet only whom they were told about.
//! 2. **Broadcasts** travel by anonymous gossip and are named by the hash of topic and bytes. Nothing is forwarded
//!    before the replica's verdict. A message above 256 KiB is only announced; whoever hears of it fetches it from
//!    the neighbour that announced it, and announces it on once it was accepted. So a body crosses each link once.
//! 3. **Direct messages** are one-way requests with an empty acknowledgement.
//! 4. Gossip and direct messages may both be lost. The replica repairs with its `Status` messages.
//! 5. **Votes before transactions**: separate topics on the way, separate lanes inside ([`Events`]).
//! 6. **A peer's bytes are hostile.** Frames, queues and lists have the bounds of `config.rs`; bytes become types in
//!    `codec.rs` only; offences are counted and end in a ban.
//! 7. **Faults on purpose** happen below all of this: every byte passes a [`Link`] that can be cut, muted, slow or
//!    lossy while the node runs ([`Links`]). Nothing above knows.
//!
//! Reading order: `network.rs` (the interface), `task.rs` (the loop), `obey.rs` (what the node wants), `links.rs` (who
//! comes and goes), `receive.rs` (what arrives), then what they use: `peers.rs`, `dialer.rs`, `shelf.rs`, `lanes.rs`,
//! `codec.rs`, `behaviour.rs`, `transport.rs`, and for the faults `conditions.rs` and `line.rs`.
//!
//! There is no local discovery (mDNS): two networks on one host must never meet.

mod address;
mod behaviour;
mod codec;
mod conditions;
mod config;
mod dialer;
mod error;
mod identity;
mod lanes;
mod line;
mod links;
mod metrics;
mod network;
mod obey;
mod peers;
mod receive;
mod shelf;
mod task;
mod transport;

pub use address::Address;
pub use conditions::{Conditions, Link, Links, MAX_DELAY, MAX_LOSS_PPM, Passage};
pub use config::{Config, Limits};
pub use error::Error;
pub use lanes::Events;
pub use network::{Command, Event, GossipId, Network, spawn};

#[cfg(test)]
#[path = "../../chain/tests/fuzz/engine.rs"]
mod fuzzing;
#[cfg(test)]
mod tests;
