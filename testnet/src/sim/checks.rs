//! What must hold in every run, fed with every block that any node keeps.
//!
//! Rules:
//! 1. Nodes agree on one block per height, in order, each with a certificate that proves it.
//! 2. No honest node is accused or punished, and none signs what its log could lose.
//! 3. The genesis and every height leave a ledger that holds [`taonet_chain::invariants`]. It is read once per height,
//!    at the first node that has come to it; of heights that one step of a node decides together, the last is read.

use std::{collections::BTreeMap, fmt};
use taonet_chain::{AuthoritySet, BlockId, Network, state::StateRead, violations};
use taonet_consensus::{Committed, Offence};

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
            Violation::Accused { node, peer, offence } => {
                write!(f, "node {node} says of node {peer}: {offence}")
            }
            Violation::Punished { height } => write!(f, "block {height} punishes an honest authority"),
            Violation::NotDurable { node } => {
                write!(f, "node {node} sent a signature before its log was safe")
            }
            Violation::Ledger { height, broken } => write!(f, "after block {height} {broken}"),
            Violation::Open { node } => write!(f, "node {node} finds its store damaged after a crash"),
        }
    }
}

impl std::error::Error for Violation {}

/// What was decided so far.
#[derive(Clone, Debug)]
pub struct Checks {
    network: Network,
    /// Block and authorities by height; the authorities are those who decide it.
    decided: BTreeMap<u64, BlockId>,
    authorities: BTreeMap<u64, AuthoritySet>,
    /// The lowest height whose ledger nobody has shown yet.
    ledger_due: u64,
}

impl Checks {
    /// Nothing decided yet; `authorities` decide block 1.
    pub fn new(network: Network, authorities: AuthoritySet) -> Checks {
        let authorities = BTreeMap::from([(1, authorities)]);
        Checks { network, decided: BTreeMap::new(), authorities, ledger_due: 0 }
    }

    /// `node` kept a block on top of `tip_height`.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn committed(
        &mut self,
        node: usize,
        tip_height: u64,
        committed: &Committed,
    ) -> Result<(), Violation> {
        let header = &committed.block.block.header;
        let height = header.height;
        if height != tip_height + 1 {
            return Err(Violation::Order { node, expected: tip_height + 1, found: height });
        }
        if !committed.block.block.evidence.is_empty() {
            return Err(Violation::Punished { height });
        }
        match self.decided.get(&height) {
            Some(&first) if first != committed.id => {
                Err(Violation::Disagreement { height, node, first, second: committed.id })
            }
            Some(_) => Ok(()),
            None => self.first(node, committed),
        }
    }

    /// The first node to keep this block: its certificate is checked once.
    fn first(&mut self, node: usize, committed: &Committed) -> Result<(), Violation> {
        let certificate = &committed.block.certificate;
        let height = certificate.height;
        let authorities = self.authorities.get(&height);
        let proven = authorities.is_some_and(|set| certificate.verify(&self.network, set).is_ok());
        if !proven || certificate.value != committed.id {
            return Err(Violation::Certificate { node, height });
        }
        self.decided.insert(height, committed.id);
        self.authorities.insert(height + 1, committed.authorities.clone());
        Ok(())
    }

    /// A node stands at `height` with this ledger.
    ///
    /// # Errors
    /// The first invariant that does not hold, if no node has come so far before.
    pub fn ledger(&mut self, height: u64, state: &dyn StateRead) -> Result<(), Violation> {
        if height < self.ledger_due {
            return Ok(());
        }
        self.ledger_due = height + 1;
        violations(state).first().map_or(Ok(()), |broken| Err(Violation::Ledger { height, broken: *broken }))
    }

    /// The highest height decided by anyone.
    pub fn highest(&self) -> u64 {
        self.decided.keys().next_back().copied().unwrap_or(0)
    }
}
