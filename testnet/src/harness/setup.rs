//! What a network under test consists of: pure data, the same for every layer that runs it.
//!
//! Rules:
//! 1. A description is complete: with its seed it gives the same genesis, the same keys and the same blocks everywhere.
//! 2. Participants are known by name. A name says everything about its keys ([`super::keys`]).
//! 3. What is left out has the value of a development network that is alive from its first block.
//!
//! It reads and writes as TOML; policies are texts, as [`taonet_subnets::roles::policy`] lists them.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use taonet_chain::genesis::{ParamText, ParamTexts};
use taonet_subnets::{
    amount::{Alpha, Tao},
    roles::{MinerPolicy, Policy, PolicyError, TraderPolicy},
};

/// What the numbers of a network start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A development network: four blocks a second, weights set openly and at any time, short tempos.
    #[default]
    Dev,
    /// The public network's times and parameters: twelve seconds a block, rate limits, sealed weights, tempo 360. It is
    /// still marked as a development network, so that miners may listen on loopback.
    Realistic,
}

/// A network under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Setup {
    /// What its numbers start from.
    pub preset: Preset,
    /// Two setups that differ in nothing else are still different networks: every challenge is another one.
    pub seed: u64,
    /// How many authorities make its blocks, 1 to 128.
    pub authorities: u16,
    /// The least milliseconds between two blocks, where it is not the preset's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot_ms: Option<u64>,
    /// Parameters of the whole network, by name, over the preset's.
    #[serde(skip_serializing_if = "ParamTexts::is_empty")]
    pub params: ParamTexts,
    /// Parameters with which all subnets start, by name, over the preset's.
    #[serde(skip_serializing_if = "ParamTexts::is_empty")]
    pub new_subnet: ParamTexts,
    /// Accounts with money, beside those of neurons and of development networks.
    pub accounts: Vec<AccountSetup>,
    /// Its subnets; the first has netuid 1, the next 2, and so on.
    pub subnets: Vec<SubnetSetup>,
}

/// Somebody with money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSetup {
    /// Its name.
    pub name: String,
    /// Its free balance.
    #[serde(default = "pocket", with = "as_text")]
    pub balance: Tao,
    /// What it does with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trades: Vec<TradeSetup>,
}

/// One trade of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TradeSetup {
    /// The name of the subnet.
    pub subnet: String,
    /// The neuron with which the alpha is staked; by default the first validator of the subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// When it buys and sells, and how much.
    #[serde(with = "as_text")]
    pub policy: TraderPolicy,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubnetSetup {
    /// Its name, by which everything else refers to it.
    pub name: String,
    /// Blocks between two epochs, where it is not the preset's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tempo: Option<u16>,
    /// Whose it is. An owner that is also one of its neurons owns it with that neuron's hotkey.
    #[serde(default = "owner")]
    pub owner: String,
    /// The TAO in its pool.
    #[serde(default = "pool_tao", with = "as_text")]
    pub tao: Tao,
    /// The alpha in its pool. TAO by alpha is the price.
    #[serde(default = "pool_alpha", with = "as_text")]
    pub alpha: Alpha,
    /// Whether it trades and emits from block 1 on.
    #[serde(default = "yes")]
    pub started: bool,
    /// Its parameters, by name, over those of all subnets.
    #[serde(default, skip_serializing_if = "ParamTexts::is_empty")]
    pub params: ParamTexts,
    /// How long its validators wait for an answer, in milliseconds.
    #[serde(default = "patience")]
    pub patience_ms: u64,
    /// Its validators: they have the first uids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<ValidatorSetup>,
    /// Its miners: they have the next uids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub miners: Vec<MinerSetup>,
}

/// A validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorSetup {
    /// Its name.
    pub name: String,
    /// The alpha that its coldkey staked to it.
    #[serde(with = "as_text")]
    pub stake: Alpha,
    /// The TAO that its coldkey staked to it on root.
    #[serde(default, with = "as_text")]
    pub root: Tao,
    /// The participant whose coldkey owns it, where it is not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coldkey: Option<String>,
    /// What it does differently from the textbook.
    #[serde(default, with = "as_text")]
    pub policy: Policy<String>,
    /// A program of the author's own that does its work, as a line for the shell; only processes run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// A miner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinerSetup {
    /// Its name.
    pub name: String,
    /// The alpha that its coldkey staked to it.
    #[serde(default, with = "as_text")]
    pub stake: Alpha,
    /// The participant whose coldkey owns it, where it is not its own. Sybils are miners of one coldkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coldkey: Option<String>,
    /// By which method it works, and when.
    #[serde(default, with = "as_text")]
    pub policy: MinerPolicy,
    /// The block after which it comes and pays for its registration; without one it is there from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joins: Option<u64>,
    /// A program of the author's own that does its work, as a line for the shell; only processes run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            preset: Preset::Dev,
            seed: 0,
            authorities: 4,
            slot_ms: None,
            params: ParamTexts::new(),
            new_subnet: ParamTexts::new(),
            accounts: Vec::new(),
            subnets: Vec::new(),
        }
    }
}

impl Setup {
    /// An empty network of a preset.
    pub fn of(preset: Preset) -> Setup {
        Setup { preset, ..Setup::default() }
    }

    /// The first neuron that is a program of its own, if there is one.
    pub(super) fn program(&self) -> Option<&str> {
        self.subnets.iter().find_map(|subnet| {
            let validator = subnet.validators.iter().find(|one| one.command.is_some());
            let miner = subnet.miners.iter().find(|one| one.command.is_some());
            validator.map(|one| one.name.as_str()).or(miner.map(|one| one.name.as_str()))
        })
    }

    /// The position of a subnet; its netuid is one more.
    pub fn subnet(&self, name: &str) -> Option<usize> {
        self.subnets.iter().position(|subnet| subnet.name == name)
    }
}

impl AccountSetup {
    /// Somebody with so many whole TAO.
    pub fn new(name: impl Into<String>, tao: u64) -> AccountSetup {
        AccountSetup { name: name.into(), balance: Tao::whole(tao), trades: Vec::new() }
    }

    /// Trades on a subnet, with the first validator there.
    pub fn trades(mut self, subnet: impl Into<String>, policy: TraderPolicy) -> AccountSetup {
        self.trades.push(TradeSetup { subnet: subnet.into(), with: None, policy });
        self
    }
}

impl SubnetSetup {
    /// A subnet without neurons, started, with the pool of a development network.
    pub fn named(name: impl Into<String>) -> SubnetSetup {
        SubnetSetup {
            name: name.into(),
            tempo: None,
            owner: owner(),
            tao: pool_tao(),
            alpha: pool_alpha(),
            started: true,
            params: ParamTexts::new(),
            patience_ms: patience(),
            validators: Vec::new(),
            miners: Vec::new(),
        }
    }

    /// With so many blocks between two epochs.
    pub fn tempo(mut self, blocks: u16) -> SubnetSetup {
        self.tempo = Some(blocks);
        self
    }

    /// Owned by this participant.
    pub fn owner(mut self, name: impl Into<String>) -> SubnetSetup {
        self.owner = name.into();
        self
    }

    /// With so much whole TAO and whole alpha in its pool.
    pub fn pool(mut self, tao: u64, alpha: u64) -> SubnetSetup {
        (self.tao, self.alpha) = (Tao::whole(tao), Alpha::whole(alpha));
        self
    }

    /// With this value of a parameter.
    pub fn param(mut self, name: impl Into<String>, value: impl fmt::Display) -> SubnetSetup {
        self.params.insert(name.into(), ParamText::from(value));
        self
    }

    /// With another validator.
    pub fn validator(mut self, validator: ValidatorSetup) -> SubnetSetup {
        self.validators.push(validator);
        self
    }

    /// With another miner.
    pub fn miner(mut self, miner: MinerSetup) -> SubnetSetup {
        self.miners.push(miner);
        self
    }

    /// With `count` miners of one coldkey that do the same: `name-1`, `name-2`, … of the participant `name`.
    pub fn sybils(mut self, name: &str, count: u16, policy: &MinerPolicy) -> SubnetSetup {
        self.miners.extend((1..=count).map(|number| MinerSetup {
            name: format!("{name}-{number}"),
            stake: Alpha::ZERO,
            coldkey: Some(name.to_owned()),
            policy: policy.clone(),
            joins: None,
            command: None,
        }));
        self
    }
}

impl ValidatorSetup {
    /// An honest validator with so much whole alpha.
    pub fn new(name: impl Into<String>, alpha: u64) -> ValidatorSetup {
        let (stake, root) = (Alpha::whole(alpha), Tao::ZERO);
        let (coldkey, command) = (None, None);
        ValidatorSetup { name: name.into(), stake, root, coldkey, policy: Policy::honest(), command }
    }

    /// With this policy.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn policy(mut self, policy: &str) -> Result<ValidatorSetup, PolicyError> {
        self.policy = policy.parse()?;
        Ok(self)
    }
}

impl MinerSetup {
    /// A miner that works by a method of its task.
    pub fn new(name: impl Into<String>, method: impl Into<String>) -> MinerSetup {
        MinerSetup {
            name: name.into(),
            stake: Alpha::ZERO,
            coldkey: None,
            policy: MinerPolicy::by(method),
            joins: None,
            command: None,
        }
    }

    /// With this policy.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn policy(mut self, policy: &str) -> Result<MinerSetup, PolicyError> {
        self.policy = policy.parse()?;
        Ok(self)
    }
}

/// What accounts and coldkeys of neurons have in their pockets, where nothing else is said.
pub(super) fn pocket() -> Tao {
    Tao::whole(1_000)
}

fn owner() -> String {
    "owner".to_owned()
}

fn pool_tao() -> Tao {
    Tao::whole(5_000)
}

fn pool_alpha() -> Alpha {
    Alpha::whole(4_000)
}

fn yes() -> bool {
    true
}

fn patience() -> u64 {
    750
}

/// Values that have a text form: amounts in whole units (a whole number will do), and policies.
mod as_text {
    use super::{FromStr, fmt};
    use serde::{Deserialize, Deserializer, Serializer, de};
    use taonet_chain::genesis::ParamText;

    pub(super) fn serialize<S: Serializer>(value: &impl fmt::Display, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, T>(from: D) -> Result<T, D::Error>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        ParamText::deserialize(from)?.0.parse().map_err(de::Error::custom)
    }
}
