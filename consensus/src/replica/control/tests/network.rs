//! Four nodes under a developer's control, with perfect links between them.

use super::*;
use crate::message::Message;
use std::collections::{BTreeMap, VecDeque};

/// The nodes, the wall's clock, and everything that is on its way.
struct Four {
    solo: Solo,
    nodes: Vec<Replica<MemoryStore>>,
    wall: Time,
    timers: BTreeMap<(Time, usize), (usize, Timer)>,
    letters: VecDeque<(usize, usize, Message)>,
}

impl Four {
    fn new() -> Four {
        let solo = Solo::new(4);
        let (tip, changes) = solo.genesis.build().expect("a preset");
        let mut four =
            Four { nodes: Vec::new(), wall: NOW, timers: BTreeMap::new(), letters: VecDeque::new(), solo };
        for index in 0..4 {
            let mut keys = four.solo.keys.clone();
            keys.rotate_left(index);
            let (replica, out) =
                open(&four.solo.genesis, &keys, MemoryStore::new(tip.clone(), &changes, 2_000), NOW);
            four.nodes.push(replica);
            four.obey(index, out);
        }
        for index in 0..4 {
            for other in (0..4).filter(|other| *other != index) {
                let id = four.nodes[other].me;
                four.step(index, Incoming::Connected(id));
            }
        }
        four
    }

    fn step(&mut self, node: usize, incoming: Incoming) {
        let mut out = Vec::new();
        self.nodes[node].step(self.wall, incoming, &mut out);
        self.obey(node, out);
    }

    fn obey(&mut self, node: usize, out: Vec<Outgoing>) {
        for outgoing in out {
            match outgoing {
                Outgoing::Broadcast(message) => {
                    let others = (0..4).filter(|other| *other != node);
                    self.letters.extend(others.map(|other| (node, other, message.clone())));
                }
                Outgoing::Send { to, message } => {
                    let other = self.nodes.iter().position(|replica| replica.me == to).expect("one of us");
                    self.letters.push_back((node, other, message));
                }
                Outgoing::WakeAt { at, timer } => {
                    let order = self.timers.len() + node;
                    let free = (order..).find(|order| !self.timers.contains_key(&(at, *order)));
                    self.timers.insert((at, free.expect("a number")), (node, timer));
                }
                _ => {}
            }
        }
    }

    /// Lets so many milliseconds pass on the wall.
    fn pass(&mut self, ms: Time) {
        let until = self.wall + ms;
        loop {
            if let Some((from, to, message)) = self.letters.pop_front() {
                let from = self.nodes[from].me;
                self.step(to, Incoming::Received { from, message });
                continue;
            }
            match self.timers.first_entry().filter(|entry| entry.key().0 <= until) {
                Some(entry) => {
                    let ((at, _), (node, timer)) = entry.remove_entry();
                    self.wall = self.wall.max(at);
                    self.step(node, Incoming::Wake(timer));
                }
                None => break,
            }
        }
        self.wall = until;
    }

    fn all(&mut self, production: Production) {
        (0..4).for_each(|node| self.step(node, Incoming::Produce(production)));
    }

    fn tips(&self) -> Vec<(u64, BlockId)> {
        self.nodes.iter().map(|replica| (replica.tip.height, replica.tip.id)).collect()
    }

    /// The height at which all are, with the same block.
    fn height(&self) -> u64 {
        let tips = self.tips();
        assert!(tips.iter().all(|tip| *tip == tips[0]), "{tips:?}");
        tips[0].0
    }
}

#[test]
fn what_one_node_mines_all_others_take_and_then_go_on_together() {
    let mut four = Four::new();
    four.pass(2_000);
    let horizon = four.nodes[0].tip.height.max(3);
    four.all(Production::Manual { horizon });
    four.pass(5_000);
    assert_eq!(four.height(), horizon, "they stop where they were told to");
    // Further than a stamp may be ahead of a clock, in no time.
    let keys = four.solo.keys.clone();
    let mut out = Vec::new();
    for _ in 0..60 {
        four.nodes[2].mine(four.wall, &keys, &mut out).expect("it can mine");
    }
    four.nodes[2].rest(four.wall, &mut out);
    four.obey(2, out);
    four.pass(2_000);
    assert_eq!(four.height(), horizon + 60);
    let late = four.nodes[0].tip.timestamp_ms - four.wall;
    assert!(late > 6_000, "the chain is ahead of the wall by {late} ms");
    for replica in &four.nodes {
        assert!(replica.now >= replica.tip.timestamp_ms, "every clock has followed");
    }
    four.all(Production::Interval);
    four.pass(2_500);
    let height = four.nodes[0].tip.height;
    assert!((horizon + 68..=horizon + 71).contains(&height), "a block every slot again: {height}");
    let spread = four.nodes.iter().map(|replica| replica.agreement.round()).max();
    assert_eq!(spread, Some(0), "nobody waited for a clock that is behind");
}

#[test]
fn a_transaction_starts_everybody_and_then_they_rest() {
    let mut four = Four::new();
    four.pass(2_000);
    four.all(Production::Instant);
    four.pass(5_000);
    let rest = four.height();
    four.pass(60_000);
    assert_eq!(four.height(), rest);
    let transaction = four.solo.transfer(0);
    four.step(1, Incoming::Submitted(transaction));
    four.pass(1_000);
    assert_eq!(four.height(), rest + 1);
    four.pass(60_000);
    assert_eq!(four.height(), rest + 1);
}
