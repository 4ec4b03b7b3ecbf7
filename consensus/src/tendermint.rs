//! Agreement on one height: Algorithm 1 of "The latest gossip on BFT consensus" (arXiv 1807.04938).
//!
//! Rules: each `upon` clause of the paper is a method here and names its lines. The messages are kept, not events
//! derived from them; after every input the clauses are tried in a fixed order until none applies
//! (`fire`, in `rules.rs`). Reading this file beside page 6 of the paper is the intended use.
//!
//! No clock, no keys, no network: what must be signed, sent, built or waited for leaves as [`Output`], and everything
//! that comes in is an [`Input`] whose signatures were checked. The node's own proposals and votes come back in as
//! inputs like everyone else's.
//!
//! Deviations:
//! 1. *The proof travels with the proposal.* A value proposed again carries the prevotes that justify it, and they
//!    count even where another vote of the same authority was seen first. The paper assumes that what one correct
//!    process saw, all will see; with one double-voter that is false, and the holder of a hidden lock and everyone
//!    else would refuse each other for ever.
//! 2. *Memory is bounded.* Messages are kept from [`ROUNDS_BEHIND`] rounds back to [`ROUNDS_AHEAD`] rounds on, two
//!    proposals per round, and beyond that the latest vote of each authority (for L55). Whatever this loses, catching
//!    up brings back.
//! 3. *A late stamp is not an invalid block.* A block stamped in the future is not prevoted (L22), but may be
//!    locked and decided when more than two thirds thought otherwise.
//! 4. *A certificate is as good as the precommits in it* (L49): this is how catching up decides.
//! 5. L55 counts votes, not proposals.

mod rules;
mod window;

#[cfg(test)]
mod tests;

use crate::tally::Counted;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use taonet_chain::{
    AuthorityId, AuthoritySet, BlockId, Certificate, Evidence, Hash, Proposal, Vote, VoteKind,
};
use window::Window;

pub use window::{ROUNDS_AHEAD, ROUNDS_BEHIND};

/// Where in a round a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// The height has not started.
    Waiting,
    /// Waiting for a proposal.
    Propose,
    /// Prevoted; waiting for prevotes.
    Prevote,
    /// Precommitted; waiting for precommits.
    Precommit,
}

/// What the node itself found out about a proposed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Validity {
    /// It may be prevoted and decided.
    Valid,
    /// It may be decided, but is stamped too far in the future to prevote it now.
    Untimely,
    /// It breaks a rule of the ledger.
    Invalid,
}

/// What happens to an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The slot of this height has begun.
    Start,
    /// Here is the block asked for by [`Output::Build`].
    Value {
        /// The round it was asked for.
        round: u32,
        /// The block.
        value: BlockId,
    },
    /// A signed proposal and what became of checking its block. The signatures of its polka were checked too.
    Proposal(Proposal, Validity),
    /// A signed vote.
    Vote(Vote),
    /// The time asked for by [`Output::Schedule`] has passed.
    Timeout {
        /// The round.
        round: u32,
        /// The step.
        step: Step,
    },
    /// A valid certificate, and the node has the block.
    Certified {
        /// The round in which others decided.
        round: u32,
        /// What they decided.
        value: BlockId,
    },
}

/// What an agreement wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Build a block and give it back as [`Input::Value`].
    Build {
        /// The round it is for.
        round: u32,
    },
    /// Sign and send a proposal, here too.
    Propose {
        /// The round.
        round: u32,
        /// The block.
        value: BlockId,
        /// The earlier round in which it had a polka, with those prevotes.
        justification: Option<(u32, Vec<Vote>)>,
    },
    /// Sign and send a vote, here too.
    Vote {
        /// The round.
        round: u32,
        /// Prevote or precommit.
        kind: VoteKind,
        /// The block; `None` is nil.
        value: Option<BlockId>,
    },
    /// Come back with [`Input::Timeout`] when this step has lasted too long.
    Schedule {
        /// The round.
        round: u32,
        /// The step.
        step: Step,
    },
    /// The height is decided. Nothing comes after this.
    Decide {
        /// The round of the deciding precommits.
        round: u32,
        /// The block.
        value: BlockId,
    },
    /// An authority contradicted itself. Reported once per authority, round and kind.
    Equivocation(Box<Evidence>),
}

/// A value that had a polka, and the polka.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ValidValue {
    round: u32,
    value: BlockId,
    polka: Vec<Vote>,
}

/// Agreement on one height, as one authority or observer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Who we are; `None` observes and never votes.
    me: Option<AuthorityId>,
    genesis: Hash,
    height: u64,
    authorities: AuthoritySet,
    // The paper's round_p, step_p, lockedRound_p with lockedValue_p, validRound_p with validValue_p.
    round: u32,
    step: Step,
    locked: Option<(u32, BlockId)>,
    valid: Option<ValidValue>,
    /// All messages that count, by round.
    window: Window,
    /// The latest vote of each authority beyond the window.
    beyond: BTreeMap<AuthorityId, Vote>,
    decided: Option<(u32, BlockId)>,
}

impl Agreement {
    /// Agreement on `height` of the network `genesis` among `authorities`.
    pub fn new(me: Option<AuthorityId>, genesis: Hash, height: u64, authorities: AuthoritySet) -> Agreement {
        Agreement {
            me: me.filter(|me| authorities.power(me) > 0),
            genesis,
            height,
            authorities,
            round: 0,
            step: Step::Waiting,
            locked: None,
            valid: None,
            window: Window::default(),
            beyond: BTreeMap::new(),
            decided: None,
        }
    }

    /// From now on `me` votes here, if it is an authority. What an observer kept silent about stays unsaid.
    pub fn join(&mut self, me: AuthorityId) {
        self.me = Some(me).filter(|me| self.authorities.power(me) > 0);
    }

    /// Takes an input in and adds to `out` what follows from it.
    pub fn handle(&mut self, input: Input, out: &mut Vec<Output>) {
        if self.decided.is_some() {
            return;
        }
        match input {
            Input::Start if self.step == Step::Waiting => self.start_round(0, out),
            Input::Start => {}
            Input::Value { round, value } => self.propose_new(round, value, out),
            Input::Proposal(proposal, validity) => self.keep_proposal(proposal, validity, out),
            Input::Vote(vote) => self.keep_vote(vote, out),
            Input::Timeout { round, step } => self.on_timeout(round, step, out),
            Input::Certified { round, value } => self.decide(round, value, out),
        }
        while self.decided.is_none() && self.fire(out) {}
    }

    fn keep_proposal(&mut self, proposal: Proposal, validity: Validity, out: &mut Vec<Output>) {
        let expected = self.proposer(proposal.round);
        if proposal.height != self.height || expected != Some(proposal.proposer) {
            return;
        }
        if let Some(round) = self.window.at(self.round, proposal.round) {
            let evidence = round.add_proposal(&proposal, validity);
            out.extend(evidence.map(|evidence| Output::Equivocation(Box::new(evidence))));
            self.count_polka(proposal, out);
        }
    }

    /// Deviation 1: the prevotes that a proposal carries are a polka here, whatever was seen before.
    fn count_polka(&mut self, proposal: Proposal, out: &mut Vec<Output>) {
        let Some(valid_round) = proposal.valid_round.filter(|round| *round < proposal.round) else { return };
        if !self.is_polka(valid_round, proposal.value, &proposal.polka) {
            return;
        }
        if let Some(round) = self.window.at(self.round, proposal.round) {
            round.justified.insert((valid_round, proposal.value));
        }
        for vote in proposal.polka {
            self.keep_vote(vote, out);
        }
    }

    fn is_polka(&self, round: u32, value: BlockId, votes: &[Vote]) -> bool {
        let expected = (self.height, round, VoteKind::Prevote, Some(value));
        let fits = votes.iter().all(|vote| (vote.height, vote.round, vote.kind, vote.value) == expected);
        let distinct: BTreeMap<_, _> =
            votes.iter().map(|vote| (vote.voter, self.authorities.power(&vote.voter))).collect();
        fits && self.authorities.is_quorum(distinct.values().map(|power| u128::from(*power)).sum())
    }

    fn keep_vote(&mut self, vote: Vote, out: &mut Vec<Output>) {
        let power = self.authorities.power(&vote.voter);
        if vote.height != self.height || power == 0 {
            return;
        }
        if let Some(round) = self.window.at(self.round, vote.round) {
            if let Counted::Conflict(first) = round.tally_mut(vote.kind).add(vote.clone(), power) {
                out.push(Output::Equivocation(Box::new(Evidence::Votes(first, vote))));
            }
        } else if vote.round > self.round && self.is_latest(&vote) {
            self.beyond.insert(vote.voter, vote);
        }
    }

    fn is_latest(&self, vote: &Vote) -> bool {
        self.beyond.get(&vote.voter).is_none_or(|known| known.round < vote.round)
    }

    /// The authority that proposes in `round`.
    pub fn proposer(&self, round: u32) -> Option<AuthorityId> {
        self.authorities.proposer(&self.genesis, self.height, round)
    }

    /// The height being agreed upon.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The present round.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// The present step.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Who agrees.
    pub fn authorities(&self) -> &AuthoritySet {
        &self.authorities
    }

    /// What was decided, and in which round.
    pub fn decided(&self) -> Option<(u32, BlockId)> {
        self.decided
    }

    /// Whether a vote would change anything here, so that checking its signature is worth the time.
    pub fn wants_vote(&self, vote: &Vote) -> bool {
        let counts = vote.height == self.height && self.authorities.power(&vote.voter) > 0;
        let news = match self.window.get(vote.round) {
            Some(round) => !round.tally(vote.kind).knows(vote),
            None if Window::covers(self.round, vote.round) => true,
            None => vote.round > self.round && self.is_latest(vote),
        };
        counts && news
    }

    /// Whether messages of `round` are all kept; of rounds further on only the latest votes are.
    pub fn is_near(&self, round: u32) -> bool {
        Window::covers(self.round, round)
    }

    /// Whether a proposal would change anything here: no proposal of a round that is over, no third one, none twice.
    pub fn wants_proposal(&self, proposal: &Proposal) -> bool {
        let ours = proposal.height == self.height && self.proposer(proposal.round) == Some(proposal.proposer);
        let near =
            proposal.round <= self.round.saturating_add(1) && Window::covers(self.round, proposal.round);
        let news = self.window.get(proposal.round).is_none_or(|round| round.wants_proposal(proposal));
        ours && near && news
    }

    /// Whether exactly this vote, signature and all, has been counted.
    pub fn has_vote(&self, vote: &Vote) -> bool {
        let round = self.window.get(vote.round);
        round.and_then(|round| round.tally(vote.kind).vote_of(&vote.voter)) == Some(vote)
    }

    /// What its voter told us instead of `vote`, if that was something else: the proof that it said both. The signature
    /// of `vote` must have been checked.
    pub fn contradiction(&self, vote: &Vote) -> Option<Evidence> {
        let first = self.window.get(vote.round)?.tally(vote.kind).vote_of(&vote.voter)?;
        (first.value != vote.value).then(|| Evidence::Votes(first.clone(), vote.clone()))
    }

    /// The counted votes of one kind in `round`.
    pub fn votes(&self, round: u32, kind: VoteKind) -> impl Iterator<Item = &Vote> {
        self.window.get(round).into_iter().flat_map(move |round| round.tally(kind).votes())
    }

    /// The first proposal seen in `round`.
    pub fn proposal(&self, round: u32) -> Option<&Proposal> {
        self.window.get(round).and_then(|round| round.proposals.first()).map(|(proposal, _)| proposal)
    }

    /// Every block that a kept proposal, or the lock, still refers to.
    pub fn blocks(&self) -> impl Iterator<Item = BlockId> {
        let proposed = self.window.rounds().flat_map(|round| round.proposals.iter());
        let held = self.valid.iter().map(|valid| valid.value).chain(self.locked.map(|(_, value)| value));
        proposed.map(|(proposal, _)| proposal.value).chain(held)
    }

    /// The certificate of what was decided: as few precommits as make a quorum, in the order of the authorities.
    pub fn certificate(&self) -> Option<Certificate> {
        let (round, value) = self.decided?;
        let tally = self.window.get(round)?.tally(VoteKind::Precommit);
        let mut power = 0;
        let mut signatures = Vec::new();
        for authority in self.authorities.iter() {
            let vote = tally.vote_of(&authority.id).filter(|vote| vote.value == Some(value));
            if let Some(vote) = vote.filter(|_| !self.authorities.is_quorum(power)) {
                power += u128::from(authority.power);
                signatures.push((authority.id, vote.signature));
            }
        }
        let complete = self.authorities.is_quorum(power);
        complete.then_some(Certificate { height: self.height, round, value, signatures })
    }
}
