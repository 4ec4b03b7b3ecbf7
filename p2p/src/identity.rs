//! Who a peer is, and which network it speaks for.
//!
//! Rules:
//! 1. A node's id is its ed25519 public key. A libp2p peer id of such a key *contains* the key, so that both convert
//!    into each other without a table.
//! 2. Every protocol name and topic carries the genesis hash and the branch: nodes of different networks have no
//!    protocol in common, whatever ports they share.

use crate::Error;
use libp2p::{
    PeerId, StreamProtocol,
    gossipsub::IdentTopic,
    identity::{Keypair, PublicKey, ed25519},
};
use taonet_consensus::NodeId;

/// The code of the "identity hash" of multihashes: the digest is the encoded key itself.
const IDENTITY_HASH: u64 = 0;

/// The libp2p key pair of a node key.
pub(crate) fn keypair(key: &taonet_chain::Keypair) -> Result<Keypair, Error> {
    Keypair::ed25519_from_bytes(key.seed()).map_err(|error| Error::Key(error.to_string()))
}

/// The peer id of a node; `None` if the id is no point of the curve, so that nobody can hold its key.
pub(crate) fn peer_id(node: &NodeId) -> Option<PeerId> {
    let key = ed25519::PublicKey::try_from_bytes(&node.0).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

/// The node of a peer id; `None` if its key is of another kind.
pub(crate) fn node_id(peer: &PeerId) -> Option<NodeId> {
    let hash = peer.as_ref();
    if hash.code() != IDENTITY_HASH {
        return None;
    }
    let key = PublicKey::try_decode_protobuf(hash.digest()).ok()?.try_into_ed25519().ok()?;
    Some(taonet_chain::AccountId(key.to_bytes()))
}

/// The names under which nodes of one network know each other.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// What `identify` tells: peers with another text are refused.
    pub(crate) network: String,
    /// The gossip protocol, without its version.
    pub(crate) gossip: String,
    /// The protocol of direct messages.
    pub(crate) direct: StreamProtocol,
    /// Votes, proposals, status: everything agreement needs.
    pub(crate) agreement: IdentTopic,
    /// Transactions, apart, so that they never delay a vote.
    pub(crate) transactions: IdentTopic,
}

impl Names {
    /// The names of `network`. The leading number is the version of the wire format.
    pub(crate) fn of(network: &taonet_chain::Network) -> Result<Names, Error> {
        let base = format!("/taonet/1/{}/{}", network.genesis, network.branch);
        let direct = StreamProtocol::try_from_owned(format!("{base}/direct"))
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Names {
            gossip: format!("{base}/gossip"),
            direct,
            agreement: IdentTopic::new(format!("{base}/agreement")),
            transactions: IdentTopic::new(format!("{base}/transactions")),
            network: base,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use taonet_chain::{AccountId, Hash, Network};

    proptest! {
        #[test]
        fn node_and_peer_ids_convert_without_loss(seed: [u8; 32]) {
            let key = taonet_chain::Keypair::from_seed(seed);
            let peer = keypair(&key).unwrap().public().to_peer_id();
            prop_assert_eq!(peer_id(&key.account()), Some(peer));
            prop_assert_eq!(node_id(&peer), Some(key.account()));
        }
    }

    #[test]
    fn an_id_off_the_curve_has_no_peer() {
        let off_curve = (0..=255u8).map(|byte| AccountId([byte; 32])).find(|id| peer_id(id).is_none());
        assert!(off_curve.is_some());
    }

    #[test]
    fn a_peer_with_another_kind_of_key_is_no_node() {
        assert_eq!(node_id(&PeerId::random()), None);
    }

    #[test]
    fn networks_and_branches_share_no_name() {
        let base = Network { genesis: Hash::ZERO, branch: 0 };
        let others = [Network { branch: 1, ..base }, Network { genesis: Hash([1; 32]), branch: 0 }];
        for other in others {
            let (a, b) = (Names::of(&base).unwrap(), Names::of(&other).unwrap());
            assert_ne!(a.network, b.network);
            assert_ne!(a.gossip, b.gossip);
            assert_ne!(a.direct, b.direct);
            assert_ne!(a.agreement.hash(), b.agreement.hash());
            assert_ne!(a.transactions.hash(), b.transactions.hash());
        }
    }
}
