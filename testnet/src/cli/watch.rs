//! The screen of a running network: one line for each epoch, and one line that rewrites itself.

use crate::{
    network::{
        ready::{Failure, Node},
        record::Record,
    },
    screen::Screen,
};
use std::process::ExitCode;
use taonet_chain::genesis::DEV_NETUID;
use taonet_node::proto::{Metagraph, Neuron, Subnet};

/// Shows what happens until the process is told to stop, or nothing is left to watch.
pub(super) async fn until_stopped(
    nodes: &[Node],
    record: &Record,
    screen: &mut Screen,
) -> Result<ExitCode, Failure> {
    let mut gone: Vec<&str> = Vec::new();
    let mut epochs = 0;
    while let Some(node) = nodes.iter().find(|node| !gone.contains(&node.record.name.as_str())) {
        if let Ok(mut blocks) = node.client.blocks(None).await {
            while let Ok(Some(block)) = blocks.message().await {
                report_gone(nodes, &mut gone, screen);
                // A network without the subnet shows its blocks all the same.
                let metagraph = node.client.metagraph(DEV_NETUID).await.unwrap_or_default();
                let subnet = metagraph.subnet.clone().unwrap_or_default();
                if subnet.epochs > epochs {
                    epochs = subnet.epochs;
                    screen.line(epoch_line(&metagraph, &subnet, record));
                }
                screen.status(&status_line(block.height, &subnet, nodes.len() - gone.len(), record));
            }
        }
        report_gone(nodes, &mut gone, screen);
        if !gone.contains(&node.record.name.as_str()) {
            gone.push(&node.record.name);
        }
    }
    screen.failed("all nodes have ended", "taonet up");
    Ok(ExitCode::FAILURE)
}

fn report_gone<'n>(nodes: &'n [Node], gone: &mut Vec<&'n str>, screen: &mut Screen) {
    for node in nodes {
        let name = node.record.name.as_str();
        let runs = node.record.process.is_some_and(|process| process.is_running());
        if !runs && !gone.contains(&name) {
            gone.push(name);
            let again = format!("taonet node --dir {}", node.record.dir.display());
            screen.line(format!(" ✘ {name} has ended; start it again with: {again}"));
        }
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
        " block {height} · epoch {} in {seconds:.1}s · α {:.6} τ · {alive}/{} nodes · {neurons}/{} neurons · rss {} MB",
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
