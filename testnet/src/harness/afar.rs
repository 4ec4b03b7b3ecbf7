//! [`Afar`]: a described network that runs elsewhere, as processes: who is who there, and what nobody's program does.

use super::{
    HarnessError, Setup, View,
    crew::{Crew, Seen},
    directory::Directory,
};
use std::collections::BTreeMap;
use taonet_chain::{Call, Hash, Keypair, state::StateRead};

/// A described network whose nodes and neurons are somewhere else.
pub struct Afar {
    directory: Directory,
    crew: Crew,
}

impl Afar {
    /// The network of a description.
    ///
    /// # Errors
    /// What in the description makes no sense.
    pub fn new(setup: Setup) -> Result<Afar, HarnessError> {
        let directory = Directory::new(setup)?;
        let crew = Crew::new(&directory, &BTreeMap::new())?;
        Ok(Afar { directory, crew })
    }

    /// The description.
    pub fn setup(&self) -> &Setup {
        &self.directory.setup
    }

    /// The network after the block at a height, which left this state.
    pub fn view<'a>(&'a self, state: &'a dyn StateRead, height: u64) -> View<'a> {
        View { directory: &self.directory, state, height }
    }

    /// The key with which somebody signs a call ([`super::keys`]).
    ///
    /// # Errors
    /// Nobody has this name.
    pub fn signer(&self, who: &str, call: &Call) -> Result<Keypair, HarnessError> {
        Ok(self.directory.signer(who, call)?)
    }

    /// What participants ask for after this block that no program does for them: who comes later registers, and
    /// accounts trade.
    pub fn errands(&self, state: &dyn StateRead, height: u64) -> Vec<(Keypair, Call)> {
        let genesis = self.directory.genesis.hash();
        self.crew.errands(Seen { genesis, height, block: Hash::ZERO, state })
    }
}
