//! Opening the timelocked commits whose time has come (yuma.md section 10.4).
//!
//! Rules:
//! 1. Every block looks at every subnet whose epoch it will not put off, with the counters as the block before left
//!    them.
//! 2. What was committed `reveal_period` epochs ago is opened, in the order in which it came; what is older is dropped.
//! 3. What was sealed to a round that is still to come is kept for the next block. What does not open, is not in its
//!    form, names another hotkey, or fails a check of weights, is dropped.
//! 4. So with a period of 1, what was committed during one epoch is opened in the block of the next and counts in it.

use super::{Live, tempo};
use crate::{
    beacon::{Beacon, LocalBeacon, Opened},
    calls::{BlockContext, Submission, set_checked_weights},
    event::Event,
    ledger::{
        commits::{self, Timelocked},
        epochs::Mechanism,
        settings::settings,
    },
    params::NetworkParams,
    state::Overlay,
};
use std::collections::BTreeSet;
use taonet_subnets::yuma::payload::WeightsPayload;

/// Opens what can be opened in this block.
pub(super) fn run(
    state: &mut Overlay<'_>,
    live: &[Live],
    network: &NetworkParams,
    block: &BlockContext,
) -> Vec<Event> {
    let waiting = commits::waiting(state);
    if waiting.is_empty() {
        return Vec::new();
    }
    let deferred = tempo::deferred(state, live, network, block.number);
    let beacon = LocalBeacon { genesis: settings(state).genesis, height: block.number };
    let mut events = Vec::new();
    for live in live.iter().filter(|live| !deferred.contains(&live.netuid)) {
        events.extend(reveal_subnet(state, block, live, &waiting, &beacon));
    }
    events
}

fn reveal_subnet(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    live: &Live,
    waiting: &BTreeSet<(u16, u64)>,
    beacon: &dyn Beacon,
) -> Vec<Event> {
    let Live { netuid, params, subnet } = live;
    let now = subnet.clock.counters(params.tempo).epoch_of_transactions(block.number);
    let Some(due) = now.checked_sub(params.reveal_period) else { return Vec::new() };
    let mut events = Vec::new();
    for mechanism in (0..params.mechanism_count).map(|number| Mechanism { netuid: *netuid, number }) {
        let Some(index) = mechanism.index() else { continue };
        for epoch in commits::epochs_of(waiting, index).take_while(|epoch| *epoch <= due) {
            let mut kept = Vec::new();
            let opened = if epoch == due { commits::timelocked(state, index, epoch) } else { Vec::new() };
            for commit in opened {
                let sealed = commits::sealed(state, index, epoch, &commit);
                match beacon.open(commit.round, &sealed) {
                    Opened::NotYet => kept.push(commit),
                    Opened::Never => {}
                    Opened::Bytes(bytes) => events.extend(set(state, block, mechanism, &commit, &bytes)),
                }
            }
            commits::keep_timelocked(state, index, epoch, &kept);
        }
    }
    events
}

/// Sets the weights of an opened commit, if they pass.
fn set(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    mechanism: Mechanism,
    commit: &Timelocked,
    bytes: &[u8],
) -> Vec<Event> {
    let hotkey = commit.hotkey;
    let payload =
        WeightsPayload::decode(bytes).filter(|payload| payload.hotkey.is_none_or(|key| key == hotkey.0));
    let Some(WeightsPayload { uids, values, version_key, .. }) = payload else { return Vec::new() };
    let submission = Submission { uids: &uids, values: &values, version_key };
    let result = state.attempt(|state| set_checked_weights(state, block, &hotkey, mechanism, submission));
    let Ok(mut events) = result else { return Vec::new() };
    let Mechanism { netuid, number } = mechanism;
    events.push(Event::TimelockedWeightsRevealed { netuid, mechanism: number, hotkey });
    events
}

#[cfg(test)]
mod tests;
