//! Who is who in a network under test: names, keys and numbers.

use super::{
    HarnessError, SetupError,
    found::hot,
    keys::{self, Which},
    setup::{Setup, SubnetSetup},
    workshop::known,
};
use crate::explain::names::Names;
use std::collections::BTreeMap;
use taonet_chain::{AccountId, Call, Genesis, Keypair};

/// A described network with everything that follows from its names.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) setup: Setup,
    pub(super) genesis: Genesis,
    /// Hotkeys of neurons, and coldkeys of all participants, by account.
    pub(super) names: Names,
    /// The participant whose coldkey owns a neuron, where it is not its own.
    owners: BTreeMap<String, String>,
}

impl Directory {
    pub(super) fn new(setup: Setup) -> Result<Directory, SetupError> {
        let genesis = setup.genesis()?;
        let mut names = Names::default();
        let mut owners = BTreeMap::new();
        for name in setup.participants() {
            names.add(keys::account(name, Which::Cold), name);
            names.add(keys::account(name, Which::Hot), name);
        }
        for subnet in &setup.subnets {
            let validators = subnet.validators.iter().map(|one| (&one.name, &one.coldkey));
            let all = validators.chain(subnet.miners.iter().map(|one| (&one.name, &one.coldkey)));
            owners.extend(all.filter_map(|(name, owner)| Some((name.clone(), owner.clone()?))));
        }
        Ok(Directory { setup, genesis, names, owners })
    }

    /// The same, if all of its neurons are built-in: no other can run in this process.
    pub(super) fn built_in(setup: Setup) -> Result<Directory, SetupError> {
        match setup.program() {
            Some(name) => Err(SetupError::Program(name.to_owned())),
            None => Directory::new(setup),
        }
    }

    /// The number of a subnet.
    pub(super) fn netuid(&self, subnet: &str) -> Result<u16, SetupError> {
        let position = self.setup.subnet(subnet).and_then(|position| u16::try_from(position).ok());
        position.map(|position| position + 1).ok_or_else(|| SetupError::Unknown {
            name: subnet.to_owned(),
            known: format!("the subnets {}", known(self.setup.subnets.iter().map(|one| &one.name))),
        })
    }

    /// Subnets with their numbers.
    pub(super) fn subnets(&self) -> impl Iterator<Item = (u16, &SubnetSetup)> {
        (1..).zip(&self.setup.subnets)
    }

    /// The key with which somebody signs a call.
    pub(super) fn signer(&self, who: &str, call: &Call) -> Result<Keypair, SetupError> {
        if let Some(key) = self.node(who) {
            return Ok(key);
        }
        let (name, which) = keys::split(who);
        let which = which.unwrap_or_else(|| keys::wanted_by(call));
        keys::key(self.holder(name, which), which).ok_or_else(|| SetupError::Name(who.to_owned()))
    }

    /// The key of a node, unless a participant has its name.
    fn node(&self, who: &str) -> Option<Keypair> {
        let key = keys::node(who, self.setup.authorities)?;
        (!self.setup.participants().contains(who)).then_some(key)
    }

    /// The account of somebody: the coldkey, unless the hotkey is asked for (`alice.hot`), or the node.
    pub(super) fn account(&self, who: &str) -> Result<AccountId, SetupError> {
        if let Some(key) = self.node(who) {
            return Ok(key.account());
        }
        let (name, which) = keys::split(who);
        let which = which.unwrap_or(Which::Cold);
        keys::account(self.holder(name, which), which).ok_or_else(|| SetupError::Name(who.to_owned()))
    }

    fn holder<'a>(&'a self, name: &'a str, which: Which) -> &'a str {
        match which {
            Which::Cold => self.owners.get(name).map_or(name, String::as_str),
            Which::Hot => name,
        }
    }

    /// The hotkey of a neuron of a subnet.
    pub(super) fn neuron(&self, subnet: &str, name: &str) -> Result<AccountId, HarnessError> {
        let netuid = self.netuid(subnet)?;
        let setup = &self.setup.subnets[usize::from(netuid) - 1];
        if setup.neurons().any(|neuron| neuron == name) {
            return Ok(hot(name)?);
        }
        let neurons: Vec<&str> = setup.neurons().collect();
        let known = format!("the neurons {}", neurons.join(", "));
        Err(SetupError::Unknown { name: name.to_owned(), known }.into())
    }
}
