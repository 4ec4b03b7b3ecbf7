//! Many storms on all cores. Each is a world of its own, so the sum does not depend on who runs which.

use crate::sim::storm::{Failed, Report, Storm};
use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

/// What was found so far.
#[derive(Default)]
struct Found {
    report: Report,
    /// The failure of the lowest seed.
    failed: Option<Box<Failed>>,
}

/// Runs all storms; the sum of what they did, or the failure of the lowest seed that fails. `progress` hears of each
/// storm that is over: the sum so far, and how many.
pub(super) fn run(
    storms: &[Storm],
    threads: Option<usize>,
    progress: &(dyn Fn(&Report, usize) + Sync),
) -> Result<Report, Box<Failed>> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Found::default()));
    thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(cores).clamp(1, storms.len().max(1)) {
            scope.spawn(|| work(storms, &next, &found, progress));
        }
    });
    let Found { report, failed } = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(report), Err)
}

/// Takes storms, in order, until there is none left or one has failed.
fn work(
    storms: &[Storm],
    next: &AtomicUsize,
    found: &Mutex<Found>,
    progress: &(dyn Fn(&Report, usize) + Sync),
) {
    while let Some(storm) = storms.get(next.fetch_add(1, Relaxed)) {
        let outcome = storm.run();
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(report) => {
                found.report.add(&report);
                progress(&found.report, found.report.runs as usize);
            }
            Err(failed) => {
                // Others are still at work on higher seeds only.
                let first = found.failed.as_ref().is_none_or(|known| failed.storm.seed < known.storm.seed);
                if first {
                    found.failed = Some(failed);
                }
                next.store(storms.len(), Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_does_not_depend_on_the_number_of_threads() {
        let storms: Vec<Storm> =
            (0..4).map(|seed| Storm { duration_ms: 1_000, ..Storm::short(seed, 4) }).collect();
        let sum =
            |threads| run(&storms, Some(threads), &|_, _| {}).unwrap_or_else(|failed| panic!("{failed}"));
        let one = sum(1);
        assert_eq!((one.runs, one), (4, sum(3)));
    }
}
