//! Experiments with the mechanism itself: questions that one answers by running the epoch many thousand times.
//!
//! Rules:
//! 1. The mechanism is the chain's own epoch function; only its inputs are made up.
//! 2. The same seed gives the same numbers on every machine and with any number of threads: each trial has a generator
//!    of its own, seeded by where it stands in the experiment.

pub mod consensus_map;
pub mod picture;

#[cfg(test)]
mod tests;
