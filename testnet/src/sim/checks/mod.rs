//! What must hold in every run, one file per promise.
//!
//! - [`agreement`]: one block per height, in order, each with a certificate that proves it.
//! - [`validity`]: blocks contain only what was submitted, once, and are well-formed.
//! - [`accountability`]: only the guilty are accused, and no honest node contradicts itself.
//! - [`conservation`]: every ledger is sound.
//!
//! Progress is a promise about a whole run and has its place there: [`super::storm::liveness`].

pub mod accountability;
pub mod agreement;
pub mod conservation;
pub mod validity;

use accountability::Accountability;
use agreement::Agreement;
use conservation::Conservation;
use std::{collections::BTreeSet, fmt};
use taonet_chain::{
    AccountId, AuthoritySet, BlockId, CommittedBlock, Hash, Network, Tip, genesis::Timing, state::StateRead,
};
use taonet_consensus::{Message, Offence};
use validity::Validity;

/// Something that must never happen did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Two nodes decided different blocks at one height.
    Disagreement {
        /// The height.
        height: u64,
        /// Who decided the second block.
        node: usize,
        /// The block decided first.
        first: BlockId,
        /// The other one.
        second: BlockId,
    },
    /// A node skipped or repeated a height.
    Order {
        /// The node.
        node: usize,
        /// The height it should have decided.
        expected: u64,
        /// The height it decided.
        found: u64,
    },
    /// A node kept a block whose certificate proves nothing.
    Certificate {
        /// The node.
        node: usize,
        /// The height.
        height: u64,
    },
    /// A block was decided that should not have been.
    Block {
        /// The height.
        height: u64,
        /// What is wrong with it.
        wrong: validity::Wrong,
    },
    /// An honest node was accused by another.
    Accused {
        /// Who accuses.
        node: usize,
        /// Whom.
        peer: usize,
        /// Of what.
        offence: Offence,
    },
    /// A block punishes an honest node.
    Punished {
        /// The height.
        height: u64,
    },
    /// An honest node signed two things that contradict each other.
    Contradiction {
        /// The node.
        node: usize,
        /// The height it is about.
        height: u64,
        /// The round it is about.
        round: u32,
    },
    /// A node sent something it signed while what led to it could still be lost.
    NotDurable {
        /// The node.
        node: usize,
    },
    /// What a block left of the ledger is not sound: money came from nowhere or is owed without cover.
    Ledger {
        /// The height.
        height: u64,
        /// What does not hold.
        broken: taonet_chain::Violation,
    },
    /// A node could not be opened after a crash.
    Open {
        /// The node.
        node: usize,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::Disagreement { height, node, first, second } => {
                write!(f, "node {node} decided {second} at height {height}, others {first}")
            }
            Violation::Order { node, expected, found } => {
                write!(f, "node {node} decided height {found} instead of {expected}")
            }
            Violation::Certificate { node, height } => {
                write!(f, "node {node} kept block {height} with a certificate that proves nothing")
            }
            Violation::Block { height, wrong } => write!(f, "block {height} was decided, but {wrong}"),
            Violation::Accused { node, peer, offence } => {
                write!(f, "node {node} says of node {peer}: {offence}")
            }
            Violation::Punished { height } => write!(f, "block {height} punishes an honest authority"),
            Violation::Contradiction { node, height, round } => {
                write!(f, "node {node} is honest and contradicted itself at height {height}, round {round}")
            }
            Violation::NotDurable { node } => {
                write!(f, "node {node} sent a signature before its log was safe")
            }
            Violation::Ledger { height, broken } => write!(f, "after block {height} {broken}"),
            Violation::Open { node } => write!(f, "node {node} finds its store damaged after a crash"),
        }
    }
}

impl std::error::Error for Violation {}

/// A block that a node kept.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// The block with its certificate.
    pub block: &'a CommittedBlock,
    /// Its id.
    pub id: BlockId,
    /// Who decides the next height.
    pub authorities: &'a AuthoritySet,
}

/// All checks of a run.
#[derive(Clone, Debug)]
pub struct Checks {
    /// One block per height.
    pub agreement: Agreement,
    /// Only what was asked for.
    pub validity: Validity,
    /// Only the guilty.
    pub accountability: Accountability,
    /// No money from nowhere.
    pub conservation: Conservation,
    snapshots: u64,
}

impl Checks {
    /// Nothing decided yet on top of `genesis`, and everyone honest.
    pub fn new(network: Network, timing: Timing, genesis: &Tip) -> Checks {
        Checks {
            agreement: Agreement::new(network, genesis.authorities.clone()),
            validity: Validity::new(network, timing, genesis.clone()),
            accountability: Accountability::default(),
            conservation: Conservation::default(),
            snapshots: 0,
        }
    }

    /// These are not honest.
    pub fn suspect(&mut self, guilty: AccountId) {
        self.accountability.suspect(guilty);
    }

    /// A client submitted this transaction.
    pub fn submitted(&mut self, transaction: Hash) {
        self.validity.submitted(transaction);
    }

    /// A node says this.
    ///
    /// # Errors
    /// It is honest and contradicts itself.
    pub fn said(&mut self, node: usize, message: &Message) -> Result<(), Violation> {
        self.accountability.said(node, message)
    }

    /// `node` kept a block on top of height `tip`.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn decided(&mut self, node: usize, tip: u64, decided: &Decided<'_>) -> Result<(), Violation> {
        if self.agreement.decided(node, tip, decided)? {
            self.validity.decided(decided)?;
            self.accountability.decided(decided)?;
        }
        Ok(())
    }

    /// `node` got the state after a block that others decided.
    ///
    /// # Errors
    /// Nobody decided that block.
    pub fn restored(&mut self, node: usize, tip: &Tip) -> Result<(), Violation> {
        self.snapshots += 1;
        self.agreement.restored(node, tip)
    }

    /// How often a node got the state as a whole.
    pub fn snapshots(&self) -> u64 {
        self.snapshots
    }

    /// A node stands at `height` with this ledger.
    ///
    /// # Errors
    /// The first invariant that does not hold, if no node has come so far before.
    pub fn ledger(&mut self, height: u64, state: &dyn StateRead) -> Result<(), Violation> {
        self.conservation.stands(height, state)
    }

    /// The highest height decided by anyone.
    pub fn highest(&self) -> u64 {
        self.agreement.highest()
    }

    /// Everyone who is not honest.
    pub fn guilty(&self) -> &BTreeSet<AccountId> {
        self.accountability.guilty()
    }
}
