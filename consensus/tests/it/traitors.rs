//! Twins and liars: below a third of the power they are harmless and get what they deserve; above it, no promise but
//! evidence.

use crate::sim::{
    Link, Options, Violation, World,
    liars::{self, Liar},
    load,
};
use taonet_chain::{AccountId, Call, Keypair};
use taonet_subnets::amount::Tao;

/// Each node sees one copy of the twin only.
fn part_twins(world: &mut World, twin: usize, copy: usize) -> Result<(), Violation> {
    world.rewire_all(|a, b| {
        let meets = |x: usize, y: usize| (a, b) == (x, y) || (b, a) == (x, y);
        (0..copy).any(|node| meets(node, if node % 2 == 0 { copy } else { twin }))
    })
}

fn accused(world: &World) -> Vec<AccountId> {
    let mut all: Vec<_> =
        world.checks().accountability.evidence().iter().map(|evidence| evidence.accused().0).collect();
    all.sort();
    all.dedup();
    all
}

/// A transaction that only some nodes will ever see makes blocks differ.
fn whisper(world: &mut World, node: usize, whole: u64) -> Result<(), Violation> {
    let alice = Keypair::from_uri("//Alice").expect("a constant");
    let call = Call::Transfer { to: world.id(0), amount: Tao::whole(whole) };
    load::submit(world, node, &alice, call, Tao::ZERO, 1_000)
}

#[test]
fn a_twin_is_accused_and_punished_and_nobody_else() -> Result<(), Violation> {
    for (authorities, twin) in [(4, 3), (5, 1), (7, 2)] {
        let mut world = World::new(Options::calm(authorities).twin(twin).gossip(true), 31)?;
        let copy = usize::from(authorities);
        assert!(world.run_to_height(2, 10_000)?, "both copies have heard that everybody is new");
        part_twins(&mut world, twin, copy)?;
        (0..copy).for_each(|node| world.set_link(node, copy, Link::delay(150, 10)));
        let mut asked = 0;
        while world.checks().accountability.punished() == 0 {
            // The original knows of this before its copy does; if their turn is in between, they differ.
            asked += 1;
            assert!(asked < 200, "{authorities} nodes: nobody noticed up to {}", world.highest());
            whisper(&mut world, twin, asked)?;
            world.run_for(300)?;
        }
        assert_eq!(accused(&world), [world.id(twin)]);
        assert_eq!(world.checks().agreement.authorities().power(&world.id(twin)), 0, "it is off the list");
        let goal = world.highest() + 5;
        assert!(world.run_to_height(goal, 30_000)?, "{authorities} nodes go on without it");
    }
    Ok(())
}

#[test]
fn above_a_third_agreement_may_break_but_not_without_evidence() -> Result<(), Violation> {
    // Authorities 2 and 3 run twice. 0 hears one copy of each, 1 the other, and both have three of four.
    let mut world = World::new(Options::calm(4).twin(2).twin(3), 32)?;
    assert!(world.run_to_height(2, 10_000)?);
    let left = |node: usize| matches!(node, 0 | 2 | 3);
    world.rewire_all(|a, b| left(a) != left(b))?;
    whisper(&mut world, 0, 1)?;
    let broken = world.run_for(30_000).expect_err("both halves have three of four authorities");
    assert!(matches!(broken, Violation::Disagreement { .. }), "{broken}");
    let evidence = world.checks().accountability.evidence();
    assert!(!evidence.is_empty());
    assert!(evidence.iter().all(|evidence| evidence.verify(&world.network())));
    let twins = [world.id(2), world.id(3)];
    assert!(accused(&world).iter().all(|accused| twins.contains(accused)));
    Ok(())
}

/// Twenty blocks with one liar among four: the chain grows, and nobody honest is accused (the checks see to that).
fn grows_with(liar: Box<dyn Liar>) -> Result<World, Violation> {
    let name = liar.name();
    let mut world = World::new(Options::calm(4), 33)?;
    world.corrupt(3, liar);
    assert!(world.run_to_height(20, 120_000)?, "{name}: at {}", world.lowest());
    Ok(world)
}

#[test]
fn no_liar_among_four_stops_the_chain() -> Result<(), Violation> {
    for way in 0..liars::WAYS {
        grows_with(liars::by_number(way).expect("there are so many"))?;
    }
    assert!(liars::by_number(liars::WAYS).is_none());
    Ok(())
}

#[test]
fn an_equivocator_is_off_the_list_soon() -> Result<(), Violation> {
    let world = grows_with(Box::new(liars::Equivocator))?;
    assert_eq!(accused(&world), [world.id(3)]);
    assert!(world.checks().accountability.punished() > 0);
    assert_eq!(world.checks().agreement.authorities().len(), 3);
    Ok(())
}

#[test]
fn bad_blocks_are_never_decided_and_cost_their_proposer_only_its_turn() -> Result<(), Violation> {
    let world = grows_with(Box::new(liars::BadBlocks::default()))?;
    let store = world.replica(0).expect("it runs").store();
    use taonet_consensus::Store;
    let by_liar =
        (1..=20).filter_map(|height| store.block(height)).filter(|b| b.block.header.proposer == world.id(3));
    assert_eq!(by_liar.count(), 0);
    Ok(())
}

#[test]
fn a_replayer_proves_nothing_against_those_it_repeats() -> Result<(), Violation> {
    let world = grows_with(Box::new(liars::Replayer::default()))?;
    assert_eq!((accused(&world), world.checks().accountability.punished()), (Vec::new(), 0));
    assert_eq!(world.checks().agreement.authorities().len(), 4);
    Ok(())
}
