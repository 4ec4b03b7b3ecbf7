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
//! 4. Whatever had let heights start before does so again afterwards, also after a failure.

use super::record::{NodeRecord, Record};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use taonet_chain::Code;
use taonet_node::{
    client::Client,
    fault::Fault,
    proto::{Checkpoint, Control, Mined, Production, RevertRequest, mine_request::Until},
};
use tokio::time::{Instant, sleep, timeout};

/// How long all nodes may take to get to the same block, and a node to start anew: many times what it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a node is asked how far it is.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Blocks a second that a node takes over even on the slowest of computers.
const SLOWEST_CATCH_UP: u64 = 50;

/// One node and the way to it.
struct Player {
    record: NodeRecord,
    client: Client,
}

/// All nodes of a development network, as one.
pub struct Conductor {
    players: Vec<Player>,
    missing: Vec<String>,
}

/// A network that stands still.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The last block of all nodes.
    pub height: u64,
    /// What let heights start before.
    before: Production,
}

impl Conductor {
    /// Reaches the nodes of a network.
    ///
    /// # Errors
    /// None runs, or the network is not one for development.
    pub async fn of(record: &Record) -> Result<Conductor, Fault> {
        let (mut players, mut missing) = (Vec::new(), Vec::new());
        for node in &record.nodes {
            match node.connect().await {
                Ok(client) => players.push(Player { record: node.clone(), client }),
                Err(_) => missing.push(node.name.clone()),
            }
        }
        let Some(first) = players.first() else {
            let sentence = format!("no node of {} runs", record.id);
            return Err(Fault::not_found(sentence, "Start a network with `taonet up -d`."));
        };
        first.client.control().await?;
        Ok(Conductor { players, missing })
    }

    /// The nodes that do not answer.
    pub fn missing(&self) -> &[String] {
        &self.missing
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

    /// Rule 1. Whoever holds a network lets it go with [`Conductor::release`].
    ///
    /// # Errors
    /// A node that cannot be reached, or that does not get to the others' block.
    pub async fn hold(&self) -> Result<Held, Fault> {
        let (_, first) = self.controls().await?.remove(0);
        let standing = self.produce(Production::Manual, 0).await?;
        let height = standing.iter().map(|control| control.started.max(control.height)).max().unwrap_or(0);
        self.produce(Production::Manual, height).await?;
        let held = Held { height, before: first.production() };
        match self.gather(height, PATIENCE, |_| {}).await {
            Ok(()) => self.produce(Production::Manual, 0).await.map(|_| held),
            Err(fault) => {
                self.release(&held).await?;
                Err(fault)
            }
        }
    }

    /// Rule 4.
    ///
    /// # Errors
    /// A node that cannot be reached.
    pub async fn release(&self, held: &Held) -> Result<(), Fault> {
        self.produce(held.before, 0).await.map(drop)
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

    /// Makes a checkpoint on every node of a network that stands still.
    ///
    /// # Errors
    /// A node does not run, has one of this name, or cannot be reached.
    pub async fn checkpoint(&self, name: &str) -> Result<Checkpoint, Fault> {
        self.need_all()?;
        let mut made = None;
        for player in &self.players {
            let one = player.client.checkpoint(name).await?;
            made.get_or_insert(one);
        }
        made.ok_or_else(Fault::stopping)
    }

    /// The checkpoints that all nodes have, by name.
    ///
    /// # Errors
    /// A node that cannot be reached.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>, Fault> {
        let mut common = self.players[0].client.checkpoints().await?;
        for player in &self.players {
            let theirs = player.client.checkpoints().await?;
            common.retain(|one| {
                theirs.iter().any(|other| (&other.name, &other.hash) == (&one.name, &one.hash))
            });
        }
        Ok(common)
    }

    /// Takes every node of a network that stands still back to a checkpoint.
    ///
    /// # Errors
    /// A node does not run or has no such checkpoint, or does not come back.
    pub async fn revert(&self, name: &str) -> Result<Checkpoint, Fault> {
        self.need_all()?;
        let known = self.checkpoints().await?;
        let target = known.into_iter().find(|one| one.name == name).ok_or_else(|| {
            let sentence = format!("not every node has a checkpoint `{name}`");
            Fault::not_found(sentence, "List those that all have with `taonet dev checkpoints`.")
        })?;
        let branches = self.controls().await?.into_iter().map(|(_, control)| control.branch);
        let branch = branches.max().unwrap_or(0).saturating_add(1);
        let request = RevertRequest { name: name.to_owned(), branch, offset_ms: offset(target.clock_ms) };
        for player in &self.players {
            player.client.revert(request.clone()).await?;
        }
        for player in &self.players {
            let back = timeout(PATIENCE, player.back_on(branch)).await;
            let control =
                back.unwrap_or_else(|_| Err(late_node(&player.record.name, target.height, 0, PATIENCE)))?;
            if control.hash != target.hash {
                let sentence = format!("{} came back with block {}", player.record.name, control.hash);
                return Err(Fault::new(
                    Code::Internal,
                    "Disagreement",
                    sentence,
                    "Keep the folder for a bug report.",
                ));
            }
        }
        Ok(target)
    }

    fn need_all(&self) -> Result<(), Fault> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let sentence = format!("{} does not run, and all nodes must", self.missing.join(", "));
        Err(Fault::new(
            Code::PolicyViolation,
            "NodesMissing",
            sentence,
            "Start it again; `taonet status` shows how.",
        ))
    }
}

impl Player {
    /// Waits until the node is there on a branch.
    async fn back_on(&self, branch: u32) -> Result<Control, Fault> {
        loop {
            match self.client.control().await {
                Ok(control) if control.branch >= branch => return Ok(control),
                _ if self.record.process.is_some_and(|process| process.is_running()) => {
                    sleep(LOOK_AGAIN).await;
                }
                _ => {
                    let sentence = format!("{} ended while it went back", self.record.name);
                    let remedy = format!("Read {}.", self.record.log.display());
                    return Err(Fault::new(Code::Internal, "NodeEnded", sentence, &remedy));
                }
            }
        }
    }
}

/// How far a clock that shows `clock_ms` now is ahead of the wall's.
fn offset(clock_ms: u64) -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let wall = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    i64::try_from(clock_ms).unwrap_or(i64::MAX).saturating_sub(wall)
}

fn late_node(name: &str, height: u64, at: u64, patience: Duration) -> Fault {
    let sentence = format!("{name} is at block {at} and not at {height} after {patience:?}");
    Fault::new(Code::Internal, "NodeLate", sentence, "See `taonet status` and `taonet logs`.")
}
