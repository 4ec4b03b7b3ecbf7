//! Why a network does not start.

use thiserror::Error;

/// Why [`spawn`](crate::spawn) failed or an address is none. Each says what to do.
#[derive(Debug, Error)]
pub enum Error {
    /// Another process listens there.
    #[error("{address} is taken by another process; stop that process or choose another port")]
    PortTaken {
        /// The address as configured.
        address: String,
    },
    /// Listening failed for another reason.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address as configured.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// A text that is no address.
    #[error("{text:?} is no address ({reason}); write 127.0.0.1:4000 or /ip4/127.0.0.1/udp/4000/quic-v1")]
    Address {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The key of the node is unusable.
    #[error("the node key is no ed25519 key: {0}")]
    Key(String),
    /// A link condition is beyond its bound.
    #[error("the link cannot be made so: {0}")]
    Link(String),
    /// The settings contradict each other.
    #[error("the network cannot be set up: {0}")]
    Setup(String),
}
