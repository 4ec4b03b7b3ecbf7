//! A network as large as the limits allow, for benches: many subnets, each with 256 neurons of which 64 vote.
//!
//! Rules:
//! 1. Everything in it came about by the chain's own code: a genesis, calls through `dispatch`, blocks.
//! 2. Every validator weighs all miners of its subnet, and 64 validators serve all subnets, as root's do.
//! 3. It is the same in every run.

use taonet_chain::{
    AccountId, BlockContext, Call, Domain, Genesis, Hash, MainnetOptions, dispatch,
    genesis::{GenesisNeuron, GenesisRootStake, GenesisStake, GenesisSubnet, ParamText},
    memory::MemoryChain,
    state::{Changes, Overlay, StateRead, tree::Tree},
};
use taonet_subnets::amount::{Alpha, Tao};

/// Neurons of a subnet.
pub const UIDS: u32 = 256;
/// Those that vote.
pub const VALIDATORS: u32 = 64;
/// Coldkeys with root stake.
pub const ROOT_STAKERS: u32 = 1_000;

/// How a network is set up.
#[derive(Clone, Copy)]
pub struct World {
    /// How many subnets there are besides root.
    pub subnets: u16,
    /// How many epochs may run in a block.
    pub epochs_per_block: u8,
}

/// An account that nobody has the key of: nothing here is signed.
pub fn account(kind: u8, group: u16, index: u32) -> AccountId {
    let mut bytes = [kind; 32];
    bytes[..2].copy_from_slice(&group.to_be_bytes());
    bytes[2..6].copy_from_slice(&index.to_be_bytes());
    AccountId(Hash::of(Domain::STATE_KEY, &bytes).0)
}

/// The hotkey of a validator; the same on all subnets.
pub fn validator(index: u32) -> AccountId {
    account(b'v', 0, index)
}

/// A coldkey with root stake.
pub fn root_staker(index: u32) -> AccountId {
    account(b'r', 0, index)
}

impl World {
    /// The network, its weights set.
    pub fn build(self) -> MemoryChain {
        let mut chain = MemoryChain::new(&self.genesis()).expect("the genesis builds");
        let changes = self.weights(&chain.state);
        chain.state.apply(&changes);
        chain.tree = Tree::of(&chain.state);
        chain
    }

    /// The network before anybody set weights.
    pub fn genesis(self) -> Genesis {
        let mut genesis = Genesis::mainnet(MainnetOptions {
            id: "bench".to_owned(),
            sudo: account(b's', 0, 0),
            authorities: vec![account(b'a', 0, 0)],
            accounts: (0..ROOT_STAKERS).map(|index| (root_staker(index), Tao::whole(10))).collect(),
        });
        let texts = |values: &[(&str, i128)]| {
            values.iter().map(|(name, value)| ((*name).to_owned(), ParamText::from(value))).collect()
        };
        let most = i128::from(self.epochs_per_block);
        genesis.params = texts(&[("max_epochs_per_block", most), ("subnet_limit", 4_095)]);
        // Every root dividend is claimed, however small.
        genesis.new_subnet =
            texts(&[("commit_reveal_enabled", 0), ("emission_enabled", 1), ("root_claim_threshold", 0)]);
        genesis.subnets = (1..=self.subnets).map(subnet).collect();
        genesis.root.stakes = (0..ROOT_STAKERS).map(root_stake).collect();
        genesis
    }

    /// What changes when every validator weighs all miners of every subnet.
    pub fn weights(self, state: &dyn StateRead) -> Changes {
        let block = BlockContext { number: 1_000, author: None, parent_hash: Hash::default() };
        let mut state = Overlay::new(state);
        let uids: Vec<u16> = (VALIDATORS as u16..UIDS as u16).collect();
        for netuid in 1..=self.subnets {
            for index in 0..VALIDATORS {
                let values = uids.iter().map(|&uid| weight(netuid, index, uid)).collect();
                let call = Call::SetWeights { netuid, uids: uids.clone(), values, version_key: 0 };
                dispatch(&mut state, &block, &validator(index), &call).expect("weights");
            }
        }
        state.into_changes()
    }
}

/// A score that differs between subnets, validators and miners.
fn weight(netuid: u16, validator: u32, uid: u16) -> u16 {
    let hash = Hash::of(
        Domain::STATE_KEY,
        &[u32::from(netuid), validator, uid.into()].map(u32::to_be_bytes).concat(),
    );
    u16::from_be_bytes([hash.0[0], hash.0[1]])
}

fn subnet(netuid: u16) -> GenesisSubnet {
    let coldkey = |index| account(b'c', 0, index);
    let seat = |index: u32| match index {
        ..VALIDATORS => GenesisNeuron { hotkey: validator(index), coldkey: coldkey(index), permit: true },
        _ => {
            let hotkey = account(b'm', netuid, index);
            GenesisNeuron { hotkey, coldkey: account(b'w', netuid, index), permit: false }
        }
    };
    let stake = |index| GenesisStake {
        hotkey: validator(index),
        coldkey: coldkey(index),
        alpha: Alpha::whole(1_000 + u64::from(index)),
    };
    GenesisSubnet {
        netuid,
        name: format!("subnet {netuid}"),
        owner: coldkey(0),
        owner_hotkey: validator(0),
        tao: Tao::whole(1_000),
        alpha: Alpha::whole(1_000_000),
        started: true,
        params: [].into(),
        neurons: (0..UIDS).map(seat).collect(),
        stakes: (0..VALIDATORS).map(stake).collect(),
    }
}

fn root_stake(index: u32) -> GenesisRootStake {
    let (hotkey, coldkey) = (validator(index % VALIDATORS), root_staker(index));
    GenesisRootStake { hotkey, coldkey, tao: Tao::whole(100) }
}
