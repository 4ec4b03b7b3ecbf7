//! The numbers as tables, for a spreadsheet or a notebook.

use crate::scenario::record::{Recording, SubnetRecord};
use std::fmt::Write;

/// The tables: each a file name and its text.
pub fn csv(recording: &Recording) -> Vec<(&'static str, String)> {
    vec![
        ("price.csv", price(recording)),
        ("epochs.csv", epochs(recording)),
        ("weights.csv", matrix(recording, "weight")),
        ("bonds.csv", matrix(recording, "bond")),
        ("nodes.csv", nodes(recording)),
    ]
}

fn price(recording: &Recording) -> String {
    let mut table = String::from("netuid,subnet,block,price_tao\n");
    for (netuid, subnet) in &recording.subnets {
        for (block, price) in &subnet.price.points {
            let _ = writeln!(table, "{netuid},{},{block},{price:.9}", cell(&subnet.name));
        }
    }
    table
}

fn epochs(recording: &Recording) -> String {
    let mut table = String::from(
        "netuid,subnet,block,uid,name,stake,permit,consensus,validator_trust,incentive,dividends,emission_alpha\n",
    );
    for (netuid, SubnetRecord { name, epochs, .. }) in &recording.subnets {
        for epoch in epochs {
            for neuron in &epoch.neurons {
                let _ = writeln!(
                    table,
                    "{netuid},{},{},{},{},{:.9},{},{:.6},{:.6},{:.6},{:.6},{:.9}",
                    cell(name),
                    epoch.block,
                    neuron.uid,
                    cell(&neuron.name),
                    neuron.stake,
                    neuron.permit,
                    neuron.consensus,
                    neuron.validator_trust,
                    neuron.incentive,
                    neuron.dividends,
                    neuron.emission
                );
            }
        }
    }
    table
}

fn matrix(recording: &Recording, what: &str) -> String {
    let mut table = format!("netuid,block,from_uid,to_uid,{what}\n");
    for (netuid, subnet) in &recording.subnets {
        for epoch in &subnet.epochs {
            let rows = if what == "weight" { &epoch.weights } else { &epoch.bonds };
            for (from, row) in rows.iter().enumerate() {
                for (to, value) in row {
                    let _ = writeln!(table, "{netuid},{},{from},{to},{value:.6}", epoch.block);
                }
            }
        }
    }
    table
}

fn nodes(recording: &Recording) -> String {
    let mut table = String::from("node,seconds,height,behind\n");
    for (name, node) in &recording.nodes {
        for ((seconds, height), (_, behind)) in node.height.points.iter().zip(&node.behind.points) {
            let _ = writeln!(table, "{},{seconds:.3},{height},{behind}", cell(name));
        }
    }
    table
}

/// A text as one cell; never one that a spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}
