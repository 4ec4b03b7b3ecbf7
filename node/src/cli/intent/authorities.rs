//! Who makes blocks: standing for election, leaving, coming out of jail, and the mode of the network.

use super::{Asks, words::Hotkey};
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Authority, Call, ConsensusMode};

/// Stand for election.
#[derive(Clone, Debug, Args)]
pub struct JoinAuthorities {
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for JoinAuthorities {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::JoinAuthorities { hotkey: self.hotkey.or(signer)? })
    }
}

/// Stand for election no more.
#[derive(Clone, Debug, Args)]
pub struct LeaveAuthorities {
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for LeaveAuthorities {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::LeaveAuthorities { hotkey: self.hotkey.or(signer)? })
    }
}

/// Come out of jail.
#[derive(Clone, Debug, Args)]
pub struct UnjailAuthority {
    #[command(flatten)]
    authority: Hotkey,
}

impl Asks for UnjailAuthority {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::UnjailAuthority { authority: self.authority.or(signer)? })
    }
}

/// Choose how authorities are chosen.
#[derive(Clone, Debug, Args)]
pub struct SetConsensusMode {
    /// `authority` for a list, `stake` for an election by root stake
    #[arg(value_name = "MODE")]
    mode: ConsensusMode,
}

impl Asks for SetConsensusMode {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::SetConsensusMode { mode: self.mode })
    }
}

/// Replace the authorities.
#[derive(Clone, Debug, Args)]
pub struct SetAuthorities {
    /// An authority, with its power if that is not 1; repeat for each
    #[arg(long = "authority", value_name = "ACCOUNT[=POWER]", required = true)]
    authorities: Vec<String>,
}

impl Asks for SetAuthorities {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let authority = |text: &String| {
            let (account, power) = text.split_once('=').unwrap_or((text, "1"));
            let power = power.parse().map_err(|_| {
                Fault::invalid(format!("`{power}` is no power"), "Write ACCOUNT=NUMBER, or ACCOUNT alone.")
            })?;
            Ok(Authority { id: keys::account(account)?, power })
        };
        Ok(Call::SetAuthorities {
            authorities: self.authorities.iter().map(authority).collect::<Result<_, Fault>>()?,
        })
    }
}
