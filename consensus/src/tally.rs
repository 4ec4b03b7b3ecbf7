//! Counting the votes of one kind in one round.
//!
//! Rules:
//! 1. An authority counts once, with the first vote it is seen to cast.
//! 2. A second, different vote is not counted. It is handed back once, as the proof of a double vote.
//! 3. At most one vote per authority is kept, so the set of authorities bounds the memory.

use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{AuthorityId, BlockId, Vote};

/// The votes of one kind in one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    votes: BTreeMap<AuthorityId, Vote>,
    powers: BTreeMap<Option<BlockId>, u128>,
    accused: BTreeSet<AuthorityId>,
}

/// What became of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It was counted.
    New,
    /// It says nothing new: it was counted before, or its voter is known to vote twice.
    Known,
    /// Its voter had already voted differently: here is that first vote. Reported once per voter.
    Conflict(Vote),
}

impl Tally {
    /// Counts `vote` with the `power` of its voter.
    pub fn add(&mut self, vote: Vote, power: u64) -> Counted {
        match self.votes.get(&vote.voter) {
            None => {
                *self.powers.entry(vote.value).or_default() += u128::from(power);
                self.votes.insert(vote.voter, vote);
                Counted::New
            }
            Some(first) if first.value != vote.value && self.accused.insert(vote.voter) => {
                Counted::Conflict(first.clone())
            }
            Some(_) => Counted::Known,
        }
    }

    /// Whether [`Tally::add`] would answer [`Counted::Known`], so that the signature need not be checked.
    pub fn knows(&self, vote: &Vote) -> bool {
        let first = self.votes.get(&vote.voter);
        first.is_some_and(|first| first.value == vote.value || self.accused.contains(&vote.voter))
    }

    /// The power behind `value`; `None` is nil.
    pub fn power_of(&self, value: Option<BlockId>) -> u128 {
        self.powers.get(&value).copied().unwrap_or(0)
    }

    /// The power behind anything.
    pub fn power(&self) -> u128 {
        self.powers.values().sum()
    }

    /// Every counted vote, by voter.
    pub fn votes(&self) -> impl Iterator<Item = &Vote> {
        self.votes.values()
    }

    /// The vote that was counted for `voter`.
    pub fn vote_of(&self, voter: &AuthorityId) -> Option<&Vote> {
        self.votes.get(voter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::{AccountId, Hash, Signature, VoteKind};

    fn vote(voter: u8, value: Option<u8>) -> Vote {
        Vote {
            height: 1,
            round: 0,
            kind: VoteKind::Prevote,
            value: value.map(|byte| Hash([byte; 32])),
            voter: AccountId([voter; 32]),
            signature: Signature([0; 64]),
        }
    }

    #[test]
    fn an_authority_counts_once() {
        let mut tally = Tally::default();
        assert_eq!(tally.add(vote(1, Some(7)), 3), Counted::New);
        assert!(tally.knows(&vote(1, Some(7))));
        assert_eq!(tally.add(vote(1, Some(7)), 3), Counted::Known);
        assert_eq!(tally.add(vote(2, None), 5), Counted::New);
        assert_eq!(tally.power_of(Some(Hash([7; 32]))), 3);
        assert_eq!(tally.power_of(None), 5);
        assert_eq!(tally.power(), 8);
    }

    #[test]
    fn a_double_vote_is_reported_once_and_never_counted() {
        let mut tally = Tally::default();
        tally.add(vote(1, Some(7)), 3);
        assert!(!tally.knows(&vote(1, None)));
        assert_eq!(tally.add(vote(1, None), 3), Counted::Conflict(vote(1, Some(7))));
        assert_eq!(tally.add(vote(1, Some(8)), 3), Counted::Known);
        assert!(tally.knows(&vote(1, Some(9))));
        assert_eq!(tally.power(), 3);
        assert_eq!(tally.votes().count(), 1);
    }
}
