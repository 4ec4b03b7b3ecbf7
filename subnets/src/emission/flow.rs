//! Sharing by net flow of TAO, the rule from November 2025 to June 2026 (emission.md section 10).
//!
//! Rules:
//! - two accumulators of a subnet collect, each block, what users brought less what they took, and what the protocol
//!   put in less what root's stakers took out; each is folded into an exponential average and cleared;
//! - the protocol's averages count against the subnet, scaled down so that together they never exceed the users';
//! - what is left above a cutoff, raised to a power, is the subnet's claim.
//!
//! Deviation: the public network evaluated the power with 32 fraction bits, so its shares are off by up to
//! `7 * 10^-4`. Here the power is that of the pool, exact to 10^-18 of the largest claim. With the default
//! power of 1 the two agree.

use super::shares::in_proportion;
use crate::fixed::{I64F64, U64F64};
use crate::pool::fractional_power;

/// The default weight of one block in a flow average, in units of `1 / (2^63 - 1)`: a half-life of 30 days.
pub const FLOW_SMOOTHING: u64 = 29_597_889_189_277;

/// The averages of a subnet's TAO flows, in RAO per block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowAverages {
    /// Users: stakes and registrations less unstakes, fees left out.
    pub user: I64F64,
    /// Protocol: injections and chain buys less root sells.
    pub protocol: I64F64,
}

impl FlowAverages {
    /// The averages after a block with these flows (RAO), at a weight of `smoothing / (2^63 - 1)`.
    #[must_use]
    pub fn after(self, smoothing: u64, user_flow: i64, protocol_flow: i64) -> Self {
        let weight = I64F64::from_ratio(smoothing, i64::MAX);
        let kept = I64F64::ONE.sub(weight);
        let fold = |average: I64F64, flow: i64| kept.mul(average).add(weight.mul(I64F64::from_int(flow)));
        Self { user: fold(self.user, user_flow), protocol: fold(self.protocol, protocol_flow) }
    }
}

/// The settings of the flow rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowRule {
    /// Whether the protocol's flow counts.
    pub net: bool,
    /// The flow below which a subnet gets nothing.
    pub cutoff: I64F64,
    /// The power that claims are raised to, from 1 to 2.
    pub exponent: U64F64,
}

impl Default for FlowRule {
    fn default() -> Self {
        Self { net: true, cutoff: I64F64::ZERO, exponent: U64F64::ONE }
    }
}

/// Each subnet's share of the block's TAO; all 0 when no subnet has a claim.
pub fn flow_shares(rule: FlowRule, averages: &[FlowAverages]) -> Vec<U64F64> {
    let flows = if rule.net { net_flows(averages) } else { averages.iter().map(|flow| flow.user).collect() };
    let least = flows.iter().copied().min().unwrap_or(I64F64::ZERO).min(I64F64::ZERO);
    let floor = rule.cutoff.max(least);
    let claims: Vec<U64F64> = flows.into_iter().map(|flow| flow.sub(floor).convert()).collect();
    let largest = claims.iter().copied().max().unwrap_or(U64F64::ZERO);
    in_proportion(claims.into_iter().map(|claim| fractional_power(claim, largest, rule.exponent)).collect())
}

fn net_flows(averages: &[FlowAverages]) -> Vec<I64F64> {
    let positive = |flows: fn(&FlowAverages) -> I64F64| {
        averages.iter().map(flows).fold(I64F64::ZERO, |sum, flow| sum.add(flow.max(I64F64::ZERO)))
    };
    let scale = positive(|flow| flow.user).div(positive(|flow| flow.protocol)).min(I64F64::ONE);
    let counted = |protocol: I64F64| if protocol > I64F64::ZERO { scale.mul(protocol) } else { protocol };
    averages.iter().map(|flow| flow.user.sub(counted(flow.protocol))).collect()
}
