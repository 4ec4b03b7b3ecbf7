//! A runnable node: storage, gRPC, command line, roles, and the loop that drives the replica.
//!
//! ```text
//!  peers ──▶ p2p ──▶ driver ──▶ Replica::step ──▶ store (RocksDB)      one writer: the driver's thread
//!                      ▲ │                           │
//!   clients ──▶ rpc ───┘ └── progress ──▶ rpc ◀──────┘ snapshots       readers: errors as values
//! ```
//!
//! Where to read what: [`config`] says what a node can be told, [`spawn`] starts one, `driver.rs` is the loop,
//! [`store`] keeps what must survive, `rpc/` answers clients (`proto/taonet/v1/node.proto` is the contract),
//! [`client`] is the other end of it, and [`cli`] is what people type.

pub mod btauth;
pub mod cli;
pub mod client;
pub mod config;
pub mod error;
pub mod fault;
pub mod links;
pub mod roles;
pub mod store;
pub mod telemetry;

mod driver;
mod rpc;
mod running;
mod shared;

/// The API's messages, generated from the descriptions in `proto/taonet/v1`.
pub mod proto {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    tonic::include_proto!("taonet.v1");

    /// The description of the API, for tools that ask a node what it can do.
    pub(crate) const DESCRIPTOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/node_descriptor.bin"));
}

#[cfg(test)]
#[path = "../../chain/tests/fuzz/engine.rs"]
mod fuzzing;

pub use client::{Client, Signer};
pub use config::{Config, NodeFile};
pub use error::Error;
pub use fault::Fault;
pub use running::{Handle, spawn};
pub use shared::Progress;
