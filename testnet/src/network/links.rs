//! The links of a running network: who does what to whom, read from and written to the nodes.
//!
//! Rules:
//! 1. A fault of a link is made at both ends: each node delays what it sends and refuses what is cut.
//! 2. Each node's folder holds its share (`links.toml`), so that a node that starts again comes back to the same links;
//!    a node that runs is told as well. A node that is paused or gone needs no telling: the other end is enough for a
//!    cut, and it reads its file, or is told, when it returns.
//! 3. A partition replaces the cuts of the last one; latency, jitter and loss stay as they are until they are changed.

use super::{
    ready::Failure,
    record::{NodeRecord, Record},
};
use std::{collections::BTreeMap, io, time::Duration};
use taonet_chain::AccountId;
use taonet_node::links;
use taonet_p2p::{Conditions, Link, Passage};
use tokio::time::timeout;

/// How long a node may take to take its links.
const PATIENCE: Duration = Duration::from_secs(10);

/// What all nodes do to each other; nodes by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Where chance begins.
    pub seed: u64,
    /// What the first node does to the second; whole links are left out.
    links: BTreeMap<(usize, usize), Link>,
}

/// What to change of a link; `None` leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Whether bytes pass.
    pub passage: Option<Passage>,
    /// How late bytes leave.
    pub latency: Option<Duration>,
    /// By how much that varies.
    pub jitter: Option<Duration>,
    /// Packets lost, in millionths.
    pub loss_ppm: Option<u32>,
}

impl Faults {
    /// Reads what stands in the nodes' folders.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(record: &Record) -> io::Result<Faults> {
        let genesis = taonet_node::config::load_genesis(&record.dir.join("genesis.toml"));
        let genesis = genesis.map_err(io::Error::other)?;
        let accounts = accounts(record)?;
        let mut faults = Faults::default();
        for (from, node) in record.nodes.iter().enumerate() {
            let conditions = links::load(&node.dir, &genesis).map_err(io::Error::other)?;
            faults.seed = faults.seed.max(conditions.seed);
            for (to, peer) in accounts.iter().enumerate() {
                faults.set(from, to, conditions.link(peer));
            }
        }
        Ok(faults)
    }

    /// Writes each node's share into its folder.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let accounts = accounts(record)?;
        for (index, node) in record.nodes.iter().enumerate() {
            links::save(&node.dir, &self.of(index, &accounts))?;
        }
        Ok(())
    }

    /// Tells the nodes that run, and returns the names of those that are paused or gone.
    ///
    /// # Errors
    /// The first node that runs and does not take it.
    pub async fn tell(&self, record: &Record) -> Result<Vec<String>, Failure> {
        let accounts = accounts(record).map_err(|error| Failure::of_system("network.json", &error))?;
        let mut absent = Vec::new();
        for (index, node) in record.nodes.iter().enumerate() {
            if !node.process.is_some_and(|process| process.is_running() && !process.is_paused()) {
                absent.push(node.name.clone());
                continue;
            }
            let told = timeout(PATIENCE, tell(node, &self.of(index, &accounts))).await;
            told.unwrap_or_else(|_| Err(Failure::of(node, format!("no answer in {PATIENCE:?}"))))?;
        }
        Ok(absent)
    }

    /// Whether every link is within its bounds.
    ///
    /// # Errors
    /// Which bound is passed.
    pub fn check(&self) -> Result<(), taonet_p2p::Error> {
        self.links.values().try_for_each(Link::check)
    }

    /// What a node does to another.
    pub fn link(&self, from: usize, to: usize) -> Link {
        self.links.get(&(from, to)).copied().unwrap_or_default()
    }

    /// The links that are not whole, by the nodes' indices.
    pub fn broken(&self) -> impl Iterator<Item = ((usize, usize), Link)> + '_ {
        self.links.iter().map(|(&ends, &link)| (ends, link))
    }

    /// Cuts every link between nodes of different groups, and opens all others.
    pub fn partition(&mut self, groups: &[Vec<usize>], nodes: usize) {
        let group = |node: &usize| groups.iter().position(|group| group.contains(node));
        for (from, to) in pairs(nodes) {
            let passage = if group(&from) == group(&to) { Passage::Open } else { Passage::Cut };
            self.change(from, to, &Change { passage: Some(passage), ..Change::default() });
        }
    }

    /// Opens every link; what is slow stays slow.
    pub fn open(&mut self, nodes: usize) {
        for (from, to) in pairs(nodes) {
            self.change(from, to, &Change { passage: Some(Passage::Open), ..Change::default() });
        }
    }

    /// Changes what one node does to another.
    pub fn change(&mut self, from: usize, to: usize, change: &Change) {
        let link = self.link(from, to);
        let changed = Link {
            passage: change.passage.unwrap_or(link.passage),
            latency: change.latency.unwrap_or(link.latency),
            jitter: change.jitter.unwrap_or(link.jitter),
            loss_ppm: change.loss_ppm.unwrap_or(link.loss_ppm),
        };
        self.set(from, to, changed);
    }

    fn set(&mut self, from: usize, to: usize, link: Link) {
        if from == to || link == Link::default() {
            self.links.remove(&(from, to));
        } else {
            self.links.insert((from, to), link);
        }
    }

    /// The share of one node.
    fn of(&self, node: usize, accounts: &[AccountId]) -> Conditions {
        let own = self.links.range((node, 0)..=(node, usize::MAX));
        let links = own.filter_map(|(&(_, to), &link)| Some((*accounts.get(to)?, link)));
        Conditions { seed: self.seed, links: links.collect() }
    }
}

/// All ordered pairs of different nodes.
fn pairs(nodes: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..nodes).flat_map(move |from| (0..nodes).filter(move |&to| to != from).map(move |to| (from, to)))
}

/// The nodes' accounts: a node is among its peers whom it votes as.
fn accounts(record: &Record) -> io::Result<Vec<AccountId>> {
    record.nodes.iter().map(|node| node.authority.parse().map_err(io::Error::other)).collect()
}

async fn tell(node: &NodeRecord, conditions: &Conditions) -> Result<(), Failure> {
    let fault = |fault: taonet_node::Fault| Failure::of(node, format!("told of its links: {fault}"));
    node.connect().await.map_err(fault)?.set_links(conditions).await.map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Change = Change {
        passage: None,
        latency: Some(Duration::from_millis(40)),
        jitter: None,
        loss_ppm: Some(10_000),
    };

    fn cuts(faults: &Faults) -> Vec<(usize, usize)> {
        let cut = |(_, link): &((usize, usize), Link)| link.passage == Passage::Cut;
        faults.broken().filter(cut).map(|(ends, _)| ends).collect()
    }

    #[test]
    fn a_partition_cuts_between_groups_in_both_directions_and_replaces_the_last() {
        let mut faults = Faults::default();
        faults.partition(&[vec![0, 1], vec![2, 3]], 4);
        assert_eq!(cuts(&faults), [(0, 2), (0, 3), (1, 2), (1, 3), (2, 0), (2, 1), (3, 0), (3, 1)]);
        // Who is not named forms a group as well.
        faults.partition(&[vec![3]], 4);
        assert_eq!(cuts(&faults), [(0, 3), (1, 3), (2, 3), (3, 0), (3, 1), (3, 2)]);
        faults.open(4);
        assert_eq!(faults, Faults::default());
    }

    #[test]
    fn a_slow_link_stays_slow_through_a_partition() {
        let mut faults = Faults::default();
        faults.change(0, 1, &SLOW);
        faults.partition(&[vec![0], vec![1]], 2);
        faults.open(2);
        let link = faults.link(0, 1);
        assert_eq!((link.latency, link.loss_ppm), (Duration::from_millis(40), 10_000));
        assert_eq!(faults.link(1, 0), Link::default(), "only the direction that was changed");
        faults.change(
            0,
            1,
            &Change { latency: Some(Duration::ZERO), loss_ppm: Some(0), ..Change::default() },
        );
        assert_eq!(faults, Faults::default());
    }

    #[test]
    fn each_node_gets_its_own_share() {
        let accounts: Vec<AccountId> = (0..3).map(|n| AccountId([n; 32])).collect();
        let mut faults = Faults { seed: 5, ..Faults::default() };
        faults.change(0, 1, &SLOW);
        faults.change(2, 0, &SLOW);
        faults.change(1, 1, &SLOW);
        let share = |node| faults.of(node, &accounts).links.into_keys().collect::<Vec<_>>();
        assert_eq!((share(0), share(1), share(2)), (vec![accounts[1]], vec![], vec![accounts[0]]));
    }
}
