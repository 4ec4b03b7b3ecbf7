//! Creating subnets (registration.md sections 7 and 8).
//!
//! Rules:
//! 1. A subnet costs its lock, which is in its account from then on; its pool starts with it at the median price.
//! 2. When all places are taken, the subnet with the lowest moving price of those that are old enough is dissolved, and
//!    the new one gets its number.
//! 3. The creator's hotkey takes UID 0 and owns the subnet with its coldkey.
//! 4. Root validators lend stake weight to its owner hotkey, unless they have said no.
//! 5. Until its start call nobody can stake to it; whether it shares in the TAO of blocks is for governance to say.

use super::{dissolve, identity::store_subnet_identity, symbols::symbol};
use crate::{
    calls::{BlockContext, children, register::check_hotkey},
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        accounts,
        identities::SubnetIdentity,
        issuance, neurons, params, stakes,
        subnets::{self, Creation, ROOT, Subnet, SubnetState},
    },
    params::SubnetParams,
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U64F64,
    halving::block_emission,
    pool::Pool,
    registration::network::{LockPrice, median_price, reduction_interval},
    yuma::schedule::Counters,
};

/// What a subnet would cost in block `now`.
pub(crate) fn lock_cost(state: &dyn StateRead, now: u64) -> Tao {
    let network = params::network(state);
    let Creation { last_block, last_lock } = subnets::creation(state);
    let emission = block_emission(issuance::issuance(state).total);
    let interval = reduction_interval(network.lock_reduction_interval, emission);
    LockPrice { min: Tao::new(network.network_min_lock), last: last_lock, last_block, interval }.at(now)
}

/// Where a new subnet goes.
enum Place {
    /// A number that no subnet has.
    Free(u16),
    /// The number of a subnet that makes room.
    Of(u16),
}

/// Creates a subnet owned by the coldkey `origin` and its `hotkey`.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `CannotUseSystemAccount`, `SubNetRegistrationDisabled`,
/// `NetworkTxRateLimitExceeded`, `SubnetLimitReached`, `CannotAffordLockCost`; then `InsufficientBalance`,
/// `InvalidIdentity`.
pub(in crate::calls) fn register_network(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    hotkey: &AccountId,
    identity: Option<&SubnetIdentity>,
) -> Result<Vec<Event>, CallError> {
    let (cost, place) = check_creation(state, block.number, origin, hotkey)?;
    let (netuid, mut events) = match place {
        Place::Free(netuid) => (netuid, Vec::new()),
        Place::Of(netuid) => (netuid, dissolve::dissolve(state, netuid)),
    };
    // Before the subnet exists, so that it is not among the prices.
    let median = median_spot_price(state);
    let locked = lock(state, block.number, origin, netuid, cost)?;
    stakes::own(state, hotkey, origin);
    let subnet = Subnet {
        name: format!("subnet {netuid}"),
        symbol: symbol(state, netuid),
        owner: Some(*origin),
        owner_hotkey: Some(*hotkey),
        registered_at: block.number,
        locked,
    };
    let tao = locked.max(Tao::new(params::network(state).network_min_lock));
    let alpha = U64F64::from_int(tao.units()).div(median).to_u64();
    let values = params::new_subnet(state);
    create(state, netuid, &subnet, &values, Pool::new(tao, Alpha::new(alpha)));
    issuance::stake(state, tao);
    neurons::append(state, netuid, hotkey, block.number);
    if let Some(identity) = identity {
        events.extend(store_subnet_identity(state, netuid, identity)?);
    }
    events.extend(children::lend_to_new_subnet(state, block, netuid, hotkey));
    events.push(Event::NetworkAdded { netuid, mechanism: 1 });
    Ok(events)
}

/// Moves the lock to the account of the subnet to be; returns what was moved.
fn lock(
    state: &mut Overlay<'_>,
    now: u64,
    origin: &AccountId,
    netuid: u16,
    cost: Tao,
) -> Result<Tao, CallError> {
    let locked = cost.min(accounts::spendable(state, origin));
    if locked.is_zero() {
        return Err(CallError::InsufficientBalance);
    }
    accounts::transfer(state, origin, &accounts::subnet_account(netuid), locked)?;
    subnets::set_creation(state, &Creation { last_block: now, last_lock: locked });
    Ok(locked)
}

fn median_spot_price(state: &dyn StateRead) -> U64F64 {
    let others = subnets::states(state).into_iter().filter(|(netuid, _)| *netuid != ROOT);
    median_price(others.map(|(_, subnet)| subnet.pool.price()))
}

/// Writes a subnet into the tables, without neurons. It takes over what remains of the last one of its number.
pub(crate) fn create(
    state: &mut Overlay<'_>,
    netuid: u16,
    subnet: &Subnet,
    values: &SubnetParams,
    pool: Pool,
) {
    let remains = subnets::remains(state, netuid);
    let values = match &remains {
        Some(remains) => dissolve::inherited(values.clone(), &remains.params),
        None => values.clone(),
    };
    let start = SubnetState {
        pool,
        clock: Counters::new(netuid, values.tempo, subnet.registered_at).into(),
        burn: Tao::new(values.initial_burn),
        root_proportion: remains.unwrap_or_default().root_proportion,
        ..SubnetState::default()
    };
    params::put_subnet(state, netuid, &values);
    subnets::found(state, netuid, subnet, &start);
}

fn check_creation(
    state: &dyn StateRead,
    now: u64,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<(Tao, Place), CallError> {
    let network = params::network(state);
    if !stakes::is_new_or_owned(state, hotkey, origin) {
        return Err(CallError::NonAssociatedColdKey);
    }
    check_hotkey(hotkey)?;
    if now < network.network_registration_start_block {
        return Err(CallError::SubNetRegistrationDisabled);
    }
    let last = subnets::creation(state).last_block;
    if last != 0 && now.saturating_sub(last) < network.network_rate_limit {
        return Err(CallError::NetworkTxRateLimitExceeded);
    }
    let place = place(state, now, network.subnet_limit).ok_or(CallError::SubnetLimitReached)?;
    let cost = lock_cost(state, now);
    if accounts::balance(state, origin) < cost {
        return Err(CallError::CannotAffordLockCost);
    }
    Ok((cost, place))
}

/// The lowest number that no subnet has, or that of the subnet that has to make room.
fn place(state: &dyn StateRead, now: u64, limit: u16) -> Option<Place> {
    let taken = subnets::netuids(state);
    if taken.iter().filter(|netuid| **netuid != ROOT).count() >= usize::from(limit) {
        dissolve::weakest_subnet(state, now).map(Place::Of)
    } else {
        (1..=u16::MAX).find(|netuid| taken.binary_search(netuid).is_err()).map(Place::Free)
    }
}
