//! Doing what a developer wants (see [`crate::control`]).

use super::Replica;
use crate::{
    control::{CannotMine, Control, Production},
    interface::Outgoing,
    store::Store,
    tendermint::{Input, Step},
    timing::{self, Time},
};
use taonet_chain::{BlockId, Certificate, Keypair, Vote, VoteKind, execute, ledger::settings::settings};

impl<S: Store> Replica<S> {
    /// What a developer has set.
    pub fn control(&self) -> Control {
        self.control
    }

    /// Time passes; it never goes back.
    pub(super) fn pass(&mut self, wall: Time) {
        self.now = self.now.max(self.control.clock(wall));
    }

    /// Rule 1: whether the height in progress may start once its slot has come.
    pub(super) fn may_start(&self) -> bool {
        match self.control.production {
            Production::Interval => true,
            Production::Manual { horizon } => self.height() <= horizon,
            Production::Instant => self.is_stirred() || self.mempool.has_ready(&self.store, self.height()),
        }
    }

    /// Whether somebody has started the height in progress.
    fn is_stirred(&self) -> bool {
        let voted = |kind| self.agreement.votes(0, kind).next().is_some();
        self.agreement.proposal(0).is_some() || voted(VoteKind::Prevote) || voted(VoteKind::Precommit)
    }

    /// Changes what lets heights start.
    pub(super) fn produce(&mut self, production: Production) {
        if settings(&self.store).dev {
            self.control.production = production;
            self.keep_control();
        }
    }

    fn keep_control(&mut self) {
        self.store.keep_control(&self.control);
        self.must_sync = true;
    }

    /// Rule 2: the clock of a development network is not behind the blocks it takes over.
    pub(super) fn follow_chain_clock(&mut self) {
        let ahead = self.tip.timestamp_ms.saturating_sub(self.now);
        if ahead > 0 && settings(&self.store).dev {
            self.now = self.tip.timestamp_ms;
            self.control.forward(ahead);
            self.store.keep_control(&self.control);
        }
    }

    /// Mines one block (rule 3); a step of its own. After the last one comes [`Replica::rest`].
    ///
    /// # Errors
    /// Why no block can be mined here now; then nothing has happened.
    pub fn mine(&mut self, wall: Time, keys: &[Keypair], out: &mut Vec<Outgoing>) -> Result<(), CannotMine> {
        self.check_mining(keys)?;
        self.pass(wall);
        self.mining = true;
        let proposer = self.agreement.proposer(0).unwrap_or(self.me);
        let mut draft = self.draft();
        draft.proposer = proposer;
        draft.timestamp_ms = match self.tip.timestamp_ms {
            // A chain without a past begins now.
            0 => self.now,
            parent => timing::start(&self.config.timing, parent, 0),
        };
        let (block, outcome) =
            execute::build(&self.config.network, &self.tip, &self.store, &self.tree, draft);
        let value = block.id();
        self.executed = true;
        self.candidates.keep_with(value, block, Ok(outcome));
        self.certificate = Some(self.certify(keys, value));
        self.feed(Input::Certified { round: 0, value });
        self.settle();
        self.mining = false;
        self.release(out);
        Ok(())
    }

    /// Ends a series of mined blocks: makes them durable, and goes on as usual.
    pub fn rest(&mut self, wall: Time, out: &mut Vec<Outgoing>) {
        self.pass(wall);
        self.must_sync = true;
        self.await_start();
        self.settle();
        self.release(out);
    }

    /// Whether blocks can be mined here now.
    ///
    /// # Errors
    /// Why not.
    pub fn check_mining(&self, keys: &[Keypair]) -> Result<(), CannotMine> {
        if !settings(&self.store).dev {
            return Err(CannotMine::NotDevelopment);
        }
        let is_idle = self.agreement.step() == Step::Waiting && !self.is_stirred();
        let is_held =
            matches!(self.control.production, Production::Manual { horizon } if horizon <= self.tip.height);
        if !is_idle || !is_held || self.answer.is_some() {
            return Err(CannotMine::InProgress);
        }
        let authorities = self.agreement.authorities();
        let power =
            authorities.iter().filter(|authority| keys.iter().any(|key| key.account() == authority.id));
        let is_quorum = authorities.is_quorum(power.map(|authority| u128::from(authority.power)).sum());
        if is_quorum { Ok(()) } else { Err(CannotMine::NoQuorum) }
    }

    /// As few precommits as make a quorum, in the order of the authorities.
    fn certify(&self, keys: &[Keypair], value: BlockId) -> Certificate {
        let place = (self.height(), 0, VoteKind::Precommit);
        let authorities = self.agreement.authorities();
        let mut power = 0;
        let mut signatures = Vec::new();
        for authority in authorities.iter() {
            let key = keys.iter().find(|key| key.account() == authority.id);
            if let Some(key) = key.filter(|_| !authorities.is_quorum(power)) {
                power += u128::from(authority.power);
                let vote = Vote::sign(key, &self.config.network, place, Some(value));
                signatures.push((authority.id, vote.signature));
            }
        }
        Certificate { height: self.height(), round: 0, value, signatures }
    }
}

#[cfg(test)]
mod tests;
