//! One node's whole behaviour: agreement, execution, mempool, catching up and recovery, joined in one function.
//!
//! Rules:
//! 1. [`Replica::step`] is deterministic: the same store, the same inputs at the same times, the same outputs.
//!    Effects that take time are data ([`Outgoing`]); keeping something is a call to the [`Store`] that is done
//!    when it returns.
//! 2. *Durable before sent.* Every input of the height in progress is logged before it is handled. A step releases its
//!    outputs at its end, after syncing if it signed anything, so nothing we signed can leave before what led to it is
//!    safe. Opening a store replays the log; by rule 1 that gives the state from before the crash, and the same
//!    signatures again.
//! 3. Only [`Agreement`] decides. Catching up feeds it certificates; there is one way to a commit.
//! 4. A step executes at most one block, so that no input waits long for its turn. What is left over is asked for again
//!    with [`Timer::Work`]. (A decision whose outcome was lost in a crash is the one exception.)
//! 5. A signature is checked once: what was counted or kept before is recognised by its bytes.

mod agree;
mod ahead;
mod candidates;
mod catch_up;
mod control;
mod early;
mod receive;
mod restore;
mod serve;

use crate::{
    control::Control,
    guard::{Guard, quorum_height},
    interface::{Config, Incoming, OpenError, Outgoing, Timer},
    mempool::Mempool,
    message::NodeId,
    store::{Record, Store},
    sync::Neighbours,
    tendermint::{Agreement, Input, Step},
    timing::{self, Time},
};
use ahead::Ahead;
use candidates::Candidates;
use catch_up::Answer;
use early::Early;
use restore::Restore;
use taonet_chain::{BlockId, Certificate, CertifiedHeader, Evidence, Tip, state::tree::Tree};

/// A node, without clock, network or disk of its own.
#[derive(Debug)]
pub struct Replica<S> {
    config: Config,
    me: NodeId,
    store: S,
    /// The latest time it was by our clock; it never goes back.
    now: Time,
    /// What a developer has set, the clock's offset included.
    control: Control,

    // The chain so far.
    tip: Tip,
    tree: Tree,

    // The height in progress.
    agreement: Agreement,
    candidates: Candidates,
    guard: Guard,
    /// When this height became the one in progress.
    entered: Time,
    /// The slot has come; height 1 may still wait for company.
    start_due: bool,
    /// A certificate that came with a block, for the decision it leads to.
    certificate: Option<Certificate>,

    // What waits.
    ahead: Ahead,
    early: Early,
    answer: Option<Answer>,
    restore: Option<Restore>,
    mempool: Mempool,
    evidence: Vec<Evidence>,
    neighbours: Neighbours,

    // The step in progress.
    replaying: bool,
    executed: bool,
    /// Blocks are mined, and this is not the last one.
    mining: bool,
    to_build: Option<u32>,
    decision: Option<BlockId>,
    must_sync: bool,
    work_asked: bool,
    outgoing: Vec<Outgoing>,
}

impl<S: Store> Replica<S> {
    /// Opens a store, replays the log of the height in progress, and says in `out` what must happen next. What was
    /// signed before the crash is signed and sent again.
    ///
    /// # Errors
    /// The store's state is not the one its chain leads to, or its log is damaged.
    pub fn open(
        config: Config,
        store: S,
        now: Time,
        out: &mut Vec<Outgoing>,
    ) -> Result<Replica<S>, OpenError> {
        let (tip, tree) = (store.tip(), Tree::of(&store));
        if tree.root() != tip.state_root {
            return Err(OpenError::StateRoot { expected: tip.state_root, found: tree.root() });
        }
        let log = store.log();
        let height = tip.height.saturating_add(1);
        if let Some(record) = log.iter().position(|record| !record.belongs_to(height, &config.network)) {
            return Err(OpenError::Log { height, record });
        }
        let mut replica = Replica::at_tip(config, store, now, tip, tree, guard_of(&log));
        replica.follow_chain_clock();
        replica.replay(log);
        replica.resume(out);
        Ok(replica)
    }

    fn at_tip(config: Config, store: S, now: Time, tip: Tip, tree: Tree, guard: Option<Guard>) -> Replica<S> {
        let (me, control) = (config.key.account(), store.control());
        let guard = guard.unwrap_or(if tip.height == 0 { Guard::Observing } else { Guard::Open });
        let voter = guard.is_open().then_some(me);
        let height = tip.height.saturating_add(1);
        Replica {
            agreement: Agreement::new(voter, config.network.genesis, height, tip.authorities.clone()),
            config,
            me,
            now: control.clock(now),
            control,
            store,
            tip,
            tree,
            candidates: Candidates::default(),
            guard,
            entered: control.clock(now),
            start_due: false,
            certificate: None,
            ahead: Ahead::default(),
            early: Early::default(),
            answer: None,
            restore: None,
            mempool: Mempool::default(),
            evidence: Vec::new(),
            neighbours: Neighbours::default(),
            replaying: false,
            executed: false,
            mining: false,
            to_build: None,
            decision: None,
            must_sync: false,
            work_asked: false,
            outgoing: Vec::new(),
        }
    }

    /// Rule 2: the log, once more.
    fn replay(&mut self, log: Vec<Record>) {
        self.replaying = true;
        for record in log {
            match record {
                Record::Observing => {}
                Record::Joined => self.join(),
                Record::Start => self.feed(Input::Start),
                Record::Value { round, block } => {
                    let value = self.candidates.keep(block);
                    self.to_build = None;
                    self.feed(Input::Value { round, value });
                }
                Record::Proposal { proposal, block, validity } => {
                    self.candidates.keep(block);
                    self.feed(Input::Proposal(proposal, validity));
                }
                Record::Vote(vote) => self.feed(Input::Vote(vote)),
                Record::Timeout { round, step } => self.feed(Input::Timeout { round, step }),
            }
        }
        self.replaying = false;
    }

    /// Goes on from where the log ends.
    fn resume(&mut self, out: &mut Vec<Outgoing>) {
        if self.config.trust_empty && !self.guard.is_open() {
            self.join();
        }
        self.hear_others();
        self.await_start();
        self.settle();
        self.heartbeat();
        self.release(out);
    }

    /// Takes in one thing that happened and adds to `out` everything that must be done about it.
    pub fn step(&mut self, now: Time, incoming: Incoming, out: &mut Vec<Outgoing>) {
        self.pass(now);
        self.executed = false;
        match incoming {
            Incoming::Wake(timer) => self.wake(timer),
            Incoming::Received { from, message } => {
                let verdict = self.receive(from, message);
                self.outgoing.push(Outgoing::Verdict { from, verdict });
            }
            Incoming::Submitted(transaction) => self.submit(transaction),
            Incoming::Connected(peer) => self.meet(peer),
            Incoming::Disconnected(peer) => self.neighbours.remove(&peer),
            Incoming::Produce(production) => self.produce(production),
        }
        self.settle();
        self.release(out);
    }

    fn wake(&mut self, timer: Timer) {
        match timer {
            Timer::Work => {
                self.work_asked = false;
                self.work();
            }
            Timer::Start { height } if height == self.height() => self.start(),
            Timer::Timeout { height, round, step } if height == self.height() => {
                self.record(|| Record::Timeout { round, step });
                self.feed(Input::Timeout { round, step });
            }
            Timer::Heartbeat => self.heartbeat(),
            Timer::Start { .. } | Timer::Timeout { .. } => {}
        }
    }

    /// What follows from this step: a commit, or a block to build. The rest is left for the next one.
    fn settle(&mut self) {
        self.start_if_ready();
        loop {
            if let Some(value) = self.decision.take() {
                self.commit(value);
            } else if self.to_build.is_some() && !self.executed {
                self.build();
            } else {
                break;
            }
        }
        let left_over = self.to_build.is_some() || self.answer.is_some() || self.early.is_due();
        if left_over && !self.work_asked {
            self.work_asked = true;
            self.wake_at(self.now, Timer::Work);
        }
    }

    /// Something left over from an earlier step: an early proposal, or a block that was asked for.
    fn work(&mut self) {
        match self.early.next_proposal() {
            Some(proposed) => drop(self.on_verified_proposal(proposed)),
            None => self.take_block(),
        }
    }

    /// Durable before sent.
    fn release(&mut self, out: &mut Vec<Outgoing>) {
        if std::mem::take(&mut self.must_sync) {
            self.store.sync();
        }
        out.append(&mut self.outgoing);
    }

    fn record(&mut self, record: impl FnOnce() -> Record) {
        if !self.replaying {
            self.store.append(&record());
        }
    }

    fn wake_at(&mut self, at: Time, timer: Timer) {
        self.outgoing.push(Outgoing::WakeAt { at: self.control.wall(at), timer });
    }

    /// Asks to be woken when the height in progress starts.
    fn await_start(&mut self) {
        if self.agreement.step() == Step::Waiting {
            let at = timing::start(&self.config.timing, self.tip.timestamp_ms, self.now);
            self.wake_at(at, Timer::Start { height: self.height() });
        }
    }

    fn start(&mut self) {
        if self.now < timing::start(&self.config.timing, self.tip.timestamp_ms, 0) {
            self.await_start();
        } else {
            self.start_due = true;
        }
    }

    /// Starts the height once it is due and may start; height 1 also waits until enough others are there to decide it.
    fn start_if_ready(&mut self) {
        let waiting = self.start_due && self.agreement.step() == Step::Waiting;
        if waiting && self.may_start() && (self.height() > 1 || self.has_company()) {
            self.hear_others();
            self.record(|| Record::Start);
            self.feed(Input::Start);
        }
    }

    /// Whether a quorum is there, ourselves included.
    fn has_company(&self) -> bool {
        quorum_height(self.height(), &self.tip.authorities, &self.me, self.heights_of_others()).is_some()
    }

    fn heights_of_others(&self) -> impl Iterator<Item = (NodeId, u64)> {
        self.neighbours.statuses().map(|(peer, status)| (peer, status.height))
    }

    /// Takes in what the neighbours say of themselves, as far as the guard is concerned.
    fn hear_others(&mut self) {
        let others = self.heights_of_others();
        let guard = self.guard.hear(self.height(), &self.tip.authorities, &self.me, others);
        if guard.is_open() && !self.guard.is_open() {
            self.join();
        } else {
            self.guard = guard;
        }
    }

    /// From here on this node votes.
    fn join(&mut self) {
        self.record(|| Record::Joined);
        self.guard = Guard::Open;
        self.agreement.join(self.me);
    }

    fn height(&self) -> u64 {
        self.agreement.height()
    }

    /// The end of the chain.
    pub fn tip(&self) -> &Tip {
        &self.tip
    }

    /// The state tree after it.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The header at the end of the chain with its certificate; `None` at block 0, which needs none.
    pub fn certified_tip(&self) -> Option<CertifiedHeader> {
        let height = self.tip.height;
        if let Some(block) = self.store.block(height) {
            return Some((&block).into());
        }
        // After a snapshot the header is here, and its block is not.
        let turn = self.store.turns(height, 1).pop().filter(|turn| turn.height() == height)?;
        Some(turn.certified)
    }

    /// Agreement on the height in progress.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// The transactions that wait.
    pub fn mempool(&self) -> &Mempool {
        &self.mempool
    }

    /// The neighbours.
    pub fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// Whether this node may vote, as far as its memory is concerned.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Ends the replica and gives its store back.
    pub fn into_store(self) -> S {
        self.store
    }
}

/// What the log says about voting; `None` if nothing.
fn guard_of(log: &[Record]) -> Option<Guard> {
    let said = |record: &Record| matches!(record, Record::Observing | Record::Joined);
    log.iter().any(said).then_some(Guard::Observing)
}

#[cfg(test)]
mod tests;
