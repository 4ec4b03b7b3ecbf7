//! What only the sudo account, and for their own subnets the owners, may do (hyperparameters.md).
//!
//! Rules:
//! 1. The registry of [`crate::params`] says who may set what; here its lines are obeyed.
//! 2. A frozen parameter is frozen for everybody, unless its line frees governance; the rate limit binds the owner
//!    alone, and only the owner's changes set its clock.
//! 3. A new tempo starts a new cycle; a new number of mechanisms makes their parts even again; a higher minimum of
//!    nominations pays out those below it.
//! 4. On a development network anybody may set anything that the rules do not have built in, at any time, to any value
//!    in range ([`Asker::Developer`]).
//! 5. Some values must go together with others: the error is then that of a value out of range where the public
//!    network's is, and `InvalidValue` elsewhere.
//!
//! Deviation: an unknown subnet is reported before a missing right.

use super::{BlockContext, stake::nominations::clear_all_small};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        epochs, neurons, params,
        settings::settings,
        subnets::{self, ROOT},
    },
    params::{NetworkParams, Param, ParamId, Rate, Scope, Setting, SubnetParams, Who, Window},
    state::{Overlay, StateRead},
};

/// The most neurons of a subnet, over all its mechanisms: what an epoch may cost.
const MAX_UIDS: u16 = 256;

/// Who wants a parameter set.
#[derive(Clone, Copy)]
pub(super) enum Asker<'a> {
    /// An account, with the rights it has.
    Account(&'a AccountId),
    /// A developer, who needs no right and waits for nothing (rule 4).
    Developer,
}

impl Asker<'_> {
    fn is_sudo(self, state: &dyn StateRead) -> bool {
        match self {
            Asker::Account(account) => settings(state).sudo == *account,
            Asker::Developer => true,
        }
    }

    fn owns(self, subnet: &subnets::Subnet) -> bool {
        matches!(self, Asker::Account(account) if subnet.owner == Some(*account))
    }

    /// # Errors
    /// `CallDisabled`: the parameter is fixed at genesis, or built in.
    fn check_open(self, param: &Param) -> Result<(), CallError> {
        match (param.who, self) {
            (Who::Constant, _) | (Who::Fixed, Asker::Account(_)) => Err(CallError::CallDisabled),
            _ => Ok(()),
        }
    }
}

/// Sets a parameter of a subnet or of the network.
///
/// # Errors
/// In this order: `InvalidValue` (no such parameter there), `SubnetDoesNotExist`, `BadOrigin`, `CallDisabled` (fixed at
/// genesis), those of [`check_limits`], `InvalidValue` (does not go together with other settings).
pub(super) fn set_param(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    asker: Asker<'_>,
    netuid: Option<u16>,
    (id, value): (ParamId, i128),
) -> Result<Vec<Event>, CallError> {
    let param = Param::by_id(id).ok_or(CallError::InvalidValue)?;
    let before = params::network(state).nominator_min_required_stake;
    match (param.scope, netuid) {
        (Scope::Network, None) => set_network(state, asker, param, value)?,
        (Scope::UserSubnet, Some(ROOT)) => return Err(CallError::InvalidValue),
        (Scope::Subnet | Scope::UserSubnet, Some(netuid)) => {
            set_subnet(state, block.number, asker, netuid, (param, value))?;
        }
        _ => return Err(CallError::InvalidValue),
    }
    let mut events = vec![Event::ParamSet { netuid, setting: Setting { param: id, value } }];
    if params::network(state).nominator_min_required_stake > before {
        events.extend(clear_all_small(state, block));
    }
    Ok(events)
}

fn set_network(
    state: &mut Overlay<'_>,
    asker: Asker<'_>,
    param: &Param,
    value: i128,
) -> Result<(), CallError> {
    if !asker.is_sudo(state) {
        return Err(CallError::BadOrigin);
    }
    asker.check_open(param)?;
    let mut network: NetworkParams = params::network(state);
    if !param.allows(value) || !network.set(param.id, value) {
        return Err(param.error);
    }
    params::put_network(state, &network);
    Ok(())
}

fn set_subnet(
    state: &mut Overlay<'_>,
    now: u64,
    asker: Asker<'_>,
    netuid: u16,
    (param, value): (&Param, i128),
) -> Result<(), CallError> {
    let subnet = subnets::subnet(state, netuid).ok_or(CallError::SubnetDoesNotExist)?;
    let is_root = asker.is_sudo(state);
    let is_owner = asker.owns(&subnet) && matches!(param.who, Who::Owner(..));
    if !is_root && !is_owner {
        return Err(CallError::BadOrigin);
    }
    asker.check_open(param)?;
    let mut values = params::subnet(state, netuid);
    let in_range = if is_root { param.allows(value) } else { param.allows_owner(value) };
    let is_valid = in_range && values.set(param.id, value);
    match asker {
        Asker::Account(_) => check_limits(state, (netuid, now), is_root, param, is_valid)?,
        Asker::Developer if !is_valid => return Err(param.error),
        Asker::Developer => {}
    }
    go_together(state, netuid, param, &values)?;
    if param.name == "mechanism_count" {
        epochs::set_mechanism_count(state, netuid, values.mechanism_count);
    }
    params::put_subnet(state, netuid, &values);
    if param.name == "tempo" {
        subnets::update(state, netuid, |subnet| subnet.clock.last_epoch_block = now);
    }
    if !is_root {
        params::set_owner_clock(state, netuid, param.id, now);
    }
    Ok(())
}

/// Whether a setting may be changed in block `now`, to a value that is valid or not.
///
/// # Errors
/// In this order: `TxRateLimitExceeded`, `AdminActionProhibitedDuringWeightsWindow`, the error of a value out of range;
/// for what an owner's tempo can be, and the activity measured in it, the other way round.
fn check_limits(
    state: &dyn StateRead,
    (netuid, now): (u16, u64),
    is_root: bool,
    param: &Param,
    is_valid: bool,
) -> Result<(), CallError> {
    let is_early = !is_root && !waited(state, netuid, (param.id, param.rate), now);
    let is_bound = match param.window {
        Window::Open => false,
        Window::Frozen => true,
        Window::FrozenOwner => !is_root,
    };
    let is_frozen = is_bound && is_frozen(state, netuid, now);
    let mut checks = [
        (is_early, CallError::TxRateLimitExceeded),
        (is_frozen, CallError::AdminActionProhibitedDuringWeightsWindow),
        (!is_valid, param.error),
    ];
    if matches!(param.name, "tempo" | "activity_cutoff_factor") {
        checks.reverse();
    }
    let failed = checks.into_iter().find(|(fails, _)| *fails);
    failed.map_or(Ok(()), |(_, error)| Err(error))
}

/// Whether the owner has waited long enough since the last change of what is kept under `clock`.
pub(super) fn waited(state: &dyn StateRead, netuid: u16, (clock, rate): (ParamId, Rate), now: u64) -> bool {
    let tempo = u64::from(params::subnet(state, netuid).tempo);
    let tempos = u64::from(params::network(state).owner_hyperparam_rate_limit);
    let limit = match rate {
        Rate::Free => 0,
        Rate::Setting => tempos.saturating_mul(tempo),
        Rate::Tempos(tempos) => tempos.saturating_mul(tempo),
        Rate::Blocks(blocks) => blocks,
    };
    let last = params::owner_clock(state, netuid, clock);
    last == 0 || now.saturating_sub(last) >= limit
}

/// Whether a subnet is so near to its epoch that its parameters must not change.
pub(super) fn is_frozen(state: &dyn StateRead, netuid: u16, now: u64) -> bool {
    let window = u64::from(params::network(state).admin_freeze_window);
    let tempo = params::subnet(state, netuid).tempo;
    let clock = subnets::state_of(state, netuid).unwrap_or_default().clock.counters(tempo);
    netuid != ROOT && clock.frozen(now, window)
}

/// Whether a new value goes together with the subnet's other values, its neurons, and the network's values.
fn go_together(
    state: &dyn StateRead,
    netuid: u16,
    param: &Param,
    values: &SubnetParams,
) -> Result<(), CallError> {
    let count = neurons::count(state, netuid);
    let (min, max) = (values.min_allowed_uids, values.max_allowed_uids);
    let (holds, error) = match param.name {
        "max_allowed_uids" => {
            (max >= min && usize::from(max) >= count && uids_fit(values), CallError::InvalidValue)
        }
        "mechanism_count" => (uids_fit(values), CallError::InvalidValue),
        "min_allowed_uids" => (min < max && usize::from(min) < count, CallError::InvalidValue),
        "max_allowed_validators" => (values.max_allowed_validators <= max, CallError::InvalidValue),
        "alpha_low" | "alpha_high" => {
            (values.alpha_low <= values.alpha_high && values.liquid_alpha_enabled, CallError::InvalidValue)
        }
        "min_burn" | "max_burn" => (values.min_burn < values.max_burn, param.error),
        "min_childkey_take" => {
            let network = params::network(state);
            let range = network.childkey_take_min..=network.childkey_take_max;
            (range.contains(&values.min_childkey_take), param.error)
        }
        _ => (true, CallError::InvalidValue),
    };
    if holds { Ok(()) } else { Err(error) }
}

/// Whether all mechanisms together have room for no more neurons than one may have.
fn uids_fit(values: &SubnetParams) -> bool {
    values.max_allowed_uids.saturating_mul(u16::from(values.mechanism_count)) <= MAX_UIDS
}
