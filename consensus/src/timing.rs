//! Time as agreement sees it: when a height starts, and how long a step may last.
//!
//! Rules (the plan's "time and the slot"):
//! 1. A height starts one slot after the block before it, or now if that has passed. Every node derives the same start
//!    from the same block, so local delays do not add up; a late block shifts the schedule and is never caught up.
//! 2. A proposer stamps its block with the start of the height; once it is late by more than a tenth of a slot, with
//!    the time it is.
//! 3. A block stamped later than now plus the allowed drift is not prevoted. (A block stamped before its slot is not
//!    valid at all; the ledger says so.)
//! 4. A step waits its base time plus a growth per round, up to a limit: rounds grow until messages arrive in time.
//!
//! Deviation: rule 2 forgives a tenth of a slot, so that timers firing a millisecond late do not move the schedule.
//! The same genesis and transactions then give the same timestamps, hence the same blocks, in simulation and in life.

use crate::tendermint::Step;
use taonet_chain::genesis::Timing;

/// Milliseconds since the Unix epoch.
pub type Time = u64;

/// How late a proposer may be and still stamp the start of the slot: one part in this many of the slot.
const PUNCTUAL_PART: u64 = 10;

/// When the height after a block stamped `parent` starts.
pub fn start(timing: &Timing, parent: Time, now: Time) -> Time {
    slot_after(timing, parent).max(now)
}

/// What a proposer stamps on a block built now.
pub fn stamp(timing: &Timing, parent: Time, now: Time) -> Time {
    let slot = slot_after(timing, parent);
    let punctual = now <= slot.saturating_add(timing.slot_ms / PUNCTUAL_PART);
    if punctual { slot } else { now }
}

/// Whether a block stamped `timestamp` may be prevoted now.
pub fn is_timely(timing: &Timing, timestamp: Time, now: Time) -> bool {
    timestamp <= now.saturating_add(timing.max_drift_ms)
}

/// How long `step` of `round` may last, in milliseconds.
pub fn timeout(timing: &Timing, round: u32, step: Step) -> Time {
    let base = match step {
        Step::Propose => timing.propose_ms,
        Step::Waiting | Step::Prevote | Step::Precommit => timing.vote_ms,
    };
    let growth = timing.round_step_ms.saturating_mul(u64::from(round));
    base.saturating_add(growth).min(timing.max_timeout_ms)
}

/// How often a node says where it is. Two vote timeouts: by then what was lost has really been lost.
pub fn heartbeat(timing: &Timing) -> Time {
    timing.vote_ms.saturating_mul(2).max(MIN_HEARTBEAT_MS)
}

/// No faster, whatever the genesis says: every heartbeat is a gossip message to everyone.
const MIN_HEARTBEAT_MS: Time = 50;

fn slot_after(timing: &Timing, parent: Time) -> Time {
    parent.saturating_add(timing.slot_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing {
        slot_ms: 12_000,
        max_drift_ms: 500,
        propose_ms: 3_000,
        vote_ms: 1_000,
        round_step_ms: 500,
        max_timeout_ms: 10_000,
    };

    #[test]
    fn a_height_starts_one_slot_after_its_parent_or_now() {
        assert_eq!(start(&TIMING, 100_000, 100_500), 112_000);
        assert_eq!(start(&TIMING, 100_000, 112_000), 112_000);
        assert_eq!(start(&TIMING, 100_000, 130_000), 130_000);
        assert_eq!(start(&TIMING, u64::MAX, 0), u64::MAX);
    }

    #[test]
    fn a_punctual_proposer_stamps_the_slot_and_a_late_one_the_clock() {
        for (now, stamped) in [(112_000, 112_000), (113_200, 112_000), (113_201, 113_201), (50_000, 112_000)]
        {
            assert_eq!(stamp(&TIMING, 100_000, now), stamped, "built at {now}");
        }
    }

    #[test]
    fn a_block_from_the_future_is_timely_up_to_the_drift() {
        assert!(is_timely(&TIMING, 112_500, 112_000));
        assert!(!is_timely(&TIMING, 112_501, 112_000));
        assert!(is_timely(&TIMING, 1, 112_000));
    }

    #[test]
    fn timeouts_grow_with_the_round_up_to_the_limit() {
        assert_eq!(timeout(&TIMING, 0, Step::Propose), 3_000);
        assert_eq!(timeout(&TIMING, 2, Step::Propose), 4_000);
        assert_eq!(timeout(&TIMING, 2, Step::Prevote), 2_000);
        assert_eq!(timeout(&TIMING, 2, Step::Precommit), 2_000);
        assert_eq!(timeout(&TIMING, u32::MAX, Step::Precommit), 10_000);
    }
}
