//! The nouns of the public network's tools: other names for the entries of the two registries.

mod authorities;
mod dev;
mod stake;
mod subnets;
mod wallet;
mod weights;

pub use authorities::Authorities;
pub use dev::Development;
pub use stake::{Lock, Root, Stake};
pub use subnets::{Hparams, Subnets};
pub use wallet::Wallet;
pub(super) use wallet::{NewKey, list_keys};
pub use weights::{Axon, Weights};
