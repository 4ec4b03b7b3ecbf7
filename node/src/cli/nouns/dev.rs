//! The part of `taonet dev` that is transactions.

use crate::cli::{
    Command, Intent,
    intent::{DevFund, DevImpersonate, DevSetParam, Signed},
};
use clap::Subcommand;

/// Change the state of a development network by a transaction that needs no right.
#[derive(Debug, Subcommand)]
pub enum Development {
    /// Mint TAO for an account
    Fund(Signed<DevFund>),
    /// Set any parameter at any time, frozen or not
    #[command(alias = "set_param")]
    SetParam(Signed<DevSetParam>),
    /// Make any call in the name of another account, without its key
    Impersonate(Signed<DevImpersonate>),
}

impl Development {
    /// The same as an entry of the registry.
    pub fn command(self) -> Command {
        Command::Tx(match self {
            Development::Fund(intent) => Intent::DevFund(intent),
            Development::SetParam(intent) => Intent::DevSetParam(intent),
            Development::Impersonate(intent) => Intent::DevImpersonate(intent),
        })
    }
}
