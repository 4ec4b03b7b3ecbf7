//! What to call accounts: the public development keys and those of tests by their names, all others by the ends of
//! their addresses.

use std::collections::BTreeMap;
use taonet_chain::{
    AccountId, Keypair,
    genesis::{DEV_MINERS, DEV_VALIDATORS},
};

/// Characters of an address that are shown at each end.
const ENDS: usize = 4;

/// Names of accounts.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<AccountId, String>);

impl Names {
    /// The names of the development neurons: `val-a`, `m1`, ….
    pub fn dev() -> Names {
        let uris = DEV_VALIDATORS.iter().map(|(uri, ..)| *uri).chain(DEV_MINERS.iter().map(|(uri, _)| *uri));
        let named = uris.filter_map(|uri| {
            let key = Keypair::from_uri(uri).ok()?;
            Some((key.account(), uri.trim_start_matches('/').to_owned()))
        });
        Names(named.collect())
    }

    /// Gives an account a name; where there is no account, nothing happens.
    pub fn add(&mut self, account: Option<AccountId>, name: &str) {
        if let Some(account) = account {
            self.0.insert(account, name.to_owned());
        }
    }

    /// The name that was given to an account.
    pub fn get(&self, account: &AccountId) -> Option<&str> {
        self.0.get(account).map(String::as_str)
    }

    /// What to call an account.
    pub fn of(&self, account: &AccountId) -> String {
        self.0.get(account).cloned().unwrap_or_else(|| short(&account.to_string()))
    }
}

/// The ends of an address.
pub(super) fn short(address: &str) -> String {
    let head: String = address.chars().take(ENDS).collect();
    let tail: String = address.chars().skip(address.chars().count().saturating_sub(ENDS)).collect();
    format!("{head}…{tail}")
}
