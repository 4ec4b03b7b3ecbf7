//! The messages of a height, by round, for as many rounds as are worth remembering.

use super::Validity;
use crate::tally::Tally;
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{BlockId, Evidence, Proposal, VoteKind};

/// How many rounds back messages count. Only precommits matter that far back (L49), and only until someone decides;
/// timeouts grow with the round, so this is minutes.
pub const ROUNDS_BEHIND: u32 = 16;

/// How many rounds ahead messages count. Nodes that hear each other are at most a few rounds apart.
pub const ROUNDS_AHEAD: u32 = 8;

/// Two proposals of a round are kept: either may win, and both together are the evidence. A third says nothing new.
const PROPOSALS_PER_ROUND: usize = 2;

/// What was heard in one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RoundMessages {
    /// At most [`PROPOSALS_PER_ROUND`], with what was found out about their blocks.
    pub(super) proposals: Vec<(Proposal, Validity)>,
    /// Polkas that proposals of this round brought along: the round of the polka and its value.
    pub(super) justified: BTreeSet<(u32, BlockId)>,
    prevotes: Tally,
    precommits: Tally,
    /// L34 applies once.
    pub(super) prevote_timer: bool,
    /// L36 applies once.
    pub(super) polka_seen: bool,
    /// L47 applies once.
    pub(super) precommit_timer: bool,
}

impl RoundMessages {
    pub(super) fn tally(&self, kind: VoteKind) -> &Tally {
        match kind {
            VoteKind::Prevote => &self.prevotes,
            VoteKind::Precommit => &self.precommits,
        }
    }

    pub(super) fn tally_mut(&mut self, kind: VoteKind) -> &mut Tally {
        match kind {
            VoteKind::Prevote => &mut self.prevotes,
            VoteKind::Precommit => &mut self.precommits,
        }
    }

    pub(super) fn wants_proposal(&self, proposal: &Proposal) -> bool {
        let known = self.proposals.iter().any(|(known, _)| same_statement(known, proposal));
        !known && self.proposals.len() < PROPOSALS_PER_ROUND
    }

    /// Keeps a proposal; the second different one is evidence against its proposer.
    pub(super) fn add_proposal(&mut self, proposal: &Proposal, validity: Validity) -> Option<Evidence> {
        if !self.wants_proposal(proposal) {
            return None;
        }
        let first = self.proposals.first().map(|(first, _)| first.clone());
        self.proposals.push((proposal.clone(), validity));
        first.map(|first| Evidence::Proposals(without_polka(first), without_polka(proposal.clone())))
    }
}

fn same_statement(a: &Proposal, b: &Proposal) -> bool {
    (a.value, a.valid_round) == (b.value, b.valid_round)
}

fn without_polka(proposal: Proposal) -> Proposal {
    Proposal { polka: Vec::new(), ..proposal }
}

/// The rounds around the present one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Window(BTreeMap<u32, RoundMessages>);

impl Window {
    /// Whether messages of `round` count while the present round is `now`.
    pub(super) fn covers(now: u32, round: u32) -> bool {
        let first = now.saturating_sub(ROUNDS_BEHIND);
        let last = now.saturating_add(ROUNDS_AHEAD);
        (first..=last).contains(&round)
    }

    /// The messages of `round`, made if need be; `None` outside the window around `now`.
    pub(super) fn at(&mut self, now: u32, round: u32) -> Option<&mut RoundMessages> {
        Window::covers(now, round).then(|| self.0.entry(round).or_default())
    }

    pub(super) fn get(&self, round: u32) -> Option<&RoundMessages> {
        self.0.get(&round)
    }

    pub(super) fn get_mut(&mut self, round: u32) -> Option<&mut RoundMessages> {
        self.0.get_mut(&round)
    }

    pub(super) fn rounds(&self) -> impl Iterator<Item = &RoundMessages> {
        self.0.values()
    }

    /// All rounds that were heard of, with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &RoundMessages)> {
        self.0.iter().map(|(round, messages)| (*round, messages))
    }

    /// Forgets what is out of the window around `now`.
    pub(super) fn move_to(&mut self, now: u32) {
        self.0.retain(|round, _| Window::covers(now, *round));
    }
}
