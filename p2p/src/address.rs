//! Addresses: where a node listens or is found.
//!
//! Rules:
//! 1. `127.0.0.1:4000` means TCP. Multiaddresses name the transport: `/ip4/127.0.0.1/tcp/4000` or
//!    `/ip4/127.0.0.1/udp/4000/quic-v1`.
//! 2. An address may end in `/p2p/PEER`: then only the holder of that key is talked to there.
//! 3. Addresses are numbers. Names are not resolved: a local network must not depend on a name server.

use crate::{Error, identity};
use libp2p::{Multiaddr, multiaddr::Protocol};
use std::{fmt, net::SocketAddr, str::FromStr};
use taonet_consensus::NodeId;

/// Where a node listens or is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    socket: SocketAddr,
    quic: bool,
    node: Option<NodeId>,
}

impl Address {
    /// A TCP address.
    pub fn tcp(socket: SocketAddr) -> Address {
        Address { socket, quic: false, node: None }
    }

    /// A QUIC address; the port is a UDP port.
    pub fn quic(socket: SocketAddr) -> Address {
        Address { socket, quic: true, node: None }
    }

    /// The same address, but only the holder of the key `node` is talked to there.
    pub fn of_node(self, node: NodeId) -> Address {
        Address { node: Some(node), ..self }
    }

    /// IP address and port.
    pub fn socket(&self) -> SocketAddr {
        self.socket
    }

    /// Whether it is a QUIC address rather than TCP.
    pub fn is_quic(&self) -> bool {
        self.quic
    }

    /// The node expected there, if it is known.
    pub fn node(&self) -> Option<NodeId> {
        self.node
    }

    /// The form libp2p listens on and dials, without the node.
    pub(crate) fn multiaddr(&self) -> Multiaddr {
        let port = self.socket.port();
        let base = Multiaddr::from(self.socket.ip());
        if self.quic {
            base.with(Protocol::Udp(port)).with(Protocol::QuicV1)
        } else {
            base.with(Protocol::Tcp(port))
        }
    }

    /// Reads what libp2p reports.
    pub(crate) fn from_multiaddr(address: &Multiaddr) -> Result<Address, Error> {
        let refuse = |reason: &str| Error::Address { text: address.to_string(), reason: reason.to_owned() };
        let mut parts = address.iter();
        let ip = match parts.next() {
            Some(Protocol::Ip4(ip)) => ip.into(),
            Some(Protocol::Ip6(ip)) => ip.into(),
            _ => return Err(refuse("it does not begin with /ip4 or /ip6")),
        };
        let (port, quic) = match (parts.next(), address.iter().nth(2)) {
            (Some(Protocol::Tcp(port)), _) => (port, false),
            (Some(Protocol::Udp(port)), Some(Protocol::QuicV1)) => {
                parts.next();
                (port, true)
            }
            _ => return Err(refuse("it is neither /tcp/PORT nor /udp/PORT/quic-v1")),
        };
        let node = match parts.next() {
            None => None,
            Some(Protocol::P2p(peer)) => {
                Some(identity::node_id(&peer).ok_or_else(|| refuse("its peer has no ed25519 key"))?)
            }
            Some(_) => return Err(refuse("only /p2p/PEER may follow the port")),
        };
        if parts.next().is_some() {
            return Err(refuse("something follows the peer"));
        }
        Ok(Address { socket: SocketAddr::new(ip, port), quic, node })
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Address, Error> {
        if let Ok(socket) = text.parse() {
            return Ok(Address::tcp(socket));
        }
        let multiaddr = text
            .parse()
            .map_err(|error| Error::Address { text: text.to_owned(), reason: format!("{error}") })?;
        Address::from_multiaddr(&multiaddr)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.multiaddr())?;
        match self.node.as_ref().and_then(identity::peer_id) {
            Some(peer) => write!(f, "/p2p/{peer}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libp2p::PeerId;
    use taonet_chain::Keypair;

    #[test]
    fn both_forms_are_read_and_shown_as_multiaddresses() {
        let peer = identity::peer_id(&Keypair::from_seed([7; 32]).account()).unwrap();
        let table = [
            ("127.0.0.1:4000".to_owned(), "/ip4/127.0.0.1/tcp/4000".to_owned()),
            ("[::1]:4000".to_owned(), "/ip6/::1/tcp/4000".to_owned()),
            ("/ip4/127.0.0.1/tcp/0".to_owned(), "/ip4/127.0.0.1/tcp/0".to_owned()),
            ("/ip6/::1/udp/9/quic-v1".to_owned(), "/ip6/::1/udp/9/quic-v1".to_owned()),
            (format!("/ip4/1.2.3.4/tcp/5/p2p/{peer}"), format!("/ip4/1.2.3.4/tcp/5/p2p/{peer}")),
            (
                format!("/ip4/1.2.3.4/udp/5/quic-v1/p2p/{peer}"),
                format!("/ip4/1.2.3.4/udp/5/quic-v1/p2p/{peer}"),
            ),
        ];
        for (text, shown) in table {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(shown.parse::<Address>().unwrap(), address);
        }
    }

    #[test]
    fn the_node_of_an_address_survives_its_text() {
        let node = Keypair::from_seed([9; 32]).account();
        let address = Address::quic("127.0.0.1:1".parse().unwrap()).of_node(node);
        assert_eq!(address.to_string().parse::<Address>().unwrap().node(), Some(node));
    }

    #[test]
    fn other_texts_are_refused_with_the_text_in_the_error() {
        let stranger = PeerId::random();
        let table = [
            "",
            "localhost",
            "127.0.0.1",
            "127.0.0.1:99999",
            "/dns/example.org/tcp/1",
            "/ip4/127.0.0.1",
            "/ip4/127.0.0.1/udp/1",
            "/ip4/127.0.0.1/tcp/1/ws",
            &format!("/ip4/127.0.0.1/tcp/1/p2p/{stranger}"),
        ];
        for text in table {
            let error = text.parse::<Address>().expect_err(text);
            assert!(error.to_string().starts_with(&format!("{text:?} is no address")), "{error}");
        }
    }
}
