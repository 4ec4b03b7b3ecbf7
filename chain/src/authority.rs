//! Authorities: who makes blocks, and how much each one counts.
//!
//! Rules:
//! 1. An authority set is a list of accounts with powers; its order is part of its identity.
//! 2. A quorum is *more than two thirds* of all power; a blocking minority is *more than one third*.
//! 3. With equal powers the proposer of a round is `(height + round) mod n`. With unequal powers it is the owner of
//!    position `hash(chain, height, round) mod total` on the powers laid end to end: stateless, and proportional.
//! 4. A set is chosen in one of two modes ([`ConsensusMode`]); agreement does not care which, it sees powers.
//!
//! Deviation: CometBFT keeps a priority queue between rounds; a stateless rule needs nothing kept and nothing replayed.

use crate::crypto::{AccountId, Domain, Hash};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The account of an authority; the same key is its identity on the peer-to-peer network.
pub type AuthorityId = AccountId;

/// At most this many authorities: every vote of a round is kept in memory, and certificates list them all.
pub const MAX_AUTHORITIES: usize = 128;

/// How a network chooses who makes its blocks.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ConsensusMode {
    /// A list that governance appoints.
    #[default]
    Authority,
    /// An election by the TAO staked on root, at the end of every era.
    Stake,
}

impl ConsensusMode {
    /// The word for it, in files and commands.
    pub const fn name(self) -> &'static str {
        match self {
            ConsensusMode::Authority => "authority",
            ConsensusMode::Stake => "stake",
        }
    }
}

impl fmt::Display for ConsensusMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ConsensusMode {
    type Err = String;

    fn from_str(text: &str) -> Result<ConsensusMode, String> {
        let known = [ConsensusMode::Authority, ConsensusMode::Stake];
        let found = known.into_iter().find(|mode| mode.name() == text);
        found.ok_or_else(|| format!("{text:?} is no mode: write authority or stake"))
    }
}

/// One authority and its voting power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Authority {
    /// Its account.
    pub id: AuthorityId,
    /// Its power, above zero; in stake mode rao staked on root.
    pub power: u64,
}

/// The authorities of one height.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AuthoritySet {
    list: Vec<Authority>,
}

impl AuthoritySet {
    /// A set from a list. Entries without power, repeated accounts and entries beyond [`MAX_AUTHORITIES`] are left out.
    pub fn new(list: impl IntoIterator<Item = Authority>) -> AuthoritySet {
        let mut set = AuthoritySet::default();
        for authority in list {
            let fits = set.list.len() < MAX_AUTHORITIES;
            if fits && authority.power > 0 && set.power(&authority.id) == 0 {
                set.list.push(authority);
            }
        }
        set
    }

    /// A set in which every account counts the same.
    pub fn equal(ids: impl IntoIterator<Item = AuthorityId>) -> AuthoritySet {
        AuthoritySet::new(ids.into_iter().map(|id| Authority { id, power: 1 }))
    }

    /// The authorities in order.
    pub fn iter(&self) -> impl Iterator<Item = &Authority> {
        self.list.iter()
    }

    /// How many authorities there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none; such a set decides nothing.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The power of an account, 0 for a stranger.
    pub fn power(&self, id: &AuthorityId) -> u64 {
        self.list.iter().find(|authority| authority.id == *id).map_or(0, |authority| authority.power)
    }

    /// The position of an account in the list.
    pub fn position(&self, id: &AuthorityId) -> Option<usize> {
        self.list.iter().position(|authority| authority.id == *id)
    }

    /// The sum of all powers.
    pub fn total(&self) -> u128 {
        self.list.iter().map(|authority| u128::from(authority.power)).sum()
    }

    /// Whether `power` is more than two thirds of the total.
    pub fn is_quorum(&self, power: u128) -> bool {
        power * 3 > self.total() * 2
    }

    /// Whether `power` is more than one third of the total, so that at least one honest authority is in it.
    pub fn is_blocking(&self, power: u128) -> bool {
        power * 3 > self.total()
    }

    /// Who proposes in `round` of `height` on the network `genesis`; `None` only for the empty set.
    pub fn proposer(&self, genesis: &Hash, height: u64, round: u32) -> Option<AuthorityId> {
        let first = self.list.first()?;
        let equal = self.list.iter().all(|authority| authority.power == first.power);
        let mut position = if equal {
            (u128::from(height) + u128::from(round)) % self.list.len() as u128 * u128::from(first.power)
        } else {
            let seed = Hash::of_value(Domain::PROPOSER, &(genesis, height, round));
            let (draw, _) = seed.0.split_at(16);
            u128::from_be_bytes(draw.try_into().unwrap_or_default()) % self.total()
        };
        for authority in &self.list {
            let power = u128::from(authority.power);
            if position < power {
                return Some(authority.id);
            }
            position -= power;
        }
        None
    }

    /// The hash of the set, as headers carry it for light clients.
    pub fn hash(&self) -> Hash {
        Hash::of_value(Domain::AUTHORITIES, self)
    }
}

#[cfg(test)]
mod tests;
