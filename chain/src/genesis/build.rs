//! The state of block 0.

use super::{Genesis, GenesisError, Timing};
use crate::{
    authority::{AuthoritySet, ConsensusMode, MAX_AUTHORITIES},
    block::Tip,
    crypto::AccountId,
    ledger::{
        accounts, authorities, issuance,
        settings::{self, Settings},
    },
    state::{Changes, MemoryState, Overlay, tree::Tree},
};
use taonet_subnets::amount::{MAX_SUPPLY, Tao};

/// The most characters of a network's name: it is part of file names and of every handshake.
const MAX_ID: usize = 64;

impl Genesis {
    /// Block 0: its tip, and its whole state as changes to an empty one.
    ///
    /// # Errors
    /// The first field whose value makes no sense.
    pub fn build(&self) -> Result<(Tip, Changes), GenesisError> {
        let empty = MemoryState::default();
        let mut state = Overlay::new(&empty);
        self.check_id()?;
        self.check_timing()?;
        let list = self.authority_set()?;
        settings::init(&mut state, &self.settings());
        self.fund(&mut state)?;
        self.found_subnets(&mut state)?;
        let set = self.found_authorities(&mut state, &list)?;
        let changes = state.into_changes();
        let tree = Tree::default();
        let state_root = tree.root_with(&tree.preview(&changes));
        // The parent of block 1: the genesis itself.
        let tip =
            Tip { height: 0, id: self.hash(), timestamp_ms: self.timestamp_ms, state_root, authorities: set };
        Ok((tip, changes))
    }

    fn settings(&self) -> Settings {
        Settings {
            genesis: self.hash(),
            dev: self.dev,
            sudo: self.sudo,
            slot_ms: self.timing.slot_ms,
            limits: self.limits,
        }
    }

    fn check_id(&self) -> Result<(), GenesisError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !self.id.is_empty() && self.id.len() <= MAX_ID && self.id.bytes().all(plain) {
            return Ok(());
        }
        let remedy = "Use 1 to 64 letters, digits, dots, dashes or underscores.";
        Err(GenesisError::new("id", format!("{:?} is no name for a network", self.id), remedy))
    }

    fn check_timing(&self) -> Result<(), GenesisError> {
        let Timing { propose_ms, vote_ms, max_timeout_ms, .. } = self.timing;
        if propose_ms > 0 && vote_ms > 0 && max_timeout_ms >= propose_ms.max(vote_ms) {
            return Ok(());
        }
        let remedy = "Give propose_ms and vote_ms above 0, and a max_timeout_ms that is not below them.";
        Err(GenesisError::new("timing", "consensus would never wait for anything", remedy))
    }

    fn authority_set(&self) -> Result<AuthoritySet, GenesisError> {
        let set = AuthoritySet::new(self.authorities.iter().map(|&authority| authority.into()));
        if set.is_empty() {
            let remedy = "Name at least one authority; its key makes the blocks.";
            return Err(GenesisError::new(
                "authorities",
                "a network without authorities makes no blocks",
                remedy,
            ));
        }
        if set.len() != self.authorities.len() {
            let sentence =
                format!("an authority is repeated, has no power, or there are more than {MAX_AUTHORITIES}");
            return Err(GenesisError::new(
                "authorities",
                sentence,
                "List each account once, with a power above 0.",
            ));
        }
        Ok(set)
    }

    /// Chooses the first authorities, when everyone who may be one has its stake.
    fn found_authorities(
        &self,
        state: &mut Overlay<'_>,
        list: &AuthoritySet,
    ) -> Result<AuthoritySet, GenesisError> {
        if self.consensus == ConsensusMode::Stake {
            for authority in list.iter() {
                // No more than the list has room for: it is longer than the longest set.
                authorities::enter(state, 0, &authority.id);
            }
        }
        authorities::found(state, self.consensus, list).map_err(|few| {
            let sentence = format!("{} of them can be elected, and there must be {}", few.found, few.needed);
            let remedy =
                "Give them authority_min_stake under [root], or lower min_authorities under [params].";
            GenesisError::new("authorities", sentence, remedy)
        })
    }

    fn fund(&self, state: &mut Overlay<'_>) -> Result<(), GenesisError> {
        for (index, account) in self.accounts.iter().enumerate() {
            let field = || format!("accounts[{index}].balance");
            if !accounts::balance(state, &account.account).is_zero() {
                let sentence = format!("the account {} is listed twice", account.account);
                return Err(GenesisError::new(
                    format!("accounts[{index}]"),
                    sentence,
                    "List it once, with the sum.",
                ));
            }
            give(state, &account.account, account.balance).map_err(|sentence| {
                GenesisError::new(
                    field(),
                    sentence,
                    "Give it between 0.0000005 TAO and what is left of the cap.",
                )
            })?;
        }
        Ok(())
    }
}

/// Creates `amount` in an account.
pub(super) fn give(state: &mut Overlay<'_>, to: &AccountId, amount: Tao) -> Result<(), String> {
    if issuance::mint(state, amount) != amount {
        return Err(format!("more than {} TAO would exist", Tao::new(MAX_SUPPLY)));
    }
    accounts::deposit(state, to, amount).map_err(|_| {
        format!("{amount} TAO is below the existential deposit of {}", accounts::EXISTENTIAL_DEPOSIT)
    })
}
