//! Eras over a network: it moves from a list of authorities to an election by stake and back while it runs, nodes that
//! followed make blocks and nodes that made blocks follow, and restarts in the middle of an era change nothing.

use crate::sim::{Options, Violation, World};
use std::collections::BTreeSet;
use taonet_chain::{
    AccountId, Body, Call, ConsensusMode, Keypair, Transaction,
    ledger::{accounts, authorities::authorities, authorities::era},
    params::Param,
};
use taonet_subnets::amount::Tao;

/// Blocks of an era in these tests.
const ERA: u64 = 8;

/// The node that only follows at first, and whose key nobody has appointed.
const OBSERVER: usize = 4;

fn key(uri: &str) -> Keypair {
    Keypair::from_uri(uri).expect("a URI")
}

fn account(uri: &str) -> AccountId {
    key(uri).account()
}

/// Four authorities and an observer, with short eras from the first block on.
fn world(seed: u64) -> Result<World, Violation> {
    let mut world = World::new(Options { observers: 1, ..Options::calm(4) }, seed)?;
    let era_length = Param::by_name("era_length").expect("a parameter").id;
    let shorten = Call::SetParam { netuid: None, param: era_length, value: i128::from(ERA) };
    submit(&mut world, "//Alice", vec![shorten])?;
    assert!(world.run_to_height(3, 20_000)?);
    Ok(world)
}

/// Submits calls of one signer to the first node, in order.
fn submit(world: &mut World, signer: &str, calls: Vec<Call>) -> Result<(), Violation> {
    let store = world.replica(0).expect("it runs").store();
    let first = accounts::nonce(store, &account(signer));
    let genesis = world.genesis().hash();
    for (nonce, call) in (first..).zip(calls) {
        let (signer_id, tip) = (account(signer), Tao::ZERO);
        let body = Body { signer: signer_id, nonce, genesis, valid_from: 0, valid_until: 10_000, tip, call };
        world.submit(0, Transaction::sign(&key(signer), body))?;
    }
    Ok(())
}

/// Puts a hotkey up for election: somebody owns it, stakes to it, and says so.
fn stand(world: &mut World, coldkey: &str, hotkey: AccountId, tao: u64) -> Result<(), Violation> {
    let stake = Call::AddStake { hotkey, netuid: 0, amount: Tao::whole(tao) };
    let calls = vec![Call::TryAssociateHotkey { hotkey }, stake, Call::JoinAuthorities { hotkey }];
    submit(world, coldkey, calls)
}

/// Bob, Charlie, Dave and the observer stand for election, Eve does not; governance asks for it.
fn ask_for_stake_mode(world: &mut World) -> Result<(), Violation> {
    for (uri, tao) in [("//Bob", 28_000), ("//Charlie", 26_000), ("//Dave", 24_000)] {
        stand(world, uri, account(uri), tao)?;
    }
    stand(world, "//Ferdie", account("//observer//4"), 30_000)?;
    submit(world, "//Alice", vec![Call::SetConsensusMode { mode: ConsensusMode::Stake }])
}

/// The accounts that decide the next height of a node.
fn deciders(world: &World, node: usize) -> Vec<AccountId> {
    let store = world.replica(node).expect("it runs").store();
    authorities(store).iter().map(|one| one.id).collect()
}

/// Runs to a height.
fn run_to(world: &mut World, height: u64) -> Result<(), Violation> {
    assert!(world.run_to_height(height, 120_000)?, "stuck at height {}", world.lowest());
    Ok(())
}

/// Runs until each of these has built a block, which takes a hundred heights at the very most.
fn all_build(world: &mut World, expected: &[AccountId]) -> Result<(), Violation> {
    let mut waiting: BTreeSet<AccountId> = expected.iter().copied().collect();
    let end = world.lowest() + 100;
    while !waiting.is_empty() {
        let next = world.lowest() + 1;
        assert!(next < end, "these build nothing: {waiting:?}");
        run_to(world, next)?;
        let builder = world.last(0).map(|last| last.block.block.header.proposer).expect("a block");
        assert!(expected.contains(&builder), "{builder} builds without a right to");
        waiting.remove(&builder);
    }
    Ok(())
}

#[test]
fn a_network_moves_to_stake_mode_and_back_while_it_runs() -> Result<(), Violation> {
    let mut world = world(61)?;
    ask_for_stake_mode(&mut world)?;
    let list = ["//Bob", "//Charlie", "//Dave", "//Eve"].map(account).to_vec();
    assert!(world.run_to_height(ERA - 1, 60_000)?);
    assert_eq!(deciders(&world, 0), list, "nothing changes before the era ends");
    assert!(world.run_to_height(ERA, 10_000)?);
    let elected = ["//observer//4", "//Bob", "//Charlie", "//Dave"].map(account).to_vec();
    for node in 0..world.len() {
        if world.height(node) == ERA {
            assert_eq!(deciders(&world, node), elected, "node {node}");
        }
    }
    // Everyone elected makes blocks, the observer among them, and Eve's node follows.
    run_to(&mut world, ERA + 1)?;
    all_build(&mut world, &elected)?;
    assert!(world.height(3) + 1 >= world.highest());

    submit(&mut world, "//Alice", vec![Call::SetConsensusMode { mode: ConsensusMode::Authority }])?;
    let height = world.highest() + 1;
    run_to(&mut world, height)?;
    let last_block = height.next_multiple_of(ERA);
    run_to(&mut world, last_block + 1)?;
    assert_eq!(deciders(&world, 0), list);
    all_build(&mut world, &list)
}

#[test]
fn restarts_in_the_middle_of_an_era_and_across_its_end() -> Result<(), Violation> {
    let mut world = world(62)?;
    ask_for_stake_mode(&mut world)?;
    // One node goes down before the election and comes back after it, when other powers decide.
    run_to(&mut world, ERA - 2)?;
    world.crash(3);
    run_to(&mut world, ERA + 2)?;
    world.start(3)?;
    run_to(&mut world, ERA + 4)?;
    assert_eq!(deciders(&world, 3), deciders(&world, 0));
    // Elected nodes are restarted one by one within the era: the others have more than two thirds of the stake.
    for node in [OBSERVER, 1, 2] {
        world.crash(node);
        let height = world.lowest() + 1;
        run_to(&mut world, height)?;
        world.start(node)?;
        let height = world.highest() + 1;
        run_to(&mut world, height)?;
    }
    run_to(&mut world, 3 * ERA)?;
    let store = world.replica(OBSERVER).expect("it runs").store();
    assert_eq!((era(store).mode, era(store).number), (ConsensusMode::Stake, 4));
    Ok(())
}
