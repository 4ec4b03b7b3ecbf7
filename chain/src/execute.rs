//! The state transition: from one block to the next.
//!
//! A block does, in this order:
//! 1. whose slot it was, where missed slots are counted;
//! 2. evidence: proven misbehaviour jails authorities;
//! 3. at the end of an era, the choice of the next authorities ([`crate::ledger::authorities`]);
//! 4. the block step ([`crate::step`]): what happens without anybody asking, such as emission and due epochs;
//! 5. its transactions in their order: fee and nonce first, then the call, wholly or not at all;
//! 6. the roots: of the state, of the receipts, and of the set of authorities for the next height.
//!
//! [`build`] makes a block out of a draft, [`execute`] checks one that somebody else made; both run the same steps.
//! A header carries the roots after its block, so authorities that vote for a block vote for its result. A signature
//! is checked once per node: drafts come from a mempool that did so, and [`execute_with`] is told what it did.

mod replay;
mod run;

pub use replay::{Replay, replay};

use crate::{
    admit::Refusal,
    authority::{AuthorityId, AuthoritySet},
    block::{Block, Header, Tip, beacon, evidence_root, list_root, transactions_root},
    calls::BlockContext,
    crypto::Hash,
    event::Event,
    ledger::settings::Settings,
    receipt::Receipt,
    state::{
        Changes, StateRead,
        tree::{Delta, Tree},
    },
    transaction::Transaction,
    vote::{Evidence, Network},
};
use run::Run;
use std::fmt;

/// The most evidence in one block: more would be the business of many blocks, and each piece costs two signatures.
pub const MAX_EVIDENCE: usize = 16;

/// What an authority puts into the block it proposes.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its clock; the block gets at least its parent's timestamp plus one slot.
    pub timestamp_ms: u64,
    /// The authority itself.
    pub proposer: AuthorityId,
    /// Misbehaviour it has seen.
    pub evidence: Vec<Evidence>,
    /// What it would like to execute, in this order. Their signatures have been checked.
    pub transactions: Vec<Transaction>,
    /// The secret of the beacon round of this height, [`beacon`].
    pub beacon: [u8; 32],
}

/// What a block does.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The state root after it.
    pub root: Hash,
    /// Every key it changes.
    pub changes: Changes,
    /// What it does to the state tree.
    pub delta: Delta,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
    /// All that can be observed, in order: of the block itself, then of each transaction ([`Receipt::events`]).
    pub events: Vec<Event>,
    /// Who decides the next height.
    pub authorities: AuthoritySet,
}

/// Why a block is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// It belongs to another network.
    WrongNetwork,
    /// It does not follow this tip: wrong height or parent.
    NotNext,
    /// Its proposer is no authority.
    Proposer,
    /// Its timestamp is earlier than one slot after its parent's.
    TooEarly,
    /// Its beacon secret is not that of its height.
    Beacon,
    /// It names another set of authorities for its own height.
    Authorities,
    /// Its lists are not those its header commits to.
    Lists,
    /// It has more bytes, cost or evidence than allowed.
    TooMuch,
    /// This piece of evidence proves nothing, is too old or is known.
    Evidence(usize),
    /// This transaction cannot stand in it.
    Transaction(usize, Refusal),
    /// Executing it gives another state, other receipts or other next authorities.
    Result,
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlockError::WrongNetwork => f.write_str("the block belongs to another network"),
            BlockError::NotNext => f.write_str("the block does not follow the tip"),
            BlockError::Proposer => f.write_str("the block's proposer is no authority"),
            BlockError::TooEarly => f.write_str("the block is earlier than one slot after its parent"),
            BlockError::Beacon => f.write_str("the block's beacon secret is not that of its height"),
            BlockError::Authorities => f.write_str("the block names another set of authorities"),
            BlockError::Lists => f.write_str("the block's lists are not those its header commits to"),
            BlockError::TooMuch => f.write_str("the block is above the limits of bytes, cost or evidence"),
            BlockError::Evidence(index) => write!(f, "evidence {index} of the block proves nothing new"),
            BlockError::Transaction(index, refusal) => {
                write!(f, "transaction {index} of the block: {refusal}")
            }
            BlockError::Result => f.write_str("executing the block does not give the result in its header"),
        }
    }
}

impl std::error::Error for BlockError {}

/// Builds the block of a draft on top of `tip`. What is invalid now, or does not fit any more, is left out.
pub fn build(
    network: &Network,
    tip: &Tip,
    state: &dyn StateRead,
    tree: &Tree,
    draft: Draft,
) -> (Block, Outcome) {
    let mut run = Run::start(network, state, context(tip, draft.proposer));
    let evidence = run.keep_evidence(draft.evidence);
    run.step();
    let transactions = run.keep_transactions(draft.transactions);
    let slot = run.settings.slot_ms;
    let outcome = run.finish(tree);
    let header = Header {
        genesis: network.genesis,
        height: tip.height.saturating_add(1),
        timestamp_ms: draft.timestamp_ms.max(tip.timestamp_ms.saturating_add(slot)),
        proposer: draft.proposer,
        parent: tip.id,
        state_root: outcome.root,
        transactions_root: transactions_root(&transactions),
        receipts_root: receipts_root(&outcome),
        evidence_root: evidence_root(&evidence),
        authorities: tip.authorities.hash(),
        next_authorities: outcome.authorities.hash(),
        beacon: draft.beacon,
    };
    (Block { header, evidence, transactions }, outcome)
}

/// Executes somebody else's block on top of `tip`, signatures of its transactions included. Whether its timestamp is
/// too far in the future is for those with a clock to say.
///
/// # Errors
/// What is wrong with it.
pub fn execute(
    network: &Network,
    tip: &Tip,
    state: &dyn StateRead,
    tree: &Tree,
    block: &Block,
) -> Result<Outcome, BlockError> {
    execute_with(network, tip, state, tree, block, &|_| false)
}

/// [`execute`] without checking the signatures of transactions of which `is_checked` says, by their hash, that they are
/// known to hold.
///
/// # Errors
/// What is wrong with the block.
pub fn execute_with(
    network: &Network,
    tip: &Tip,
    state: &dyn StateRead,
    tree: &Tree,
    block: &Block,
    is_checked: &dyn Fn(&Hash) -> bool,
) -> Result<Outcome, BlockError> {
    let header = &block.header;
    let mut run = Run::start(network, state, context(tip, header.proposer));
    check_header(network, tip, &run.settings, header)?;
    if !block.is_whole() {
        return Err(BlockError::Lists);
    }
    run.all_evidence(&block.evidence)?;
    run.step();
    run.all_transactions(&block.transactions, is_checked)?;
    let outcome = run.finish(tree);
    let same = outcome.root == header.state_root
        && receipts_root(&outcome) == header.receipts_root
        && outcome.authorities.hash() == header.next_authorities;
    if same { Ok(outcome) } else { Err(BlockError::Result) }
}

/// The tip after `block`.
pub fn next_tip(block: &Block, outcome: &Outcome) -> Tip {
    Tip {
        height: block.header.height,
        id: block.id(),
        timestamp_ms: block.header.timestamp_ms,
        state_root: outcome.root,
        authorities: outcome.authorities.clone(),
    }
}

/// What the block after `tip` may know about itself.
fn context(tip: &Tip, author: AuthorityId) -> BlockContext {
    BlockContext { number: tip.height.saturating_add(1), author: Some(author), parent_hash: tip.id }
}

fn check_header(
    network: &Network,
    tip: &Tip,
    settings: &Settings,
    header: &Header,
) -> Result<(), BlockError> {
    let height = tip.height.saturating_add(1);
    let checks = [
        (header.genesis == network.genesis, BlockError::WrongNetwork),
        (header.height == height && header.parent == tip.id, BlockError::NotNext),
        (tip.authorities.power(&header.proposer) > 0, BlockError::Proposer),
        (header.timestamp_ms >= tip.timestamp_ms.saturating_add(settings.slot_ms), BlockError::TooEarly),
        (header.beacon == beacon(&network.genesis, height), BlockError::Beacon),
        (header.authorities == tip.authorities.hash(), BlockError::Authorities),
    ];
    checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, error)| Err(error))
}

fn receipts_root(outcome: &Outcome) -> Hash {
    list_root(&outcome.receipts.iter().map(|receipt| receipt.hash(&outcome.events)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
