//! TAO to other accounts, and stake into and out of subnets (staking.md sections 3, 4 and 9).

use super::{
    Asks,
    words::{Hotkey, Limit, Stake},
};
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::Tao;

/// Move TAO.
#[derive(Clone, Debug, Args)]
pub struct Transfer {
    /// The receiver
    #[arg(long, alias = "dest", value_name = "ACCOUNT")]
    to: String,
    /// How much, in TAO
    #[arg(long, value_name = "TAO")]
    amount: Tao,
}

impl Asks for Transfer {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::Transfer { to: keys::account(&self.to)?, amount: self.amount })
    }
}

/// Stake TAO.
#[derive(Clone, Debug, Args)]
pub struct AddStake {
    /// The subnet; 0 is root
    #[arg(long, short = 'u')]
    netuid: u16,
    #[command(flatten)]
    hotkey: Hotkey,
    /// How much, in TAO
    #[arg(long, value_name = "TAO")]
    amount: Tao,
    #[command(flatten)]
    limit: Limit,
}

impl Asks for AddStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid, amount) = (self.hotkey.or(signer)?, self.netuid, self.amount);
        Ok(match self.limit.get() {
            None => Call::AddStake { hotkey, netuid, amount },
            Some((limit, allow_partial)) => {
                Call::AddStakeLimit { hotkey, netuid, amount, limit, allow_partial }
            }
        })
    }
}

/// Take stake out.
#[derive(Clone, Debug, Args)]
pub struct RemoveStake {
    #[command(flatten)]
    stake: Stake,
    #[command(flatten)]
    limit: Limit,
}

impl Asks for RemoveStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid, amount) = (self.stake.hotkey.or(signer)?, self.stake.netuid, self.stake.amount);
        Ok(match self.limit.get() {
            None => Call::RemoveStake { hotkey, netuid, amount },
            Some((limit, allow_partial)) => {
                Call::RemoveStakeLimit { hotkey, netuid, amount, limit, allow_partial }
            }
        })
    }
}

/// Take the whole stake out of a subnet.
#[derive(Clone, Debug, Args)]
pub struct RemoveStakeFull {
    /// The subnet; 0 is root
    #[arg(long, short = 'u')]
    netuid: u16,
    #[command(flatten)]
    hotkey: Hotkey,
    /// The lowest price, in TAO per alpha: all is sold above it, or nothing
    #[arg(long = "limit-price", alias = "limit", value_name = "TAO")]
    limit: Option<Tao>,
}

impl Asks for RemoveStakeFull {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, limit) = (self.hotkey.or(signer)?, self.limit.map(Tao::units));
        Ok(Call::RemoveStakeFullLimit { hotkey, netuid: self.netuid, limit })
    }
}

/// Take all stake out of all subnets.
#[derive(Clone, Debug, Args)]
pub struct UnstakeAll {
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for UnstakeAll {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::UnstakeAll { hotkey: self.hotkey.or(signer)? })
    }
}

/// Take all stake out of all subnets, and stake what comes of it on root.
#[derive(Clone, Debug, Args)]
pub struct UnstakeAllAlpha {
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for UnstakeAllAlpha {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::UnstakeAllAlpha { hotkey: self.hotkey.or(signer)? })
    }
}

/// Stake TAO and burn the alpha.
#[derive(Clone, Debug, Args)]
pub struct AddStakeBurn {
    /// The subnet
    #[arg(long, short = 'u')]
    netuid: u16,
    #[command(flatten)]
    hotkey: Hotkey,
    /// How much, in TAO
    #[arg(long, value_name = "TAO")]
    amount: Tao,
    /// The highest price, in TAO per alpha: all is bought below it, or nothing
    #[arg(long = "limit-price", alias = "limit", value_name = "TAO")]
    limit: Option<Tao>,
}

impl Asks for AddStakeBurn {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, limit) = (self.hotkey.or(signer)?, self.limit.map(Tao::units));
        Ok(Call::AddStakeBurn { hotkey, netuid: self.netuid, amount: self.amount, limit })
    }
}

/// Destroy alpha so that it can be emitted again.
#[derive(Clone, Debug, Args)]
pub struct RecycleAlpha {
    #[command(flatten)]
    stake: Stake,
}

impl Asks for RecycleAlpha {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let Stake { netuid, hotkey, amount } = &self.stake;
        Ok(Call::RecycleAlpha { hotkey: hotkey.or(signer)?, amount: *amount, netuid: *netuid })
    }
}

/// Destroy alpha for ever.
#[derive(Clone, Debug, Args)]
pub struct BurnAlpha {
    #[command(flatten)]
    stake: Stake,
}

impl Asks for BurnAlpha {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let Stake { netuid, hotkey, amount } = &self.stake;
        Ok(Call::BurnAlpha { hotkey: hotkey.or(signer)?, amount: *amount, netuid: *netuid })
    }
}
