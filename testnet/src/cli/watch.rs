//! The screen of a running network: one line for each epoch, one for each node that goes or returns, and one that
//! rewrites itself.

use super::status;
use crate::{
    network::{Running, control::Life, reach::Reach, ready::Failure, record::Record},
    screen::{Screen, program},
};
use std::{cmp::Reverse, collections::BTreeSet, time::Duration};
use taonet_chain::genesis::DEV_NETUID;
use taonet_node::{
    client::Client,
    proto::{Metagraph, Neuron, Subnet},
};
use tokio::time::timeout;

/// Without a block for so many slots the network stands still, and the line says so.
const SLOTS_OF_SILENCE: u64 = 4;

/// Shows what happens for as long as a node runs; then that none does any more is a failure.
pub(super) async fn until_stopped(network: &mut Running, screen: &mut Screen) -> Failure {
    let (nodes, record) = (&network.nodes, &mut network.record);
    let mut watch = Watch { record, screen, gone: BTreeSet::new(), epochs: 0, height: 0 };
    loop {
        watch.look();
        if watch.alive().next().is_none() {
            break;
        }
        let best = watch.best().await;
        watch.follow(best, &nodes[best].client).await;
    }
    let all = nodes.iter().map(|node| node.record.name.as_str()).collect::<Vec<_>>().join(" ");
    let remedy =
        format!("the folder is kept; {} down removes it. Logs: {}/n0/log", program(), record.dir.display());
    let check = "all nodes have ended".to_owned();
    Failure { name: all, check, last_words: Vec::new(), remedy: Some(remedy), port_taken: false }
}

struct Watch<'a> {
    record: &'a mut Record,
    screen: &'a mut Screen,
    /// The nodes that do not run, by index.
    gone: BTreeSet<usize>,
    epochs: u64,
    /// The last block seen.
    height: u64,
}

impl Watch<'_> {
    /// The nodes that run, by index.
    fn alive(&self) -> impl Iterator<Item = usize> + use<> {
        let gone = self.gone.clone();
        (0..self.record.nodes.len()).filter(move |index| !gone.contains(index))
    }

    /// Looks which nodes run, and says what has changed.
    fn look(&mut self) {
        self.record.find_restarted();
        for (index, node) in self.record.nodes.iter().enumerate() {
            let runs = node.process.is_some_and(|process| process.is_running());
            if !runs && self.gone.insert(index) {
                let again = format!("{} net restart {}", program(), node.name);
                self.screen.line(format!(" ✘ {} has ended; start it again with: {again}", node.name));
            } else if runs && self.gone.remove(&index) {
                self.screen.line(format!(" ✔ {} is back", node.name));
            }
        }
    }

    /// The node that is furthest: the others may be paused or cut off.
    async fn best(&self) -> usize {
        let statuses = status::ask(self.record).await;
        let heights = statuses.iter().enumerate().filter_map(|(index, s)| Some((s.as_ref()?.height, index)));
        // Of several that are as far, the first.
        let best = heights.max_by_key(|&(height, index)| (height, Reverse(index)));
        best.map_or_else(|| self.alive().next().unwrap_or_default(), |(_, index)| index)
    }

    /// Follows the blocks of one node until its stream ends or another node is further.
    async fn follow(&mut self, index: usize, client: &Client) {
        let silence = Duration::from_millis((SLOTS_OF_SILENCE * self.record.slot_ms).max(1_000));
        let paused = Life::of(self.record.nodes[index].process) == Life::Paused;
        let blocks = if paused { None } else { client.blocks(None).await.ok() };
        let Some(mut blocks) = blocks else {
            self.stands_still().await;
            return tokio::time::sleep(silence).await;
        };
        loop {
            match timeout(silence, blocks.message()).await {
                Ok(Ok(Some(block))) => self.block(client, block.height).await,
                Ok(_) => return,
                Err(_) => {
                    self.stands_still().await;
                    if self.best().await != index {
                        return;
                    }
                }
            }
            self.look();
        }
    }

    async fn block(&mut self, client: &Client, height: u64) {
        // A network without the subnet shows its blocks all the same.
        let metagraph = client.metagraph(DEV_NETUID).await.unwrap_or_default();
        let subnet = metagraph.subnet.clone().unwrap_or_default();
        if subnet.epochs > self.epochs {
            self.epochs = subnet.epochs;
            let line = epoch_line(&metagraph, &subnet, self.record);
            self.screen.line(line);
        }
        self.height = height;
        let line = status_line(height, &subnet, self.alive().count(), self.record);
        self.screen.status(&line);
    }

    async fn stands_still(&mut self) {
        let reach = Reach::of(self.record, &status::ask(self.record).await);
        let why = if reach.suffices() { String::new() } else { format!(": {reach}") };
        self.screen.status(&format!(" no block since block {}{why}", self.height));
    }
}

/// ` epoch 3   α 1.2511 τ  m5 or-opt .45  m4 two-opt .30 …`: the miners, best paid first, and how they work.
fn epoch_line(metagraph: &Metagraph, subnet: &Subnet, record: &Record) -> String {
    let method = |neuron: &Neuron| {
        let known = record.neurons.iter().find(|known| known.hotkey == neuron.hotkey)?;
        Some((known.name.clone(), known.method.clone()?))
    };
    let mut miners: Vec<(u32, String, String)> = metagraph
        .neurons
        .iter()
        .filter_map(|neuron| method(neuron).map(|(name, method)| (neuron.incentive, name, method)))
        .collect();
    miners.sort_by(|a, b| b.cmp(a));
    let shown: Vec<String> = miners
        .iter()
        .map(|(incentive, name, method)| format!("{name} {method} {}", share(*incentive)))
        .collect();
    format!(" epoch {:<3} α {:.4} τ  {}", subnet.epochs, price(subnet), shown.join("  "))
}

/// A proportion of 65,535 with two places: `.45`.
fn share(proportion: u32) -> String {
    format!("{:.2}", f64::from(proportion) / 65_535.0).trim_start_matches('0').to_owned()
}

fn status_line(height: u64, subnet: &Subnet, alive: usize, record: &Record) -> String {
    let left = subnet.next_epoch_block.unwrap_or(height).saturating_sub(height);
    let seconds = (left * record.slot_ms) as f64 / 1_000.0;
    let neurons =
        record.neurons.iter().filter(|neuron| neuron.process.is_some_and(|p| p.is_running())).count();
    let resident: u64 = record.nodes.iter().filter_map(|node| node.process).map(|p| p.resident_bytes()).sum();
    format!(
        " block {height} · epoch {} in {seconds:.1}s · α {:.4} τ · {alive}/{} nodes · {neurons}/{} neurons · rss {} MB",
        subnet.epochs + 1,
        price(subnet),
        record.nodes.len(),
        record.neurons.len(),
        resident / 1_000_000,
    )
}

fn price(subnet: &Subnet) -> f64 {
    subnet.pool.as_ref().map_or(0.0, |pool| pool.price as f64 / 1e9)
}
