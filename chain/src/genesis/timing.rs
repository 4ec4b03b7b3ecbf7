//! When blocks are due and how long consensus waits, as genesis fixes it.

use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};

/// All times of consensus, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// The shortest time between a block and its parent.
    pub slot_ms: u64,
    /// How far ahead of an authority's clock the timestamp of a proposal may be.
    pub max_drift_ms: u64,
    /// How long round 0 waits for a proposal.
    pub propose_ms: u64,
    /// How long round 0 waits for further votes.
    pub vote_ms: u64,
    /// How much longer each later round waits.
    pub round_step_ms: u64,
    /// No wait is longer than this.
    pub max_timeout_ms: u64,
}

impl Timing {
    /// Four blocks a second.
    pub const DEV: Timing = Timing {
        slot_ms: 250,
        max_drift_ms: 5_000,
        propose_ms: 300,
        vote_ms: 150,
        round_step_ms: 100,
        max_timeout_ms: 5_000,
    };

    /// A block every twelve seconds; a dead proposer costs about five of them.
    pub const MAINNET: Timing = Timing {
        slot_ms: 12_000,
        max_drift_ms: 10_000,
        propose_ms: 3_000,
        vote_ms: 1_000,
        round_step_ms: 500,
        max_timeout_ms: 60_000,
    };
}
