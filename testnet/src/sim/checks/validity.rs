//! Blocks contain only what somebody asked for, each thing once, and keep the form that the chain promises.
//!
//! Rules, of every decided block:
//! 1. Every transaction was submitted by a client, and is in no other block.
//! 2. It stands on the block before it, carries the beacon of its height, and was authored by one of its authorities.
//! 3. Its stamp is a slot or more after its parent's.
//! 4. Its bytes decode to itself.

use super::{Decided, Violation};
use std::{collections::BTreeSet, fmt};
use taonet_chain::{
    Block, Hash, Network, Tip, block::beacon, block::list_root, genesis::Timing, transaction::Transaction,
};

/// What is wrong with a decided block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody submitted one of its transactions.
    Invented,
    /// One of its transactions is in an earlier block.
    Repeated,
    /// It stands on another block.
    Parent,
    /// Its author was no authority.
    Author,
    /// Its beacon is not that of its height.
    Beacon,
    /// It is stamped before its slot.
    Early,
    /// Its transactions are not the ones its header names.
    Transactions,
    /// Its bytes decode to something else.
    Encoding,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wrong::Invented => "nobody submitted one of its transactions",
            Wrong::Repeated => "one of its transactions is in an earlier block",
            Wrong::Parent => "it stands on another block",
            Wrong::Author => "its author was no authority",
            Wrong::Beacon => "its beacon is not that of its height",
            Wrong::Early => "it is stamped before its slot",
            Wrong::Transactions => "its transactions are not those its header names",
            Wrong::Encoding => "its bytes decode to something else",
        })
    }
}

/// What was submitted, and where the chain stands.
#[derive(Clone, Debug)]
pub struct Validity {
    network: Network,
    timing: Timing,
    submitted: BTreeSet<Hash>,
    settled: BTreeSet<Hash>,
    tip: Tip,
}

impl Validity {
    /// Nothing submitted yet on top of `tip`.
    pub fn new(network: Network, timing: Timing, tip: Tip) -> Validity {
        Validity { network, timing, submitted: BTreeSet::new(), settled: BTreeSet::new(), tip }
    }

    /// A client submitted this transaction.
    pub fn submitted(&mut self, transaction: Hash) {
        self.submitted.insert(transaction);
    }

    /// How many transactions are in blocks.
    pub fn settled(&self) -> u64 {
        self.settled.len() as u64
    }

    /// The next block was decided.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decided(&mut self, decided: &Decided<'_>) -> Result<(), Violation> {
        let block = &decided.block.block;
        let height = block.header.height;
        self.check(block).map_err(|wrong| Violation::Block { height, wrong })?;
        self.tip = Tip {
            height,
            id: decided.id,
            timestamp_ms: block.header.timestamp_ms,
            state_root: block.header.state_root,
            authorities: decided.authorities.clone(),
        };
        Ok(())
    }

    fn check(&mut self, block: &Block) -> Result<(), Wrong> {
        let header = &block.header;
        let ids: Vec<Hash> = block.transactions.iter().map(Transaction::id).collect();
        let again = there_and_back(block);
        let checks = [
            (header.parent == self.tip.id, Wrong::Parent),
            (self.tip.authorities.power(&header.proposer) > 0, Wrong::Author),
            (header.beacon == beacon(&self.network.genesis, header.height), Wrong::Beacon),
            (self.is_due(header.timestamp_ms), Wrong::Early),
            (header.transactions_root == list_root(&ids), Wrong::Transactions),
            (again.as_ref() == Some(block), Wrong::Encoding),
            (ids.iter().all(|id| self.submitted.contains(id)), Wrong::Invented),
            (ids.into_iter().all(|id| self.settled.insert(id)), Wrong::Repeated),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, wrong)| Err(wrong))
    }

    /// The clock of a chain may start with block 1.
    fn is_due(&self, timestamp_ms: u64) -> bool {
        self.tip.timestamp_ms == 0 || timestamp_ms >= self.tip.timestamp_ms + self.timing.slot_ms
    }
}

/// A block, there and back again, as the wire carries it.
fn there_and_back(block: &Block) -> Option<Block> {
    use taonet_chain::CommittedBlock;
    use taonet_consensus::Message;
    let certificate = taonet_chain::Certificate {
        height: block.header.height,
        round: 0,
        value: block.id(),
        signatures: Vec::new(),
    };
    let message = Message::Blocks(vec![CommittedBlock { block: block.clone(), certificate }]);
    match Message::decode(&message.encode()) {
        Ok(Message::Blocks(mut blocks)) => blocks.pop().map(|committed| committed.block),
        _ => None,
    }
}
