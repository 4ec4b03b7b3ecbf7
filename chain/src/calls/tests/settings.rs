//! Every line of the registry is obeyed: who, in which range, when, how often, and what an event says.

use super::with_network;
use crate::{
    Call, CallError, Event,
    ledger::{
        params,
        subnets::{self, ROOT},
    },
    params::{Param, Rate, Scope, Setting, Who, Window},
    state::{MemoryState, Overlay},
    testing::{account, call, dev_state},
};

/// Governance, the owner of subnet 1, and somebody else.
const SUDO: &str = "//Alice";
const OWNER: &str = "//Eve";
const STRANGER: &str = "//Bob";

/// The block of the first setting; subnet 1 has a tempo of 20.
const NOW: u64 = 5;
const TEMPO: u64 = 20;

/// Values in range that do not go together with the other values of the test's subnet: 8 neurons, 256 slots, bond rates
/// from 45,875 to 58,982, and childkey takes of the network up to 11,796.
const ALONE: [(&str, i128); 6] = [
    ("max_allowed_uids", 1),
    ("min_allowed_uids", 256),
    ("alpha_low", 65_535),
    ("alpha_high", 1_638),
    ("min_childkey_take", 65_535),
    ("mechanism_count", 2),
];

/// Subnet 1 belongs to //Eve, may be limited, is not near its epoch, and uses liquid alpha.
fn prepared() -> MemoryState {
    let mut base = dev_state();
    let mut state = Overlay::new(&base);
    let subnet = subnets::subnet(&state, 1).expect("subnet 1");
    subnets::put_subnet(&mut state, 1, &subnets::Subnet { owner: Some(account(OWNER)), ..subnet });
    let mut values = params::subnet(&state, 1);
    (values.liquid_alpha_enabled, values.min_allowed_uids) = (true, 1);
    params::put_subnet(&mut state, 1, &values);
    with_network(&mut state, |network| {
        (network.owner_hyperparam_rate_limit, network.admin_freeze_window) = (2, 0);
    });
    let changes = state.into_changes();
    base.apply(&changes);
    base
}

fn of_subnets() -> impl Iterator<Item = &'static Param> {
    Param::all().filter(|param| param.scope != Scope::Network)
}

fn place(param: &Param) -> Option<u16> {
    (param.scope != Scope::Network).then_some(1)
}

/// A value that goes together with everything.
fn ordinary(param: &Param) -> i128 {
    if param.name == "min_allowed_uids" { 1 } else { param.default }
}

fn set(
    state: &mut Overlay<'_>,
    block: u64,
    signer: &str,
    param: &Param,
    value: i128,
) -> Result<Vec<Event>, CallError> {
    call(state, block, signer, &Call::SetParam { netuid: place(param), param: param.id, value })
}

fn stored(state: &Overlay<'_>, param: &Param) -> Option<i128> {
    match param.scope {
        Scope::Network => params::network(state).get(param.id),
        _ => params::subnet(state, 1).get(param.id),
    }
}

/// What setting `value` must give when the signer may set `min..=max`; checks what is stored and said.
fn check_value(base: &MemoryState, signer: &str, param: &Param, value: i128, (min, max): (i128, i128)) {
    let mut state = Overlay::new(base);
    let before = stored(&state, param);
    let expected = match value {
        value if value < min || value > max => Err(param.error),
        value if ALONE.contains(&(param.name, value)) => Err(CallError::InvalidValue),
        _ => {
            let setting = Setting { param: param.id, value };
            Ok(Some(Event::ParamSet { netuid: place(param), setting }))
        }
    };
    let after = if expected.is_ok() { Some(value) } else { before };
    // What else a value brings about is told after it.
    let said = set(&mut state, NOW, signer, param, value).map(|events| events.into_iter().next());
    assert_eq!(said, expected, "{signer} sets {param} to {value}");
    assert_eq!(stored(&state, param), after, "{signer} sets {param} to {value}");
}

#[test]
fn each_may_set_what_its_line_says_in_its_range() {
    let base = prepared();
    for param in Param::all() {
        let ranges: &[(&str, Option<(i128, i128)>)] = match param.who {
            Who::Owner(min, max) => &[(SUDO, Some((param.min, param.max))), (OWNER, Some((min, max)))],
            Who::Root => &[(SUDO, Some((param.min, param.max))), (OWNER, None)],
            Who::Fixed | Who::Constant => &[(OWNER, None)],
        };
        for &(signer, range) in ranges {
            let Some((min, max)) = range else { continue };
            for value in [min - 1, min, ordinary(param).clamp(min, max), max, max + 1] {
                check_value(&base, signer, param, value, (min, max));
            }
        }
        for (signer, _) in ranges.iter().filter(|(_, range)| range.is_none()).chain(&[(STRANGER, None)]) {
            let result = set(&mut Overlay::new(&base), NOW, signer, param, ordinary(param));
            assert_eq!(result, Err(CallError::BadOrigin), "{signer} sets {param}");
        }
    }
}

#[test]
fn what_is_fixed_stays() {
    let base = prepared();
    for param in Param::all().filter(|param| matches!(param.who, Who::Fixed | Who::Constant)) {
        let result = set(&mut Overlay::new(&base), NOW, SUDO, param, param.default);
        assert_eq!(result, Err(CallError::CallDisabled), "{param}");
    }
}

#[test]
fn a_parameter_is_set_where_it_belongs() {
    let base = prepared();
    for param in Param::all() {
        let wrong: &[(Option<u16>, CallError)] = match param.scope {
            Scope::Subnet => &[(None, CallError::InvalidValue), (Some(9), CallError::SubnetDoesNotExist)],
            Scope::UserSubnet => &[
                (None, CallError::InvalidValue),
                (Some(ROOT), CallError::InvalidValue),
                (Some(9), CallError::SubnetDoesNotExist),
            ],
            Scope::Network => &[(Some(1), CallError::InvalidValue)],
        };
        for &(netuid, error) in wrong {
            let setting = Call::SetParam { netuid, param: param.id, value: param.default };
            assert_eq!(
                call(&mut Overlay::new(&base), NOW, SUDO, &setting),
                Err(error),
                "{param} of {netuid:?}"
            );
        }
    }
}

/// Checks for every parameter of subnets that what its line freezes is frozen in `state`, and nothing else.
fn check_frozen(freeze: impl Fn(&mut Overlay<'_>)) {
    let base = prepared();
    for param in of_subnets() {
        let bound: &[(&str, bool)] = match (param.who, param.window) {
            (Who::Fixed | Who::Constant, _) => &[],
            (Who::Root, window) => &[(SUDO, window == Window::Frozen)],
            (_, window) => &[(SUDO, window == Window::Frozen), (OWNER, window != Window::Open)],
        };
        for &(signer, is_bound) in bound {
            let mut state = Overlay::new(&base);
            freeze(&mut state);
            let result = set(&mut state, NOW, signer, param, ordinary(param)).map(drop);
            let frozen = Err(CallError::AdminActionProhibitedDuringWeightsWindow);
            assert_eq!(result, if is_bound { frozen } else { Ok(()) }, "{signer} sets {param}");
        }
    }
}

#[test]
fn shortly_before_an_epoch_frozen_parameters_stay() {
    // 15 blocks are left: fewer than 16.
    check_frozen(|state| with_network(state, |network| network.admin_freeze_window = 16));
}

#[test]
fn while_a_triggered_epoch_is_pending_frozen_parameters_stay() {
    check_frozen(|state| subnets::update(state, 1, |subnet| subnet.clock.pending_epoch_at = NOW + 1));
}

#[test]
fn the_window_opens_with_as_many_blocks_left_as_it_is_long() {
    let base = prepared();
    let param = Param::by_name("min_burn").expect("a parameter");
    for (window, tempo, expected) in [(15, 20, Ok(())), (15, 0, Ok(())), (u16::MAX, 0, Ok(()))] {
        let mut state = Overlay::new(&base);
        with_network(&mut state, |network| network.admin_freeze_window = window);
        let mut values = params::subnet(&state, 1);
        values.tempo = tempo;
        params::put_subnet(&mut state, 1, &values);
        let result = set(&mut state, NOW, SUDO, param, param.default).map(drop);
        assert_eq!(result, expected, "a window of {window}, a tempo of {tempo}");
    }
}

#[test]
fn twice_in_a_row_is_too_often_for_the_owner_alone() {
    let base = prepared();
    for param in of_subnets().filter(|param| matches!(param.who, Who::Owner(..))) {
        let wait = match param.rate {
            Rate::Free => 0,
            Rate::Setting => 2 * TEMPO,
            Rate::Tempos(tempos) => tempos * TEMPO,
            Rate::Blocks(blocks) => blocks,
        };
        let mut state = Overlay::new(&base);
        let value = ordinary(param);
        for block in [NOW, NOW] {
            set(&mut state, block, SUDO, param, value).expect("governance is exempt and moves no clock");
        }
        // Governance may have set another tempo; the owner's clock counts in the one in force.
        let mut values = params::subnet(&state, 1);
        values.tempo = 20;
        params::put_subnet(&mut state, 1, &values);
        set(&mut state, NOW, OWNER, param, value).expect("the first is free");
        if wait > 0 {
            let early = set(&mut state, NOW + wait - 1, OWNER, param, value);
            assert_eq!(early, Err(CallError::TxRateLimitExceeded), "{param}");
        }
        set(&mut state, NOW + wait - 1, SUDO, param, value).expect("governance is still exempt");
        set(&mut state, NOW + wait, OWNER, param, value).expect("waited");
    }
}

#[test]
fn bounds_of_two_values_that_depend_on_each_other() {
    let base = prepared();
    let network = |name, value| (None, name, value);
    let subnet = |name, value| (Some(1), name, value);
    let rows = [
        ("min_burn", 400_000_000, vec![subnet("max_burn", 400_000_000)], CallError::ValueNotInBounds),
        ("max_burn", 200_000_000, vec![subnet("min_burn", 200_000_000)], CallError::ValueNotInBounds),
        (
            "max_allowed_uids",
            129,
            vec![subnet("max_allowed_uids", 128), subnet("mechanism_count", 2)],
            CallError::InvalidValue,
        ),
        ("min_childkey_take", 9, vec![network("childkey_take_min", 10)], CallError::InvalidValue),
        ("min_childkey_take", 9, vec![network("childkey_take_max", 8)], CallError::InvalidValue),
        ("alpha_low", 2_000, vec![subnet("liquid_alpha_enabled", 0)], CallError::InvalidValue),
    ];
    for (name, value, before, error) in rows {
        let mut state = Overlay::new(&base);
        for (netuid, name, value) in before {
            let param = Param::by_name(name).expect("a parameter").id;
            call(&mut state, NOW, SUDO, &Call::SetParam { netuid, param, value }).expect("works");
        }
        let param = Param::by_name(name).expect("a parameter");
        assert_eq!(set(&mut state, NOW, SUDO, param, value), Err(error), "{name}");
    }
}
