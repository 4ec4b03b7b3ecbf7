//! A scenario on many replicas over a simulated network, in virtual time.
//!
//! Rules:
//! 1. The network is seen as the node that is furthest has it. Where several are, it is the first of them.
//! 2. Everyone who acts uses a node ([`crate::harness::Cluster`]); governance uses the node through which the network
//!    is seen.

use super::{
    acts::{self, Deed},
    file::{Act, Layer, LinkFile, Scenario},
    stage::{Stage, StageError},
};
use crate::{
    harness::{Builder, Cluster, View},
    sim::Link,
};
use taonet_chain::Hash;

/// A [`Cluster`] as a stage.
pub struct OnCluster {
    cluster: Cluster,
    began: u64,
    names: Vec<String>,
    link: Link,
}

impl OnCluster {
    /// The network of a scenario.
    ///
    /// # Errors
    /// Its description makes no sense.
    pub fn new(scenario: &Scenario) -> Result<OnCluster, StageError> {
        let link = link_of(&scenario.network.link);
        let builder = Builder::from(scenario.setup()).cluster().link_default(link);
        let cluster = builder.build().map_err(StageError::of)?;
        let names = (0..scenario.network.authorities).map(|index| format!("n{index}")).collect();
        Ok(OnCluster { began: cluster.time(), cluster, names, link })
    }

    /// The node that is up and furthest, and how far it is.
    fn first(&self) -> (&str, u64) {
        let up = self.names.iter().filter(|name| self.cluster.view(name).is_ok());
        let heights = up.map(|name| (name.as_str(), self.cluster.finalized(name).unwrap_or(0)));
        heights.rev().max_by_key(|(_, height)| *height).unwrap_or(("n0", 0))
    }

    fn fault(&mut self, act: &Act) -> Result<(), StageError> {
        let done = match act {
            Act::Partition(groups) => {
                let groups: Vec<Vec<&str>> =
                    groups.iter().map(|group| group.iter().map(String::as_str).collect()).collect();
                let groups: Vec<&[&str]> = groups.iter().map(Vec::as_slice).collect();
                self.cluster.partition(&groups).map(drop)
            }
            Act::Heal => {
                self.cluster.set_links(self.link);
                self.cluster.heal()
            }
            Act::Crash(node) => self.cluster.crash(node),
            Act::Start(node) => self.cluster.restart(node),
            Act::Link { from, to, link } => {
                let link = link_of(link);
                self.cluster.set_link(from, to, link).and_then(|()| self.cluster.set_link(to, from, link))
            }
            Act::SetParam { .. } | Act::Dissolve(_) | Act::Stand(_) | Act::StakeMode => Ok(()),
        };
        done.map_err(StageError::of)
    }
}

fn link_of(link: &LinkFile) -> Link {
    if *link == LinkFile::default() {
        return Link::CALM;
    }
    Link { loss_percent: link.loss_percent, ..Link::delay(link.latency_ms, link.jitter_ms) }
}

impl Stage for OnCluster {
    fn layer(&self) -> Layer {
        Layer::Cluster
    }

    fn advance(&mut self) -> Result<(), StageError> {
        let next = self.first().1 + 1;
        let names = self.names.clone();
        let is_there = |cluster: &Cluster| {
            names.iter().any(|name| cluster.finalized(name).is_ok_and(|height| height >= next))
        };
        self.cluster.until(is_there).map_err(StageError::of)
    }

    fn act(&mut self, act: &Act) -> Result<(), StageError> {
        match acts::deed(act, self.cluster.setup())? {
            Deed::Send(calls) => {
                let node = self.first().0.to_owned();
                let mut send = |(who, call): (String, _)| self.cluster.send(&node, &who, call).map(drop);
                calls.into_iter().try_for_each(|one| send(one).map_err(StageError::of))
            }
            Deed::Fault(act) => self.fault(act),
        }
    }

    fn view(&self) -> Result<View<'_>, StageError> {
        self.cluster.view(self.first().0).map_err(StageError::of)
    }

    fn root(&self) -> Hash {
        self.cluster.root_at(self.first().1).unwrap_or_default()
    }

    fn seconds(&self) -> f64 {
        self.cluster.time().saturating_sub(self.began) as f64 / 1_000.0
    }

    fn nodes(&self) -> Vec<(String, u64)> {
        let height = |name: &String| self.cluster.finalized(name).unwrap_or(0);
        self.names.iter().map(|name| (name.clone(), height(name))).collect()
    }

    fn trace(&self) -> Vec<String> {
        self.cluster.reports().iter().map(|report| format!("{report:?}")).collect()
    }
}
