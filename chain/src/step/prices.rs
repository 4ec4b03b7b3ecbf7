//! How the prices of registrations move before the transactions of a block (registration.md sections 3, 3.1 and 6).
//!
//! Rules:
//! 1. A price falls a little in every block, so that it halves in the subnet's half-life.
//! 2. Where the earlier rule is chosen (`registration_rule` is `interval`), price and difficulty are adjusted in each
//!    block whose number is a multiple of the interval, by the registrations since the last time.
//! 3. Who may still join root is counted anew whenever root would have an epoch: from block 100 on, in every block (a
//!    quirk to keep).

use super::Live;
use crate::{
    ledger::{params, subnets::ROOT},
    params::SubnetParams,
    state::Overlay,
};
use std::collections::BTreeMap;
use taonet_subnets::{
    amount::Tao,
    fixed::U64F64,
    registration::{
        burn::{BurnRule, decay_factor},
        interval::{IntervalRule, Prices},
    },
};

/// The rule by which the price of a registration falls and rises.
pub(crate) fn burn_rule(params: &SubnetParams) -> BurnRule {
    BurnRule {
        half_life: params.burn_half_life,
        increase: U64F64::from_bits(params.burn_increase_mult),
        min: Tao::new(params.min_burn),
        max: Tao::new(params.max_burn),
    }
}

/// Moves the prices of all subnets.
pub(super) fn run(state: &mut Overlay<'_>, live: &mut [Live], block: u64) {
    // Most subnets share a half-life, and its factor takes a microsecond to find.
    let mut factors = BTreeMap::new();
    for live in live {
        live.subnet.registrations.this_block = 0;
        if live.params.uses_intervals() && live.netuid != ROOT {
            adjust(state, live, block);
        } else {
            decay(live, block, |half_life| {
                *factors.entry(half_life).or_insert_with(|| decay_factor(half_life))
            });
        }
    }
}

fn decay(live: &mut Live, block: u64, factor: impl FnOnce(u16) -> u64) {
    let Live { netuid, params, subnet } = live;
    let rule = burn_rule(params);
    subnet.burn = match rule.half_life {
        half_life if block > 1 && half_life > 0 => rule.decayed_by(subnet.burn, factor(half_life)),
        _ => rule.decayed(subnet.burn, block),
    };
    if *netuid == ROOT && subnet.clock.counters(params.tempo).due(block) {
        subnet.registrations.this_interval = 0;
    }
}

/// The earlier rule.
fn adjust(state: &mut Overlay<'_>, live: &mut Live, block: u64) {
    let Live { netuid, params, subnet } = live;
    if block.checked_rem(u64::from(params.adjustment_interval)) != Some(0) {
        return;
    }
    let rule = IntervalRule {
        target: params.target_registrations,
        alpha: params.adjustment_alpha,
        burn: params.min_burn..=params.max_burn,
        difficulty: params.min_difficulty..=params.max_difficulty,
    };
    let registrations = std::mem::take(&mut subnet.registrations);
    let burns = registrations.this_interval.saturating_sub(registrations.works);
    let prices = Prices { burn: subnet.burn.units(), difficulty: params.difficulty };
    let next = rule.adjusted(prices, burns, registrations.works);
    subnet.burn = Tao::new(next.burn);
    if params.difficulty != next.difficulty {
        params.difficulty = next.difficulty;
        params::put_subnet(state, *netuid, params);
    }
}
