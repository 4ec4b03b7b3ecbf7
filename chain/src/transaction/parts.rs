//! What calls carry that is more than a number or a list.

use borsh::{BorshDeserialize, BorshSerialize};

/// Weights that a commit hid, and what it takes to prove it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct Reveal {
    /// The UIDs that are scored.
    pub uids: Vec<u16>,
    /// A score for each; only their proportions count.
    pub values: Vec<u16>,
    /// What made the hash unguessable.
    pub salt: Vec<u16>,
    /// The version of the validator's rules.
    pub version_key: u64,
}

/// Where an axon listens, as its hotkey says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct AxonInfo {
    /// The version of the miner's software.
    pub version: u32,
    /// The address as a number; an IPv4 address in the low 32 bits.
    pub ip: u128,
    /// The port, not 0.
    pub port: u16,
    /// 4 or 6.
    pub ip_type: u8,
    /// What is spoken there; free for the subnet to define.
    pub protocol: u8,
}

/// Where what Prometheus reads is served, as its hotkey says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct PrometheusInfo {
    /// The version of the software.
    pub version: u32,
    /// The address as a number, not 0; an IPv4 address in the low 32 bits.
    pub ip: u128,
    /// The port, not 0.
    pub port: u16,
    /// 4 or 6.
    pub ip_type: u8,
}
