//! What a measurement of transfers comes to, and what held it back.

use crate::{
    desk::Arrival,
    figures::{Spread, part, sorted},
    load::Load,
    machine,
};
use serde::Serialize;
use std::collections::BTreeMap;
use taonet_chain::{AccountId, Call, ledger::settings::Limits};
use taonet_subnets::amount::Tao;

/// Measured blocks are cut into so many parts, each of which gives a rate of its own.
const PARTS: usize = 5;

/// From this part of a limit on, the limit is what holds back.
const NEARLY: f64 = 0.9;

/// Processor time, seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// Of all nodes.
    pub(crate) nodes_s: f64,
    /// Of this program, which sends and reads.
    pub(crate) clients_s: f64,
    /// Of everything on this computer.
    pub(crate) computer_s: f64,
}

impl Work {
    /// What was spent since an earlier moment.
    pub(crate) fn since(&self, earlier: &Work) -> Work {
        Work {
            nodes_s: self.nodes_s - earlier.nodes_s,
            clients_s: self.clients_s - earlier.clients_s,
            computer_s: self.computer_s - earlier.computer_s,
        }
    }
}

/// One measurement with a fixed number of transfers of each account on their way.
#[derive(Debug, Serialize)]
pub(crate) struct Round {
    /// Transfers on their way per account, and of all accounts together.
    pub(crate) depth: usize,
    pub(crate) on_the_way: usize,
    /// What was measured.
    pub(crate) blocks: usize,
    pub(crate) transfers: usize,
    pub(crate) seconds: f64,
    /// Transfers per second over everything, and of each fifth of the blocks.
    pub(crate) per_second: f64,
    pub(crate) per_second_of_fifths: Spread,
    pub(crate) per_block: Spread,
    /// Between the proposals of two blocks.
    pub(crate) interval_ms: Spread,
    /// From being handed in until the block is seen.
    pub(crate) wait_median_ms: f64,
    pub(crate) wait_p99_ms: f64,
    pub(crate) wait_max_ms: f64,
    /// Transfers that were executed and failed, that never arrived, and refusals by name.
    pub(crate) failed: usize,
    pub(crate) lost: usize,
    pub(crate) refused: BTreeMap<String, u64>,
    /// Cores at work on average: for all nodes, for the senders and the reader, for everything on the computer.
    pub(crate) node_cores: f64,
    pub(crate) client_cores: f64,
    pub(crate) busy_cores: f64,
    /// Of what the nodes spent, the part that one check of each signature by each node costs.
    pub(crate) signature_part: f64,
    /// What held it back.
    pub(crate) bound: String,
}

impl Round {
    /// The figures; the first arrival is where the clock starts and is not counted.
    pub(crate) fn of(
        depth: usize,
        arrivals: &[Arrival],
        spent: Work,
        refused: BTreeMap<String, u64>,
        lost: usize,
        load: &Load,
    ) -> Round {
        let counted = &arrivals[1..];
        let waits = sorted(counted.iter().flat_map(|arrival| arrival.waits.iter().map(|wait| wait * 1e3)));
        let seconds = seconds(arrivals);
        let transfers = waits.len();
        let per_part = counted.len() / PARTS;
        let parts = (0..PARTS).map(|index| rate(&arrivals[index * per_part..=(index + 1) * per_part]));
        let intervals =
            arrivals.windows(2).map(|two| two[1].timestamp_ms.saturating_sub(two[0].timestamp_ms) as f64);
        let checks_s = transfers as f64 * load.nodes() as f64 * load.verification_us() / 1e6;
        let mut round = Round {
            depth,
            on_the_way: depth * load.accounts(),
            blocks: counted.len(),
            transfers,
            seconds,
            per_second: rate(arrivals),
            per_second_of_fifths: Spread::of(parts),
            per_block: Spread::of(counted.iter().map(|arrival| arrival.waits.len() as f64)),
            interval_ms: Spread::of(intervals),
            wait_median_ms: part(&waits, 0.5),
            wait_p99_ms: part(&waits, 0.99),
            wait_max_ms: part(&waits, 1.0),
            failed: counted.iter().map(|arrival| arrival.failed).sum(),
            lost,
            refused,
            node_cores: spent.nodes_s / seconds,
            client_cores: spent.clients_s / seconds,
            busy_cores: spent.computer_s / seconds,
            signature_part: checks_s / spent.nodes_s.max(f64::MIN_POSITIVE),
            bound: String::new(),
        };
        round.bound = round.bound();
        round
    }

    /// The first limit that is nearly reached, the narrowest first.
    fn bound(&self) -> String {
        let (fit, of) = transfers_per_block();
        let cores = machine::cores() as f64;
        let others = (self.busy_cores - self.node_cores - self.client_cores).max(0.0);
        if let Some((name, times)) = self.refused.iter().max_by_key(|(_, times)| **times) {
            format!("the mempool: {times} times {name}")
        } else if self.per_block.median >= NEARLY * self.on_the_way as f64 {
            format!("the senders: each block takes all {} on their way", self.on_the_way)
        } else if self.per_block.median >= NEARLY * fit as f64 {
            format!("the block's {of}: {fit} transfers fit")
        } else if self.busy_cores >= NEARLY * cores {
            format!(
                "the processor: {:.1} of {cores} cores busy, {others:.1} of them elsewhere",
                self.busy_cores
            )
        } else {
            "the way of a transfer to the next proposer: blocks, processor and mempool have room".to_owned()
        }
    }
}

/// How many transfers fit into a block, and which limit says so.
fn transfers_per_block() -> (u64, &'static str) {
    let limits = Limits::default();
    let call = Call::Transfer { to: AccountId::default(), amount: Tao::ZERO };
    let by_cost = limits.block_cost / call.cost();
    let by_bytes = limits.block_bytes / crate::example(call).size() as u64;
    if by_cost <= by_bytes { (by_cost, "cost") } else { (by_bytes, "bytes") }
}

fn seconds(arrivals: &[Arrival]) -> f64 {
    match arrivals {
        [first, .., last] => last.at.duration_since(first.at).as_secs_f64(),
        _ => 0.0,
    }
}

/// Transfers per second after the first arrival.
fn rate(arrivals: &[Arrival]) -> f64 {
    let transfers: usize = arrivals.iter().skip(1).map(|arrival| arrival.waits.len()).sum();
    transfers as f64 / seconds(arrivals).max(f64::MIN_POSITIVE)
}
