//! Claiming root dividends for those who do not ask (emission.md section 9).
//!
//! Rules:
//! 1. The hash of the parent draws a few coldkeys from the list; all that they are owed is claimed, in the order of the
//!    list.
//! 2. A claim that fails is dropped, and the next one has its turn.
//! 3. Then the sweep enters into the list who received root stake from others.

use super::{Note, Watch};
use crate::{crypto::Hash, event::Event, ledger::claims, state::Overlay};
use taonet_subnets::claims::auto_claim_indices;

/// Claims for `count` draws of the parent's hash; returns what can be observed.
pub(super) fn run(state: &mut Overlay<'_>, parent: &Hash, count: u64, watch: &mut dyn Watch) -> Vec<Event> {
    let mut events = Vec::new();
    for index in auto_claim_indices(&parent.0, count, claims::claimants(state)) {
        if let Some(coldkey) = claims::claimant(state, index)
            && let Ok(paid) = claims::claim(state, &coldkey, None)
        {
            watch.note(Note::Claimed { coldkey, paid });
            events.push(Event::RootClaimed { coldkey });
        }
    }
    claims::sweep(state);
    events
}
