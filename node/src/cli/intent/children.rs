//! Lending stake weight to child keys (staking.md section 8).

use super::{
    Asks,
    words::{Hotkey, OneSubnet, Part, Switch},
};
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Call};

/// Lend stake weight to other hotkeys.
#[derive(Clone, Debug, Args)]
pub struct SetChildren {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
    /// To whom, separated by commas; all former children are replaced
    #[arg(long, value_delimiter = ',', required = true, value_name = "KEY")]
    children: Vec<String>,
    /// What part to each, such as 0.25 or 25%
    #[arg(long, visible_alias = "prop", value_delimiter = ',', required = true, value_name = "PART")]
    proportions: Vec<Part>,
}

impl Asks for SetChildren {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (children, proportions) = (self.children.len(), self.proportions.len());
        if children != proportions {
            let sentence = format!("{children} children and {proportions} proportions");
            return Err(Fault::invalid(sentence, "Give one proportion for each child."));
        }
        let pairs = self.children.iter().zip(&self.proportions);
        let link = |(child, part): (&String, &Part)| Ok((part.of(u64::MAX), keys::account(child)?));
        let children = pairs.map(link).collect::<Result<_, Fault>>()?;
        Ok(Call::SetChildren { hotkey: self.hotkey.or(signer)?, netuid: self.subnet.netuid(), children })
    }
}

/// Lend nothing any more.
#[derive(Clone, Debug, Args)]
pub struct RevokeChildren {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for RevokeChildren {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid) = (self.hotkey.or(signer)?, self.subnet.netuid());
        Ok(Call::SetChildren { hotkey, netuid, children: Vec::new() })
    }
}

/// Set what a child keeps.
#[derive(Clone, Debug, Args)]
pub struct SetChildkeyTake {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
    /// What it keeps, such as 0.09 or 9%
    #[arg(long, value_name = "PART")]
    take: Part,
}

impl Asks for SetChildkeyTake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid) = (self.hotkey.or(signer)?, self.subnet.netuid());
        Ok(Call::SetChildkeyTake { hotkey, netuid, take: self.take.of_u16() })
    }
}

/// Lend to the owners of new subnets, or not.
#[derive(Clone, Debug, Args)]
pub struct SetAutoParent {
    /// Whether it does
    enabled: Switch,
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for SetAutoParent {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, enabled) = (self.hotkey.or(signer)?, self.enabled.is_on());
        Ok(Call::SetAutoParentDelegationEnabled { hotkey, enabled })
    }
}
