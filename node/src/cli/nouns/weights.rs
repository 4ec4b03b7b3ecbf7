//! `taonet weights`, `taonet axon`: what hotkeys hand in and publish.

use crate::cli::{
    Action, Intent,
    intent::{
        CommitTimelocked, CommitWeights, RevealBatch, RevealWeights, ServeAxon, ServePrometheus,
        SetCommitment, SetWeights, Signed,
    },
    read::{Read, ReadCommits, ReadWeights},
};
use clap::Subcommand;

/// Set, hide and look at a validator's weights.
#[derive(Debug, Subcommand)]
pub enum Weights {
    /// The weights of a subnet
    Show(ReadWeights),
    /// The commits of weights that are still hidden
    Commits(ReadCommits),
    /// Set a validator's weights; its hotkey signs
    Set(Signed<SetWeights>),
    /// Commit to weights by their hash, to reveal them later; the hotkey signs
    Commit(Signed<CommitWeights>),
    /// Reveal the weights of a commit; the hotkey signs
    Reveal(Signed<RevealWeights>),
    /// Reveal all commits that are due, or none; the hotkey signs
    #[command(visible_alias = "batch-reveal", alias = "reveal_batch")]
    RevealBatch(Signed<RevealBatch>),
    /// Commit to weights that reveal themselves; the hotkey signs
    #[command(alias = "commit_timelocked")]
    CommitTimelocked(Signed<CommitTimelocked>),
}

impl Weights {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Weights::Show(weights) => return Action::Read(Read::Weights(weights)),
            Weights::Commits(commits) => return Action::Read(Read::Commits(commits)),
            Weights::Set(intent) => Intent::SetWeights(intent),
            Weights::Commit(intent) => Intent::CommitWeights(intent),
            Weights::Reveal(intent) => Intent::RevealWeights(intent),
            Weights::RevealBatch(intent) => Intent::RevealBatch(intent),
            Weights::CommitTimelocked(intent) => Intent::CommitTimelocked(intent),
        })
    }
}

/// Publish where a miner listens, and what it commits to.
#[derive(Debug, Subcommand)]
pub enum Axon {
    /// Publish where a hotkey's axon listens; the hotkey signs
    Set(Signed<ServeAxon>),
    /// Publish where Prometheus reads what a hotkey counts; the hotkey signs
    Prometheus(Signed<ServePrometheus>),
    /// Publish a commitment; the hotkey signs
    Commit(Signed<SetCommitment>),
}

impl Axon {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Axon::Set(intent) => Intent::ServeAxon(intent),
            Axon::Prometheus(intent) => Intent::ServePrometheus(intent),
            Axon::Commit(intent) => Intent::SetCommitment(intent),
        })
    }
}
