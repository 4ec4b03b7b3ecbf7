//! Storms of fixed seeds: nothing breaks, everything recovers, and the same seed is the same storm everywhere.

use crate::sim::storm::{Report, Storm};

fn run(storm: &Storm) -> Report {
    storm.run().unwrap_or_else(|failed| panic!("{failed}"))
}

/// Hundreds of spells over four to ten nodes.
#[test]
fn storms_break_neither_agreement_nor_progress() {
    let mut all = Report::default();
    for seed in 0..84 {
        all.add(&run(&Storm::short(seed, 4 + (seed % 7) as u16)));
    }
    println!("{all:#?}");
    let kinds = [all.crashes, all.crashes_at_calls, all.partitions, all.one_way, all.set_changes];
    assert!(kinds.iter().all(|count| *count > 200), "these were no storms: {all:#?}");
    assert!(all.twins > 15 && all.liars > 40 && all.wiped > 10 && all.punished > 30, "{all:#?}");
}

/// The same in stake mode, where eras of a few blocks elect whoever has the stake at the time.
#[test]
fn storms_of_elections_break_neither_agreement_nor_progress() {
    let mut all = Report::default();
    for seed in 0..42 {
        all.add(&run(&Storm::short(seed, 4 + (seed % 7) as u16).by_stake()));
    }
    println!("{all:#?}");
    assert!(all.eras > 150 && all.set_changes > 400 && all.punished > 20 && all.snapshots > 10, "{all:#?}");
}

/// The same constants in every build on every machine: a run depends on nothing but its seed.
#[test]
fn a_seed_has_one_digest() {
    let digests = [(1, 4, 0x0dc8_1edf_8f64_5e08), (2, 4, 0xcd44_d18d_02dc_1aef)];
    for (seed, nodes, expected) in digests {
        let storm = Storm { duration_ms: 4_000, ..Storm::short(seed, nodes) };
        let (first, second) = (run(&storm), run(&storm));
        assert_eq!(first, second, "seed {seed}");
        assert_eq!(first.digest, expected, "seed {seed}: it is {:#x} now", first.digest);
    }
}
