//! Publishing where a miner can be reached: the chain is its phone book (peripherals.md section 1).
//!
//! Rules:
//! 1. Only a hotkey with a slot is in the book, and it signs for itself.
//! 2. An address must be one that others can reach. For an axon, and only there, zero says that it is not served.
//! 3. An axon and a Prometheus have clocks of their own; the first publication of each is free to come at any time.
//! 4. A certificate that cannot be read is ignored, and the one before stays.
//!
//! Deviation: on development networks loopback addresses are taken, since everything runs on one machine there.

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        neurons::{self, Axon, Certificate, Prometheus},
        params,
        settings::settings,
    },
    state::{Overlay, StateRead},
    transaction::{AxonInfo, PrometheusInfo},
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Publishes the axon of the hotkey `origin`, and the certificate of its key if there is one.
///
/// # Errors
/// In this order: `HotKeyNotRegisteredInNetwork`, `InvalidIpType`, `InvalidIpAddress`, `ServingRateLimitExceeded`,
/// `InvalidPort`.
pub(super) fn serve_axon(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    (origin, netuid): (&AccountId, u16),
    info: &AxonInfo,
    certificate: Option<Certificate>,
) -> Result<Vec<Event>, CallError> {
    let place = Place { ip_type: info.ip_type, ip: info.ip, port: info.port, may_be_zero: true };
    let last = neurons::axon(state, netuid, origin).map(|axon| axon.block);
    check(state, block, (origin, netuid), &place, last)?;
    if let Some(certificate) = certificate {
        neurons::certify(state, netuid, origin, &certificate);
    }
    neurons::serve_axon(state, netuid, origin, &Axon { info: *info, block: block.number });
    Ok(vec![Event::AxonServed { netuid, hotkey: *origin }])
}

/// Publishes where the hotkey `origin` serves what Prometheus reads.
///
/// # Errors
/// Those of [`serve_axon`].
pub(super) fn serve_prometheus(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    (origin, netuid): (&AccountId, u16),
    info: &PrometheusInfo,
) -> Result<Vec<Event>, CallError> {
    let place = Place { ip_type: info.ip_type, ip: info.ip, port: info.port, may_be_zero: false };
    let last = neurons::prometheus(state, netuid, origin).map(|prometheus| prometheus.block);
    check(state, block, (origin, netuid), &place, last)?;
    neurons::serve_prometheus(state, netuid, origin, &Prometheus { info: *info, block: block.number });
    Ok(vec![Event::PrometheusServed { netuid, hotkey: *origin }])
}

/// Where something is served.
struct Place {
    ip_type: u8,
    ip: u128,
    port: u16,
    may_be_zero: bool,
}

/// The checks of publishing, in order; `last` is the block in which the same was published before.
fn check(
    state: &dyn StateRead,
    block: &BlockContext,
    (origin, netuid): (&AccountId, u16),
    place: &Place,
    last: Option<u64>,
) -> Result<(), CallError> {
    let has_slot = neurons::uid(state, netuid, origin).is_some();
    ensure(has_slot, CallError::HotKeyNotRegisteredInNetwork)?;
    check_address(place, settings(state).dev)?;
    let limit = params::subnet(state, netuid).serving_rate_limit;
    let waited = last.is_none_or(|last| block.number.saturating_sub(last) >= limit);
    ensure(waited, CallError::ServingRateLimitExceeded)?;
    ensure(place.port != 0, CallError::InvalidPort)
}

fn check_address(place: &Place, loopback_allowed: bool) -> Result<(), CallError> {
    let (largest, loopback) = match place.ip_type {
        4 => (u128::from(u32::MAX), u128::from(Ipv4Addr::LOCALHOST.to_bits())),
        6 => (u128::MAX, Ipv6Addr::LOCALHOST.to_bits()),
        _ => return Err(CallError::InvalidIpType),
    };
    let reachable = place.ip < largest && (loopback_allowed || place.ip != loopback);
    ensure(reachable && (place.may_be_zero || place.ip != 0), CallError::InvalidIpAddress)
}
