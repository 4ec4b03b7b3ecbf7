//! What hotkeys publish about where they can be reached (peripherals.md section 1).
//!
//! Rules:
//! 1. An axon, what Prometheus reads, and the certificate of an axon's key: of each, the last one counts.
//! 2. All three are a slot's: they go when it is replaced, and move along when its hotkey is swapped.

use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
    transaction::{AxonInfo, PrometheusInfo},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The most bytes of a certificate: one for the algorithm and 64 of the key, as long as the keys in use get.
pub const MAX_CERTIFICATE_BYTES: usize = 65;

const AXONS: Table<(u16, AccountId), Axon> = Table::new(schema::AXONS);
const PROMETHEUS: Table<(u16, AccountId), Prometheus> = Table::new(schema::PROMETHEUS);
const CERTIFICATES: Table<(u16, AccountId), Certificate> = Table::new(schema::CERTIFICATES);

/// Where a hotkey can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Axon {
    /// What it said.
    pub info: AxonInfo,
    /// In which block.
    pub block: u64,
}

/// Where a hotkey serves what Prometheus reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Prometheus {
    /// What it said.
    pub info: PrometheusInfo,
    /// In which block.
    pub block: u64,
}

/// The key with which an axon answers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// The algorithm; free for the software of miners to define.
    pub algorithm: u8,
    /// The public key, at most 64 bytes.
    pub public_key: Vec<u8>,
}

impl Certificate {
    /// Reads the bytes of a certificate: one for the algorithm, then the key. None if there are none or too many.
    pub fn read(bytes: &[u8]) -> Option<Certificate> {
        let (algorithm, key) = bytes.split_first().filter(|_| bytes.len() <= MAX_CERTIFICATE_BYTES)?;
        Some(Certificate { algorithm: *algorithm, public_key: key.to_vec() })
    }
}

/// Where a hotkey can be reached on a subnet.
pub fn axon(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<Axon> {
    AXONS.get(state, &(netuid, *hotkey))
}

/// Where a hotkey on a subnet serves what Prometheus reads.
pub fn prometheus(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<Prometheus> {
    PROMETHEUS.get(state, &(netuid, *hotkey))
}

/// The key with which the axon of a hotkey on a subnet answers.
pub fn certificate(state: &dyn StateRead, netuid: u16, hotkey: &AccountId) -> Option<Certificate> {
    CERTIFICATES.get(state, &(netuid, *hotkey))
}

/// Publishes where a hotkey can be reached.
pub(crate) fn serve_axon(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, axon: &Axon) {
    AXONS.put(state, &(netuid, *hotkey), axon);
}

/// Publishes where a hotkey serves what Prometheus reads.
pub(crate) fn serve_prometheus(
    state: &mut Overlay<'_>,
    netuid: u16,
    hotkey: &AccountId,
    prometheus: &Prometheus,
) {
    PROMETHEUS.put(state, &(netuid, *hotkey), prometheus);
}

/// Publishes the key with which a hotkey's axon answers.
pub(crate) fn certify(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId, certificate: &Certificate) {
    CERTIFICATES.put(state, &(netuid, *hotkey), certificate);
}

/// Forgets what a hotkey published on a subnet.
pub(super) fn forget(state: &mut Overlay<'_>, netuid: u16, hotkey: &AccountId) {
    let key = (netuid, *hotkey);
    AXONS.remove(state, &key);
    PROMETHEUS.remove(state, &key);
    CERTIFICATES.remove(state, &key);
}

/// Gives what a hotkey published on a subnet to the hotkey that replaces it.
pub(super) fn rename(state: &mut Overlay<'_>, netuid: u16, old: &AccountId, new: &AccountId) {
    let (old, new) = ((netuid, *old), (netuid, *new));
    AXONS.rename(state, &old, &new);
    PROMETHEUS.rename(state, &old, &new);
    CERTIFICATES.rename(state, &old, &new);
}

/// Forgets what was published on a subnet that is dissolved.
pub(super) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    AXONS.clear(state, &netuid);
    PROMETHEUS.clear(state, &netuid);
    CERTIFICATES.clear(state, &netuid);
}
