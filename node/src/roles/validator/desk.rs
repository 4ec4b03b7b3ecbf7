//! Where blocks, answers and outcomes come in, and questions and weights go out.

use super::{
    super::chain::{Chain, Follower, Mark, Rules, Subnet},
    ask::{Asking, Heard, Target},
    ballot,
    scores::{Notes, page},
};
use crate::fault::Fault;
use futures::{FutureExt, StreamExt, future::LocalBoxFuture, stream::FuturesUnordered};
use taonet_chain::roles::Ballot;
use taonet_subnets::roles::{self, Policy, ValidatorAction, ValidatorEvent, ValidatorRole, ValidatorView};
use taonet_subnets::task::{Task, Validator};
use tokio::sync::watch;

/// Something that was begun and is done now.
enum Done<A> {
    Asked { round: u64, heard: Vec<Heard<A>> },
    WeightsSettled { accepted: bool },
}

/// A validator at work.
pub(crate) struct Desk<'c, C: Chain, T: Task, V> {
    chain: &'c C,
    asking: Asking,
    role: ValidatorRole<T, V>,
    subnet: Subnet,
    /// Read once per epoch, and again when weights were refused: they change rarely.
    rules: Option<Rules>,
    notes: Notes,
    page: watch::Sender<String>,
    /// What is on its way: at most one round and one set of weights, as the machine promises.
    jobs: FuturesUnordered<LocalBoxFuture<'c, Done<T::Answer>>>,
}

impl<'c, C, T, V> Desk<'c, C, T, V>
where
    C: Chain,
    T: Task + 'c,
    T::Challenge: Clone,
    V: Validator<T>,
{
    /// A validator that shows on `page` what it thinks.
    pub(crate) fn new(
        chain: &'c C,
        asking: Asking,
        validator: V,
        policy: Policy,
        page: watch::Sender<String>,
    ) -> Self {
        Desk {
            chain,
            asking,
            role: ValidatorRole::new(validator, policy),
            subnet: Subnet::default(),
            rules: None,
            notes: Notes::default(),
            page,
            jobs: FuturesUnordered::new(),
        }
    }

    /// Works, forever.
    pub(crate) async fn work(mut self) {
        let mut follower = Follower::new(self.chain);
        loop {
            tokio::select! {
                mark = follower.next() => self.committed(mark).await,
                Some(done) = self.jobs.next() => self.done(done),
            }
        }
    }

    async fn committed(&mut self, mark: Mark) {
        match self.look(mark).await {
            Ok(view) => self.step(ValidatorEvent::Committed(view)),
            Err(fault) => tracing::warn!("cannot read subnet {}: {fault}", self.asking.netuid()),
        }
    }

    async fn look(&mut self, mark: Mark) -> Result<ValidatorView, Fault> {
        let netuid = self.asking.netuid();
        let subnet = self.chain.subnet(netuid).await?;
        let known = self.rules.filter(|_| subnet.next_epoch == self.subnet.next_epoch);
        let rules = match known {
            Some(rules) => rules,
            None => self.chain.rules(netuid).await?,
        };
        self.rules = Some(rules);
        self.subnet = subnet;
        let others = match self.role.policy().reads_others() {
            true => self.chain.rows(netuid).await?,
            false => Vec::new(),
        };
        Ok(self.subnet.validator_view(&rules, &self.asking.hotkey(), mark.hash, others))
    }

    fn done(&mut self, done: Done<T::Answer>) {
        match done {
            Done::Asked { round, heard } => {
                let answers = heard.into_iter().map(|heard| self.note(heard)).collect();
                self.step(ValidatorEvent::Answered { round, answers });
                self.show();
            }
            Done::WeightsSettled { accepted } => {
                self.step(ValidatorEvent::WeightsSettled { accepted });
                if accepted {
                    self.report();
                } else {
                    self.rules = None;
                }
            }
        }
    }

    /// Keeps what a miner said about itself, or why it said nothing, for the screen.
    fn note(&mut self, heard: Heard<T::Answer>) -> Option<T::Answer> {
        match heard.result {
            Ok((answer, method)) => {
                self.notes.answered(heard.uid, method);
                Some(answer)
            }
            Err(error) => {
                self.notes.silent(heard.uid, error.to_string());
                None
            }
        }
    }

    fn step(&mut self, event: ValidatorEvent<T>) {
        let mut actions = Vec::new();
        self.role.step(event, &mut actions);
        for action in actions {
            let job = match action {
                ValidatorAction::Ask { round, challenge, miners } => self.ask(round, &challenge, &miners),
                ValidatorAction::SetWeights(weights) => self.set_weights(weights),
            };
            self.jobs.push(job);
        }
    }

    fn ask(
        &self,
        round: u64,
        challenge: &T::Challenge,
        miners: &[roles::Uid],
    ) -> LocalBoxFuture<'c, Done<T::Answer>> {
        let targets = miners.iter().filter_map(|uid| target(&self.subnet, *uid)).collect();
        let asking = self.asking.clone();
        let challenge = T::write_challenge(challenge);
        async move { Done::Asked { round, heard: asking.all::<T>(round, challenge, targets).await } }
            .boxed_local()
    }

    fn set_weights(&self, weights: Vec<(roles::Uid, u16)>) -> LocalBoxFuture<'c, Done<T::Answer>> {
        let (chain, rules, subnet) = (self.chain, self.rules.unwrap_or_default(), self.subnet.clone());
        let (hotkey, netuid) = (self.asking.hotkey(), self.asking.netuid());
        let ballot = Ballot { hotkey, netuid, version_key: rules.weights_version, weights };
        async move {
            let outcome = match ballot::call(ballot, chain, &rules, &subnet).await {
                Ok(call) => chain.execute(call).await,
                Err(fault) => Err(fault),
            };
            if let Err(fault) = &outcome {
                tracing::warn!("weights were not set: {fault} {}", fault.remedy);
            }
            Done::WeightsSettled { accepted: outcome.is_ok() }
        }
        .boxed_local()
    }

    fn show(&mut self) {
        let page = page(&self.role, &self.subnet, &self.asking.hotkey(), &self.notes);
        self.page.send_replace(page);
    }

    /// One line per miner, so that the log says why one earns more than another.
    fn report(&self) {
        let rounds = self.role.rounds();
        tracing::info!("weights set at block {} after {rounds} rounds", self.subnet.height);
        for (uid, standing) in self.role.standings().iter() {
            let (method, score) = (self.notes.method(uid), standing.score());
            let why = self.notes.trouble(uid).unwrap_or(&standing.last.why);
            tracing::info!("  uid {uid:>4}  {method:<10}  mean score {score}  last: {why}");
        }
    }
}

fn target(subnet: &Subnet, uid: u16) -> Option<Target> {
    let neuron = subnet.neurons.iter().find(|neuron| neuron.uid == uid)?;
    Some(Target { uid, hotkey: neuron.hotkey, axon: neuron.axon? })
}
