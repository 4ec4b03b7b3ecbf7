//! A subnet as its miners and validators see it, and what they ask of the chain: the one translation between the state
//! and the plain numbers of [`taonet_subnets::roles`].
//!
//! Rules:
//! 1. What a role sees is a [`Subnet`] after some block, read from a state or received from a node: the same data.
//! 2. A round's seed is a hash of the block and the hotkey: nobody knows it before the block, and it is another one for
//!    every validator, so that no miner can prepare.
//! 3. Weights are handed in openly, or, where the subnet uses commit-reveal, sealed to the height of the epoch that
//!    will open them, as far as it can be foreseen. If the tempo changes on the way they are opened earlier or later,
//!    but never before their height. The chain opens them by itself: a validator has nothing to remember.

use crate::{
    beacon::seal,
    calls::COMMIT_REVEAL_VERSION,
    crypto::{AccountId, Domain, Hash},
    ledger::{
        children,
        epochs::{self, Mechanism},
        neurons, params, subnets,
    },
    query,
    state::StateRead,
    transaction::{AxonInfo, Call},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use taonet_subnets::{
    roles::{self, Asker, MinerView, Row, Uid, ValidatorView},
    yuma::payload::WeightsPayload,
};

/// A subnet after some block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subnet {
    /// The height that this is the state of.
    pub height: u64,
    /// Blocks between two epochs.
    pub tempo: u64,
    /// The height that runs the next epoch; the largest number if there will be none.
    pub next_epoch: u64,
    /// The hotkey of its owner.
    pub owner: Option<AccountId>,
    /// By ascending uid.
    pub neurons: Vec<Neuron>,
}

/// A neuron as a role sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neuron {
    /// Its number.
    pub uid: Uid,
    /// Who it is.
    pub hotkey: AccountId,
    /// Whether it holds a validator permit.
    pub permit: bool,
    /// The block in which it got its uid.
    pub registered_at: u64,
    /// The last block in which it set weights or registered; 0 for never.
    pub last_update: u64,
    /// Where it can be asked.
    pub axon: Option<SocketAddr>,
}

/// What a subnet demands of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Blocks between two sets of weights of one validator.
    pub weights_rate_limit: u64,
    /// The version of the validators' rules that weights must carry.
    pub weights_version: u64,
    /// For how many epochs weights are hidden; `None` where they are set openly.
    pub reveal_period: Option<u64>,
}

impl Subnet {
    /// A subnet in the state after `height`; `None` if there is none of this number.
    pub fn read(state: &dyn StateRead, height: u64, netuid: u16) -> Option<Subnet> {
        let fixed = subnets::subnet(state, netuid)?;
        let clock = query::epoch_info(state, netuid)?;
        let vectors = epochs::vectors(state, netuid);
        let at = |uid: u16| usize::from(uid);
        let all = (0..).zip(neurons::neurons(state, netuid)).map(|(uid, neuron)| Neuron {
            uid,
            hotkey: neuron.hotkey,
            permit: vectors.permits.get(at(uid)).copied().unwrap_or_default(),
            registered_at: neuron.registered_at,
            last_update: vectors.last_update.get(at(uid)).copied().unwrap_or_default(),
            axon: neurons::axon(state, netuid, &neuron.hotkey).and_then(|axon| address(&axon.info)),
        });
        Some(Subnet {
            height,
            tempo: clock.tempo.into(),
            next_epoch: clock.next_block.unwrap_or(u64::MAX),
            owner: fixed.owner_hotkey,
            neurons: all.collect(),
        })
    }

    /// The neuron with this hotkey.
    pub fn neuron(&self, hotkey: &AccountId) -> Option<&Neuron> {
        self.neurons.iter().find(|neuron| neuron.hotkey == *hotkey)
    }

    /// What the validator with this hotkey sees. `block` is the hash of the block at its height; `others` are the
    /// weights that the chain shows, for policies that read them.
    pub fn validator_view(
        &self,
        rules: &Rules,
        hotkey: &AccountId,
        block: Hash,
        others: Vec<Row>,
    ) -> ValidatorView {
        let me = self.neuron(hotkey);
        let limited = |me: &Neuron| match me.last_update {
            0 => 0,
            last => last.saturating_add(rules.weights_rate_limit),
        };
        let plain = |neuron: &Neuron| roles::Neuron {
            uid: neuron.uid,
            hotkey: neuron.hotkey.0,
            registered_at: neuron.registered_at,
            serves: neuron.axon.is_some(),
        };
        ValidatorView {
            height: self.height,
            seed: seed(hotkey, block),
            tempo: self.tempo,
            next_epoch: self.next_epoch,
            permitted: me.filter(|me| me.permit).map(|me| me.uid),
            weights_from: me.map_or(0, limited),
            neurons: self.neurons.iter().map(plain).collect(),
            owner: self.owner.and_then(|owner| self.neuron(&owner)).map(|owner| owner.uid),
            others,
        }
    }

    /// What the miner with this hotkey sees.
    pub fn miner_view(&self, hotkey: &AccountId) -> MinerView {
        let me = self.neuron(hotkey);
        MinerView { height: self.height, registered: me.is_some(), published: me.and_then(|me| me.axon) }
    }

    /// Somebody who asks a miner, if it is a neuron.
    pub fn asker(&self, hotkey: &AccountId) -> Option<Asker> {
        self.neuron(hotkey).map(|neuron| Asker { uid: neuron.uid, permit: neuron.permit })
    }

    /// The round of the beacon to which weights must be sealed now; `None` where they are set openly.
    pub fn sealed_to(&self, rules: &Rules) -> Option<u64> {
        let later = |period: u64| self.tempo.saturating_mul(period.saturating_sub(1));
        rules.reveal_period.map(|period| self.next_epoch.saturating_add(later(period)))
    }
}

impl Rules {
    /// What a subnet demands in this state.
    pub fn read(state: &dyn StateRead, netuid: u16) -> Rules {
        let values = params::subnet(state, netuid);
        Rules {
            weights_rate_limit: values.weights_set_rate_limit,
            weights_version: values.weights_version_key,
            reveal_period: values.commit_reveal_enabled.then_some(values.reveal_period),
        }
    }
}

/// The weights in force of all who hold a permit, in the first mechanism.
pub fn rows(state: &dyn StateRead, netuid: u16) -> Vec<Row> {
    let Some(index) = (Mechanism { netuid, number: 0 }).index() else { return Vec::new() };
    let permits = epochs::vectors(state, netuid).permits;
    let all = (0..).zip(neurons::neurons(state, netuid)).zip(permits);
    all.filter(|(_, permit)| *permit)
        .map(|((uid, neuron), _)| Row {
            uid,
            stake: children::stake_weight(state, netuid, &neuron.hotkey),
            weights: epochs::weights(state, index, uid),
        })
        .collect()
}

/// Weights on their way to a subnet.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Whose.
    pub hotkey: AccountId,
    /// Where to.
    pub netuid: u16,
    /// The version of the validators' rules that they carry.
    pub version_key: u64,
    /// UIDs and what they deserve.
    pub weights: Vec<(Uid, u16)>,
}

impl Ballot {
    /// What to call where weights are set openly.
    pub fn open(self) -> Call {
        let (uids, values) = self.weights.into_iter().unzip();
        Call::SetWeights { netuid: self.netuid, uids, values, version_key: self.version_key }
    }

    /// What to call where weights are sealed to a round of the beacon, which has this public key. `entropy` must be
    /// unpredictable.
    pub fn sealed(self, round: u64, round_key: &[u8; 32], entropy: &[u8; 32]) -> Call {
        let Ballot { hotkey, netuid, version_key, weights } = self;
        let (uids, values) = weights.into_iter().unzip();
        let payload = WeightsPayload { hotkey: Some(hotkey.0), uids, values, version_key };
        let commit = seal(round_key, entropy, &payload.encode());
        let version = COMMIT_REVEAL_VERSION;
        Call::CommitTimelockedWeights { netuid, mechanism: 0, commit, round, version }
    }
}

/// How the chain writes down an address.
pub fn axon_info(address: SocketAddr) -> AxonInfo {
    let (ip, ip_type) = match address.ip() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 4),
        IpAddr::V6(ip) => (ip.to_bits(), 6),
    };
    AxonInfo { version: 1, ip, port: address.port(), ip_type, protocol: 0 }
}

/// The address that the chain has written down; `None` for one that makes no sense.
pub fn address(axon: &AxonInfo) -> Option<SocketAddr> {
    let ip = match axon.ip_type {
        4 => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(axon.ip).ok()?)),
        6 => IpAddr::V6(Ipv6Addr::from_bits(axon.ip)),
        _ => return None,
    };
    (axon.port != 0).then_some(SocketAddr::from((ip, axon.port)))
}

/// The seed of a validator's round.
fn seed(hotkey: &AccountId, block: Hash) -> u64 {
    let hash = Hash::of(Domain::SEED, &[block.0, hotkey.0].concat());
    hash.0.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{account, dev_state};

    #[test]
    fn a_subnet_is_read_from_a_state() {
        let state = dev_state();
        let subnet = Subnet::read(&state, 0, 1).expect("the dev subnet");
        assert_eq!((subnet.height, subnet.tempo, subnet.neurons.len()), (0, 20, 8));
        let view =
            subnet.validator_view(&Rules::read(&state, 1), &account("//val-b"), Hash::ZERO, Vec::new());
        assert_eq!((view.permitted, view.owner, view.next_epoch), (Some(1), Some(0), subnet.next_epoch));
        assert!(!subnet.miner_view(&account("//nobody")).registered);
        assert_eq!(subnet.asker(&account("//m1")), Some(Asker { uid: 3, permit: false }));
        assert_eq!(rows(&state, 1).iter().map(|row| row.uid).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(Subnet::read(&state, 0, 9), None);
    }

    #[test]
    fn an_address_is_written_down_and_read_back() {
        for text in ["127.0.0.1:9000", "[::1]:80"] {
            let here: SocketAddr = text.parse().expect("an address");
            assert_eq!(address(&axon_info(here)), Some(here));
        }
        let nowhere = AxonInfo { version: 1, ip: 1, port: 0, ip_type: 4, protocol: 0 };
        assert_eq!(address(&nowhere), None);
        assert_eq!(address(&AxonInfo { ip: u128::MAX, port: 1, ..nowhere }), None);
    }

    #[test]
    fn one_period_is_the_next_epoch() {
        let sealed = |next_epoch, period| {
            let subnet = Subnet { next_epoch, tempo: 20, ..Subnet::default() };
            subnet.sealed_to(&Rules { reveal_period: Some(period), ..Rules::default() })
        };
        assert_eq!([1, 2, 5].map(|period| sealed(40, period)), [Some(40), Some(60), Some(120)]);
        assert_eq!(sealed(u64::MAX, 3), Some(u64::MAX), "a subnet without epochs");
        assert_eq!(Subnet::default().sealed_to(&Rules::default()), None);
    }
}
