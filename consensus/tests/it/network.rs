//! Networks in memory: calm, stormy, cut, crashed, and catching up.

use crate::sim::{Link, Options, Random, Violation, World, storm};
use taonet_chain::{Body, Call, Keypair, Transaction, ledger::accounts};
use taonet_consensus::{Guard, Rejection, Replica, Store};
use taonet_subnets::amount::Tao;

const SLOT_MS: u64 = 250;

#[test]
fn a_calm_network_keeps_its_slots() -> Result<(), Violation> {
    for count in [1, 4, 5, 7] {
        let mut world = World::new(Options::calm(count), u64::from(count))?;
        assert!(world.run_to_height(1, 2_000)?, "{count} nodes do not start");
        assert!(world.run_to_height(41, 41 * SLOT_MS)?, "{count} nodes are at {}", world.lowest());
        let store = world.replica(0).map(Replica::store).expect("node 0 runs");
        for height in 2..=41 {
            let [parent, block] =
                [height - 1, height].map(|height| store.block(height).expect("blocks are kept"));
            let gap = block.block.header.timestamp_ms - parent.block.header.timestamp_ms;
            assert_eq!((gap, block.certificate.round), (SLOT_MS, 0), "{count} nodes, block {height}");
        }
    }
    Ok(())
}

#[test]
fn a_node_that_was_away_for_200_heights_catches_up() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 7)?;
    assert!(world.run_to_height(5, 4_000)?);
    world.crash(2);
    // Its turn to propose costs a timeout every fourth height.
    assert!(world.run_to_height(205, 200 * 700)?, "three nodes are at {}", world.lowest());
    world.start(2)?;
    assert!(world.height(2) < 10);
    world.run_for(2_000)?;
    assert!(world.height(2) + 1 >= world.highest(), "{} of {}", world.height(2), world.highest());
    assert!(world.run_to_height(world.highest() + 8, 8 * SLOT_MS + 1_000)?);
    Ok(())
}

#[test]
fn four_killed_nodes_resume_at_the_last_block() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 8)?;
    for round in 0..5 {
        let goal = world.highest() + 7;
        assert!(world.run_to_height(goal, 10_000)?, "round {round}: at {}", world.lowest());
        world.run_for(37 * round)?;
        (0..4).for_each(|node| world.crash(node));
        let kept = (0..4).map(|node| world.height(node)).max().unwrap_or(0);
        assert!(kept >= world.highest(), "a block that was told of is lost: {kept} of {}", world.highest());
        for node in 0..4 {
            world.start(node)?;
        }
    }
    assert!(world.run_to_height(world.highest() + 5, 10_000)?);
    Ok(())
}

#[test]
fn an_observer_follows_from_genesis() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4).observers(1), 9)?;
    world.crash(4);
    assert!(world.run_to_height(700, 700 * SLOT_MS + 5_000)?);
    world.start(4)?;
    world.run_for(3_000)?;
    assert!(world.height(4) + 1 >= world.highest(), "{} of {}", world.height(4), world.highest());
    assert!(world.run_to_height(world.highest() + 10, 11 * SLOT_MS + 500)?);
    Ok(())
}

#[test]
fn exactly_one_third_silent_stops_the_chain_and_its_return_resumes_it() -> Result<(), Violation> {
    // One of three, two of six, and one authority of power two among four of power one: a third each time.
    for (powers, silent) in [(&[1, 1, 1][..], &[2][..]), (&[1; 6], &[1, 4]), (&[1, 1, 1, 1, 2], &[4])] {
        let mut world = World::new(Options::calm(powers.len() as u16).powers(powers), 10)?;
        assert!(world.run_to_height(5, 10_000)?, "{powers:?}");
        silent.iter().for_each(|node| world.crash(*node));
        let stopped = world.highest() + 1;
        world.run_for(60_000)?;
        assert!(world.highest() <= stopped, "{powers:?}: two thirds decided block {}", world.highest());
        let before = world.replica(0).map_or(0, |replica| replica.agreement().round());
        for node in silent {
            world.start(*node)?;
        }
        assert!(world.run_to_height(stopped + 2, 25_000)?, "{powers:?}: no progress: {}", world.lowest());
        let store = world.replica(0).map(Replica::store).expect("it runs");
        let round = store.block(stopped).expect("it is kept").certificate.round;
        assert!(round <= before + 3, "{powers:?}: round {round}, and it was {before} at their return");
    }
    Ok(())
}

/// Any quorum of nodes that never lost anything goes on, from block 1 on: also if one of them is new and late, and
/// another fails just as it comes.
#[test]
fn a_late_newcomer_makes_up_for_one_that_fails() -> Result<(), Violation> {
    let goes_on = |options: Options, height: u64, failing: usize| -> Result<bool, Violation> {
        let mut world = World::new(options.late(3), 10)?;
        assert!(world.run_until(10_000, |world| world.highest() >= height)?);
        world.start(3)?;
        world.crash(failing);
        let goal = world.highest() + 3;
        world.run_to_height(goal, 30_000)
    };
    for (height, failing) in (1..6).flat_map(|height| (0..3).map(move |failing| (height, failing))) {
        let vouched = goes_on(Options::calm(4).vouched(), height, failing)?;
        assert!(vouched, "node {failing} fails at height {height}");
    }
    // Whose key may have signed before must not vote at once, and there are too few without it.
    assert!(!goes_on(Options::calm(4), 5, 1)?);
    Ok(())
}

#[test]
fn half_against_half_decides_nothing() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 10)?;
    assert!(world.run_to_height(5, 4_000)?);
    world.split([true, true, false, false])?;
    let stopped = world.highest() + 1;
    world.run_for(60_000)?;
    assert!(world.highest() <= stopped, "half of the power decided block {}", world.highest());
    world.heal()?;
    assert!(world.run_to_height(stopped + 3, 25_000)?, "no progress after the heal: {}", world.lowest());
    Ok(())
}

#[test]
fn a_wiped_node_observes_before_it_votes_again() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4), 11)?;
    assert!(world.run_to_height(50, 50 * SLOT_MS + 4_000)?);
    world.crash(1);
    world.wipe(1);
    let wiped_at = world.highest();
    world.start(1)?;
    let mut first_open = None;
    for _ in 0..400 {
        world.run_for(10)?;
        let replica = world.replica(1).expect("it runs");
        if replica.guard() == Guard::Open {
            first_open = Some(replica.tip().height + 1);
            break;
        }
    }
    let first_open = first_open.expect("it votes again in time");
    assert!(first_open >= wiped_at + 2, "it votes at {first_open}, and lost its memory at {wiped_at}");
    assert!(world.run_to_height(first_open + 8, 10 * SLOT_MS + 2_000)?);
    Ok(())
}

#[test]
fn a_wiped_node_that_restarts_still_observes() -> Result<(), Violation> {
    // The others are out of reach, so it must not vote however often it is restarted.
    let mut world = World::new(Options::calm(4), 12)?;
    assert!(world.run_to_height(10, 10 * SLOT_MS + 4_000)?);
    world.crash(1);
    world.wipe(1);
    world.start(1)?;
    world.run_for(60)?;
    world.split([false, true, false, false])?;
    for _ in 0..3 {
        world.crash(1);
        world.start(1)?;
        world.run_for(2_000)?;
        let replica = world.replica(1).expect("it runs");
        assert_ne!(replica.guard(), Guard::Open);
    }
    Ok(())
}

#[test]
fn transactions_travel_and_are_executed_everywhere() -> Result<(), Violation> {
    let mut world = World::new(Options::calm(4).link(Link::ROUGH), 13)?;
    assert!(world.run_to_height(2, 5_000)?);
    let (alice, bob) = (key("//Alice"), key("//Bob").account());
    for nonce in 0..30 {
        let transaction = transfer(&world, &alice, nonce, 5);
        world.submit((nonce % 4) as usize, transaction)?;
        world.run_for(40)?;
    }
    let again = transfer(&world, &alice, 0, 5);
    world.submit(0, again)?;
    assert!(matches!(world.refused(0), [Rejection::Refused(_) | Rejection::Known]), "{:?}", world.refused(0));
    world.set_links(Link::CALM);
    let goal = world.highest() + 12;
    assert!(world.run_to_height(goal, 20_000)?);
    for node in 0..4 {
        let store = world.replica(node).map(Replica::store).expect("it runs");
        let next = accounts::nonce(store, &alice.account());
        assert!(next > 0, "nothing was executed on node {node}");
        assert!(accounts::balance(store, &bob) > Tao::whole(100_000));
    }
    Ok(())
}

fn key(uri: &str) -> Keypair {
    Keypair::from_uri(uri).expect("a development key")
}

fn transfer(world: &World, from: &Keypair, nonce: u64, whole: u64) -> Transaction {
    let call = Call::Transfer { to: key("//Bob").account(), amount: Tao::whole(whole) };
    let body = Body {
        signer: from.account(),
        nonce,
        genesis: world.genesis().hash(),
        valid_from: 0,
        valid_until: 1_000,
        tip: Tao::ZERO,
        call,
    };
    Transaction::sign(from, body)
}

#[test]
fn a_replica_opened_from_the_log_is_the_same() -> Result<(), storm::Failure> {
    let mut random = Random::new(14);
    let mut world = World::new(Options::calm(4).link(Link::ROUGH), 14)?;
    let mut compared = 0;
    for _ in 0..400 {
        world.run_for(random.between(1, 60))?;
        for node in 0..4 {
            compared += usize::from(storm::replays_alike(&world, node)?);
        }
    }
    assert!(compared > 400, "the log was almost always empty: {compared}");
    Ok(())
}
