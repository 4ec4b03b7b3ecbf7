//! The validator's side: when to ask, how to remember, when to set weights.
//!
//! Rules:
//! 1. A round asks every miner that serves an address the same challenge. One round begins every fifth of a tempo (at
//!    most [`LONGEST_PAUSE`] blocks apart), and never while another one is open.
//! 2. Without a validator permit it stays silent: miners would refuse it and the chain would refuse its weights.
//! 3. Verdicts enter a moving average ([`Standings`]). Only what was asked and judged counts; a missing verdict is 0.
//! 4. Weights matter only when an epoch runs, so they are set once per epoch: in the last quarter before it (at most
//!    [`LONGEST_LEAD`] blocks), from the freshest averages, when the chain's rate limit allows it. The very first
//!    ones are set at once, so that the first epoch already has something to pay for. Refused weights are tried again
//!    one pause later.
//!
//! 5. A development chain can go back to an earlier height. What was planned by height is planned anew then, and what
//!    was set in the life before was not set; what was learned about the miners stays.
//!
//! The one set of weights on its way is never overtaken by a second one. What deviates from this is a matter of the
//! validator's [`Policy`].

use super::{Hotkey, Policy, Standings, Uid, policy::Found};
use crate::task::{Task, Validator, Verdict};
use std::collections::VecDeque;

/// The most blocks between two rounds, however long the tempo: ten minutes at twelve seconds a block.
const LONGEST_PAUSE: u64 = 50;

/// The most blocks between setting weights and the epoch that uses them: five minutes at twelve seconds a block.
const LONGEST_LEAD: u64 = 25;

/// One neuron of the subnet, as far as a validator cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neuron {
    /// Its number.
    pub uid: Uid,
    /// Who it is.
    pub hotkey: Hotkey,
    /// The block in which it got that number.
    pub registered_at: u64,
    /// Whether it published an address.
    pub serves: bool,
}

/// The weights in force of a validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The validator.
    pub uid: Uid,
    /// Its stake weight on the subnet.
    pub stake: u64,
    /// What it gives to whom.
    pub weights: Vec<(Uid, u16)>,
}

/// What a validator sees of its subnet after a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidatorView {
    /// Height of the block.
    pub height: u64,
    /// A number nobody could know before this block, different for every validator.
    pub seed: u64,
    /// Blocks between two epochs.
    pub tempo: u64,
    /// Height of the block that runs the next epoch.
    pub next_epoch: u64,
    /// Own uid, if the validator is registered and holds a permit.
    pub permitted: Option<Uid>,
    /// The first height at which the rate limit lets it set weights.
    pub weights_from: u64,
    /// All neurons of the subnet by ascending uid.
    pub neurons: Vec<Neuron>,
    /// The uid of the subnet's owner, if it has one.
    pub owner: Option<Uid>,
    /// The weights of all who may set some, as the chain shows them; only for who [asks](Policy::reads_others).
    pub others: Vec<Row>,
}

impl ValidatorView {
    fn registered_at(&self, uid: Uid) -> Option<u64> {
        // Uids have no gaps on the chain: a neuron stands where its uid says, or else it is looked for.
        let here = self.neurons.get(usize::from(uid)).filter(|neuron| neuron.uid == uid);
        let find = || self.neurons.binary_search_by_key(&uid, |neuron| neuron.uid).ok();
        let neuron = here.or_else(|| self.neurons.get(find()?));
        neuron.map(|neuron| neuron.registered_at)
    }

    /// Blocks between two rounds.
    fn pause(&self) -> u64 {
        (self.tempo / 5).clamp(1, LONGEST_PAUSE)
    }

    /// The height from which on weights are set for the next epoch. Who reads the others' lets them go first.
    fn window(&self, policy: &Policy) -> u64 {
        let lead = (self.tempo / 4).clamp(2, LONGEST_LEAD);
        self.next_epoch.saturating_sub(if policy.reads_others() { lead / 2 } else { lead })
    }
}

/// What happens to a validator.
#[derive(Clone, Debug)]
pub enum ValidatorEvent<T: Task> {
    /// A block was committed.
    Committed(ValidatorView),
    /// A round is over: one entry per miner asked, in the order of the question.
    Answered {
        /// The number of the round.
        round: u64,
        /// The answers; `None` when a miner gave no readable answer in time.
        answers: Vec<Option<T::Answer>>,
    },
    /// The weights on their way have arrived, or were refused or lost.
    WeightsSettled {
        /// Whether the chain took them.
        accepted: bool,
    },
}

/// What a validator wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValidatorAction<C> {
    /// Ask these miners this challenge, all at once, and come back with [`ValidatorEvent::Answered`].
    Ask {
        /// The number of the round.
        round: u64,
        /// What to ask.
        challenge: C,
        /// Whom to ask.
        miners: Vec<Uid>,
    },
    /// Set these weights and come back with [`ValidatorEvent::WeightsSettled`].
    SetWeights(Vec<(Uid, u16)>),
}

/// A round that waits for its answers.
#[derive(Clone, Debug)]
struct Round<C> {
    challenge: C,
    miners: Vec<Neuron>,
}

/// A validator's decisions. What to ask and how good an answer is come from its [`Validator`].
#[derive(Clone)]
pub struct ValidatorRole<T: Task, V> {
    validator: V,
    policy: Policy,
    view: Option<ValidatorView>,
    standings: Standings,
    rounds: u64,
    next_round_at: u64,
    open: Option<Round<T::Challenge>>,
    unreported: bool,
    weights_on_their_way: bool,
    weights_set_at: Option<u64>,
    retry_at: u64,
    /// What it found, one row for each epoch it reported or will report to, oldest first. Holds `late` and one rows.
    held: VecDeque<Held>,
}

/// A row that waits for its time.
#[derive(Clone, Debug)]
struct Held {
    /// The epoch for which it was made.
    epoch: u64,
    weights: Vec<(Uid, u16)>,
}

impl<T, V> ValidatorRole<T, V>
where
    T: Task,
    T::Challenge: Clone,
    V: Validator<T>,
{
    /// A validator that knows nothing yet.
    pub fn new(validator: V, policy: Policy) -> Self {
        ValidatorRole {
            validator,
            policy,
            view: None,
            standings: Standings::default(),
            rounds: 0,
            next_round_at: 0,
            open: None,
            unreported: false,
            weights_on_their_way: false,
            weights_set_at: None,
            retry_at: 0,
            held: VecDeque::new(),
        }
    }

    /// What it does differently.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the validator thinks of every miner.
    pub fn standings(&self) -> &Standings {
        &self.standings
    }

    /// How many rounds it began.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Takes one event and appends what is to be done about it.
    pub fn step(&mut self, event: ValidatorEvent<T>, out: &mut Vec<ValidatorAction<T::Challenge>>) {
        match event {
            ValidatorEvent::Committed(view) if self.policy.is_offline(view.height) => return,
            ValidatorEvent::Committed(view) => {
                if self.view.as_ref().is_some_and(|last| view.height < last.height) {
                    self.plan_anew();
                }
                self.standings.keep(view.neurons.iter().map(|neuron| (neuron.uid, neuron.registered_at)));
                self.view = Some(view);
                self.begin_round(out);
            }
            ValidatorEvent::Answered { round, answers } => self.close_round(round, &answers),
            ValidatorEvent::WeightsSettled { accepted } => self.settle(accepted),
        }
        self.set_weights(out);
    }

    fn plan_anew(&mut self) {
        (self.next_round_at, self.retry_at, self.weights_set_at) = (0, 0, None);
        self.held.clear();
    }

    fn begin_round(&mut self, out: &mut Vec<ValidatorAction<T::Challenge>>) {
        let Some(view) = &self.view else { return };
        let Some(me) = view.permitted else { return };
        if self.open.is_some() || view.height < self.next_round_at || !self.policy.asks() {
            return;
        }
        let miners: Vec<Neuron> =
            view.neurons.iter().filter(|neuron| neuron.serves && neuron.uid != me).copied().collect();
        if miners.is_empty() {
            return;
        }
        self.rounds += 1;
        let pause = view.pause().max(view.tempo.saturating_mul(self.policy.lazy));
        self.next_round_at = view.height.saturating_add(pause);
        let challenge = self.validator.forward(view.seed);
        out.push(ValidatorAction::Ask {
            round: self.rounds,
            challenge: challenge.clone(),
            miners: miners.iter().map(|neuron| neuron.uid).collect(),
        });
        self.open = Some(Round { challenge, miners });
    }

    fn close_round(&mut self, number: u64, answers: &[Option<T::Answer>]) {
        if number != self.rounds {
            return;
        }
        let (Some(round), Some(view)) = (self.open.take(), &self.view) else { return };
        let verdicts = self.validator.score(&round.challenge, answers);
        let verdicts = verdicts.into_iter().chain(std::iter::repeat_with(Verdict::missing));
        for (neuron, verdict) in round.miners.iter().zip(verdicts) {
            // A uid that changed hands while the question was out gets nothing from the old owner's answer.
            if view.registered_at(neuron.uid) == Some(neuron.registered_at) {
                self.standings.record(neuron.uid, neuron.registered_at, verdict);
                self.unreported = true;
            }
        }
    }

    fn set_weights(&mut self, out: &mut Vec<ValidatorAction<T::Challenge>>) {
        let Some(view) = &self.view else { return };
        let window = view.window(&self.policy);
        let needed = self.weights_set_at.is_none_or(|last| view.height >= window && last < window);
        let allowed = view.permitted.is_some() && view.height >= view.weights_from.max(self.retry_at);
        let repeats = !self.policy.asks() || self.policy.lazy > 0;
        if !(needed && allowed && (self.unreported || repeats)) || self.weights_on_their_way {
            return;
        }
        let weights = self.report();
        if weights.is_empty() {
            return;
        }
        self.weights_on_their_way = true;
        self.unreported = false;
        out.push(ValidatorAction::SetWeights(weights));
    }

    /// What to set now: what it finds, or what it found as many epochs ago as it is late.
    fn report(&mut self) -> Vec<(Uid, u16)> {
        let Some((view, me)) = self.view.as_ref().and_then(|view| Some((view, view.permitted?))) else {
            return Vec::new();
        };
        let weights = self.policy.weights(&Found { me, view, standings: &self.standings });
        let Some(late) = usize::try_from(self.policy.late).ok().filter(|late| *late > 0) else {
            return weights;
        };
        self.held.retain(|held| held.epoch != view.next_epoch);
        self.held.push_back(Held { epoch: view.next_epoch, weights });
        while self.held.len() > late.saturating_add(1) {
            self.held.pop_front();
        }
        let old = self.held.front().filter(|_| self.held.len() > late);
        let is_there = |(uid, _): &&(Uid, u16)| view.registered_at(*uid).is_some();
        old.map_or(Vec::new(), |held| held.weights.iter().filter(is_there).copied().collect())
    }

    fn settle(&mut self, accepted: bool) {
        let Some(view) = &self.view else { return };
        self.weights_on_their_way = false;
        if accepted {
            self.weights_set_at = Some(view.height);
        } else {
            self.unreported = true;
            self.retry_at = view.height.saturating_add(view.pause());
        }
    }
}

#[cfg(test)]
mod tests;
