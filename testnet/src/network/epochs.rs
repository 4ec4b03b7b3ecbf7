//! Whether the economy of a network lives: epoch by epoch, and in one report.
//!
//! Rules of [`until`]:
//! 1. It waits for the block in which the wanted epoch of the subnet ran, and for every node to have that very block.
//! 2. A living economy has put TAO into the pool or bought alpha with it, pays at least two miners differently, and
//!    has moved the price. Whatever of this is not so becomes a complaint.

use super::{
    ready::{self, Failure, Node},
    record::{AccountRecord, NeuronRecord, Record},
};
use crate::screen::Screen;
use serde::Serialize;
use std::{collections::BTreeSet, fmt, time::Duration};
use taonet_chain::genesis::DEV_NETUID;
use taonet_node::{
    fault::Fault,
    proto::{Neuron, Subnet, WatchEventsRequest},
};
use taonet_subnets::roles::MinerPolicy;
use tokio::time::timeout;

/// How long the neurons may take to publish where they listen.
const SERVING_PATIENCE: Duration = Duration::from_secs(60);

/// An epoch is due every tempo; this is for a computer that is busy with everything else as well.
const EPOCH_PATIENCE: Duration = Duration::from_secs(120);

/// What `taonet up --until-epoch` reports.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The network.
    pub id: String,
    /// Seconds from the start of the binary until every node had the same block at height 2.
    pub ready_s: f64,
    /// The nodes, all at the height that ended the epoch.
    pub nodes: Vec<NodeReport>,
    /// The funded accounts.
    pub accounts: Vec<AccountRecord>,
    /// The subnet.
    pub subnet: SubnetReport,
    /// What is not as it should be; empty when the economy lives.
    pub complaints: Vec<String>,
}

/// A node at the height that ended the epoch.
#[derive(Debug, Serialize)]
pub struct NodeReport {
    /// `n0`, `n1`, …
    pub name: String,
    /// Connected peers.
    pub peers: u32,
    /// The height.
    pub height: u64,
    /// The block's hash, hex.
    pub hash: String,
    /// The state root, hex.
    pub state_root: String,
    /// Resident memory of the process.
    pub rss_bytes: u64,
}

/// The subnet before and after.
#[derive(Debug, Serialize)]
pub struct SubnetReport {
    /// Its number.
    pub netuid: u32,
    /// How many epochs have run.
    pub epochs: u64,
    /// The pool when the network came up.
    pub pool_before: Pool,
    /// The pool after the epoch.
    pub pool_after: Pool,
    /// TAO put into the pool since genesis, rao.
    pub tao_injected: u64,
    /// TAO that bought alpha for the chain since genesis, rao.
    pub tao_bought: u64,
    /// The neurons.
    pub metagraph: Vec<Neuron>,
}

/// A pool at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct Pool {
    /// The height of that moment.
    pub height: u64,
    /// TAO reserve, rao.
    pub tao: u64,
    /// Alpha reserve, base units.
    pub alpha: u64,
    /// Rao per whole alpha.
    pub price: u64,
}

impl From<&Subnet> for Pool {
    fn from(subnet: &Subnet) -> Pool {
        let pool = subnet.pool.clone().unwrap_or_default();
        Pool { height: subnet.height, tao: pool.tao, alpha: pool.alpha, price: pool.price }
    }
}

/// Waits until every miner has published where it listens, but for those that are offline sometimes, and every neuron's
/// process runs.
///
/// # Errors
/// The first neuron that has ended, or is silent for too long.
pub async fn serving(node: &Node, record: &Record) -> Result<(), Failure> {
    let fault = |fault: Fault| Failure::of(&node.record, format!("asked for the neurons: {fault}"));
    let waiting = async {
        let mut blocks = node.client.blocks(None).await.map_err(fault)?;
        loop {
            let mut published = BTreeSet::new();
            for netuid in record.neurons.iter().map(|neuron| neuron.netuid).collect::<BTreeSet<_>>() {
                let metagraph = node.client.metagraph(netuid).await.map_err(fault)?;
                let serving = metagraph.neurons.into_iter().filter(|neuron| neuron.axon.is_some());
                published.extend(serving.map(|neuron| (netuid, neuron.hotkey)));
            }
            let Some(silent) = silent(&published, record)? else { return Ok(()) };
            match blocks.message().await {
                Ok(Some(_)) => {}
                _ => {
                    return Err(Failure::of(
                        &node.record,
                        format!("it stopped while {silent} was waited for"),
                    ));
                }
            }
        }
    };
    timeout(SERVING_PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| Err(Failure::of(&node.record, "not all neurons serve; see: taonet logs")))
}

/// The first neuron that does not serve yet; an error if one has ended.
fn silent<'r>(published: &BTreeSet<(u16, String)>, record: &'r Record) -> Result<Option<&'r str>, Failure> {
    for neuron in &record.neurons {
        if !neuron.process.is_some_and(|process| process.is_running()) {
            return Err(Failure::new(&neuron.name, "the process ended", &neuron.log));
        }
        let is_awaited = neuron.method.is_some() && !sleeps(neuron);
        if is_awaited && !published.contains(&(neuron.netuid, neuron.hotkey.clone())) {
            return Ok(Some(&neuron.name));
        }
    }
    Ok(None)
}

/// Whether a miner is offline sometimes, and then may have published nothing.
fn sleeps(miner: &NeuronRecord) -> bool {
    let policy = miner.policy.as_deref().and_then(|text| text.parse::<MinerPolicy>().ok());
    policy.is_some_and(|policy| policy.offline.is_some())
}

/// Runs until the epoch with this number is final on all nodes, and reports.
///
/// # Errors
/// A node that is gone, late, or of another opinion.
pub async fn until(
    nodes: &[Node],
    record: &Record,
    epoch: u64,
    ready_s: f64,
    screen: &mut Screen,
) -> Result<Report, Failure> {
    let first = &nodes[0];
    let fault = |fault: Fault| Failure::of(&first.record, format!("asked for the subnet: {fault}"));
    let before = first.client.subnet(DEV_NETUID).await.map_err(fault)?;
    let height = follow(first, epoch, screen).await?;
    let agreement = ready::agree(nodes, height, EPOCH_PATIENCE).await?;
    screen.done("finality", format!("epoch {epoch} is final on {0}/{0} nodes, block {height}", nodes.len()));
    let metagraph = first.client.metagraph(DEV_NETUID).await.map_err(fault)?;
    let after = metagraph.subnet.clone().unwrap_or_default();
    let subnet = SubnetReport {
        netuid: DEV_NETUID.into(),
        epochs: after.epochs,
        pool_before: Pool::from(&before),
        pool_after: Pool::from(&after),
        tao_injected: after.tao_injected,
        tao_bought: after.tao_bought,
        metagraph: metagraph.neurons,
    };
    let mut reports = Vec::new();
    for node in nodes {
        let status = node.client.status().await.map_err(fault)?;
        reports.push(NodeReport {
            name: node.record.name.clone(),
            peers: status.peers,
            height: agreement.height,
            hash: agreement.hash.clone(),
            state_root: agreement.state_root.clone(),
            rss_bytes: status.rss_bytes,
        });
    }
    let complaints = complaints(&subnet, record);
    let accounts = record.accounts.clone();
    Ok(Report { id: record.id.clone(), ready_s, nodes: reports, accounts, subnet, complaints })
}

/// Follows the subnet's epochs on one node; returns the height of the block in which `epoch` ran.
async fn follow(node: &Node, epoch: u64, screen: &mut Screen) -> Result<u64, Failure> {
    let fault = |fault: Fault| Failure::of(&node.record, format!("watched for epochs: {fault}"));
    let names = vec!["EpochRan".to_owned()];
    let request = WatchEventsRequest { from_height: Some(1), names, netuid: Some(DEV_NETUID.into()) };
    let mut stream = node.client.events(request).await.map_err(fault)?;
    let mut seen = 0;
    while seen < epoch {
        match timeout(EPOCH_PATIENCE, stream.message()).await {
            Ok(Ok(Some(block))) if !block.events.is_empty() => {
                seen += block.events.len() as u64;
                screen.done(&format!("epoch {seen}"), format!("ran in block {}", block.height));
                if seen >= epoch {
                    return Ok(block.height);
                }
            }
            Ok(Ok(Some(_))) => {}
            Ok(_) => return Err(Failure::of(&node.record, "it stopped before the epoch ran")),
            Err(_) => return Err(Failure::of(&node.record, format!("no epoch ran in {EPOCH_PATIENCE:?}"))),
        }
    }
    Err(Failure::of(&node.record, "epochs count from 1"))
}

fn complaints(subnet: &SubnetReport, record: &Record) -> Vec<String> {
    let is_miner = |neuron: &&Neuron| {
        record.neurons.iter().any(|known| known.method.is_some() && known.hotkey == neuron.hotkey)
    };
    let paid = subnet.metagraph.iter().filter(is_miner).map(|neuron| neuron.incentive);
    let different: BTreeSet<u32> = paid.filter(|&incentive| incentive > 0).collect();
    let mut complaints = Vec::new();
    if subnet.tao_injected + subnet.tao_bought == 0 {
        complaints.push("no TAO went into the pool and none bought alpha".to_owned());
    }
    if different.len() < 2 {
        complaints
            .push(format!("the miners have {} different incentives above zero; expected 2", different.len()));
    }
    if subnet.pool_before.price == subnet.pool_after.price {
        complaints.push(format!("the price has not moved: {} rao per alpha", subnet.pool_after.price));
    }
    complaints
}

/// For people: one line a node and one a neuron.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} was up in {:.2} s", self.id, self.ready_s)?;
        for node in &self.nodes {
            let (hash, root) = (&node.hash[..8], &node.state_root[..8]);
            let memory = node.rss_bytes / 1_000_000;
            writeln!(
                f,
                "  {}  block {} {hash}  root {root}  {} peers  {memory} MB",
                node.name, node.height, node.peers
            )?;
        }
        let (before, after) = (&self.subnet.pool_before, &self.subnet.pool_after);
        writeln!(f, "subnet {}: price {} → {} rao per alpha", self.subnet.netuid, before.price, after.price)?;
        for neuron in &self.subnet.metagraph {
            let (incentive, dividends) =
                (f64::from(neuron.incentive) / 65_535.0, f64::from(neuron.dividends) / 65_535.0);
            writeln!(f, "  uid {}  incentive {incentive:.4}  dividends {dividends:.4}", neuron.uid)?;
        }
        Ok(())
    }
}
