//! Creating and starting subnets (registration.md sections 7 and 8).
//!
//! Rules:
//! 1. A subnet costs its lock, which is in its account from then on; its pool starts with it at the median price.
//! 2. The creator's hotkey takes UID 0 and owns the subnet with its coldkey.
//! 3. Until its start call nobody can stake to it; whether it shares in the TAO of blocks is for governance to say.
//!
//! Deviation: at the limit of subnets no subnet is removed to make room; the creation fails.

use super::{BlockContext, register::check_hotkey};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        accounts, issuance, neurons, params, stakes,
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

/// The symbols of tokens by netuid; beyond them the last one is used.
const SYMBOLS: [&str; 25] = [
    "Τ", "α", "β", "γ", "δ", "ε", "ζ", "η", "θ", "ι", "κ", "λ", "μ", "ν", "ξ", "ο", "π", "ρ", "σ", "t", "υ",
    "φ", "χ", "ψ", "ω",
];

/// The symbol of the token of a new subnet.
pub(crate) fn symbol(netuid: u16) -> String {
    SYMBOLS.get(usize::from(netuid)).or(SYMBOLS.last()).copied().unwrap_or_default().to_owned()
}

/// What a subnet would cost in block `now`.
pub(crate) fn lock_cost(state: &dyn StateRead, now: u64) -> Tao {
    let network = params::network(state);
    let Creation { last_block, last_lock } = subnets::creation(state);
    let emission = block_emission(issuance::issuance(state).total);
    let interval = reduction_interval(network.lock_reduction_interval, emission);
    LockPrice { min: Tao::new(network.network_min_lock), last: last_lock, last_block, interval }.at(now)
}

/// Creates a subnet owned by the coldkey `origin` and its `hotkey`.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `CannotUseSystemAccount`, `NetworkTxRateLimitExceeded`, `SubnetLimitReached`,
/// `CannotAffordLockCost`; then `InsufficientBalance`.
pub(super) fn register_network(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    let now = block.number;
    let cost = check_creation(state, now, origin, hotkey)?;
    let netuid = free_netuid(state).ok_or(CallError::SubnetLimitReached)?;
    let spot_prices = subnets::states(state).into_iter().filter(|(netuid, _)| *netuid != ROOT);
    let median = median_price(spot_prices.map(|(_, subnet)| subnet.pool.price()));
    let locked = cost.min(accounts::spendable(state, origin));
    if locked.is_zero() {
        return Err(CallError::InsufficientBalance);
    }
    accounts::transfer(state, origin, &accounts::subnet_account(netuid), locked)?;
    stakes::own(state, hotkey, origin);
    subnets::set_creation(state, &Creation { last_block: now, last_lock: locked });

    let subnet = Subnet {
        name: format!("subnet {netuid}"),
        symbol: symbol(netuid),
        owner: Some(*origin),
        owner_hotkey: Some(*hotkey),
        registered_at: now,
        locked,
    };
    let tao = locked.max(Tao::new(params::network(state).network_min_lock));
    let alpha = U64F64::from_int(tao.units()).div(median).to_u64();
    let values = params::new_subnet(state);
    create(state, netuid, &subnet, &values, Pool::new(tao, Alpha::new(alpha)));
    issuance::stake(state, tao);
    neurons::append(state, netuid, hotkey, now);
    Ok(vec![Event::NetworkAdded { netuid, mechanism: 1 }])
}

/// Writes a subnet into the tables, without neurons.
pub(crate) fn create(
    state: &mut Overlay<'_>,
    netuid: u16,
    subnet: &Subnet,
    params: &SubnetParams,
    pool: Pool,
) {
    let clock = Counters::new(netuid, params.tempo, subnet.registered_at).into();
    params::put_subnet(state, netuid, params);
    subnets::put_subnet(state, netuid, subnet);
    subnets::put_state(
        state,
        netuid,
        &SubnetState { pool, clock, burn: Tao::new(params.initial_burn), ..SubnetState::default() },
    );
}

fn check_creation(
    state: &dyn StateRead,
    now: u64,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<Tao, CallError> {
    let network = params::network(state);
    if !stakes::is_new_or_owned(state, hotkey, origin) {
        return Err(CallError::NonAssociatedColdKey);
    }
    check_hotkey(hotkey)?;
    let last = subnets::creation(state).last_block;
    if last != 0 && now.saturating_sub(last) < network.network_rate_limit {
        return Err(CallError::NetworkTxRateLimitExceeded);
    }
    let count = subnets::netuids(state).iter().filter(|netuid| **netuid != ROOT).count();
    if count >= usize::from(network.subnet_limit) {
        return Err(CallError::SubnetLimitReached);
    }
    let cost = lock_cost(state, now);
    if accounts::balance(state, origin) < cost {
        return Err(CallError::CannotAffordLockCost);
    }
    Ok(cost)
}

/// The lowest number that no subnet has.
fn free_netuid(state: &dyn StateRead) -> Option<u16> {
    let taken = subnets::netuids(state);
    (1..=u16::MAX).find(|netuid| taken.binary_search(netuid).is_err())
}

/// Starts a subnet.
///
/// # Errors
/// In this order: `SubnetNotExists`, `BadOrigin`, `FirstEmissionBlockNumberAlreadySet`,
/// `NeedWaitingMoreBlocksToStarCall`.
pub(super) fn start_call(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
) -> Result<Vec<Event>, CallError> {
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetNotExists)?;
    if subnet.owner != Some(*origin) {
        return Err(CallError::BadOrigin);
    }
    if subnets::state_of(state, netuid).is_some_and(|subnet| subnet.first_emission_block.is_some()) {
        return Err(CallError::FirstEmissionBlockNumberAlreadySet);
    }
    let start = subnet.registered_at.saturating_add(params::network(state).start_call_delay);
    if block.number < start {
        return Err(CallError::NeedWaitingMoreBlocksToStarCall);
    }
    let first = block.number.saturating_add(1);
    subnets::update(state, netuid, |subnet| subnet.first_emission_block = Some(first));
    let mut params = params::subnet(state, netuid);
    params.subtoken_enabled = true;
    params::put_subnet(state, netuid, &params);
    Ok(vec![Event::FirstEmissionBlockNumberSet { netuid, block: first }])
}
