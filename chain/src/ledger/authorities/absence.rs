//! Missed slots, where they are counted.
//!
//! Rules:
//! 1. The slot of a height is that of the proposer of round 0. If somebody else built the block, the slot was missed. A
//!    block that is proposed again in a later round keeps its builder, who therefore has not missed.
//! 2. Only slots missed in a row count: a block of its own clears an authority's count.
//! 3. At `max_missed_slots` the authority is jailed, as long as more than two thirds of the power with which the era
//!    began remain. Absence is no proof: more than a third of the power can refuse a proposer's blocks and make it look
//!    absent. With this bound such a minority can never make itself a quorum by jailing the others within an era unless
//!    it had four ninths of the power to begin with, and could stop the network anyway. The count stays; jail follows
//!    when there is room.
//! 4. While the parameter is 0 nothing is counted and nothing is kept.

use super::{JailCause, authorities, era, jail};
use crate::{
    authority::{AuthorityId, AuthoritySet},
    calls::BlockContext,
    crypto::Hash,
    event::{AuthorityJailed, Event},
    ledger::params,
    state::{Overlay, StateRead, schema, table::Table},
};
use taonet_subnets::amount::Tao;

const MISSED: Table<AuthorityId, u32> = Table::new(schema::MISSED_SLOTS);

/// How many slots an authority has missed in a row.
pub fn missed_slots(state: &dyn StateRead, authority: &AuthorityId) -> u32 {
    MISSED.get(state, authority).unwrap_or_default()
}

/// Notes who built a block, and whose slot it was.
pub(crate) fn note_proposer(state: &mut Overlay<'_>, genesis: &Hash, block: &BlockContext) -> Vec<Event> {
    let limit = params::network(state).max_missed_slots;
    let Some(author) = block.author.filter(|_| limit > 0) else {
        return Vec::new();
    };
    MISSED.remove(state, &author);
    let due = authorities(state).proposer(genesis, block.number, 0);
    let Some(absent) = due.filter(|due| *due != author) else {
        return Vec::new();
    };
    let missed = missed_slots(state, &absent).saturating_add(1);
    MISSED.put(state, &absent, &missed);
    if missed < limit || !can_go(state, &absent) {
        return Vec::new();
    }
    MISSED.remove(state, &absent);
    let sentence = jail::jail(state, block.number, &absent, JailCause::MissedSlots);
    vec![Event::AuthorityJailed(AuthorityJailed {
        authority: absent,
        cause: sentence.cause,
        height: block.number,
        until: sentence.until,
        burned: Tao::ZERO,
    })]
}

/// Whether more than two thirds of the power of the era remain without this authority.
fn can_go(state: &dyn StateRead, authority: &AuthorityId) -> bool {
    jail::without(state, authority).total() * 3 > era(state).power * 2
}

/// Forgets the counts of everyone who is not in `set`.
pub(super) fn forget_others(state: &mut Overlay<'_>, set: &AuthoritySet) {
    let gone: Vec<_> = MISSED.iter(state).map(|(id, _)| id).filter(|id| set.power(id) == 0).collect();
    gone.iter().for_each(|id| MISSED.remove(state, id));
}
