//! The words of `taonet net`: names of nodes, groups, times and losses, as they are typed and as they are shown.

use super::refused;
use crate::network::{ready::Failure, record::Record};
use std::{str::FromStr, time::Duration};
use taonet_p2p::{Link, Passage};

/// A time as people type it: `40ms`, `0.5s`, `1s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Duration);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Time, String> {
        let (number, unit_ms) = match text.strip_suffix("ms") {
            Some(number) => (number, 1.0),
            None => (text.strip_suffix('s').ok_or("write a time like 40ms or 0.5s")?, 1_000.0),
        };
        let number: f64 = number.trim().parse().map_err(|_| "write a time like 40ms or 0.5s")?;
        let milliseconds = (number * unit_ms).round();
        if !(0.0..=60_000.0).contains(&milliseconds) {
            return Err("a time from 0 to a minute".to_owned());
        }
        Ok(Time(Duration::from_millis(milliseconds as u64)))
    }
}

/// A loss in millionths, from `1%` or `1`.
pub(super) fn loss(text: &str) -> Result<u32, String> {
    let percent: f64 =
        text.trim_end_matches('%').trim().parse().map_err(|_| "write a loss like 1% or 0.5%")?;
    if !(0.0..=100.0).contains(&percent) {
        return Err("a loss from 0% to 100%".to_owned());
    }
    Ok((percent * 10_000.0).round() as u32)
}

/// The index of a node by its name.
fn node(record: &Record, name: &str) -> Result<usize, Failure> {
    record.nodes.iter().position(|node| node.name == name).ok_or_else(|| {
        let known: Vec<&str> = record.nodes.iter().map(|node| node.name.as_str()).collect();
        refused(
            &format!("{} has no node {name}", record.id),
            &format!("name one of: {} all", known.join(" ")),
        )
    })
}

/// The nodes of a list of names, which may be `all`, in the order of the record.
pub(super) fn nodes(record: &Record, names: &[String]) -> Result<Vec<usize>, Failure> {
    let mut chosen = Vec::new();
    for name in names.iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty()) {
        if name == "all" {
            chosen.extend(0..record.nodes.len());
        } else {
            chosen.push(node(record, name)?);
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

/// Whether the names are those of all nodes.
pub(super) fn is_all(names: &[String]) -> bool {
    names.iter().flat_map(|names| names.split(',')).any(|name| name == "all")
}

/// The groups of `n0,n1 / n2,n3`; nodes that are not named form one more.
pub(super) fn partition(record: &Record, words: &[String]) -> Result<Vec<Vec<usize>>, Failure> {
    let text = words.join(" ");
    let mut groups = Vec::new();
    for group in text.split('/') {
        let names: Vec<String> = group.split_whitespace().map(str::to_owned).collect();
        groups.push(nodes(record, &names)?);
    }
    let named: Vec<usize> = groups.concat();
    let others: Vec<usize> = (0..record.nodes.len()).filter(|node| !named.contains(node)).collect();
    if !others.is_empty() {
        groups.push(others);
    }
    groups.retain(|group| !group.is_empty());
    let twice = groups.concat().len() != record.nodes.len();
    if twice || groups.len() < 2 {
        let what = if twice { "a node is in two groups" } else { "a partition has two groups or more" };
        return Err(refused(what, "write: partition n0,n1 / n2,n3"));
    }
    Ok(groups)
}

/// The names of nodes.
pub(super) fn shown(record: &Record, nodes: &[usize]) -> String {
    let names: Vec<&str> =
        nodes.iter().filter_map(|&node| record.nodes.get(node)).map(|node| node.name.as_str()).collect();
    names.join(" ")
}

/// `open`, `mute` or `cut`.
pub(super) fn passage(passage: Passage) -> &'static str {
    match passage {
        Passage::Open => "open",
        Passage::Mute => "mute",
        Passage::Cut => "cut",
    }
}

/// `latency 40 ms ± 10 ms, loss 1 %`.
pub(super) fn link(link: &Link) -> String {
    let mut words = Vec::new();
    if link.passage != Passage::Open {
        words.push(passage(link.passage).to_owned());
    }
    if !link.latency.is_zero() || !link.jitter.is_zero() {
        words.push(format!("latency {} ms ± {} ms", link.latency.as_millis(), link.jitter.as_millis()));
    }
    if link.loss_ppm > 0 {
        words.push(format!("loss {} %", f64::from(link.loss_ppm) / 10_000.0));
    }
    words.join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::network::record::{NodeRecord, SCHEMA};
    use std::path::PathBuf;

    pub(in super::super) fn record(nodes: usize) -> Record {
        let node = |index: usize| NodeRecord {
            name: format!("n{index}"),
            process: None,
            dir: PathBuf::new(),
            rpc: String::new(),
            metrics: String::new(),
            p2p: Vec::new(),
            authority: String::new(),
            uri: String::new(),
            log: PathBuf::new(),
        };
        Record {
            schema: SCHEMA,
            id: "quiet-falcon".into(),
            preset: "dev".into(),
            genesis: String::new(),
            dir: PathBuf::new(),
            binary: PathBuf::new(),
            supervisor: None,
            slot_ms: 250,
            nodes: (0..nodes).map(node).collect(),
            neurons: Vec::new(),
            accounts: Vec::new(),
        }
    }

    #[test]
    fn groups_are_read_however_they_are_spaced() {
        let record = record(4);
        let read = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            partition(&record, &words).map_err(|failure| failure.check)
        };
        let halves = Ok(vec![vec![0, 1], vec![2, 3]]);
        for text in ["n0,n1 / n2,n3", "n0,n1/n2,n3", "n0 n1 / n2 n3", "n1,n0 /", "n0,n1", "/ n0 n1 / n3 n2"] {
            assert_eq!(read(text), halves, "{text}");
        }
        assert_eq!(read("n3"), Ok(vec![vec![3], vec![0, 1, 2]]));
        assert_eq!(read("n0 / n1 / n2 / n3").map(|groups| groups.len()), Ok(4));
        for (text, why) in [
            ("all", "a partition has two groups or more"),
            ("n0 / n0,n1", "a node is in two groups"),
            ("n0 / n9", "quiet-falcon has no node n9"),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn times_and_losses_are_read_with_their_units() {
        let time = |text: &str| text.parse::<Time>().map(|time| time.0.as_millis());
        assert_eq!((time("40ms"), time("0.5s"), time("1s"), time("0s")), (Ok(40), Ok(500), Ok(1_000), Ok(0)));
        for text in ["40", "ms", "-1ms", "x s", "61s", "nans"] {
            assert!(time(text).is_err(), "{text}");
        }
        assert_eq!((loss("1%"), loss("0.5"), loss("0")), (Ok(10_000), Ok(5_000), Ok(0)));
        for text in ["-1%", "101%", "some", "nan"] {
            assert!(loss(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_link_is_shown_in_words() {
        let slow = Link {
            latency: Duration::from_millis(40),
            jitter: Duration::from_millis(10),
            loss_ppm: 5_000,
            ..Link::default()
        };
        assert_eq!(link(&slow), "latency 40 ms ± 10 ms, loss 0.5 %");
        assert_eq!(link(&Link { passage: Passage::Cut, ..Link::default() }), "cut");
    }
}
