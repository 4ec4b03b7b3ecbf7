//! Messages about the next height, kept until it comes.
//!
//! Rules:
//! 1. Only the next height, and only its rounds 0 and 1: who is further ahead is not a matter of milliseconds.
//! 2. They are not passed on: who has a say there is not known yet, and whoever knows would think less of us.
//! 3. One vote per authority, kind and round, one proposal per round; all signatures were checked. The set of the next
//!    height is not known yet, so the present one stands in for it.
//! 4. What is lost here is brought back by the repair of the next height.

use crate::message::Proposed;
use std::collections::{BTreeMap, VecDeque};
use taonet_chain::{AuthorityId, Vote, VoteKind};

/// The last round of the next height whose messages are kept.
const LAST_EARLY_ROUND: u32 = 1;

#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    votes: BTreeMap<(u32, VoteKind, AuthorityId), Vote>,
    proposals: BTreeMap<u32, Proposed>,
    /// Proposals whose height has come; executed one per step.
    due: VecDeque<Proposed>,
}

impl Early {
    pub(super) fn wants_vote(&self, vote: &Vote) -> bool {
        vote.round <= LAST_EARLY_ROUND && !self.votes.contains_key(&(vote.round, vote.kind, vote.voter))
    }

    pub(super) fn keep_vote(&mut self, vote: Vote) {
        self.votes.insert((vote.round, vote.kind, vote.voter), vote);
    }

    pub(super) fn wants_proposal(&self, proposed: &Proposed) -> bool {
        let round = proposed.proposal.round;
        round <= LAST_EARLY_ROUND && !self.proposals.contains_key(&round)
    }

    pub(super) fn keep_proposal(&mut self, proposed: Proposed) {
        self.proposals.insert(proposed.proposal.round, proposed);
    }

    /// The next height has come: its votes; its proposals are due from now on.
    pub(super) fn enter(&mut self) -> Vec<Vote> {
        self.due = std::mem::take(&mut self.proposals).into_values().collect();
        std::mem::take(&mut self.votes).into_values().collect()
    }

    /// How many messages wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.votes.len() + self.proposals.len() + self.due.len()
    }

    pub(super) fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    pub(super) fn next_proposal(&mut self) -> Option<Proposed> {
        self.due.pop_front()
    }
}
