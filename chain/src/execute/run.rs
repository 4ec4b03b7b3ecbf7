//! A block while it is executed: authorities, the block step, transactions, then the roots.

use super::{BlockError, MAX_EVIDENCE, Outcome};
use crate::{
    admit::{self, Refusal},
    calls::{self, BlockContext},
    crypto::Hash,
    event::Event,
    fees,
    ledger::{
        accounts, authorities,
        epochs::EpochFunction,
        settings::{Settings, settings},
    },
    receipt::Receipt,
    state::{Changes, Overlay, StateRead, tree::Tree},
    step::{self, Watch},
    transaction::{MAX_TRANSACTION_BYTES, Transaction},
    vote::{Evidence, Network},
};

/// A block being executed.
pub(super) struct Run<'a> {
    network: &'a Network,
    state: Overlay<'a>,
    pub(super) settings: Settings,
    block: BlockContext,
    events: Vec<Event>,
    receipts: Vec<Receipt>,
    /// Bytes and cost used so far.
    bytes: u64,
    cost: u64,
}

impl<'a> Run<'a> {
    pub(super) fn start(network: &'a Network, state: &'a dyn StateRead, block: BlockContext) -> Run<'a> {
        let mut state = Overlay::new(state);
        // Whose slot it was, the set of this height says: before evidence changes it.
        let events = authorities::note_proposer(&mut state, &network.genesis, &block);
        let settings = settings(&state);
        Run { network, state, settings, block, events, receipts: Vec::new(), bytes: 0, cost: 0 }
    }

    pub(super) fn step(&mut self) {
        self.turn_era();
        self.events.extend(step::step(&mut self.state, &self.block));
    }

    pub(super) fn step_watched(&mut self, epoch: &EpochFunction<'_>, watch: &mut dyn Watch) {
        self.turn_era();
        self.events.extend(step::step_watched(&mut self.state, &self.block, epoch, watch));
    }

    fn turn_era(&mut self) {
        let window = self.settings.limits.evidence_window;
        self.events.extend(authorities::turn(&mut self.state, self.block.number, window));
    }

    /// What it did, without the roots.
    pub(super) fn into_effects(self) -> (Changes, Vec<Receipt>, Vec<Event>) {
        (self.state.into_changes(), self.receipts, self.events)
    }

    pub(super) fn finish(self, tree: &Tree) -> Outcome {
        let authorities = authorities::authorities(&self.state);
        let changes = self.state.into_changes();
        let delta = tree.preview(&changes);
        let root = tree.root_with(&delta);
        Outcome { root, changes, delta, receipts: self.receipts, events: self.events, authorities }
    }

    pub(super) fn keep_evidence(&mut self, all: Vec<Evidence>) -> Vec<Evidence> {
        all.into_iter().filter(|evidence| self.evidence(evidence)).take(MAX_EVIDENCE).collect()
    }

    pub(super) fn all_evidence(&mut self, all: &[Evidence]) -> Result<(), BlockError> {
        if all.len() > MAX_EVIDENCE {
            return Err(BlockError::TooMuch);
        }
        match all.iter().position(|evidence| !self.evidence(evidence)) {
            Some(index) => Err(BlockError::Evidence(index)),
            None => Ok(()),
        }
    }

    /// Punishes if the evidence holds; otherwise changes nothing.
    fn evidence(&mut self, evidence: &Evidence) -> bool {
        let limits = self.settings.limits;
        let (window, number) = (limits.evidence_window, self.block.number);
        let holds = authorities::is_punishable(&self.state, self.network, window, number, evidence);
        if holds {
            self.events.push(authorities::punish(&mut self.state, &self.block, &limits, evidence));
        }
        holds
    }

    pub(super) fn keep_transactions(&mut self, all: Vec<Transaction>) -> Vec<Transaction> {
        all.into_iter()
            .filter(|transaction| self.fits(transaction) && self.transaction(transaction).is_ok())
            .collect()
    }

    /// Executes them all; `is_checked` says of which the signature is known to hold.
    pub(super) fn all_transactions(
        &mut self,
        all: &[Transaction],
        is_checked: &dyn Fn(&Hash) -> bool,
    ) -> Result<(), BlockError> {
        for (index, transaction) in all.iter().enumerate() {
            if !self.fits(transaction) {
                return Err(BlockError::TooMuch);
            }
            if !is_checked(&transaction.id()) && !transaction.verify() {
                return Err(BlockError::Transaction(index, Refusal::BadSignature));
            }
            self.transaction(transaction).map_err(|refusal| BlockError::Transaction(index, refusal))?;
        }
        Ok(())
    }

    fn fits(&self, transaction: &Transaction) -> bool {
        let size = transaction.size();
        let (bytes, cost) = self.used_with(transaction, size);
        size <= MAX_TRANSACTION_BYTES
            && bytes <= self.settings.limits.block_bytes
            && cost <= self.settings.limits.block_cost
    }

    fn used_with(&self, transaction: &Transaction, size: usize) -> (u64, u64) {
        let bytes = self.bytes.saturating_add(size as u64);
        (bytes, self.cost.saturating_add(transaction.body.call.cost()))
    }

    /// Executes a transaction that fits and whose signature holds. A refusal leaves no trace; a failed call leaves its
    /// fee and its nonce.
    fn transaction(&mut self, transaction: &Transaction) -> Result<(), Refusal> {
        let body = &transaction.body;
        let fee = admit::admit_now(&self.state, &self.settings, self.block.number, body)?;
        let block = self.block;
        let ((fee, of_fee), result) = self.state.attempt(|state| {
            accounts::count_transaction(state, &body.signer);
            let paid = fees::pay(state, &block, body, fee)?;
            match calls::dispatch(state, &block, &body.signer, &body.call) {
                Err(error) if body.call.is_free() => Err(Refusal::Call(error)),
                result => Ok((paid, result)),
            }
        })?;
        (self.bytes, self.cost) = self.used_with(transaction, transaction.size());
        let first_event = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        let (result, events) = match result {
            Ok(events) => (Ok(()), events),
            Err(error) => (Err(error), Vec::new()),
        };
        let events: Vec<Event> = of_fee.into_iter().chain(events).collect();
        let event_count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        self.events.extend(events);
        self.receipts.push(Receipt { transaction: transaction.id(), result, fee, first_event, event_count });
        Ok(())
    }
}
