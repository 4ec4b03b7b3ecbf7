//! The ledger: every table of the state has one file here that owns it.
//!
//! Rule: only the owner writes a table; everyone else calls the owner's functions. `state/schema.rs` lists them all.

pub mod accounts;
pub mod authorities;
pub mod children;
pub mod claims;
pub mod commitments;
pub mod commits;
pub mod epochs;
pub mod identities;
pub mod issuance;
pub mod locks;
pub mod neurons;
pub mod params;
pub mod pools;
pub mod settings;
pub mod stakes;
pub mod subnets;
pub mod swaps;
pub mod work;

pub(crate) mod bits;
