//! Stake that stays stake: to another hotkey, another subnet, another coldkey (staking.md section 5).

use super::{Asks, words::Hotkey};
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::{Alpha, Tao};

/// From which subnet to which, and how much.
#[derive(Clone, Debug, Args)]
struct Route {
    /// From which subnet
    #[arg(long, alias = "from", value_name = "N")]
    origin_netuid: u16,
    /// To which subnet [default: the same]
    #[arg(long = "dest-netuid", visible_alias = "destination-netuid", value_name = "N")]
    destination_netuid: Option<u16>,
    /// How much, in alpha of the origin
    #[arg(long, value_name = "ALPHA")]
    amount: Alpha,
}

impl Route {
    /// Origin and destination.
    fn netuids(&self) -> (u16, u16) {
        (self.origin_netuid, self.destination_netuid.unwrap_or(self.origin_netuid))
    }
}

/// Move stake to another hotkey, another subnet, or both.
#[derive(Clone, Debug, Args)]
pub struct MoveStake {
    /// From which hotkey [default: the signer itself]
    #[arg(long, value_name = "ACCOUNT")]
    origin_hotkey: Option<String>,
    /// To which hotkey
    #[arg(long = "dest-hotkey", visible_alias = "destination-hotkey", value_name = "ACCOUNT")]
    destination_hotkey: String,
    #[command(flatten)]
    route: Route,
}

impl Asks for MoveStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (origin_netuid, destination_netuid) = self.route.netuids();
        Ok(Call::MoveStake {
            origin_hotkey: self.origin_hotkey.as_ref().map_or(Ok(signer), |text| keys::account(text))?,
            destination_hotkey: keys::account(&self.destination_hotkey)?,
            origin_netuid,
            destination_netuid,
            amount: self.route.amount,
        })
    }
}

/// Give stake to another coldkey.
#[derive(Clone, Debug, Args)]
pub struct TransferStake {
    /// The new owner of the stake
    #[arg(long = "dest-coldkey", visible_aliases = ["destination-coldkey", "dest"], value_name = "KEY")]
    destination_coldkey: String,
    #[command(flatten)]
    hotkey: Hotkey,
    #[command(flatten)]
    route: Route,
}

impl Asks for TransferStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (origin_netuid, destination_netuid) = self.route.netuids();
        Ok(Call::TransferStake {
            destination_coldkey: keys::account(&self.destination_coldkey)?,
            hotkey: self.hotkey.or(signer)?,
            origin_netuid,
            destination_netuid,
            amount: self.route.amount,
        })
    }
}

/// Move stake to another subnet.
#[derive(Clone, Debug, Args)]
pub struct SwapStake {
    #[command(flatten)]
    hotkey: Hotkey,
    /// From which subnet
    #[arg(long, alias = "from", value_name = "N")]
    origin_netuid: u16,
    /// To which subnet
    #[arg(long = "dest-netuid", visible_alias = "destination-netuid", value_name = "N")]
    destination_netuid: u16,
    /// How much, in alpha of the origin
    #[arg(long, value_name = "ALPHA")]
    amount: Alpha,
    /// The lowest price of the origin's alpha, in alpha of the destination
    #[arg(long = "limit-price", alias = "limit", value_name = "RATIO")]
    price: Option<Tao>,
    /// Move what fits within the limit instead of failing
    #[arg(long, alias = "partial", requires = "price")]
    allow_partial: bool,
}

impl Asks for SwapStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let hotkey = self.hotkey.or(signer)?;
        let SwapStake { origin_netuid, destination_netuid, amount, price, allow_partial, .. } = *self;
        Ok(match price.map(Tao::units) {
            None => Call::SwapStake { hotkey, origin_netuid, destination_netuid, amount },
            Some(limit) => Call::SwapStakeLimit {
                hotkey,
                origin_netuid,
                destination_netuid,
                amount,
                limit,
                allow_partial,
            },
        })
    }
}
