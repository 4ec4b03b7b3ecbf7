//! Nodes agree on one block per height, in order, each with a certificate that proves it.

use super::{Decided, Violation};
use std::collections::BTreeMap;
use taonet_chain::{AuthoritySet, BlockId, Network, Tip};

/// What was decided so far.
#[derive(Clone, Debug)]
pub struct Agreement {
    network: Network,
    decided: BTreeMap<u64, BlockId>,
    /// Who decides the height after the last one.
    authorities: AuthoritySet,
}

impl Agreement {
    /// Nothing decided yet; `authorities` decide block 1.
    pub fn new(network: Network, authorities: AuthoritySet) -> Agreement {
        Agreement { network, decided: BTreeMap::new(), authorities }
    }

    /// `node` kept a block on top of height `tip`; whether it is the first to decide this height.
    ///
    /// # Errors
    /// Another height than the next, another block than others have, or no proof.
    pub fn decided(&mut self, node: usize, tip: u64, decided: &Decided<'_>) -> Result<bool, Violation> {
        let height = decided.block.block.header.height;
        if height != tip + 1 {
            return Err(Violation::Order { node, expected: tip + 1, found: height });
        }
        match self.decided.get(&height) {
            Some(&first) if first != decided.id => {
                Err(Violation::Disagreement { height, node, first, second: decided.id })
            }
            Some(_) => Ok(false),
            None => self.first(node, decided).map(|()| true),
        }
    }

    /// `node` got the state after a block that others decided.
    ///
    /// # Errors
    /// Nobody decided that block.
    pub fn restored(&self, node: usize, tip: &Tip) -> Result<(), Violation> {
        match self.decided.get(&tip.height) {
            Some(&first) if first != tip.id => {
                Err(Violation::Disagreement { height: tip.height, node, first, second: tip.id })
            }
            Some(_) => Ok(()),
            None => Err(Violation::Certificate { node, height: tip.height }),
        }
    }

    /// The first node to keep this block: its certificate is checked once.
    fn first(&mut self, node: usize, decided: &Decided<'_>) -> Result<(), Violation> {
        let certificate = &decided.block.certificate;
        let height = certificate.height;
        let next = height == self.highest() + 1;
        let proven = next && certificate.verify(&self.network, &self.authorities).is_ok();
        if !proven || certificate.value != decided.id {
            return Err(Violation::Certificate { node, height });
        }
        self.decided.insert(height, decided.id);
        self.authorities = decided.authorities.clone();
        Ok(())
    }

    /// The highest height decided by anyone.
    pub fn highest(&self) -> u64 {
        self.decided.last_key_value().map_or(0, |(height, _)| *height)
    }

    /// Who decides the height after it.
    pub fn authorities(&self) -> &AuthoritySet {
        &self.authorities
    }
}
