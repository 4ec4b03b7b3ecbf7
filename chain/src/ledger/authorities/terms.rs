//! Who was an authority at which height, for as long as a lie of that height can be punished.
//!
//! Rule: a term is from the first height that an authority decides to the last one. It opens when a set with the
//! account follows one without it, and closes the other way round; changes of power do not matter.

use crate::{
    authority::{AuthorityId, AuthoritySet},
    state::{Overlay, StateRead, schema, table::Table},
};

const TERMS: Table<(AuthorityId, u64), u64> = Table::new(schema::TERMS);

/// The last height of a term that is not over.
const OPEN: u64 = u64::MAX;

/// Whether an account was, or is, one of those that decide `height`.
pub fn served(state: &dyn StateRead, authority: &AuthorityId, height: u64) -> bool {
    TERMS.iter_from(state, authority).any(|((_, first), last)| first <= height && height <= last)
}

/// Who serves now, as far as the terms know.
pub(crate) fn open_terms(state: &dyn StateRead) -> Vec<AuthorityId> {
    TERMS.iter(state).filter(|(_, last)| *last == OPEN).map(|((authority, _), _)| authority).collect()
}

/// Notes that `after` follows `before`, which still decides block `number`.
pub(super) fn change(state: &mut Overlay<'_>, number: u64, before: &AuthoritySet, after: &AuthoritySet) {
    for gone in before.iter().filter(|authority| after.power(&authority.id) == 0) {
        let open = TERMS.iter_from(state, &gone.id).find(|(_, last)| *last == OPEN);
        if let Some((key, _)) = open {
            end(state, &key, number);
        }
    }
    let first = number.saturating_add(1);
    for new in after.iter().filter(|authority| before.power(&authority.id) == 0) {
        TERMS.put(state, &(new.id, first), &OPEN);
    }
}

/// Closes a term; one that never came to decide anything is forgotten.
fn end(state: &mut Overlay<'_>, key: &(AuthorityId, u64), number: u64) {
    if key.1 > number {
        TERMS.remove(state, key);
    } else {
        TERMS.put(state, key, &number);
    }
}

/// Forgets the terms that ended before `height`.
pub(super) fn forget(state: &mut Overlay<'_>, height: u64) {
    let over: Vec<_> = TERMS.iter(state).filter(|(_, last)| *last < height).map(|(key, _)| key).collect();
    over.iter().for_each(|key| TERMS.remove(state, key));
}
