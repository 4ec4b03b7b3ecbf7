//! What a simulated network is made of.

use super::link::Link;
use taonet_chain::genesis::{DevOptions, Genesis, Timing};

/// The nodes, the genesis and the links of a world. Made with [`Options::calm`], changed one word at a time.
///
/// Nodes are numbered: the authorities of the genesis first, then observers, then twins.
#[derive(Clone, Debug)]
pub struct Options {
    /// The genesis. The keys of its authorities are [`DevOptions::authority_uri`] in its order.
    pub genesis: Genesis,
    /// How many nodes that only follow.
    pub observers: u16,
    /// Authorities of which a second honest copy runs, with the same key: one twin each, in this order.
    pub twins: Vec<usize>,
    /// How the links behave.
    pub link: Link,
    /// Whether nodes pass on what they hear and accept, each thing once, as gossip does. Otherwise everyone hears
    /// everything from its author alone.
    pub gossip: bool,
    /// Whether a node knows when it first starts that its key never signed anything. One that does not, and starts
    /// later than a quorum, takes itself for one that lost its memory.
    pub vouched: bool,
    /// Nodes that do not start with the others, but when somebody starts them.
    pub late: Vec<usize>,
    /// How many blocks each node keeps.
    pub history: u64,
    /// How many lines of what happened are remembered.
    pub trace: usize,
}

impl Options {
    /// So many authorities of equal power on a quiet network with the times of a development network.
    pub fn calm(authorities: u16) -> Options {
        Options {
            genesis: Genesis::dev(DevOptions { authorities, ..DevOptions::default() }),
            observers: 0,
            twins: Vec::new(),
            link: Link::CALM,
            gossip: false,
            vouched: false,
            late: Vec::new(),
            history: taonet_consensus::store::HISTORY,
            trace: super::trace::LINES,
        }
    }

    /// Another genesis.
    #[must_use]
    pub fn genesis(self, genesis: Genesis) -> Options {
        Options { genesis, ..self }
    }

    /// So many nodes that only follow.
    #[must_use]
    pub fn observers(self, observers: u16) -> Options {
        Options { observers, ..self }
    }

    /// Other links.
    #[must_use]
    pub fn link(self, link: Link) -> Options {
        Options { link, ..self }
    }

    /// Nodes pass on what they hear and accept.
    #[must_use]
    pub fn gossip(self, gossip: bool) -> Options {
        Options { gossip, ..self }
    }

    /// Other times.
    #[must_use]
    pub fn timing(mut self, timing: Timing) -> Options {
        self.genesis.timing = timing;
        self
    }

    /// Other powers, of the authorities in their order.
    #[must_use]
    pub fn powers(mut self, powers: &[u64]) -> Options {
        self.genesis
            .authorities
            .iter_mut()
            .zip(powers)
            .for_each(|(authority, power)| authority.power = *power);
        self
    }

    /// A second copy of this authority.
    #[must_use]
    pub fn twin(mut self, of: usize) -> Options {
        self.twins.push(of);
        self
    }

    /// Nodes know on their first start that they are new.
    #[must_use]
    pub fn vouched(self) -> Options {
        Options { vouched: true, ..self }
    }

    /// This node does not start with the others.
    #[must_use]
    pub fn late(mut self, node: usize) -> Options {
        self.late.push(node);
        self
    }

    /// Each node keeps so many blocks.
    #[must_use]
    pub fn history(self, history: u64) -> Options {
        Options { history, ..self }
    }

    /// So many lines of what happened are remembered.
    #[must_use]
    pub fn trace(self, trace: usize) -> Options {
        Options { trace, ..self }
    }

    /// How many authorities the genesis has.
    pub fn authorities(&self) -> usize {
        self.genesis.authorities.len()
    }
}
