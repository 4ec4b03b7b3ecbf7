//! One consensus epoch of a subnet, bit for bit (yuma.md).
//!
//! Validators publish rows of weights, one number per neuron they score. Once per tempo an epoch turns all rows into
//! two payments, *incentive* for miners and *dividends* for validators:
//!
//! ```text
//! stake, activity, permits ──► active stake S                          electorate.rs   E1 to E4
//! weight rows ── masks, normalise ──► W                                weights.rs      E5
//! S, W, kappa ──► consensus C (stake-weighted median per miner)        consensus.rs    E6
//! W clipped at C ──► W̄ ──► rank = incentive I, validator trust         weights.rs      E7, E8
//! W, W̄, old bonds, S ──► new bonds B ──► dividends D                   bonds.rs        E9, section 7
//! I + D ──► shares of the emission ──► payments                        shares.rs       section 8
//! ```
//!
//! A minority that scores its own miners high is cut down to what the majority of stake also supports, and validators
//! earn in proportion to having backed good miners early, so that copying others one epoch late pays less.
//!
//! Around the epoch: [`stake`] says what a neuron's voting power is, [`schedule`] when an epoch runs, [`mechanisms`]
//! how one subnet runs several, [`submission`] what happens to weights on their way into storage.
//!
//! # Deviations
//!
//! None in results. Matrices are sparse rows, medians are selected instead of sorted, and divisions by a common divisor
//! are multiplications; each place says what it equals, and the `oracle` module is the definition it is tested against.

mod bonds;
pub mod consensus;
mod electorate;
pub mod exponential;
pub mod liquid;
pub mod mechanisms;
pub mod numbers;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
mod params;
pub mod payload;
mod rows;
pub mod schedule;
mod shares;
pub mod stake;
pub mod submission;
mod subnet;
#[cfg(test)]
mod tests;
mod trace;
mod weights;

pub use electorate::{activity_cutoff, is_active};
pub use params::Params;
pub use rows::Rows;
pub use subnet::{Ballot, Neuron, Output, Row, Subnet};
pub use trace::{Step, Trace};

use crate::fixed::I32F32;
use bonds::{Bonds, Market};
use electorate::Electorate;
use shares::Shares;

/// The ballot of a uid that has none.
static NO_BALLOT: Ballot =
    Ballot { last_update: 0, oldest_commit: None, weights: Vec::new(), bonds: Vec::new() };

/// Runs one epoch of one mechanism in `block`, distributing `emission` rao.
///
/// `ballots` are by uid, like the subnet's neurons; missing ones are empty and surplus ones are ignored. Every input
/// has an answer. What to store afterwards is in the [`Output`]; the caller also sets `last_step_block` to `block`.
///
/// ```
/// use taonet_subnets::yuma::{Ballot, Neuron, Params, Subnet, epoch};
///
/// let validator = Neuron { alpha_stake: 1_000, registered_at: 10, validator_permit: true, ..Neuron::default() };
/// let miner = Neuron { registered_at: 20, ..Neuron::default() };
/// let params = Params { commit_reveal: false, ..Params::default() };
/// let subnet = Subnet { params, neurons: vec![validator, miner.clone(), miner], ..Subnet::default() };
/// // The validator thinks the first miner three times as good as the second.
/// let ballot = Ballot { last_update: 100, weights: vec![(1, 60_000), (2, 20_000)], ..Ballot::default() };
///
/// let output = epoch(&subnet, &[ballot], 360, 1_000_000);
/// assert_eq!(output.server_emission, [0, 375_000, 125_000]);
/// assert_eq!(output.validator_emission, [500_000, 0, 0]);
/// ```
pub fn epoch(subnet: &Subnet, ballots: &[Ballot], block: u64, emission: u64) -> Output {
    epoch_traced(subnet, ballots, block, emission, &mut ())
}

/// [`epoch`], showing every intermediate result to `trace`.
pub fn epoch_traced(
    subnet: &Subnet,
    ballots: &[Ballot],
    block: u64,
    emission: u64,
    trace: &mut impl Trace,
) -> Output {
    let n = subnet.neurons.len();
    let ballots: Vec<&Ballot> = (0..n).map(|uid| ballots.get(uid).unwrap_or(&NO_BALLOT)).collect();
    let electorate = Electorate::new(subnet, &ballots, block, trace);
    let active_stake = &electorate.active_stake;

    let weights = weights::in_force(subnet, &ballots, &electorate, trace);
    let kappa = numbers::proportion_from_u16(subnet.params.kappa);
    let consensus = consensus::consensus(&weights, active_stake, n, kappa);
    trace.scalar(Step::Kappa, kappa);
    trace.vector(Step::Consensus, &consensus);

    // Both are needed only if bonds take neither as it is.
    let unclipped = (subnet.params.bonds_penalty != u16::MAX).then(|| weights.clone());
    let mut clipped = weights;
    weights::clip(&mut clipped, &consensus);
    let validator_trust: Vec<I32F32> = clipped.iter().map(|(_, row)| numbers::sum(row)).collect();
    trace.rows(Step::WeightsClipped, &clipped);
    trace.vector(Step::ValidatorTrust, &validator_trust);
    let incentive = incentive(&clipped, active_stake, trace);

    let for_bonds = weights_for_bonds(subnet, unclipped, clipped, trace);
    let old = bonds::stored(subnet, &ballots, block);
    let market = Market { subnet, electorate: &electorate, consensus: &consensus, incentive: &incentive };
    let Bonds { rows: bonds, dividends } = market.trade(for_bonds, old, trace);
    trace.vector(Step::Dividends, &dividends);

    let shares = Shares::new(&incentive, &dividends, active_stake, &electorate.stake, trace);
    let [server_emission, validator_emission, emission] = shares.payments(emission);
    Output {
        stake_weight: proportions(&electorate.stake),
        consensus: proportions(&consensus),
        incentive: proportions(&incentive),
        dividends: proportions(&dividends),
        validator_trust: proportions(&validator_trust),
        bonds,
        active: electorate.active,
        stake: electorate.stake_raw,
        validator_permit: electorate.new_permit,
        emission,
        server_emission,
        validator_emission,
    }
}

/// I: the stake that supports each neuron, weighted, as shares of the whole (E8).
fn incentive(clipped: &Rows, active_stake: &[I32F32], trace: &mut impl Trace) -> Vec<I32F32> {
    let mut ranks = vec![I32F32::ZERO; active_stake.len()];
    for (i, &stake) in active_stake.iter().enumerate() {
        for (j, weight) in clipped.pairs(i) {
            ranks[j] = ranks[j].add(stake.mul(weight));
        }
    }
    trace.vector(Step::RanksRaw, &ranks);
    numbers::normalize(&mut ranks);
    trace.vector(Step::Incentive, &ranks);
    ranks
}

/// V: the weights that make bonds (E9). No penalty takes the weights over as they are, the full one the clipped
/// weights.
fn weights_for_bonds(
    subnet: &Subnet,
    unclipped: Option<Rows>,
    clipped: Rows,
    trace: &mut impl Trace,
) -> Rows {
    let penalty = numbers::proportion_from_u16(subnet.params.bonds_penalty);
    trace.scalar(Step::BondsPenalty, penalty);
    let for_bonds = match unclipped {
        None => clipped,
        Some(weights) if subnet.params.bonds_penalty == 0 => weights,
        Some(weights) => weights::interpolated(&weights, &clipped, penalty, subnet.neurons.len()),
    };
    trace.rows(Step::WeightsForBonds, &for_bonds);
    for_bonds
}

fn proportions(values: &[I32F32]) -> Vec<u16> {
    values.iter().map(|&value| numbers::proportion_to_u16(value)).collect()
}
