//! Getting the state as a whole from liars: wrong roots, wrong ways to them, bad chunks, and no answers at all.

use crate::sim::{Options, Violation, World, liars::SyncLiar};
use std::collections::BTreeSet;
use taonet_chain::Hash;
use taonet_consensus::Offence;

/// How many blocks each node keeps: fewer than the newcomer lacks.
const KEPT: u64 = 60;

/// Who was away since genesis; node 0 makes the blocks, and those in between lie.
const NEWCOMER: usize = 3;

/// A chain whose first blocks nobody has any more.
fn grown(seed: u64) -> Result<World, Violation> {
    let mut world = World::new(Options::calm(1).observers(3).history(KEPT), seed)?;
    world.crash(NEWCOMER);
    assert!(world.run_to_height(150, 60_000)?);
    (1..NEWCOMER).for_each(|liar| world.corrupt(liar, Box::new(SyncLiar)));
    Ok(world)
}

fn root(world: &World, node: usize) -> Option<Hash> {
    world.replica(node).map(|replica| replica.tree().root())
}

/// The checks compare every snapshot that is installed, and every block, with what was decided.
#[test]
fn a_newcomer_ends_up_right_among_liars_and_knows_them() -> Result<(), Violation> {
    let (mut blamed, mut from_liars) = (0, 0);
    for seed in 0..24 {
        let mut world = grown(seed)?;
        world.cut(0, NEWCOMER)?;
        world.cut(NEWCOMER, 0)?;
        world.start(NEWCOMER)?;
        // As long as it hears liars only, it may get something true from them by chance.
        world.run_for(30_000)?;
        from_liars += world.checks().snapshots();
        world.heal()?;
        let there = |world: &World| world.height(NEWCOMER) + 1 >= world.highest();
        assert!(world.run_until(60_000, there)?, "seed {seed}: at {}", world.height(NEWCOMER));
        assert!(world.checks().snapshots() > 0, "seed {seed}: the blocks were there after all");
        let offences: BTreeSet<Offence> =
            (1..NEWCOMER).flat_map(|liar| world.blamed(liar)).copied().collect();
        assert!(world.blamed(0).is_empty());
        blamed += usize::from(offences.contains(&Offence::Snapshot));
        assert!(world.run_until(20_000, |world| world.height(NEWCOMER) == world.height(0))?);
        assert_eq!(root(&world, NEWCOMER), root(&world, 0), "seed {seed}");
    }
    println!("{blamed} of 24 worlds blamed a liar for a snapshot, {from_liars} snapshots came from liars");
    assert!(blamed >= 20, "{blamed} of 24");
    Ok(())
}
