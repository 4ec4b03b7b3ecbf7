//! A whole chain in memory: what tests, benches and simulation run. No consensus: who holds it makes the blocks.

use crate::{
    block::{Block, Tip, beacon},
    crypto::Hash,
    execute::{BlockError, Draft, Outcome, build, execute, next_tip},
    genesis::{Genesis, GenesisError},
    state::{MemoryState, tree::Tree},
    transaction::Transaction,
    vote::Network,
};

/// A chain and its end.
#[derive(Clone, Debug)]
pub struct MemoryChain {
    /// What signatures of agreement are bound to.
    pub network: Network,
    /// The end of the chain.
    pub tip: Tip,
    /// The state at the tip.
    pub state: MemoryState,
    /// The commitment to the state.
    pub tree: Tree,
}

impl MemoryChain {
    /// The chain at block 0.
    ///
    /// # Errors
    /// Why the genesis makes no sense.
    pub fn new(genesis: &Genesis) -> Result<MemoryChain, GenesisError> {
        let (tip, changes) = genesis.build()?;
        let mut state = MemoryState::default();
        state.apply(&changes);
        let tree = Tree::of(&state);
        Ok(MemoryChain { network: Network { genesis: genesis.hash(), branch: 0 }, tip, state, tree })
    }

    /// The genesis hash of the network.
    pub fn genesis(&self) -> Hash {
        self.network.genesis
    }

    /// What the authority whose turn it is would propose with these transactions, exactly one slot after the tip.
    pub fn draft(&self, transactions: Vec<Transaction>) -> Draft {
        let height = self.tip.height.saturating_add(1);
        let proposer = self.tip.authorities.proposer(&self.network.genesis, height, 0).unwrap_or_default();
        let beacon = beacon(&self.network.genesis, height);
        Draft { timestamp_ms: 0, proposer, evidence: Vec::new(), transactions, beacon }
    }

    /// Builds the next block, without taking it in.
    pub fn build(&self, draft: Draft) -> (Block, Outcome) {
        build(&self.network, &self.tip, &self.state, &self.tree, draft)
    }

    /// Builds and takes in the next block.
    pub fn produce(&mut self, transactions: Vec<Transaction>) -> (Block, Outcome) {
        let (block, outcome) = self.build(self.draft(transactions));
        self.commit(&block, &outcome);
        (block, outcome)
    }

    /// Executes and takes in a block that somebody else built.
    ///
    /// # Errors
    /// What is wrong with the block; the chain stays as it was.
    pub fn apply(&mut self, block: &Block) -> Result<Outcome, BlockError> {
        let outcome = execute(&self.network, &self.tip, &self.state, &self.tree, block)?;
        self.commit(block, &outcome);
        Ok(outcome)
    }

    /// Takes in a block with what it does, both just built on this tip.
    pub fn commit(&mut self, block: &Block, outcome: &Outcome) {
        self.tip = next_tip(block, outcome);
        self.state.apply(&outcome.changes);
        self.tree.apply(outcome.delta.clone());
    }
}
