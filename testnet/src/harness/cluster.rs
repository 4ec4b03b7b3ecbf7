//! [`Cluster`]: the same network as in [`Sim`](super::Sim), run by many nodes over simulated links in virtual time.
//!
//! Rules:
//! 1. Every node is a real replica with its own mempool and store ([`crate::sim`]); they agree by votes. Nodes are
//!    called `n0`, `n1` and so on: the authorities first, then observers.
//! 2. Each participant uses one node: the validators, miners and traders of the description take turns along the
//!    authorities, unless they are [seated](ClusterBuilder::seat) elsewhere. It sees the blocks that its node keeps,
//!    and hands its transactions to it. Without its node it sees and does nothing.
//! 3. Same description, same seed: while no fault strikes and links are faster than the slot, the blocks are those of
//!    [`Sim`](super::Sim), to the last bit of the state root.
//! 4. A cluster cannot be copied, so it has no checkpoints: what is under way between its nodes, and what liars have in
//!    mind, is nobody's state. A moment comes again when the same description runs to it again (rule 3).
//! 5. A run ends at the first thing that must never happen ([`crate::sim::Violation`]), whatever the test asks for.

use super::{
    HarnessError, Setup, View,
    crew::{Crew, Place, Seen},
    directory::Directory,
    orders::{self, VALIDITY_BLOCKS},
    sim::Done,
};
use crate::sim::World;
use std::{collections::BTreeMap, fmt, sync::Arc};
use taonet_chain::{Call, Event, Hash, Receipt};
use taonet_consensus::{Committed, Replica, Store, Time};

mod builder;
mod explained;
mod faults;
mod report;

pub use builder::ClusterBuilder;
pub use faults::Cut;
pub use report::NodeReport;

/// How much virtual time [`Cluster::until`] lets pass before it gives up, in slots: enough for any recovery.
pub const LONGEST_WAIT_SLOTS: Time = 2_000;

/// How many blocks are remembered to tell participants what became of their calls.
const REMEMBERED: u64 = 1_000;

/// A network of many nodes in the process of a test.
pub struct Cluster {
    directory: Arc<Directory>,
    world: World,
    crew: Crew,
    /// Which node each participant uses.
    seats: BTreeMap<Place, usize>,
    /// The height up to which the participants of each node have seen its blocks.
    seen: Vec<u64>,
    /// The latest blocks with what they did, by height.
    blocks: BTreeMap<u64, Arc<Committed>>,
    /// What participants wait for: the transaction, who sent it, and the last height that may execute it.
    awaited: BTreeMap<Hash, (Place, u64)>,
}

impl Cluster {
    /// Lets so many milliseconds of virtual time pass.
    ///
    /// # Errors
    /// What must never happen did.
    pub fn run_virtual(&mut self, duration_ms: Time) -> Result<(), HarnessError> {
        self.advance(duration_ms, |_| false).map(drop)
    }

    /// Lets time pass until every honest node that is up has decided so many more blocks than the last of them now.
    ///
    /// # Errors
    /// What must never happen did, or the network stands still.
    pub fn run_blocks(&mut self, blocks: u64) -> Result<(), HarnessError> {
        let target = self.height() + blocks;
        let patience = self.slot_ms().saturating_mul(LONGEST_WAIT_SLOTS + blocks);
        match self.advance(patience, |cluster| cluster.height() >= target)? {
            true => Ok(()),
            false => Err(HarnessError::NotInTime(patience)),
        }
    }

    /// Lets time pass until something holds, which is asked now and after every block of every node. Gives up after
    /// [`LONGEST_WAIT_SLOTS`].
    ///
    /// # Errors
    /// What must never happen did, or it never held.
    pub fn until(&mut self, holds: impl FnMut(&Cluster) -> bool) -> Result<(), HarnessError> {
        let patience = self.slot_ms().saturating_mul(LONGEST_WAIT_SLOTS);
        match self.advance(patience, holds)? {
            true => Ok(()),
            false => Err(HarnessError::NotInTime(patience)),
        }
    }

    fn slot_ms(&self) -> Time {
        self.directory.genesis.timing.slot_ms.max(1)
    }

    /// Lets at most so much time pass until a goal is reached; whether it is. Participants see each block at the moment
    /// at which their node keeps it.
    fn advance(&mut self, ms: Time, mut goal: impl FnMut(&Cluster) -> bool) -> Result<bool, HarnessError> {
        let deadline = self.world.now().saturating_add(ms);
        loop {
            if goal(self) {
                return Ok(true);
            }
            let left = deadline.saturating_sub(self.world.now());
            let seen = &self.seen;
            let news = |world: &World| {
                (0..world.len()).any(|node| world.is_up(node) && world.height(node) > seen[node])
            };
            if !self.world.run_until(left, news)? {
                return Ok(goal(self));
            }
            for node in 0..self.world.len() {
                if self.world.is_up(node) && self.world.height(node) > self.seen[node] {
                    self.act(node)?;
                }
            }
        }
    }

    /// The participants of a node see its last block, and hear what became of what they asked for.
    fn act(&mut self, node: usize) -> Result<(), HarnessError> {
        let height = self.world.height(node);
        if let Some(committed) = self.world.last(node) {
            self.blocks.insert(committed.block.block.header.height, Arc::clone(committed));
        }
        self.blocks = self.blocks.split_off(&self.world.highest().saturating_sub(REMEMBERED));
        for height in self.seen[node] + 1..=height {
            self.settle(node, height);
        }
        self.seen[node] = height;
        let genesis = self.directory.genesis.hash();
        let Some(replica) = self.world.replica(node) else { return Ok(()) };
        let seen = Seen { genesis, height, block: replica.tip().id, state: replica.store() };
        let seats = &self.seats;
        for order in self.crew.committed(seen, |place| seats.get(&place) == Some(&node)) {
            match self.hand_in(node, &order.key, order.call)? {
                Some(id) => {
                    self.awaited.insert(id, (order.place, height.saturating_add(VALIDITY_BLOCKS)));
                }
                None => self.crew.settled(order.place, false),
            }
        }
        Ok(())
    }

    /// Tells the participants of a node what became of what they asked for, as of a block.
    fn settle(&mut self, node: usize, height: u64) {
        let receipts = self.blocks.get(&height).map_or(&[][..], |block| &block.receipts);
        let (seats, crew) = (&self.seats, &mut self.crew);
        self.awaited.retain(|id, (place, until)| {
            if seats.get(place) != Some(&node) {
                return true;
            }
            let receipt = receipts.iter().find(|receipt| receipt.transaction == *id);
            let result =
                receipt.map(|receipt| receipt.result.is_ok()).or((*until <= height).then_some(false));
            result.is_none_or(|accepted| {
                crew.settled(*place, accepted);
                false
            })
        });
    }

    /// Hands a call to a node; `None` if the node refuses it.
    fn hand_in(
        &mut self,
        node: usize,
        key: &taonet_chain::Keypair,
        call: Call,
    ) -> Result<Option<Hash>, HarnessError> {
        let genesis = self.directory.genesis.hash();
        let Some(replica) = self.world.replica(node) else { return Ok(None) };
        let nonce = |account: &_| replica.mempool().next_nonce(replica.store(), account);
        let transaction = orders::sign(genesis, replica.tip().height, key, call, nonce);
        let (id, refused) = (transaction.id(), self.world.refused(node).len());
        self.world.submit(node, transaction)?;
        Ok((self.world.refused(node).len() == refused).then_some(id))
    }

    /// Hands a call to a node, signed with the key that the chain wants it from ([`super::keys`]).
    ///
    /// # Errors
    /// There is no such node or name, the node is down, or it refuses the transaction.
    pub fn send(&mut self, node: &str, who: &str, call: Call) -> Result<Hash, HarnessError> {
        let index = self.running(node)?;
        let key = self.directory.signer(who, &call)?;
        match self.hand_in(index, &key, call)? {
            Some(id) => Ok(id),
            None => {
                let reason = self.world.refused(index).last().copied();
                let nothing = HarnessError::Node(node.to_owned(), "up");
                Err(reason.map_or(nothing, |reason| HarnessError::Refused { who: who.to_owned(), reason }))
            }
        }
    }

    /// Hands a call to a node, and lets time pass until that node has kept the block that executes it.
    ///
    /// # Errors
    /// It is refused, it fails, or it is in no block for too long.
    pub fn submit(&mut self, node: &str, who: &str, call: Call) -> Result<Done, HarnessError> {
        let id = self.send(node, who, call)?;
        let index = self.running(node)?;
        self.until(|cluster| cluster.receipt(index, &id).is_some())?;
        let found = self.receipt(index, &id);
        let lost = HarnessError::NotExecuted { who: who.to_owned(), height: self.world.height(index) };
        let (height, receipt, events) = found.ok_or(lost)?;
        match receipt.result {
            Ok(()) => Ok(Done { height, receipt, events }),
            Err(error) => Err(HarnessError::Failed { who: who.to_owned(), height, error, receipt }),
        }
    }

    fn receipt(&self, node: usize, id: &Hash) -> Option<(u64, Receipt, Vec<Event>)> {
        let kept = self.blocks.range(..=self.world.height(node)).rev();
        kept.into_iter().find_map(|(height, block)| {
            let receipt = block.receipts.iter().find(|receipt| receipt.transaction == *id)?;
            Some((*height, *receipt, receipt.events(&block.events).to_vec()))
        })
    }

    /// Sets a parameter of a subnet, or of the whole network, by governance, through the first node that is up.
    ///
    /// # Errors
    /// There is no such subnet or parameter, the value is out of its range, or no node is up.
    pub fn set_param(
        &mut self,
        subnet: Option<&str>,
        name: &str,
        value: impl fmt::Display,
    ) -> Result<Done, HarnessError> {
        let netuid = subnet.map(|subnet| self.directory.netuid(subnet)).transpose()?;
        let call = orders::set_param(netuid, name, &value.to_string())?;
        let node = (0..self.world.len()).find(|node| self.world.is_up(*node)).unwrap_or(0);
        self.submit(&format!("n{node}"), orders::SUDO, call)
    }

    fn named(&self, node: &str) -> Result<usize, HarnessError> {
        builder::node_named(node, self.world.len())
    }

    fn running(&self, node: &str) -> Result<usize, HarnessError> {
        let index = self.named(node)?;
        let down = HarnessError::Node(node.to_owned(), "up");
        if self.world.is_up(index) { Ok(index) } else { Err(down) }
    }

    /// The lowest height among honest nodes that are up.
    pub fn height(&self) -> u64 {
        self.world.lowest()
    }

    /// The virtual time, milliseconds since the Unix epoch.
    pub fn time(&self) -> Time {
        self.world.now()
    }

    /// The height that a node has decided for good, running or not.
    ///
    /// # Errors
    /// There is no such node.
    pub fn finalized(&self, node: &str) -> Result<u64, HarnessError> {
        Ok(self.world.height(self.named(node)?))
    }

    /// The state root after a block, if a node has kept it and it is not long ago.
    pub fn root_at(&self, height: u64) -> Option<Hash> {
        self.blocks.get(&height).map(|block| block.block.block.header.state_root)
    }

    /// Whether all honest nodes are up and stand at the same block with the same state.
    pub fn converged(&self) -> bool {
        let honest = (0..self.world.len()).filter(|node| self.world.is_honest(*node));
        let tips: Vec<_> = honest.map(|node| self.world.replica(node).map(Replica::tip)).collect();
        tips.iter().all(Option::is_some) && tips.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// What each node has come to.
    pub fn reports(&self) -> Vec<NodeReport> {
        (0..self.world.len()).map(|node| NodeReport::of(&self.world, node)).collect()
    }

    /// The network as a node that is up has it.
    ///
    /// # Errors
    /// There is no such node, or it is down.
    pub fn view(&self, node: &str) -> Result<View<'_>, HarnessError> {
        let index = self.running(node)?;
        let replica = self.world.replica(index);
        let replica = replica.ok_or_else(|| HarnessError::Node(node.to_owned(), "up"))?;
        let (directory, height) = (&*self.directory, replica.store().tip().height);
        Ok(View { directory, state: replica.store(), height })
    }

    /// The description.
    pub fn setup(&self) -> &Setup {
        &self.directory.setup
    }

    /// The nodes and links themselves.
    pub fn world(&self) -> &World {
        &self.world
    }
}

#[cfg(test)]
mod tests;
