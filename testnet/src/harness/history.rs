//! The recent past of a chain in memory: its blocks with what they did, and what takes each of them back.
//!
//! Rule: the last [`KEPT`] blocks are kept. A state of the past is the present one with the changes of all later blocks
//! taken back; it is put together when it is asked for.

use super::HarnessError;
use crate::explain::Record;
use std::{collections::VecDeque, sync::Arc};
use taonet_chain::{
    Event, Hash, Receipt,
    ledger::subnets,
    state::{Changes, MemoryState, Overlay, StateRead},
};

/// How many blocks are kept: as many as a node keeps by default.
pub(super) const KEPT: usize = 1_000;

/// A block that was taken in.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) record: Record,
    /// The values before it of all entries that it changed.
    pub(super) undo: Changes,
}

impl Past {
    pub(super) fn height(&self) -> u64 {
        self.record.block.header.height
    }
}

/// Takes the changes of the last block of a state back.
pub(super) fn take_back(state: &mut Overlay<'_>, undo: &Changes) {
    for (key, value) in undo {
        match value {
            Some(value) => state.put(key.clone(), value.clone()),
            None => state.remove(key.clone()),
        }
    }
}

/// The block in which the last epoch of a subnet ran.
pub(super) fn last_epoch(state: &dyn StateRead, netuid: u16, subnet: &str) -> Result<u64, HarnessError> {
    let clock = subnets::state_of(state, netuid).unwrap_or_default().clock;
    if clock.last_step_block == 0 {
        let text = format!("no epoch of {subnet} has run yet; make blocks until one has");
        return Err(HarnessError::NoEpoch(text));
    }
    Ok(clock.last_step_block)
}

/// The recent past, oldest first. A copy shares the blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct History(VecDeque<Arc<Past>>);

impl History {
    pub(super) fn push(&mut self, past: Past) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Arc::new(past));
    }

    /// The block at a height.
    pub(super) fn at(&self, height: u64) -> Option<&Past> {
        let first = self.0.front()?.height();
        let index = usize::try_from(height.checked_sub(first)?).ok()?;
        self.0.get(index).map(Arc::as_ref)
    }

    /// The state after a height, on top of the present one; `None` if that is no longer kept.
    pub(super) fn state_after<'s>(&self, now: &'s MemoryState, height: u64) -> Option<Overlay<'s>> {
        let oldest = self.0.front().map_or(0, |past| past.height() - 1);
        let newest = self.0.back().map_or(height, |past| past.height());
        if !(oldest..=newest).contains(&height) {
            return None;
        }
        let mut state = Overlay::new(now);
        for past in self.0.iter().rev().take_while(|past| past.height() > height) {
            take_back(&mut state, &past.undo);
        }
        Some(state)
    }

    /// All events that are kept, with the heights of their blocks, oldest first.
    pub(super) fn events(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.0.iter().flat_map(|past| past.record.events.iter().map(|event| (past.height(), event)))
    }

    /// The receipt of a transaction from a height on, with the height and its events.
    pub(super) fn receipt(&self, id: &Hash, from: u64) -> Option<(u64, Receipt, Vec<Event>)> {
        let recent = self.0.iter().rev().take_while(|past| past.height() >= from);
        recent.into_iter().find_map(|past| {
            let receipt = past.record.receipts.iter().find(|receipt| receipt.transaction == *id)?;
            Some((past.height(), *receipt, receipt.events(&past.record.events).to_vec()))
        })
    }
}
