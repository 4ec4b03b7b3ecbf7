//! Who coldkeys and subnets say they are (registration.md section 10).
//!
//! Rules:
//! 1. An identity is text for people: nothing is computed from it and nobody checks that it is true.
//! 2. Every field has a bound in bytes, as anybody may write one for the price of a call.

use crate::{
    crypto::AccountId,
    ledger::subnets,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The most bytes of a name or an address.
pub const MAX_SHORT_TEXT: usize = 256;

/// The most bytes of a description or a link.
pub const MAX_LONG_TEXT: usize = 1_024;

/// The most characters of a subnet's name that are shown where its number would do.
const MAX_SHOWN_NAME: usize = 32;

const SUBNET_IDENTITIES: Table<u16, SubnetIdentity> = Table::new(schema::SUBNET_IDENTITIES);
const IDENTITIES: Table<AccountId, Identity> = Table::new(schema::IDENTITIES);

/// Who a coldkey says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// Its site.
    pub url: String,
    /// Its code.
    pub github_repo: String,
    /// A link to its picture.
    pub image: String,
    /// How to find it on Discord.
    pub discord: String,
    /// What it does.
    pub description: String,
    /// Anything else.
    pub additional: String,
}

impl Identity {
    /// Whether every field keeps its bound.
    pub fn is_valid(&self) -> bool {
        are_short(&[&self.name, &self.url, &self.github_repo, &self.discord])
            && are_long(&[&self.image, &self.description, &self.additional])
    }
}

/// Who a subnet says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SubnetIdentity {
    /// Its name.
    pub subnet_name: String,
    /// Its code.
    pub github_repo: String,
    /// How to reach its owner.
    pub subnet_contact: String,
    /// Its site.
    pub subnet_url: String,
    /// How to find it on Discord.
    pub discord: String,
    /// What it does.
    pub description: String,
    /// A link to its picture.
    pub logo_url: String,
    /// Anything else.
    pub additional: String,
}

impl SubnetIdentity {
    /// Whether every field keeps its bound.
    pub fn is_valid(&self) -> bool {
        let long = [&self.github_repo, &self.subnet_contact, &self.subnet_url];
        are_short(&[&self.subnet_name, &self.discord])
            && are_long(&long)
            && are_long(&[&self.description, &self.logo_url, &self.additional])
    }
}

fn are_short(texts: &[&String]) -> bool {
    texts.iter().all(|text| text.len() <= MAX_SHORT_TEXT)
}

fn are_long(texts: &[&String]) -> bool {
    texts.iter().all(|text| text.len() <= MAX_LONG_TEXT)
}

/// Who a coldkey says it is.
pub fn identity(state: &dyn StateRead, coldkey: &AccountId) -> Option<Identity> {
    IDENTITIES.get(state, coldkey)
}

/// Who a subnet says it is.
pub fn subnet_identity(state: &dyn StateRead, netuid: u16) -> Option<SubnetIdentity> {
    SUBNET_IDENTITIES.get(state, &netuid)
}

/// What to call a subnet, on one line: as it says itself, or else as it was founded; empty if there is none.
pub fn subnet_name(state: &dyn StateRead, netuid: u16) -> String {
    let own = subnet_identity(state, netuid).unwrap_or_default().subnet_name;
    let own: String = own.trim().chars().filter(|one| !one.is_control()).take(MAX_SHOWN_NAME).collect();
    match own.is_empty() {
        true => subnets::subnet(state, netuid).unwrap_or_default().name,
        false => own,
    }
}

/// Writes who a coldkey says it is.
pub(crate) fn set_identity(state: &mut Overlay<'_>, coldkey: &AccountId, identity: &Identity) {
    IDENTITIES.put(state, coldkey, identity);
}

/// Writes who a subnet says it is.
pub(crate) fn set_subnet_identity(state: &mut Overlay<'_>, netuid: u16, identity: &SubnetIdentity) {
    SUBNET_IDENTITIES.put(state, &netuid, identity);
}

/// Gives what a coldkey says about itself to the coldkey that replaces it.
pub(crate) fn move_identity(state: &mut Overlay<'_>, old: &AccountId, new: &AccountId) {
    if let Some(said) = identity(state, old) {
        IDENTITIES.remove(state, old);
        IDENTITIES.put(state, new, &said);
    }
}

/// Forgets who a dissolved subnet said it was; returns whether it had said anything.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) -> bool {
    let had = SUBNET_IDENTITIES.contains(state, &netuid);
    SUBNET_IDENTITIES.remove(state, &netuid);
    had
}
