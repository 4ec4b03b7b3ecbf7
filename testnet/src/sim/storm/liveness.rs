//! Progress after a storm.
//!
//! Rule: once those who are honest, remember what they said, and hear each other have more than two thirds of the
//! power, the height in progress is decided at the latest when each of them has had its turn to propose, the first
//! [`SLACK`] rounds not counted. The one who holds the latest lock will be believed by everyone, and nobody else need
//! be; so counting turns is exact where counting rounds is not. Who proposes when is known.

use super::{
    super::{Link, Random, Violation, World},
    Failure, Run, stakes,
};
use std::collections::BTreeSet;
use taonet_chain::{AccountId, AuthoritySet};
use taonet_consensus::{Agreement, Replica, Store, Time};

/// In the first rounds some may still be catching up, or be in another round.
const SLACK: u32 = 2;

/// Heights that must be decided: the one in progress, and another, so that a lucky remainder is not enough.
const HEIGHTS: u64 = 2;

/// So many times the longest timeout is the longest that recovery may take by the clock.
const PATIENCE: Time = 60;

/// One authority is new and late. As soon as it is there, all but a quorum with it fail.
pub(super) fn beginning(run: &mut Run) -> Result<(), Failure> {
    let Some(late) = run.plan.late else { return Ok(()) };
    let (height, patience) = (run.random.between(1, 4), PATIENCE * run.timing.max_timeout_ms);
    if !run.world.run_until(patience, |world| world.highest() >= height)? {
        return Err(Failure::Stuck { height: run.world.highest() + 1, round: 0 });
    }
    run.world.start(late)?;
    let core = draw_core(&run.world, vec![late], &BTreeSet::new(), &mut run.random);
    let others = (0..run.world.len()).filter(|node| !core.contains(node));
    others.for_each(|node| run.world.crash(node));
    decide(run, &core)
}

/// Everyone is up and connected again.
pub(super) fn everyone(run: &mut Run) -> Result<(), Failure> {
    run.weather.clear(&mut run.world)?;
    let world = &mut run.world;
    world.set_links(Link::CALM);
    for node in 0..world.len() {
        world.crash_at_call(node, 0, 0);
        start(world, node)?;
    }
    let wiped = run.weather.wiped(&run.world);
    let core = (0..run.world.len()).filter(|node| run.world.is_honest(*node) && !wiped.contains(node));
    let core: Vec<usize> = core.collect();
    decide(run, &core)
}

/// A random quorum of honest authorities is up and connected; everyone else honest is broken for good, and whoever is
/// not goes on lying, or not.
pub(super) fn quorum(run: &mut Run) -> Result<(), Failure> {
    let wiped = run.weather.wiped(&run.world);
    let core = draw_core(&run.world, Vec::new(), &wiped, &mut run.random);
    run.weather.clear(&mut run.world)?;
    for node in 0..run.world.len() {
        run.world.crash_at_call(node, 0, 0);
        if core.contains(&node) {
            start(&mut run.world, node)?;
        } else {
            break_for_good(&mut run.world, node, &core, &mut run.random)?;
        }
    }
    run.world.set_links(Link::CALM);
    run.report.cores += 1;
    decide(run, &core)
}

fn start(world: &mut World, node: usize) -> Result<(), Violation> {
    if world.is_up(node) { Ok(()) } else { world.start(node) }
}

/// The first of a core, and honest authorities with a memory, in random order, until they are a quorum, now and after
/// the end of the era.
fn draw_core(
    world: &World,
    mut core: Vec<usize>,
    wiped: &BTreeSet<usize>,
    random: &mut Random,
) -> Vec<usize> {
    let now = world.checks().agreement.authorities();
    let furthest =
        (0..world.len()).max_by_key(|node| world.height(*node)).and_then(|node| world.ledger(node));
    let sets = [Some(now.clone()), furthest.map(stakes::next_set)];
    let has_say = |node: &usize| sets.iter().flatten().any(|set| set.power(&world.id(*node)) > 0);
    let first = core.clone();
    let able = |node: &usize| {
        world.is_honest(*node) && !wiped.contains(node) && !first.contains(node) && has_say(node)
    };
    let is_quorum = |core: &[usize], set: &AuthoritySet| {
        set.is_quorum(core.iter().map(|node| u128::from(set.power(&world.id(*node)))).sum())
    };
    let mut left: Vec<usize> = (0..world.len()).filter(able).collect();
    while !sets.iter().flatten().all(|set| is_quorum(&core, set)) && !left.is_empty() {
        core.push(left.swap_remove(random.below(left.len() as u64) as usize));
    }
    core
}

/// Down, cut off, deaf, or mute. Those who are not honest may also stay.
fn break_for_good(
    world: &mut World,
    node: usize,
    core: &[usize],
    random: &mut Random,
) -> Result<(), Violation> {
    let (deaf, mute) = match random.below(4) {
        _ if !world.is_honest(node) && random.chance(50) => return start(world, node),
        0 => {
            world.crash(node);
            return Ok(());
        }
        1 => (true, true),
        2 => (true, false),
        _ => (false, true),
    };
    for &other in core {
        if deaf {
            world.cut(other, node)?;
        }
        if mute {
            world.cut(node, other)?;
        }
    }
    Ok(())
}

/// The core decides, and soon.
fn decide(run: &mut Run, core: &[usize]) -> Result<(), Failure> {
    let world = &mut run.world;
    let began = world.now();
    let height = core.iter().map(|node| world.height(*node)).max().unwrap_or(0) + 1;
    let from = highest_round(world, core, height);
    let authorities = authorities_of(world, core, height);
    let goal = height + HEIGHTS - 1;
    let patience = PATIENCE * run.timing.max_timeout_ms;
    let there = |world: &World| core.iter().all(|node| world.height(*node) >= goal);
    if !world.run_until(patience, there)? {
        let height = core.iter().map(|node| world.height(*node)).min().unwrap_or(0) + 1;
        return Err(Failure::Stuck { height, round: highest_round(world, core, height) });
    }
    let to = decided_in(world, core, height);
    let latest = latest_round(world, core, &authorities, height, from);
    run.report.recovered(world.now() - began, to.saturating_sub(from));
    if to > latest { Err(Failure::Slow { height, from, to, latest }) } else { Ok(()) }
}

/// The round by which each authority of the core has had its turn after round `from`.
fn latest_round(world: &World, core: &[usize], authorities: &AuthoritySet, height: u64, from: u32) -> u32 {
    let genesis = world.network().genesis;
    let members = core.iter().map(|node| world.id(*node)).filter(|id| authorities.power(id) > 0);
    let mut waiting: BTreeSet<AccountId> = members.collect();
    let mut round = from + SLACK;
    while !waiting.is_empty() {
        round += 1;
        if let Some(proposer) = authorities.proposer(&genesis, height, round) {
            waiting.remove(&proposer);
        }
    }
    round
}

fn highest_round(world: &World, core: &[usize], height: u64) -> u32 {
    let agreements = core.iter().filter_map(|node| world.replica(*node)).map(Replica::agreement);
    agreements.filter(|agreement| agreement.height() == height).map(Agreement::round).max().unwrap_or(0)
}

fn authorities_of(world: &World, core: &[usize], height: u64) -> AuthoritySet {
    let agreements = core.iter().filter_map(|node| world.replica(*node)).map(Replica::agreement);
    let mut there = agreements.filter(|agreement| agreement.height() == height);
    there.next().map(|agreement| agreement.authorities().clone()).unwrap_or_default()
}

fn decided_in(world: &World, core: &[usize], height: u64) -> u32 {
    let stores = core.iter().filter_map(|node| world.replica(*node)).map(Replica::store);
    stores.filter_map(|store| store.block(height)).map(|block| block.certificate.round).min().unwrap_or(0)
}
