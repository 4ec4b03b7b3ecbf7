//! [`Builder`]: a description put together step by step, with tasks of one's own.

use super::{
    HarnessError, SetupError, Sim,
    setup::{AccountSetup, MinerSetup, Preset, Setup, SubnetSetup, ValidatorSetup},
    workshop::Tools,
};
use std::{collections::BTreeMap, fmt};
use taonet_chain::genesis::ParamText;
use taonet_subnets::roles::{PolicyError, TraderPolicy};

/// Puts a network together: first what holds for all of it, then subnet by subnet. What a step finds wrong is told when
/// the network is built.
#[derive(Clone, Default)]
pub struct Builder {
    setup: Setup,
    tools: BTreeMap<String, Tools>,
    wrong: Option<SetupError>,
}

impl Builder {
    /// What the numbers of the network start from.
    pub fn preset(mut self, preset: Preset) -> Builder {
        self.setup.preset = preset;
        self
    }

    /// Every choice of chance follows from it.
    pub fn seed(mut self, seed: u64) -> Builder {
        self.setup.seed = seed;
        self
    }

    /// So many authorities take turns in making blocks.
    pub fn authorities(mut self, authorities: u16) -> Builder {
        self.setup.authorities = authorities;
        self
    }

    /// The least milliseconds between two blocks.
    pub fn slot_ms(mut self, slot_ms: u64) -> Builder {
        self.setup.slot_ms = Some(slot_ms);
        self
    }

    /// A parameter of the last subnet, or of the whole network while there is no subnet.
    pub fn param(mut self, name: &str, value: impl fmt::Display) -> Builder {
        let params = match self.setup.subnets.last_mut() {
            Some(subnet) => &mut subnet.params,
            None => &mut self.setup.params,
        };
        params.insert(name.to_owned(), ParamText::from(value));
        self
    }

    /// Somebody with so many whole TAO.
    pub fn account(mut self, name: &str, tao: u64) -> Builder {
        self.setup.accounts.push(AccountSetup::new(name, tao));
        self
    }

    /// Somebody with so many whole TAO, who trades on a subnet by this policy, such as `whale:2000@100..200`.
    pub fn trader(mut self, name: &str, tao: u64, subnet: &str, policy: &str) -> Builder {
        let policy: Option<TraderPolicy> = self.read(policy);
        let account = AccountSetup::new(name, tao);
        self.setup.accounts.extend(policy.map(|policy| account.trades(subnet, policy)));
        self
    }

    /// Another subnet. What follows is about it.
    pub fn subnet(mut self, subnet: SubnetSetup) -> Builder {
        self.setup.subnets.push(subnet);
        self
    }

    /// Whose the last subnet is; one of its neurons, or anybody else.
    pub fn owned_by(mut self, owner: &str) -> Builder {
        match self.setup.subnets.last_mut() {
            Some(subnet) => owner.clone_into(&mut subnet.owner),
            None => self.blame(SetupError::NoSubnet("an owner")),
        }
        self
    }

    /// What the last subnet works on: a [`Workshop`](super::Workshop). Without one it is the built-in task.
    pub fn work(mut self, tools: impl Into<Tools>) -> Builder {
        match self.setup.subnets.last() {
            Some(subnet) => drop(self.tools.insert(subnet.name.clone(), tools.into())),
            None => self.blame(SetupError::NoSubnet("a workshop")),
        }
        self
    }

    /// A validator of the last subnet with so much whole alpha, and with this policy, such as `honest` or `late:1`.
    pub fn validator(mut self, name: &str, alpha: u64, policy: &str) -> Builder {
        let policy = self.read(policy);
        match (self.setup.subnets.last_mut(), policy) {
            (Some(subnet), Some(policy)) => {
                subnet.validators.push(ValidatorSetup { policy, ..ValidatorSetup::new(name, alpha) });
            }
            (None, _) => self.blame(SetupError::NoSubnet("a validator")),
            (Some(_), None) => {}
        }
        self
    }

    /// A miner of the last subnet with this policy: the name of a method of its workshop, and what goes with it.
    pub fn miner(mut self, name: &str, policy: &str) -> Builder {
        let policy = self.read(policy);
        match (self.setup.subnets.last_mut(), policy) {
            (Some(subnet), Some(policy)) => {
                subnet.miners.push(MinerSetup { policy, ..MinerSetup::new(name, "") });
            }
            (None, _) => self.blame(SetupError::NoSubnet("a miner")),
            (Some(_), None) => {}
        }
        self
    }

    /// So many miners of the last subnet with one coldkey that all do the same: `name-1`, `name-2`, …
    pub fn sybils(mut self, name: &str, count: u16, policy: &str) -> Builder {
        let policy = self.read(policy);
        match (self.setup.subnets.pop(), policy) {
            (Some(subnet), Some(policy)) => self.setup.subnets.push(subnet.sybils(name, count, &policy)),
            (None, _) => self.blame(SetupError::NoSubnet("a miner")),
            (Some(subnet), None) => self.setup.subnets.push(subnet),
        }
        self
    }

    /// The description so far.
    ///
    /// # Errors
    /// The first step that was wrong.
    pub fn setup(self) -> Result<Setup, SetupError> {
        self.parts().map(|(setup, _)| setup)
    }

    /// The network in this process: one chain, whose blocks the caller makes.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn build(self) -> Result<Sim, HarnessError> {
        let (setup, tools) = self.parts()?;
        Sim::new(setup, &tools)
    }

    pub(super) fn parts(self) -> Result<(Setup, BTreeMap<String, Tools>), SetupError> {
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok((self.setup, self.tools)),
        }
    }

    fn read<P: std::str::FromStr<Err = PolicyError>>(&mut self, policy: &str) -> Option<P> {
        policy.parse().map_err(|error| self.blame(SetupError::Policy(error))).ok()
    }

    fn blame(&mut self, wrong: SetupError) {
        self.wrong.get_or_insert(wrong);
    }
}

impl From<Setup> for Builder {
    fn from(setup: Setup) -> Builder {
        Builder { setup, ..Builder::default() }
    }
}

impl Sim {
    /// A network to be put together.
    pub fn builder() -> Builder {
        Builder::default()
    }
}
