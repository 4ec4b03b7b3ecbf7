//! Executing a decided block once more, and holding the result against what the chain kept.
//!
//! Rules:
//! 1. Receipts and events must be the recorded ones, in their order.
//! 2. Every entry of the state that the block changed must have, after it, the value that the chain has.
//! 3. What an epoch read is kept, so that it can be run again with its trace.

use std::cell::RefCell;
use taonet_chain::{
    Block, BlockError, Event, Network, Receipt,
    ledger::epochs::{self, Earnings},
    replay,
    state::{Overlay, StateRead},
    step::Note,
};
use taonet_subnets::{
    amount::Alpha,
    yuma::{Ballot, Subnet},
};

/// A block as the chain keeps it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The block.
    pub block: Block,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
    /// All events, those of the block itself first.
    pub events: Vec<Event>,
}

/// What an epoch read, and what it gave.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The subnet.
    pub netuid: u16,
    /// The block.
    pub block: u64,
    /// The alpha it distributed.
    pub emission: u64,
    /// The subnet as it read it.
    pub subnet: Subnet,
    /// The ballots of each mechanism as it read them, by UID.
    pub ballots: Vec<Vec<Ballot>>,
    /// How the mechanisms share the alpha, 65,535ths; none for evenly.
    pub split: Option<Vec<u16>>,
    /// Who earned what, by UID.
    pub earnings: Vec<Earnings>,
}

/// What a block did, seen while it did it.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// The block's height.
    pub block: u64,
    /// What its step did, in order.
    pub notes: Vec<Note>,
    /// The epochs that ran in it, in order.
    pub epochs: Vec<Ran>,
    /// All its events.
    pub events: Vec<Event>,
    /// How many entries of the state were compared with the chain's.
    pub entries: usize,
    /// How many receipts were compared.
    pub receipts: usize,
}

/// Where an explanation and the chain differ. Either the program or the node's data is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The block cannot be executed on the state before it.
    #[error("block {0} cannot be executed on the state before it: {1}")]
    Block(u64, BlockError),
    /// The receipts are others.
    #[error("executing block {0} gives other receipts than the chain has")]
    Receipts(u64),
    /// The events are others.
    #[error("executing block {0} gives other events than the chain has")]
    Events(u64),
    /// An entry of the state is another.
    #[error(
        "executing block {block} gives another value than the chain has under the key {}",
        hex::encode(key)
    )]
    State {
        /// The block.
        block: u64,
        /// The raw key.
        key: Vec<u8>,
    },
    /// Running an epoch once more gives something else.
    #[error("running the epoch of subnet {netuid} again pays UID {uid} something else than the chain did")]
    Epoch {
        /// The subnet.
        netuid: u16,
        /// The first neuron that differs.
        uid: usize,
    },
    /// Parts do not add up to their whole.
    #[error("{what}: the parts are {parts}, the whole is {whole}")]
    Sum {
        /// What is summed.
        what: String,
        /// The sum of the parts.
        parts: u128,
        /// What it should be.
        whole: u128,
    },
}

/// Executes a block on the state `before` it and compares the result with its record and the state `after` it.
///
/// # Errors
/// Where the two differ.
pub fn witness(
    network: &Network,
    before: &dyn StateRead,
    after: &dyn StateRead,
    record: &Record,
) -> Result<Witness, Disagreement> {
    let block = record.block.header.height;
    let (mut notes, ran) = (Vec::new(), RefCell::new(Vec::new()));
    let run_and_keep = |state: &mut Overlay<'_>, netuid: u16, block: u64, emission: Alpha| {
        let (subnet, ballots) = epochs::epoch_input(state, netuid);
        let split = epochs::split(state, netuid);
        let earnings = epochs::run(state, netuid, block, emission);
        let kept = Ran { netuid, block, emission: emission.units(), subnet, ballots, split, earnings };
        let earnings = kept.earnings.clone();
        ran.borrow_mut().push(kept);
        earnings
    };
    let replayed = replay(network, before, &record.block, &run_and_keep, &mut notes)
        .map_err(|error| Disagreement::Block(block, error))?;
    if replayed.receipts != record.receipts {
        return Err(Disagreement::Receipts(block));
    }
    if replayed.events != record.events {
        return Err(Disagreement::Events(block));
    }
    for (key, value) in &replayed.changes {
        if after.get(key) != *value {
            return Err(Disagreement::State { block, key: key.clone() });
        }
    }
    Ok(Witness {
        block,
        notes,
        epochs: ran.into_inner(),
        events: replayed.events,
        entries: replayed.changes.len(),
        receipts: replayed.receipts.len(),
    })
}

/// Asserts that parts add up.
pub(super) fn adds_up(what: impl Into<String>, parts: u128, whole: u128) -> Result<(), Disagreement> {
    if parts == whole { Ok(()) } else { Err(Disagreement::Sum { what: what.into(), parts, whole }) }
}
