//! The page of a run.

use super::{
    escaped,
    plot::{Line, heat_map, lines},
};
use crate::scenario::record::{EpochRecord, NeuronRecord, NodeSeries, Recording, Rows, Series, SubnetRecord};
use std::{collections::BTreeMap, fmt::Write};

/// What the page says beside its plots.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The scenario's name.
    pub title: String,
    /// What it tells.
    pub about: String,
    /// The layer, the seed, the height and whatever else identifies the run, each with its name.
    pub facts: Vec<(String, String)>,
    /// Each assertion, whether it held, and what it rests on.
    pub checks: Vec<(String, bool, String)>,
    /// The plots that are wanted; empty for all.
    pub plots: Vec<String>,
}

const STYLE: &str = "body{font:15px/1.5 sans-serif;max-width:900px;margin:2em auto;padding:0 1em;color:#1b1b1b}\
h1{font-size:1.5em}h2{font-size:1.2em;border-top:1px solid #ccc;padding-top:1em}h3{font-size:1em;margin-bottom:.2em}\
table{border-collapse:collapse}td,th{padding:.15em .8em .15em 0;text-align:left;vertical-align:top}\
code{font-size:.9em}.held{color:#006b3c}.failed{color:#b00020;font-weight:bold}svg{width:100%;height:auto}";

/// A plot of a subnet: its name in scenario files, its title, and how it is drawn.
type Plot = (&'static str, &'static str, fn(&SubnetRecord) -> String);

/// All plots of a subnet, in the order of the page.
const PLOTS: [Plot; 8] = [
    ("emission_by_uid", "Emission by neuron, alpha an epoch", |subnet| over_epochs(subnet, |n| n.emission)),
    ("alpha_price", "Price of alpha, TAO", price),
    ("incentive", "Incentive", |subnet| over_epochs(subnet, |n| n.incentive)),
    ("dividends", "Dividends", |subnet| over_epochs(subnet, |n| n.dividends)),
    ("validator_trust", "Validator trust", |subnet| over_epochs(subnet, |n| n.validator_trust)),
    ("consensus", "Consensus", |subnet| over_epochs(subnet, |n| n.consensus)),
    ("weights", "Weights of the last epoch", |subnet| matrix(subnet, |epoch| &epoch.weights)),
    ("bonds", "Bonds of the last epoch", |subnet| matrix(subnet, |epoch| &epoch.bonds)),
];

/// A plot of the nodes: its name in scenario files, its title, and what it shows of each.
type NodePlot = (&'static str, &'static str, fn(&NodeSeries) -> &Series);

const NODE_PLOTS: [NodePlot; 2] = [
    ("height", "Finalised height of each node", |node| &node.height),
    ("lag", "Blocks by which each node is behind the furthest", |node| &node.behind),
];

/// The names of all plots that a scenario file can ask for.
pub fn plot_names() -> impl Iterator<Item = &'static str> + Clone {
    PLOTS.iter().map(|plot| plot.0).chain(NODE_PLOTS.iter().map(|plot| plot.0))
}

/// The page.
pub fn html(page: &Page, recording: &Recording) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{0}</h1>\n<p>{1}</p>\n",
        escaped(&page.title),
        escaped(&page.about)
    );
    html.push_str("<table>\n");
    for (name, value) in &page.facts {
        let _ = writeln!(html, "<tr><th>{}</th><td>{}</td></tr>", escaped(name), escaped(value));
    }
    html.push_str("</table>\n<h2>What must hold</h2>\n<table>\n");
    for (text, held, facts) in &page.checks {
        let (class, word) = if *held { ("held", "held") } else { ("failed", "did not hold") };
        let _ = writeln!(
            html,
            "<tr><td class=\"{class}\">{word}</td><td><code>{}</code><br>{}</td></tr>",
            escaped(text),
            escaped(facts)
        );
    }
    html.push_str("</table>\n");
    let is_wanted = |name: &str| page.plots.is_empty() || page.plots.iter().any(|wanted| wanted == name);
    for (netuid, subnet) in &recording.subnets {
        let _ = writeln!(html, "<h2>Subnet {netuid} {}</h2>", escaped(&subnet.name));
        for (_, title, draw) in PLOTS.iter().filter(|plot| is_wanted(plot.0)) {
            section(&mut html, title, &draw(subnet));
        }
    }
    let of_nodes: Vec<&NodePlot> = NODE_PLOTS.iter().filter(|plot| is_wanted(plot.0)).collect();
    if !recording.nodes.is_empty() && !of_nodes.is_empty() {
        html.push_str("<h2>Nodes</h2>\n<p>A block that a node has is final: it is never taken back.</p>\n");
        of_nodes.iter().for_each(|(_, title, value)| section(&mut html, title, &by_node(recording, *value)));
    }
    html.push_str("</body></html>\n");
    html
}

fn section(html: &mut String, title: &str, plot: &str) {
    if !plot.is_empty() {
        let _ = write!(html, "<h3>{}</h3>\n{plot}", escaped(title));
    }
}

fn price(subnet: &SubnetRecord) -> String {
    lines(&[Line { name: subnet.name.clone(), points: subnet.price.points.clone() }], "block")
}

fn by_node(recording: &Recording, value: fn(&NodeSeries) -> &Series) -> String {
    let line = |(name, node): (&String, &NodeSeries)| Line {
        name: name.clone(),
        points: value(node).points.clone(),
    };
    lines(&recording.nodes.iter().map(line).collect::<Vec<_>>(), "seconds")
}

/// A value of every neuron that ever had it, epoch by epoch. A uid that changes hands begins a line of its own.
fn over_epochs(subnet: &SubnetRecord, value: fn(&NeuronRecord) -> f64) -> String {
    let mut by_name = BTreeMap::<(u16, &str), Vec<(f64, f64)>>::new();
    for epoch in &subnet.epochs {
        for neuron in &epoch.neurons {
            let points = by_name.entry((neuron.uid, neuron.name.as_str())).or_default();
            points.push((epoch.block as f64, value(neuron)));
        }
    }
    let ever = by_name.into_iter().filter(|(_, points)| points.iter().any(|point| point.1 > 0.0));
    let line = |((uid, name), points): ((u16, &str), _)| Line { name: format!("{uid} {name}"), points };
    lines(&ever.map(line).collect::<Vec<_>>(), "block")
}

/// The matrix of the last epoch: rows and columns with anything in them.
fn matrix(subnet: &SubnetRecord, rows_of: fn(&EpochRecord) -> &Rows) -> String {
    let Some(epoch) = subnet.epochs.last() else { return String::new() };
    let label = |uid: usize| {
        let name = epoch.neurons.get(uid).map_or("", |neuron| neuron.name.as_str());
        format!("{uid} {name}")
    };
    let columns: std::collections::BTreeSet<u16> =
        rows_of(epoch).iter().flatten().filter(|(_, value)| *value > 0.0).map(|(uid, _)| *uid).collect();
    let rows: Vec<(String, Vec<f64>)> = rows_of(epoch)
        .iter()
        .enumerate()
        .filter(|(_, row)| !row.is_empty())
        .map(|(uid, row)| {
            let value =
                |column: &u16| row.iter().find(|(to, _)| to == column).map_or(0.0, |(_, value)| *value);
            (label(uid), columns.iter().map(value).collect())
        })
        .collect();
    if rows.is_empty() || columns.is_empty() {
        return String::new();
    }
    heat_map(&rows, &columns.iter().map(|uid| label(usize::from(*uid))).collect::<Vec<_>>(), 1.0)
}
