//! [`Sim`]: the whole chain in the process of a test, with its blocks and its time in the test's hands.
//!
//! Rules:
//! 1. A block is what the authority whose turn it is would build from the same mempool, stamped one slot after its
//!    parent, and executed by the chain's own code. Only votes are left out. [`Cluster`](super::Cluster) shows that the
//!    same description has the same blocks with them.
//! 2. After each block the participants see it; what they ask for waits in the mempool for the next one.
//! 3. A checkpoint holds everything that decides the future: state, clock, chance, mempool, nonces, participants. It
//!    can be reverted to as often as one likes.
//! 4. Nothing waits for anything: time is the number of blocks.

use super::{
    HarnessError, Metagraph, Pool, Setup, View,
    crew::{Crew, Place, Seen},
    directory::Directory,
    history::{self, History, KEPT, Past},
    orders::{self, VALIDITY_BLOCKS},
    workshop::Tools,
};
use crate::explain::{self, Record, epoch::Epoch, screen};
use std::{collections::BTreeMap, fmt, sync::Arc};
use taonet_chain::{
    AccountId, Call, Event, Genesis, Hash, Keypair, Receipt, Transaction, ledger::settings::settings,
    memory::MemoryChain, query, state::MemoryState,
};
use taonet_consensus::{Mempool, Rejection, Time};
use taonet_subnets::amount::{Alpha, Tao};

/// The most blocks that [`Sim::until`] runs before it gives up: hours on the public network.
pub const LONGEST_WAIT: u64 = 10_000;

/// A network in the process of a test. A copy goes its own way.
#[derive(Clone)]
pub struct Sim {
    directory: Arc<Directory>,
    now: Moment,
}

/// Everything that decides the future.
#[derive(Clone)]
struct Moment {
    chain: MemoryChain,
    mempool: Mempool,
    crew: Crew,
    history: History,
    /// What participants wait for: the transaction, who sent it, and the last height that may execute it.
    awaited: BTreeMap<Hash, (Place, u64)>,
}

/// A moment to which [`Sim::revert`] goes back.
#[derive(Clone)]
pub struct Checkpoint {
    name: String,
    genesis: Hash,
    moment: Moment,
}

impl Checkpoint {
    /// The name it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The height at which it was taken.
    pub fn height(&self) -> u64 {
        self.moment.chain.tip.height
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checkpoint `{}` at block {}", self.name, self.height())
    }
}

/// A call that was executed and worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The block that executed it.
    pub height: u64,
    /// Its receipt.
    pub receipt: Receipt,
    /// What it did.
    pub events: Vec<Event>,
}

impl Sim {
    /// A network of a description; its subnets work on the built-in task, unless they have `tools` of their own.
    ///
    /// # Errors
    /// What in the description makes no sense.
    pub fn new(setup: Setup, tools: &BTreeMap<String, Tools>) -> Result<Sim, HarnessError> {
        let directory = Directory::built_in(setup)?;
        let chain = MemoryChain::new(&directory.genesis).map_err(super::SetupError::from)?;
        let crew = Crew::new(&directory, tools)?;
        let (mempool, history, awaited) = (Mempool::default(), History::default(), BTreeMap::new());
        let mut now = Moment { chain, mempool, crew, history, awaited };
        now.act(directory.genesis.hash());
        Ok(Sim { directory: Arc::new(directory), now })
    }

    /// The last height.
    pub fn height(&self) -> u64 {
        self.now.chain.tip.height
    }

    /// The time of the last block, milliseconds since the Unix epoch.
    pub fn time(&self) -> Time {
        self.now.chain.tip.timestamp_ms
    }

    /// The state root after the last block.
    pub fn root(&self) -> Hash {
        self.now.chain.tip.state_root
    }

    /// The state after the last block, for all that [`taonet_chain::query`] and [`taonet_chain::ledger`] can tell.
    pub fn state(&self) -> &MemoryState {
        &self.now.chain.state
    }

    /// The description.
    pub fn setup(&self) -> &Setup {
        &self.directory.setup
    }

    /// What the chain began with.
    pub fn genesis(&self) -> &Genesis {
        &self.directory.genesis
    }

    /// Makes so many blocks.
    pub fn run_blocks(&mut self, blocks: u64) {
        (0..blocks).for_each(|_| self.now.block(self.directory.genesis.hash()));
    }

    /// Makes blocks until every subnet that runs epochs has run so many more.
    ///
    /// # Errors
    /// No subnet runs epochs.
    pub fn run_epochs(&mut self, epochs: u64) -> Result<(), HarnessError> {
        let ran = |state: &MemoryState| -> BTreeMap<u16, u64> {
            let all = query::subnets(state).into_iter().filter(|subnet| subnet.epochs.next_block.is_some());
            all.map(|subnet| (subnet.netuid, subnet.epochs.ran)).collect()
        };
        let before = ran(self.state());
        if before.is_empty() {
            return Err(HarnessError::NoEpochs);
        }
        let enough = |now: &BTreeMap<u16, u64>| {
            before.iter().all(|(netuid, was)| now.get(netuid).is_none_or(|ran| *ran >= was + epochs))
        };
        while !enough(&ran(self.state())) {
            let next = query::subnets(self.state()).into_iter().filter_map(|subnet| subnet.epochs.next_block);
            let next = next.filter(|next| *next > self.height()).min().ok_or(HarnessError::NoEpochs)?;
            self.run_blocks(next - self.height());
        }
        Ok(())
    }

    /// Makes blocks until something holds, which is asked now and after each block; returns the height. Gives up after
    /// [`LONGEST_WAIT`] blocks.
    ///
    /// # Errors
    /// It never held.
    pub fn until(&mut self, mut holds: impl FnMut(&Sim) -> bool) -> Result<u64, HarnessError> {
        for _ in 0..LONGEST_WAIT {
            if holds(self) {
                return Ok(self.height());
            }
            self.run_blocks(1);
        }
        Err(HarnessError::Never(LONGEST_WAIT))
    }

    /// Signs a call with the key that the chain wants it from ([`super::keys`]) and lets it wait for the next block.
    ///
    /// # Errors
    /// Nobody has this name, or the mempool refuses the transaction.
    pub fn send(&mut self, who: &str, call: Call) -> Result<Hash, HarnessError> {
        let key = self.directory.signer(who, &call)?;
        let refused = |reason| HarnessError::Refused { who: who.to_owned(), reason };
        self.now.send(self.directory.genesis.hash(), &key, call).map_err(refused)
    }

    /// Signs a call as [`Sim::send`] does, makes a block, and returns what became of it.
    ///
    /// # Errors
    /// Nobody has this name, or the transaction was refused, or the call failed.
    pub fn submit(&mut self, who: &str, call: Call) -> Result<Done, HarnessError> {
        let id = self.send(who, call)?;
        self.run_blocks(1);
        self.outcome(who, &id)?
            .ok_or(HarnessError::NotExecuted { who: who.to_owned(), height: self.height() })
    }

    /// What became of a transaction that was sent; `None` while it waits.
    ///
    /// # Errors
    /// The call failed.
    pub fn outcome(&self, who: &str, id: &Hash) -> Result<Option<Done>, HarnessError> {
        let Some((height, receipt, events)) = self.now.history.receipt(id, 0) else { return Ok(None) };
        match receipt.result {
            Ok(()) => Ok(Some(Done { height, receipt, events })),
            Err(error) => Err(HarnessError::Failed { who: who.to_owned(), height, error, receipt }),
        }
    }

    /// Sets a parameter of a subnet by governance, in a block of its own.
    ///
    /// # Errors
    /// There is no such subnet or parameter, or the value is out of its range.
    pub fn set_param(
        &mut self,
        subnet: &str,
        name: &str,
        value: impl fmt::Display,
    ) -> Result<Done, HarnessError> {
        let netuid = Some(self.directory.netuid(subnet)?);
        self.submit(orders::SUDO, orders::set_param(netuid, name, &value.to_string())?)
    }

    /// Sets a parameter of the whole network by governance, in a block of its own.
    ///
    /// # Errors
    /// There is no such parameter, or the value is out of its range.
    pub fn set_network_param(&mut self, name: &str, value: impl fmt::Display) -> Result<Done, HarnessError> {
        self.submit(orders::SUDO, orders::set_param(None, name, &value.to_string())?)
    }

    /// Remembers this moment.
    pub fn checkpoint(&self, name: impl Into<String>) -> Checkpoint {
        let genesis = self.directory.genesis.hash();
        Checkpoint { name: name.into(), genesis, moment: self.now.clone() }
    }

    /// Goes back to a moment. The checkpoint can be used again.
    ///
    /// # Errors
    /// It is one of another network.
    pub fn revert(&mut self, checkpoint: &Checkpoint) -> Result<(), HarnessError> {
        if checkpoint.genesis != self.directory.genesis.hash() {
            return Err(HarnessError::ForeignCheckpoint(checkpoint.name.clone()));
        }
        self.now = checkpoint.moment.clone();
        Ok(())
    }

    /// The network after the last block.
    pub fn view(&self) -> View<'_> {
        View { directory: &self.directory, state: self.state(), height: self.height() }
    }

    /// See [`View::netuid`].
    pub fn netuid(&self, subnet: &str) -> Result<u16, HarnessError> {
        self.view().netuid(subnet)
    }

    /// See [`View::account`].
    pub fn account(&self, who: &str) -> Result<AccountId, HarnessError> {
        self.view().account(who)
    }

    /// See [`View::metagraph`].
    pub fn metagraph(&self, subnet: &str) -> Result<Metagraph, HarnessError> {
        self.view().metagraph(subnet)
    }

    /// See [`View::pool`].
    pub fn pool(&self, subnet: &str) -> Result<Pool, HarnessError> {
        self.view().pool(subnet)
    }

    /// See [`View::balance`].
    pub fn balance(&self, who: &str) -> Result<Tao, HarnessError> {
        self.view().balance(who)
    }

    /// See [`View::balances`].
    pub fn balances(&self) -> Vec<(String, Tao)> {
        self.view().balances()
    }

    /// See [`View::stake`].
    pub fn stake(&self, who: &str, subnet: &str, neuron: &str) -> Result<Alpha, HarnessError> {
        self.view().stake(who, subnet, neuron)
    }

    /// See [`View::check_invariants`].
    pub fn check_invariants(&self) -> Result<(), HarnessError> {
        self.view().check_invariants()
    }

    /// All events that are kept, those of the last [`KEPT`] blocks, with their heights, oldest first.
    pub fn events(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.now.history.events()
    }

    /// Why the last epoch of a subnet paid whom what, as `taonet explain epoch` tells it.
    ///
    /// # Errors
    /// There is no such subnet, no epoch has run, or it is too long ago.
    pub fn explain_epoch(&self, subnet: &str) -> Result<String, HarnessError> {
        Ok(screen::epoch(&self.epoch(subnet)?, false))
    }

    /// The same as data.
    ///
    /// # Errors
    /// There is no such subnet, no epoch has run, or it is too long ago.
    pub fn epoch(&self, subnet: &str) -> Result<Epoch, HarnessError> {
        let netuid = self.directory.netuid(subnet)?;
        let height = history::last_epoch(self.state(), netuid, subnet)?;
        let history = &self.now.history;
        let forgotten = || HarnessError::Forgotten(height, KEPT);
        let past = history.at(height).ok_or_else(forgotten)?;
        let before = history.state_after(self.state(), height - 1).ok_or_else(forgotten)?;
        let after = history.state_after(self.state(), height).ok_or_else(forgotten)?;
        let witness = explain::witness(&self.now.chain.network, &before, &after, &past.record)?;
        Ok(explain::epoch::epoch(&witness, &before, netuid, 0, &self.directory.names)?)
    }
}

impl Moment {
    /// Makes a block, and lets the participants see it.
    fn block(&mut self, genesis: Hash) {
        let height = self.chain.tip.height + 1;
        let bytes = settings(&self.chain.state).limits.block_bytes;
        let transactions = self.mempool.candidates(&self.chain.state, height, bytes);
        let (block, outcome) = self.chain.build(self.chain.draft(transactions));
        let undo = self.chain.state.undo_of(&outcome.changes);
        self.chain.commit(&block, &outcome);
        self.mempool.settle(&block.transactions, height + 1);
        let record = Record { block, receipts: outcome.receipts, events: outcome.events };
        self.settle(height, &record.receipts);
        self.history.push(Past { record, undo });
        self.act(genesis);
    }

    /// Tells participants what became of what they asked for.
    fn settle(&mut self, height: u64, receipts: &[Receipt]) {
        for receipt in receipts {
            if let Some((place, _)) = self.awaited.remove(&receipt.transaction) {
                self.crew.settled(place, receipt.result.is_ok());
            }
        }
        let crew = &mut self.crew;
        self.awaited.retain(|_, (place, until)| {
            let may_come = *until > height;
            if !may_come {
                crew.settled(*place, false);
            }
            may_come
        });
    }

    /// The participants see the last block.
    fn act(&mut self, genesis: Hash) {
        let MemoryChain { tip, state, .. } = &self.chain;
        let seen = Seen { genesis, height: tip.height, block: tip.id, state };
        for order in self.crew.committed(seen, |_| true) {
            match self.send(genesis, &order.key, order.call) {
                Ok(id) => {
                    let until = self.chain.tip.height.saturating_add(VALIDITY_BLOCKS);
                    self.awaited.insert(id, (order.place, until));
                }
                Err(_) => self.crew.settled(order.place, false),
            }
        }
    }

    fn send(&mut self, genesis: Hash, key: &Keypair, call: Call) -> Result<Hash, Rejection> {
        let MemoryChain { tip, state, .. } = &self.chain;
        let transaction: Transaction =
            orders::sign(genesis, tip.height, key, call, |account| self.mempool.next_nonce(state, account));
        self.mempool.insert(state, tip.height + 1, transaction)
    }
}

#[cfg(test)]
mod tests;
