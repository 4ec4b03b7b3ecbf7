//! Writing state by hand: the one door that recorded runs of the public network need beside block step and calls.
//!
//! A recorded run says what users did, by calls, and what its recorder wrote directly to reach interesting states
//! sooner: parameters, reserves, child links. [`write`] is that pen. Rules:
//! 1. No call, no block and no node uses it: a chain's state follows from its genesis and its blocks alone.
//! 2. It writes the tables through their owners, and checks only that the place exists: not who may, when, or in which
//!    range. So it can break the invariants of economics.md section 5, and says where ([`Write::Pool`]).

use crate::{
    crypto::AccountId,
    ledger::{
        accounts, children,
        epochs::{self, Earnings},
        issuance, params, subnets,
    },
    params::{Param, ParamId},
    state::Overlay,
};
use std::fmt;
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::{I96F32, U96F32},
};

/// Something that is written directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// New TAO for an account; the issuance grows with it.
    Fund {
        /// Whose account.
        account: AccountId,
        /// How much.
        amount: Tao,
    },
    /// A parameter of the network, or of a subnet.
    Param {
        /// The subnet; `None` for a parameter of the network.
        netuid: Option<u16>,
        /// Which parameter.
        param: ParamId,
        /// Its value in its own unit.
        value: i128,
    },
    /// The pool of a subnet. No TAO comes with it, so the subnet's account may hold less than the reserve afterwards.
    Pool {
        /// Which subnet.
        netuid: u16,
        /// The TAO reserve.
        tao: Tao,
        /// The alpha reserve.
        alpha: Alpha,
        /// The alpha outside the pool.
        alpha_out: Alpha,
        /// The moving price.
        moving_price: I96F32,
    },
    /// The moving price of a subnet.
    MovingPrice {
        /// Which subnet.
        netuid: u16,
        /// TAO for one alpha.
        price: I96F32,
    },
    /// The part of the last epoch's incentive that counts as withheld from the owner's miners.
    MinerBurned {
        /// Which subnet.
        netuid: u16,
        /// Of all incentive; 1 is all of it.
        fraction: U96F32,
    },
    /// The price of a registration.
    Burn {
        /// On which subnet.
        netuid: u16,
        /// How much TAO.
        price: Tao,
    },
    /// A link between hotkeys, at both ends and at once.
    ChildLink {
        /// On which subnet.
        netuid: u16,
        /// Who lends.
        parent: AccountId,
        /// To whom.
        child: AccountId,
        /// What is lent, 2^64 - 1 for everything.
        proportion: u64,
    },
    /// The childkey take of a hotkey.
    ChildkeyTake {
        /// On which subnet.
        netuid: u16,
        /// Whose.
        hotkey: AccountId,
        /// In 65,535ths.
        take: u16,
    },
}

/// Why something cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// There is no such subnet.
    Subnet(u16),
    /// The parameter is not of the place that was named, or does not exist.
    Param(ParamId),
    /// The value does not fit the parameter's type.
    Value(i128),
    /// The amount is above what may still be issued, or too small for an account.
    Amount(Tao),
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unwritable::Subnet(netuid) => {
                write!(f, "there is no subnet {netuid}; create it before writing to it")
            }
            Unwritable::Param(id) => {
                write!(f, "parameter {} is not of this place; name a netuid for those of subnets only", id.0)
            }
            Unwritable::Value(value) => {
                write!(f, "{value} does not fit the parameter's type; see the list of parameters")
            }
            Unwritable::Amount(amount) => {
                write!(f, "{amount} TAO are more than may be issued or less than an account may hold")
            }
        }
    }
}

impl std::error::Error for Unwritable {}

/// Notes what a recorded epoch gave each neuron, by UID, as one that ran would: by it the neuron is found that makes
/// room for another one. The sum of both parts is within a unit of what the epoch itself would have stored.
pub fn record_epoch(state: &mut Overlay<'_>, netuid: u16, recorded: &[Earnings]) {
    let emission = |earned: &Earnings| earned.incentive.units().saturating_add(earned.dividend);
    epochs::set_emission(state, netuid, &recorded.iter().map(emission).collect());
}

/// Writes.
///
/// # Errors
/// Why it cannot be written; then nothing is.
pub fn write(state: &mut Overlay<'_>, write: Write) -> Result<(), Unwritable> {
    match write {
        Write::Fund { account, amount } => {
            let fund = |state: &mut Overlay<'_>| {
                let whole = issuance::mint(state, amount) == amount;
                if whole { accounts::deposit(state, &account, amount).map_err(|_| ()) } else { Err(()) }
            };
            state.attempt(fund).map_err(|()| Unwritable::Amount(amount))
        }
        Write::Param { netuid, param, value } => write_param(state, netuid, param, value),
        Write::Pool { netuid, tao, alpha, alpha_out, moving_price } => update(state, netuid, |subnet| {
            (subnet.pool.tao, subnet.pool.alpha) = (tao, alpha);
            (subnet.alpha_out, subnet.moving_price) = (alpha_out, moving_price);
        }),
        Write::MovingPrice { netuid, price } => update(state, netuid, |subnet| subnet.moving_price = price),
        Write::MinerBurned { netuid, fraction } => {
            update(state, netuid, |subnet| subnet.miner_burned = fraction)
        }
        Write::Burn { netuid, price } => update(state, netuid, |subnet| subnet.burn = price),
        Write::ChildLink { netuid, parent, child, proportion } => {
            must_exist(state, netuid)?;
            children::link(state, netuid, &parent, (proportion, child));
            Ok(())
        }
        Write::ChildkeyTake { netuid, hotkey, take } => {
            must_exist(state, netuid)?;
            children::set_take(state, netuid, &hotkey, take);
            Ok(())
        }
    }
}

fn update(
    state: &mut Overlay<'_>,
    netuid: u16,
    change: impl FnOnce(&mut subnets::SubnetState),
) -> Result<(), Unwritable> {
    must_exist(state, netuid)?;
    subnets::update(state, netuid, change);
    Ok(())
}

fn must_exist(state: &Overlay<'_>, netuid: u16) -> Result<(), Unwritable> {
    if subnets::exists(state, netuid) { Ok(()) } else { Err(Unwritable::Subnet(netuid)) }
}

fn write_param(
    state: &mut Overlay<'_>,
    netuid: Option<u16>,
    param: ParamId,
    value: i128,
) -> Result<(), Unwritable> {
    if Param::by_id(param).is_none() {
        return Err(Unwritable::Param(param));
    }
    let Some(netuid) = netuid else {
        let mut network = params::network(state);
        network.get(param).ok_or(Unwritable::Param(param))?;
        if !network.set(param, value) {
            return Err(Unwritable::Value(value));
        }
        params::put_network(state, &network);
        return Ok(());
    };
    must_exist(state, netuid)?;
    let mut subnet = params::subnet(state, netuid);
    subnet.get(param).ok_or(Unwritable::Param(param))?;
    if !subnet.set(param, value) {
        return Err(Unwritable::Value(value));
    }
    params::put_subnet(state, netuid, &subnet);
    Ok(())
}

#[cfg(test)]
mod tests;
