//! Each call's errors in the public network's order, and what a call that works does.
//!
//! The rows of a table build on each other: each one gets past the checks of the rows before it.

mod admin;
mod burn;
mod catalogue;
mod children;
mod claim;
mod commit;
mod commitment;
mod dev;
mod dissolve;
mod draw;
mod families;
mod hotkey;
mod locks;
mod mechanisms;
mod moves;
mod names;
mod properties;
mod register;
mod serve;
mod settings;
mod stake;
mod subnet;
mod swap;
mod transfer;
mod trigger;
mod trim;
mod unstake_all;
mod weights;
mod weights_properties;
mod work;

use crate::{
    ledger::params,
    params::{NetworkParams, SubnetParams},
    state::Overlay,
};

/// Changes the parameters of subnet 1 directly.
fn with_params(state: &mut Overlay<'_>, change: impl FnOnce(&mut SubnetParams)) {
    let mut values = params::subnet(state, 1);
    change(&mut values);
    params::put_subnet(state, 1, &values);
}

/// Changes the parameters of the network directly.
fn with_network(state: &mut Overlay<'_>, change: impl FnOnce(&mut NetworkParams)) {
    let mut values = params::network(state);
    change(&mut values);
    params::put_network(state, &values);
}
