//! Ranges as people write them: `4..10` nodes, `0..1000` seeds.

use std::{ops::Range, str::FromStr};

/// The fewest nodes of a storm: with fewer, nobody may fail.
pub(super) const FEWEST: i64 = 4;

/// The most nodes of a storm: each hears every other, so the work grows with their square.
pub(super) const MOST: i64 = 32;

/// How many nodes storms have: from the first to the last number, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nodes {
    first: u16,
    last: u16,
}

/// Seeds, the last not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seeds(Range<u64>);

impl Nodes {
    /// How many nodes the storm of a seed has: seeds take turns.
    pub(super) fn of(self, seed: u64) -> u16 {
        self.first + (seed % u64::from(self.last - self.first + 1)) as u16
    }
}

impl Seeds {
    pub(super) fn range(&self) -> Range<u64> {
        self.0.clone()
    }
}

impl FromStr for Nodes {
    type Err = String;

    fn from_str(text: &str) -> Result<Nodes, String> {
        let wrong = || format!("`{text}` is no number of nodes; write 4 or 4..10, from {FEWEST} to {MOST}");
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number =
            |text: &str| text.parse::<u16>().ok().filter(|n| (FEWEST..=MOST).contains(&i64::from(*n)));
        let (first, last) = number(first).zip(number(last)).ok_or_else(wrong)?;
        if first <= last { Ok(Nodes { first, last }) } else { Err(wrong()) }
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seeds, String> {
        let range = match text.split_once("..") {
            Some((first, end)) => first.parse().ok().zip(end.parse().ok()),
            None => text.parse().ok().and_then(|seed: u64| Some((seed, seed.checked_add(1)?))),
        };
        let range = range.map(|(first, end)| first..end).filter(|range| !range.is_empty());
        range.map(Seeds).ok_or_else(|| format!("`{text}` are no seeds; write 7 or 0..1000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_include_their_last_and_seeds_do_not() {
        let nodes: Nodes = "4..10".parse().expect("a range");
        assert_eq!((0..8).map(|seed| nodes.of(seed)).collect::<Vec<_>>(), [4, 5, 6, 7, 8, 9, 10, 4]);
        let seeds: Seeds = "3..6".parse().expect("a range");
        assert_eq!(seeds.range().collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!("7".parse::<Seeds>().expect("a seed").range(), 7..8);
        assert_eq!("5".parse::<Nodes>().expect("a number").of(99), 5);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "3", "4..", "..9", "9..4", "4..33", "four"] {
            assert!(text.parse::<Nodes>().is_err(), "{text}");
        }
        for text in ["", "5..5", "9..2", "x", "18446744073709551615"] {
            assert!(text.parse::<Seeds>().is_err(), "{text}");
        }
    }
}
