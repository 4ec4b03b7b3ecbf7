//! How a miner works: by which method, when, and how fast ([`MinerPolicy`]).
//!
//! Rules:
//! 1. The method is that of the last block the miner has seen. Each has a worker of its own, which takes questions one
//!    by one and keeps its state from question to question.
//! 2. Questions are counted by asker, so that one asker's questions do not decide which of another's are skipped.
//! 3. A miner that is offline neither publishes nor answers. Who asks hears that it is busy, at once: that is what a
//!    closed port would say, and saves everyone the wait.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use taonet_chain::AccountId;
use taonet_subnets::roles::MinerPolicy;

/// A miner's methods, and the policy that chooses among them.
pub(crate) struct Work<M> {
    policy: MinerPolicy,
    methods: BTreeMap<String, Arc<Mutex<M>>>,
}

/// What is done about a question.
pub(super) struct Job<M> {
    /// The name of the method.
    pub(super) method: String,
    /// Who works it out.
    pub(super) worker: Arc<Mutex<M>>,
    /// How long that takes at least.
    pub(super) pause: Duration,
}

/// How many questions came from whom. Only neurons of the subnet are counted, so it is no longer than the subnet.
#[derive(Default)]
pub(super) struct Heard(BTreeMap<AccountId, u64>);

impl Heard {
    /// Forgets who is no neuron any more.
    pub(super) fn keep(&mut self, is_there: impl Fn(&AccountId) -> bool) {
        self.0.retain(|asker, _| is_there(asker));
    }

    fn count(&mut self, asker: AccountId) -> u64 {
        let heard = self.0.entry(asker).or_default();
        *heard = heard.saturating_add(1);
        *heard
    }
}

impl<M> Work<M> {
    /// Works by a policy over these methods.
    pub(crate) fn new(policy: MinerPolicy, methods: impl IntoIterator<Item = (String, M)>) -> Work<M> {
        let worker = |(name, miner)| (name, Arc::new(Mutex::new(miner)));
        Work { policy, methods: methods.into_iter().map(worker).collect() }
    }

    /// What it does differently from the textbook, and its methods.
    pub(super) fn policy(&self) -> &MinerPolicy {
        &self.policy
    }

    /// What to do about a question of somebody at a height; `None` to leave it unanswered.
    pub(super) fn job(&self, height: u64, asker: AccountId, heard: &mut Heard) -> Option<Job<M>> {
        let pause = Duration::from_millis(self.policy.slow_ms);
        if !self.policy.answers(heard.count(asker), u64::MAX) {
            return None;
        }
        let method = self.policy.method_at(height);
        let worker = Arc::clone(self.methods.get(method)?);
        Some(Job { method: method.to_owned(), worker, pause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(policy: &str) -> Work<()> {
        let methods = ["a", "b"].map(|name| (name.to_owned(), ()));
        Work::new(policy.parse().expect("a policy"), methods)
    }

    #[test]
    fn the_method_is_that_of_the_height_and_thinks_for_its_time() {
        let (work, mut heard) = (work("a+drift:10=b+slow:40"), Heard::default());
        for (height, method) in [(0, "a"), (9, "a"), (10, "b"), (99, "b")] {
            let job = work.job(height, AccountId([1; 32]), &mut heard).expect("it answers");
            assert_eq!((job.method.as_str(), job.pause), (method, Duration::from_millis(40)), "{height}");
        }
    }

    #[test]
    fn each_asker_misses_its_own_questions() {
        let (work, mut heard) = (work("a+skips:2"), Heard::default());
        let mut ask = |asker| work.job(1, AccountId([asker; 32]), &mut heard).is_some();
        assert_eq!([ask(1), ask(2), ask(1), ask(2), ask(1)], [true, true, false, false, true]);
        heard.keep(|asker| *asker == AccountId([2; 32]));
        assert_eq!(heard.0.len(), 1);
    }

    #[test]
    fn a_method_that_is_not_there_answers_nothing() {
        assert!(work("c").job(1, AccountId([1; 32]), &mut Heard::default()).is_none());
    }
}
