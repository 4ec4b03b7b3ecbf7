//! From stored weight rows to the weights in force, clipped, and the weights that make bonds (yuma.md section 6, steps
//! E5, E7 and E9).

use super::electorate::Electorate;
use super::{Ballot, Rows, Step, Subnet, Trace, numbers};
use crate::fixed::I32F32;

/// W: the rows of permitted validators, masked and normalised (E5). Explicit zeros stay.
pub(super) fn in_force(
    subnet: &Subnet,
    ballots: &[&Ballot],
    electorate: &Electorate,
    trace: &mut impl Trace,
) -> Rows {
    let registered: Vec<u64> = subnet.neurons.iter().map(|neuron| neuron.registered_at).collect();
    let mut weights = permitted(subnet, ballots, &electorate.permit, &registered);
    trace.rows(Step::WeightsMasked, &weights);
    // E5.4: what is still hidden may have been decided before the target's present holder came.
    if subnet.params.commit_reveal && ballots.iter().any(|ballot| ballot.oldest_commit.is_some()) {
        let hidden =
            |i: usize, j: usize| ballots[i].oldest_commit.is_some_and(|commit| commit < registered[j]);
        weights.rewrite(|i, j, weight| (weight, !hidden(i, j)));
    }
    for i in 0..weights.len() {
        let (_, row) = weights.row_mut(i);
        numbers::normalize(row);
    }
    trace.rows(Step::WeightsNorm, &weights);
    weights
}

/// E5.1 to E5.3: only rows with a permit; no vote for oneself, but the owner's; no vote older than the registration of
/// its target (equal counts as older). Weights as integers.
fn permitted(subnet: &Subnet, ballots: &[&Ballot], permit: &[bool], registered: &[u64]) -> Rows {
    let entries =
        ballots.iter().zip(permit).filter(|(_, permit)| **permit).map(|(ballot, _)| ballot.weights.len());
    let mut weights = Rows::with_capacity(ballots.len(), entries.sum());
    for (i, ballot) in ballots.iter().enumerate() {
        let row = if permit[i] { &ballot.weights[..] } else { &[] };
        let itself = if subnet.is_owner(i) { None } else { Some(i) };
        let known =
            row.iter().filter_map(|&(uid, weight)| Some((uid, weight, *registered.get(usize::from(uid))?)));
        let entries = known.map(|(uid, weight, since)| {
            let counts = since < ballot.last_update && Some(usize::from(uid)) != itself;
            (uid, I32F32::from_bits(i64::from(weight) << I32F32::FRACTION_BITS), counts)
        });
        weights.append(row.len(), entries);
    }
    weights
}

/// Turns W into W̄: every weight cut down to the consensus; an entry above a consensus of 0 is dropped, other zeros
/// stay (E7).
pub(super) fn clip(weights: &mut Rows, consensus: &[I32F32]) {
    weights.rewrite(|_, j, weight| {
        let limit = consensus[j];
        (weight.min(limit), (weight <= limit) | (limit != I32F32::ZERO))
    });
}

/// V for a penalty strictly between 0 and 1: `w + penalty * (clipped - w)`, in ascending order without zeros (E9). The
/// bracket is negative or zero and the product is floored.
pub(super) fn interpolated(weights: &Rows, clipped: &Rows, penalty: I32F32, columns: usize) -> Rows {
    let mut result = Rows::with_capacity(weights.len(), weights.entries());
    let mut dense = vec![(I32F32::ZERO, I32F32::ZERO); columns];
    for i in 0..weights.len() {
        for (j, value) in weights.pairs(i) {
            dense[j].0 = value;
        }
        for (j, value) in clipped.pairs(i) {
            dense[j].1 = value;
        }
        let entries = dense.iter_mut().enumerate().map(|(j, pair)| {
            let (weight, clipped) = std::mem::take(pair);
            let value = weight.add(penalty.mul(clipped.sub(weight)));
            (j as u16, value, value > I32F32::ZERO)
        });
        result.append(columns, entries);
    }
    result
}
