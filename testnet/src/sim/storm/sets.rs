//! Politics in a storm: governance replaces the authorities, and likes to remove whoever would propose next.

use super::{
    super::{Random, Violation, World, load},
    PATIENCE,
    plan::Plan,
    report::Report,
};
use taonet_chain::{AccountId, Authority};

/// The smallest set that survives one villain.
const SMALLEST: usize = 4;

/// Somebody asks for another set.
pub(super) fn change(
    world: &mut World,
    plan: &Plan,
    random: &mut Random,
    report: &mut Report,
) -> Result<(), Violation> {
    let node = random.below(world.len() as u64) as usize;
    if !world.is_up(node) {
        return Ok(());
    }
    // The call is executed in the next block at the earliest, and holds for the one after it.
    let next = world.highest() + 2;
    let removed = world.checks().agreement.authorities().proposer(&world.network().genesis, next, 0);
    match draw(world, plan, random, removed) {
        Some(authorities) => {
            report.set_changes += 1;
            load::replace_authorities(world, node, authorities, PATIENCE)
        }
        None => Ok(()),
    }
}

/// A set without `removed` in which villains have less than a third of the power; `None` if none was found.
fn draw(
    world: &World,
    plan: &Plan,
    random: &mut Random,
    removed: Option<AccountId>,
) -> Option<Vec<Authority>> {
    let equal = random.chance(50);
    let mut villains = 0;
    let mut set = Vec::new();
    for node in 0..plan.singles() {
        let id = world.id(node);
        if removed != Some(id) && random.chance(85) {
            let power = if equal { 1 } else { random.between(1, 5) };
            villains += if plan.is_villain(node) { power } else { 0 };
            set.push(Authority { id, power });
        }
    }
    let total: u64 = set.iter().map(|authority| authority.power).sum();
    (set.len() >= SMALLEST && villains * 3 < total).then_some(set)
}
