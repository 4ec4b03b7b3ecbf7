//! Time on a whole development network: who must stand still when, and in which order (see
//! `taonet_consensus::control`).
//!
//! Rules:
//! 1. *Holding.* First every node is told to start nothing more; then all are let up to the highest height that had
//!    started somewhere, and waited for. So afterwards all have the same last block, and no vote is on its way.
//! 2. *Mining.* The first node builds the blocks; the others take them over; the network counts as there when all
//!    have the same block. One that is down takes them over when it is back.
//! 3. *Checkpoints* are made by every node at the same block. *Going back* takes every node too: each puts the state of
//!    that moment in its place and starts anew, on a branch with a new number, with a clock that shows what it showed.
//! 4. Whatever had let heights start before does so again afterwards, also after a failure or a signal. It has to be
//!    the same on all nodes before: what one of them says is never imposed on the others.
//! 5. What lets heights start is changed on all nodes or on none, because one that is away would not hear of it.

mod checkpoints;

use super::{
    control::Life,
    production::{Productions, word},
    record::{NodeRecord, Record},
};
use std::{fmt, time::Duration};
use taonet_chain::Code;
use taonet_node::{
    client::Client,
    fault::Fault,
    proto::{Control, Mined, Production, mine_request::Until},
};
use tokio::time::{Instant, sleep, timeout};

/// How long all nodes may take to get to the same block, and a node to start anew: many times what it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a node may take to answer before it counts as absent.
const ANSWER: Duration = Duration::from_secs(10);

/// How often a node is asked how far it is.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Blocks a second that a node takes over even on the slowest of computers.
const SLOWEST_CATCH_UP: u64 = 50;

/// One node and the way to it.
struct Player {
    record: NodeRecord,
    client: Client,
}

/// A node that takes no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    name: String,
    /// What its process does; one that runs does not answer.
    life: Life,
}

impl Absent {
    /// The command that brings it back.
    pub fn remedy(&self) -> String {
        let back = if self.life == Life::Paused { "resume" } else { "restart" };
        format!("taonet net {back} {}", self.name)
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.life {
            Life::Running => "does not answer",
            Life::Paused => "is paused",
            Life::Ended => "does not run",
        };
        write!(f, "{} {what}", self.name)
    }
}

/// All nodes of a development network, as one.
pub struct Conductor {
    players: Vec<Player>,
    absent: Vec<Absent>,
}

impl Conductor {
    /// Reaches the nodes of a network.
    ///
    /// # Errors
    /// None answers, or the network is not one for development.
    pub async fn of(record: &Record) -> Result<Conductor, Fault> {
        let (mut players, mut absent) = (Vec::new(), Vec::new());
        for node in &record.nodes {
            match reach(node).await? {
                Ok(client) => players.push(Player { record: node.clone(), client }),
                Err(life) => absent.push(Absent { name: node.name.clone(), life }),
            }
        }
        if players.is_empty() {
            let sentence = format!("no node of {} answers: {}", record.id, all_of(&absent));
            let any = absent.iter().any(|absent| absent.life != Life::Ended);
            let remedy =
                if any { commands(&absent) } else { "Start a network with `taonet up -d`.".to_owned() };
            return Err(Fault::not_found(sentence, &remedy));
        }
        Ok(Conductor { players, absent })
    }

    /// The nodes that take no part.
    pub fn absent(&self) -> &[Absent] {
        &self.absent
    }

    /// How many answer.
    pub fn count(&self) -> usize {
        self.players.len()
    }

    /// Where each node is.
    ///
    /// # Errors
    /// A node that cannot be reached.
    pub async fn controls(&self) -> Result<Vec<(String, Control)>, Fault> {
        let mut all = Vec::new();
        for player in &self.players {
            all.push((player.record.name.clone(), player.client.control().await?));
        }
        Ok(all)
    }

    /// Says on all nodes what lets heights start.
    ///
    /// # Errors
    /// A node that cannot be reached.
    pub async fn produce(&self, production: Production, horizon: u64) -> Result<Vec<Control>, Fault> {
        let mut all = Vec::new();
        for player in &self.players {
            all.push(player.client.produce(production, horizon).await?);
        }
        Ok(all)
    }

    /// Rule 5: says on all nodes what lets heights start.
    ///
    /// # Errors
    /// A node takes no part; then none is changed.
    pub async fn produce_everywhere(&self, production: Production) -> Result<(), Fault> {
        self.need_all()?;
        self.produce(production, 0).await.map(drop)
    }

    /// What lets heights start, on all nodes.
    ///
    /// # Errors
    /// It is not the same on all, or one cannot be reached.
    pub async fn production(&self) -> Result<Production, Fault> {
        let all = self.controls().await?;
        let all = Productions(all.into_iter().map(|(name, control)| (name, control.production())).collect());
        all.common().ok_or_else(|| {
            let sentence = format!("blocks are not made the same way on all nodes: {}", all.each());
            let remedy = "Say one way for all: `taonet dev blocks interval`, or `manual`.";
            Fault::new(Code::PolicyViolation, "NodesDiffer", sentence, remedy)
        })
    }

    /// Rule 1; returns the last block of all nodes. Whoever holds a network lets it go with [`Conductor::release`],
    /// also when this fails.
    ///
    /// # Errors
    /// A node that cannot be reached, or that does not get to the others' block.
    pub async fn hold(&self) -> Result<u64, Fault> {
        let standing = self.produce(Production::Manual, 0).await?;
        let height = standing.iter().map(|control| control.started.max(control.height)).max().unwrap_or(0);
        self.produce(Production::Manual, height).await?;
        self.gather(height, PATIENCE, |_| {}).await?;
        self.produce(Production::Manual, 0).await?;
        Ok(height)
    }

    /// Rule 4. All are told, even when one of them cannot be.
    ///
    /// # Errors
    /// The nodes that cannot be told.
    pub async fn release(&self, before: Production) -> Result<(), Fault> {
        let mut left = Vec::new();
        for player in &self.players {
            if !matches!(timeout(ANSWER, player.client.produce(before, 0)).await, Ok(Ok(_))) {
                left.push(player.record.name.as_str());
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        let sentence = format!("{} could not be told to make blocks again as before", left.join(", "));
        let remedy = format!("When all nodes run again, say `taonet dev blocks {}`.", word(before));
        Err(Fault::new(Code::Internal, "StillHeld", sentence, &remedy))
    }

    /// Mines on a network that stands still, and tells how far it is.
    ///
    /// # Errors
    /// The node cannot mine, or cannot be reached.
    pub async fn mine(&self, until: Until, mut tell: impl FnMut(&Mined)) -> Result<Mined, Fault> {
        let mut stream = self.players[0].client.mine(until).await?;
        while let Some(mined) = stream.message().await? {
            if mined.done {
                return Ok(mined);
            }
            tell(&mined);
        }
        Err(Fault::stopping())
    }

    /// Waits until all nodes have the block at `height`, the same one; `tell` hears where the last of them is.
    ///
    /// # Errors
    /// A node that cannot be reached, is late, or has another block.
    pub async fn gather(
        &self,
        height: u64,
        patience: Duration,
        mut tell: impl FnMut(u64),
    ) -> Result<(), Fault> {
        let deadline = Instant::now() + patience;
        loop {
            let mut all = Vec::new();
            for player in &self.players {
                all.push((&player.record.name, player.client.status().await?.height));
            }
            let lowest = all.iter().map(|(_, at)| *at).min().unwrap_or(height);
            if lowest >= height {
                break;
            }
            tell(lowest);
            if Instant::now() > deadline {
                let late = all.iter().find(|(_, at)| *at == lowest).map_or("", |(name, _)| name);
                return Err(late_node(late, height, lowest, patience));
            }
            sleep(LOOK_AGAIN).await;
        }
        self.compare(height).await
    }

    async fn compare(&self, height: u64) -> Result<(), Fault> {
        // Block 0 is the genesis, which the handshake compares.
        if height == 0 {
            return Ok(());
        }
        let mut hashes = Vec::new();
        for player in &self.players {
            hashes.push((&player.record.name, player.client.block_at(height).await?.hash));
        }
        match hashes.iter().find(|(_, hash)| *hash != hashes[0].1) {
            None => Ok(()),
            Some((name, hash)) => {
                let sentence =
                    format!("block {height} of {name} is {hash}, and that of the others {}", hashes[0].1);
                Err(Fault::new(Code::Internal, "Disagreement", sentence, "Keep the folder for a bug report."))
            }
        }
    }

    /// How long the others may take for so many mined blocks.
    pub fn patience(blocks: u64) -> Duration {
        PATIENCE + Duration::from_secs(blocks / SLOWEST_CATCH_UP)
    }

    fn need_all(&self) -> Result<(), Fault> {
        if self.absent.is_empty() {
            return Ok(());
        }
        let sentence = format!("{}, and all nodes must take part", all_of(&self.absent));
        Err(Fault::new(Code::PolicyViolation, "NodesMissing", sentence, &commands(&self.absent)))
    }
}

/// A way to a node that answers, or what its process does when it does not.
async fn reach(node: &NodeRecord) -> Result<Result<Client, Life>, Fault> {
    if Life::of(node.process) == Life::Paused {
        return Ok(Err(Life::Paused));
    }
    let asked = async {
        let Ok(client) = node.connect().await else { return Ok(None) };
        client.control().await.map(|_| Some(client))
    };
    match timeout(ANSWER, asked).await {
        Ok(Ok(Some(client))) => Ok(Ok(client)),
        Ok(Err(fault)) => Err(fault),
        Ok(Ok(None)) | Err(_) => Ok(Err(Life::of(node.process))),
    }
}

fn all_of(absent: &[Absent]) -> String {
    absent.iter().map(Absent::to_string).collect::<Vec<_>>().join(", ")
}

/// The commands that bring nodes back.
fn commands(absent: &[Absent]) -> String {
    absent.iter().map(Absent::remedy).collect::<Vec<_>>().join("; ")
}

fn late_node(name: &str, height: u64, at: u64, patience: Duration) -> Fault {
    let sentence = format!("{name} is at block {at} and not at {height} after {patience:?}");
    Fault::new(Code::Internal, "NodeLate", sentence, "See `taonet status` and `taonet logs`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_takes_no_part_is_named_with_the_way_back() {
        let absent = |name: &str, life| Absent { name: name.to_owned(), life };
        let all = [absent("n0", Life::Ended), absent("n2", Life::Paused), absent("n3", Life::Running)];
        assert_eq!(all_of(&all), "n0 does not run, n2 is paused, n3 does not answer");
        assert_eq!(commands(&all[..2]), "taonet net restart n0; taonet net resume n2");
        let conductor = Conductor { players: Vec::new(), absent: all[..1].to_vec() };
        let fault = conductor.need_all().expect_err("n0 is away");
        assert_eq!(fault.sentence, "n0 does not run, and all nodes must take part");
    }
}
