//! The epoch as its definition reads: dense matrices, plain divisions, a sorted median, one exponential per pair.
//!
//! This is the test oracle and the slow side of the benchmark. It shares nothing with [`super::epoch`] but the inputs,
//! the outputs and the fixed-point operations; it is written to be compared with yuma.md line by line. A row must not
//! name a uid twice.

use ndarray::{Array1, Array2};

use super::{Ballot, Output, Row, Subnet};
use crate::fixed::{I32F32, I64F64, I96F32, U96F32};

const ZERO: I32F32 = I32F32::ZERO;
const ONE: I32F32 = I32F32::ONE;

type Vector = Array1<I32F32>;

/// A matrix with explicit zeros (`Some(0)`), and the order in which each row lists its columns.
#[derive(Clone)]
struct Matrix {
    cells: Array2<Option<I32F32>>,
    order: Vec<Vec<usize>>,
}

impl Matrix {
    /// Entry (i, j), 0 if there is none.
    fn get(&self, i: usize, j: usize) -> I32F32 {
        self.cells[[i, j]].unwrap_or(ZERO)
    }

    /// The columns that row `i` has an entry for, in its order.
    fn columns(&self, i: usize) -> Vec<usize> {
        self.order[i].iter().copied().filter(|&j| self.cells[[i, j]].is_some()).collect()
    }

    /// Every cell by its position, in ascending order; `None` for no entry.
    fn ascending(n: usize, cell: impl Fn(usize, usize) -> Option<I32F32>) -> Self {
        let cells = Array2::from_shape_fn((n, n), |(i, j)| cell(i, j));
        Self { cells, order: vec![(0..n).collect(); n] }
    }

    /// The stored rows for which `keep(i, j)` holds, in stored order, as integers.
    fn stored<'a>(n: usize, row: impl Fn(usize) -> &'a Row, keep: impl Fn(usize, usize) -> bool) -> Self {
        let mut matrix = Self { cells: Array2::from_elem((n, n), None), order: vec![Vec::new(); n] };
        for i in 0..n {
            for &(uid, value) in row(i) {
                let j = usize::from(uid);
                if j < n && keep(i, j) {
                    matrix.cells[[i, j]] = Some(I32F32::from_int(value));
                    matrix.order[i].push(j);
                }
            }
        }
        matrix
    }

    /// Every entry replaced by `f(i, j, entry)`; the order stays.
    fn map(&self, f: impl Fn(usize, usize, I32F32) -> Option<I32F32>) -> Self {
        let n = self.order.len();
        let cell = |(i, j)| self.cells[[i, j]].and_then(|value| f(i, j, value));
        Self { cells: Array2::from_shape_fn((n, n), cell), order: self.order.clone() }
    }

    fn column(&self, j: usize) -> impl Iterator<Item = I32F32> + '_ {
        (0..self.order.len()).map(move |i| self.get(i, j))
    }

    fn row_normalized(&self) -> Self {
        let sums: Vec<_> =
            (0..self.order.len()).map(|i| sum((0..self.order.len()).map(|j| self.get(i, j)))).collect();
        self.map(|i, _, value| Some(if sums[i] > ZERO { value.div(sums[i]) } else { value }))
    }

    fn column_normalized(&self) -> Self {
        let sums: Vec<_> = (0..self.order.len()).map(|j| sum(self.column(j))).collect();
        self.map(|_, j, value| Some(if sums[j] != ZERO { value.div(sums[j]) } else { value }))
    }

    fn column_max_upscaled(&self) -> Self {
        let maxima: Vec<_> = (0..self.order.len()).map(|j| self.column(j).fold(ZERO, Ord::max)).collect();
        self.map(|_, j, value| Some(if maxima[j] != ZERO { value.div(maxima[j]) } else { value }))
    }

    /// Per row, its entries times the columns' factors, summed up.
    fn times(&self, factors: &Vector) -> Vector {
        let n = self.order.len();
        (0..n).map(|i| sum((0..n).map(|j| self.get(i, j).mul(factors[j])))).collect()
    }
}

fn sum(values: impl IntoIterator<Item = I32F32>) -> I32F32 {
    values.into_iter().fold(ZERO, I32F32::add)
}

fn normalized(values: &Vector) -> Vector {
    let total = sum(values.iter().copied());
    if total == ZERO { values.clone() } else { values.mapv(|value| value.div(total)) }
}

fn ratio16(k: u16) -> I32F32 {
    I32F32::from_int(k).div(I32F32::from_int(u16::MAX))
}

fn prop16(x: I32F32) -> u16 {
    x.mul(I32F32::from_int(u16::MAX)).to_u16()
}

/// `e^x` (section 2.5).
pub fn exp(x: I32F32) -> I32F32 {
    let limit = I32F32::from_int(20);
    let x = x.clamp(ZERO.sub(limit), limit);
    if x == ZERO {
        return ONE;
    }
    if x == ONE {
        return I32F32::from_bits(22_802_600 << 9);
    }
    let a = x.max(ZERO.sub(x));
    let (mut total, mut term) = (ONE.add(a), a);
    for i in 2..=31 {
        term = term.mul(a);
        term = term.div(I32F32::from_int(i));
        total = total.add(term);
    }
    if x < ZERO { ONE.saturating_div(total) } else { total }
}

/// One epoch of one mechanism: what [`super::epoch`] must return.
pub fn epoch(subnet: &Subnet, ballots: &[Ballot], block: u64, emission: u64) -> Output {
    let (params, neurons) = (&subnet.params, &subnet.neurons);
    let n = neurons.len();
    let mut ballots = ballots.to_vec();
    ballots.resize(n, Ballot::default());
    let owner = |uid: usize| subnet.owner_uid.map(usize::from) == Some(uid);

    // E1
    let cutoff = (u64::from(params.activity_cutoff_factor) * u64::from(params.tempo) / 1_000).max(1);
    let active: Vec<bool> =
        ballots.iter().map(|ballot| ballot.last_update.saturating_add(cutoff) >= block).collect();
    // E2
    let (stake_raw, stake) = stake(subnet);
    // E3
    let permit: Vec<bool> = (0..n).map(|uid| neurons[uid].validator_permit || owner(uid)).collect();
    let seats = top_k_nonzero(&stake, usize::from(params.max_allowed_validators));
    let new_permit: Vec<bool> = (0..n).map(|uid| seats[uid] || owner(uid)).collect();
    // E4
    let votes = |uid: usize| if active[uid] && permit[uid] { stake[uid] } else { ZERO };
    let active_stake = normalized(&(0..n).map(votes).collect());
    // E5
    let weights = weights(subnet, &ballots, &permit);
    // E6
    let consensus: Vector =
        (0..n).map(|j| median(&weights, &active_stake, j, ratio16(params.kappa))).collect();
    // E7
    let clipped = weights.map(|_, j, weight| {
        let dropped = weight > consensus[j] && consensus[j] == ZERO;
        (!dropped).then_some(weight.min(consensus[j]))
    });
    let validator_trust: Vector = (0..n).map(|i| sum((0..n).map(|j| clipped.get(i, j)))).collect();
    // E8
    let rank = |j: usize| sum((0..n).map(|i| active_stake[i].mul(clipped.get(i, j))));
    let incentive = normalized(&(0..n).map(rank).collect());
    // E9
    let penalty = ratio16(params.bonds_penalty);
    let for_bonds = match params.bonds_penalty {
        0 => weights,
        u16::MAX => clipped,
        _ => Matrix::ascending(n, |i, j| {
            let (weight, clipped) = (weights.get(i, j), clipped.get(i, j));
            Some(weight.add(penalty.mul(clipped.sub(weight)))).filter(|&value| value > ZERO)
        }),
    };
    // Section 7
    let (bonds, dividends) =
        bonds(subnet, &ballots, block, &for_bonds, &active_stake, &consensus, &incentive);
    // Section 8
    let [server, validator, combined] = shares(&incentive, &dividends, &active_stake, &stake);
    let pay = |share: &I32F32| share.convert::<I96F32>().mul(I96F32::from_int(emission)).to_u64();
    let stored =
        |i: usize| bonds.columns(i).into_iter().map(|j| (j as u16, prop16(bonds.get(i, j)))).collect();
    Output {
        stake_weight: stake.iter().copied().map(prop16).collect(),
        consensus: consensus.iter().copied().map(prop16).collect(),
        incentive: incentive.iter().copied().map(prop16).collect(),
        dividends: dividends.iter().copied().map(prop16).collect(),
        validator_trust: validator_trust.iter().copied().map(prop16).collect(),
        emission: combined.iter().map(pay).collect(),
        server_emission: server.iter().map(pay).collect(),
        validator_emission: validator.iter().map(pay).collect(),
        bonds: (0..n).map(|i| if new_permit[i] { stored(i) } else { Row::new() }).collect(),
        active,
        stake: stake_raw,
        validator_permit: new_permit,
    }
}

/// Section 4, steps 2 to 5: whole rao before the threshold, and shares.
fn stake(subnet: &Subnet) -> (Vec<u64>, Vector) {
    let tao_weight: I64F64 = U96F32::from_ratio(subnet.params.tao_weight, u64::MAX).convert();
    let (mut raw, mut totals) = (Vec::new(), Vec::new());
    for (uid, neuron) in subnet.neurons.iter().enumerate() {
        let total =
            I64F64::from_int(neuron.alpha_stake).add(I64F64::from_int(neuron.tao_stake).mul(tao_weight));
        let exempt = subnet.owner_uid.map(usize::from) == Some(uid);
        raw.push(total.to_u64());
        totals.push(if total.to_u64() < subnet.params.stake_threshold && !exempt {
            I64F64::ZERO
        } else {
            total
        });
    }
    let all = totals.iter().fold(I64F64::ZERO, |sum, &total| sum.add(total));
    (raw, totals.iter().map(|total| share(*total, all)).collect())
}

/// `floor(part * 2^32 / whole)` by the long division that section 4 describes.
fn share(part: I64F64, whole: I64F64) -> I32F32 {
    let (part, whole) = (part.to_bits() as u128, whole.to_bits() as u128);
    if whole == 0 {
        return ZERO;
    }
    let (mut quotient, mut rest) = (part / whole, part % whole);
    for _ in 0..I32F32::FRACTION_BITS {
        rest *= 2;
        quotient *= 2;
        if rest >= whole {
            rest -= whole;
            quotient += 1;
        }
    }
    I32F32::from_bits(quotient as i64)
}

fn top_k_nonzero(values: &Vector, k: usize) -> Vec<bool> {
    let mut chosen: Vec<bool> = values.iter().map(|&value| value != ZERO).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&uid| values[uid]);
    for &uid in order.iter().take(values.len().saturating_sub(k)) {
        chosen[uid] = false;
    }
    chosen
}

/// E5
fn weights(subnet: &Subnet, ballots: &[Ballot], permit: &[bool]) -> Matrix {
    let registered = |j: usize| subnet.neurons[j].registered_at;
    let in_force = |i: usize, j: usize| {
        let itself = i == j && subnet.owner_uid.map(usize::from) != Some(i);
        let outdated = ballots[i].last_update <= registered(j);
        let hidden =
            subnet.params.commit_reveal && ballots[i].oldest_commit.unwrap_or(u64::MAX) < registered(j);
        permit[i] && !itself && !outdated && !hidden
    };
    Matrix::stored(ballots.len(), |i| &ballots[i].weights, in_force).row_normalized()
}

/// E6, by its definition
fn median(weights: &Matrix, active_stake: &Vector, j: usize, kappa: I32F32) -> I32F32 {
    let voters: Vec<usize> = (0..active_stake.len()).filter(|&i| active_stake[i] > ZERO).collect();
    let stakes = normalized(&voters.iter().map(|&i| active_stake[i]).collect());
    let minority = sum(stakes.iter().copied()).sub(kappa);
    let mut votes: Vec<_> =
        voters.iter().zip(&stakes).map(|(&i, &stake)| (weights.get(i, j), stake)).collect();
    votes.sort();
    let up_to = |score: I32F32| sum(votes.iter().filter(|vote| vote.0 <= score).map(|vote| vote.1));
    let supported = votes.iter().find(|vote| up_to(vote.0) > minority);
    supported.or(votes.last()).map_or(ZERO, |vote| vote.0)
}

/// Section 7: the bonds to store and the dividends
fn bonds(
    subnet: &Subnet,
    ballots: &[Ballot],
    block: u64,
    weights: &Matrix,
    active_stake: &Vector,
    consensus: &Vector,
    incentive: &Vector,
) -> (Matrix, Vector) {
    let (params, n) = (&subnet.params, ballots.len());
    let since = match subnet.last_step_block {
        0 => block.saturating_sub(u64::from(params.tempo)),
        last => last.saturating_add(1),
    };
    let old = Matrix::stored(n, |i| &ballots[i].bonds, |_, j| since > subnet.neurons[j].registered_at);
    let keep: I32F32 = I64F64::from_ratio(params.bonds_moving_average, 1_000_000).convert();
    let alpha = ONE.sub(keep);
    if !params.yuma3 {
        let old = old.column_normalized();
        let delta = weights.map(|i, _, weight| Some(weight.mul(active_stake[i]))).column_normalized();
        let bonds = average(&delta, &old, alpha).column_normalized();
        let dividends = normalized(&bonds.times(incentive));
        return (bonds.column_max_upscaled(), dividends);
    }
    let old = old.map(|_, _, bond| Some(bond.div(I32F32::from_int(u16::MAX))));
    let bonds = if params.liquid_alpha && consensus.iter().any(|&weight| weight != ZERO) {
        liquid_average(subnet, weights, &old, consensus)
    } else {
        average(weights, &old, alpha)
    };
    let worth = bonds.column_normalized().times(incentive);
    (bonds, normalized(&(0..n).map(|i| worth[i].mul(active_stake[i])).collect()))
}

/// 7.1
fn average(new: &Matrix, old: &Matrix, alpha: I32F32) -> Matrix {
    Matrix::ascending(new.order.len(), |i, j| {
        Some(alpha.mul(new.get(i, j)).add(ONE.sub(alpha).mul(old.get(i, j)))).filter(|&value| value > ZERO)
    })
}

/// 7.4
fn liquid_average(subnet: &Subnet, weights: &Matrix, old: &Matrix, consensus: &Vector) -> Matrix {
    let params = &subnet.params;
    let (low, high) = (ratio16(params.alpha_low), ratio16(params.alpha_high));
    let steepness = I32F32::from_int(params.alpha_sigmoid_steepness).saturating_div(I32F32::from_int(-100));
    let seen = |matrix: &Matrix, i: usize, j: usize| {
        let earlier_is_greater = matrix.columns(i).into_iter().take_while(|&k| k != j).any(|k| k > j);
        if earlier_is_greater { ZERO } else { matrix.get(i, j) }
    };
    weights.map(|i, j, weight| {
        let (w, b) = (seen(weights, i, j), seen(old, i, j));
        let buy = w.sub(consensus[j]).clamp(ZERO, ONE);
        let sell = b.sub(w).clamp(ZERO, ONE);
        let distance = if w >= b { buy } else { sell };
        let z = steepness.mul(distance.sub(I32F32::from_ratio(1, 2)));
        let sigmoid = ONE.saturating_div(ONE.add(exp(z)));
        let rate = low.add(sigmoid.mul(high.sub(low))).min(high).max(low);
        let bond = ONE.sub(rate).mul(old.get(i, j)).add(rate.mul(weight).max(ZERO)).min(ONE);
        Some(bond).filter(|&bond| bond > ZERO)
    })
}

/// Section 8: shares as a miner, as a validator and in all
fn shares(incentive: &Vector, dividends: &Vector, active_stake: &Vector, stake: &Vector) -> [Vector; 3] {
    let combined: Vector = incentive.iter().zip(dividends).map(|(i, &d)| i.add(d)).collect();
    let total = sum(combined.iter().copied());
    if total == ZERO {
        let nobody_votes = sum(active_stake.iter().copied()) == ZERO;
        let fallback = if nobody_votes { stake } else { active_stake };
        return [stake.mapv(|_| ZERO), fallback.clone(), fallback.clone()];
    }
    let part = |values: &Vector| values.mapv(|value| value.div(total));
    [part(incentive), part(dividends), normalized(&combined)]
}
