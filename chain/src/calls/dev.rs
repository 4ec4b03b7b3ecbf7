//! What anybody may do on a development network, and nobody elsewhere.
//!
//! Rules:
//! 1. Development calls are ordinary transactions: they go through agreement and every node executes them. Only
//!    genesis says whether a network is one for development; on any other they get into no block and do nothing.
//! 2. Anybody may sign them. A developer needs no right, no wait and no luck; a right that must first be got would
//!    only stand in the way.
//! 3. They break no rule of the economy: what is funded is minted and counts as issued, so the books are right and the
//!    next halving comes sooner; a parameter stays in its range; whoever is impersonated could have made the call.
//! 4. The error of an impersonated call is the error of the impersonation.

use super::{BlockContext, admin, dispatch, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{accounts, issuance, settings::settings},
    state::{Overlay, StateRead},
    transaction::Call,
};
use taonet_subnets::amount::Tao;

/// Whether a call may be made on this network.
///
/// # Errors
/// `NotADevelopmentNetwork`.
pub(crate) fn check(state: &dyn StateRead, call: &Call) -> Result<(), CallError> {
    ensure(!call.is_development() || settings(state).dev, CallError::NotADevelopmentNetwork)
}

/// Executes development calls; `None` for others.
pub(super) fn apply(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    _: &AccountId,
    call: &Call,
) -> Option<Result<Vec<Event>, CallError>> {
    let done = match call {
        Call::DevFund { account, amount } => fund(state, account, *amount),
        Call::DevSetParam { netuid, param, value } => {
            admin::set_param(state, block, admin::Asker::Developer, *netuid, (*param, *value))
        }
        Call::DevImpersonate { account, call } => impersonate(state, block, account, call.call()),
        _ => return None,
    };
    Some(done)
}

/// Mints `amount` for an account.
///
/// # Errors
/// In this order: `CannotUseSystemAccount`, `SupplyExhausted`, `BelowMinimum`.
fn fund(state: &mut Overlay<'_>, account: &AccountId, amount: Tao) -> Result<Vec<Event>, CallError> {
    ensure(is_somebody(account), CallError::CannotUseSystemAccount)?;
    let minted = issuance::mint(state, amount);
    ensure(minted == amount, CallError::SupplyExhausted)?;
    accounts::deposit(state, account, amount)?;
    Ok(vec![Event::Funded { account: *account, amount }])
}

/// Makes a call in the name of `account`.
///
/// # Errors
/// `CannotUseSystemAccount`, then those of the call.
fn impersonate(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    account: &AccountId,
    call: &Call,
) -> Result<Vec<Event>, CallError> {
    ensure(is_somebody(account), CallError::CannotUseSystemAccount)?;
    dispatch(state, block, account, call)
}

/// Whether an account can be somebody's: no subnet's, and not the one where burned TAO lies.
fn is_somebody(account: &AccountId) -> bool {
    !accounts::is_subnet_account(account) && *account != accounts::BURN_ACCOUNT
}
