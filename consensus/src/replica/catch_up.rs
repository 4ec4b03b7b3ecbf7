//! Helping neighbours on, and being helped (see [`crate::sync`]).
//!
//! A certificate that comes with a block of the height in progress also bears witness: whoever is in it, and told us
//! something else, lied to one of us.

use super::Replica;
use crate::{
    interface::{Offence, Outgoing, Timer, Verdict},
    message::{Message, NodeId, Proposed, Status},
    store::Store,
    sync::{self, Wanted, status_of},
    tendermint::Input,
    timing,
};
use std::{cmp::Ordering, collections::VecDeque};
use taonet_chain::{Certificate, CommittedBlock, Vote, VoteKind};

/// Blocks that were asked for and came; taken in one per step.
#[derive(Debug)]
pub(super) struct Answer {
    from: NodeId,
    blocks: VecDeque<CommittedBlock>,
}

impl<S: Store> Replica<S> {
    /// Tells all neighbours where we are, and asks one of them if we are behind.
    pub(super) fn heartbeat(&mut self) {
        let peers: Vec<NodeId> = self.neighbours.ids().collect();
        for peer in peers {
            self.send_status(peer);
        }
        self.pursue();
        let at = self.now.saturating_add(timing::heartbeat(&self.config.timing));
        self.wake_at(at, Timer::Heartbeat);
    }

    pub(super) fn meet(&mut self, peer: NodeId) {
        if peer != self.me {
            self.neighbours.add(peer, self.now);
            self.send_status(peer);
        }
    }

    pub(super) fn on_status(&mut self, from: NodeId, status: Status) -> Verdict {
        if status.network != self.config.network {
            return Verdict::Reject(Offence::OtherNetwork);
        }
        self.neighbours.heard(&from, status);
        self.hear_others();
        self.start_if_ready();
        match status.height.cmp(&self.height()) {
            Ordering::Greater => self.pursue(),
            Ordering::Less | Ordering::Equal if !self.neighbours.may_draw(&from, self.now) => {}
            Ordering::Less => self.send_status(from),
            Ordering::Equal => self.repair(from, &status),
        }
        Verdict::Accept
    }

    fn send_status(&mut self, to: NodeId) {
        let status = status_of(self.config.network, &self.agreement);
        self.neighbours.draw(&to, 0);
        self.send(to, Message::Status(status));
    }

    /// Sends a neighbour at our height what it lacks of its round, and what brings it into ours.
    fn repair(&mut self, to: NodeId, status: &Status) {
        let votes = sync::missing_votes(&self.agreement, status);
        if !votes.is_empty() {
            self.send_drawn(to, Message::Votes(votes));
        }
        if !status.proposal {
            self.send_proposal(to, status.round);
        }
        if self.agreement.round().checked_sub(1) == Some(status.round) {
            self.send_proposal(to, self.agreement.round());
        }
    }

    fn send_proposal(&mut self, to: NodeId, round: u32) {
        let Some(proposal) = self.agreement.proposal(round) else { return };
        let Some(block) = self.candidates.block(&proposal.value) else { return };
        let proposed = Proposed { proposal: proposal.clone(), block: block.clone() };
        self.send_drawn(to, Message::Proposal(Box::new(proposed)));
    }

    pub(super) fn send_drawn(&mut self, to: NodeId, message: Message) {
        self.neighbours.draw(&to, borsh::object_length(&message).unwrap_or(usize::MAX));
        self.send(to, message);
    }

    pub(super) fn send(&mut self, to: NodeId, message: Message) {
        self.outgoing.push(Outgoing::Send { to, message });
    }

    /// Asks someone who is ahead, if anyone is and nothing is being waited for.
    pub(super) fn pursue(&mut self) {
        if self.answer.is_some() || self.is_restoring() {
            return;
        }
        let patient = self.now < self.entered.saturating_add(timing::heartbeat(&self.config.timing));
        if let Some(peer) = self.neighbours.ask(self.height(), patient, self.now) {
            self.send(peer, Message::Fetch(self.height()));
        }
    }

    /// The answer to what we asked for: decided blocks without a gap, the one asked for first. Nobody has to answer, so
    /// an answer without blocks is no honest one.
    pub(super) fn on_blocks(&mut self, from: NodeId, blocks: Vec<CommittedBlock>) -> Verdict {
        let heights = blocks.iter().map(|committed| committed.block.header.height);
        let begin = heights.clone().next();
        let wanted = |wanted| match wanted {
            Wanted::Blocks(height) if begin.is_none_or(|begin| begin >= height) => Some(height),
            _ => None,
        };
        let Some(first) = self.neighbours.answered(&from, wanted) else {
            return Verdict::Ignore; // it was given up on
        };
        if blocks.is_empty() || !heights.eq((first..).take(blocks.len())) {
            self.neighbours.distrust(&from);
            self.pursue();
            return Verdict::Reject(Offence::Block);
        }
        self.answer = Some(Answer { from, blocks: blocks.into() });
        Verdict::Accept
    }

    /// Takes in the next block of the answer; at its end, makes all of it durable and goes on asking.
    pub(super) fn take_block(&mut self) {
        let Some(answer) = &mut self.answer else { return };
        let from = answer.from;
        let height = self.agreement.height();
        // We may have decided some of them ourselves in the meantime.
        let next = loop {
            match answer.blocks.pop_front() {
                Some(next) if next.block.header.height < height => {}
                next => break next,
            }
        };
        let wrong = next.is_some_and(|next| !self.take(next));
        let done = self.answer.as_ref().is_none_or(|answer| answer.blocks.is_empty());
        if wrong {
            self.neighbours.distrust(&from);
            self.outgoing.push(Outgoing::Penalty { peer: from, offence: Offence::Block });
        } else if done {
            self.neighbours.helped(&from);
        }
        if wrong || done {
            self.answer = None;
            self.must_sync = true;
            if let Some(value) = self.decision.take() {
                self.commit(value);
            }
            self.pursue();
        }
    }

    /// Gives agreement a decided block; `false` if it is not what it should be.
    fn take(&mut self, committed: CommittedBlock) -> bool {
        let CommittedBlock { block, certificate } = committed;
        let id = block.id();
        // A block that is not whole must not spoil what is known of its id.
        let fits = (certificate.height, certificate.value) == (self.height(), id) && block.is_whole();
        if !fits || certificate.verify(&self.config.network, &self.tip.authorities).is_err() {
            return false;
        }
        if !self.candidates.is_valid(&id).unwrap_or_else(|| self.execute(id, block)) {
            return false;
        }
        self.compare(&certificate);
        let round = certificate.round;
        self.certificate = Some(certificate);
        self.feed(Input::Certified { round, value: id });
        true
    }

    /// Whoever told us one thing and those who decided another is in this certificate with the other.
    fn compare(&mut self, certificate: &Certificate) {
        let Certificate { height, round, value, .. } = *certificate;
        for &(voter, signature) in &certificate.signatures {
            let (kind, value) = (VoteKind::Precommit, Some(value));
            let said = Vote { height, round, kind, value, voter, signature };
            if let Some(evidence) = self.agreement.contradiction(&said) {
                self.accuse(evidence);
            }
        }
    }
}
