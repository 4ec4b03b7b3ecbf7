//! The intermediate results of an epoch, kept by name.

use super::decimal;
use std::collections::BTreeMap;
use taonet_subnets::{
    fixed::I32F32,
    yuma::{Rows, Step, Trace},
};

/// A row of a sparse matrix: UIDs and values for reading.
pub(super) type Row = Vec<(usize, f64)>;

/// Everything that a trace was shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    scalars: BTreeMap<Step, f64>,
    vectors: BTreeMap<Step, Vec<f64>>,
    rows: BTreeMap<Step, Vec<Row>>,
}

impl Steps {
    /// A number; 0 if the epoch had no such step.
    pub(super) fn scalar(&self, step: Step) -> f64 {
        self.scalars.get(&step).copied().unwrap_or_default()
    }

    /// The number of a neuron; 0 if the epoch had no such step.
    pub(super) fn of(&self, step: Step, uid: usize) -> f64 {
        self.vectors.get(&step).and_then(|values| values.get(uid)).copied().unwrap_or_default()
    }

    /// The row of a neuron; empty if the epoch had no such step.
    pub(super) fn row(&self, step: Step, uid: usize) -> &[(usize, f64)] {
        self.rows.get(&step).and_then(|rows| rows.get(uid)).map_or(&[], Vec::as_slice)
    }
}

impl Trace for Steps {
    fn scalar(&mut self, step: Step, value: I32F32) {
        self.scalars.insert(step, decimal(value));
    }

    fn vector(&mut self, step: Step, values: &[I32F32]) {
        self.vectors.insert(step, values.iter().map(|&value| decimal(value)).collect());
    }

    fn rows(&mut self, step: Step, rows: &Rows) {
        let row = |i| rows.pairs(i).map(|(uid, value)| (uid, decimal(value))).collect();
        self.rows.insert(step, (0..rows.len()).map(row).collect());
    }
}

/// The value of `uid` in a row; 0 where there is none.
pub(super) fn entry(row: &[(usize, f64)], uid: usize) -> f64 {
    row.iter().find(|(other, _)| *other == uid).map_or(0.0, |(_, value)| *value)
}
