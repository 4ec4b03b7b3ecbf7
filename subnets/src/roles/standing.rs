//! What a validator remembers about each miner: a moving average of its scores.
//!
//! Rules:
//! 1. The average of the first [`MEMORY`] rounds is their mean: no round counts more than another.
//! 2. After that each new score moves the average by one [`MEMORY`]th of the difference, so that a miner that
//!    improves is rewarded within a few rounds and one unlucky round costs little.
//! 3. Averages carry 16 more bits than scores, so that rounding down never sticks.

use super::Uid;
use crate::task::{Score, Verdict};
use std::collections::BTreeMap;

/// Over how many rounds an average reaches: a new score counts one eighth. A tempo has about five rounds, so weights
/// follow a change within two epochs and stay calm otherwise.
pub const MEMORY: u64 = 8;

/// What a validator thinks of one miner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The block in which the miner got its uid.
    pub registered_at: u64,
    /// Rounds in which it was asked.
    pub rounds: u64,
    /// Rounds in which it earned something.
    pub answered: u64,
    /// The verdict of its last round.
    pub last: Verdict,
    /// The average, in units of 2^-16 of a score.
    average: u64,
}

impl Standing {
    fn new(registered_at: u64) -> Standing {
        Standing { registered_at, rounds: 0, answered: 0, last: Verdict::missing(), average: 0 }
    }

    /// The average score.
    pub fn score(&self) -> Score {
        Score(u16::try_from(self.average >> 16).unwrap_or(u16::MAX))
    }

    fn record(&mut self, verdict: Verdict) {
        let fresh = u64::from(verdict.score.0) << 16;
        self.rounds += 1;
        self.answered += u64::from(verdict.score > Score::ZERO);
        let reach = self.rounds.min(MEMORY);
        self.average = (self.average * (reach - 1) + fresh) / reach;
        self.last = verdict;
    }
}

/// The standings of all miners of one subnet, as one validator sees them.
#[derive(Clone, Debug, Default)]
pub struct Standings(BTreeMap<Uid, Standing>);

impl Standings {
    /// All standings by ascending uid.
    pub fn iter(&self) -> impl Iterator<Item = (Uid, &Standing)> {
        self.0.iter().map(|(&uid, standing)| (uid, standing))
    }

    /// What is known about `uid`.
    pub fn get(&self, uid: Uid) -> Option<&Standing> {
        self.0.get(&uid)
    }

    /// Forgets every miner whose uid is gone or has a new owner. `present` are the uids there are, ascending, with the
    /// blocks of their registration. Both lists are walked once: this happens after every block.
    pub(super) fn keep(&mut self, present: impl Iterator<Item = (Uid, u64)>) {
        let mut present = present.peekable();
        self.0.retain(|uid, standing| {
            while present.next_if(|(other, _)| other < uid).is_some() {}
            present.peek() == Some(&(*uid, standing.registered_at))
        });
    }

    /// Adds the verdict of one round.
    pub(super) fn record(&mut self, uid: Uid, registered_at: u64, verdict: Verdict) {
        self.0.entry(uid).or_insert_with(|| Standing::new(registered_at)).record(verdict);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(scores: &[u16]) -> u16 {
        let mut standing = Standing::new(0);
        for &score in scores {
            standing.record(Verdict::new(Score(score), ""));
        }
        standing.score().0
    }

    #[test]
    fn the_average_is_a_mean_first_and_moves_later() {
        assert_eq!(after(&[]), 0);
        assert_eq!(after(&[1_000]), 1_000);
        assert_eq!(after(&[1_000, 2_000, 3_000]), 2_000);
        assert_eq!(after(&[[800; 8].as_slice(), &[0]].concat()), 700, "one missed round costs an eighth");
        assert_eq!(after(&[u16::MAX; 1_000]), u16::MAX, "a perfect miner stays perfect");
        assert_eq!(
            after(&[[u16::MAX; 9].as_slice(), &[0; 200]].concat()),
            0,
            "a dead miner comes down to nothing"
        );
    }
}
