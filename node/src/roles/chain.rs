//! The chain as a role sees it: new blocks, one subnet, and calls.
//!
//! A small trait, so that the roles can be tested against a chain that a test holds in its hands.

use crate::fault::Fault;
use futures::{FutureExt, Stream, StreamExt};
use std::{future::Future, time::Duration};
pub(crate) use taonet_chain::roles::{Neuron, Rules, Subnet};
use taonet_chain::{Call, Hash};
use taonet_subnets::roles::Row;
use tokio::time::Instant;

/// The first pause after the node was lost; doubled up to [`LONGEST_PAUSE`] until it is back.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause between two attempts to reach the node.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Which block is the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) height: u64,
    pub(crate) hash: Hash,
}

/// A node of the network, with the key that signs calls.
pub(crate) trait Chain {
    /// New blocks, until the node is lost.
    type Blocks: Stream<Item = Result<Mark, Fault>> + Unpin;

    /// Starts watching: the first block is the last one there is.
    fn watch(&self) -> impl Future<Output = Result<Self::Blocks, Fault>>;

    /// A subnet now.
    fn subnet(&self, netuid: u16) -> impl Future<Output = Result<Subnet, Fault>>;

    /// What a subnet demands of weights now.
    fn rules(&self, netuid: u16) -> impl Future<Output = Result<Rules, Fault>>;

    /// The weights of all who may set some, as the chain shows them now.
    fn rows(&self, netuid: u16) -> impl Future<Output = Result<Vec<Row>, Fault>>;

    /// The public key of a round of the network's beacon.
    fn round_key(&self, round: u64) -> impl Future<Output = Result<[u8; 32], Fault>>;

    /// Signs a call and waits until it is executed. A call that failed is an error.
    fn execute(&self, call: Call) -> impl Future<Output = Result<(), Fault>>;
}

/// Follows the chain through restarts of the node.
pub(crate) struct Follower<'c, C: Chain> {
    chain: &'c C,
    blocks: Option<C::Blocks>,
    pause: Duration,
    resume_at: Instant,
}

impl<'c, C: Chain> Follower<'c, C> {
    pub(crate) fn new(chain: &'c C) -> Self {
        Follower { chain, blocks: None, pause: FIRST_PAUSE, resume_at: Instant::now() }
    }

    /// The newest block that this role has not seen yet; waits for it, and for the node if need be. Blocks that a
    /// busy role missed are skipped. Nothing is lost when the wait is given up and begun again.
    pub(crate) async fn next(&mut self) -> Mark {
        loop {
            match self.attempt().await {
                Ok(mark) => {
                    self.pause = FIRST_PAUSE;
                    return mark;
                }
                Err(fault) => self.lost(&fault),
            }
        }
    }

    async fn attempt(&mut self) -> Result<Mark, Fault> {
        if self.blocks.is_none() {
            tokio::time::sleep_until(self.resume_at).await;
            self.blocks = Some(self.chain.watch().await?);
        }
        let Some(blocks) = &mut self.blocks else { return Err(Fault::stopping()) };
        let mut newest = blocks.next().await.ok_or_else(Fault::stopping)??;
        while let Some(Some(Ok(newer))) = blocks.next().now_or_never() {
            newest = newer;
        }
        Ok(newest)
    }

    fn lost(&mut self, fault: &Fault) {
        self.blocks = None;
        self.resume_at = Instant::now() + self.pause;
        tracing::warn!("lost the node, next attempt in {:?}: {fault}", self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}
