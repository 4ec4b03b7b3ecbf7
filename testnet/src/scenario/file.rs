//! A scenario as people write it: TOML, with names for everything.
//!
//! ```toml
//! schema = 1
//! name = "two-honest"
//! about = "Two validators agree, and the better miner earns more."
//! seed = 7
//!
//! [time]
//! until = { epochs = 3 }
//!
//! [[subnet]]
//! name = "tour"
//! tempo = 20
//! validators = [{ name = "val-a", stake = "6000" }, { name = "val-b", stake = "4000" }]
//! miners = [{ name = "good", policy = "two-opt" }, { name = "poor", policy = "sweep" }]
//!
//! [[assert]]
//! expr = "incentive('good') > incentive('poor')"
//! ```
//!
//! Rules:
//! 1. What is left out has the value of a development network that is alive from its first block.
//! 2. Nothing is guessed: a key, a name or a fact that does not exist is refused with its line and the nearest that
//!    does ([`super::read`]).
//! 3. Nodes are called `n0`, `n1`, …; the first are the authorities.
//! 4. Every scenario may name one change that must make it fail: an assertion that holds whatever happens shows
//!    nothing.

use crate::harness::{AccountSetup, Preset, Setup, SubnetSetup};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{collections::BTreeMap, fmt, str::FromStr};
use taonet_chain::genesis::ParamTexts;
use taonet_subnets::amount::Tao;
use toml::Spanned;

/// The version of the format that this program reads.
pub const SCHEMA: u32 = 1;

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the format: 1.
    pub schema: Spanned<u32>,
    /// Its name: also that of its report and its bundle.
    pub name: Spanned<String>,
    /// What it tells, in a sentence or two.
    #[serde(default)]
    pub about: String,
    /// What everything random draws from.
    #[serde(default)]
    pub seed: u64,
    /// Where it runs, unless the command says otherwise.
    #[serde(default)]
    pub on: Layer,
    /// The network.
    #[serde(default)]
    pub network: NetworkFile,
    /// How long.
    pub time: TimeFile,
    /// Somebody with money, beside neurons.
    #[serde(default, rename = "account")]
    pub accounts: Vec<AccountSetup>,
    /// The subnets; the first has netuid 1.
    #[serde(default, rename = "subnet")]
    pub subnets: Vec<SubnetSetup>,
    /// What happens.
    #[serde(default, rename = "at")]
    pub happenings: Vec<Happening>,
    /// What must hold.
    #[serde(default, rename = "assert")]
    pub assertions: Vec<Assertion>,
    /// What the report shows.
    #[serde(default)]
    pub report: ReportFile,
    /// The one change that must make it fail.
    #[serde(default)]
    pub fails_if: Option<Change>,
}

/// Where a scenario runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// One chain in one process: no network, no faults, the fastest.
    #[default]
    Sim,
    /// Many replicas over a simulated network.
    Cluster,
    /// Real nodes.
    Processes,
}

/// The network of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkFile {
    /// What its numbers start from.
    pub preset: Preset,
    /// How many nodes make blocks.
    pub authorities: u16,
    /// The least milliseconds between two blocks, where it is not the preset's.
    pub slot_ms: Option<u64>,
    /// Parameters of the whole network, by name.
    pub params: ParamTexts,
    /// Parameters with which all subnets start, by name.
    pub new_subnet: ParamTexts,
    /// How all links behave.
    pub link: LinkFile,
}

impl Default for NetworkFile {
    fn default() -> NetworkFile {
        NetworkFile {
            preset: Preset::Dev,
            authorities: 4,
            slot_ms: None,
            params: ParamTexts::new(),
            new_subnet: ParamTexts::new(),
            link: LinkFile::default(),
        }
    }
}

/// How a link behaves. All zero: as fast as the layer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkFile {
    /// How long every message takes.
    pub latency_ms: u64,
    /// Up to how much longer it takes.
    pub jitter_ms: u64,
    /// How many of a hundred messages are lost.
    pub loss_percent: u64,
}

/// How long a scenario lasts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeFile {
    /// When it ends.
    pub until: Until,
}

/// When a scenario ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Until {
    /// After this block.
    Blocks(u64),
    /// When the first subnet has had so many epochs.
    Epochs(u64),
}

/// Something that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// After which block.
    pub block: u64,
    /// What.
    #[serde(rename = "do")]
    pub act: Spanned<Act>,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Only nodes of the same group still hear each other. Who is in no group is alone.
    Partition(Vec<Vec<String>>),
    /// All links are as in the beginning again.
    Heal,
    /// A node ends, as if by power loss.
    Crash(String),
    /// A node that had ended starts again.
    Start(String),
    /// A link changes, in both directions.
    Link {
        /// One end.
        from: String,
        /// The other.
        to: String,
        /// How it behaves from now on.
        link: LinkFile,
    },
    /// The owner of everything sets a parameter: of a subnet, or of the network.
    SetParam {
        /// The subnet's name; none for the network.
        #[serde(default)]
        subnet: Option<String>,
        /// The parameter's name.
        name: String,
        /// Its value, as the command line would take it.
        value: String,
    },
    /// Governance ends a subnet.
    Dissolve(String),
    /// These nodes stake so much TAO to themselves on root and stand for election.
    #[serde(deserialize_with = "amounts")]
    Stand(BTreeMap<String, Tao>),
    /// Governance asks for authorities by stake, from the next era on.
    StakeMode,
}

/// Something that must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// What, in the language of [`super::expr`].
    pub expr: Spanned<String>,
    /// When.
    #[serde(default)]
    pub when: When,
    /// What it means, for the report.
    #[serde(default)]
    pub about: String,
}

/// When an assertion is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum When {
    /// After the last block.
    #[default]
    End,
    /// After every block.
    EveryBlock,
    /// After every epoch of any subnet.
    EveryEpoch,
    /// After this block.
    Block(u64),
}

/// What a report shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportFile {
    /// The plots; empty for all.
    pub plots: Vec<Spanned<String>>,
}

/// A change to a scenario file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What is changed: keys and places from 0, joined by dots: `subnet.0.validators.1.policy`.
    pub path: String,
    /// What it becomes; left out, it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<toml::Value>,
    /// Why the scenario fails then.
    pub about: String,
}

/// Amounts of whole TAO by name; a whole number will do as well as a text.
fn amounts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Tao>, D::Error> {
    let read = |(name, text): (String, taonet_chain::genesis::ParamText)| {
        Ok((name, text.0.parse().map_err(de::Error::custom)?))
    };
    ParamTexts::deserialize(from)?.into_iter().map(read).collect()
}

impl Scenario {
    /// The network under test.
    pub fn setup(&self) -> Setup {
        let network = self.network.clone();
        Setup {
            preset: network.preset,
            seed: self.seed,
            authorities: network.authorities,
            slot_ms: network.slot_ms,
            params: network.params,
            new_subnet: network.new_subnet,
            accounts: self.accounts.clone(),
            subnets: self.subnets.clone(),
        }
    }

    /// Whether it has links or nodes that one chain has not.
    pub fn needs_network(&self) -> bool {
        let breaks = self.happenings.iter().any(|happening| happening.act.get_ref().is_fault());
        breaks || self.network.link != LinkFile::default()
    }
}

impl Act {
    /// Whether it breaks or mends nodes or links.
    pub fn is_fault(&self) -> bool {
        matches!(self, Act::Partition(_) | Act::Heal | Act::Crash(_) | Act::Start(_) | Act::Link { .. })
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        match text {
            "end" => Ok(When::End),
            "every block" => Ok(When::EveryBlock),
            "every epoch" => Ok(When::EveryEpoch),
            _ => {
                text.strip_prefix("block ").and_then(|block| block.parse().ok()).map(When::Block).ok_or_else(
                    || format!("`{text}` is no time; use `end`, `every block`, `every epoch` or `block 60`"),
                )
            }
        }
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<When, String> {
        text.parse()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::End => f.write_str("end"),
            When::EveryBlock => f.write_str("every block"),
            When::EveryEpoch => f.write_str("every epoch"),
            When::Block(block) => write!(f, "block {block}"),
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Sim => "sim",
            Layer::Cluster => "cluster",
            Layer::Processes => "processes",
        })
    }
}
