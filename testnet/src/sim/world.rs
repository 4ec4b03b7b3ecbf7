//! The world of a run: a clock, a queue of events, nodes, and wires between them.
//!
//! This file lets time pass and gives each node its events. What nodes then want done is in `obey.rs`, what can be
//! done to them in `faults.rs`, and what can be seen of them in `views.rs`.

mod faults;
mod obey;
mod views;

use super::{
    checks::{Checks, Decided, Violation},
    disk::Disk,
    node::{Node, State},
    options::Options,
    random::Random,
    trace::{Gist, Trace, What},
    wiring::Wiring,
};
use std::{cmp::Ordering, collections::BinaryHeap, sync::Arc};
use taonet_chain::{Network, Transaction, genesis::Genesis};
use taonet_consensus::{
    Config, Incoming, MemoryStore, Message, Outgoing, Replica, Store, Time, Timer, Verdict,
};

/// When every simulation begins: some moment of the past, in milliseconds since the Unix epoch.
pub const EPOCH_MS: Time = 1_700_000_000_000;

/// What happens to a node.
#[derive(Clone, Debug)]
enum Event {
    Deliver { from: usize, parcel: Parcel },
    Wake { life: u32, timer: Timer },
}

/// A message under way. Gossip has a number, by which those who have heard it know it again.
#[derive(Clone, Debug)]
struct Parcel {
    message: Arc<Message>,
    gossip: Option<u64>,
}

/// An event, at its place in the order of things: by time, then by order of addition.
#[derive(Debug)]
struct Due {
    at: Time,
    number: u64,
    node: usize,
    event: Event,
}

impl Ord for Due {
    /// The earliest is the greatest, for the queue gives the greatest first.
    fn cmp(&self, other: &Due) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Due) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}

/// A network in memory.
#[derive(Debug)]
pub struct World {
    now: Time,
    queue: BinaryHeap<Due>,
    added: u64,
    nodes: Vec<Node>,
    genesis: Genesis,
    network: Network,
    history: u64,
    wiring: Wiring,
    /// Whether nodes pass on what they accept, and how much has been said so.
    gossip: Option<u64>,
    random: Random,
    checks: Checks,
    trace: Trace,
    digest: u64,
}

impl World {
    /// A network with everyone up and connected, but for those who are late, at [`EPOCH_MS`].
    ///
    /// # Errors
    /// A store that cannot be opened.
    pub fn new(options: Options, seed: u64) -> Result<World, Violation> {
        let count = options.authorities() + usize::from(options.observers) + options.twins.len();
        let store = empty_store(&options.genesis, options.history);
        let nodes = (0..count).map(|index| Node::new(index, &options, store.clone())).collect();
        let punctual = (0..count).filter(|node| !options.late.contains(node)).collect::<Vec<_>>();
        let network = Network { genesis: options.genesis.hash(), branch: 0 };
        let mut world = World {
            now: EPOCH_MS,
            queue: BinaryHeap::new(),
            added: 0,
            nodes,
            network,
            history: options.history,
            wiring: Wiring::new(count, options.link),
            gossip: options.gossip.then_some(0),
            random: Random::new(seed),
            checks: Checks::new(network, options.genesis.timing, &store.tip()),
            trace: Trace::new(options.trace),
            digest: seed,
            genesis: options.genesis,
        };
        world.suspect_twins();
        for node in punctual {
            world.start(node)?;
        }
        Ok(world)
    }

    fn suspect_twins(&mut self) {
        let twins = self.nodes.iter().filter(|node| node.is_twin).map(|node| node.id);
        twins.for_each(|id| self.checks.suspect(id));
    }

    /// Lets time pass up to `time`.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_to(&mut self, time: Time) -> Result<(), Violation> {
        while self.queue.peek().is_some_and(|due| due.at <= time) {
            self.happen_next()?;
        }
        self.now = self.now.max(time);
        Ok(())
    }

    /// Lets so many milliseconds pass.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_for(&mut self, duration_ms: Time) -> Result<(), Violation> {
        self.run_to(self.now + duration_ms)
    }

    /// Lets time pass until `goal` holds, at most so many milliseconds; whether it does.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_until(
        &mut self,
        at_most_ms: Time,
        mut goal: impl FnMut(&World) -> bool,
    ) -> Result<bool, Violation> {
        let deadline = self.now + at_most_ms;
        while !goal(self) {
            match self.queue.peek() {
                Some(due) if due.at <= deadline => self.happen_next()?,
                _ => {
                    self.now = deadline;
                    return Ok(goal(self));
                }
            }
        }
        Ok(true)
    }

    /// Lets time pass until every running honest node has decided `height`, at most so many milliseconds; `false` if
    /// it took longer.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn run_to_height(&mut self, height: u64, at_most_ms: Time) -> Result<bool, Violation> {
        self.run_until(at_most_ms, |world| world.lowest() >= height)
    }

    fn happen_next(&mut self) -> Result<(), Violation> {
        let Some(Due { at, node, event, .. }) = self.queue.pop() else { return Ok(()) };
        self.now = at;
        match event {
            Event::Deliver { from, parcel } => self.deliver(from, node, &parcel),
            Event::Wake { life, timer } if life == self.nodes[node].life => self.wake(node, timer),
            Event::Wake { .. } => Ok(()),
        }
    }

    fn deliver(&mut self, from: usize, node: usize, parcel: &Parcel) -> Result<(), Violation> {
        let arrives = self.hears(from, node) && self.is_up(node);
        if !arrives || parcel.gossip.is_some_and(|gossip| !self.nodes[node].sees(gossip)) {
            return Ok(());
        }
        let message = &*parcel.message;
        self.fold(node, 1);
        if let Some(gist) = Gist::of(message) {
            self.note(node, What::Heard { from, gist });
        }
        if let Some(liar) = &mut self.nodes[node].liar {
            liar.hears(message);
        }
        let incoming = Incoming::Received { from: self.nodes[from].id, message: message.clone() };
        let accepted = self.take(node, incoming)?;
        if accepted && parcel.gossip.is_some() { self.pass_on(node, from, parcel) } else { Ok(()) }
    }

    fn wake(&mut self, node: usize, timer: Timer) -> Result<(), Violation> {
        self.fold(node, 2);
        self.trace.timer(self.now, node, self.height(node), timer);
        self.step(node, Incoming::Wake(timer))
    }

    /// A node takes something in, and what it wants done about it is done: unless its disk died meanwhile.
    fn step(&mut self, node: usize, incoming: Incoming) -> Result<(), Violation> {
        self.take(node, incoming).map(drop)
    }

    /// The same; whether it was a message that should be passed on.
    fn take(&mut self, node: usize, incoming: Incoming) -> Result<bool, Violation> {
        let now = self.nodes[node].clock(self.now);
        let State::Up(replica) = &mut self.nodes[node].state else { return Ok(false) };
        let (mut out, tip) = (Vec::new(), replica.tip().height);
        replica.step(now, incoming, &mut out);
        if replica.store().is_dead() {
            self.crash(node);
            return Ok(false);
        }
        let accept = |o: &Outgoing| matches!(o, Outgoing::Verdict { verdict: Verdict::Accept, .. });
        let accepted = out.iter().any(accept);
        self.obey(node, tip, out).map(|()| accepted)
    }

    /// A client submits a transaction to a node.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn submit(&mut self, node: usize, transaction: Transaction) -> Result<(), Violation> {
        self.checks.submitted(transaction.id());
        self.step(node, Incoming::Submitted(transaction))
    }

    fn add(&mut self, at: Time, node: usize, event: Event) {
        self.queue.push(Due { at, number: self.added, node, event });
        self.added += 1;
    }

    fn fold(&mut self, node: usize, what: u64) {
        for part in [self.now, node as u64, what] {
            self.digest = Random::new(self.digest ^ part).bits();
        }
    }

    fn note(&mut self, node: usize, what: What) {
        let height = self.height(node);
        self.trace.add(self.now, node, height, what);
    }

    /// What a node is told when it is opened again.
    pub fn config(&self, node: usize) -> Config {
        let key = self.nodes[node].key.clone();
        Config { network: self.network, timing: self.genesis.timing, key, trust_empty: false, trust: None }
    }

    fn open(&mut self, node: usize, store: MemoryStore) -> Result<(), Violation> {
        self.meet_tip(node, &store)?;
        let disk = Disk::new(store, self.nodes[node].fuse.clone());
        let (mut out, tip) = (Vec::new(), disk.tip().height);
        let now = self.nodes[node].clock(self.now);
        let trust_empty = std::mem::take(&mut self.nodes[node].never_signed);
        let config = Config { trust_empty, ..self.config(node) };
        let replica = Replica::open(config, disk, now, &mut out).map_err(|_| Violation::Open { node })?;
        let dead = replica.store().is_dead();
        self.nodes[node].state = State::Up(Box::new(replica));
        if dead {
            self.crash(node);
            return Ok(());
        }
        self.obey(node, tip, out)?;
        self.greet(node)
    }

    /// A node that died between keeping a block and saying so comes back with it.
    fn meet_tip(&mut self, node: usize, store: &MemoryStore) -> Result<(), Violation> {
        let tip = store.tip();
        match store.block(tip.height) {
            Some(block) if tip.height > self.checks.highest() => {
                let decided = Decided { block: &block, id: tip.id, authorities: &tip.authorities };
                self.checks.decided(node, tip.height - 1, &decided)
            }
            _ => Ok(()),
        }
    }
}

fn empty_store(genesis: &Genesis, history: u64) -> MemoryStore {
    let (tip, changes) = genesis.build().unwrap_or_else(|error| unreachable!("a preset builds: {error}"));
    MemoryStore::new(tip, &changes, history)
}
