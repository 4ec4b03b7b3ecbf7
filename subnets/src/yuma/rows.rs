//! Sparse matrices as lists of rows (yuma.md section 2.6), kept in two flat vectors.
//!
//! An entry with value 0 is an entry: it is kept until a rule drops it. Rows keep the order in which they were pushed.

use crate::fixed::{Divisor, I32F32};

/// A sparse matrix: per row, pairs of uid (column) and value in stored order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Where each row ends in `uids` and `values`.
    ends: Vec<usize>,
    uids: Vec<u16>,
    values: Vec<I32F32>,
}

impl Rows {
    /// No rows yet, with room for `rows` rows of `entries` entries in all.
    pub fn with_capacity(rows: usize, entries: usize) -> Self {
        Self {
            ends: Vec::with_capacity(rows),
            uids: Vec::with_capacity(entries),
            values: Vec::with_capacity(entries),
        }
    }

    /// Appends a row of the given entries, without those marked `false`. Entries beyond the first `most` are left out.
    ///
    /// Writes every entry and advances only past those to keep, so that no branch depends on the data.
    pub fn append(&mut self, most: usize, entries: impl Iterator<Item = (u16, I32F32, bool)>) {
        let start = self.uids.len();
        self.uids.resize(start + most, 0);
        self.values.resize(start + most, I32F32::ZERO);
        let mut kept = start;
        for (uid, value, keep) in entries.take(most) {
            self.uids[kept] = uid;
            self.values[kept] = value;
            kept += usize::from(keep);
        }
        self.uids.truncate(kept);
        self.values.truncate(kept);
        self.ends.push(kept);
    }

    /// Replaces every entry (row, uid, value) by the value that `rule` gives, or drops it if `rule` says `false`.
    pub(super) fn rewrite(&mut self, mut rule: impl FnMut(usize, usize, I32F32) -> (I32F32, bool)) {
        let (mut read, mut kept) = (0, 0);
        for (i, end) in self.ends.iter_mut().enumerate() {
            while read < *end {
                let uid = self.uids[read];
                let (value, keep) = rule(i, usize::from(uid), self.values[read]);
                self.uids[kept] = uid;
                self.values[kept] = value;
                kept += usize::from(keep);
                read += 1;
            }
            *end = kept;
        }
        self.uids.truncate(kept);
        self.values.truncate(kept);
    }

    /// How many rows are complete.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many entries all rows have together.
    pub fn entries(&self) -> usize {
        self.uids.len()
    }

    /// Row `i` as uids and their values; empty if there is no such row.
    #[inline]
    pub fn row(&self, i: usize) -> (&[u16], &[I32F32]) {
        let range = self.range(i);
        (&self.uids[range.clone()], &self.values[range])
    }

    /// The pairs of row `i`, uids ready to index with.
    #[inline]
    pub fn pairs(&self, i: usize) -> impl Iterator<Item = (usize, I32F32)> + '_ {
        let (uids, values) = self.row(i);
        uids.iter().zip(values).map(|(&uid, &value)| (usize::from(uid), value))
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u16], &[I32F32])> + '_ {
        (0..self.len()).map(|i| self.row(i))
    }

    /// Row `i` with its values open to change.
    #[inline]
    pub(super) fn row_mut(&mut self, i: usize) -> (&[u16], &mut [I32F32]) {
        let range = self.range(i);
        (&self.uids[range.clone()], &mut self.values[range])
    }

    /// The values of all rows, open to change.
    pub(super) fn values_mut(&mut self) -> &mut [I32F32] {
        &mut self.values
    }

    fn range(&self, i: usize) -> std::ops::Range<usize> {
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(self.uids.len()) };
        start..self.ends.get(i).copied().unwrap_or(start)
    }

    /// The sum of each of the `columns` columns.
    pub(super) fn column_sums(&self, columns: usize) -> Vec<I32F32> {
        let mut sums = vec![I32F32::ZERO; columns];
        for (&uid, &value) in self.uids.iter().zip(&self.values) {
            let sum = &mut sums[usize::from(uid)];
            *sum = sum.add(value);
        }
        sums
    }

    /// The maximum of each of the `columns` columns, at least 0.
    pub(super) fn column_maxima(&self, columns: usize) -> Vec<I32F32> {
        let mut maxima = vec![I32F32::ZERO; columns];
        for (&uid, &value) in self.uids.iter().zip(&self.values) {
            let maximum = &mut maxima[usize::from(uid)];
            *maximum = (*maximum).max(value);
        }
        maxima
    }

    /// Divides every entry by its column's divisor. Entries of a column with divisor 0 are 0 in every matrix of the
    /// epoch, so that safe division leaves them as they are.
    pub(super) fn divide_columns(&mut self, divisors: &[I32F32]) {
        let divisors: Vec<Divisor> = divisors.iter().map(|&divisor| Divisor::new(divisor)).collect();
        for (&uid, value) in self.uids.iter().zip(&mut self.values) {
            *value = divisors[usize::from(uid)].divide(*value);
        }
    }

    /// `col_normalize` of section 2.4: every column is divided by its sum.
    pub(super) fn normalize_columns(&mut self, columns: usize) {
        self.divide_columns(&self.column_sums(columns));
    }
}
