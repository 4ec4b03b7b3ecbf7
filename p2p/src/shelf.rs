//! Long messages, kept for a while so that others can fetch what was announced to them.
//!
//! A message is named by the hash of its bytes: nobody can put anything else in its place. The shelf holds
//! [`SHELF_BYTES`]; the oldest give way.

use crate::config::SHELF_BYTES;
use std::collections::VecDeque;
use taonet_chain::Hash;

/// The messages that others may fetch.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    bodies: VecDeque<(Hash, Vec<u8>)>,
    bytes: usize,
}

impl Shelf {
    /// Keeps `body` under its hash.
    pub(crate) fn put(&mut self, hash: Hash, body: Vec<u8>) {
        if self.get(&hash).is_some() {
            return;
        }
        self.bytes += body.len();
        self.bodies.push_back((hash, body));
        while self.bytes > SHELF_BYTES {
            let Some((_, oldest)) = self.bodies.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    /// The message with this hash, if it is still there.
    pub(crate) fn get(&self, hash: &Hash) -> Option<&[u8]> {
        self.bodies.iter().find(|(name, _)| name == hash).map(|(_, body)| body.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_give_way_and_the_bound_holds() {
        let mut shelf = Shelf::default();
        let body = vec![0; SHELF_BYTES / 3];
        for name in 1..=4 {
            shelf.put(Hash([name; 32]), body.clone());
            shelf.put(Hash([name; 32]), body.clone());
            assert!(shelf.bytes <= SHELF_BYTES);
        }
        assert_eq!(shelf.get(&Hash([1; 32])), None);
        assert_eq!(shelf.get(&Hash([2; 32])), Some(body.as_slice()));
        assert_eq!(shelf.get(&Hash([4; 32])), Some(body.as_slice()));
    }
}
