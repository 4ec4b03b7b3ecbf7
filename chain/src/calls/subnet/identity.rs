//! Saying who one is (registration.md section 10).

use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        identities::{self, Identity, SubnetIdentity},
        neurons, stakes, subnets,
    },
    state::Overlay,
};

/// Writes who the coldkey `origin` is. Only those who take part may: one of their hotkeys has a UID somewhere.
///
/// # Errors
/// In this order: `HotKeyNotRegisteredInNetwork`, `InvalidIdentity`.
pub(in crate::calls) fn set_identity(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    identity: &Identity,
) -> Result<Vec<Event>, CallError> {
    let hotkeys = stakes::owned_hotkeys(state, origin);
    if hotkeys.iter().all(|hotkey| neurons::registrations(state, hotkey).is_empty()) {
        return Err(CallError::HotKeyNotRegisteredInNetwork);
    }
    if !identity.is_valid() {
        return Err(CallError::InvalidIdentity);
    }
    identities::set_identity(state, origin, identity);
    Ok(vec![Event::ChainIdentitySet { coldkey: *origin }])
}

/// Writes who a subnet of the coldkey `origin` is.
///
/// # Errors
/// In this order: `NotSubnetOwner`, `InvalidIdentity`.
pub(in crate::calls) fn set_subnet_identity(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    netuid: u16,
    identity: &SubnetIdentity,
) -> Result<Vec<Event>, CallError> {
    if subnets::subnet(state, netuid).and_then(|subnet| subnet.owner) != Some(*origin) {
        return Err(CallError::NotSubnetOwner);
    }
    store_subnet_identity(state, netuid, identity)
}

/// Writes who a subnet is.
///
/// # Errors
/// `InvalidIdentity`: a field is too long.
pub(super) fn store_subnet_identity(
    state: &mut Overlay<'_>,
    netuid: u16,
    identity: &SubnetIdentity,
) -> Result<Vec<Event>, CallError> {
    if !identity.is_valid() {
        return Err(CallError::InvalidIdentity);
    }
    identities::set_subnet_identity(state, netuid, identity);
    Ok(vec![Event::SubnetIdentitySet { netuid }])
}
