//! Doing what agreement asks: build, sign, wait, commit.

use super::Replica;
use crate::{
    guard::Guard,
    interface::{Committed, Outgoing, Timer},
    message::{Message, Proposed},
    store::{Record, Store},
    tendermint::{Agreement, Input, Output, Step, Validity},
    timing,
};
use std::{collections::VecDeque, sync::Arc};
use taonet_chain::{
    Block, BlockId, Certificate, CommittedBlock, Draft, Evidence, Hash, Outcome, Proposal, Vote, VoteKind,
    block::beacon,
    execute::{self, MAX_EVIDENCE},
    ledger::settings::settings,
};

impl<S: Store> Replica<S> {
    /// Gives agreement an input and does what it asks for, including handing our own messages back to it.
    pub(super) fn feed(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        let mut outputs = Vec::new();
        while let Some(input) = inputs.pop_front() {
            self.agreement.handle(input, &mut outputs);
            for output in outputs.drain(..) {
                inputs.extend(self.obey(output));
            }
        }
        let wanted: Vec<BlockId> = self.agreement.blocks().chain(self.decision).collect();
        self.candidates.retain(&wanted);
    }

    /// Does one thing; gives back our own message, if that was what was asked for.
    fn obey(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Build { round } => self.to_build = Some(round),
            Output::Propose { round, value, justification } => {
                return self.propose(round, value, justification);
            }
            Output::Vote { round, kind, value } => return Some(self.vote(round, kind, value)),
            Output::Schedule { round, step } => self.schedule(round, step),
            Output::Decide { value, .. } => self.decision = Some(value),
            Output::Equivocation(evidence) => self.accuse(*evidence),
        }
        None
    }

    fn propose(
        &mut self,
        round: u32,
        value: BlockId,
        justification: Option<(u32, Vec<Vote>)>,
    ) -> Option<Input> {
        let block = self.candidates.block(&value)?.clone();
        let place = (self.height(), round);
        let proposal = Proposal::sign(&self.config.key, &self.config.network, place, value, justification);
        self.broadcast_signed(Message::Proposal(Box::new(Proposed { proposal: proposal.clone(), block })));
        Some(Input::Proposal(proposal, Validity::Valid))
    }

    fn vote(&mut self, round: u32, kind: VoteKind, value: Option<BlockId>) -> Input {
        let vote = Vote::sign(&self.config.key, &self.config.network, (self.height(), round, kind), value);
        self.broadcast_signed(Message::Vote(vote.clone()));
        Input::Vote(vote)
    }

    fn broadcast_signed(&mut self, message: Message) {
        self.must_sync = true;
        self.outgoing.push(Outgoing::Broadcast(message));
    }

    fn schedule(&mut self, round: u32, step: Step) {
        let at = self.now.saturating_add(timing::timeout(&self.config.timing, round, step));
        self.wake_at(at, Timer::Timeout { height: self.height(), round, step });
    }

    /// Evidence waits for our next block. One piece per authority and height is enough, and one block's worth in all.
    pub(super) fn accuse(&mut self, evidence: Evidence) {
        let known = self.evidence.iter().any(|known| known.accused() == evidence.accused());
        if !known && self.evidence.len() < MAX_EVIDENCE {
            self.evidence.push(evidence);
        }
    }

    /// Builds the block that agreement asked for, unless its round is over.
    pub(super) fn build(&mut self) {
        let Some(round) = self.to_build.take() else { return };
        if (round, Step::Propose) != (self.agreement.round(), self.agreement.step()) {
            return;
        }
        self.executed = true;
        let draft = self.draft();
        let (block, outcome) =
            execute::build(&self.config.network, &self.tip, &self.store, &self.tree, draft);
        self.record(|| Record::Value { round, block: block.clone() });
        let value = block.id();
        self.candidates.keep_with(value, block, Ok(outcome));
        self.feed(Input::Value { round, value });
    }

    pub(super) fn draft(&mut self) -> Draft {
        let height = self.height();
        let bytes = settings(&self.store).limits.block_bytes;
        Draft {
            timestamp_ms: timing::stamp(&self.config.timing, self.tip.timestamp_ms, self.now),
            proposer: self.me,
            evidence: self.evidence.clone(),
            transactions: self.mempool.candidates(&self.store, height, bytes),
            beacon: beacon(&self.config.network.genesis, height),
        }
    }

    /// What we think of a proposed block; executes it unless that was done before.
    pub(super) fn judge(&mut self, proposal: &Proposal, block: Block) -> Validity {
        let (author, timestamp) = (block.header.proposer, block.header.timestamp_ms);
        let valid = match self.candidates.is_valid(&proposal.value) {
            Some(valid) => valid,
            None => self.execute(proposal.value, block),
        };
        // Somebody else's block may only be proposed again, with the proof that it was once accepted.
        let authored = proposal.valid_round.is_some() || author == proposal.proposer;
        if !valid || !authored {
            Validity::Invalid
        } else if timing::is_timely(&self.config.timing, timestamp, self.now) {
            Validity::Valid
        } else {
            Validity::Untimely
        }
    }

    /// Executes a block and keeps the result; `false` if it breaks a rule.
    pub(super) fn execute(&mut self, id: BlockId, block: Block) -> bool {
        self.executed = true;
        let result = self.outcome_of(&block);
        let valid = result.is_ok();
        self.candidates.keep_with(id, block, result);
        valid
    }

    fn outcome_of(&self, block: &Block) -> Result<Outcome, ()> {
        // The mempool has checked the signatures of what it holds; each is checked once per node.
        let is_checked = |id: &Hash| self.mempool.contains(id);
        execute::execute_with(&self.config.network, &self.tip, &self.store, &self.tree, block, &is_checked)
            .map_err(drop)
    }

    /// The height is decided: keeps the block, says so, and enters the next height. The only caller of
    /// [`Store::commit`].
    pub(super) fn commit(&mut self, value: BlockId) {
        let delivered = self.certificate.take();
        let is_delivered = delivered.is_some();
        let certificate = delivered.or_else(|| self.agreement.certificate());
        let candidate = self.candidates.take(&value);
        // After a crash the block is there, but its outcome must be found again.
        let decided = candidate.and_then(|(block, outcome)| {
            let outcome = outcome.or_else(|| self.outcome_of(&block).ok())?;
            Some((block, outcome))
        });
        // Agreement decides only blocks that are here, valid, and certified by what it counted.
        if let (Some((block, outcome)), Some(certificate)) = (decided, certificate) {
            self.keep(block, outcome, certificate, is_delivered);
        }
    }

    fn keep(&mut self, block: Block, outcome: Outcome, certificate: Certificate, is_delivered: bool) {
        let block = CommittedBlock { block, certificate };
        let tip = taonet_chain::next_tip(&block.block, &outcome);
        let height = tip.height.saturating_add(1);
        let guard = self.guard.hear(height, &tip.authorities, &self.me, self.heights_of_others());
        let log: &[Record] = if guard.is_open() { &[] } else { &[Record::Observing] };
        self.store.commit(&block, &outcome, log);
        // While catching up, one sync at the end of an answer is enough: what is lost can be asked for again. So it
        // is while mining: what is lost can be mined again.
        self.must_sync |= self.answer.is_none() && !self.mining;
        self.tree.apply(outcome.delta);
        self.mempool.settle(&block.block.transactions, height);
        self.drop_evidence(&block.block.evidence, height);
        self.outgoing.push(Outgoing::Committed(Arc::new(Committed {
            block,
            id: tip.id,
            receipts: outcome.receipts,
            events: outcome.events,
            authorities: outcome.authorities,
            tree: self.tree.clone(),
        })));
        self.tip = tip;
        if is_delivered {
            self.follow_chain_clock();
        }
        self.enter(height, guard);
    }

    pub(super) fn drop_evidence(&mut self, settled: &[Evidence], height: u64) {
        let window = settings(&self.store).limits.evidence_window;
        self.evidence.retain(|evidence| {
            let accused = evidence.accused();
            let recent = accused.1.saturating_add(window) >= height;
            recent && settled.iter().all(|settled| settled.accused() != accused)
        });
    }

    /// Begins to agree on the next height.
    pub(super) fn enter(&mut self, height: u64, guard: Guard) {
        self.guard = guard;
        let voter = guard.is_open().then_some(self.me);
        let authorities = self.tip.authorities.clone();
        self.agreement = Agreement::new(voter, self.config.network.genesis, height, authorities);
        self.candidates.retain(&[]);
        self.ahead.clear();
        self.to_build = None;
        self.start_due = false;
        self.entered = self.now;
        if !self.mining {
            self.await_start();
        }
        for vote in self.early.enter() {
            self.count(vote);
        }
    }

    /// Logs and counts a vote whose signature was checked.
    pub(super) fn count(&mut self, vote: Vote) {
        self.record(|| Record::Vote(vote.clone()));
        self.feed(Input::Vote(vote));
    }
}
