//! The world of a run: a clock, a queue of events, nodes, and links between them.

use super::{
    checks::{Checks, Violation},
    network::{Links, Sides},
    random::Random,
};
use std::{collections::BTreeMap, sync::Arc};
use taonet_chain::{
    AccountId, Keypair, Network, Transaction, genesis::DevOptions, genesis::Genesis, genesis::Timing,
};
use taonet_consensus::{
    Committed, Config, Incoming, MemoryStore, Message, Outgoing, Rejection, Replica, Store, Time, Timer,
    Verdict,
};

/// When every simulation begins: some moment of the past, in milliseconds since the Unix epoch.
pub const EPOCH_MS: Time = 1_700_000_000_000;

/// What a network is made of.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many authorities.
    pub authorities: u16,
    /// How many nodes that only follow.
    pub observers: u16,
    /// The times of the genesis.
    pub timing: Timing,
    /// How the links behave.
    pub links: Links,
    /// How many blocks each node keeps.
    pub history: u64,
}

impl Options {
    /// So many authorities on a quiet network with the times of a development network.
    pub fn calm(authorities: u16) -> Options {
        let history = taonet_consensus::store::HISTORY;
        Options { authorities, observers: 0, timing: Timing::DEV, links: Links::CALM, history }
    }
}

/// What happens to a node.
#[derive(Clone, Debug)]
enum Event {
    Deliver { from: usize, message: Arc<Message> },
    Wake { life: u32, timer: Timer },
}

/// A node, running or not.
#[derive(Debug)]
struct Node {
    key: Keypair,
    id: AccountId,
    state: State,
    /// Counts restarts, so that timers of an earlier life are not delivered.
    life: u32,
    /// The transactions it refused.
    refused: Vec<Rejection>,
}

#[derive(Debug)]
enum State {
    Up(Box<Replica<MemoryStore>>),
    Down(Box<MemoryStore>),
    /// Only while a step is being taken.
    Between,
}

/// A network in memory.
#[derive(Debug)]
pub struct World {
    now: Time,
    /// By time, then by order of addition: the node concerned and what happens to it.
    queue: BTreeMap<(Time, u64), (usize, Event)>,
    added: u64,
    nodes: Vec<Node>,
    genesis: Genesis,
    network: Network,
    options: Options,
    sides: Sides,
    random: Random,
    checks: Checks,
    digest: u64,
    last: Vec<Option<Arc<Committed>>>,
}

impl World {
    /// A network with everyone up and connected, at [`EPOCH_MS`].
    ///
    /// # Errors
    /// A store that cannot be opened.
    pub fn new(options: Options, seed: u64) -> Result<World, Violation> {
        let mut genesis =
            Genesis::dev(DevOptions { authorities: options.authorities, ..DevOptions::default() });
        genesis.timing = options.timing;
        let network = Network { genesis: genesis.hash(), branch: 0 };
        let count = usize::from(options.authorities + options.observers);
        let mut world = World {
            now: EPOCH_MS,
            queue: BTreeMap::new(),
            added: 0,
            nodes: (0..count)
                .map(|index| Node::new(index, &options, empty_store(&genesis, &options)))
                .collect(),
            checks: Checks::new(network, empty_store(&genesis, &options).tip().authorities),
            genesis,
            network,
            options,
            sides: Sides::whole(count),
            random: Random::new(seed),
            digest: seed,
            last: vec![None; count],
        };
        for node in 0..count {
            world.start(node)?;
        }
        Ok(world)
    }

    /// Lets time pass until `until`.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_until(&mut self, until: Time) -> Result<(), Violation> {
        while let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= until) {
            let ((at, _), (node, event)) = entry.remove_entry();
            self.now = at;
            self.happen(node, event)?;
        }
        self.now = until;
        Ok(())
    }

    /// Lets so many milliseconds pass.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_for(&mut self, duration_ms: Time) -> Result<(), Violation> {
        self.run_until(self.now + duration_ms)
    }

    /// Lets time pass until every running node has decided `height`, at most so many milliseconds; `false` if it took
    /// longer.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_to_height(&mut self, height: u64, at_most_ms: Time) -> Result<bool, Violation> {
        let deadline = self.now + at_most_ms;
        while self.lowest() < height {
            match self.queue.first_key_value() {
                Some((&(at, _), _)) if at <= deadline => self.run_until(at)?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn happen(&mut self, node: usize, event: Event) -> Result<(), Violation> {
        match event {
            Event::Deliver { from, message } => {
                if self.sides.joined(from, node) && self.is_up(from) {
                    self.fold(node, 1);
                    let from = self.nodes[from].id;
                    let message = Message::clone(&message);
                    self.step(node, Incoming::Received { from, message })?;
                }
                Ok(())
            }
            Event::Wake { life, timer } if life == self.nodes[node].life => {
                self.fold(node, 2);
                self.step(node, Incoming::Wake(timer))
            }
            Event::Wake { .. } => Ok(()),
        }
    }

    fn step(&mut self, node: usize, incoming: Incoming) -> Result<(), Violation> {
        let mut out = Vec::new();
        let tip = match &mut self.nodes[node].state {
            State::Up(replica) => {
                let tip = replica.tip().height;
                replica.step(self.now, incoming, &mut out);
                let signed = |outgoing: &Outgoing| {
                    matches!(outgoing, Outgoing::Broadcast(Message::Vote(_) | Message::Proposal(_)))
                };
                if out.iter().any(signed) && replica.store().at_risk() > 0 {
                    return Err(Violation::NotDurable { node });
                }
                tip
            }
            State::Down(_) | State::Between => return Ok(()),
        };
        self.obey(node, tip, out)
    }

    fn obey(&mut self, node: usize, mut tip: u64, out: Vec<Outgoing>) -> Result<(), Violation> {
        for outgoing in out {
            match outgoing {
                Outgoing::Broadcast(message) => {
                    let message = Arc::new(message);
                    for to in (0..self.nodes.len()).filter(|to| *to != node) {
                        self.send(node, to, &message);
                    }
                }
                Outgoing::Send { to, message } => {
                    if let Some(to) = self.nodes.iter().position(|node| node.id == to) {
                        self.send(node, to, &Arc::new(message));
                    }
                }
                Outgoing::WakeAt { at, timer } => {
                    let life = self.nodes[node].life;
                    self.add(at.max(self.now), node, Event::Wake { life, timer });
                }
                Outgoing::Committed(committed) => {
                    self.checks.committed(node, tip, &committed)?;
                    tip += 1;
                    let digits = committed.id.0.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
                    self.fold(node, digits);
                    self.last[node] = Some(committed);
                }
                Outgoing::Refused { reason, .. } => self.nodes[node].refused.push(reason),
                Outgoing::Verdict { from, verdict: Verdict::Reject(offence) }
                | Outgoing::Penalty { peer: from, offence } => {
                    let peer = self.nodes.iter().position(|node| node.id == from).unwrap_or(usize::MAX);
                    return Err(Violation::Accused { node, peer, offence });
                }
                Outgoing::Verdict { .. } => {}
            }
        }
        match &self.nodes[node].state {
            State::Up(replica) => self.checks.ledger(replica.tip().height, replica.store()),
            State::Down(_) | State::Between => Ok(()),
        }
    }

    fn send(&mut self, from: usize, to: usize, message: &Arc<Message>) {
        if self.is_up(to) && self.sides.joined(from, to) {
            for at in self.options.links.arrivals(self.now, &mut self.random) {
                self.add(at, to, Event::Deliver { from, message: Arc::clone(message) });
            }
        }
    }

    fn add(&mut self, at: Time, node: usize, event: Event) {
        self.queue.insert((at, self.added), (node, event));
        self.added += 1;
    }

    fn fold(&mut self, node: usize, what: u64) {
        for part in [self.now, node as u64, what] {
            self.digest = Random::new(self.digest ^ part).bits();
        }
    }

    /// Ends a node as if by power loss. Of what it did since its last sync a random part survives.
    pub fn crash(&mut self, node: usize) {
        if let State::Up(replica) = std::mem::replace(&mut self.nodes[node].state, State::Between) {
            let mut store = replica.into_store();
            let survive = self.random.below(store.at_risk() as u64 + 1) as usize;
            store.lose_power(survive);
            self.nodes[node].state = State::Down(Box::new(store));
            self.nodes[node].life += 1;
            self.part(node);
        }
    }

    /// Starts a node that is down from its store.
    ///
    /// # Errors
    /// The store is damaged, or what must not happen did.
    pub fn start(&mut self, node: usize) -> Result<(), Violation> {
        let State::Down(store) = std::mem::replace(&mut self.nodes[node].state, State::Between) else {
            return Err(Violation::Open { node });
        };
        let tip = store.tip().height;
        let mut out = Vec::new();
        let replica = Replica::open(self.config(node), *store, self.now, &mut out);
        let replica = replica.map_err(|_| Violation::Open { node })?;
        self.nodes[node].state = State::Up(Box::new(replica));
        self.obey(node, tip, out)?;
        self.greet(node)
    }

    /// A node loses its disk, but not its key. It must be down.
    pub fn wipe(&mut self, node: usize) {
        self.nodes[node].state = State::Down(Box::new(empty_store(&self.genesis, &self.options)));
    }

    /// Cuts the network in two.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn split(&mut self, sides: impl IntoIterator<Item = bool>) -> Result<(), Violation> {
        self.rewire(Sides::split(sides))
    }

    /// Joins what was cut.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn heal(&mut self) -> Result<(), Violation> {
        self.rewire(Sides::whole(self.nodes.len()))
    }

    fn rewire(&mut self, sides: Sides) -> Result<(), Violation> {
        let before = std::mem::replace(&mut self.sides, sides);
        let up: Vec<usize> = (0..self.nodes.len()).filter(|node| self.is_up(*node)).collect();
        for &a in &up {
            for &b in up.iter().filter(|b| **b != a) {
                let peer = self.nodes[b].id;
                match (before.joined(a, b), self.sides.joined(a, b)) {
                    (true, false) => self.step(a, Incoming::Disconnected(peer))?,
                    (false, true) => self.step(a, Incoming::Connected(peer))?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// A node that has just started meets everyone it can reach.
    fn greet(&mut self, node: usize) -> Result<(), Violation> {
        for other in self.reachable(node) {
            self.step(other, Incoming::Connected(self.nodes[node].id))?;
            self.step(node, Incoming::Connected(self.nodes[other].id))?;
        }
        Ok(())
    }

    /// A node that has just ended leaves everyone it could reach. Leaving has no consequences that could fail.
    fn part(&mut self, node: usize) {
        let gone = self.nodes[node].id;
        for other in self.reachable(node) {
            if let State::Up(replica) = &mut self.nodes[other].state {
                replica.step(self.now, Incoming::Disconnected(gone), &mut Vec::new());
            }
        }
    }

    fn reachable(&self, node: usize) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|o| *o != node && self.is_up(*o) && self.sides.joined(node, *o))
            .collect()
    }

    /// A client submits a transaction to a node.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn submit(&mut self, node: usize, transaction: Transaction) -> Result<(), Violation> {
        self.step(node, Incoming::Submitted(transaction))
    }

    /// What a node is told when it is opened.
    pub fn config(&self, node: usize) -> Config {
        let key = self.nodes[node].key.clone();
        Config { network: self.network, timing: self.options.timing, key, trust_empty: false }
    }

    /// Changes the links from now on.
    pub fn set_links(&mut self, links: Links) {
        self.options.links = links;
    }

    /// Whether a node is running.
    pub fn is_up(&self, node: usize) -> bool {
        matches!(self.nodes[node].state, State::Up(_))
    }

    /// A running node.
    pub fn replica(&self, node: usize) -> Option<&Replica<MemoryStore>> {
        match &self.nodes[node].state {
            State::Up(replica) => Some(replica),
            State::Down(_) | State::Between => None,
        }
    }

    /// The height a node has decided, running or not.
    pub fn height(&self, node: usize) -> u64 {
        match &self.nodes[node].state {
            State::Up(replica) => replica.tip().height,
            State::Down(store) => store.tip().height,
            State::Between => 0,
        }
    }

    /// The lowest height among the running nodes.
    pub fn lowest(&self) -> u64 {
        let up = (0..self.nodes.len()).filter(|node| self.is_up(*node));
        up.map(|node| self.height(node)).min().unwrap_or(0)
    }

    /// The highest height that anyone has decided.
    pub fn highest(&self) -> u64 {
        self.checks.highest()
    }

    /// The last block a node kept.
    pub fn last(&self, node: usize) -> Option<&Arc<Committed>> {
        self.last[node].as_ref()
    }

    /// What a node refused from its clients, oldest first.
    pub fn refused(&self, node: usize) -> &[Rejection] {
        &self.nodes[node].refused
    }

    /// How many nodes there are, running or not.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The network's genesis.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// A number that all events of the run so far went into.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}

impl Node {
    fn new(index: usize, options: &Options, store: MemoryStore) -> Node {
        let key = key(index, options);
        Node { id: key.account(), key, state: State::Down(Box::new(store)), life: 0, refused: Vec::new() }
    }
}

/// The key of a node: the authorities of the development genesis first, then observers.
fn key(index: usize, options: &Options) -> Keypair {
    let authority = u16::try_from(index).ok().filter(|index| *index < options.authorities);
    let uri = authority.map_or_else(|| format!("//observer//{index}"), DevOptions::authority_uri);
    // Both forms are constants that parse; the first run of any simulation shows it.
    Keypair::from_uri(&uri).unwrap_or_else(|_| Keypair::from_seed([0; 32]))
}

fn empty_store(genesis: &Genesis, options: &Options) -> MemoryStore {
    let (tip, changes) = genesis.build().unwrap_or_else(|error| unreachable!("a preset builds: {error}"));
    MemoryStore::new(tip, &changes, options.history)
}
