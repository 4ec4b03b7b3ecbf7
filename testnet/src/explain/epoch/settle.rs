//! Whether an epoch's payments add up to what was set aside for it.
//!
//! Rules: what was set aside and not paid is either
//! 1. earned by nobody, and then there is a reason for each part that is missing (emission.md section 8), or
//! 2. dust: less than one unit for each number that was rounded, and what is below the precision of an epoch.
//!
//! Anything else is a disagreement with the chain.

use super::{Epoch, PendingAlpha, Sums};
use crate::explain::{Disagreement, witness::adds_up};
use serde::Serialize;

/// Alpha that was set aside and that nobody could earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unearned {
    /// How much.
    pub amount: u64,
    /// Why.
    pub because: &'static str,
}

/// Finds what nobody earned, and the dust. `idle` is the part of the epoch's alpha that went to mechanisms in which no
/// miner earned anything.
///
/// # Errors
/// More was paid than was there, or something is missing for no reason.
pub(super) fn settle(told: &mut Epoch, idle: u64) -> Result<(), Disagreement> {
    told.unearned = unearned(told, idle);
    told.sums.unearned = told.unearned.iter().map(|unearned| unearned.amount).sum();
    let Sums { owner, miners, withheld, takes, stakers, root, unearned, .. } = told.sums;
    let known = owner + miners + withheld + takes + stakers + root + unearned;
    let whole = told.pending.total();
    let precision = whole >> 20;
    let rounded = (told.neurons.len() + told.payments.len()) as u64 + 2 + precision;
    let what = || format!("the alpha paid by the epoch of subnet {} in block {}", told.netuid, told.block);
    match whole.checked_sub(known).filter(|dust| *dust <= rounded) {
        Some(dust) => told.sums.dust = dust,
        None => return adds_up(what(), known.into(), whole.into()),
    }
    Ok(())
}

/// The parts that nobody earned.
fn unearned(told: &Epoch, idle: u64) -> Vec<Unearned> {
    let PendingAlpha { miners, validators, root, owner } = told.pending;
    let mined: u64 = told.neurons.iter().map(|neuron| neuron.mined).sum();
    // When nobody mined, validators get the miners' part too.
    let (for_miners, for_validators) =
        if mined == 0 { (0, validators + miners) } else { (miners, validators) };
    let whole = u128::from((miners + validators + root).max(1));
    let idle = u64::try_from(u128::from(for_miners) * u128::from(idle) / whole).unwrap_or(u64::MAX);
    let nobody = |paid: fn(&super::EarnedBy) -> f64| told.earned.iter().all(|earned| paid(earned) == 0.0);
    let parts = [
        (told.sums.owner == 0, owner, "the subnet has no owner with a hotkey"),
        (true, for_miners.saturating_sub(mined).min(idle), "no miner earned anything in a mechanism"),
        (nobody(|earned| earned.for_alpha), for_validators, "no validator earned anything for alpha"),
        (nobody(|earned| earned.for_root), root, "no validator that earned anything has stake on root"),
    ];
    let missing = parts.into_iter().filter(|(is_missing, amount, _)| *is_missing && *amount > 0);
    missing.map(|(_, amount, because)| Unearned { amount, because }).collect()
}
