//! The start call: from it on a subnet's token can be traded and the subnet emits (registration.md section 7).

use crate::{
    calls::BlockContext,
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{params, subnets},
    state::Overlay,
};

/// Starts a subnet.
///
/// # Errors
/// In this order: `SubnetNotExists`, `BadOrigin`, `FirstEmissionBlockNumberAlreadySet`,
/// `NeedWaitingMoreBlocksToStarCall`.
pub(in crate::calls) fn start_call(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
) -> Result<Vec<Event>, CallError> {
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetNotExists)?;
    if subnet.owner != Some(*origin) {
        return Err(CallError::BadOrigin);
    }
    if subnets::state_of(state, netuid).is_some_and(|subnet| subnet.first_emission_block.is_some()) {
        return Err(CallError::FirstEmissionBlockNumberAlreadySet);
    }
    let start = subnet.registered_at.saturating_add(params::network(state).start_call_delay);
    if block.number < start {
        return Err(CallError::NeedWaitingMoreBlocksToStarCall);
    }
    let first = block.number.saturating_add(1);
    subnets::update(state, netuid, |subnet| subnet.first_emission_block = Some(first));
    let mut params = params::subnet(state, netuid);
    params.subtoken_enabled = true;
    params::put_subnet(state, netuid, &params);
    Ok(vec![Event::FirstEmissionBlockNumberSet { netuid, block: first }])
}
