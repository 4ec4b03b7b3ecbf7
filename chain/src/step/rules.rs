//! Which rules of sharing and injecting are in force: today's or an earlier one (emission.md sections 4 and 10).
//!
//! | parameter | value | in force on the public network |
//! | --- | --- | --- |
//! | `share_rule` | `price` | February to autumn 2025 |
//! | | `flow` | November 2025 to June 2026 |
//! | | `price_and_miners` | since 22 June 2026 |
//! | `injection_rule` | `block_emission` | February to autumn 2025 |
//! | | `alpha_emission` | November 2025 to June 2026 |
//! | | `root_proportion` | since 22 June 2026 |
//!
//! Under the flow rule, the flows that a subnet collected since the last block join its averages and start again from
//! 0. Under the others they only grow.

use super::Live;
use crate::params::NetworkParams;
use taonet_subnets::{
    emission::{
        flow::{FlowAverages, FlowRule},
        shares::ShareRule,
        terms::InjectionRule,
    },
    fixed::{I64F64, U64F64},
};

/// The rule of sharing.
pub(super) fn share_rule(network: &NetworkParams) -> ShareRule {
    match network.share_rule {
        1 => ShareRule::Price,
        2 => ShareRule::Flow(FlowRule {
            net: network.net_flow_enabled,
            cutoff: I64F64::from_bits(network.flow_cutoff),
            exponent: U64F64::from_bits(network.flow_exponent),
        }),
        _ => ShareRule::PriceAndMiners,
    }
}

/// The rule of injecting.
pub(super) fn injection_rule(network: &NetworkParams) -> InjectionRule {
    match network.injection_rule {
        1 => InjectionRule::BlockEmission,
        2 => InjectionRule::AlphaEmission,
        _ => InjectionRule::RootProportion,
    }
}

/// Takes the flows of subnets that emit into their averages, where the rule of sharing needs them.
pub(super) fn average_flows(live: &mut [Live], network: &NetworkParams) {
    if !matches!(share_rule(network), ShareRule::Flow(_)) {
        return;
    }
    for live in live.iter_mut().filter(|live| live.is_eligible()) {
        let subnet = &mut live.subnet;
        let (user, protocol) =
            (std::mem::take(&mut subnet.user_flow), std::mem::take(&mut subnet.protocol_flow));
        let averages: FlowAverages = subnet.flow_averages.into();
        subnet.flow_averages = averages.after(network.flow_smoothing, user, protocol).into();
    }
}

#[cfg(test)]
mod tests;
