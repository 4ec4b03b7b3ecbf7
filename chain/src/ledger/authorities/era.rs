//! Eras, and the choice of the authorities of the next one.
//!
//! Rules:
//! 1. An era is `era_length` blocks. Its last block chooses, after evidence and before anything else, so it counts the
//!    stakes that the block before it left.
//! 2. In stake mode: of the candidates that are free and have `authority_min_stake` on root, those with most, at most
//!    `max_authorities`; equal stakes by account. With fewer than `min_authorities` nothing changes.
//! 3. In authority mode: whom governance appointed and nobody jailed. With none of them left nothing changes.
//! 4. A mode that was asked for begins with the first era for which it can choose.
//! 5. What can be punished no longer is forgotten here, so no table outlives the evidence window by more than an era.

use super::{APPOINTED, absence, appointed, authorities, candidates, install, jail, terms};
use crate::{
    authority::{Authority, AuthoritySet, ConsensusMode},
    event::{ElectionFailed, EraStarted, Event},
    ledger::params,
    params::NetworkParams,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::cmp::Reverse;

const ERA: Table<(), Era> = Table::new(schema::ERA);

/// The era in which the next block is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Era {
    /// How its authorities were chosen.
    pub mode: ConsensusMode,
    /// How those of the next one will be.
    pub next_mode: ConsensusMode,
    /// Its number, from 1.
    pub number: u64,
    /// Its first block.
    pub first_block: u64,
    /// The power of all its authorities when they were chosen.
    pub power: u128,
}

impl Era {
    /// Its last block, if no parameter changes before.
    pub fn last_block(&self, network: &NetworkParams) -> u64 {
        self.first_block.saturating_add(network.era_length.saturating_sub(1))
    }
}

/// The era.
pub fn era(state: &dyn StateRead) -> Era {
    ERA.get(state, &()).unwrap_or_default()
}

/// Asks for a mode from the next era on.
pub(crate) fn set_mode(state: &mut Overlay<'_>, mode: ConsensusMode) {
    let era = Era { next_mode: mode, ..era(state) };
    ERA.put(state, &(), &era);
}

/// Notes that governance replaced the set within the era.
pub(super) fn measure(state: &mut Overlay<'_>, set: &AuthoritySet) {
    let era = Era { power: set.total(), ..era(state) };
    ERA.put(state, &(), &era);
}

/// The first era, in `mode`; the candidates, if that is stake mode, are there already.
///
/// # Errors
/// Who could be chosen is fewer than there must be.
pub(crate) fn found(
    state: &mut Overlay<'_>,
    mode: ConsensusMode,
    list: &AuthoritySet,
) -> Result<AuthoritySet, TooFew> {
    APPOINTED.put(state, &(), list);
    let set = choose(state, mode)?;
    install(state, 0, &set);
    let era = Era { mode, next_mode: mode, number: 1, first_block: 1, power: set.total() };
    ERA.put(state, &(), &era);
    Ok(set)
}

/// At the end of an era: chooses, forgets, and begins the next one. `window` is for how long evidence counts.
pub(crate) fn turn(state: &mut Overlay<'_>, number: u64, window: u64) -> Vec<Event> {
    let era = era(state);
    if number < era.last_block(&params::network(state)) {
        return Vec::new();
    }
    terms::forget(state, number.saturating_sub(window));
    jail::forget(state, number.saturating_sub(window));
    let mut events = Vec::new();
    let (mode, set) = match choose(state, era.next_mode) {
        Ok(set) => (era.next_mode, set),
        Err(TooFew { found, needed }) => {
            let (candidates, mode) = (found, era.next_mode);
            events.push(Event::ElectionFailed(ElectionFailed { mode, candidates, needed }));
            (era.mode, authorities(state))
        }
    };
    install(state, number, &set);
    absence::forget_others(state, &set);
    let (first_block, era_number) = (number.saturating_add(1), era.number.saturating_add(1));
    let next = Era { mode, next_mode: era.next_mode, number: era_number, first_block, power: set.total() };
    ERA.put(state, &(), &next);
    events.push(Event::EraStarted(EraStarted {
        era: era_number,
        first_block,
        mode,
        authorities: count(&set),
        hash: set.hash(),
    }));
    events
}

/// Why nobody could be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooFew {
    /// How many could be authorities.
    pub(crate) found: u16,
    /// How many there must be.
    pub(crate) needed: u16,
}

/// The set that a mode gives now.
fn choose(state: &dyn StateRead, mode: ConsensusMode) -> Result<AuthoritySet, TooFew> {
    let network = params::network(state);
    let (set, needed) = match mode {
        ConsensusMode::Authority => {
            let free = |authority: &&Authority| jail::sentence(state, &authority.id).is_none();
            (AuthoritySet::new(appointed(state).iter().filter(free).copied()), 1)
        }
        ConsensusMode::Stake => {
            let winners = ranked(state).into_iter().take(network.max_authorities.into());
            (AuthoritySet::new(winners), network.min_authorities.min(network.max_authorities))
        }
    };
    let found = count(&set);
    if found < needed { Err(TooFew { found, needed }) } else { Ok(set) }
}

/// Who could be elected now, best first: the set of an election is the first `max_authorities` of them.
pub fn ranked(state: &dyn StateRead) -> Vec<Authority> {
    let least = params::network(state).authority_min_stake;
    let of = |(id, _)| Authority { id, power: candidates::root_stake(state, &id).units() };
    let mut all: Vec<Authority> = candidates::candidates(state).into_iter().map(of).collect();
    all.retain(|candidate| candidate.power >= least && jail::sentence(state, &candidate.id).is_none());
    all.sort_by_key(|candidate| (Reverse(candidate.power), candidate.id));
    all
}

fn count(set: &AuthoritySet) -> u16 {
    u16::try_from(set.len()).unwrap_or(u16::MAX)
}
