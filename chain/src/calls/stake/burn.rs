//! Burning and recycling one's own alpha (staking.md section 9).
//!
//! Rule: recycled alpha leaves alpha out and can be emitted again; burned alpha stays in it and is nobody's.

use super::{BlockContext, Limit, add, ensure};
use crate::{
    error::CallError,
    event::Event,
    ledger::{
        locks, params,
        pools::Position,
        stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
};
use taonet_subnets::amount::{Alpha, Tao};

/// Recycles up to `amount` of the position's alpha.
///
/// # Errors
/// In this order: `SubnetNotExists`, `CannotBurnOrRecycleOnRootSubnet`, `SubtokenDisabled`,
/// `HotKeyAccountNotExists`, `InsufficientLiquidity`, `StakeUnavailable`.
pub(super) fn recycle_alpha(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
) -> Result<Vec<Event>, CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    let amount = remove(state, block, position, amount)?;
    subnets::update(state, netuid, |subnet| subnet.recycle(amount));
    Ok(vec![Event::AlphaRecycled { coldkey, hotkey, amount, netuid }])
}

/// Burns up to `amount` of the position's alpha.
///
/// # Errors
/// Those of [`recycle_alpha`].
pub(super) fn burn_alpha(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
) -> Result<Vec<Event>, CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    let amount = remove(state, block, position, amount)?;
    Ok(vec![Event::AlphaBurned { coldkey, hotkey, amount, netuid }])
}

/// Stakes TAO and burns the alpha it buys; with a limit price, wholly or not at all.
///
/// # Errors
/// Those of staking, then those of [`burn_alpha`].
pub(super) fn add_stake_burn(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Tao,
    limit: Option<u64>,
) -> Result<Vec<Event>, CallError> {
    let Position { hotkey, netuid, .. } = position;
    let (alpha, added) = add::add_stake(state, block, position, amount, limit.map(Limit::whole))?;
    let mut events = vec![added];
    events.extend(burn_alpha(state, block, position, alpha)?);
    events.push(Event::AddStakeBurn { netuid, hotkey, amount, alpha });
    Ok(events)
}

/// Checks, and takes the alpha out of the stake; returns how much it is.
fn remove(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
) -> Result<Alpha, CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    ensure(subnets::exists(state, netuid), CallError::SubnetNotExists)?;
    ensure(netuid != ROOT, CallError::CannotBurnOrRecycleOnRootSubnet)?;
    ensure(params::subnet(state, netuid).subtoken_enabled, CallError::SubtokenDisabled)?;
    ensure(stakes::owner(state, &hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    let amount = amount.min(stakes::stake(state, netuid, &hotkey, &coldkey));
    let alpha_out = subnets::state_of(state, netuid).unwrap_or_default().alpha_out;
    ensure(alpha_out >= amount, CallError::InsufficientLiquidity)?;
    locks::check_available(state, netuid, &coldkey, amount, block.number)?;
    stakes::decrease(state, netuid, &hotkey, &coldkey, amount);
    Ok(amount)
}
