//! Whose epoch runs in this block (emission.md section 7).
//!
//! Rules:
//! 1. Subnets but root take their turns in ascending order; so many run and the others are deferred to the next block.
//! 2. Who runs takes all that was set aside, at once: all taking comes before all paying.
//! 3. Who runs may change hands first: `ownership`.
//! 4. A subnet on which a hotkey holds two slots passes its turn and takes nothing.

use super::{Live, ownership};
use crate::{
    event::Event,
    ledger::{
        neurons,
        subnets::{Pending, ROOT},
    },
    params::NetworkParams,
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;
use taonet_subnets::yuma::schedule::{Counters, Turn};

/// Lets every subnet take its turn; returns who runs with what it took, ascending.
pub(super) fn take_turns(
    state: &mut Overlay<'_>,
    live: &mut [Live],
    network: &NetworkParams,
    block: u64,
) -> (Vec<(u16, Pending)>, Vec<Event>) {
    let (mut due, mut events, mut epochs_run) = (Vec::new(), Vec::new(), 0);
    for Live { netuid, params, subnet } in live.iter_mut().filter(|live| live.netuid != ROOT) {
        let netuid = *netuid;
        let mut clock = subnet.clock.counters(params.tempo);
        // Looked at only when it matters: it reads the whole subnet.
        let blocks_since_last_step = clock.blocks_since_last_step.saturating_add(1);
        let is_due = Counters { blocks_since_last_step, ..clock }.due(block);
        let runs = is_due && epochs_run < network.max_epochs_per_block;
        let unique = !runs || hotkeys_are_unique(state, netuid);
        match clock.enter_block(block, &mut epochs_run, network.max_epochs_per_block, unique) {
            Turn::Wait => {}
            Turn::Deferred => {
                events.push(Event::EpochDeferred { netuid, from: block, to: block.saturating_add(1) });
            }
            Turn::Skipped => events.push(Event::EpochSkipped { netuid, block }),
            Turn::Run => {
                due.push((netuid, std::mem::take(&mut subnet.pending)));
                events.extend(ownership::change_owner(state, netuid, subnet.alpha_out, block));
            }
        }
        subnet.clock = clock.into();
    }
    (due, events)
}

/// The subnets whose epoch this block will put off, as the reveal before the turns sees it: by counters that do not
/// count this block yet.
pub(super) fn deferred(
    state: &dyn StateRead,
    live: &[Live],
    network: &NetworkParams,
    block: u64,
) -> BTreeSet<u16> {
    let (mut deferred, mut epochs_run) = (BTreeSet::new(), 0);
    for Live { netuid, params, subnet } in live.iter().filter(|live| live.netuid != ROOT) {
        if !subnet.clock.counters(params.tempo).due(block) {
            continue;
        }
        if epochs_run >= network.max_epochs_per_block {
            deferred.insert(*netuid);
        } else if hotkeys_are_unique(state, *netuid) {
            epochs_run += 1;
        }
    }
    deferred
}

fn hotkeys_are_unique(state: &dyn StateRead, netuid: u16) -> bool {
    let mut seen = BTreeSet::new();
    neurons::neurons(state, netuid).iter().all(|neuron| seen.insert(neuron.hotkey))
}
