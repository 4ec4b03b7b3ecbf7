//! What a scenario breaks of real nodes and links, and how it is mended.

use super::{OnProcesses, failed};
use crate::{
    network::{
        control,
        links::{Change, Faults},
    },
    scenario::{
        file::{Act, LinkFile, Scenario},
        stage::StageError,
    },
};
use std::time::Duration;
use taonet_p2p::Link;

impl OnProcesses {
    /// Breaks or mends something. In force when it returns.
    pub(super) fn fault(&mut self, act: &Act) -> Result<(), StageError> {
        let nodes = self.network.nodes().len();
        match act {
            Act::Partition(groups) => {
                let groups: Vec<Vec<usize>> = groups
                    .iter()
                    .map(|group| group.iter().filter_map(|name| self.node(name)).collect())
                    .collect();
                let alone = (0..nodes).filter(|node| !groups.iter().any(|group| group.contains(node)));
                let alone: Vec<Vec<usize>> = alone.map(|node| vec![node]).collect();
                self.faults.partition(&[groups, alone].concat(), nodes);
            }
            Act::Heal => self.faults = self.calm.clone(),
            Act::Link { from, to, link } => {
                if let (Some(from), Some(to)) = (self.node(from), self.node(to)) {
                    self.faults.change(from, to, &change(link));
                    self.faults.change(to, from, &change(link));
                }
            }
            Act::Crash(name) | Act::Start(name) => {
                let is_start = matches!(act, Act::Start(_));
                return self.node(name).map_or(Ok(()), |node| self.power(node, is_start));
            }
            Act::SetParam { .. } | Act::Dissolve(_) | Act::Stand(_) | Act::StakeMode => {}
        }
        self.set_links()
    }

    /// Ends a node, or starts it again.
    fn power(&mut self, node: usize, is_start: bool) -> Result<(), StageError> {
        if !is_start {
            return control::kill(&self.network.record().nodes[node]).map_err(failed);
        }
        if self.is_up(node) {
            return Err(StageError(format!("n{node} is not down")));
        }
        let back =
            self.runtime.block_on(control::restart(self.network.record_mut(), node)).map_err(failed)?;
        self.network.replace(node, back);
        Ok(())
    }

    fn node(&self, name: &str) -> Option<usize> {
        self.network.record().nodes.iter().position(|node| node.name == name)
    }
}

/// All links as a scenario has them in the beginning.
pub(super) fn calm(scenario: &Scenario) -> Faults {
    let nodes = usize::from(scenario.network.authorities);
    let mut faults = Faults::default();
    faults.seed = scenario.seed;
    for from in 0..nodes {
        for to in (0..nodes).filter(|to| *to != from) {
            faults.change(from, to, &change(&scenario.network.link));
        }
    }
    faults
}

/// A link as nodes make it.
pub(in crate::scenario) fn link_of(link: &LinkFile) -> Link {
    // More than all is refused like all.
    let loss_ppm = u32::try_from(link.loss_percent.saturating_mul(10_000)).unwrap_or(u32::MAX);
    let (latency, jitter) = (Duration::from_millis(link.latency_ms), Duration::from_millis(link.jitter_ms));
    Link { latency, jitter, loss_ppm, ..Link::default() }
}

fn change(link: &LinkFile) -> Change {
    let Link { latency, jitter, loss_ppm, .. } = link_of(link);
    Change { passage: None, latency: Some(latency), jitter: Some(jitter), loss_ppm: Some(loss_ppm) }
}
