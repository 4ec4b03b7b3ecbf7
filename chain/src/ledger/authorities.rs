//! Who makes blocks: the authorities, how they are chosen, and how they lose their place.
//!
//! Rules:
//! 1. In authority mode governance appoints a list. In stake mode the candidates with most TAO staked on root are
//!    elected, and the power of each is its root stake in RAO. Genesis chooses the mode; governance can change it.
//! 2. Time is cut into eras (`era`). In the last block of an era the next set is chosen; it decides from the next block
//!    on. Joining, leaving, changes of power, freedom after jail and another mode hold from then. Only two things do
//!    not wait: jail, and a list that governance gives in authority mode.
//! 3. The set is never empty: a choice that finds too few keeps the set there is, and the only authority is not jailed.
//! 4. A hotkey is elected only if somebody with its key or its coldkey's asked for it (`candidates`): stake alone does
//!    not make a node run.
//! 5. Two conflicting signed statements are proof of a lie. They jail whoever was an authority at their height
//!    (`terms`), even if it is none any more, once for all it said up to that block; the burn that goes with it is a
//!    choice of genesis (`jail`).
//! 6. Where missed slots are counted (`absence`), too many in a row jail as well.
//!
//! Deviation: the public network's authorities are a list that has never changed by stake; everything here but the list
//! is this network's own.

mod absence;
mod candidates;
mod era;
mod jail;
mod terms;

pub use absence::missed_slots;
pub(crate) use absence::note_proposer;
pub use candidates::{MAX_CANDIDATES, candidates};
pub(crate) use candidates::{enter, is_candidate, leave};
pub use era::{Era, era, ranked};
pub(crate) use era::{found, set_mode, turn};
pub use jail::{JailCause, Sentence, sentence, sentences};
pub(crate) use jail::{free, is_punishable, punish};
pub(crate) use terms::open_terms;
pub use terms::served;

use crate::{
    authority::{AuthoritySet, ConsensusMode},
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};

const AUTHORITIES: Table<(), AuthoritySet> = Table::new(schema::AUTHORITIES);
const APPOINTED: Table<(), AuthoritySet> = Table::new(schema::APPOINTED);

/// The set that decides the next height.
pub fn authorities(state: &dyn StateRead) -> AuthoritySet {
    AUTHORITIES.get(state, &()).unwrap_or_default()
}

/// The list that governance gave, which is obeyed in authority mode.
pub fn appointed(state: &dyn StateRead) -> AuthoritySet {
    APPOINTED.get(state, &()).unwrap_or_default()
}

/// Takes a new list from governance in block `number`. Whom it names is free: governance may pardon. In stake mode the
/// list waits for the return to authority mode.
pub(crate) fn appoint(state: &mut Overlay<'_>, number: u64, list: &AuthoritySet) {
    APPOINTED.put(state, &(), list);
    list.iter().for_each(|authority| free(state, &authority.id));
    if era(state).mode == ConsensusMode::Authority {
        install(state, number, list);
        era::measure(state, list);
    }
}

/// What a swapped hotkey means: the stake that follows it does not escape from jail, and a key that no node may have is
/// no candidate.
pub(crate) fn swap_hotkey(state: &mut Overlay<'_>, old: &AccountId, new: &AccountId) {
    leave(state, old);
    jail::follow(state, old, new);
}

/// Makes `set` decide from the block after `number` on.
fn install(state: &mut Overlay<'_>, number: u64, set: &AuthoritySet) {
    terms::change(state, number, &authorities(state), set);
    AUTHORITIES.put(state, &(), set);
}

#[cfg(test)]
mod tests;
