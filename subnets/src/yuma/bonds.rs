//! From weights to bonds and dividends (yuma.md section 7).
//!
//! A bond is a validator's standing claim on a miner's success; it follows the validator's weight as a moving average,
//! so that whoever backed a good miner early earns more than whoever copies the weight later.

use super::electorate::Electorate;
use super::liquid::{self, LiquidAlpha};
use super::{Ballot, Row, Rows, Step, Subnet, Trace, numbers};
use crate::fixed::{I32F32, I64F64};

/// What the bonds of an epoch come to.
pub(super) struct Bonds {
    /// The rows to store, by uid.
    pub(super) rows: Vec<Row>,
    /// D: each validator's share of the dividends.
    pub(super) dividends: Vec<I32F32>,
}

/// What both formulas need besides weights and old bonds.
pub(super) struct Market<'a> {
    pub(super) subnet: &'a Subnet,
    pub(super) electorate: &'a Electorate,
    /// C
    pub(super) consensus: &'a [I32F32],
    /// I
    pub(super) incentive: &'a [I32F32],
}

impl Market<'_> {
    /// Runs the formula that the subnet has chosen, on the `weights` that make bonds (V) and the `old` bonds as
    /// integers.
    pub(super) fn trade(&self, weights: Rows, old: Rows, trace: &mut impl Trace) -> Bonds {
        let rate = average_rate(self.subnet.params.bonds_moving_average);
        trace.scalar(Step::BondsAlpha, rate);
        if self.subnet.params.yuma3 {
            self.absolute(weights, old, rate, trace)
        } else {
            self.relative(weights, old, rate, trace)
        }
    }

    /// The first formula (7.2): per miner, bonds are shares among validators, weighted by stake. They are stored with
    /// the largest holder at 1.
    fn relative(&self, weights: Rows, mut old: Rows, rate: I32F32, trace: &mut impl Trace) -> Bonds {
        let n = self.incentive.len();
        trace.rows(Step::BondsPrevRaw, &old);
        old.normalize_columns(n);
        trace.rows(Step::BondsPrev, &old);

        let mut delta = weights;
        for (i, &stake) in self.electorate.active_stake.iter().enumerate() {
            let (_, row) = delta.row_mut(i);
            for value in row {
                *value = value.mul(stake);
            }
        }
        trace.rows(Step::BondsDelta, &delta);
        delta.normalize_columns(n);
        trace.rows(Step::BondsDeltaNorm, &delta);

        let mut bonds = average(&delta, &old, rate, n);
        bonds.normalize_columns(n);
        trace.rows(Step::BondsEmaNorm, &bonds);
        let mut dividends = row_products(&bonds, self.incentive);
        numbers::normalize(&mut dividends);
        bonds.divide_columns(&bonds.column_maxima(n));
        Bonds { rows: self.to_store(&bonds), dividends }
    }

    /// The second formula (7.3): a bond follows the weight whatever the stake; stake enters once, in the dividends.
    fn absolute(&self, weights: Rows, mut old: Rows, rate: I32F32, trace: &mut impl Trace) -> Bonds {
        let n = self.incentive.len();
        let params = &self.subnet.params;
        for value in old.values_mut() {
            // A whole number of 65535ths: `value / 65535` by safe division, whose quotient always fits.
            *value = I32F32::from_bits(value.to_bits() / i64::from(u16::MAX));
        }
        trace.rows(Step::BondsPrev, &old);

        let mut bonds = if params.liquid_alpha && self.consensus.iter().any(|&weight| weight != I32F32::ZERO)
        {
            let rates = liquid::rates(&LiquidAlpha::new(params), &weights, &old, self.consensus);
            trace.rows(Step::Alphas, &rates);
            liquid::average(&weights, &old, &rates, n)
        } else {
            average(&weights, &old, rate, n)
        };
        trace.rows(Step::BondsEma, &bonds);
        let rows = self.to_store(&bonds);

        bonds.normalize_columns(n);
        trace.rows(Step::BondsEmaNorm, &bonds);
        let mut dividends = row_products(&bonds, self.incentive);
        trace.vector(Step::BondsTimesIncentive, &dividends);
        for (dividend, &stake) in dividends.iter_mut().zip(&self.electorate.active_stake) {
            *dividend = dividend.mul(stake);
        }
        numbers::normalize(&mut dividends);
        Bonds { rows, dividends }
    }

    /// The rows of the validators that keep a seat; all others are emptied. A tiny bond may be stored as 0.
    fn to_store(&self, bonds: &Rows) -> Vec<Row> {
        let row = |(i, &permit): (usize, &bool)| {
            let (uids, values) = if permit { bonds.row(i) } else { (&[][..], &[][..]) };
            uids.iter().zip(values).map(|(&uid, &value)| (uid, numbers::proportion_to_u16(value))).collect()
        };
        self.electorate.new_permit.iter().enumerate().map(row).collect()
    }
}

/// The stored bonds as integers, without those to neurons that registered since the last epoch (7.1): a slot that
/// changed hands starts without history. Rows of all uids count, also of those without a permit.
pub(super) fn stored(subnet: &Subnet, ballots: &[&Ballot], block: u64) -> Rows {
    let since = match subnet.last_step_block {
        0 => block.saturating_sub(u64::from(subnet.params.tempo)),
        last => last.saturating_add(1),
    };
    let fresh: Vec<bool> = subnet.neurons.iter().map(|neuron| since <= neuron.registered_at).collect();
    let mut rows = Rows::with_capacity(ballots.len(), ballots.iter().map(|ballot| ballot.bonds.len()).sum());
    for ballot in ballots {
        let entries = ballot.bonds.iter().map(|&(uid, bond)| {
            let keep = fresh.get(usize::from(uid)) == Some(&false);
            (uid, I32F32::from_bits(i64::from(bond) << I32F32::FRACTION_BITS), keep)
        });
        rows.append(ballot.bonds.len(), entries);
    }
    rows
}

/// The rate of the plain moving average: 1 less what is kept, in millionths (7.1).
fn average_rate(bonds_moving_average: u64) -> I32F32 {
    let keep: I32F32 = I64F64::from_ratio(bonds_moving_average, 1_000_000).convert();
    I32F32::ONE.sub(keep)
}

/// `rate * new + (1 - rate) * old`, entry by entry, in ascending order and without zeros.
fn average(new: &Rows, old: &Rows, rate: I32F32, columns: usize) -> Rows {
    let keep = I32F32::ONE.sub(rate);
    let mut result = Rows::with_capacity(new.len(), new.entries().max(old.entries()));
    let mut mixed = vec![I32F32::ZERO; columns];
    for i in 0..new.len() {
        let ((uids, values), (old_uids, old_values)) = (new.row(i), old.row(i));
        if uids == old_uids && uids.is_sorted_by(|a, b| a < b) {
            // The same neurons as in the last epoch, in order: what the general way below comes to.
            let pairs = uids.iter().zip(values.iter().zip(old_values));
            let entries = pairs.map(|(&uid, (value, old))| {
                let value = rate.mul(*value).add(keep.mul(*old));
                (uid, value, value > I32F32::ZERO)
            });
            result.append(uids.len(), entries);
            continue;
        }
        for (rows, factor) in [(new, rate), (old, keep)] {
            for (j, value) in rows.pairs(i) {
                mixed[j] = mixed[j].add(factor.mul(value));
            }
        }
        let entries = mixed.iter_mut().enumerate().map(|(j, value)| {
            let value = std::mem::take(value);
            (j as u16, value, value > I32F32::ZERO)
        });
        result.append(columns, entries);
    }
    result
}

/// Per row, the sum of its entries each multiplied by the column's factor.
fn row_products(rows: &Rows, factors: &[I32F32]) -> Vec<I32F32> {
    let product = |i| rows.pairs(i).fold(I32F32::ZERO, |sum, (j, value)| sum.add(value.mul(factors[j])));
    (0..rows.len()).map(product).collect()
}
