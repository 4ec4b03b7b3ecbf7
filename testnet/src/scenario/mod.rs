//! Scenarios: a network, what happens to it, and what must hold, in one file.
//!
//! Reading order: [`file`] is what people write, [`read`] what is refused and why, [`change`] what must
//! make it fail, [`fit`] what a layer cannot do, [`expr`] and [`facts`] the language
//! of assertions, [`run`] the order of events on a [`stage`], [`record`] and [`report`] what is left of it.

mod acts;
mod answer;
pub mod change;
pub mod expr;
pub mod facts;
pub mod file;
pub mod fit;
pub mod library;
mod on_cluster;
#[cfg(feature = "processes")]
mod on_processes;
mod on_sim;
mod place;
pub mod read;
pub mod record;
pub mod report;
pub mod run;
mod sense;
pub mod stage;
pub mod stages;

pub use change::broken;
pub use file::{Layer, Scenario};
pub use on_cluster::OnCluster;
#[cfg(feature = "processes")]
pub use on_processes::OnProcesses;
pub use on_sim::OnSim;
pub use read::{Checked, Refusal, read, read_setup};
pub use run::{Report, run};
pub use stage::{Stage, StageError};

#[cfg(test)]
mod tests;
