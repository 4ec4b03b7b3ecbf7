//! What comes from neighbours, until it is trusted.
//!
//! Rule: cheap checks first, the signature last, and nothing is kept or logged before its signature was checked.

use super::Replica;
use crate::{
    interface::{Offence, Outgoing, Verdict},
    mempool::Rejection,
    message::{Message, NodeId, Proposed},
    store::{Record, Store},
    tendermint::Input,
};
use std::{cmp::Ordering, collections::BTreeSet};
use taonet_chain::{Proposal, Refusal, Transaction, Vote, VoteKind};

impl<S: Store> Replica<S> {
    pub(super) fn receive(&mut self, from: NodeId, message: Message) -> Verdict {
        match message {
            Message::Transaction(transaction) => self.on_transaction(transaction),
            Message::Proposal(proposed) => self.on_proposal(*proposed),
            Message::Vote(vote) => self.on_vote(vote),
            Message::Votes(votes) => self.on_votes(votes),
            Message::Status(status) => self.on_status(from, status),
            Message::Fetch(height) => self.on_fetch(from, height),
            Message::Blocks(blocks) => self.on_blocks(from, blocks),
            Message::Snapshot(offer) => self.on_snapshot(from, offer),
            Message::FetchTurns(height) => self.on_fetch_turns(from, height),
            Message::Turns(turns) => self.on_turns(from, turns),
            Message::FetchChunks { height, first } => self.on_fetch_chunks(from, height, first),
            Message::Chunks { height, chunks } => self.on_chunks(from, height, &chunks),
        }
    }

    /// A client's transaction: taken and sent to everyone, or refused.
    pub(super) fn submit(&mut self, transaction: Transaction) {
        let height = self.height();
        match self.mempool.insert(&self.store, height, transaction.clone()) {
            Ok(_) => self.outgoing.push(Outgoing::Broadcast(Message::Transaction(transaction))),
            Err(reason) => self.outgoing.push(Outgoing::Refused { transaction: transaction.id(), reason }),
        }
    }

    fn on_transaction(&mut self, transaction: Transaction) -> Verdict {
        let height = self.height();
        match self.mempool.insert(&self.store, height, transaction) {
            Ok(_) => Verdict::Accept,
            Err(Rejection::Refused(Refusal::BadSignature | Refusal::WrongNetwork | Refusal::TooLarge)) => {
                Verdict::Reject(Offence::Transaction)
            }
            // It may be fine where the chain is further, or less far.
            Err(_) => Verdict::Ignore,
        }
    }

    fn on_vote(&mut self, vote: Vote) -> Verdict {
        match vote.height.cmp(&self.height()) {
            Ordering::Equal => self.on_present_vote(vote),
            Ordering::Greater if vote.height - self.height() == 1 => self.on_early_vote(vote),
            Ordering::Less | Ordering::Greater => Verdict::Ignore,
        }
    }

    fn on_present_vote(&mut self, vote: Vote) -> Verdict {
        if self.agreement.authorities().power(&vote.voter) == 0 {
            Verdict::Reject(Offence::Stranger)
        } else if self.agreement.has_vote(&vote) {
            Verdict::Accept
        } else if !self.agreement.wants_vote(&vote) {
            Verdict::Ignore
        } else if !self.agreement.is_near(vote.round) {
            self.on_far_vote(vote)
        } else if !vote.verify(&self.config.network) {
            Verdict::Reject(Offence::Signature)
        } else {
            self.count(vote);
            Verdict::Accept
        }
    }

    fn on_far_vote(&mut self, vote: Vote) -> Verdict {
        if !self.ahead.wants(&vote) {
            return Verdict::Ignore;
        }
        if !vote.verify(&self.config.network) {
            return Verdict::Reject(Offence::Signature);
        }
        for vote in self.ahead.keep(vote, self.agreement.authorities()) {
            self.count(vote);
        }
        Verdict::Ignore
    }

    fn on_early_vote(&mut self, vote: Vote) -> Verdict {
        if self.agreement.authorities().power(&vote.voter) == 0 || !self.early.wants_vote(&vote) {
            Verdict::Ignore
        } else if !vote.verify(&self.config.network) {
            Verdict::Reject(Offence::Signature)
        } else {
            self.early.keep_vote(vote);
            Verdict::Ignore
        }
    }

    /// The answer to our status. The first bad vote ends it.
    fn on_votes(&mut self, votes: Vec<Vote>) -> Verdict {
        for vote in votes {
            if self.decision.is_some() {
                return Verdict::Ignore;
            }
            let verdict = self.on_vote(vote);
            if matches!(verdict, Verdict::Reject(_)) {
                return verdict;
            }
        }
        Verdict::Accept
    }

    fn on_proposal(&mut self, proposed: Proposed) -> Verdict {
        let height = proposed.proposal.height;
        match height.cmp(&self.height()) {
            Ordering::Equal => self.on_present_proposal(proposed),
            Ordering::Greater if height - self.height() == 1 => self.on_early_proposal(proposed),
            Ordering::Less | Ordering::Greater => Verdict::Ignore,
        }
    }

    fn on_present_proposal(&mut self, proposed: Proposed) -> Verdict {
        if self.agreement.proposer(proposed.proposal.round) != Some(proposed.proposal.proposer) {
            Verdict::Reject(Offence::Stranger)
        } else if !self.agreement.wants_proposal(&proposed.proposal) {
            Verdict::Ignore
        } else {
            match self.check_proposal(&proposed) {
                Err(offence) => Verdict::Reject(offence),
                Ok(()) => self.on_verified_proposal(proposed),
            }
        }
    }

    /// A proposal for the next height. Who may propose there is not known for sure yet.
    fn on_early_proposal(&mut self, proposed: Proposed) -> Verdict {
        let known = self.agreement.authorities().power(&proposed.proposal.proposer) > 0;
        if !known || !self.early.wants_proposal(&proposed) {
            return Verdict::Ignore;
        }
        match self.check_proposal(&proposed) {
            // Its polka may well be one of the set that decides the next height.
            Err(Offence::Proposal) if is_about_its_block(&proposed) => Verdict::Ignore,
            Err(offence) => Verdict::Reject(offence),
            Ok(()) => {
                self.early.keep_proposal(proposed);
                Verdict::Ignore
            }
        }
    }

    /// A proposal whose signatures were checked, for the height in progress: executes, logs and counts it.
    pub(super) fn on_verified_proposal(&mut self, proposed: Proposed) -> Verdict {
        let Proposed { proposal, block } = proposed;
        if !self.agreement.wants_proposal(&proposal) {
            return Verdict::Ignore;
        }
        let validity = self.judge(&proposal, block.clone());
        self.record(|| Record::Proposal { proposal: proposal.clone(), block, validity });
        self.feed(Input::Proposal(proposal, validity));
        Verdict::Accept
    }

    /// Everything about a proposal that can be checked without executing its block.
    fn check_proposal(&self, proposed: &Proposed) -> Result<(), Offence> {
        let proposal = &proposed.proposal;
        if !is_about_its_block(proposed) {
            Err(Offence::Proposal)
        } else if !proposal.verify(&self.config.network) {
            Err(Offence::Signature)
        } else if proposal.valid_round.is_some() {
            self.check_polka(&proposal.polka)
        } else {
            Ok(())
        }
    }

    fn check_polka(&self, polka: &[Vote]) -> Result<(), Offence> {
        let authorities = self.agreement.authorities();
        let power = polka.iter().map(|vote| u128::from(authorities.power(&vote.voter))).sum();
        let known_or_signed =
            |vote: &Vote| self.agreement.has_vote(vote) || vote.verify(&self.config.network);
        if !authorities.is_quorum(power) {
            Err(Offence::Proposal)
        } else if !polka.iter().all(known_or_signed) {
            Err(Offence::Signature)
        } else {
            Ok(())
        }
    }
}

/// Whether a proposal names the block it brings, the whole of it, and its polka is about it: what contradicts itself
/// does so everywhere.
fn is_about_its_block(proposed: &Proposed) -> bool {
    let Proposed { proposal, block } = proposed;
    block.id() == proposal.value && block.is_whole() && is_consistent(proposal)
}

/// Whether a proposal's polka is about what the proposal says: its block, the round it names, each voter once.
fn is_consistent(proposal: &Proposal) -> bool {
    let Some(valid_round) = proposal.valid_round else { return proposal.polka.is_empty() };
    let about = (proposal.height, valid_round, VoteKind::Prevote, Some(proposal.value));
    let fits = |vote: &Vote| (vote.height, vote.round, vote.kind, vote.value) == about;
    let voters: BTreeSet<_> = proposal.polka.iter().map(|vote| vote.voter).collect();
    valid_round < proposal.round && proposal.polka.iter().all(fits) && voters.len() == proposal.polka.len()
}
