//! Only the guilty are accused, and no honest node contradicts itself.
//!
//! Rules:
//! 1. The world knows who is not honest: liars and authorities with a twin. Whoever else is accused by a neighbour or
//!    punished in a block is innocent.
//! 2. Everything that is signed is written down as it leaves, whether it arrives or not. Two statements of one
//!    identity for the same height, round and kind that differ are a contradiction. An honest node never contradicts
//!    itself, whatever it went through; of the others, contradictions are kept as evidence.

use super::{Decided, Violation};
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{AccountId, Evidence, Proposal, Vote, VoteKind};
use taonet_consensus::Message;

/// For how many heights what was signed is remembered.
const HEIGHTS: u64 = 16;

/// At most so many pieces of evidence are kept.
const MAX_EVIDENCE: usize = 64;

type VotePlace = (u64, AccountId, u32, VoteKind);
type ProposalPlace = (u64, AccountId, u32);

/// What was signed, and by whom it should not have been.
#[derive(Clone, Debug, Default)]
pub struct Accountability {
    guilty: BTreeSet<AccountId>,
    votes: BTreeMap<VotePlace, Vote>,
    proposals: BTreeMap<ProposalPlace, Proposal>,
    evidence: Vec<Evidence>,
    punished: u64,
}

impl Accountability {
    /// This identity is not honest.
    pub fn suspect(&mut self, guilty: AccountId) {
        self.guilty.insert(guilty);
    }

    /// Everyone who is not honest.
    pub fn guilty(&self) -> &BTreeSet<AccountId> {
        &self.guilty
    }

    /// Contradictions of the guilty, oldest first.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// How many pieces of evidence are in blocks.
    pub fn punished(&self) -> u64 {
        self.punished
    }

    /// `node` says this, to whomever.
    ///
    /// # Errors
    /// It is honest, and has said something else before.
    pub fn said(&mut self, node: usize, message: &Message) -> Result<(), Violation> {
        let contradiction = match message {
            Message::Vote(vote) => self.voted(vote),
            Message::Proposal(proposed) => self.proposed(&proposed.proposal),
            _ => None,
        };
        let Some((evidence, round)) = contradiction else { return Ok(()) };
        let (accused, height) = evidence.accused();
        if !self.guilty.contains(&accused) {
            return Err(Violation::Contradiction { node, height, round });
        }
        if self.evidence.len() < MAX_EVIDENCE {
            self.evidence.push(evidence);
        }
        Ok(())
    }

    fn voted(&mut self, vote: &Vote) -> Option<(Evidence, u32)> {
        let place = (vote.height, vote.voter, vote.round, vote.kind);
        let first = self.votes.entry(place).or_insert_with(|| vote.clone());
        let differs = first.value != vote.value;
        differs.then(|| (Evidence::Votes(first.clone(), vote.clone()), vote.round))
    }

    fn proposed(&mut self, proposal: &Proposal) -> Option<(Evidence, u32)> {
        let bare = Proposal { polka: Vec::new(), ..proposal.clone() };
        let place = (proposal.height, proposal.proposer, proposal.round);
        let first = self.proposals.entry(place).or_insert_with(|| bare.clone());
        let differs = (first.value, first.valid_round) != (bare.value, bare.valid_round);
        differs.then(|| (Evidence::Proposals(first.clone(), bare), proposal.round))
    }

    /// The next block was decided.
    ///
    /// # Errors
    /// It punishes someone who is honest.
    pub fn decided(&mut self, decided: &Decided<'_>) -> Result<(), Violation> {
        let block = &decided.block.block;
        let height = block.header.height;
        if block.evidence.iter().any(|evidence| !self.guilty.contains(&evidence.accused().0)) {
            return Err(Violation::Punished { height });
        }
        self.punished += block.evidence.len() as u64;
        self.forget(height.saturating_sub(HEIGHTS));
        Ok(())
    }

    fn forget(&mut self, before: u64) {
        let (id, round) = (AccountId::default(), 0);
        self.votes = self.votes.split_off(&(before, id, round, VoteKind::Prevote));
        self.proposals = self.proposals.split_off(&(before, id, round));
    }
}
