//! From incentive and dividends to shares of the emission (yuma.md section 8).

use super::numbers::{normalize, pay, sum};
use super::{Step, Trace};
use crate::fixed::I32F32;

/// What share of the emission each neuron gets, by uid.
pub(super) struct Shares {
    /// As a miner.
    server: Vec<I32F32>,
    /// As a validator.
    validator: Vec<I32F32>,
    /// In all.
    combined: Vec<I32F32>,
}

impl Shares {
    /// Incentive and dividends over their common sum. Without usable weights that sum is 0, and stake alone earns: the
    /// stake that votes or, if none does, that of everybody.
    pub(super) fn new(
        incentive: &[I32F32],
        dividends: &[I32F32],
        active_stake: &[I32F32],
        stake: &[I32F32],
        trace: &mut impl Trace,
    ) -> Self {
        let mut combined: Vec<I32F32> = incentive.iter().zip(dividends).map(|(i, &d)| i.add(d)).collect();
        let total = sum(&combined);
        let shares = if total == I32F32::ZERO {
            let fallback = if sum(active_stake) == I32F32::ZERO { stake } else { active_stake };
            let server = vec![I32F32::ZERO; fallback.len()];
            Self { server, validator: fallback.to_vec(), combined: fallback.to_vec() }
        } else {
            normalize(&mut combined);
            let part = |values: &[I32F32]| values.iter().map(|value| value.div(total)).collect();
            Self { server: part(incentive), validator: part(dividends), combined }
        };
        trace.vector(Step::ServerShare, &shares.server);
        trace.vector(Step::ValidatorShare, &shares.validator);
        trace.vector(Step::CombinedShare, &shares.combined);
        shares
    }

    /// The payments for incentive, for dividends and in all, in rao.
    pub(super) fn payments(&self, emission: u64) -> [Vec<u64>; 3] {
        [&self.server, &self.validator, &self.combined]
            .map(|shares| shares.iter().map(|&share| pay(share, emission)).collect())
    }
}
