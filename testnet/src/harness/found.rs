//! From a description to the genesis of its network.
//!
//! Rules:
//! 1. Neurons get their uids in order: validators first, with seats, then miners. Validators' alpha, and TAO on root,
//!    are staked by their coldkeys.
//! 2. Every participant that is named has some TAO of its own; who is listed among the accounts has that much.
//! 3. The seed is part of the network's name, and block 0 has a fixed time.
//! 4. What makes no sense is refused with the place in the description and what to do ([`SetupError`]).

use super::{
    keys::{self, Which},
    setup::{Preset, Setup, SubnetSetup, pocket},
};
use crate::sim::world::EPOCH_MS;
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{
    AccountId, DevOptions, Genesis, GenesisError, MainnetOptions, Timing,
    genesis::{GenesisAccount, GenesisNeuron, GenesisRootStake, GenesisStake, GenesisSubnet},
    keys::DEV_ACCOUNTS,
};
use taonet_subnets::{amount::Tao, roles::PolicyError};

/// Why a description is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Not a name.
    #[error("`{0}` is no name; use 1 to 64 letters, digits, dashes and underscores")]
    Name(String),
    /// Two neurons of a subnet, two accounts or two subnets have this name.
    #[error("the name `{0}` is used twice; give each subnet, account and neuron of a subnet its own")]
    Twice(String),
    /// Nothing has this name.
    #[error("nothing is called `{name}`; there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A text is no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A neuron's program, which this layer does not run.
    #[error("{0} is a program of its own, which only processes run; give it a policy instead of a command")]
    Program(String),
    /// Something of a subnet is described before there is one.
    #[error("{0} belongs to a subnet; name the subnet before it")]
    NoSubnet(&'static str),
    /// There are no authorities, or too many.
    #[error("{0} authorities cannot make blocks; use 1 to 128")]
    Authorities(u16),
    /// The genesis that follows from it is refused.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
}

impl Setup {
    /// The genesis of this network.
    ///
    /// # Errors
    /// What makes no sense, and what to do about it.
    pub fn genesis(&self) -> Result<Genesis, SetupError> {
        if !(1..=128).contains(&self.authorities) {
            return Err(SetupError::Authorities(self.authorities));
        }
        let mut genesis = self.bare();
        genesis.timestamp_ms = EPOCH_MS;
        genesis.timing.slot_ms = self.slot_ms.unwrap_or(genesis.timing.slot_ms);
        genesis.params.extend(self.params.clone());
        genesis.new_subnet.extend(self.new_subnet.clone());
        genesis.root.stakes.clear();
        genesis.subnets.clear();
        unique(self.subnets.iter().map(|subnet| subnet.name.as_str()))?;
        for (netuid, subnet) in (1..).zip(&self.subnets) {
            genesis.root.stakes.extend(root_stakes(subnet)?);
            genesis.subnets.push(found(netuid, subnet)?);
        }
        genesis.accounts = self.purses(&genesis)?;
        genesis.build()?;
        Ok(genesis)
    }

    /// The preset, with its name and authorities.
    fn bare(&self) -> Genesis {
        let options = DevOptions {
            id: format!("lab-{}", self.seed),
            authorities: self.authorities,
            ..DevOptions::default()
        };
        let dev = Genesis::dev(options);
        match self.preset {
            Preset::Dev => dev,
            Preset::Realistic => {
                let options = MainnetOptions {
                    id: dev.id,
                    sudo: dev.sudo,
                    authorities: dev.authorities.iter().map(|authority| authority.account).collect(),
                    accounts: dev.accounts.iter().map(|one| (one.account, one.balance)).collect(),
                };
                Genesis { dev: true, timing: Timing::MAINNET, ..Genesis::mainnet(options) }
            }
        }
    }

    /// Every participant by name.
    pub fn participants(&self) -> BTreeSet<&str> {
        let accounts = self.accounts.iter().map(|account| account.name.as_str());
        let dev = DEV_ACCOUNTS.iter().map(|uri| uri.trim_start_matches('/'));
        accounts.chain(dev).chain(self.subnets.iter().flat_map(SubnetSetup::participants)).collect()
    }

    /// The preset's accounts, those listed, and some TAO for everybody else.
    fn purses(&self, genesis: &Genesis) -> Result<Vec<GenesisAccount>, SetupError> {
        unique(self.accounts.iter().map(|account| account.name.as_str()))?;
        let mut purses: BTreeMap<AccountId, Tao> = BTreeMap::new();
        for name in self.participants() {
            purses.insert(cold(name)?, pocket());
        }
        purses.extend(genesis.accounts.iter().map(|one| (one.account, one.balance)));
        for account in &self.accounts {
            purses.insert(cold(&account.name)?, account.balance);
        }
        purses.retain(|_, balance| !balance.is_zero());
        Ok(purses.into_iter().map(|(account, balance)| GenesisAccount { account, balance }).collect())
    }
}

impl SubnetSetup {
    /// Names of its neurons by uid; after them those that come later.
    pub fn neurons(&self) -> impl Iterator<Item = &str> {
        let validators = self.validators.iter().map(|validator| validator.name.as_str());
        validators.chain(self.miners_if(false)).chain(self.miners_if(true))
    }

    /// Names of the neurons that are there from the beginning, by uid.
    fn present(&self) -> impl Iterator<Item = &str> {
        self.validators.iter().map(|validator| validator.name.as_str()).chain(self.miners_if(false))
    }

    fn miners_if(&self, joins: bool) -> impl Iterator<Item = &str> {
        let those = self.miners.iter().filter(move |miner| miner.joins.is_some() == joins);
        those.map(|miner| miner.name.as_str())
    }

    /// Its neurons and all whose keys they or the subnet belong to.
    fn participants(&self) -> impl Iterator<Item = &str> {
        let of_validators = self.validators.iter().filter_map(|validator| validator.coldkey.as_deref());
        let of_miners = self.miners.iter().filter_map(|miner| miner.coldkey.as_deref());
        self.neurons().chain(of_validators).chain(of_miners).chain([self.owner.as_str()])
    }

    /// The coldkey of one of its neurons, or of anybody else, by name.
    pub(super) fn coldkey_of(&self, name: &str) -> Result<AccountId, SetupError> {
        let validator = self.validators.iter().find(|validator| validator.name == name);
        let miner = self.miners.iter().find(|miner| miner.name == name);
        let named = validator.map(|one| &one.coldkey).or(miner.map(|one| &one.coldkey));
        cold(named.and_then(Option::as_deref).unwrap_or(name))
    }
}

fn found(netuid: u16, setup: &SubnetSetup) -> Result<GenesisSubnet, SetupError> {
    unique(setup.neurons())?;
    let mut params = setup.params.clone();
    params.extend(setup.tempo.map(|tempo| ("tempo".to_owned(), tempo.into())));
    let seats = setup.validators.len();
    let neuron = |(uid, name): (usize, &str)| {
        let (hotkey, coldkey) = (hot(name)?, setup.coldkey_of(name)?);
        Ok(GenesisNeuron { hotkey, coldkey, permit: uid < seats })
    };
    Ok(GenesisSubnet {
        netuid,
        name: setup.name.clone(),
        owner: setup.coldkey_of(&setup.owner)?,
        owner_hotkey: hot(&setup.owner)?,
        tao: setup.tao,
        alpha: setup.alpha,
        started: setup.started,
        params,
        neurons: setup.present().enumerate().map(neuron).collect::<Result<_, SetupError>>()?,
        stakes: stakes(setup)?,
    })
}

fn stakes(setup: &SubnetSetup) -> Result<Vec<GenesisStake>, SetupError> {
    let validators = setup.validators.iter().map(|one| (&one.name, one.stake));
    let staked = validators.chain(setup.miners.iter().map(|one| (&one.name, one.stake)));
    let stake = |(name, alpha): (&String, _)| {
        Ok(GenesisStake { hotkey: hot(name)?, coldkey: setup.coldkey_of(name)?, alpha })
    };
    staked.filter(|(_, alpha)| !alpha.is_zero()).map(stake).collect()
}

fn root_stakes(setup: &SubnetSetup) -> Result<Vec<GenesisRootStake>, SetupError> {
    let staked = setup.validators.iter().filter(|one| !one.root.is_zero());
    let stake = |one: &super::setup::ValidatorSetup| {
        let (hotkey, coldkey) = (hot(&one.name)?, setup.coldkey_of(&one.name)?);
        Ok(GenesisRootStake { hotkey, coldkey, tao: one.root })
    };
    staked.map(stake).collect()
}

fn cold(name: &str) -> Result<AccountId, SetupError> {
    keys::account(name, Which::Cold).ok_or_else(|| SetupError::Name(name.to_owned()))
}

pub(super) fn hot(name: &str) -> Result<AccountId, SetupError> {
    keys::account(name, Which::Hot).ok_or_else(|| SetupError::Name(name.to_owned()))
}

fn unique<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<(), SetupError> {
    let mut seen = BTreeSet::new();
    let twice = names.into_iter().find(|name| !seen.insert(*name));
    twice.map_or(Ok(()), |name| Err(SetupError::Twice(name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::setup::{AccountSetup, MinerSetup, ValidatorSetup};
    use taonet_chain::{memory::MemoryChain, query};
    use taonet_subnets::amount::Alpha;

    fn setup() -> Setup {
        let subnet = SubnetSetup::named("tour")
            .tempo(10)
            .validator(ValidatorSetup::new("val-a", 6_000))
            .miner(MinerSetup::new("m1", "two-opt"))
            .sybils("mallory", 2, &"sweep".parse().expect("a policy"));
        Setup {
            seed: 7,
            subnets: vec![subnet],
            accounts: vec![AccountSetup::new("bob", 5)],
            ..Setup::default()
        }
    }

    #[test]
    fn neurons_stand_in_the_order_of_the_description() {
        let chain = MemoryChain::new(&setup().genesis().expect("it makes sense")).expect("it builds");
        let neurons = query::metagraph(&chain.state, 1).expect("subnet 1");
        let hotkeys: Vec<AccountId> = neurons.iter().map(|neuron| neuron.hotkey).collect();
        let names = ["val-a", "m1", "mallory-1", "mallory-2"];
        assert_eq!(hotkeys, names.map(|name| hot(name).expect("a name")));
        assert_eq!(neurons[0].alpha_stake, Alpha::whole(6_000));
        assert_eq!((neurons[2].coldkey, neurons[3].coldkey), (cold("mallory").ok(), cold("mallory").ok()));
        assert!(neurons[0].validator_permit && !neurons[1].validator_permit);
        let balance = |name| query::account(&chain.state, &cold(name).expect("a name")).balance;
        assert_eq!([balance("bob"), balance("m1")], [Tao::whole(5), Tao::whole(1_000)]);
        assert_eq!(query::subnet(&chain.state, 1).map(|subnet| subnet.epochs.tempo), Some(10));
    }

    #[test]
    fn the_seed_is_the_network() {
        let hash = |seed| Setup { seed, ..setup() }.genesis().expect("it makes sense").hash();
        assert_eq!(hash(7), hash(7));
        assert_ne!(hash(7), hash(8));
    }

    #[test]
    fn every_preset_builds() {
        for preset in [Preset::Dev, Preset::Realistic] {
            let genesis = Setup { preset, ..setup() }.genesis();
            assert!(genesis.is_ok_and(|genesis| genesis.dev), "{preset:?}");
        }
    }

    #[test]
    fn a_description_is_written_and_read_back() {
        let text = toml::to_string(&setup()).expect("plain data");
        assert_eq!(toml::from_str::<Setup>(&text).expect("it is one"), setup(), "{text}");
        let wrong = text.replace("two-opt", "two opt");
        let error = toml::from_str::<Setup>(&wrong).expect_err("no method").to_string();
        assert!(error.contains("`two opt` is no policy here; use the name of a method"), "{error}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        type Change = fn(&mut Setup);
        let refused = |change: Change| {
            let mut setup = setup();
            change(&mut setup);
            setup.genesis().expect_err("it makes no sense").to_string()
        };
        let table: [(Change, &str); 5] = [
            (|setup| setup.authorities = 0, "0 authorities cannot make blocks; use 1 to 128"),
            (|setup| setup.subnets[0].owner = "no name".into(), "`no name` is no name"),
            (|setup| setup.subnets[0].miners[0].name = "val-a".into(), "`val-a` is used twice"),
            (|setup| setup.subnets.push(SubnetSetup::named("tour")), "`tour` is used twice"),
            (|setup| drop(setup.params.insert("tempoo".into(), 3.into())), "there is no such parameter"),
        ];
        for (change, says) in table {
            let error = refused(change);
            assert!(error.contains(says), "{error}");
        }
    }
}
