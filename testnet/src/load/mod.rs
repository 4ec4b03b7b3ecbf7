//! Traffic through a network of real nodes, and what became of it: the one engine of `taonet load` and of the bench.
//!
//! Rules:
//! 1. Accounts that send are spread over all nodes. Each keeps a fixed number of transactions on their way (the
//!    *depth*) and hands in the next when one is in a block: the network sets the pace. With a rate ([`Plan::rate`])
//!    nothing leaves before its time either.
//! 2. Each account sends one kind of transaction; the [`Mix`] says how many accounts send which.
//! 3. Everything is signed before, so that signing costs the network nothing.
//! 4. A transaction has arrived when the block that contains it comes out of the block stream of the first node:
//!    decided by a quorum, executed, stored. From being handed in until then is its *wait*.
//! 5. What counts are the blocks after the warm-up; then nothing more leaves, and everything on its way must arrive.
//! 6. A refused transaction is counted by the name of its refusal and handed in again after the next block.

mod desk;
mod figures;
mod machine;
mod mix;
mod round;

pub use desk::Arrival;
pub use figures::{Outcome, Spread};
pub use machine::{cores, load};
pub use mix::{Kind, Mix};
pub use round::{Round, Work};

use crate::network::record::{NodeRecord, Record};
use desk::Desk;
use std::{sync::Arc, time::Instant};
use taonet_chain::{AccountId, Body, Call, Hash, Keypair, Transaction, keys::DEV_ACCOUNTS};
use taonet_node::client::{Access, Client, VALIDITY_BLOCKS};
use taonet_subnets::amount::Tao;
use tokio::task::{JoinSet, spawn_blocking};

/// What each account gets: enough for a hundred thousand fees.
const ALLOWANCE: Tao = Tao::whole(10);

/// Transactions of one payer on their way while accounts are funded: half of what a node lets wait for one account.
const WAVE: usize = 32;

/// What is still on its way so many blocks after the end is lost.
const DRAIN: usize = 40;

/// How much traffic, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Transactions of each account on their way.
    pub depth: usize,
    /// Transactions per second of all accounts together; `None`: as many as the network takes.
    pub rate: Option<f64>,
    /// When it ends.
    pub length: Length,
}

/// When traffic ends.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// After so many blocks; those of the warm-up, in which queues fill, do not count.
    Blocks {
        /// Blocks that do not count.
        warm_up: usize,
        /// Blocks that do.
        measured: usize,
    },
    /// When so many transactions have arrived.
    Transactions(usize),
}

/// Who is told of each block while traffic runs.
pub type Watch<'w> = &'w mut dyn FnMut(&Arrival, usize);

/// Accounts with money, and nodes to send through.
pub struct Load {
    clients: Vec<Client>,
    /// The processes of the nodes, where they are on this computer.
    pids: Vec<u32>,
    genesis: Hash,
    slot_ms: u64,
    senders: Vec<Sender>,
    verifications: f64,
}

/// An account and what it sends.
#[derive(Clone)]
struct Sender {
    key: Keypair,
    call: Call,
}

/// Where traffic goes.
pub struct Target {
    /// The addresses of nodes, and what opens their doors.
    pub nodes: Vec<(String, Access)>,
    /// Their processes, if they are on this computer.
    pub pids: Vec<u32>,
}

impl From<&Record> for Target {
    fn from(record: &Record) -> Target {
        Target {
            nodes: record.nodes.iter().map(NodeRecord::way_in).collect(),
            pids: record.nodes.iter().filter_map(|node| Some(node.process?.pid)).collect(),
        }
    }
}

impl Load {
    /// Connects to all nodes, funds `accounts` accounts from `payers`, which send as well, and registers those that
    /// are to set weights. `verifications` is how many signatures a core checks per second.
    ///
    /// # Errors
    /// A node that does not answer, or a payer without money.
    pub async fn prepare(
        target: Target,
        payers: &[String],
        accounts: usize,
        mix: &Mix,
        verifications: f64,
    ) -> Outcome<Load> {
        let mut clients = Vec::new();
        for (address, access) in &target.nodes {
            clients.push(access.connect(address).await?);
        }
        let first = clients.first().ok_or("there is no node to send to")?;
        let status = first.status().await?;
        let genesis = Hash::from_hex(&status.genesis).ok_or("the node's genesis is no hash")?;
        let further = (0..accounts).map(|index| format!("//load//{index}"));
        let uris = payers.iter().cloned().chain(further);
        let keys = uris.map(|uri| Keypair::from_uri(&uri)).collect::<Result<Vec<Keypair>, _>>()?;
        let mut load = Load {
            clients,
            pids: target.pids,
            genesis,
            slot_ms: status.slot_ms,
            senders: Vec::new(),
            verifications,
        };
        let (rich, poor) = keys.split_at(payers.len());
        load.fund(rich, poor).await?;
        load.senders = load.assign(&keys, payers.len(), mix).await?;
        Ok(load)
    }

    /// The ten development accounts, which have money on every development network.
    pub fn development_payers() -> Vec<String> {
        DEV_ACCOUNTS.iter().map(|&uri| uri.to_owned()).collect()
    }

    /// Each payer funds its share of the others, all payers at once.
    async fn fund(&self, rich: &[Keypair], poor: &[Keypair]) -> Outcome<()> {
        for wave in poor.chunks(WAVE * rich.len().max(1)) {
            let share = wave.len().div_ceil(rich.len().max(1)).max(1);
            let mut ids = Vec::new();
            for (payer, share) in rich.iter().zip(wave.chunks(share)) {
                let calls = share.iter().map(|to| Call::Transfer { to: to.account(), amount: ALLOWANCE });
                ids.extend(self.submit(payer, calls).await?);
            }
            self.executed(&ids).await?;
        }
        Ok(())
    }

    /// Signs calls and hands them in.
    async fn submit(&self, key: &Keypair, calls: impl Iterator<Item = Call>) -> Outcome<Vec<Hash>> {
        let first = self.clients[0].prepare(&key.account()).await?.nonce;
        let mut ids = Vec::new();
        for (nonce, call) in (first..).zip(calls) {
            ids.push(self.clients[0].submit(&sign(key, self.genesis, nonce, call)).await?);
        }
        Ok(ids)
    }

    /// Waits until all are executed.
    async fn executed(&self, ids: &[Hash]) -> Outcome<()> {
        let until = self.clients[0].status().await?.height + VALIDITY_BLOCKS;
        for id in ids {
            self.clients[0].wait_for_transaction(id, until).await?.into_result()?;
        }
        Ok(())
    }

    /// Who sends what. Payers only transfer: they must not lose their money to anything else.
    async fn assign(&self, keys: &[Keypair], payers: usize, mix: &Mix) -> Outcome<Vec<Sender>> {
        let mut validator = None;
        let mut senders = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let next = keys[(index + 1) % keys.len()].account();
            let kind =
                if index < payers { Kind::Transfer } else { mix.kind(index - payers, keys.len() - payers) };
            let call = match kind {
                Kind::Transfer => mix::transfer(next),
                Kind::Stake => mix::stake(match validator {
                    Some(hotkey) => hotkey,
                    None => *validator.insert(self.a_validator().await?),
                }),
                Kind::Weights => mix::weights(self.register(key).await?),
            };
            senders.push(Sender { key: key.clone(), call });
        }
        Ok(senders)
    }

    /// A hotkey of the first subnet that may be staked to.
    async fn a_validator(&self) -> Outcome<AccountId> {
        let metagraph = self.clients[0].metagraph(mix::NETUID).await?;
        let neuron = metagraph.neurons.first().ok_or("there is no neuron to stake to")?;
        Ok(neuron.hotkey.parse()?)
    }

    /// The UID of an account on the first subnet, where it is registered unless it is already.
    async fn register(&self, key: &Keypair) -> Outcome<u16> {
        let hotkey = key.account();
        if let Some(uid) = self.uid(&hotkey).await? {
            return Ok(uid);
        }
        let call = Call::BurnedRegister { netuid: mix::NETUID, hotkey };
        self.executed(&self.submit(key, [call].into_iter()).await?).await?;
        self.uid(&hotkey).await?.ok_or_else(|| "a registered account has no UID".into())
    }

    async fn uid(&self, hotkey: &AccountId) -> Outcome<Option<u16>> {
        let metagraph = self.clients[0].metagraph(mix::NETUID).await?;
        let neuron = metagraph.neurons.iter().find(|neuron| neuron.hotkey == hotkey.to_string());
        Ok(neuron.map(|neuron| u16::try_from(neuron.uid)).transpose()?)
    }

    /// Sends by `plan` and measures; `watch` is told of each block and how many are on their way.
    ///
    /// # Errors
    /// A node that goes away.
    pub async fn run(&self, plan: Plan, watch: Watch<'_>) -> Outcome<Round> {
        let signed = self.sign(self.each(plan)).await?;
        let total: usize = signed.iter().map(Vec::len).sum();
        let desk = Arc::new(Desk::new(self.senders.len(), plan.depth, plan.rate.is_some()));
        let mut blocks = self.clients[0].blocks(None).await?;
        let mut senders = JoinSet::new();
        if let Some(rate) = plan.rate {
            senders.spawn(Arc::clone(&desk).tick(rate));
        }
        for (index, transactions) in signed.into_iter().enumerate() {
            let client = self.clients[index % self.clients.len()].clone();
            senders.spawn(Arc::clone(&desk).send(index, client, transactions));
        }
        let (mut arrivals, mut work) = (Vec::new(), Vec::new());
        let (warm_up, mut arrived, mut idle) = (plan.length.warm_up(), 0, 0);
        while !plan.length.is_over(arrivals.len(), arrived, total) && idle < DRAIN {
            let block = blocks.message().await?.ok_or("the block stream ended")?;
            let arrival = desk.arrived(&block);
            arrived += arrival.waits.len();
            idle = if arrival.waits.is_empty() && plan.rate.is_none() { idle + 1 } else { 0 };
            watch(&arrival, desk.on_the_way());
            arrivals.push(arrival);
            if arrivals.len() == warm_up {
                work.push(self.work());
            }
        }
        let last = self.work();
        let first = work.first().copied().unwrap_or(last);
        desk.close();
        for _ in 0..DRAIN {
            if desk.on_the_way() > 0 {
                let block = blocks.message().await?.ok_or("the block stream ended")?;
                desk.arrived(&block);
            }
        }
        // The last block of the warm-up is where the clock starts.
        let counted = arrivals.get(warm_up - 1..).unwrap_or_default();
        Ok(Round::of(plan, counted, last.since(&first), desk.refused(), desk.on_the_way(), self))
    }

    /// How many transactions each account may ever have in blocks.
    fn each(&self, plan: Plan) -> usize {
        match (plan.length, plan.rate) {
            (Length::Transactions(count), _) => count.div_ceil(self.senders.len()),
            (Length::Blocks { warm_up, measured }, None) => (warm_up + measured) * plan.depth,
            (Length::Blocks { warm_up, measured }, Some(rate)) => {
                // Blocks may take twice their slot on a busy computer.
                let seconds = 2.0 * (warm_up + measured) as f64 * self.slot_ms as f64 / 1e3;
                (rate * seconds / self.senders.len() as f64).ceil() as usize + 1
            }
        }
    }

    /// So many transactions of each account.
    async fn sign(&self, each: usize) -> Outcome<Vec<Vec<Transaction>>> {
        let mut signing = Vec::new();
        for sender in &self.senders {
            let first = self.clients[0].prepare(&sender.key.account()).await?.nonce;
            let (Sender { key, call }, genesis) = (sender.clone(), self.genesis);
            let row = move |nonce| sign(&key, genesis, nonce, call.clone());
            signing.push(spawn_blocking(move || (first..first + each as u64).map(row).collect()));
        }
        let mut signed = Vec::new();
        for row in signing {
            signed.push(row.await?);
        }
        Ok(signed)
    }

    fn work(&self) -> Work {
        Work {
            nodes_s: self.pids.iter().map(|&pid| machine::seconds_of(pid)).sum(),
            clients_s: machine::seconds_of(std::process::id()),
            computer_s: machine::busy_seconds(),
        }
    }

    /// How many accounts send.
    pub fn accounts(&self) -> usize {
        self.senders.len()
    }

    /// How many nodes on this computer check each signature.
    pub fn nodes(&self) -> usize {
        self.pids.len()
    }

    /// How many signatures a core checks per second.
    pub fn verifications(&self) -> f64 {
        self.verifications
    }

    /// The time between two blocks, milliseconds.
    pub fn slot_ms(&self) -> u64 {
        self.slot_ms
    }
}

impl Length {
    /// Blocks that do not count; the last of them starts the clock.
    fn warm_up(self) -> usize {
        match self {
            Length::Blocks { warm_up, .. } => warm_up.max(1),
            Length::Transactions(_) => 1,
        }
    }

    fn is_over(self, blocks: usize, arrived: usize, total: usize) -> bool {
        match self {
            Length::Blocks { measured, .. } => blocks >= self.warm_up() + measured,
            Length::Transactions(_) => arrived >= total,
        }
    }
}

fn sign(key: &Keypair, genesis: Hash, nonce: u64, call: Call) -> Transaction {
    let signer = key.account();
    let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip: Tao::ZERO, call };
    Transaction::sign(key, body)
}

/// Strict verifications of a transfer's signature per second, on one core.
pub fn verifications(rounds: usize) -> Spread {
    const AT_A_TIME: u32 = 500;
    let key = Keypair::from_seed([1; 32]);
    let transfer = sign(&key, Hash::ZERO, 0, mix::transfer(key.account()));
    Spread::of((0..rounds).map(|_| {
        let started = Instant::now();
        let good = (0..AT_A_TIME).filter(|_| std::hint::black_box(&transfer).verify()).count();
        good as f64 / started.elapsed().as_secs_f64()
    }))
}
