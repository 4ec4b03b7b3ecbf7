//! What a miner and a validator do, block by block: the part that is the same for every [`crate::task::Task`].
//!
//! ```text
//!              block committed                     answers in                      before the epoch
//!  validator ──────────────────▶ ask all miners ───────────────▶ score, average ──────────────────▶ set weights
//!  miner     ──────────────────▶ publish the address, once       asked ──▶ admit? ──▶ answer
//! ```
//!
//! Rules:
//! 1. Both roles are machines without a clock, a key or a network: what they see of the chain comes in as plain
//!    numbers, what they want done goes out as actions. A simulation and real processes translate the same actions.
//! 2. Neurons are known by uid *and* block of registration: when a uid gets a new owner, nothing of the old one counts.
//! 3. What a validator makes of what it found is a matter of its [`policy`]; how it asks and scores is not.

mod miner;
pub mod policy;
mod standing;
mod validator;

pub use miner::{ASKS_PER_BLOCK, Asker, MinerRole, MinerView, Refusal, SERVE_AGAIN_AFTER};
pub use policy::{
    Hotkey, MinerPolicy, Phase, Policy, PolicyError, Report, Span, TraderAction, TraderPolicy, TraderView,
};
pub use standing::{MEMORY, Standing, Standings};
pub use validator::{Neuron, Row, ValidatorAction, ValidatorEvent, ValidatorRole, ValidatorView};

/// The number of a neuron on its subnet.
pub type Uid = u16;
