//! Keys that take the place of others (peripherals.md sections 3 and 4).

use super::Asks;
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Call, ledger::swaps::coldkey_hash};

/// Let another hotkey take the place of one.
#[derive(Clone, Debug, Args)]
pub struct SwapHotkey {
    /// The hotkey that goes
    #[arg(long, short = 'H', visible_alias = "old-hotkey", value_name = "ACCOUNT")]
    hotkey: String,
    /// The hotkey that comes
    #[arg(long, alias = "dest-hotkey", value_name = "ACCOUNT")]
    new_hotkey: String,
    /// Only on this subnet
    #[arg(long, short = 'u')]
    netuid: Option<u16>,
    /// Let stake and dividends stay with the old hotkey
    #[arg(long)]
    keep_stake: bool,
}

impl Asks for SwapHotkey {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let (hotkey, new_hotkey) = (keys::account(&self.hotkey)?, keys::account(&self.new_hotkey)?);
        let netuid = self.netuid;
        Ok(match self.keep_stake {
            false => Call::SwapHotkey { hotkey, new_hotkey, netuid },
            true => Call::SwapHotkeyV2 { hotkey, new_hotkey, netuid, keep_stake: true },
        })
    }
}

/// The new coldkey.
#[derive(Clone, Debug, Args)]
struct NewColdkey {
    /// The coldkey that comes
    #[arg(value_name = "NEW_COLDKEY")]
    new_coldkey: String,
}

/// Announce another coldkey.
#[derive(Clone, Debug, Args)]
pub struct AnnounceColdkeySwap {
    #[command(flatten)]
    to: NewColdkey,
}

impl Asks for AnnounceColdkeySwap {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let new_coldkey_hash = coldkey_hash(&keys::account(&self.to.new_coldkey)?);
        Ok(Call::AnnounceColdkeySwap { new_coldkey_hash })
    }
}

/// Replace the signer by what it announced.
#[derive(Clone, Debug, Args)]
pub struct SwapColdkeyAnnounced {
    #[command(flatten)]
    to: NewColdkey,
}

impl Asks for SwapColdkeyAnnounced {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::SwapColdkeyAnnounced { new_coldkey: keys::account(&self.to.new_coldkey)? })
    }
}

/// Freeze the signer.
#[derive(Clone, Debug, Args)]
pub struct DisputeColdkeySwap {}

impl Asks for DisputeColdkeySwap {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::DisputeColdkeySwap)
    }
}

/// Take the announcement back.
#[derive(Clone, Debug, Args)]
pub struct ClearColdkeySwap {}

impl Asks for ClearColdkeySwap {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::ClearColdkeySwapAnnouncement)
    }
}

/// End the announcement of a coldkey.
#[derive(Clone, Debug, Args)]
pub struct ResetColdkeySwap {
    /// The coldkey
    #[arg(value_name = "COLDKEY")]
    coldkey: String,
}

impl Asks for ResetColdkeySwap {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::ResetColdkeySwap { coldkey: keys::account(&self.coldkey)? })
    }
}

/// Replace a coldkey at once.
#[derive(Clone, Debug, Args)]
pub struct SwapColdkey {
    /// The coldkey that goes
    #[arg(long, value_name = "ACCOUNT")]
    old_coldkey: String,
    /// The coldkey that comes
    #[arg(long, value_name = "ACCOUNT")]
    new_coldkey: String,
}

impl Asks for SwapColdkey {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let (old_coldkey, new_coldkey) =
            (keys::account(&self.old_coldkey)?, keys::account(&self.new_coldkey)?);
        Ok(Call::SwapColdkey { old_coldkey, new_coldkey })
    }
}
