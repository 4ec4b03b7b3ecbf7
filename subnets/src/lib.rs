//! The economics of subnets as pure functions.
//!
//! Nothing here knows an account, a key, a block or a clock: plain numbers go in, plain numbers come out, and the same
//! inputs give the same bits on every machine. From the weights that validators set to the tokens that people hold:
//!
//! 1. Every number with a fraction is a [`fixed`]-point number with one stated rounding rule.
//! 2. Once per tempo the [`yuma`] epoch turns validators' weight rows into incentive for miners and dividends for
//!    validators.
//! 3. [`amount`]s of TAO and alpha cannot be mixed. A block creates TAO by [`halving`], and [`emission`] shares it
//!    among
//!    subnets and sets their alpha aside until the epoch.
//! 4. A [`pool`] trades TAO for the alpha of a subnet at a price that only trades move.
//! 5. A [`share_pool`] holds what all stakers of a hotkey own together; [`claims`] pay root's stakers, and
//!    [`locks`] turn alpha that stays into conviction.
//! 6. [`registration`] prices the places in a subnet and the subnets themselves, and tells who has to make room.
//!
//! Total functions: every input has an answer, none panics, and every deviation is stated in the module concerned.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_arithmetic)
)]

pub mod amount;
pub mod claims;
pub mod emission;
pub mod fixed;
pub mod halving;
pub mod locks;
pub mod pool;
pub mod registration;
pub mod roles;
pub mod share_pool;
pub mod task;
pub mod tour;
pub mod yuma;
