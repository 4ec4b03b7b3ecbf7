//! The registry of parameters (hyperparameters.md): one line each, from which storage, checks, tools and docs derive.
//!
//! Rules:
//! 1. A parameter belongs to a subnet or to the whole network. Root is a subnet here and has its own values.
//! 2. Its line says: number, name, type = default / value of a new subnet, range, unit, who may set it, in which range
//!    the owner may, whether it is frozen before an epoch, how often the owner may change it, and what it means.
//! 3. Numbers never change and are never reused: transactions carry them.
//! 4. A value is carried as an integer in the parameter's own unit; a fixed-point number as its raw integer.
//! 5. Setting one is one event, whose name is the public network's ([`Param::event_name`]).
//!
//! Deviation: the pair of liquid alpha's rates is two parameters, so that every parameter is one number.

mod define;
mod event;
mod markdown;
mod table;
mod value;

use crate::error::CallError;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use std::fmt;

pub use event::Setting;
pub use markdown::table_markdown;
pub use table::{NetworkParams, SubnetParams};
pub use value::Unit;

/// The stable number of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Serialize)]
pub struct ParamId(pub u16);

/// Who may set a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The subnet's owner, in this range, or governance.
    Owner(i128, i128),
    /// Governance: the sudo account.
    Root,
    /// Nobody after genesis.
    Fixed,
    /// Nobody, not even genesis: the rules have the value built in.
    Constant,
}

/// How often the owner may change a parameter; governance always may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As often as the owner likes.
    Free,
    /// Once per `owner_hyperparam_rate_limit` tempos.
    Setting,
    /// Once per this many tempos.
    Tempos(u64),
    /// Once per this many blocks.
    Blocks(u64),
}

/// How often the owner may change the number of mechanisms, and how they share.
pub(crate) const MECHANISMS_RATE: Rate = Rate::Blocks(7_200);

/// Who must leave a parameter alone in the last `admin_freeze_window` blocks before an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Nobody.
    Open,
    /// Governance and owner alike.
    Frozen,
    /// The owner; governance may change it at any time.
    FrozenOwner,
}

/// What a parameter is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of each subnet, root included.
    Subnet,
    /// Of each subnet but root.
    UserSubnet,
    /// Of the whole network.
    Network,
}

/// One line of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its number.
    pub id: ParamId,
    /// Its name: lower case with underscores.
    pub name: &'static str,
    /// The type it is stored as.
    pub kind: &'static str,
    /// The unit of its integer.
    pub unit: Unit,
    /// What it is of.
    pub scope: Scope,
    /// Its value where nothing else is said.
    pub default: i128,
    /// Its value in a subnet that a user creates.
    pub new: i128,
    /// The least value.
    pub min: i128,
    /// The largest value.
    pub max: i128,
    /// Who may set it.
    pub who: Who,
    /// Whether it is frozen before an epoch.
    pub window: Window,
    /// How often the owner may change it.
    pub rate: Rate,
    /// The error of a value out of range.
    pub error: CallError,
    /// What it means, in a sentence.
    pub doc: &'static str,
}

impl Param {
    /// All parameters, those of subnets first, by number.
    pub fn all() -> impl Iterator<Item = &'static Param> {
        table::SUBNET.iter().chain(table::NETWORK)
    }

    /// The parameter with a number.
    pub fn by_id(id: ParamId) -> Option<&'static Param> {
        Param::all().find(|param| param.id == id)
    }

    /// The parameter with a name.
    pub fn by_name(name: &str) -> Option<&'static Param> {
        Param::all().find(|param| param.name == name)
    }

    /// Whether `value` is in the range.
    pub const fn allows(&self, value: i128) -> bool {
        self.min <= value && value <= self.max
    }

    /// Whether `value` is in the owner's range; never where the owner has no say.
    pub const fn allows_owner(&self, value: i128) -> bool {
        matches!(self.who, Who::Owner(min, max) if min <= value && value <= max) && self.allows(value)
    }

    /// A value as text.
    pub fn show(&self, value: i128) -> String {
        self.unit.show(value)
    }

    /// A value from text: an integer in the parameter's unit; `true` and `false`; decimals of fixed-point numbers.
    pub fn parse(&self, text: &str) -> Option<i128> {
        self.unit.parse(text)
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

#[cfg(test)]
mod tests;
