//! Building blocks as fast as the node can, until a goal is reached (see [`taonet_consensus::control`]).

use crate::shared::{Goal, Mined};
use std::time::{Duration, Instant};
use taonet_chain::{
    DevOptions, Event, Keypair,
    genesis::{DEV_MINERS, DEV_VALIDATORS},
    keys::DEV_ACCOUNTS,
    ledger::issuance::issuance,
    state::StateRead,
};
use taonet_consensus::Committed;
use taonet_subnets::amount::Tao;
use tokio::sync::mpsc;

/// How often whoever waits is told how far mining is.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// As many authorities of a development network have keys made of their number.
const NUMBERED_AUTHORITIES: u16 = 128;

/// The keys that everybody knows: whoever of a development network makes blocks has one of them.
pub(super) fn development_keys() -> Vec<Keypair> {
    let numbered = (0..NUMBERED_AUTHORITIES).map(DevOptions::authority_uri);
    let neurons = DEV_VALIDATORS.iter().map(|(uri, ..)| *uri).chain(DEV_MINERS.iter().map(|(uri, _)| *uri));
    let named = DEV_ACCOUNTS.into_iter().chain(neurons).map(str::to_owned);
    numbered.chain(named).filter_map(|uri| Keypair::from_uri(&uri).ok()).collect()
}

/// Mining in progress.
pub(super) struct Mining {
    pub(super) keys: Vec<Keypair>,
    goal: Goal,
    /// What a block emits before the halving that is waited for.
    emission: Tao,
    blocks: u64,
    epochs: u64,
    answers: mpsc::Sender<Mined>,
    told: Instant,
}

impl Mining {
    pub(super) fn new(goal: Goal, answers: mpsc::Sender<Mined>, state: &dyn StateRead) -> Mining {
        let emission = issuance(state).block_emission;
        let keys = development_keys();
        Mining { keys, goal, emission, blocks: 0, epochs: 0, answers, told: Instant::now() }
    }

    /// Takes a mined block into account, and the state after it.
    pub(super) fn count(&mut self, committed: &Committed, state: &dyn StateRead) {
        self.blocks += 1;
        // Before the first block nothing has been emitted.
        if self.emission.is_zero() {
            self.emission = issuance(state).block_emission;
        }
        if let Goal::Epochs { netuid, .. } = self.goal {
            let ran = |event: &&Event| matches!(event, Event::EpochRan { netuid: of, .. } if *of == netuid);
            self.epochs += committed.events.iter().filter(ran).count() as u64;
        }
    }

    /// Whether there is nothing left to do, or nobody left to do it for.
    pub(super) fn is_over(&self, state: &dyn StateRead) -> bool {
        let reached = match self.goal {
            Goal::Blocks(count) => self.blocks >= count,
            Goal::Epochs { count, .. } => self.epochs >= count,
            Goal::Halving => issuance(state).block_emission < self.emission,
        };
        reached || self.answers.is_closed()
    }

    /// Says how far it is, now and then; a reader that is slow hears the next time.
    pub(super) fn tell(&mut self, committed: &Committed) {
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            let _ = self.answers.try_send(self.progress(committed, false));
        }
    }

    /// Says that it is done.
    pub(super) async fn finish(self, committed: Option<&Committed>) {
        if let Some(committed) = committed {
            // Whoever waited may have gone.
            let _ = self.answers.send(self.progress(committed, true)).await;
        }
    }

    fn progress(&self, committed: &Committed, done: bool) -> Mined {
        let header = &committed.block.block.header;
        Mined {
            blocks: self.blocks,
            height: header.height,
            id: committed.id,
            state_root: header.state_root,
            timestamp_ms: header.timestamp_ms,
            done,
        }
    }
}
