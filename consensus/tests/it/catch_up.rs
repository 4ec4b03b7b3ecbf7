//! Catching up: from nothing, from one behind, from far behind, in the middle of a round, and from liars.

use crate::sim::{Link, Options, Violation, World, liars::SyncLiar};
use taonet_consensus::{Offence, Replica, Step, Store};

/// How far behind "far" is.
const FAR: u64 = 2_000;

/// And "very far".
const VERY_FAR: u64 = 10_000;

/// A chain of one authority (node 0) with two followers, the second of which (node 2) was away since genesis.
fn far_ahead(height: u64) -> Result<World, Violation> {
    let mut world = World::new(Options::calm(1).observers(2).history(height + 1_000), 41)?;
    world.crash(2);
    assert!(world.run_to_height(height, (height + 10) * 250)?);
    Ok(world)
}

fn same_state(world: &World, height: u64) {
    let ids = (0..world.len()).filter(|node| world.is_up(*node)).map(|node| {
        let store = world.replica(node).map(Replica::store).expect("it runs");
        store.block(height).map(|block| (block.block.id(), block.block.header.state_root))
    });
    let ids: Vec<_> = ids.collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1] && pair[0].is_some()), "{ids:?}");
}

#[test]
fn a_node_that_is_far_behind_catches_up() -> Result<(), Violation> {
    let mut world = far_ahead(FAR)?;
    world.start(2)?;
    assert_eq!(world.height(2), 0);
    assert!(world.run_until(20_000, |world| world.height(2) >= FAR)?, "{}", world.height(2));
    same_state(&world, FAR);
    Ok(())
}

#[test]
fn a_node_that_is_far_behind_catches_up_from_a_liar_and_an_honest_node() -> Result<(), Violation> {
    let mut world = far_ahead(VERY_FAR)?;
    world.corrupt(1, Box::new(SyncLiar));
    world.start(2)?;
    assert!(world.run_until(120_000, |world| world.height(2) >= VERY_FAR)?, "{}", world.height(2));
    same_state(&world, VERY_FAR);
    assert!(world.blamed(1).contains(&Offence::Block), "{:?}", world.blamed(1));
    Ok(())
}

#[test]
fn a_node_that_hears_only_a_liar_believes_nothing_that_is_not_certified() -> Result<(), Violation> {
    let mut world = far_ahead(FAR)?;
    world.corrupt(1, Box::new(SyncLiar));
    world.cut(0, 2)?;
    world.cut(2, 0)?;
    world.start(2)?;
    // Whatever it takes from the liar is what was decided: the checks compare every block. It may not get far.
    world.run_for(30_000)?;
    world.heal()?;
    assert!(world.run_until(120_000, |world| world.height(2) >= FAR)?, "{}", world.height(2));
    same_state(&world, FAR);
    Ok(())
}

#[test]
fn a_node_joins_at_every_moment_of_a_round() -> Result<(), Violation> {
    let mut steps = std::collections::BTreeSet::new();
    for moment in 0..60 {
        let mut world = World::new(Options::calm(4).link(Link::delay(20, 5)), 42)?;
        assert!(world.run_to_height(3, 5_000)?);
        world.crash(1);
        world.run_for(100 + 15 * moment)?;
        world.start(1)?;
        let other = world.replica(0).expect("it runs").agreement();
        steps.insert((other.step(), other.round().min(1)));
        let goal = world.highest() + 3;
        assert!(world.run_to_height(goal, 10_000)?, "moment {moment}: {}", world.lowest());
    }
    let all = [Step::Waiting, Step::Propose, Step::Prevote, Step::Precommit];
    assert!(all.iter().all(|step| steps.iter().any(|(seen, _)| seen == step)), "{steps:?}");
    Ok(())
}

#[test]
fn a_node_that_is_one_behind_gets_the_one_block() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 43)?;
    assert!(world.run_to_height(5, 5_000)?);
    // It hears nothing of one height, and is joined again before the next starts.
    (0..3).try_for_each(|other| world.cut(other, 3))?;
    let missed = world.height(3) + 1;
    assert!(world.run_until(2_000, |world| (0..3).all(|node| world.height(node) == missed))?);
    assert_eq!(world.height(3) + 1, missed);
    world.heal()?;
    assert!(world.run_until(2_000, |world| world.height(3) >= missed)?);
    Ok(())
}

#[test]
fn a_new_authority_joins_at_height_0_and_votes_when_it_may() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 44)?;
    world.crash(2);
    assert!(world.run_to_height(30, 60_000)?, "three of four go on");
    world.wipe(2);
    world.start(2)?;
    assert!(world.run_until(5_000, |world| world.height(2) + 1 >= world.highest())?);
    // With one of the others gone its vote is needed.
    world.run_for(2_000)?;
    world.crash(0);
    let goal = world.highest() + 4;
    assert!(world.run_to_height(goal, 30_000)?, "at {}", world.lowest());
    Ok(())
}
