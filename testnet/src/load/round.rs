//! What a measurement comes to, and what held it back.

use super::{
    Load, Plan,
    desk::Arrival,
    figures::{Spread, part, sorted},
    machine, mix, sign,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};
use taonet_chain::{AccountId, Hash, Keypair, ledger::settings::Limits};

/// Measured blocks are cut into so many parts, each of which gives a rate of its own.
const PARTS: usize = 5;

/// From this part of a limit on, the limit is what holds back.
const NEARLY: f64 = 0.9;

/// From this part of the rate that was asked for on, the network kept up with it.
const KEPT_UP: f64 = 0.95;

/// Processor time, seconds.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Of all nodes.
    pub nodes_s: f64,
    /// Of this program, which sends and reads.
    pub clients_s: f64,
    /// Of everything on this computer.
    pub computer_s: f64,
}

impl Work {
    /// What was spent since an earlier moment.
    pub(super) fn since(&self, earlier: &Work) -> Work {
        Work {
            nodes_s: self.nodes_s - earlier.nodes_s,
            clients_s: self.clients_s - earlier.clients_s,
            computer_s: self.computer_s - earlier.computer_s,
        }
    }
}

/// One measurement.
#[derive(Debug, Serialize)]
pub struct Round {
    /// Transactions per second that were asked for; `None`: as many as there could be.
    pub asked_per_second: Option<f64>,
    /// Transactions on their way per account, and of all accounts together, at most.
    pub depth: usize,
    /// See above.
    pub on_the_way: usize,
    /// Blocks that were measured.
    pub blocks: usize,
    /// Of these, blocks that needed more than one round: a proposer was too late.
    pub late_blocks: usize,
    /// Transactions in them.
    pub transactions: usize,
    /// How long that took.
    pub seconds: f64,
    /// Transactions per second over everything.
    pub per_second: f64,
    /// And of each fifth of the blocks.
    pub per_second_of_fifths: Spread,
    /// Transactions in a block.
    pub per_block: Spread,
    /// Between the proposals of two blocks.
    pub interval_ms: Spread,
    /// From being handed in until the block is seen, which is final: half of all waited no longer.
    pub wait_median_ms: f64,
    /// 99 of 100 waited no longer.
    pub wait_p99_ms: f64,
    /// Nobody waited longer.
    pub wait_max_ms: f64,
    /// Transactions that were executed and failed.
    pub failed: usize,
    /// That never arrived.
    pub lost: usize,
    /// Refusals by name; what was refused was handed in again.
    pub refused: BTreeMap<String, u64>,
    /// Cores at work on average for all nodes on this computer.
    pub node_cores: f64,
    /// For the senders and the reader.
    pub client_cores: f64,
    /// For everything on the computer.
    pub busy_cores: f64,
    /// Signatures that one core checks per second: the limit above everything.
    pub signature_checks_per_second: f64,
    /// Of what the nodes spent, the part that one check of each signature by each node costs.
    pub signature_part: f64,
    /// What held it back.
    pub limited_by: String,
}

impl Round {
    /// The figures; the first arrival is where the clock starts and is not counted.
    pub(super) fn of(
        plan: Plan,
        arrivals: &[Arrival],
        spent: Work,
        refused: BTreeMap<String, u64>,
        lost: usize,
        load: &Load,
    ) -> Round {
        let counted = arrivals.get(1..).unwrap_or_default();
        let waits = sorted(counted.iter().flat_map(|arrival| arrival.waits.iter().map(|wait| wait * 1e3)));
        let seconds = seconds(arrivals).max(f64::EPSILON);
        let per_part = counted.len() / PARTS;
        let parts = (0..PARTS).filter(|_| per_part > 0);
        let parts = parts.map(|index| rate(&arrivals[index * per_part..=(index + 1) * per_part]));
        let intervals =
            arrivals.windows(2).map(|two| two[1].timestamp_ms.saturating_sub(two[0].timestamp_ms) as f64);
        let checks_s = waits.len() as f64 * load.nodes() as f64 / load.verifications();
        let mut round = Round {
            asked_per_second: plan.rate,
            depth: plan.depth,
            on_the_way: plan.depth * load.accounts(),
            blocks: counted.len(),
            late_blocks: counted.iter().filter(|arrival| arrival.round > 0).count(),
            transactions: waits.len(),
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
            signature_checks_per_second: load.verifications(),
            signature_part: checks_s / spent.nodes_s.max(f64::EPSILON),
            limited_by: String::new(),
        };
        round.limited_by = round.limit();
        round
    }

    /// Whether blocks came on time: nine of ten were decided by their first proposer, and all traffic arrived.
    pub fn on_time(&self) -> bool {
        self.blocks > 0 && 10 * self.late_blocks <= self.blocks && self.lost == 0
    }

    /// The first limit that is nearly reached, the narrowest first.
    fn limit(&self) -> String {
        let (fit, of) = transfers_per_block();
        let cores = machine::cores() as f64;
        let others = (self.busy_cores - self.node_cores - self.client_cores).max(0.0);
        if let Some(asked) = self.asked_per_second.filter(|asked| self.per_second >= KEPT_UP * asked) {
            format!("the sender: it was asked for {asked} per second")
        } else if let Some((name, times)) = self.refused.iter().max_by_key(|(_, times)| **times) {
            format!("the mempool: {times} times {name}")
        } else if self.asked_per_second.is_none() && self.per_block.median >= NEARLY * self.on_the_way as f64
        {
            format!("the sender: each block takes all {} on their way", self.on_the_way)
        } else if self.per_block.median >= NEARLY * fit as f64 {
            format!("the block's {of}: {fit} transfers fit")
        } else if self.busy_cores >= NEARLY * cores {
            let (busy, signatures) = (self.busy_cores, self.signature_part * 100.0);
            format!(
                "the processor: {busy:.1} of {cores} cores busy, {others:.1} of them elsewhere; \
                 {signatures:.0} % of the nodes' time checks signatures"
            )
        } else {
            "the way of a transaction to the next proposer: blocks, processor and mempool have room"
                .to_owned()
        }
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Round { depth, on_the_way, blocks, transactions, seconds, .. } = self;
        let asked = self.asked_per_second.map(|asked| format!(", {asked} per second asked for"));
        writeln!(
            f,
            "{depth} of each account on their way, {on_the_way} of all{}",
            asked.unwrap_or_default()
        )?;
        writeln!(
            f,
            "  {transactions} in {blocks} blocks in {seconds:.1} s: {:.0} per second",
            self.per_second
        )?;
        let row =
            |f: &mut fmt::Formatter<'_>, name: &str, spread: Spread| writeln!(f, "{name:<46} {spread:.0}");
        row(f, "  per second, by fifths: min, median, max", self.per_second_of_fifths)?;
        row(f, "  per block", self.per_block)?;
        row(f, "  between two blocks, ms", self.interval_ms)?;
        writeln!(f, "  blocks that needed another round: {} of {blocks}", self.late_blocks)?;
        let (median, p99, max) = (self.wait_median_ms, self.wait_p99_ms, self.wait_max_ms);
        writeln!(f, "  until final: median {median:.0} ms, 99 % within {p99:.0} ms, all within {max:.0} ms")?;
        let (nodes, clients, busy) = (self.node_cores, self.client_cores, self.busy_cores);
        writeln!(f, "  cores busy: {busy:.2}; of these the nodes {nodes:.2}, this program {clients:.2}")?;
        let (checks, percent) = (self.signature_checks_per_second, self.signature_part * 100.0);
        writeln!(f, "  signatures: a core checks {checks:.0} per second; {percent:.0} % of the nodes' time")?;
        writeln!(f, "  failed {}, lost {}, refused {:?}", self.failed, self.lost, self.refused)?;
        write!(f, "  limited by {}", self.limited_by)
    }
}

/// How many transfers fit into a block, and which limit says so.
fn transfers_per_block() -> (u64, &'static str) {
    let limits = Limits::default();
    let transfer = sign(&Keypair::from_seed([1; 32]), Hash::ZERO, 0, mix::transfer(AccountId::default()));
    let by_cost = limits.block_cost / transfer.body.call.cost();
    let by_bytes = limits.block_bytes / transfer.size() as u64;
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
