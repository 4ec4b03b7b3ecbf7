//! When blocks are made on the nodes of a development network, and how that is said.

use super::{
    control::Life,
    record::{NodeRecord, Record},
};
use std::time::Duration;
use taonet_node::proto::Production;
use tokio::time::timeout;

/// A node that does not answer in this time is left out.
const PATIENCE: Duration = Duration::from_secs(2);

/// As `taonet dev blocks` has it.
pub fn word(production: Production) -> &'static str {
    match production {
        Production::Interval => "interval",
        Production::Manual => "manual",
        Production::Instant => "instant",
    }
}

/// What lets heights start, by the names of the nodes that say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Productions(pub Vec<(String, Production)>);

impl Productions {
    /// Asks the nodes that can answer. A network that is not one for development has nothing to say.
    pub async fn ask(record: &Record) -> Productions {
        let mut all = Vec::new();
        for node in record.nodes.iter().filter(|node| Life::of(node.process) == Life::Running) {
            if let Ok(Some(production)) = timeout(PATIENCE, production(node)).await {
                all.push((node.name.clone(), production));
            }
        }
        Productions(all)
    }

    /// What they have in common; none when they differ, or when nobody says anything.
    pub fn common(&self) -> Option<Production> {
        let (_, first) = self.0.first()?;
        self.0.iter().all(|(_, other)| other == first).then_some(*first)
    }

    /// Whether no block comes by itself, on one node at least.
    pub fn is_held(&self) -> bool {
        self.0.iter().any(|(_, production)| *production != Production::Interval)
    }

    /// Why no block comes by itself, and how to get one; none when they do.
    pub fn sentence(&self) -> Option<String> {
        let how = match self.common() {
            _ if !self.is_held() => return None,
            Some(Production::Manual) => "by hand (taonet dev mine, taonet dev blocks interval)".to_owned(),
            Some(_) => "one for each transaction (taonet dev blocks interval)".to_owned(),
            None => format!("not the same on all nodes: {} (taonet dev blocks interval)", self.each()),
        };
        Some(format!("blocks: {how}"))
    }

    /// `n0 interval, n1 manual`.
    pub fn each(&self) -> String {
        let one = |(name, production): &(String, Production)| format!("{name} {}", word(*production));
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

async fn production(node: &NodeRecord) -> Option<Production> {
    Some(node.connect().await.ok()?.control().await.ok()?.production())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(all: &[Production]) -> Productions {
        Productions((0..).zip(all).map(|(index, one)| (format!("n{index}"), *one)).collect())
    }

    #[test]
    fn held_blocks_are_said_with_the_way_to_get_one() {
        let sentence = |all: &[Production]| say(all).sentence();
        assert_eq!(sentence(&[]), None, "nobody knows");
        assert_eq!(sentence(&[Production::Interval; 2]), None);
        let by_hand = "blocks: by hand (taonet dev mine, taonet dev blocks interval)";
        assert_eq!(sentence(&[Production::Manual; 2]).as_deref(), Some(by_hand));
        let each = "blocks: one for each transaction (taonet dev blocks interval)";
        assert_eq!(sentence(&[Production::Instant]).as_deref(), Some(each));
    }

    #[test]
    fn one_node_that_deviates_is_named_and_nothing_is_common() {
        let all = say(&[Production::Interval, Production::Manual]);
        assert!(all.is_held() && all.common().is_none());
        let sentence = all.sentence().expect("they differ");
        assert!(sentence.contains("not the same on all nodes: n0 interval, n1 manual"), "{sentence}");
    }
}
