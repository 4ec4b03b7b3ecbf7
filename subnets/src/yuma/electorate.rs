//! Who votes, and with how much: activity, stake and seats (yuma.md section 6, steps E1 to E4).

use super::stake::Stake;
use super::{Ballot, Params, Step, Subnet, Trace, numbers};
use crate::fixed::I32F32;

/// The neurons of a subnet as voters; one element per uid.
pub(super) struct Electorate {
    /// Whether the last update is recent enough (E1).
    pub(super) active: Vec<bool>,
    /// Whole rao of stake weight, before the threshold (E2).
    pub(super) stake_raw: Vec<u64>,
    /// Shares of all stake (E2).
    pub(super) stake: Vec<I32F32>,
    /// Who may vote now (E3).
    pub(super) permit: Vec<bool>,
    /// Who keeps bonds now and may vote in the next epoch (E3).
    pub(super) new_permit: Vec<bool>,
    /// S: the stake that votes, normalised (E4).
    pub(super) active_stake: Vec<I32F32>,
}

impl Electorate {
    pub(super) fn new(subnet: &Subnet, ballots: &[&Ballot], block: u64, trace: &mut impl Trace) -> Self {
        let cutoff = activity_cutoff(&subnet.params);
        let active: Vec<bool> =
            ballots.iter().map(|ballot| is_active(ballot.last_update, cutoff, block)).collect();
        let Stake { raw: stake_raw, totals, shares: stake } = Stake::of(subnet);
        trace.stake_totals(&totals);
        trace.vector(Step::Stake, &stake);

        let mut permit: Vec<bool> = subnet.neurons.iter().map(|neuron| neuron.validator_permit).collect();
        let mut new_permit = top_k_nonzero(&stake, usize::from(subnet.params.max_allowed_validators));
        if let Some(owner) = subnet.owner_uid.map(usize::from).filter(|&uid| uid < permit.len()) {
            permit[owner] = true;
            new_permit[owner] = true;
        }

        let votes = |uid: usize| if active[uid] && permit[uid] { stake[uid] } else { I32F32::ZERO };
        let mut active_stake: Vec<I32F32> = (0..stake.len()).map(votes).collect();
        numbers::normalize(&mut active_stake);
        trace.vector(Step::ActiveStake, &active_stake);
        Self { active, stake_raw, stake, permit, new_permit, active_stake }
    }
}

/// Blocks after which a silent neuron counts as inactive, at least 1.
pub fn activity_cutoff(params: &Params) -> u64 {
    (u64::from(params.activity_cutoff_factor) * u64::from(params.tempo) / 1_000).max(1)
}

/// Whether a neuron last heard of at `last_update` is active at `block`; exactly on the cutoff it still is.
pub fn is_active(last_update: u64, cutoff: u64, block: u64) -> bool {
    last_update.saturating_add(cutoff) >= block
}

/// The `k` largest non-zero values. Among equal values the **higher** uid wins.
pub(super) fn top_k_nonzero(values: &[I32F32], k: usize) -> Vec<bool> {
    let mut chosen: Vec<bool> = values.iter().map(|&value| value != I32F32::ZERO).collect();
    if values.len() > k {
        let mut order: Vec<usize> = (0..values.len()).collect();
        // The uid as the second key makes the unstable sort the stable one.
        order.sort_unstable_by_key(|&uid| (values[uid], uid));
        for &uid in &order[..values.len() - k] {
            chosen[uid] = false;
        }
    }
    chosen
}
