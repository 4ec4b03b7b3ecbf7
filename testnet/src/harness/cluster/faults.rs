//! What can be done to the nodes and links of a cluster.

use super::{super::HarnessError, Cluster};
use crate::sim::{Link, liars::Liar};

/// A cut through the network, to be healed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    finalized: u64,
}

impl Cut {
    /// The highest height that any node had decided when the network was cut.
    pub fn finalized_at_cut(&self) -> u64 {
        self.finalized
    }
}

impl Cluster {
    /// Cuts the network: nodes hear those of their own side only. Who is named on no side is alone.
    ///
    /// # Errors
    /// There is no such node, or what must never happen did.
    pub fn partition(&mut self, sides: &[&[&str]]) -> Result<Cut, HarnessError> {
        let mut side: Vec<usize> = (0..self.world.len()).map(|node| sides.len() + node).collect();
        for (number, names) in sides.iter().enumerate() {
            for name in *names {
                side[self.named(name)?] = number;
            }
        }
        let finalized = self.world.highest();
        self.world.rewire_all(|from, to| side[from] != side[to])?;
        Ok(Cut { finalized })
    }

    /// Joins everything that was cut.
    ///
    /// # Errors
    /// What must never happen did.
    pub fn heal(&mut self) -> Result<(), HarnessError> {
        Ok(self.world.heal()?)
    }

    /// Messages from one node to another travel like this from now on.
    ///
    /// # Errors
    /// There is no such node.
    pub fn set_link(&mut self, from: &str, to: &str, link: Link) -> Result<(), HarnessError> {
        let (from, to) = (self.named(from)?, self.named(to)?);
        self.world.set_link(from, to, link);
        Ok(())
    }

    /// All messages travel like this from now on.
    pub fn set_links(&mut self, link: Link) {
        self.world.set_links(link);
    }

    /// Ends a node as if by power loss.
    ///
    /// # Errors
    /// There is no such node, or it is down.
    pub fn crash(&mut self, node: &str) -> Result<(), HarnessError> {
        let index = self.running(node)?;
        self.world.crash(index);
        Ok(())
    }

    /// Starts a node that is down.
    ///
    /// # Errors
    /// There is no such node, it is up, or what must never happen did.
    pub fn restart(&mut self, node: &str) -> Result<(), HarnessError> {
        let index = self.named(node)?;
        if self.world.is_up(index) {
            return Err(HarnessError::Node(node.to_owned(), "down"));
        }
        Ok(self.world.start(index)?)
    }

    /// From now on a node lies in this way ([`crate::sim::liars`]).
    ///
    /// # Errors
    /// There is no such node.
    pub fn byzantine(&mut self, node: &str, liar: Box<dyn Liar>) -> Result<(), HarnessError> {
        let index = self.named(node)?;
        self.world.corrupt(index, liar);
        Ok(())
    }
}
