//! Crashes at every store call, with every tail of what was not synced: not at random, but all of them.

use crate::sim::{Options, Violation, World, storm};
use taonet_chain::BlockId;
use taonet_consensus::{Replica, Store};

/// The height during which nodes die.
const HEIGHT: u64 = 2;

/// A world in which everyone has decided the height before.
fn world(authorities: u16) -> Result<World, Violation> {
    let mut world = World::new(Options::calm(authorities), 21)?;
    assert!(world.run_to_height(HEIGHT - 1, 5_000)?);
    Ok(world)
}

fn calls(world: &World, node: usize) -> u64 {
    world.replica(node).map_or(0, |replica| replica.store().calls())
}

/// How many store calls `node` makes until everyone has decided the height.
fn calls_of_a_height(authorities: u16, node: usize) -> Result<u64, Violation> {
    let mut world = world(authorities)?;
    let before = calls(&world, node);
    assert!(world.run_to_height(HEIGHT, 5_000)?);
    Ok(calls(&world, node) - before)
}

fn blocks(world: &World, node: usize, heights: u64) -> Vec<BlockId> {
    let store = world.replica(node).expect("it runs").store();
    (1..=heights).map(|height| store.block(height).expect("it is kept").block.id()).collect()
}

/// `node` dies at store call `call` of the height, and again at call `again` after its return if that is above 0; its
/// disk keeps `survive` unsynced operations each time. Everyone must agree in the end. How many operations were lost.
fn crash(authorities: u16, node: usize, call: u64, survive: u64, again: u64) -> Result<u64, storm::Failure> {
    let mut world = world(authorities)?;
    world.crash_at_call(node, call, survive);
    let name = format!("{authorities} nodes, node {node}, call {call}, {survive} survive, again {again}");
    assert!(world.run_until(5_000, |world| !world.is_up(node))?, "{name}: it does not die");
    let lost = world.lost(node);
    if again > 0 {
        world.crash_at_call(node, again, survive);
        world.start(node)?;
        world.run_until(300, |world| !world.is_up(node))?;
        world.crash_at_call(node, 0, 0);
    }
    if !world.is_up(node) {
        world.start(node)?;
    }
    storm::replays_alike(&world, node)?;
    assert!(world.run_to_height(HEIGHT + 1, 10_000)?, "{name}: at {}", world.lowest());
    let all = (0..usize::from(authorities)).map(|node| blocks(&world, node, HEIGHT + 1));
    assert!(all.collect::<Vec<_>>().windows(2).all(|pair| pair[0] == pair[1]), "{name}");
    assert_eq!(world.checks().accountability.evidence(), [], "{name}");
    Ok(lost)
}

/// Every call of the height, every tail.
fn crash_everywhere(authorities: u16, node: usize, again: u64) -> Result<(u64, u64), storm::Failure> {
    let (calls, mut longest) = (calls_of_a_height(authorities, node)?, 0);
    for call in 1..=calls {
        let mut survive = 0;
        while crash(authorities, node, call, survive, again)? > 0 {
            survive += 1;
        }
        longest = longest.max(survive);
    }
    Ok((calls, longest))
}

#[test]
fn a_lone_authority_survives_a_crash_at_every_call() -> Result<(), storm::Failure> {
    let (calls, tail) = crash_everywhere(1, 0, 0)?;
    // Start, the block it built, the commit, the sync before anything is told.
    assert_eq!((calls, tail), (4, 3));
    Ok(())
}

#[test]
fn a_lone_authority_survives_a_second_crash_at_every_call_of_its_recovery() -> Result<(), storm::Failure> {
    for again in 1..=4 {
        crash_everywhere(1, 0, again)?;
    }
    Ok(())
}

#[test]
fn four_authorities_survive_a_crash_of_any_at_every_call() -> Result<(), storm::Failure> {
    for node in 0..4 {
        let (calls, tail) = crash_everywhere(4, node, 0)?;
        assert!(calls >= 10 && tail >= 2, "node {node}: {calls} calls, a tail of {tail}: too easy");
    }
    Ok(())
}

#[test]
fn four_authorities_survive_a_second_crash_during_recovery() -> Result<(), storm::Failure> {
    for again in [1, 2, 3, 5] {
        // The proposer of the height is authority 2, and authority 0 only votes.
        crash_everywhere(4, 2, again)?;
    }
    Ok(())
}

#[test]
fn a_lone_authority_builds_the_very_same_chain_after_a_crash() -> Result<(), Violation> {
    let mut calm = world(1)?;
    assert!(calm.run_to_height(HEIGHT + 1, 5_000)?);
    for call in 1..=4 {
        let mut world = world(1)?;
        world.crash_at_call(0, call, 0);
        assert!(world.run_until(5_000, |world| !world.is_up(0))?);
        world.start(0)?;
        assert!(world.run_to_height(HEIGHT + 1, 5_000)?);
        assert_eq!(blocks(&world, 0, HEIGHT + 1), blocks(&calm, 0, HEIGHT + 1), "call {call}");
        let root = |world: &World| world.replica(0).map(Replica::tip).map(|tip| tip.state_root);
        assert_eq!(root(&world), root(&calm), "call {call}");
    }
    Ok(())
}
