//! The chain as a role sees it: new blocks, one subnet, and calls.
//!
//! A small trait, so that the roles can be tested against a chain that a test holds in its hands.

use crate::fault::Fault;
use futures::{FutureExt, Stream, StreamExt};
use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use taonet_chain::{AccountId, AxonInfo, Call, Hash};
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

/// A subnet after some block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subnet {
    /// The height that this is the state of.
    pub(crate) height: u64,
    /// Blocks between two epochs.
    pub(crate) tempo: u64,
    /// The height that runs the next epoch.
    pub(crate) next_epoch: u64,
    /// By ascending uid.
    pub(crate) neurons: Vec<Neuron>,
}

/// What the subnet demands of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Blocks between two sets of weights of one validator.
    pub(crate) weights_rate_limit: u64,
    /// The version of the validators' rules that weights must carry.
    pub(crate) weights_version: u64,
    /// For how many epochs weights are hidden; `None` where they are set openly.
    pub(crate) reveal_period: Option<u64>,
}

/// A neuron as a role sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Neuron {
    pub(crate) uid: u16,
    pub(crate) hotkey: AccountId,
    /// Whether it holds a validator permit.
    pub(crate) permit: bool,
    /// The block in which it got its uid.
    pub(crate) registered_at: u64,
    /// The last block in which it set weights or registered; 0 for never.
    pub(crate) last_update: u64,
    /// Where it can be asked.
    pub(crate) axon: Option<SocketAddr>,
}

impl Subnet {
    /// The neuron with this hotkey.
    pub(crate) fn neuron(&self, hotkey: &AccountId) -> Option<&Neuron> {
        self.neurons.iter().find(|neuron| neuron.hotkey == *hotkey)
    }
}

/// How the chain writes down an address.
pub(crate) fn axon_info(address: SocketAddr) -> AxonInfo {
    let (ip, ip_type) = match address.ip() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 4),
        IpAddr::V6(ip) => (ip.to_bits(), 6),
    };
    AxonInfo { version: 1, ip, port: address.port(), ip_type, protocol: 0 }
}

/// A node of the network, with the key that signs calls.
pub(crate) trait Chain {
    /// New blocks, until the node is lost.
    type Blocks: Stream<Item = Result<Mark, Fault>> + Unpin;

    /// Starts watching: the first block is the next one.
    fn watch(&self) -> impl Future<Output = Result<Self::Blocks, Fault>>;

    /// A subnet now.
    fn subnet(&self, netuid: u16) -> impl Future<Output = Result<Subnet, Fault>>;

    /// What a subnet demands of weights now.
    fn rules(&self, netuid: u16) -> impl Future<Output = Result<Rules, Fault>>;

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
