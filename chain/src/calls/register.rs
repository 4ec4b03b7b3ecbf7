//! Getting a slot: on a subnet for its price, on root by stake (registration.md sections 2, 4 and 6).
//!
//! Rules:
//! 1. The price buys alpha from the subnet's pool, and that alpha is destroyed. The pool's fee stays in the subnet's
//!    account (a quirk to keep).
//! 2. In a full subnet the neuron that earned least makes room; the subnet's owner hotkey never does, and if it should
//!    be chosen nothing happens although the price was paid (a quirk to keep).
//! 3. Under the earlier rule (`registration_rule` is `interval`) a registration does not raise the price at once; so
//!    many are allowed per block and per interval.
//! 4. Root takes anybody while it has room, and then whoever has more root stake than its weakest member.

use super::BlockContext;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        accounts, epochs, neurons, params, pools, stakes,
        subnets::{self, ROOT, Registrations},
    },
    params::SubnetParams,
    state::{Overlay, StateRead},
    step::burn_rule,
};
use taonet_subnets::{
    amount::Tao,
    pool::DEFAULT_BUY_LIMIT,
    registration::prune::{PruneRule, Slot, immortal_uids, neuron_to_prune},
};

/// Where a newcomer goes.
enum Place {
    /// A new slot.
    Free,
    /// The slot of somebody else.
    Of(u16),
}

/// Registers a hotkey of the coldkey `origin` on a subnet.
///
/// # Errors
/// In this order: `RegistrationNotPermittedOnRootSubnet`, `SubnetNotExists`, `SubNetRegistrationDisabled`, under the
/// interval rule `TooManyRegistrationsThisBlock` and `TooManyRegistrationsThisInterval`;
/// `HotKeyAlreadyRegisteredInSubNet`, `NotEnoughBalanceToStake`, `CannotUseSystemAccount`, `NonAssociatedColdKey`,
/// `NoNeuronIdAvailable`; then `InsufficientBalance` and those of the pool.
pub(super) fn burned_register(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let (burn, place) = check_register(state, block, origin, netuid, hotkey)?;
    stakes::own(state, hotkey, origin);
    let paid = burn.min(accounts::spendable(state, origin));
    if paid.is_zero() {
        return Err(CallError::InsufficientBalance);
    }
    let subnet_params = params::subnet(state, netuid);
    accounts::transfer(state, origin, &accounts::subnet_account(netuid), paid)?;
    let trade = pools::buy(state, netuid, paid, DEFAULT_BUY_LIMIT, subnet_params.fee_rate)?;
    let uid = take_place(state, netuid, hotkey, place, block.number);
    let flow = i64::try_from(paid.units()).unwrap_or(i64::MAX);
    subnets::update(state, netuid, |subnet| {
        subnet.recycle(trade.paid_out);
        if subnet_params.uses_intervals() {
            subnet.registrations.this_interval = subnet.registrations.this_interval.saturating_add(1);
        } else {
            subnet.burn = burn_rule(&subnet_params).bumped(burn);
        }
        subnet.registrations.this_block = subnet.registrations.this_block.saturating_add(1);
        subnet.totals.registrations_paid = subnet.totals.registrations_paid.saturating_add(burn);
        subnet.user_flow = subnet.user_flow.saturating_add(flow);
    });
    Ok(vec![Event::NeuronRegistered { netuid, uid, hotkey: *hotkey }])
}

fn check_register(
    state: &dyn StateRead,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    hotkey: &AccountId,
) -> Result<(Tao, Place), CallError> {
    if netuid == ROOT {
        return Err(CallError::RegistrationNotPermittedOnRootSubnet);
    }
    let subnet = subnets::state_of(state, netuid).ok_or(CallError::SubnetNotExists)?;
    if !params::subnet(state, netuid).registration_allowed {
        return Err(CallError::SubNetRegistrationDisabled);
    }
    let limits = params::subnet(state, netuid);
    if limits.uses_intervals() {
        check_counts(&subnet.registrations, &limits)?;
    }
    if neurons::uid(state, netuid, hotkey).is_some() {
        return Err(CallError::HotKeyAlreadyRegisteredInSubNet);
    }
    if accounts::balance(state, origin) < subnet.burn {
        return Err(CallError::NotEnoughBalanceToStake);
    }
    check_hotkey(hotkey)?;
    if !stakes::is_new_or_owned(state, hotkey, origin) {
        return Err(CallError::NonAssociatedColdKey);
    }
    let place = place_for_newcomer(state, netuid, block.number).ok_or(CallError::NoNeuronIdAvailable)?;
    Ok((subnet.burn, place))
}

/// Whether there is room for a registration in this block and in this interval.
///
/// # Errors
/// In this order: `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`.
pub(super) fn check_counts(counts: &Registrations, limits: &SubnetParams) -> Result<(), CallError> {
    if counts.this_block >= limits.max_registrations_per_block {
        return Err(CallError::TooManyRegistrationsThisBlock);
    }
    if counts.this_interval >= limits.target_registrations.saturating_mul(3) {
        return Err(CallError::TooManyRegistrationsThisInterval);
    }
    Ok(())
}

/// [`burned_register`], unless the price is above `limit`.
///
/// # Errors
/// `RegistrationPriceLimitExceeded`; then those of [`burned_register`].
pub(super) fn register_limit(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    (netuid, hotkey): (u16, &AccountId),
    limit: Tao,
) -> Result<Vec<Event>, CallError> {
    if subnets::state_of(state, netuid).is_some_and(|subnet| subnet.burn > limit) {
        return Err(CallError::RegistrationPriceLimitExceeded);
    }
    burned_register(state, block, origin, netuid, hotkey)
}

/// Whether an account may be a hotkey at all.
pub(super) fn check_hotkey(hotkey: &AccountId) -> Result<(), CallError> {
    if accounts::is_subnet_account(hotkey) { Err(CallError::CannotUseSystemAccount) } else { Ok(()) }
}

/// A free slot, or that of the neuron that has to go.
fn place_for_newcomer(state: &dyn StateRead, netuid: u16, now: u64) -> Option<Place> {
    let limits = params::subnet(state, netuid);
    let count = neurons::count(state, netuid);
    match usize::from(limits.max_allowed_uids) {
        0 => None,
        max if count < max => Some(Place::Free),
        _ => weakest(state, netuid, now).map(Place::Of),
    }
}

/// The neuron that earned least, of those that may be replaced.
fn weakest(state: &dyn StateRead, netuid: u16, now: u64) -> Option<u16> {
    let limits = params::subnet(state, netuid);
    let (slots, immortal) = standing(state, netuid);
    let rule = PruneRule {
        immunity_period: u64::from(limits.immunity_period),
        min_non_immune: usize::from(limits.min_non_immune_uids),
    };
    neuron_to_prune(&slots, &immortal, now, rule)
}

/// What counts of each neuron when one has to go, by UID, and which of the owner's never do.
pub(super) fn standing(state: &dyn StateRead, netuid: u16) -> (Vec<Slot>, Vec<u16>) {
    let all = neurons::neurons(state, netuid);
    let subnet = subnets::subnet(state, netuid).unwrap_or_default();
    let emission = epochs::emission(state, netuid);
    let slot = |(uid, neuron): (u16, &neurons::Neuron)| Slot {
        uid,
        emission: emission.get(usize::from(uid)).copied().unwrap_or(0),
        registered: neuron.registered_at,
    };
    let slots: Vec<Slot> = (0..).zip(&all).map(slot).collect();
    let is_owners = |neuron: &neurons::Neuron| {
        subnet.owner.is_some() && stakes::owner(state, &neuron.hotkey) == subnet.owner
    };
    let owned: Vec<Slot> =
        slots.iter().zip(&all).filter(|(_, neuron)| is_owners(neuron)).map(|(slot, _)| *slot).collect();
    let owner_uid = subnet.owner_hotkey.and_then(|hotkey| neurons::uid(state, netuid, &hotkey));
    let limit = params::subnet(state, netuid).immune_owner_uids_limit;
    let immortal = immortal_uids(&owned, owner_uid, usize::from(limit));
    (slots, immortal)
}

/// Gives a hotkey that has none a slot of a subnet, as a registration would.
///
/// # Errors
/// `NoNeuronIdAvailable`.
pub(crate) fn register_neuron(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    block: u64,
) -> Result<u16, CallError> {
    let place = place_for_newcomer(state, netuid, block).ok_or(CallError::NoNeuronIdAvailable)?;
    Ok(take_place(state, netuid, hotkey, place, block))
}

/// Gives the place to the hotkey; the subnet's owner hotkey keeps its own.
fn take_place(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, place: Place, block: u64) -> u16 {
    match place {
        Place::Free => neurons::append(state, netuid, hotkey, block),
        Place::Of(uid) => {
            let owner_hotkey = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey);
            let holder = neurons::neurons(state, netuid).get(usize::from(uid)).map(|neuron| neuron.hotkey);
            if holder.is_none() || holder != owner_hotkey {
                neurons::replace(state, netuid, uid, hotkey, block);
            }
            uid
        }
    }
}

/// Makes a hotkey a member of root. Anybody may do it for anybody; a hotkey without owner becomes the caller's.
///
/// # Errors
/// In this order: `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`,
/// `HotKeyAlreadyRegisteredInSubNet`, `CannotUseSystemAccount`, `StakeTooLowForRoot`.
pub(super) fn root_register(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let root = subnets::state_of(state, ROOT).ok_or(CallError::SubnetNotExists)?;
    let limits = params::subnet(state, ROOT);
    check_counts(&root.registrations, &limits)?;
    if neurons::uid(state, ROOT, hotkey).is_some() {
        return Err(CallError::HotKeyAlreadyRegisteredInSubNet);
    }
    check_hotkey(hotkey)?;
    let place = place_on_root(state, hotkey, usize::from(limits.max_allowed_uids))?;
    stakes::own(state, hotkey, origin);
    let uid = take_place(state, ROOT, hotkey, place, block.number);
    stakes::become_delegate(state, hotkey);
    subnets::update(state, ROOT, |root| {
        root.registrations.this_block = root.registrations.this_block.saturating_add(1);
        root.registrations.this_interval = root.registrations.this_interval.saturating_add(1);
    });
    Ok(vec![Event::NeuronRegistered { netuid: ROOT, uid, hotkey: *hotkey }])
}

/// A free slot on root, or that of the member with the least root stake, if the newcomer has more.
fn place_on_root(state: &dyn StateRead, hotkey: &AccountId, max: usize) -> Result<Place, CallError> {
    let all = neurons::neurons(state, ROOT);
    if all.len() < max {
        return Ok(Place::Free);
    }
    let stake = |hotkey: &AccountId| stakes::hotkey_total(state, ROOT, hotkey);
    let weakest = (0..).zip(&all).map(|(uid, neuron)| (stake(&neuron.hotkey), uid)).min();
    match weakest {
        Some((least, uid)) if stake(hotkey) > least => Ok(Place::Of(uid)),
        _ => Err(CallError::StakeTooLowForRoot),
    }
}
