//! Running a subnet's epoch and paying everybody (emission.md section 8).
//!
//! What the epoch says a hotkey earned by validating is first shared out among those that lent it stake: `families`.
//!
//! Rules, in the order in which they are paid:
//! 1. the owner gets the owner's cut, as stake with the owner's hotkey;
//! 2. miners get their incentive as stake with themselves, or with the hotkey that their coldkey chose; what the
//!    owner's own keys mined is withheld, and recycled or burned;
//! 3. validators get their take as stake, and the rest raises the value of every stake with them;
//! 4. the same for root dividends, except that the rest becomes claimable by those who staked TAO to root with them.

use super::{
    Note, Payment, Watch,
    families::{self, Shared},
};
use crate::{
    crypto::AccountId,
    event::Event,
    ledger::{
        claims,
        epochs::{Earnings, EpochFunction},
        locks, params, stakes,
        subnets::{self, Pending, ROOT},
    },
    state::{Overlay, StateRead},
};
use std::collections::BTreeMap;
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::{
        dividends::{Dividends, Earned, miner_burned, split_by_stake, split_take, validator_alpha},
        parents::HotkeyStake,
        tao_weight,
    },
    fixed::U96F32,
};

/// Runs the epoch of a subnet on what it took, and pays.
pub(super) fn run(
    state: &mut Overlay<'_>,
    netuid: u16,
    pending: Pending,
    block: u64,
    epoch: &EpochFunction<'_>,
    watch: &mut dyn Watch,
) -> Vec<Event> {
    watch.note(Note::Took { netuid, pending });
    let earnings = epoch(state, netuid, block, pending.for_epoch());
    let Shared { by_hotkey, recycled } = families::share(state, netuid, &earnings);
    subnets::update(state, netuid, |subnet| subnet.recycle(recycled));
    if !recycled.is_zero() {
        watch.note(Note::Recycled { netuid, amount: recycled });
    }
    let dividends = dividends(state, netuid, &pending, &earnings, by_hotkey, watch);
    let mut events: Vec<Event> = pay_owner(state, netuid, pending.owner, block, watch).into_iter().collect();
    events.extend(pay_miners(state, netuid, &earnings, watch));
    let mut paid = |payment, hotkey: &AccountId, amount| {
        if amount != Alpha::ZERO {
            watch.note(Note::Paid { netuid, payment, hotkey: Some(*hotkey), amount });
        }
    };
    for (hotkey, dividend) in &dividends {
        let (take, rest) = less_take(state, hotkey, dividend.alpha);
        pay_take(state, netuid, hotkey, take);
        stakes::distribute(state, netuid, hotkey, rest);
        paid(Payment::Take, hotkey, take);
        paid(Payment::Stakers, hotkey, rest);
    }
    // Nothing is credited, too: what is credited for the first time begins a rate.
    for (hotkey, dividend) in &dividends {
        let (take, rest) = less_take(state, hotkey, dividend.root);
        pay_take(state, netuid, hotkey, take);
        claims::credit(state, netuid, hotkey, rest);
        paid(Payment::RootTake, hotkey, take);
        paid(Payment::RootStakers, hotkey, rest);
    }
    let index = note_epoch(state, netuid, block);
    let amounts = earnings.iter().map(|earned| earned.incentive).collect();
    events.push(Event::IncentiveAlphaEmittedToMiners { netuid, amounts });
    events.push(Event::EpochRan { netuid, index, block });
    events
}

/// What each hotkey is paid for its dividend, by hotkey.
fn dividends(
    state: &dyn StateRead,
    netuid: u16,
    pending: &Pending,
    earnings: &[Earnings],
    by_hotkey: BTreeMap<AccountId, u64>,
    watch: &mut dyn Watch,
) -> BTreeMap<AccountId, Dividends> {
    let earned = |(hotkey, &dividend): (&AccountId, &u64)| {
        // By whatever stake nothing is split, nothing comes out.
        let total = |netuid| match dividend {
            0 => Alpha::ZERO,
            _ => stakes::hotkey_total(state, netuid, hotkey),
        };
        Earned { dividend, stake: HotkeyStake { alpha: total(netuid), root: Tao::new(total(ROOT).units()) } }
    };
    let hotkeys: Vec<Earned> = by_hotkey.iter().map(earned).collect();
    let incentives = earnings.iter().map(|earned| earned.incentive.units());
    let validators = validator_alpha(pending.server, pending.validator, incentives);
    let weight = tao_weight(params::network(state).tao_weight);
    let split = split_by_stake(validators, pending.root, weight, &hotkeys);
    let all = by_hotkey.keys().zip(hotkeys).zip(&split);
    for ((hotkey, earned), dividends) in all.filter(|((_, earned), _)| earned.dividend > 0) {
        watch.note(Note::Earned { netuid, hotkey: *hotkey, earned, dividends: *dividends });
    }
    by_hotkey.into_keys().zip(split).collect()
}

/// A dividend split into its hotkey's take and what is left for everyone who staked to it.
fn less_take(state: &dyn StateRead, hotkey: &AccountId, dividend: U96F32) -> (Alpha, Alpha) {
    if dividend == U96F32::ZERO {
        return (Alpha::ZERO, Alpha::ZERO);
    }
    split_take(dividend, stakes::take(state, hotkey).unwrap_or(stakes::DEFAULT_TAKE))
}

/// Pays the owner's cut, and locks it where the subnet wants that: for the hotkey of the owner's lock, if there is one.
fn pay_owner(
    state: &mut Overlay<'_>,
    netuid: u16,
    amount: Alpha,
    block: u64,
    watch: &mut dyn Watch,
) -> Option<Event> {
    let subnet = subnets::subnet(state, netuid).unwrap_or_default();
    let (coldkey, hotkey) = (subnet.owner?, subnet.owner_hotkey?);
    stakes::increase(state, netuid, &hotkey, &coldkey, amount);
    watch.note(Note::Paid { netuid, payment: Payment::OwnerCut, hotkey: Some(hotkey), amount });
    if amount.is_zero() || !params::subnet(state, netuid).owner_cut_auto_lock {
        return None;
    }
    let hotkey = locks::lock(state, netuid, &coldkey).map_or(hotkey, |(locked_for, _)| locked_for);
    locks::add(state, netuid, &coldkey, &hotkey, amount, block).ok()?;
    Some(Event::StakeLocked { coldkey, hotkey, netuid, amount })
}

/// Pays each miner, ascending by hotkey, and notes what was withheld from the owner's. The events are of what was
/// staked with another hotkey.
fn pay_miners(
    state: &mut Overlay<'_>,
    netuid: u16,
    earnings: &[Earnings],
    watch: &mut dyn Watch,
) -> Vec<Event> {
    let subnet = subnets::subnet(state, netuid).unwrap_or_default();
    let by_hotkey: BTreeMap<AccountId, Alpha> =
        earnings.iter().map(|earned| (earned.hotkey, earned.incentive)).collect();
    let (mut withheld, mut total) = (Alpha::ZERO, Alpha::ZERO);
    let mut events = Vec::new();
    let recycle = params::subnet(state, netuid).recycle_withheld;
    for (hotkey, incentive) in by_hotkey {
        total = total.saturating_add(incentive);
        let coldkey = stakes::owner(state, &hotkey);
        let is_owners = Some(hotkey) == subnet.owner_hotkey || coldkey.is_some() && coldkey == subnet.owner;
        let payment = match coldkey {
            Some(coldkey) if !is_owners => {
                events.extend(pay_miner(state, netuid, (hotkey, coldkey), incentive));
                Payment::Incentive
            }
            _ => {
                withheld = withheld.saturating_add(incentive);
                Payment::Withheld { recycled: recycle }
            }
        };
        watch.note(Note::Paid { netuid, payment, hotkey: Some(hotkey), amount: incentive });
    }
    subnets::update(state, netuid, |subnet| {
        subnet.miner_burned = miner_burned(withheld.units(), total.units());
        if recycle {
            subnet.recycle(withheld);
        }
    });
    events
}

/// Pays a miner, to where its coldkey wants it.
fn pay_miner(
    state: &mut Overlay<'_>,
    netuid: u16,
    (hotkey, owner): (AccountId, AccountId),
    incentive: Alpha,
) -> Option<Event> {
    if incentive.is_zero() {
        return None;
    }
    let chosen = stakes::auto_stake(state, &owner, netuid);
    stakes::increase(state, netuid, &chosen.unwrap_or(hotkey), &owner, incentive);
    let destination = chosen?;
    Some(Event::AutoStakeAdded { netuid, destination, hotkey, owner, incentive })
}

/// Pays a hotkey's owner the take, as stake.
fn pay_take(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, take: Alpha) {
    if !take.is_zero()
        && let Some(coldkey) = stakes::owner(state, hotkey)
    {
        stakes::increase(state, netuid, hotkey, &coldkey, take);
    }
}

/// Notes that the epoch ran; returns its number.
fn note_epoch(state: &mut Overlay<'_>, netuid: u16, block: u64) -> u64 {
    let mut index = 0;
    subnets::update(state, netuid, |subnet| {
        subnet.clock.last_step_block = block;
        subnet.totals.epochs = subnet.totals.epochs.saturating_add(1);
        index = subnet.clock.epoch_index;
    });
    index
}
