//! The life of a subnet, from its creation to its dissolution (registration.md sections 7 to 10).
//!
//! - `create`: what a new subnet costs and starts with;
//! - `start`: the start call, from which on its token can be traded;
//! - `symbols`, `identity`, `owner`: what its owner may say about it later, and who works for the owner;
//! - `trim`: making room by letting the least earning neurons go at once;
//! - `dissolve`: who is paid what when it goes, what is forgotten, and what the next of its number inherits.

mod create;
mod dissolve;
mod identity;
mod owner;
mod start;
mod symbols;
mod trim;

pub(super) use create::register_network;
pub(crate) use create::{create, lock_cost};
pub(super) use dissolve::dissolve_network;
pub(super) use identity::{set_identity, set_subnet_identity};
pub(super) use owner::set_owner_hotkey;
pub(super) use start::start_call;
pub(crate) use symbols::symbol;
pub(super) use symbols::update_symbol;
pub(super) use trim::trim;

use crate::{
    crypto::AccountId,
    error::CallError,
    ledger::{settings::settings, subnets},
    state::StateRead,
};

/// In whose right a call about a subnet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    /// The subnet's owner, who is bound by rate limits.
    Owner,
    /// Governance.
    Root,
}

/// The right of `origin` over a subnet; governance's, if it has both.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`.
fn right_over(state: &dyn StateRead, origin: &AccountId, netuid: u16) -> Result<Right, CallError> {
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetDoesNotExist)?;
    if settings(state).sudo == *origin {
        Ok(Right::Root)
    } else if subnet.owner == Some(*origin) {
        Ok(Right::Owner)
    } else {
        Err(CallError::BadOrigin)
    }
}
