//! What a validator reports, given what it found.

use super::{Standings, Uid};

/// How a validator turns what it knows into the weights it sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Reports every average as it is.
    #[default]
    Honest,
}

impl Policy {
    /// One weight for every miner that was ever asked, by ascending uid, zeros included: a zero says "asked and found
    /// worthless". Empty when no miner earned anything, for there is nothing to report.
    pub fn weights(self, standings: &Standings) -> Vec<(Uid, u16)> {
        let weights: Vec<(Uid, u16)> = match self {
            Policy::Honest => standings.iter().map(|(uid, standing)| (uid, standing.score().0)).collect(),
        };
        if weights.iter().all(|(_, weight)| *weight == 0) { Vec::new() } else { weights }
    }
}
