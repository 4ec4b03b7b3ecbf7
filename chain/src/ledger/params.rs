//! The values of all parameters, and when owners last changed them.

use crate::{
    error::CallError,
    params::{NetworkParams, ParamId, SubnetParams},
    state::{Overlay, StateRead, schema, table::Table},
};

const SUBNET_PARAMS: Table<u16, SubnetParams> = Table::new(schema::SUBNET_PARAMS);
const NETWORK_PARAMS: Table<(), NetworkParams> = Table::new(schema::NETWORK_PARAMS);
const NEW_SUBNET: Table<(), SubnetParams> = Table::new(schema::NEW_SUBNET);
const OWNER_CLOCKS: Table<(u16, u16), u64> = Table::new(schema::OWNER_CLOCKS);

/// The clock of an owner's choice of the owner hotkey, which is no number and so no parameter.
pub(crate) const OWNER_HOTKEY: ParamId = ParamId(900);

/// The clock of an owner's trimmings, which set a parameter and more.
pub(crate) const TRIM: ParamId = ParamId(901);

/// The clock of an owner's early epochs.
pub(crate) const TRIGGER: ParamId = ParamId(902);

/// The clock of an owner's ways to divide the emission among mechanisms.
pub(crate) const SPLIT: ParamId = ParamId(903);

/// The parameters of a subnet; the defaults for one that does not exist.
pub fn subnet(state: &dyn StateRead, netuid: u16) -> SubnetParams {
    SUBNET_PARAMS.get(state, &netuid).unwrap_or_default()
}

/// The parameters of the network.
pub fn network(state: &dyn StateRead) -> NetworkParams {
    NETWORK_PARAMS.get(state, &()).unwrap_or_default()
}

/// The parameters with which a new subnet starts.
pub fn new_subnet(state: &dyn StateRead) -> SubnetParams {
    NEW_SUBNET.get(state, &()).unwrap_or_else(SubnetParams::fresh)
}

/// The block in which the owner last changed a parameter; 0 for never.
pub fn owner_clock(state: &dyn StateRead, netuid: u16, param: ParamId) -> u64 {
    OWNER_CLOCKS.get(state, &(netuid, param.0)).unwrap_or_default()
}

/// Writes the parameters of a subnet.
pub(crate) fn put_subnet(state: &mut Overlay<'_>, netuid: u16, params: &SubnetParams) {
    SUBNET_PARAMS.put(state, &netuid, params);
}

/// Writes the parameters of the network.
pub(crate) fn put_network(state: &mut Overlay<'_>, params: &NetworkParams) {
    NETWORK_PARAMS.put(state, &(), params);
}

/// Writes the parameters with which new subnets start.
pub(crate) fn put_new_subnet(state: &mut Overlay<'_>, params: &SubnetParams) {
    NEW_SUBNET.put(state, &(), params);
}

/// Notes that the owner changed a parameter in `block`.
pub(crate) fn set_owner_clock(state: &mut Overlay<'_>, netuid: u16, param: ParamId, block: u64) {
    OWNER_CLOCKS.put(state, &(netuid, param.0), &block);
}

/// Lets the owner act once per `interval` blocks, and notes that it happened now.
///
/// # Errors
/// `TxRateLimitExceeded`: the last time was too recent.
pub(crate) fn pass_owner_clock(
    state: &mut Overlay<'_>,
    netuid: u16,
    param: ParamId,
    interval: u64,
    now: u64,
) -> Result<(), CallError> {
    let last = owner_clock(state, netuid, param);
    if last != 0 && now.saturating_sub(last) < interval {
        return Err(CallError::TxRateLimitExceeded);
    }
    set_owner_clock(state, netuid, param, now);
    Ok(())
}

/// Forgets the parameters of a subnet that is dissolved, and when its owner changed them.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    SUBNET_PARAMS.remove(state, &netuid);
    OWNER_CLOCKS.clear(state, &netuid);
}
