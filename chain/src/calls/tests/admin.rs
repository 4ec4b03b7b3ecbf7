//! Parameters: who may set what, when, and to what.

use super::with_network;
use crate::{
    Call, CallError, Event,
    ledger::{
        params,
        subnets::{self, ROOT},
    },
    params::{Param, ParamId, Scope, Setting, Who},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

fn set(netuid: Option<u16>, name: &str, value: i128) -> Call {
    let param = Param::by_name(name).map_or(ParamId(u16::MAX), |param| param.id);
    Call::SetParam { netuid, param, value }
}

/// Subnet 1 belongs to //Eve, who is not the sudo account.
fn owned_by_eve(state: &mut Overlay<'_>) {
    let subnet = subnets::subnet(state, 1).expect("subnet 1");
    subnets::put_subnet(state, 1, &subnets::Subnet { owner: Some(account("//Eve")), ..subnet });
}

/// //Eve set the parameter in the block before, and the next epoch is near.
fn frozen_and_too_soon(state: &mut Overlay<'_>, name: &str) {
    owned_by_eve(state);
    with_network(state, |network| {
        (network.owner_hyperparam_rate_limit, network.admin_freeze_window) = (2, 16);
    });
    params::set_owner_clock(state, 1, Param::by_name(name).expect("exists").id, 4);
}

#[test]
fn errors() {
    check_errors(
        5,
        vec![
            ("no such parameter", |_| {}, "//Alice", set(Some(1), "nothing", 1), CallError::InvalidValue),
            ("of the network", |_| {}, "//Alice", set(Some(1), "subnet_limit", 1), CallError::InvalidValue),
            ("of a subnet", |_| {}, "//Alice", set(None, "tempo", 1), CallError::InvalidValue),
            (
                "not for root",
                |_| {},
                "//Alice",
                set(Some(ROOT), "burn_half_life", 1),
                CallError::InvalidValue,
            ),
            ("no such subnet", |_| {}, "//nobody", set(Some(9), "tempo", 1), CallError::SubnetDoesNotExist),
            ("a stranger", |_| {}, "//Bob", set(Some(1), "tempo", 360), CallError::BadOrigin),
            ("a stranger, network", |_| {}, "//Bob", set(None, "subnet_limit", 1), CallError::BadOrigin),
            ("not the owner's", owned_by_eve, "//Eve", set(Some(1), "kappa", 1), CallError::BadOrigin),
            ("fixed", |_| {}, "//Alice", set(None, "tao_weight", 1), CallError::CallDisabled),
            (
                "too soon",
                |state| {
                    owned_by_eve(state);
                    with_network(state, |network| network.owner_hyperparam_rate_limit = 2);
                    params::set_owner_clock(state, 1, Param::by_name("min_burn").expect("exists").id, 4);
                },
                "//Eve",
                set(Some(1), "min_burn", 1),
                CallError::TxRateLimitExceeded,
            ),
            (
                "frozen",
                |state| with_network(state, |network| network.admin_freeze_window = 16),
                "//Alice",
                set(Some(1), "min_burn", -1),
                CallError::AdminActionProhibitedDuringWeightsWindow,
            ),
            ("out of range", |_| {}, "//Alice", set(Some(1), "min_burn", -1), CallError::ValueNotInBounds),
            (
                "tempo of an owner",
                owned_by_eve,
                "//Eve",
                set(Some(1), "tempo", 359),
                CallError::TempoOutOfBounds,
            ),
            (
                "tempo of the sudo account",
                |_| {},
                "//Alice",
                set(Some(1), "tempo", 65_536),
                CallError::TempoOutOfBounds,
            ),
            (
                "its own error",
                |_| {},
                "//Alice",
                set(Some(1), "activity_cutoff_factor", 999),
                CallError::ActivityCutoffFactorMilliOutOfBounds,
            ),
            (
                "fewer than there are",
                |_| {},
                "//Alice",
                set(Some(1), "min_allowed_uids", 8),
                CallError::InvalidValue,
            ),
            (
                "below the minimum",
                |_| {},
                "//Alice",
                set(Some(1), "max_allowed_uids", 63),
                CallError::InvalidValue,
            ),
            (
                "more seats than slots",
                |state| drop(call(state, 5, "//Alice", &set(Some(1), "max_allowed_uids", 100))),
                "//Alice",
                set(Some(1), "max_allowed_validators", 101),
                CallError::InvalidValue,
            ),
            (
                "without liquid alpha",
                |_| {},
                "//Alice",
                set(Some(1), "alpha_low", 2_000),
                CallError::InvalidValue,
            ),
        ],
    );
}

#[test]
fn a_tempo_is_looked_at_before_the_window_and_the_clock() {
    check_errors(
        5,
        vec![
            (
                "tempo out of range, frozen and too soon",
                |state| frozen_and_too_soon(state, "tempo"),
                "//Eve",
                set(Some(1), "tempo", 359),
                CallError::TempoOutOfBounds,
            ),
            (
                "tempo frozen and too soon",
                |state| frozen_and_too_soon(state, "tempo"),
                "//Eve",
                set(Some(1), "tempo", 360),
                CallError::AdminActionProhibitedDuringWeightsWindow,
            ),
            (
                "cut-off out of range, frozen and too soon",
                |state| frozen_and_too_soon(state, "activity_cutoff_factor"),
                "//Eve",
                set(Some(1), "activity_cutoff_factor", 50_001),
                CallError::ActivityCutoffFactorMilliOutOfBounds,
            ),
            (
                "another setting out of range, frozen and too soon",
                |state| frozen_and_too_soon(state, "min_burn"),
                "//Eve",
                set(Some(1), "min_burn", -1),
                CallError::TxRateLimitExceeded,
            ),
        ],
    );
}

#[test]
fn governance_can_set_every_parameter_but_the_fixed_ones() {
    let base = dev_state();
    for param in Param::all().filter(|param| !matches!(param.who, Who::Fixed | Who::Constant)) {
        let mut state = Overlay::new(&base);
        let netuid = (param.scope != Scope::Network).then_some(1);
        call(&mut state, 5, "//Alice", &set(Some(1), "liquid_alpha_enabled", 1)).expect("works");
        call(&mut state, 5, "//Alice", &set(Some(1), "min_allowed_uids", 1)).expect("works");
        let value = param.default;
        let events = call(&mut state, 5, "//Alice", &set(netuid, param.name, value));
        let shown = Event::ParamSet { netuid, setting: Setting { param: param.id, value } };
        let expected = match param.name {
            // The default of a subnet with at least 65 neurons.
            "min_allowed_uids" => Err(CallError::InvalidValue),
            _ => Ok(vec![shown]),
        };
        assert_eq!(events, expected, "{param}");
    }
}

#[test]
fn a_new_tempo_starts_a_new_cycle() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 7, "//Alice", &set(Some(1), "tempo", 5)).expect("works");
    assert_eq!(subnets::state_of(&state, 1).expect("subnet 1").clock.last_epoch_block, 7);
    assert_eq!(params::subnet(&state, 1).tempo, 5);
}

#[test]
fn the_rate_limit_binds_the_owner_alone() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    owned_by_eve(&mut state);
    with_network(&mut state, |network| network.owner_hyperparam_rate_limit = 2);
    let raise = set(Some(1), "min_burn", 600_000);
    call(&mut state, 5, "//Eve", &raise).expect("the first is free");
    call(&mut state, 6, "//Alice", &raise).expect("governance is exempt");
    assert_eq!(call(&mut state, 44, "//Eve", &raise), Err(CallError::TxRateLimitExceeded));
    // Two tempos of 20 blocks.
    call(&mut state, 45, "//Eve", &raise).expect("waited");
    // Each setting has its own clock.
    call(&mut state, 45, "//Eve", &set(Some(1), "max_burn", 200_000_000)).expect("another one");
}
