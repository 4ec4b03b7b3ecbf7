//! The blocks proposed at this height, with what is known about them.
//!
//! Rule: a block is executed once. Its outcome is kept by its id, so that proposing it again or deciding it costs
//! nothing. Only blocks that agreement still refers to are kept, which bounds them.

use std::collections::BTreeMap;
use taonet_chain::{Block, BlockId, Outcome};

#[derive(Debug)]
struct Candidate {
    block: Block,
    /// `None`: not executed (since the last crash); an error: it breaks a rule.
    result: Option<Result<Outcome, ()>>,
}

#[derive(Debug, Default)]
pub(super) struct Candidates(BTreeMap<BlockId, Candidate>);

impl Candidates {
    /// Keeps a block that has not been executed; gives its id.
    pub(super) fn keep(&mut self, block: Block) -> BlockId {
        let id = block.id();
        self.0.entry(id).or_insert(Candidate { block, result: None });
        id
    }

    /// Keeps a block with the result of executing it.
    pub(super) fn keep_with(&mut self, id: BlockId, block: Block, result: Result<Outcome, ()>) {
        self.0.insert(id, Candidate { block, result: Some(result) });
    }

    pub(super) fn block(&self, id: &BlockId) -> Option<&Block> {
        self.0.get(id).map(|candidate| &candidate.block)
    }

    /// Whether the block is valid, if that is known.
    pub(super) fn is_valid(&self, id: &BlockId) -> Option<bool> {
        self.0.get(id)?.result.as_ref().map(Result::is_ok)
    }

    /// Takes the block out, with its outcome if it has one.
    pub(super) fn take(&mut self, id: &BlockId) -> Option<(Block, Option<Outcome>)> {
        let candidate = self.0.remove(id)?;
        Some((candidate.block, candidate.result.and_then(Result::ok)))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets all blocks but these.
    pub(super) fn retain(&mut self, wanted: &[BlockId]) {
        self.0.retain(|id, _| wanted.contains(id));
    }
}
