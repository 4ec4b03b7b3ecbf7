//! Real processes under faults: killed, paused, restarted, disconnected, partitioned, slow and lossy; one at a time and
//! in a random sequence.
//!
//! Each ends with the checks of the simulator: every node has the same block and state root at every height that all
//! have, no block accuses anybody of voting twice, and the network goes on. Nothing sleeps: a side of a partition that
//! goes on is the clock for the side that does not.

use crate::home::TAONET;
use std::{collections::BTreeSet, time::Duration};
use taonet_node::proto::Head;
use taonet_p2p::Passage;
use taonet_testnet::{
    network::{
        Options, Running, control,
        home::Home,
        links::{Change, Faults},
        ready::{Node, agree},
    },
    sim::Random,
};
use tempfile::TempDir;
use tokio::time::timeout;

/// How long anything may take; many times what a busy computer needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A network of four nodes without neurons.
struct Rig {
    network: Running,
    faults: Faults,
    _home: TempDir,
}

impl Rig {
    async fn start() -> Rig {
        let home = TempDir::new().expect("a folder");
        let options = Options::default().nodes(4).bare().binary(TAONET);
        let network = Running::start(&Home::at(home.path()), &options).await;
        Rig {
            network: network.unwrap_or_else(|failure| panic!("{failure}")),
            faults: Faults::default(),
            _home: home,
        }
    }

    fn nodes(&self, indices: &[usize]) -> Vec<Node> {
        indices.iter().map(|&index| self.network.nodes()[index].clone()).collect()
    }

    async fn height(&self, node: usize) -> u64 {
        let status = timeout(PATIENCE, self.network.nodes()[node].client.status()).await;
        status.expect("it answers").expect("it knows").height
    }

    /// The greatest height of these nodes.
    async fn top(&self, nodes: &[usize]) -> u64 {
        let mut top = 0;
        for &node in nodes {
            top = top.max(self.height(node).await);
        }
        top
    }

    /// Waits until these nodes have made `blocks` more blocks, the same ones.
    async fn go_on(&self, nodes: &[usize], blocks: u64) {
        let height = self.top(nodes).await + blocks;
        let agreed = agree(&self.nodes(nodes), height, PATIENCE).await;
        agreed.unwrap_or_else(|failure| panic!("{failure}"));
    }

    async fn put_links(&self) {
        self.network.set_links(&self.faults).await.unwrap_or_else(|failure| panic!("{failure}"));
    }

    async fn partition(&mut self, groups: &[&[usize]]) {
        let groups: Vec<Vec<usize>> = groups.iter().map(|group| group.to_vec()).collect();
        self.faults.partition(&groups, 4);
        self.put_links().await;
    }

    async fn heal(&mut self) {
        self.faults.open(4);
        self.put_links().await;
    }

    fn kill(&self, node: usize) {
        control::kill(&self.network.record().nodes[node]).unwrap_or_else(|failure| panic!("{failure}"));
    }

    fn pause(&self, node: usize) {
        control::pause(&self.network.record().nodes[node]).unwrap_or_else(|failure| panic!("{failure}"));
    }

    async fn resume(&self, node: usize) {
        let resumed = control::resume(&self.network.record().nodes[node]).await;
        resumed.unwrap_or_else(|failure| panic!("{failure}"));
        self.put_links().await;
    }

    async fn restart(&mut self, node: usize) {
        let restarted = control::restart(self.network.record_mut(), node).await;
        restarted.unwrap_or_else(|failure| panic!("{failure}"));
    }

    /// What must hold when every fault is over: progress, one history, no evidence.
    async fn holds(&self) {
        let all = [0, 1, 2, 3];
        self.go_on(&all, 2).await;
        let height = self.top(&all).await;
        let first = self.history(0, height).await;
        for node in 1..4 {
            assert_eq!(self.history(node, height).await, first, "n{node} has another history than n0");
        }
        for height in 1..=height {
            let block = self.network.nodes()[0].client.raw_block(height).await.expect("it is kept");
            assert!(block.committed.block.evidence.is_empty(), "somebody voted twice before block {height}");
        }
    }

    /// Every block's hash up to a height. The hash covers the state root.
    async fn history(&self, node: usize, height: u64) -> Vec<String> {
        let heads = self.network.nodes()[node].client.heads(Some(1)).await;
        let mut heads = heads.expect("it streams");
        let mut hashes = Vec::new();
        while (hashes.len() as u64) < height {
            let head: Option<Head> =
                timeout(PATIENCE, heads.message()).await.expect("in time").expect("a head");
            hashes.push(head.expect("the stream goes on").hash);
        }
        hashes
    }
}

#[tokio::test]
async fn a_killed_and_a_paused_node_hold_up_nobody_and_catch_up() {
    let mut rig = Rig::start().await;
    rig.kill(3);
    rig.go_on(&[0, 1, 2], 3).await;
    rig.restart(3).await;
    rig.holds().await;
    rig.pause(1);
    rig.go_on(&[0, 2, 3], 3).await;
    rig.resume(1).await;
    rig.holds().await;
}

#[tokio::test]
async fn a_minority_stands_still_while_the_majority_goes_on() {
    let mut rig = Rig::start().await;
    rig.partition(&[&[0], &[1, 2, 3]]).await;
    let cut = rig.height(0).await;
    rig.go_on(&[1, 2, 3], 6).await;
    // What was decided when the cable was cut may still have been on its way through the node itself.
    assert!(rig.height(0).await <= cut + 1, "a node alone has made blocks");
    // A node that starts again comes back into its partition.
    rig.restart(0).await;
    rig.go_on(&[1, 2, 3], 3).await;
    assert!(rig.height(0).await <= cut + 1, "the partition was forgotten");
    rig.heal().await;
    rig.holds().await;
}

#[tokio::test]
async fn two_halves_stand_still_and_go_on_when_they_are_healed() {
    let mut rig = Rig::start().await;
    rig.partition(&[&[0, 1], &[2, 3]]).await;
    let cut = rig.top(&[0, 1, 2, 3]).await;
    // Four slots and more pass while two nodes start again.
    rig.restart(0).await;
    rig.restart(3).await;
    assert!(rig.top(&[0, 1, 2, 3]).await <= cut + 1, "a half has made blocks");
    rig.heal().await;
    rig.holds().await;
}

#[tokio::test]
async fn slow_and_lossy_links_delay_blocks_and_stop_none() {
    let mut rig = Rig::start().await;
    rig.faults.seed = 7;
    let slow = Change {
        latency: Some(Duration::from_millis(15)),
        jitter: Some(Duration::from_millis(5)),
        loss_ppm: Some(5_000),
        passage: None,
    };
    for (from, to) in (0..4).flat_map(|from| (0..4).map(move |to| (from, to))) {
        rig.faults.change(from, to, &slow);
    }
    rig.put_links().await;
    rig.go_on(&[0, 1, 2, 3], 3).await;
    // One cable is pulled, and one node only listens: three others still hear each other.
    rig.faults.change(0, 1, &Change { passage: Some(Passage::Cut), ..Change::default() });
    rig.put_links().await;
    rig.go_on(&[0, 1, 2, 3], 2).await;
    rig.heal().await;
    for to in 0..3 {
        rig.faults.change(3, to, &Change { passage: Some(Passage::Mute), ..Change::default() });
    }
    rig.put_links().await;
    rig.go_on(&[0, 1, 2], 2).await;
    rig.heal().await;
    rig.holds().await;
}

#[tokio::test]
async fn a_random_sequence_of_faults_is_survived() {
    let seed = 20_260_214;
    println!("seed {seed}");
    let (mut rig, mut random) = (Rig::start().await, Random::new(seed));
    for step in 0..5 {
        let victim = random.below(4) as usize;
        let others: Vec<usize> = (0..4).filter(|node| *node != victim).collect();
        let fault = random.below(5);
        println!("step {step}: fault {fault} of n{victim}");
        match fault {
            0 => rig.kill(victim),
            1 => rig.pause(victim),
            2 => rig.partition(&[&[victim], &others]).await,
            3 => rig.partition(&[&[victim, others[0]], &others[1..]]).await,
            _ => {
                let loss = random.between(1_000, 20_000) as u32;
                let latency = Duration::from_millis(random.between(1, 20));
                let change = Change { loss_ppm: Some(loss), latency: Some(latency), ..Change::default() };
                for &other in &others {
                    rig.faults.change(victim, other, &change);
                    rig.faults.change(other, victim, &change);
                }
                rig.put_links().await;
            }
        }
        if fault != 3 {
            rig.go_on(&others, 2).await;
        }
        match fault {
            0 => rig.restart(victim).await,
            1 => rig.resume(victim).await,
            _ => rig.heal().await,
        }
        rig.go_on(&[0, 1, 2, 3], 1).await;
    }
    rig.holds().await;
}

#[tokio::test]
async fn everything_ends_with_the_value_that_started_it() {
    let rig = Rig::start().await;
    let record = rig.network.record().clone();
    let alive: BTreeSet<&str> = record
        .nodes
        .iter()
        .filter(|node| node.process.is_some_and(|process| process.is_running()))
        .map(|node| node.name.as_str())
        .collect();
    assert_eq!(alive, BTreeSet::from(["n0", "n1", "n2", "n3"]));
    rig.pause(2);
    drop(rig);
    assert!(!record.is_running(), "a process is left");
    assert!(!record.dir.exists(), "the folder is left");
}
