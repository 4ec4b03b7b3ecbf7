//! Moving TAO between accounts.

use crate::{crypto::AccountId, error::CallError, event::Event, ledger::accounts, state::Overlay};
use taonet_subnets::amount::Tao;

/// Pays `amount` from `origin` to `to`; an `origin` left with dust is removed.
///
/// # Errors
/// `InsufficientBalance`, `BelowMinimum`.
pub(super) fn transfer(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    to: &AccountId,
    amount: Tao,
) -> Result<Vec<Event>, CallError> {
    accounts::transfer(state, origin, to, amount)?;
    Ok(vec![Event::Transfer { from: *origin, to: *to, amount }])
}
