//! Checkpoints of a whole network, and the way back to them (rule 3).

use super::{Conductor, LOOK_AGAIN, PATIENCE, Player, late_node};
use std::time::{SystemTime, UNIX_EPOCH};
use taonet_chain::Code;
use taonet_node::{
    fault::Fault,
    proto::{Checkpoint, Control, RevertRequest},
};
use tokio::time::{sleep, timeout};

impl Conductor {
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
