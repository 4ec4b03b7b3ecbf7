//! Publishing where a miner can be reached: the chain is its phone book (peripherals.md section 1).
//!
//! Deviation: on development networks loopback addresses are taken, since everything runs on one machine there.

use super::BlockContext;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        neurons::{self, Axon},
        params,
        settings::settings,
    },
    state::Overlay,
    transaction::AxonInfo,
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Publishes the axon of the hotkey `origin`.
///
/// # Errors
/// In this order: `HotKeyNotRegisteredInNetwork`, `InvalidIpType`, `InvalidIpAddress`, `ServingRateLimitExceeded`,
/// `InvalidPort`.
pub(super) fn serve_axon(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    info: &AxonInfo,
) -> Result<Vec<Event>, CallError> {
    if neurons::uid(state, netuid, origin).is_none() {
        return Err(CallError::HotKeyNotRegisteredInNetwork);
    }
    check_address(info, settings(state).dev)?;
    let limit = params::subnet(state, netuid).serving_rate_limit;
    let last = neurons::axon(state, netuid, origin);
    if last.is_some_and(|axon| block.number.saturating_sub(axon.block) < limit) {
        return Err(CallError::ServingRateLimitExceeded);
    }
    if info.port == 0 {
        return Err(CallError::InvalidPort);
    }
    neurons::serve(state, netuid, origin, &Axon { info: *info, block: block.number });
    Ok(vec![Event::AxonServed { netuid, hotkey: *origin }])
}

fn check_address(info: &AxonInfo, loopback_allowed: bool) -> Result<(), CallError> {
    let (largest, loopback) = match info.ip_type {
        4 => (u128::from(u32::MAX), u128::from(Ipv4Addr::LOCALHOST.to_bits())),
        6 => (u128::MAX, Ipv6Addr::LOCALHOST.to_bits()),
        _ => return Err(CallError::InvalidIpType),
    };
    let valid = info.ip < largest && (loopback_allowed || info.ip != loopback);
    if valid { Ok(()) } else { Err(CallError::InvalidIpAddress) }
}
