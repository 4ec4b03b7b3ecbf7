//! Who makes blocks: a list in the state (authority mode).
//!
//! Rules:
//! 1. Genesis gives the list; the sudo account may replace it; a change holds from the next height on.
//! 2. Proven misbehaviour inside the evidence window takes an authority off the list, at once and once per height. The
//!    last authority stays: a network without authorities could never be repaired.
//! 3. The burn that goes with it is a genesis parameter.

use super::{accounts, issuance, settings::Limits};
use crate::{
    authority::{AuthorityId, AuthoritySet},
    event::Event,
    state::{Overlay, StateRead, schema, table::Table},
    vote::{Evidence, Network},
};

const AUTHORITIES: Table<(), AuthoritySet> = Table::new(schema::AUTHORITIES);
const OFFENCES: Table<(AuthorityId, u64), ()> = Table::new(schema::OFFENCES);

/// The set that decides the next height.
pub fn authorities(state: &dyn StateRead) -> AuthoritySet {
    AUTHORITIES.get(state, &()).unwrap_or_default()
}

/// Replaces the set.
pub(crate) fn replace(state: &mut Overlay<'_>, set: &AuthoritySet) {
    AUTHORITIES.put(state, &(), set);
}

/// Whether `evidence` may be punished in block `number`: it proves something, about an authority, recent and new.
pub(crate) fn is_punishable(
    state: &dyn StateRead,
    network: &Network,
    window: u64,
    number: u64,
    evidence: &Evidence,
) -> bool {
    let (accused, height) = evidence.accused();
    let recent = height < number && number - height <= window;
    let known = authorities(state).power(&accused) > 0;
    recent && known && !OFFENCES.contains(state, &(accused, height)) && evidence.verify(network)
}

/// Takes the accused off the list.
pub(crate) fn punish(state: &mut Overlay<'_>, limits: &Limits, evidence: &Evidence) -> Event {
    let (authority, height) = evidence.accused();
    OFFENCES.put(state, &(authority, height), &());
    let others = AuthoritySet::new(authorities(state).iter().filter(|other| other.id != authority).copied());
    if !others.is_empty() {
        replace(state, &others);
    }
    let burned = limits.jail_burn.min(accounts::balance(state, &authority));
    if accounts::withdraw(state, &authority, burned).is_ok() {
        issuance::destroy(state, burned);
    }
    Event::AuthorityJailed { authority, height, burned }
}
