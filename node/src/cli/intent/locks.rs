//! Stake that is locked for conviction (staking.md section 10).

use super::{
    Asks,
    words::{Hotkey, OneSubnet, Switch},
};
use crate::{cli::keys, fault::Fault};
use clap::{Args, ValueEnum};
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::Alpha;

/// Lock stake.
#[derive(Clone, Debug, Args)]
pub struct LockStake {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
    /// How much, in alpha, on top of what is locked already
    #[arg(long, value_name = "ALPHA")]
    amount: Alpha,
}

impl Asks for LockStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid) = (self.hotkey.or(signer)?, self.subnet.netuid());
        Ok(Call::LockStake { hotkey, netuid, amount: self.amount })
    }
}

/// Give the lock to another hotkey.
#[derive(Clone, Debug, Args)]
pub struct MoveLock {
    #[command(flatten)]
    subnet: OneSubnet,
    /// To which hotkey
    #[arg(long, visible_alias = "dest-hotkey", alias = "hotkey", short = 'H', value_name = "ACCOUNT")]
    destination_hotkey: String,
}

impl Asks for MoveLock {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let destination_hotkey = keys::account(&self.destination_hotkey)?;
        Ok(Call::MoveLock { destination_hotkey, netuid: self.subnet.netuid() })
    }
}

/// Let locks decay, or not.
#[derive(Clone, Debug, Args)]
pub struct SetLockMode {
    /// Whether they decay
    #[arg(value_name = "MODE")]
    mode: Mode,
    /// The subnet
    #[arg(long, short = 'u')]
    netuid: u16,
}

/// What time does to locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// They stay as they are
    Perpetual,
    /// They decay, and what has decayed can be unstaked
    Decaying,
}

impl Asks for SetLockMode {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::SetPerpetualLock { netuid: self.netuid, enabled: self.mode == Mode::Perpetual })
    }
}

/// Refuse stake that carries a lock, or take it.
#[derive(Clone, Debug, Args)]
pub struct RejectLockedAlpha {
    /// Whether such stake is refused
    enabled: Switch,
}

impl Asks for RejectLockedAlpha {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::SetRejectLockedAlpha { enabled: self.enabled.is_on() })
    }
}
