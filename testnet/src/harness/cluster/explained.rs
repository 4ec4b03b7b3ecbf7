//! Why the last epoch of a subnet paid whom what, from what a node of a cluster has kept.

use super::{
    super::{
        HarnessError,
        history::{last_epoch, take_back},
    },
    Cluster, REMEMBERED,
};
use crate::explain::{self, Record, epoch::Epoch, screen};
use taonet_chain::state::Overlay;
use taonet_consensus::Store;

impl Cluster {
    /// Why the last epoch of a subnet paid whom what, as `taonet explain epoch` would tell it at a node.
    ///
    /// # Errors
    /// There is no such node or subnet, the node is down, no epoch has run there, or it is too long ago.
    pub fn explain_epoch(&self, node: &str, subnet: &str) -> Result<String, HarnessError> {
        Ok(screen::epoch(&self.epoch(node, subnet)?, false))
    }

    /// The same as data.
    ///
    /// # Errors
    /// There is no such node or subnet, the node is down, no epoch has run there, or it is too long ago.
    pub fn epoch(&self, node: &str, subnet: &str) -> Result<Epoch, HarnessError> {
        let index = self.running(node)?;
        let replica = self.world.replica(index);
        let store = replica.ok_or_else(|| HarnessError::Node(node.to_owned(), "up"))?.store();
        let netuid = self.directory.netuid(subnet)?;
        let height = last_epoch(store, netuid, subnet)?;
        let forgotten = || HarnessError::Forgotten(height, REMEMBERED as usize);
        let committed = self.blocks.get(&height).ok_or_else(forgotten)?;
        let mut after = Overlay::new(store);
        for block in (height + 1..=store.tip().height).rev() {
            take_back(&mut after, &store.undo(block).ok_or_else(forgotten)?);
        }
        let mut before = Overlay::new(&after);
        take_back(&mut before, &store.undo(height).ok_or_else(forgotten)?);
        let record = Record {
            block: committed.block.block.clone(),
            receipts: committed.receipts.clone(),
            events: committed.events.clone(),
        };
        let witness = explain::witness(&self.world.network(), &before, &after, &record)?;
        Ok(explain::epoch::epoch(&witness, &before, netuid, 0, &self.directory.names)?)
    }
}
