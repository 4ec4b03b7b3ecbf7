//! The clauses of Algorithm 1, in the order in which they are tried.

use super::{Agreement, Output, Step, ValidValue, Validity};
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{BlockId, Vote, VoteKind};

impl Agreement {
    /// Applies the first clause that applies; `false` when none does.
    pub(super) fn fire(&mut self, out: &mut Vec<Output>) -> bool {
        if self.upon_commit(out) {
            return true; // L49: a decision is a decision even before the height has started here
        }
        self.step != Step::Waiting
            && (self.upon_higher_round(out)       // L55
                || self.upon_proposal(out)        // L22, L28
                || self.upon_polka(out)           // L36
                || self.upon_nil_polka(out)       // L44
                || self.upon_any_prevotes(out)    // L34
                || self.upon_any_precommits(out)) // L47
    }

    // L11
    pub(super) fn start_round(&mut self, round: u32, out: &mut Vec<Output>) {
        self.round = round; // L12
        self.step = Step::Propose; // L13
        self.window.move_to(round);
        self.recall_beyond(out);
        if self.is_proposer() {
            // L14
            match &self.valid {
                Some(valid) => out.push(Output::Propose {
                    round,
                    value: valid.value,                                      // L16
                    justification: Some((valid.round, valid.polka.clone())), // L19
                }),
                None => out.push(Output::Build { round }), // L18
            }
        } else {
            out.push(Output::Schedule { round, step: Step::Propose }); // L21
        }
    }

    /// Votes that were out of the window and no longer are.
    fn recall_beyond(&mut self, out: &mut Vec<Output>) {
        let now = self.round;
        self.beyond.retain(|_, vote| vote.round > now || super::Window::covers(now, vote.round));
        let near = self.beyond.extract_if(.., |_, vote| super::Window::covers(now, vote.round));
        let near: Vec<Vote> = near.map(|(_, vote)| vote).collect();
        for vote in near {
            self.keep_vote(vote, out);
        }
    }

    fn is_proposer(&self) -> bool {
        self.me.is_some() && self.proposer(self.round) == self.me
    }

    // L18, L19: the block that was asked for is here.
    pub(super) fn propose_new(&mut self, round: u32, value: BlockId, out: &mut Vec<Output>) {
        let silent = self.proposal(round).is_none();
        if self.step == Step::Propose && round == self.round && self.is_proposer() && silent {
            out.push(Output::Propose { round, value, justification: None });
        }
    }

    // L22 and L28: a proposal for the present round, while we wait for one.
    fn upon_proposal(&mut self, out: &mut Vec<Output>) -> bool {
        if self.step != Step::Propose {
            return false;
        }
        let Some(round) = self.window.get(self.round) else { return false };
        let votes = round.proposals.iter().find_map(|(proposal, validity)| match proposal.valid_round {
            None => Some(self.vote_on_new(proposal.value, *validity)),
            Some(valid_round) if self.has_polka(valid_round, proposal.value) => {
                Some(self.vote_on_old(valid_round, proposal.value, *validity))
            }
            Some(_) => None,
        });
        match votes {
            Some(value) => self.prevote(value, out),
            None => return false,
        }
        true
    }

    // L23: what to prevote for a block proposed for the first time.
    fn vote_on_new(&self, value: BlockId, validity: Validity) -> Option<BlockId> {
        let free = self.locked.is_none_or(|(_, locked)| locked == value);
        (validity == Validity::Valid && free).then_some(value) // L24, L26
    }

    // L29: what to prevote for a block that had a polka in `valid_round`.
    fn vote_on_old(&self, valid_round: u32, value: BlockId, validity: Validity) -> Option<BlockId> {
        let free = self.locked.is_none_or(|(round, locked)| round <= valid_round || locked == value);
        (validity != Validity::Invalid && free).then_some(value) // L30, L32
    }

    // L28: 2f + 1 prevotes for `value` in `round`, an earlier one; seen here or brought along by a proposal.
    fn has_polka(&self, round: u32, value: BlockId) -> bool {
        let carried = self.window.get(self.round).is_some_and(|now| now.justified.contains(&(round, value)));
        let power =
            self.window.get(round).map_or(0, |then| then.tally(VoteKind::Prevote).power_of(Some(value)));
        round < self.round && (carried || self.authorities.is_quorum(power))
    }

    // L34: enough prevotes to expect the rest soon.
    fn upon_any_prevotes(&mut self, out: &mut Vec<Output>) -> bool {
        let Some(round) = self.window.get_mut(self.round) else { return false };
        let enough = self.authorities.is_quorum(round.tally(VoteKind::Prevote).power());
        if self.step != Step::Prevote || round.prevote_timer || !enough {
            return false;
        }
        round.prevote_timer = true;
        out.push(Output::Schedule { round: self.round, step: Step::Prevote }); // L35
        true
    }

    // L36: 2f + 1 prevotes for a valid block of this round.
    fn upon_polka(&mut self, out: &mut Vec<Output>) -> bool {
        let Some(round) = self.window.get_mut(self.round) else { return false };
        if self.step < Step::Prevote || round.polka_seen {
            return false;
        }
        let tally = round.tally(VoteKind::Prevote);
        let polka = round.proposals.iter().find(|(proposal, validity)| {
            *validity != Validity::Invalid && self.authorities.is_quorum(tally.power_of(Some(proposal.value)))
        });
        let Some(value) = polka.map(|(proposal, _)| proposal.value) else { return false };
        let votes = tally.votes().filter(|vote| vote.value == Some(value)).cloned().collect();
        round.polka_seen = true;
        if self.step == Step::Prevote {
            self.locked = Some((self.round, value)); // L38, L39
            self.precommit(Some(value), out); // L40, L41
        }
        self.valid = Some(ValidValue { round: self.round, value, polka: votes }); // L42, L43
        true
    }

    // L44: 2f + 1 prevotes for nil.
    fn upon_nil_polka(&mut self, out: &mut Vec<Output>) -> bool {
        let Some(round) = self.window.get(self.round) else { return false };
        let polka = self.authorities.is_quorum(round.tally(VoteKind::Prevote).power_of(None));
        if self.step == Step::Prevote && polka {
            self.precommit(None, out); // L45, L46
            return true;
        }
        false
    }

    // L47: enough precommits to expect the rest soon.
    fn upon_any_precommits(&mut self, out: &mut Vec<Output>) -> bool {
        let Some(round) = self.window.get_mut(self.round) else { return false };
        let enough = self.authorities.is_quorum(round.tally(VoteKind::Precommit).power());
        if round.precommit_timer || !enough {
            return false;
        }
        round.precommit_timer = true;
        out.push(Output::Schedule { round: self.round, step: Step::Precommit }); // L48
        true
    }

    // L49: 2f + 1 precommits for a valid block of any round.
    fn upon_commit(&mut self, out: &mut Vec<Output>) -> bool {
        let decided = self.window.iter().find_map(|(number, round)| {
            let tally = round.tally(VoteKind::Precommit);
            let proposal = round.proposals.iter().find(|(proposal, validity)| {
                *validity != Validity::Invalid
                    && self.authorities.is_quorum(tally.power_of(Some(proposal.value)))
            });
            proposal.map(|(proposal, _)| (number, proposal.value))
        });
        decided.inspect(|&(round, value)| self.decide(round, value, out)).is_some()
    }

    // L51
    pub(super) fn decide(&mut self, round: u32, value: BlockId, out: &mut Vec<Output>) {
        self.decided = Some((round, value));
        out.push(Output::Decide { round, value });
    }

    // L55: f + 1 authorities are in a later round, so an honest one is.
    fn upon_higher_round(&mut self, out: &mut Vec<Output>) -> bool {
        let mut voters = BTreeMap::<u32, BTreeSet<_>>::new();
        let near = self.window.iter().filter(|(number, _)| *number > self.round);
        let near = near.flat_map(|(_, round)| {
            round.tally(VoteKind::Prevote).votes().chain(round.tally(VoteKind::Precommit).votes())
        });
        for vote in near.chain(self.beyond.values()) {
            voters.entry(vote.round).or_default().insert(vote.voter);
        }
        let ahead = voters.into_iter().rev().find(|(_, voters)| {
            let power = voters.iter().map(|voter| u128::from(self.authorities.power(voter))).sum();
            self.authorities.is_blocking(power)
        });
        ahead.inspect(|(round, _)| self.start_round(*round, out)).is_some() // L56
    }

    // L57, L61, L65
    pub(super) fn on_timeout(&mut self, round: u32, step: Step, out: &mut Vec<Output>) {
        if round != self.round || self.step == Step::Waiting {
            return;
        }
        match step {
            Step::Propose if self.step == Step::Propose => self.prevote(None, out), // L59, L60
            Step::Prevote if self.step == Step::Prevote => self.precommit(None, out), // L63, L64
            Step::Precommit => {
                if let Some(next) = round.checked_add(1) {
                    self.start_round(next, out); // L67
                }
            }
            Step::Waiting | Step::Propose | Step::Prevote => {}
        }
    }

    fn prevote(&mut self, value: Option<BlockId>, out: &mut Vec<Output>) {
        self.step = Step::Prevote;
        self.vote(VoteKind::Prevote, value, out);
    }

    fn precommit(&mut self, value: Option<BlockId>, out: &mut Vec<Output>) {
        self.step = Step::Precommit;
        self.vote(VoteKind::Precommit, value, out);
    }

    fn vote(&mut self, kind: VoteKind, value: Option<BlockId>, out: &mut Vec<Output>) {
        if self.me.is_some() {
            out.push(Output::Vote { round: self.round, kind, value });
        }
    }
}
