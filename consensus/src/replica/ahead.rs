//! Votes of the present height for rounds far ahead, until they matter.
//!
//! Rules:
//! 1. Only the latest vote of each authority, its signature checked. It is neither logged nor passed on: one authority
//!    alone could otherwise fill every disk with votes for rounds that never come.
//! 2. Once a blocking minority is in the same round, an honest authority is there, and agreement hears of it (L55).

use std::collections::BTreeMap;
use taonet_chain::{AuthorityId, AuthoritySet, Vote};

#[derive(Clone, Debug, Default)]
pub(super) struct Ahead(BTreeMap<AuthorityId, Vote>);

impl Ahead {
    pub(super) fn wants(&self, vote: &Vote) -> bool {
        self.0.get(&vote.voter).is_none_or(|known| known.round < vote.round)
    }

    /// Keeps a vote; gives all votes of its round once they are of a blocking minority.
    pub(super) fn keep(&mut self, vote: Vote, authorities: &AuthoritySet) -> Vec<Vote> {
        let round = vote.round;
        self.0.insert(vote.voter, vote);
        let same = || self.0.values().filter(|vote| vote.round == round);
        let power = same().map(|vote| u128::from(authorities.power(&vote.voter))).sum();
        if authorities.is_blocking(power) { same().cloned().collect() } else { Vec::new() }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
