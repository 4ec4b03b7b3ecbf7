//! Why the chain did what it did: numbers to data to text, without I/O.
//!
//! Rules:
//! 1. An explanation is not a model beside the chain. A block is executed once more on the state before it by the
//!    chain's own code ([`witness`]), which tells what it does; epochs are run once more with their trace.
//! 2. Everything that comes out is compared with what the chain kept: receipts, events, every entry of the state that
//!    the block changed. An explanation that disagrees with the chain is an error ([`Disagreement`]), never a text.
//! 3. What an explanation hands out adds up to the last unit. What rounding leaves over has a line of its own.
//! 4. Amounts are integers of base units in the data. Ratios are shown as decimals; they are for reading, not for
//!    counting.
//!
//! Reading order: [`witness`] re-executes, [`emission`], [`epoch`] and [`price`] say what happened, [`screen`] says it
//! to people; [`error`] explains errors.

pub mod emission;
pub mod epoch;
pub mod error;
pub mod names;
pub mod price;
pub mod screen;
mod steps;
pub mod witness;

#[cfg(test)]
mod tests;

pub use witness::{Disagreement, Record, Witness, witness};

use taonet_subnets::fixed::{I32F32, U64F64, U96F32};

/// A ratio for reading.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A number with 32 fraction bits for reading.
fn decimal(value: I32F32) -> f64 {
    value.to_bits() as f64 / 2f64.powi(32)
}

/// A wide number with 32 fraction bits for reading.
fn wide_decimal(value: U96F32) -> f64 {
    value.to_bits() as f64 / 2f64.powi(32)
}

/// A number with 64 fraction bits for reading.
fn long_decimal(value: U64F64) -> f64 {
    value.to_bits() as f64 / 2f64.powi(64)
}
