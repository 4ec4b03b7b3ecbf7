//! Numbers of several rounds.

use serde::Serialize;
use std::{error::Error, fmt};

/// What a measurement ends with; the error is a sentence for people.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The least, the median and the greatest of several numbers.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The median.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of at least one number; of none, everything is 0.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Spread {
        let sorted = sorted(numbers);
        Spread { min: part(&sorted, 0.0), median: part(&sorted, 0.5), max: part(&sorted, 1.0) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(1);
        let Spread { min, median, max } = self;
        write!(f, "{min:>10.decimals$} {median:>10.decimals$} {max:>10.decimals$}")
    }
}

/// Numbers in their order.
pub(super) fn sorted(numbers: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = numbers.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The number below which this part of `sorted` lies, by the nearest rank; 0 if there is none.
pub(super) fn part(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * part).round() as usize).copied().unwrap_or(0.0)
}
