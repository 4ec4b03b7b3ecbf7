//! How a miner works: by which method, when, and how fast.

use super::Span;

/// A miner from some block on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The first block.
    pub from: u64,
    /// The name of its method, one of its task's.
    pub method: String,
}

/// How a miner works. The parts compose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinerPolicy {
    /// The method it starts with; empty for the task's own default.
    pub method: String,
    /// Its later methods, by ascending block.
    pub drift: Vec<Phase>,
    /// How long it thinks about each answer, in milliseconds.
    pub slow_ms: u64,
    /// It leaves every so manieth question unanswered; 0: none.
    pub skips: u64,
    /// When it sees and does nothing.
    pub offline: Option<Span>,
}

impl MinerPolicy {
    /// Answers by a method of the task, always and at once.
    pub fn by(method: impl Into<String>) -> MinerPolicy {
        MinerPolicy { method: method.into(), ..MinerPolicy::default() }
    }

    /// Its method at a height.
    pub fn method_at(&self, height: u64) -> &str {
        let later = self.drift.iter().rev().find(|phase| phase.from <= height);
        later.map_or(&self.method, |phase| &phase.method)
    }

    /// All methods that it ever uses.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        [self.method.as_str()].into_iter().chain(self.drift.iter().map(|phase| phase.method.as_str()))
    }

    /// Whether it answers its `question`th question, counted from 1, within a patience in milliseconds.
    pub fn answers(&self, question: u64, patience_ms: u64) -> bool {
        let skipped = self.skips > 0 && question.is_multiple_of(self.skips);
        !skipped && self.slow_ms <= patience_ms
    }

    /// Whether it sees and does nothing at a height.
    pub fn is_offline(&self, height: u64) -> bool {
        self.offline.is_some_and(|span| span.contains(height))
    }
}
