//! [`View`]: a network after some block, read by name. Every layer gives one.

use super::{HarnessError, Metagraph, Pool, directory::Directory};
use taonet_chain::{AccountId, ledger::stakes, query, state::StateRead, violations};
use taonet_subnets::amount::{Alpha, Tao};

/// A network after some block.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(super) directory: &'a Directory,
    pub(super) state: &'a dyn StateRead,
    pub(super) height: u64,
}

impl<'a> View<'a> {
    /// The height of the block.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The state after it, for all that [`taonet_chain::query`] and [`taonet_chain::ledger`] can tell.
    pub fn state(&self) -> &'a dyn StateRead {
        self.state
    }

    /// The number of a subnet.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn netuid(&self, subnet: &str) -> Result<u16, HarnessError> {
        Ok(self.directory.netuid(subnet)?)
    }

    /// The coldkey of somebody, or the hotkey (`alice.hot`).
    ///
    /// # Errors
    /// It is no name.
    pub fn account(&self, who: &str) -> Result<AccountId, HarnessError> {
        Ok(self.directory.account(who)?)
    }

    /// What to call an account: the name of who has this key, or the ends of its address.
    pub fn name_of(&self, account: &AccountId) -> String {
        self.directory.names.of(account)
    }

    /// The neurons of a subnet.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn metagraph(&self, subnet: &str) -> Result<Metagraph, HarnessError> {
        Metagraph::read(self, subnet)
    }

    /// The market of a subnet.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn pool(&self, subnet: &str) -> Result<Pool, HarnessError> {
        Pool::read(self, subnet)
    }

    /// The free balance of somebody's coldkey, or of the hotkey (`alice.hot`).
    ///
    /// # Errors
    /// It is no name.
    pub fn balance(&self, who: &str) -> Result<Tao, HarnessError> {
        Ok(query::account(self.state, &self.directory.account(who)?).balance)
    }

    /// The free balances of all participants, by name.
    pub fn balances(&self) -> Vec<(String, Tao)> {
        let names = self.directory.setup.participants().into_iter();
        names.filter_map(|name| Some((name.to_owned(), self.balance(name).ok()?))).collect()
    }

    /// What a coldkey has staked to a neuron of a subnet.
    ///
    /// # Errors
    /// There is no such subnet, neuron or name.
    pub fn stake(&self, who: &str, subnet: &str, neuron: &str) -> Result<Alpha, HarnessError> {
        let (netuid, hotkey) = (self.directory.netuid(subnet)?, self.directory.neuron(subnet, neuron)?);
        Ok(stakes::stake(self.state, netuid, &hotkey, &self.directory.account(who)?))
    }

    /// Whether all invariants of the ledger hold (economics.md section 5).
    ///
    /// # Errors
    /// The first that does not.
    pub fn check_invariants(&self) -> Result<(), HarnessError> {
        let broken = violations(self.state);
        broken.first().map_or(Ok(()), |broken| Err(HarnessError::Broken(self.height, *broken)))
    }
}
