//! A decided block once more, on the state before it: to see how it came to its result.
//!
//! Rule: it is the same execution, down to the failing calls. Only what its authorities have vouched for is taken as
//! given: header, roots and signatures.

use super::{BlockError, Run};
use crate::{
    block::Block,
    calls::BlockContext,
    event::Event,
    ledger::epochs::EpochFunction,
    receipt::Receipt,
    state::{Changes, StateRead},
    step::Watch,
    vote::Network,
};

/// What a block did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Every key it changed.
    pub changes: Changes,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
    /// All events, those of the block itself first.
    pub events: Vec<Event>,
}

/// Executes a decided block on the state before it, with `epoch` as its epochs, and shows its step to `watch`.
///
/// # Errors
/// The block cannot be executed on this state.
pub fn replay(
    network: &Network,
    state: &dyn StateRead,
    block: &Block,
    epoch: &EpochFunction<'_>,
    watch: &mut dyn Watch,
) -> Result<Replay, BlockError> {
    let header = &block.header;
    let context =
        BlockContext { number: header.height, author: Some(header.proposer), parent_hash: header.parent };
    let mut run = Run::start(network, state, context);
    run.all_evidence(&block.evidence)?;
    run.step_watched(epoch, watch);
    run.all_transactions(&block.transactions, &|_| true)?;
    let (changes, receipts, events) = run.into_effects();
    Ok(Replay { changes, receipts, events })
}
