//! Work that pays for registrations: the blocks it can be done on, and what was used (registration.md section 5).
//!
//! Rules:
//! 1. Work is done on one of the last [`WINDOW`] blocks before the one that takes it.
//! 2. It pays once.
//! 3. Nothing is kept of older blocks, and nothing at all on networks where work does not pay.
//!
//! A block does not know its own hash, and its parent's only while it is executed. So a mempool, which sees the state
//! before that, takes work on the block before the tip and on older ones.

use crate::{
    crypto::Hash,
    state::{Overlay, StateRead, schema, table::Table},
};

/// On how many blocks, back from the one before, work can be done.
pub const WINDOW: u64 = 3;

const RECENT: Table<u64, Hash> = Table::new(schema::RECENT_BLOCKS);
const USED: Table<(u64, Hash), ()> = Table::new(schema::USED_WORK);

/// The hash of a block that work for block `now` can be done on.
pub fn workable(state: &dyn StateRead, number: u64, now: u64) -> Option<Hash> {
    let age = now.checked_sub(number)?;
    if (1..=WINDOW).contains(&age) { RECENT.get(state, &number) } else { None }
}

/// Whether a seal of work on a block has paid for a registration.
pub fn is_used(state: &dyn StateRead, number: u64, seal: &Hash) -> bool {
    USED.contains(state, &(number, *seal))
}

/// Notes that a seal has paid for a registration.
pub(crate) fn use_up(state: &mut Overlay<'_>, number: u64, seal: &Hash) {
    USED.put(state, &(number, *seal), &());
}

/// Remembers the parent of block `now`, and forgets what is too old for it.
pub(crate) fn remember(state: &mut Overlay<'_>, now: u64, parent: &Hash) {
    let known: Vec<u64> = RECENT.iter(state).map(|(number, _)| number).collect();
    for old in known.into_iter().filter(|number| number.saturating_add(WINDOW) < now) {
        RECENT.remove(state, &old);
        USED.clear(state, &old);
    }
    if let Some(number) = now.checked_sub(1) {
        RECENT.put(state, &number, parent);
    }
}
