//! The participants at work: the pure machines of validators, miners and traders, with their keys.
//!
//! Rules:
//! 1. After each block a participant sees what a process of its own would see ([`taonet_chain::roles`]), and what its
//!    machine asks for becomes calls. Machines and translation are those of real processes.
//! 2. A question is asked and answered within the block: the answers of miners that think longer than validators wait,
//!    or that are offline, are missing. Miners check who asks as real ones do.
//! 3. Nothing here depends on who is heard first: a question counts per asker, and each asker is answered as of the
//!    block that it has seen. Layers that deliver blocks at different times therefore get the same answers.
//! 4. Where entropy is needed, it is a hash of who needs it, where and when.

use super::{
    SetupError,
    directory::Directory,
    found::hot,
    keys::{self, Which},
    setup::{MinerSetup, SubnetSetup, ValidatorSetup},
    workshop::{AnyJudge, AnyMiner, Text, Tools},
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
};
use taonet_chain::{
    AccountId, Call, Domain, Hash, Keypair, beacon,
    ledger::stakes,
    roles::{Ballot, Rules, Subnet, axon_info, rows},
    state::StateRead,
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    roles::{
        Asker, MinerPolicy, MinerRole, Policy, TraderAction, TraderPolicy, TraderView, Uid, ValidatorAction,
        ValidatorEvent, ValidatorRole,
    },
};

/// The first port that miners say they listen at. Nobody does: questions do not leave the process.
const FIRST_PORT: u16 = 9_000;

/// A participant, by its subnet and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Validator(u16, usize),
    Miner(u16, usize),
    Trader(usize),
}

/// What is asked of the chain, by whom.
pub(super) struct Order {
    pub(super) place: Place,
    pub(super) key: Keypair,
    pub(super) call: Call,
}

/// A block as somebody sees it.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) genesis: Hash,
    pub(super) height: u64,
    pub(super) block: Hash,
    pub(super) state: &'a dyn StateRead,
}

/// Everybody.
#[derive(Clone, Default)]
pub(super) struct Crew {
    teams: Vec<Team>,
    traders: Vec<Trader>,
}

/// The neurons of one subnet.
#[derive(Clone)]
struct Team {
    netuid: u16,
    patience_ms: u64,
    validators: Vec<Referee>,
    miners: Vec<Worker>,
    /// The miners' positions by hotkey.
    desks: BTreeMap<AccountId, usize>,
}

/// A subnet after a block, with what its validators need to find its miners.
struct Scene<'a> {
    seen: Seen<'a>,
    subnet: Subnet,
    rules: Rules,
    /// The position of the miner with each uid, if it is one of ours.
    desks: Vec<Option<usize>>,
}

#[derive(Clone)]
struct Referee {
    key: Keypair,
    role: ValidatorRole<Text, Box<dyn AnyJudge>>,
}

#[derive(Clone)]
struct Worker {
    key: Keypair,
    /// The key that pays for its registration, and the block after which it does.
    joins: Option<(Keypair, u64)>,
    role: MinerRole,
    policy: MinerPolicy,
    methods: BTreeMap<String, Box<dyn AnyMiner>>,
    /// How many questions it heard from whom.
    heard: BTreeMap<AccountId, u64>,
}

#[derive(Clone)]
struct Trader {
    key: Keypair,
    netuid: u16,
    hotkey: AccountId,
    policy: TraderPolicy,
}

impl Crew {
    /// Everybody that the description names. `tools` are those of subnets that have some of their own.
    pub(super) fn new(directory: &Directory, tools: &BTreeMap<String, Tools>) -> Result<Crew, SetupError> {
        if let Some(name) = tools.keys().find(|name| directory.setup.subnet(name).is_none()) {
            directory.netuid(name)?;
        }
        let tour = Tools::tour();
        let team = |(netuid, setup): (u16, &SubnetSetup)| {
            Team::new(netuid, setup, tools.get(&setup.name).unwrap_or(&tour))
        };
        let mut traders = Vec::new();
        for account in &directory.setup.accounts {
            for trade in &account.trades {
                let netuid = directory.netuid(&trade.subnet)?;
                let subnet = &directory.setup.subnets[usize::from(netuid) - 1];
                let first = || subnet.neurons().next().map(str::to_owned);
                let with = trade.with.clone().or_else(first).unwrap_or_else(|| subnet.owner.clone());
                let key = key(&account.name, Which::Cold)?;
                traders.push(Trader { key, netuid, hotkey: hot(&with)?, policy: trade.policy });
            }
        }
        Ok(Crew { teams: directory.subnets().map(team).collect::<Result<_, _>>()?, traders })
    }

    /// Those of `who` see a block. Returns what they ask of the chain, in the order of the description.
    pub(super) fn committed(&mut self, seen: Seen<'_>, who: impl Fn(Place) -> bool) -> Vec<Order> {
        let mut orders = Vec::new();
        for team in &mut self.teams {
            team.committed(seen, &who, &mut orders);
        }
        let traders = self.traders.iter().enumerate().map(|(at, trader)| (Place::Trader(at), trader));
        orders.extend(traders.filter(|(place, _)| who(*place)).filter_map(|(place, trader)| {
            Some(Order { place, key: trader.key.clone(), call: trader.committed(seen)? })
        }));
        orders
    }

    /// What participants ask for that no program of theirs does: registrations of those who come later, and trades.
    #[cfg(feature = "processes")]
    pub(super) fn errands(&self, seen: Seen<'_>) -> Vec<(Keypair, Call)> {
        let registrations = self.teams.iter().flat_map(|team| {
            team.miners.iter().filter_map(|worker| worker.registration(team.netuid, seen.height))
        });
        let trade = |trader: &Trader| Some((trader.key.clone(), trader.committed(seen)?));
        registrations.chain(self.traders.iter().filter_map(trade)).collect()
    }

    /// What somebody asked for was executed, or will never be.
    pub(super) fn settled(&mut self, place: Place, accepted: bool) {
        if let Place::Validator(netuid, at) = place
            && let Some(team) = self.teams.iter_mut().find(|team| team.netuid == netuid)
            && let Some(referee) = team.validators.get_mut(at)
        {
            // Settled weights ask for nothing new before the next block.
            referee.role.step(ValidatorEvent::WeightsSettled { accepted }, &mut Vec::new());
        }
    }
}

impl Team {
    fn new(netuid: u16, setup: &SubnetSetup, tools: &Tools) -> Result<Team, SetupError> {
        let miner = |(at, one): (u16, &MinerSetup)| Worker::new(FIRST_PORT.saturating_add(at), one, tools);
        let miners: Vec<Worker> = (0..).zip(&setup.miners).map(miner).collect::<Result<_, _>>()?;
        let desks = miners.iter().enumerate().map(|(at, worker)| (worker.key.account(), at)).collect();
        let validators = setup.validators.iter().map(|one| Referee::new(one, tools));
        let validators = validators.collect::<Result<_, _>>()?;
        Ok(Team { netuid, patience_ms: setup.patience_ms, validators, miners, desks })
    }

    fn committed(&mut self, seen: Seen<'_>, who: &impl Fn(Place) -> bool, orders: &mut Vec<Order>) {
        let netuid = self.netuid;
        let validates = |at: &usize| who(Place::Validator(netuid, *at));
        let mines = |at: &usize| who(Place::Miner(netuid, *at));
        let validators: Vec<usize> = (0..self.validators.len()).filter(validates).collect();
        let miners: Vec<usize> = (0..self.miners.len()).filter(mines).collect();
        if validators.is_empty() && miners.is_empty() {
            return;
        }
        let Some(subnet) = Subnet::read(seen.state, seen.height, netuid) else { return };
        let rules = Rules::read(seen.state, netuid);
        let desks = subnet.neurons.iter().map(|neuron| self.desks.get(&neuron.hotkey).copied()).collect();
        let scene = Scene { seen, subnet, rules, desks };
        for at in validators {
            let call = self.validate(at, &scene);
            let key = &self.validators[at].key;
            orders.extend(call.map(|call| Order {
                place: Place::Validator(netuid, at),
                key: key.clone(),
                call,
            }));
        }
        for at in miners {
            let worker = &mut self.miners[at];
            let place = Place::Miner(netuid, at);
            orders.extend(worker.registration(netuid, seen.height).map(|(key, call)| Order {
                place,
                key,
                call,
            }));
            let call =
                worker.committed(&scene.subnet).map(|axon| Call::ServeAxon { netuid, axon: axon_info(axon) });
            let key = &worker.key;
            orders.extend(call.map(|call| Order { place, key: key.clone(), call }));
        }
    }

    /// One validator sees a block: it may ask, and hear, and have something to report.
    fn validate(&mut self, at: usize, scene: &Scene<'_>) -> Option<Call> {
        let Scene { seen, subnet, rules, .. } = scene;
        let Team { netuid, patience_ms, validators, miners, .. } = self;
        let referee = &mut validators[at];
        let hotkey = referee.key.account();
        let others = match referee.role.policy().reads_others() {
            true => rows(seen.state, *netuid),
            false => Vec::new(),
        };
        let view = subnet.validator_view(rules, &hotkey, seen.block, others);
        let asking = Asking { who: hotkey, neuron: subnet.asker(&hotkey), patience_ms: *patience_ms };
        let mut actions = Vec::new();
        referee.role.step(ValidatorEvent::Committed(view), &mut actions);
        let mut report = None;
        while let Some(action) = actions.pop() {
            match action {
                ValidatorAction::Ask { round, challenge, miners: uids } => {
                    let answer = |uid: &Uid| {
                        let desk = scene.desks.get(usize::from(*uid)).copied().flatten()?;
                        miners.get_mut(desk)?.answer(subnet.height, &asking, &challenge)
                    };
                    let answers = uids.iter().map(answer).collect();
                    referee.role.step(ValidatorEvent::Answered { round, answers }, &mut actions);
                }
                ValidatorAction::SetWeights(weights) => report = Some(weights),
            }
        }
        let ballot = Ballot { hotkey, netuid: *netuid, version_key: rules.weights_version, weights: report? };
        Some(match subnet.sealed_to(rules) {
            None => ballot.open(),
            Some(round) => {
                let place = ("ballot", hotkey, seen.genesis, *netuid, seen.height);
                let entropy = Hash::of_value(Domain::SEED, &place);
                ballot.sealed(round, &beacon::round_key(&seen.genesis, round), &entropy.0)
            }
        })
    }
}

/// Who asks, and for how long it waits.
struct Asking {
    who: AccountId,
    neuron: Option<Asker>,
    patience_ms: u64,
}

impl Referee {
    fn new(setup: &ValidatorSetup, tools: &Tools) -> Result<Referee, SetupError> {
        let member = |name: String| hot(&name).map(|hotkey| hotkey.0);
        let policy: Policy = setup.policy.clone().try_map(member)?;
        let role = ValidatorRole::new(tools.judge(&setup.name), policy);
        Ok(Referee { key: key(&setup.name, Which::Hot)?, role })
    }
}

impl Worker {
    fn new(port: u16, setup: &MinerSetup, tools: &Tools) -> Result<Worker, SetupError> {
        let method = |name: &str| Ok((name.to_owned(), tools.miner(name)?));
        Ok(Worker {
            key: key(&setup.name, Which::Hot)?,
            joins: setup.joins.map(|block| payer(setup).map(|key| (key, block))).transpose()?,
            role: MinerRole::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            policy: setup.policy.clone(),
            methods: setup.policy.methods().map(method).collect::<Result<_, SetupError>>()?,
            heard: BTreeMap::new(),
        })
    }

    /// What it answers as of a height, if it answers at all.
    fn answer(&mut self, height: u64, asking: &Asking, challenge: &str) -> Option<String> {
        if self.policy.is_offline(height) {
            return None;
        }
        self.role.admit(asking.neuron).ok()?;
        let heard = self.heard.entry(asking.who).or_default();
        *heard += 1;
        if !self.policy.answers(*heard, asking.patience_ms) {
            return None;
        }
        self.methods.get_mut(self.policy.method_at(height))?.answer(challenge)
    }

    /// Its registration, when it is time.
    fn registration(&self, netuid: u16, height: u64) -> Option<(Keypair, Call)> {
        let (payer, _) = self.joins.as_ref().filter(|(_, block)| *block == height)?;
        Some((payer.clone(), Call::BurnedRegister { netuid, hotkey: self.key.account() }))
    }

    /// The address to publish, if there is a need.
    fn committed(&mut self, subnet: &Subnet) -> Option<SocketAddr> {
        if self.policy.is_offline(subnet.height) {
            return None;
        }
        self.role.committed(&subnet.miner_view(&self.key.account()))
    }
}

impl Trader {
    fn committed(&self, seen: Seen<'_>) -> Option<Call> {
        let (hotkey, netuid) = (self.hotkey, self.netuid);
        let alpha = stakes::stake(seen.state, netuid, &hotkey, &self.key.account()).units();
        let action = self.policy.committed(TraderView { height: seen.height, alpha })?;
        Some(match action {
            TraderAction::Buy(rao) => Call::AddStake { hotkey, netuid, amount: Tao::new(rao) },
            TraderAction::Sell(alpha) => Call::RemoveStake { hotkey, netuid, amount: Alpha::new(alpha) },
        })
    }
}

/// The key that pays for what a miner does.
fn payer(setup: &MinerSetup) -> Result<Keypair, SetupError> {
    key(setup.coldkey.as_deref().unwrap_or(&setup.name), Which::Cold)
}

fn key(name: &str, which: Which) -> Result<Keypair, SetupError> {
    keys::key(name, which).ok_or_else(|| SetupError::Name(name.to_owned()))
}

#[cfg(test)]
mod tests;
