//! The consensus weight of each neuron: a stake-weighted median per column (yuma.md section 6, step E6).
//!
//! Among the scores sorted ascending, the median is the smallest one whose cumulative stake (all stake on scores up to
//! it) is **strictly greater** than `minority = total - kappa`; if there is none, the largest score; without stake, 0.
//!
//! Nothing is sorted: most validators that do not score a neuron are accounted for as one stake at score 0, and the
//! others are narrowed down around a pivot. The sums are exact, so the result is that of the definition, bit for bit.

use std::hint::select_unpredictable;

use super::{Rows, numbers};
use crate::fixed::I32F32;

/// A validator's score of one neuron and its share of the voting stake.
#[derive(Clone, Copy, Debug, Default)]
struct Vote {
    score: I32F32,
    stake: I32F32,
}

/// C: the median score of each of the `columns` columns of `weights`, voted on by the rows with positive
/// `active_stake`. A voter without an entry scores 0. `kappa` is the share of stake that must support a weight.
pub fn consensus(weights: &Rows, active_stake: &[I32F32], columns: usize, kappa: I32F32) -> Vec<I32F32> {
    let voters: Vec<usize> = (0..active_stake.len()).filter(|&i| active_stake[i] > I32F32::ZERO).collect();
    let mut stakes: Vec<I32F32> = voters.iter().map(|&i| active_stake[i]).collect();
    numbers::normalize(&mut stakes);
    let total = numbers::sum(&stakes);
    let minority = total.sub(kappa);

    let mut ballots = Columns::gather(weights, &voters, &stakes, columns);
    (0..columns)
        .map(|j| {
            let (votes, above_zero) = ballots.column(j);
            let at_zero = (votes.len() < voters.len()).then(|| total.sub(above_zero));
            median(votes, at_zero, minority)
        })
        .collect()
}

/// Unused votes between two columns: one cache line. A power of two of validators would otherwise put the next vote of
/// every column into the same few cache sets.
const PADDING: usize = 64 / size_of::<Vote>();

/// The positive scores of a matrix, column by column.
struct Columns {
    columns: Vec<Column>,
    votes: Vec<Vote>,
}

/// Where a column's votes are, and their stake.
#[derive(Clone, Copy, Default)]
struct Column {
    start: usize,
    end: usize,
    stake: I32F32,
}

impl Columns {
    fn gather(weights: &Rows, voters: &[usize], stakes: &[I32F32], columns: usize) -> Self {
        let mut columns = vec![Column::default(); columns];
        for &i in voters {
            for &uid in weights.row(i).0 {
                columns[usize::from(uid)].end += 1;
            }
        }
        let mut room = 0;
        for column in &mut columns {
            let entries = column.end;
            (column.start, column.end) = (room, room);
            room += entries + PADDING;
        }
        // Every entry is written, and overwritten by the next one if it scores 0.
        let mut votes = vec![Vote::default(); room];
        for (&i, &stake) in voters.iter().zip(stakes) {
            for (j, score) in weights.pairs(i) {
                let column = &mut columns[j];
                let positive = score > I32F32::ZERO;
                votes[column.end] = Vote { score, stake };
                column.end += usize::from(positive);
                column.stake = column.stake.add(if positive { stake } else { I32F32::ZERO });
            }
        }
        Self { columns, votes }
    }

    /// The votes of column `j` and their stake.
    fn column(&mut self, j: usize) -> (&mut [Vote], I32F32) {
        let Column { start, end, stake } = self.columns[j];
        (&mut self.votes[start..end], stake)
    }
}

/// The median of the positive `votes` and of the stake `at_zero`, if any validator scores 0. Reorders `votes`.
///
/// Invariant: the answer is the smallest of the remaining scores that exceeds the minority, or else `answer`; `passed`
/// is the stake on all scores below the remaining ones.
fn median(votes: &mut [Vote], at_zero: Option<I32F32>, minority: I32F32) -> I32F32 {
    if at_zero.is_some_and(|stake| stake > minority) {
        return I32F32::ZERO;
    }
    let mut passed = at_zero.unwrap_or(I32F32::ZERO);
    let mut answer = I32F32::ZERO; // the largest score so far, until one exceeds the minority
    let mut remaining = votes.len();
    let mut exceeded = false;
    while remaining > 0 {
        let votes = &mut votes[..remaining];
        let pivot = pivot(votes);
        let up_to_pivot = passed.add(stake_up_to(votes, pivot));
        if up_to_pivot > minority {
            (answer, exceeded) = (pivot, true);
            remaining = keep(votes, |score| score < pivot);
        } else {
            passed = up_to_pivot;
            answer = if exceeded { answer } else { pivot };
            remaining = keep(votes, |score| score > pivot);
        }
    }
    answer
}

/// The middle one of the first, the middle and the last score.
fn pivot(votes: &[Vote]) -> I32F32 {
    let (a, b, c) = (votes[0].score, votes[votes.len() / 2].score, votes[votes.len() - 1].score);
    a.min(b).max(a.max(b).min(c))
}

/// The stake on scores up to and including `pivot`. Stakes are normalised, so that their sum is at most 1 and the plain
/// addition cannot wrap.
fn stake_up_to(votes: &[Vote], pivot: I32F32) -> I32F32 {
    // A branch here would be taken at random.
    let stake = |vote: &Vote| select_unpredictable(vote.score <= pivot, vote.stake.to_bits(), 0);
    I32F32::from_bits(votes.iter().map(stake).fold(0, i64::wrapping_add))
}

/// Moves the votes whose score is wanted to the front, and says how many they are. Free of branches on the scores,
/// which no processor could predict.
fn keep(votes: &mut [Vote], wanted: impl Fn(I32F32) -> bool) -> usize {
    let mut kept = 0;
    for k in 0..votes.len() {
        let vote = votes[k];
        votes[kept] = vote;
        kept += usize::from(wanted(vote.score));
    }
    kept
}
