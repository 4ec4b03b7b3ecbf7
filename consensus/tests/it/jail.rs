//! An authority of a network in stake mode that lies, or is away: found out, jailed, freed, elected again.

use crate::sim::{Options, Violation, World, liars::Equivocator, load};
use taonet_chain::{
    AccountId, Call, CallError, ConsensusMode, Event, Genesis,
    event::AuthorityJailed,
    genesis::{DevOptions, ParamText},
    ledger::{
        accounts,
        authorities::{JailCause, authorities},
        stakes,
        subnets::ROOT,
    },
};
use taonet_consensus::{Committed, Store};
use taonet_subnets::amount::Tao;

/// Blocks of an era, and of a stay in jail: an era and a part of another.
const ERA: u64 = 10;
const JAIL: u64 = 14;

/// What a liar pays: a tenth of its stake, of 65,535, and a part of what it has besides.
const BURN_SHARE: u64 = 6_553;
const BURN: Tao = Tao::whole(7);

/// How many slots in a row nobody may miss.
const MISSED: u64 = 3;

/// Whoever lies here, or is away: //Eve, with 13,000 of 46,000 TAO, less than a third.
const LIAR: usize = 3;

/// Four authorities by the stake of 10,000 to 13,000 TAO, each heard by everyone and passed on by nobody.
fn world(seed: u64) -> Result<World, Violation> {
    let mut genesis = Genesis::dev(DevOptions { consensus: ConsensusMode::Stake, ..DevOptions::default() });
    genesis.limits.jail_burn = BURN;
    let params = [
        ("era_length", ERA),
        ("jail_blocks", JAIL),
        ("jail_burn_share", BURN_SHARE),
        ("max_missed_slots", MISSED),
    ];
    genesis.params.extend(params.map(|(name, value)| (name.to_owned(), ParamText::from(value))));
    World::new(Options::calm(4).genesis(genesis), seed)
}

fn run_to(world: &mut World, height: u64) -> Result<(), Violation> {
    assert!(world.run_to_height(height, 120_000)?, "stuck at height {}", world.lowest());
    Ok(())
}

/// Who decides the height after node 0's tip.
fn deciders(world: &World) -> Vec<AccountId> {
    authorities(world.ledger(0).expect("it is there")).iter().map(|one| one.id).collect()
}

/// What the liar has, free and staked.
fn purse(world: &World) -> (Tao, u64) {
    let (ledger, liar) = (world.ledger(0).expect("it is there"), world.id(LIAR));
    (accounts::balance(ledger, &liar), stakes::stake(ledger, ROOT, &liar, &liar).units())
}

/// Runs until a block of node 0 jails somebody; whom and why.
fn jailed(world: &mut World) -> Result<AuthorityJailed, Violation> {
    let sentence = |world: &World| {
        world.last(0)?.events.iter().find_map(|event| match event {
            Event::AuthorityJailed(sentence) => Some(*sentence),
            _ => None,
        })
    };
    assert!(world.run_until(60_000, |world| sentence(world).is_some())?, "nobody up to {}", world.highest());
    Ok(sentence(world).expect("there is one"))
}

/// The liar asks to be free; the height of the block with it, and its answer.
fn ask_for_freedom(world: &mut World) -> Result<(u64, Result<(), CallError>), Violation> {
    let call = Call::UnjailAuthority { authority: world.id(LIAR) };
    load::submit(world, 0, &world.key(LIAR).clone(), call, Tao::ZERO, 20)?;
    let answered = |world: &World| world.last(0).is_some_and(|last| !last.receipts.is_empty());
    assert!(world.run_until(20_000, answered)?);
    let last = world.last(0).expect("a block");
    Ok((last.block.block.header.height, last.receipts[0].result))
}

#[test]
fn an_equivocator_is_jailed_burnt_freed_and_elected_again() -> Result<(), Violation> {
    let mut world = world(71)?;
    run_to(&mut world, 3)?;
    let liar = world.id(LIAR);
    let (all, (free, staked)) = (deciders(&world), purse(&world));
    assert_eq!((all.len(), all.contains(&liar)), (4, true));

    // It lies; the block that proves it is decided by all four, the next one by three.
    world.corrupt(LIAR, Box::new(Equivocator));
    let sentence = jailed(&mut world)?;
    let last = world.last(0).expect("a block").clone();
    let height = last.block.block.header.height;
    assert_eq!((sentence.authority, sentence.until), (liar, height + JAIL));
    assert_eq!(last.authorities.len(), 3);
    assert_eq!(deciders(&world), all.iter().copied().filter(|id| *id != liar).collect::<Vec<_>>());
    let burnt = u64::try_from(u128::from(staked) * u128::from(BURN_SHARE) / 65_535).expect("small");
    assert_eq!(sentence.burned, BURN.saturating_add(Tao::new(burnt)));
    assert_eq!(purse(&world), (free.saturating_sub(BURN), staked - burnt));

    // It comes to its senses.
    world.reform(LIAR);
    serves_its_time(&mut world, &sentence, staked - burnt)
}

/// Who was jailed follows, asks for freedom, is elected again with this power, and votes and builds as before.
fn serves_its_time(world: &mut World, sentence: &AuthorityJailed, power: u64) -> Result<(), Violation> {
    let convict = sentence.authority;
    // Freedom is not before its time, and an era's end does not bring it.
    assert_eq!(ask_for_freedom(world)?.1, Err(CallError::JailNotOver));
    run_to(world, sentence.until - 1)?;
    assert!(!deciders(world).contains(&convict));
    let (freed, answer) = ask_for_freedom(world)?;
    assert_eq!(answer, Ok(()));

    // The era's last block elects it.
    let end = (freed + 1).next_multiple_of(ERA);
    while world.height(0) < end {
        assert!(!deciders(world).contains(&convict), "at {}", world.height(0));
        let next = world.height(0) + 1;
        assert!(world.run_until(20_000, |world| world.height(0) >= next)?);
    }
    assert_eq!(world.last(0).expect("a block").authorities.power(&convict), power);

    // Without //Dave the others need its vote; and its turn to build comes as well.
    run_to(world, end + 1)?;
    world.crash(2);
    let builds = |world: &World| {
        let by_it = |last: &Committed| last.block.block.header.proposer == convict;
        world.height(0) > end + 5 && world.last(0).is_some_and(|last| by_it(last))
    };
    assert!(world.run_until(120_000, builds)?, "at {}", world.height(0));
    Ok(())
}

#[test]
fn who_misses_its_slots_is_jailed_without_a_burn_and_comes_back() -> Result<(), Violation> {
    let mut world = world(72)?;
    run_to(&mut world, 3)?;
    let before = purse(&world);
    world.crash(LIAR);
    let sentence = jailed(&mut world)?;
    let expected = (world.id(LIAR), JailCause::MissedSlots, Tao::ZERO);
    assert_eq!((sentence.authority, sentence.cause, sentence.burned), expected);
    assert_eq!(purse(&world), before);
    // From now on nobody waits for it.
    let height = world.height(0) + 1;
    run_to(&mut world, height + 8)?;
    let rounds = (height..height + 8).map(|height| {
        let store = world.replica(0).expect("it runs").store();
        store.block(height).expect("kept").certificate.round
    });
    assert_eq!(rounds.max(), Some(0));
    world.start(LIAR)?;
    serves_its_time(&mut world, &sentence, before.1)
}

/// Nobody passes anything on here, so no node hears both of what the liar says: not until its own precommit comes back
/// to somebody whom it told otherwise, in the certificate of a block.
#[test]
fn a_certificate_tells_who_told_us_something_else() -> Result<(), Violation> {
    for seed in 80..92 {
        let mut world = world(seed)?;
        world.corrupt(LIAR, Box::new(Equivocator));
        let sentence = jailed(&mut world)?;
        assert_eq!(sentence.authority, world.id(LIAR), "seed {seed}");
    }
    Ok(())
}
