//! What belongs to a hotkey: its owner, its take, and who stakes to it by itself (staking.md sections 1, 7 and 9).

use super::{
    Asks, Planned, Plans,
    words::{Hotkey, OneSubnet, Part},
};
use crate::{
    cli::{keys, session::Session},
    fault::Fault,
};
use clap::Args;
use taonet_chain::{AccountId, Call};

/// Own a hotkey that has no owner.
#[derive(Clone, Debug, Args)]
pub struct AssociateHotkey {
    /// The hotkey
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: String,
}

impl Asks for AssociateHotkey {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::TryAssociateHotkey { hotkey: keys::account(&self.hotkey)? })
    }
}

/// Choose the hotkey that one's miners stake to.
#[derive(Clone, Debug, Args)]
pub struct SetAutoStake {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The hotkey
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: String,
}

impl Asks for SetAutoStake {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let (netuid, hotkey) = (self.subnet.netuid(), keys::account(&self.hotkey)?);
        Ok(Call::SetColdkeyAutoStakeHotkey { netuid, hotkey })
    }
}

/// A hotkey and its new take.
#[derive(Clone, Debug, Args)]
struct Take {
    #[command(flatten)]
    hotkey: Hotkey,
    /// The new take, such as 0.18 or 18%
    #[arg(long, value_name = "PART")]
    take: Part,
}

/// Raise the take.
#[derive(Clone, Debug, Args)]
pub struct IncreaseTake {
    #[command(flatten)]
    to: Take,
}

impl Asks for IncreaseTake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::IncreaseTake { hotkey: self.to.hotkey.or(signer)?, take: self.to.take.of_u16() })
    }
}

/// Lower the take.
#[derive(Clone, Debug, Args)]
pub struct DecreaseTake {
    #[command(flatten)]
    to: Take,
}

impl Asks for DecreaseTake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::DecreaseTake { hotkey: self.to.hotkey.or(signer)?, take: self.to.take.of_u16() })
    }
}

/// Raise or lower the take, whichever it is.
#[derive(Clone, Debug, Args)]
pub struct SetTake {
    #[command(flatten)]
    to: Take,
}

impl SetTake {
    /// The call for a hotkey that keeps `present` now.
    pub(super) fn call_from(&self, hotkey: AccountId, present: Option<u32>) -> Call {
        let take = self.to.take.of_u16();
        match present {
            Some(present) if u32::from(take) < present => Call::DecreaseTake { hotkey, take },
            _ => Call::IncreaseTake { hotkey, take },
        }
    }
}

impl Plans for SetTake {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        let hotkey = self.to.hotkey.or(signer)?;
        let present = session.client.hotkey(&hotkey, None).await?.take;
        Ok(self.call_from(hotkey, present).into())
    }
}
