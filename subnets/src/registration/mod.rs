//! What a place in the network costs, and who has to leave it.
//!
//! - [`burn`]: the price of a neuron slot, which halves with time and jumps with each sale (registration.md section 3);
//! - [`interval`]: the rule before it, which looked at whole intervals (section 3.1);
//! - [`prune`]: which neuron makes room in a full subnet (section 4);
//! - [`seal`]: the proof of work that once paid for a slot (section 5);
//! - [`network`]: the price of a whole subnet, and which subnet makes room for it (sections 7 to 9);
//! - [`dissolution`]: who gets what when a subnet goes (section 9).

pub mod burn;
pub mod dissolution;
pub mod interval;
pub mod network;
pub mod prune;
pub mod seal;
