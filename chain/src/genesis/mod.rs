//! Genesis: from a file that people write to block 0.
//!
//! Rules:
//! 1. A genesis is plain data, in TOML; its hash is the identity of its network.
//! 2. The state of block 0 follows from it alone: the same genesis gives the same root everywhere.
//! 3. The issuance at block 0 is the sum of all balances, those of subnet accounts included.
//! 4. A genesis that makes no sense is refused with the field, a sentence, and what to do; nothing is guessed.
//! 5. There are two presets: [`Genesis::dev`] is alive from the first block, [`Genesis::mainnet`] starts empty.

mod build;
mod presets;
mod subnets;
mod timing;

use crate::{
    authority::{Authority, ConsensusMode},
    crypto::{AccountId, Domain, Hash},
    ledger::settings::Limits,
};
use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};
use std::fmt;
use taonet_subnets::amount::Tao;

pub use presets::{DEV_MINERS, DEV_NETUID, DEV_NOMINATOR, DEV_VALIDATORS, DevOptions, MainnetOptions};
pub use subnets::{
    GenesisNeuron, GenesisRoot, GenesisRootStake, GenesisStake, GenesisSubnet, ParamText, ParamTexts,
};
pub use timing::Timing;

/// Everything a network starts from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The network's name; networks with different names never meet.
    pub id: String,
    /// Whether this is a development network: loopback axons and development commands are allowed.
    #[serde(default)]
    pub dev: bool,
    /// The timestamp of block 0, milliseconds since the Unix epoch; 0: the clock starts with block 1.
    #[serde(default)]
    pub timestamp_ms: u64,
    /// The account with the rights of governance.
    pub sudo: AccountId,
    /// How authorities are chosen, from the first block on.
    #[serde(default)]
    pub consensus: ConsensusMode,
    /// When blocks are due and how long consensus waits.
    pub timing: Timing,
    /// Limits and prices of blocks.
    #[serde(default)]
    pub limits: Limits,
    /// In authority mode who makes blocks, in the order in which they take turns. In stake mode the first candidates,
    /// each with stake on root; one that no coldkey owns owns itself.
    pub authorities: Vec<GenesisAuthority>,
    /// Parameters of the whole network, by name.
    #[serde(default)]
    pub params: ParamTexts,
    /// Parameters with which new subnets start, by name, where they differ from the public network's.
    #[serde(default)]
    pub new_subnet: ParamTexts,
    /// The root network.
    #[serde(default)]
    pub root: GenesisRoot,
    /// Accounts with money.
    #[serde(default)]
    pub accounts: Vec<GenesisAccount>,
    /// Subnets.
    #[serde(default)]
    pub subnets: Vec<GenesisSubnet>,
}

/// An authority of the first block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAuthority {
    /// Its account.
    pub account: AccountId,
    /// Its voting power; in stake mode its root stake counts instead.
    #[serde(default = "one")]
    pub power: u64,
}

/// An account with money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// The account.
    pub account: AccountId,
    /// Its free balance: whole TAO as text, or RAO as an integer.
    #[serde(with = "crate::text::decimal")]
    pub balance: Tao,
}

fn one() -> u64 {
    1
}

/// Why a genesis is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisError {
    /// The line of the file, from 1, where that is known.
    pub line: Option<usize>,
    /// The field it is about; empty when the text is no TOML at all.
    pub field: String,
    /// What is wrong.
    pub sentence: String,
    /// What to do.
    pub remedy: &'static str,
}

impl GenesisError {
    fn new(field: impl Into<String>, sentence: impl Into<String>, remedy: &'static str) -> GenesisError {
        GenesisError { line: None, field: field.into(), sentence: sentence.into(), remedy }
    }
}

impl fmt::Display for GenesisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("genesis")?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        if !self.field.is_empty() {
            write!(f, ", field `{}`", self.field)?;
        }
        write!(f, ": {}. {}", self.sentence, self.remedy)
    }
}

impl std::error::Error for GenesisError {}

impl Genesis {
    /// Reads a genesis file.
    ///
    /// # Errors
    /// The line and what is wrong with it, or the field and why its value makes no sense.
    pub fn from_toml(text: &str) -> Result<Genesis, GenesisError> {
        let genesis: Genesis = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map(|head| head.matches('\n').count() + 1);
            let sentence = error.message().trim_end_matches('.').replace('\n', "; ");
            let remedy =
                "Correct this line; `taonet up` writes a complete genesis.toml into its network's folder.";
            GenesisError { line, ..GenesisError::new("", sentence, remedy) }
        })?;
        genesis.build()?;
        Ok(genesis)
    }

    /// The genesis as a file that [`Genesis::from_toml`] reads.
    pub fn to_toml(&self) -> String {
        // Plain data with text keys always has a TOML form.
        toml::to_string(self).unwrap_or_default()
    }

    /// The identity of the network.
    pub fn hash(&self) -> Hash {
        Hash::of_value(Domain::GENESIS, self)
    }

    /// The network's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether this is a development network.
    pub fn is_dev(&self) -> bool {
        self.dev
    }

    /// When blocks are due and how long consensus waits.
    pub fn timing(&self) -> Timing {
        self.timing
    }
}

impl From<GenesisAuthority> for Authority {
    fn from(authority: GenesisAuthority) -> Authority {
        Authority { id: authority.account, power: authority.power }
    }
}

#[cfg(test)]
mod tests;
