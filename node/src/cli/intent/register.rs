//! Registering hotkeys: for a price, on root, or by proof of work (registration.md sections 2, 5 and 6).

use super::{
    Asks, Planned, Plans,
    words::{Hotkey, OneSubnet},
};
use crate::{
    cli::{keys, session::Session, solver},
    fault::Fault,
};
use clap::Args;
use std::num::NonZeroUsize;
use taonet_chain::{AccountId, Call, Code, Hash, ledger::subnets::ROOT};
use taonet_subnets::amount::Tao;

/// Register a hotkey.
#[derive(Clone, Debug, Args)]
pub struct BurnedRegister {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
    /// The highest price, in TAO
    #[arg(long = "limit-price", alias = "limit", value_name = "TAO")]
    limit: Option<Tao>,
}

impl Asks for BurnedRegister {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let hotkey = self.hotkey.or(signer)?;
        Ok(match (self.subnet.netuid(), self.limit) {
            (netuid, Some(limit)) => Call::RegisterLimit { netuid, hotkey, limit },
            // Root has a register of its own (registration.md section 6).
            (0, None) => Call::RootRegister { hotkey },
            (netuid, None) => Call::BurnedRegister { netuid, hotkey },
        })
    }
}

/// Join the root network.
#[derive(Clone, Debug, Args)]
pub struct RootRegister {
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for RootRegister {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::RootRegister { hotkey: self.hotkey.or(signer)? })
    }
}

/// Register the signer by proof of work.
#[derive(Clone, Debug, Args)]
pub struct RegisterWork {
    #[command(flatten)]
    subnet: OneSubnet,
    /// Who owns the hotkey from now on [default: the signer itself]
    #[arg(long, value_name = "ACCOUNT")]
    coldkey: Option<String>,
    /// How many threads work [default: one for each core]
    #[arg(long, visible_alias = "num-processes", value_name = "COUNT")]
    threads: Option<NonZeroUsize>,
}

impl RegisterWork {
    /// The call that shows what was found.
    pub(super) fn shows(&self, signer: AccountId, found: &solver::Found) -> Result<Call, Fault> {
        let solver::Found { number, nonce, seal } = *found;
        let coldkey = self.coldkey.as_ref().map_or(Ok(signer), |text| keys::account(text))?;
        Ok(Call::Register {
            netuid: self.subnet.netuid(),
            block_number: number,
            nonce,
            work: Hash(seal),
            coldkey,
        })
    }
}

impl Plans for RegisterWork {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        let netuid = self.subnet.netuid();
        if session.parameter(None, "pow_registration").await? != "true" {
            let remedy = "Register for a price (`taonet subnets register`), or let the sudo account run \
                          `taonet hparams set pow_registration true`.";
            let sentence = "work does not pay for registrations on this network";
            return Err(Fault::new(Code::Disabled, "WorkDoesNotPay", sentence, remedy));
        }
        let is_root = netuid == ROOT;
        if is_root || session.parameter(Some(netuid), "registration_rule").await? != "interval" {
            let remedy = "Register for a price (`taonet subnets register`), or let the sudo account run \
                          `taonet hparams set registration_rule interval --netuid NETUID`.";
            let sentence = format!("subnet {netuid} takes no work for registrations");
            return Err(Fault::new(Code::Disabled, "WorkDoesNotPay", sentence, remedy));
        }
        let difficulty = session.parameter(Some(netuid), "difficulty").await?;
        let difficulty = difficulty.parse().map_err(|_| {
            Fault::invalid(
                format!("`{difficulty}` is no difficulty"),
                "Check that the node is of this version.",
            )
        })?;
        // Before the work, so that a name that is none costs nothing.
        self.coldkey.as_ref().map(|text| keys::account(text)).transpose()?;
        let threads = self.threads.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let found = solver::find(session, signer, difficulty, threads).await?;
        Ok(self.shows(signer, &found)?.into())
    }
}
