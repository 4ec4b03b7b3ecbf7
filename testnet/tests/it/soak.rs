//! Real nodes as fast as they can, for a long time: memory and disk stay flat, and an archive keeps everything.
//!
//! Two nodes with a short history and one with an archive make blocks without a pause between them, in a living
//! development network: an epoch every 20 blocks. `make soak` runs it with the default history for 100,000 blocks and
//! prints what it samples; the suite runs the same with shorter ones.
//!
//! The database grows with its log and its young tables, and shrinks again whenever it merges them: by several MiB in
//! thousands of blocks. So slopes say something only over many of these rounds.

use crate::{
    home::{Home, nodes, text},
    whole_network::{Restarted, agree, kill, wait_until_it_listens},
};
use serde_json::Value;
use std::{env, fs, path::Path};
use taonet_node::store::{BLOCKS_PER_UNDO, DEFAULT_HISTORY};

/// How many blocks to make, if not so few.
const BLOCKS: &str = "TAONET_SOAK_BLOCKS";
const FEW: u64 = 500;
/// A short run has a shorter history than nodes have by default, so that it becomes full as well.
const BLOCKS_PER_HISTORY: u64 = 25;
/// How often it is looked at the nodes.
const SAMPLES: u64 = 50;
/// What a node's memory may grow by in a block once history is full, bytes: 50 MB in 100,000 blocks.
const GROWTH: f64 = 512.0;

/// What a node takes at a height, bytes.
struct Sample {
    height: u64,
    memory: u64,
    disk: u64,
}

#[test]
fn memory_and_disk_stay_flat_and_an_archive_keeps_all() {
    let blocks: u64 = env::var(BLOCKS).map_or(FEW, |text| text.parse().expect("a number of blocks"));
    let history = DEFAULT_HISTORY.min(blocks / BLOCKS_PER_HISTORY);
    let home = Home::new();
    let network = home.up(&["--nodes", "3"]);
    let nodes = nodes(&network);
    hurry(&network, &nodes, history);
    let mut running: Vec<Restarted> = nodes.iter().map(Restarted::from).collect();
    nodes.iter().zip(&mut running).for_each(|(node, process)| wait_until_it_listens(node, process));
    let mut samples: Vec<Vec<Sample>> = nodes.iter().map(|_| Vec::new()).collect();
    for height in (1..=SAMPLES).map(|part| part * blocks / SAMPLES) {
        agree(&home, &nodes, height);
        for ((node, process), taken) in nodes.iter().zip(&running).zip(&mut samples) {
            taken.push(sample(node, process, height));
        }
        show(&samples);
    }
    // From here on each block pushes another one out of the history.
    let full = history * BLOCKS_PER_UNDO;
    let slopes = |of: fn(&Sample) -> u64| -> Vec<f64> {
        samples.iter().map(|samples| slope(samples.iter().filter(|s| s.height >= full), of)).collect()
    };
    let (memory, disk) = (slopes(|sample| sample.memory), slopes(|sample| sample.disk));
    println!("bytes a block from {full} on, two nodes and an archive: memory {memory:.0?}, disk {disk:.0?}");
    assert_eq!(kept(&home, &nodes, 1), [false, false, true]);
    assert_eq!(kept(&home, &nodes, blocks), [true; 3]);
    if blocks > FEW {
        assert!(memory[..2].iter().all(|slope| *slope < GROWTH), "memory grows: {memory:?}");
        assert!(disk[..2].iter().all(|slope| *slope < disk[2] / 4.0), "disk grows: {disk:?}");
    }
}

/// Ends all processes of a network, and leaves its nodes a new beginning: without a pause between blocks, with a short
/// history, and with an archive for the last one.
fn hurry(network: &Value, nodes: &[Value], history: u64) {
    nodes.iter().for_each(kill);
    network["neurons"].as_array().expect("neurons").iter().for_each(kill);
    let genesis = Path::new(text(network, "dir")).join("genesis.toml");
    edit(&genesis, "slot_ms = 250", "slot_ms = 1");
    for (index, node) in nodes.iter().enumerate() {
        let dir = Path::new(text(node, "dir"));
        fs::remove_dir_all(dir.join("db")).expect("removed");
        let file = dir.join("node.toml");
        edit(&file, "history = 1000", &format!("history = {history}"));
        if index + 1 == nodes.len() {
            edit(&file, "archive = false", "archive = true");
        }
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let before = fs::read_to_string(file).expect("readable");
    assert!(before.contains(from), "{} says nothing of {from}", file.display());
    fs::write(file, before.replace(from, to)).expect("written");
}

fn sample(node: &Value, process: &Restarted, height: u64) -> Sample {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).expect("the node runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let memory: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    Sample { height, memory: memory << 10, disk: size(&Path::new(text(node, "dir")).join("db")) }
}

/// The bytes of all files in a folder; files may go while it is looked at.
fn size(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).expect("a folder").filter_map(Result::ok);
    files.filter_map(|file| file.metadata().ok()).map(|data| data.len()).sum()
}

/// Prints the latest samples, in a row.
fn show(samples: &[Vec<Sample>]) {
    let latest = samples.iter().filter_map(|samples| samples.last());
    let text: Vec<String> = latest
        .map(|Sample { height, memory, disk }| {
            format!(
                "{height:>6}  memory {:>3} MiB  disk {:>5.1} MiB",
                memory >> 20,
                *disk as f64 / 1_048_576.0
            )
        })
        .collect();
    println!("{}", text.join("  |  "));
}

/// The slope of the line that fits best.
fn slope<'s>(samples: impl Iterator<Item = &'s Sample>, of: fn(&Sample) -> u64) -> f64 {
    let points: Vec<(f64, f64)> = samples.map(|sample| (sample.height as f64, of(sample) as f64)).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let above: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    above / points.iter().map(|point| (point.0 - x) * (point.0 - x)).sum::<f64>()
}

/// Which nodes still have the block at a height.
fn kept(home: &Home, nodes: &[Value], height: u64) -> Vec<bool> {
    let has = |node: &Value| {
        let words = ["--json", "--rpc", text(node, "rpc"), "query", "block", &height.to_string()];
        home.taonet(&words).status.success()
    };
    nodes.iter().map(has).collect()
}

#[test]
fn the_slope_of_a_line_is_found() {
    let sample = |height: u64| Sample { height, memory: 3 * height + 7, disk: 0 };
    let samples = [sample(1), sample(5), sample(9)];
    assert_eq!(slope(samples.iter(), |sample| sample.memory), 3.0);
}
