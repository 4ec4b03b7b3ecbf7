//! What only the sudo account, and for their subnets the owners, may ask for.

use super::Asks;
use crate::fault::Fault;
use clap::Args;
use taonet_chain::{
    AccountId, Call,
    params::{Param, Scope},
};

/// Set a parameter.
#[derive(Clone, Debug, Args)]
pub struct SetParam {
    /// Its name, as `taonet hparams list` shows it
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// Its new value
    #[arg(allow_hyphen_values = true)]
    pub(super) value: String,
    /// The subnet, for a parameter of a subnet
    #[arg(long, short = 'u')]
    pub(super) netuid: Option<u16>,
}

impl Asks for SetParam {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let name = self.name.replace('-', "_");
        let param = Param::by_name(&name).ok_or_else(|| {
            Fault::invalid(format!("there is no parameter `{name}`"), "List them with `taonet hparams list`.")
        })?;
        let netuid = match (param.scope, self.netuid) {
            (Scope::Network, Some(_)) => {
                return Err(Fault::invalid(
                    format!("`{name}` belongs to the whole network"),
                    "Leave the number out: no --netuid, or `network` in its place.",
                ));
            }
            (Scope::Subnet | Scope::UserSubnet, None) => {
                return Err(Fault::invalid(
                    format!("`{name}` belongs to a subnet"),
                    "Give its number: with --netuid, or in the place of `network`.",
                ));
            }
            (_, netuid) => netuid,
        };
        let value = param.parse(&self.value).ok_or_else(|| {
            let sentence = format!("`{}` is no value of `{name}` ({})", self.value, param.kind);
            Fault::invalid(sentence, "Look up its unit with `taonet hparams list`.")
        })?;
        Ok(Call::SetParam { netuid, param: param.id, value })
    }
}
