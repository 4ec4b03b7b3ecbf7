//! Registration by proof of work, as the network began (registration.md section 5).
//!
//! Rules:
//! 1. It is an option of the network, `pow_registration`, and needs a subnet whose `registration_rule` is `interval`:
//!    that rule adjusts the difficulty.
//! 2. The hotkey signs, and names the coldkey that will own it. The call is free of fee, as the hotkey need not own
//!    anything: the work pays.
//! 3. The work was done on one of the last three blocks, for this hotkey, and pays once.

use super::{
    BlockContext,
    register::{check_counts, check_hotkey, register_neuron},
};
use crate::{
    crypto::{AccountId, Hash},
    error::CallError,
    event::Event,
    ledger::{
        neurons, params, stakes,
        subnets::{self, ROOT},
        work,
    },
    state::{Overlay, StateRead},
};
use taonet_subnets::registration::seal;

/// What a hotkey shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// The block on which it worked.
    pub(super) number: u64,
    /// What it found.
    pub(super) nonce: u64,
    /// The seal of block, nonce and hotkey.
    pub(super) seal: Hash,
}

/// Registers the hotkey `origin` on a subnet.
///
/// # Errors
/// In this order: `RegistrationNotPermittedOnRootSubnet`, `SubnetNotExists`, `SubNetRegistrationDisabled`,
/// `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`, `HotKeyAlreadyRegisteredInSubNet`,
/// `InvalidWorkBlock`, `InvalidDifficulty`, `InvalidSeal`, `CannotUseSystemAccount`, `NonAssociatedColdKey`,
/// `NoNeuronIdAvailable`.
pub(super) fn register(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    (netuid, work): (u16, Work),
    coldkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    check_place(state, netuid, origin)?;
    check_work(state, block.number, (netuid, origin), &work)?;
    check_hotkey(origin)?;
    if !stakes::is_new_or_owned(state, origin, coldkey) {
        return Err(CallError::NonAssociatedColdKey);
    }
    work::use_up(state, work.number, &work.seal);
    stakes::own(state, origin, coldkey);
    let uid = register_neuron(state, netuid, origin, block.number)?;
    subnets::update(state, netuid, |subnet| {
        let counts = &mut subnet.registrations;
        counts.this_block = counts.this_block.saturating_add(1);
        counts.this_interval = counts.this_interval.saturating_add(1);
        counts.works = counts.works.saturating_add(1);
    });
    Ok(vec![Event::NeuronRegistered { netuid, uid, hotkey: *origin }])
}

/// Whether the subnet takes registrations by work, and another one now, of this hotkey.
fn check_place(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Result<(), CallError> {
    if netuid == ROOT {
        return Err(CallError::RegistrationNotPermittedOnRootSubnet);
    }
    let subnet = subnets::state_of(state, netuid).ok_or(CallError::SubnetNotExists)?;
    let limits = params::subnet(state, netuid);
    let pays = params::network(state).pow_registration && limits.uses_intervals();
    if !pays || !limits.registration_allowed {
        return Err(CallError::SubNetRegistrationDisabled);
    }
    check_counts(&subnet.registrations, &limits)?;
    if neurons::uid(state, netuid, hotkey).is_some() {
        return Err(CallError::HotKeyAlreadyRegisteredInSubNet);
    }
    Ok(())
}

fn check_work(
    state: &dyn StateRead,
    now: u64,
    (netuid, hotkey): (u16, &AccountId),
    work: &Work,
) -> Result<(), CallError> {
    let hash = work::workable(state, work.number, now).ok_or(CallError::InvalidWorkBlock)?;
    if !seal::meets(&work.seal.0, params::subnet(state, netuid).difficulty) {
        return Err(CallError::InvalidDifficulty);
    }
    let is_own = seal::Work::new(&hash.0, &hotkey.0).seal(work.nonce) == work.seal.0;
    if !is_own || work::is_used(state, work.number, &work.seal) {
        return Err(CallError::InvalidSeal);
    }
    Ok(())
}
