//! The set of authorities changes while the chain grows: at every height, and against whoever would propose next.

use crate::sim::{Options, Violation, World, load};
use taonet_chain::Authority;

/// Seven nodes, of which four are authorities at genesis.
fn world(seed: u64) -> Result<World, Violation> {
    let mut world = World::new(Options::calm(4).observers(3), seed)?;
    assert!(world.run_to_height(1, 5_000)?);
    Ok(world)
}

fn authority(world: &World, node: usize, power: u64) -> Authority {
    Authority { id: world.id(node), power }
}

#[test]
fn a_set_that_changes_at_every_height() -> Result<(), Violation> {
    let mut world = world(51)?;
    let mut sets = std::collections::BTreeSet::new();
    for height in 2..40u64 {
        // Five of the seven, with other powers each time; those who leave and those who come differ.
        let members = (0..5).map(|place| (place + height) as usize % 7);
        let set = members.map(|node| authority(&world, node, 1 + (node as u64 * height) % 4)).collect();
        load::replace_authorities(&mut world, (height % 7) as usize, set, 3)?;
        assert!(world.run_to_height(height, 20_000)?, "stuck at {}", world.highest());
        sets.insert(world.checks().agreement.authorities().hash());
    }
    assert_eq!(sets.len(), 28, "members repeat every 7 heights, powers every 4: each height had another set");
    let goal = world.highest() + 3;
    assert!(world.run_to_height(goal, 20_000)?);
    Ok(())
}

#[test]
fn whoever_would_propose_next_is_removed() -> Result<(), Violation> {
    let mut world = world(52)?;
    let mut removed_in_time = 0;
    for _ in 0..15 {
        let next = world.highest() + 2;
        let genesis = world.network().genesis;
        let proposer = world.checks().agreement.authorities().proposer(&genesis, next, 0);
        let set: Vec<_> = (0..7)
            .filter(|node| Some(world.id(*node)) != proposer)
            .map(|node| authority(&world, node, 1))
            .collect();
        load::replace_authorities(&mut world, 0, set, 2)?;
        assert!(world.run_until(20_000, |world| world.highest() >= next)?, "stuck at {}", world.highest());
        let now = world.checks().agreement.authorities();
        removed_in_time += usize::from(proposer.is_some_and(|proposer| now.power(&proposer) == 0));
    }
    assert!(removed_in_time >= 10, "{removed_in_time} of 15");
    Ok(())
}

#[test]
fn powers_decide_and_not_heads() -> Result<(), Violation> {
    // One authority has five of eight: neither it alone nor the three others without it are more than two thirds.
    let mut world = World::new(Options::calm(4).powers(&[5, 1, 1, 1]), 53)?;
    assert!(world.run_to_height(3, 10_000)?);
    world.crash(0);
    let stopped = world.highest() + 1;
    world.run_for(30_000)?;
    assert!(world.highest() <= stopped, "three eighths decided block {}", world.highest());
    world.start(0)?;
    world.crash(1);
    assert!(world.run_to_height(stopped + 3, 60_000)?, "seven eighths are enough");
    Ok(())
}
