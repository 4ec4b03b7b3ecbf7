//! The miner's side: when to publish its address, and whom to answer.
//!
//! Rules:
//! 1. The address on chain is published when it is missing or differs from where the miner listens, and tried again no
//!    sooner than [`SERVE_AGAIN_AFTER`] blocks later: the chain limits how often a neuron may serve.
//! 2. Answers go only to hotkeys registered on the subnet that hold a validator permit (keys-and-axons.md section 2).
//! 3. Each asker gets at most [`ASKS_PER_BLOCK`] answers per block, however many blocks a second the network makes.
//! 4. A development chain can go back to an earlier height: that is a new block too, and an address may be missing.

use super::Uid;
use std::collections::BTreeMap;
use std::{fmt, net::SocketAddr};

/// Blocks between two attempts to publish an address.
pub const SERVE_AGAIN_AFTER: u64 = 10;

/// Answers per asker and block: a validator asks at most once per block, the rest is room for retries.
pub const ASKS_PER_BLOCK: u32 = 4;

/// What a miner sees of its subnet after a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinerView {
    /// Height of the block.
    pub height: u64,
    /// Whether the miner has a uid on the subnet.
    pub registered: bool,
    /// The address that the chain has for it.
    pub published: Option<SocketAddr>,
}

/// Who asks, if the asker is a neuron of the subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Its number.
    pub uid: Uid,
    /// Whether it holds a validator permit.
    pub permit: bool,
}

/// Why a miner does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The asker is not registered on this subnet.
    NotRegistered,
    /// The asker is registered, but holds no validator permit.
    NoPermit,
    /// The asker has had its share for this block.
    TooMany,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotRegistered => {
                f.write_str("your hotkey is not registered on this subnet; register it first")
            }
            Refusal::NoPermit => f.write_str("your hotkey holds no validator permit; it needs more stake"),
            Refusal::TooMany => {
                write!(f, "at most {ASKS_PER_BLOCK} requests per block; wait for the next block")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// A miner's decisions. The answers themselves come from its [`crate::task::Miner`].
#[derive(Clone, Debug)]
pub struct MinerRole {
    listens_at: SocketAddr,
    height: u64,
    serve_from: u64,
    asked: BTreeMap<Uid, u32>,
}

impl MinerRole {
    /// A miner that others reach at `listens_at`.
    pub fn new(listens_at: SocketAddr) -> MinerRole {
        MinerRole { listens_at, height: 0, serve_from: 0, asked: BTreeMap::new() }
    }

    /// A block was committed: the address to publish now, if there is a need.
    pub fn committed(&mut self, view: &MinerView) -> Option<SocketAddr> {
        if view.height < self.height {
            self.serve_from = 0;
        }
        if view.height != self.height {
            self.height = view.height;
            self.asked.clear();
        }
        let known = view.published == Some(self.listens_at);
        if known || !view.registered || view.height < self.serve_from {
            return None;
        }
        self.serve_from = view.height.saturating_add(SERVE_AGAIN_AFTER);
        Some(self.listens_at)
    }

    /// Whether to answer this asker now; `None` is somebody without a uid. Counts the request.
    ///
    /// # Errors
    /// Why the asker gets no answer.
    pub fn admit(&mut self, asker: Option<Asker>) -> Result<(), Refusal> {
        let asker = asker.ok_or(Refusal::NotRegistered)?;
        if !asker.permit {
            return Err(Refusal::NoPermit);
        }
        let asked = self.asked.entry(asker.uid).or_default();
        if *asked == ASKS_PER_BLOCK {
            return Err(Refusal::TooMany);
        }
        *asked += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 9_000))
    }

    #[test]
    fn the_address_is_published_when_it_is_missing_or_wrong() {
        let elsewhere = SocketAddr::from(([127, 0, 0, 1], 9_001));
        // (what, height, registered, published, publish now?)
        let table = [
            ("not registered yet", 1, false, None, false),
            ("registered: publish", 2, true, None, true),
            ("not in the chain yet: wait", 3, true, None, false),
            ("now it is", 4, true, Some(here()), false),
            ("nothing to do", 30, true, Some(here()), false),
            ("an old address, as after a restart: publish", 31, true, Some(elsewhere), true),
            ("refused: not at once again", 40, true, Some(elsewhere), false),
            ("but after ten blocks", 41, true, Some(elsewhere), true),
            ("the chain went back: publish", 7, true, None, true),
            ("and wait", 16, true, None, false),
            ("and try again", 17, true, None, true),
        ];
        let mut role = MinerRole::new(here());
        for (what, height, registered, published, publish) in table {
            let action = role.committed(&MinerView { height, registered, published });
            assert_eq!(action, publish.then(here), "{what}");
        }
    }

    #[test]
    fn only_permitted_neurons_are_answered() {
        let mut role = MinerRole::new(here());
        let asker = |permit| Some(Asker { uid: 1, permit });
        assert_eq!(role.admit(None), Err(Refusal::NotRegistered));
        assert_eq!(role.admit(asker(false)), Err(Refusal::NoPermit));
        assert_eq!(role.admit(asker(true)), Ok(()));
    }

    #[test]
    fn each_asker_has_a_share_per_block() {
        let mut role = MinerRole::new(here());
        let block = |height| MinerView { height, registered: true, published: Some(here()) };
        role.committed(&block(5));
        let asker = |uid| Some(Asker { uid, permit: true });
        for _ in 0..ASKS_PER_BLOCK {
            assert_eq!(role.admit(asker(1)), Ok(()));
        }
        assert_eq!(role.admit(asker(1)), Err(Refusal::TooMany));
        assert_eq!(role.admit(asker(2)), Ok(()), "the share of another is untouched");
        role.committed(&block(5));
        assert_eq!(role.admit(asker(1)), Err(Refusal::TooMany), "the same block again gives nothing");
        role.committed(&block(6));
        assert_eq!(role.admit(asker(1)), Ok(()), "a new block, a new share");
        for height in [3, 4] {
            role.committed(&block(height));
            for _ in 0..ASKS_PER_BLOCK {
                assert_eq!(role.admit(asker(1)), Ok(()), "the chain went back, and lives on");
            }
        }
    }
}
