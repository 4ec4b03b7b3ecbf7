//! Clocks that are wrong: at the limit of what is forgiven, and far beyond it.

use crate::sim::{Options, Violation, World};
use taonet_consensus::{Replica, Store};

/// The limit of a development network.
const DRIFT_MS: i64 = 5_000;

/// Sixteen blocks of a network in which authority 1 has a wrong clock: how many of them are its own.
fn blocks_by_the_wrong_clock(skew_ms: i64) -> Result<usize, Violation> {
    let mut world = World::new(Options::calm(4), 61)?;
    assert!(world.run_to_height(2, 5_000)?);
    world.set_skew(1, skew_ms);
    assert!(world.run_until(120_000, |world| world.highest() >= 18)?, "{skew_ms} ms: {}", world.highest());
    let store = world.replica(0).map(Replica::store).expect("it runs");
    let own = |height: &u64| store.block(*height).is_some_and(|b| b.block.header.proposer == world.id(1));
    Ok((3..=18).filter(own).count())
}

#[test]
fn a_wrong_clock_costs_nobody_but_its_owner() -> Result<(), Violation> {
    let cases = [
        ("right", 0, 4..=4),
        ("a little fast", 100, 4..=4),
        ("as fast as is forgiven", DRIFT_MS, 4..=4),
        ("faster", DRIFT_MS + 300, 0..=3),
        ("an hour fast", 3_600_000, 0..=0),
        ("a little slow", -100, 4..=4),
        ("an hour slow", -3_600_000, 0..=0),
    ];
    for (name, skew_ms, expected) in cases {
        let own = blocks_by_the_wrong_clock(skew_ms)?;
        assert!(expected.contains(&own), "{name}: {own} blocks of 16");
    }
    Ok(())
}

#[test]
fn stamps_are_a_slot_or_more_apart_whatever_the_clocks_say() -> Result<(), Violation> {
    // The checks of the world see to the stamps; here every clock is wrong, by as much as is forgiven in all.
    let mut world = World::new(Options::calm(4), 62)?;
    for (node, skew_ms) in [-2_500, 2_500, -1_000, 1_000].into_iter().enumerate() {
        world.set_skew(node, skew_ms);
    }
    assert!(world.run_to_height(20, 120_000)?, "at {}", world.lowest());
    Ok(())
}
