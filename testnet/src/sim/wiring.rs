//! Who can hear whom, and over what kind of link.
//!
//! Rules:
//! 1. Each direction of each pair has a link of its own; unless told otherwise it is the common one.
//! 2. A direction may be cut: what is sent is lost without a word. A pair that is cut both ways is no longer
//!    connected, and both notice.

use super::link::Link;
use std::collections::BTreeMap;

/// The wires between so many nodes.
#[derive(Clone, Debug)]
pub(super) struct Wiring {
    nodes: usize,
    common: Link,
    own: BTreeMap<(usize, usize), Link>,
    /// Whether the direction from `a` to `b` is cut, at `a * nodes + b`.
    cut: Vec<bool>,
}

impl Wiring {
    pub(super) fn new(nodes: usize, common: Link) -> Wiring {
        Wiring { nodes, common, own: BTreeMap::new(), cut: vec![false; nodes * nodes] }
    }

    pub(super) fn link(&self, from: usize, to: usize) -> Link {
        self.own.get(&(from, to)).copied().unwrap_or(self.common)
    }

    pub(super) fn set_link(&mut self, from: usize, to: usize, link: Link) {
        self.own.insert((from, to), link);
    }

    /// All links are like this from now on.
    pub(super) fn set_all(&mut self, link: Link) {
        self.common = link;
        self.own.clear();
    }

    pub(super) fn set_cut(&mut self, from: usize, to: usize, cut: bool) {
        if let Some(place) = self.cut.get_mut(from * self.nodes + to) {
            *place = cut;
        }
    }

    /// Whether what `from` says reaches `to`.
    pub(super) fn carries(&self, from: usize, to: usize) -> bool {
        from != to && self.cut.get(from * self.nodes + to) == Some(&false)
    }

    /// Whether there is a connection at all.
    pub(super) fn connected(&self, a: usize, b: usize) -> bool {
        self.carries(a, b) || self.carries(b, a)
    }
}
