//! Several mechanisms in a subnet.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{commits, epochs, neurons, subnets::ROOT},
    params::Param,
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::Alpha;

fn split(netuid: u16, parts: &[u16]) -> Call {
    Call::SetMechanismSplit { netuid, split: Some(parts.to_vec()) }
}

fn count(value: i128) -> Call {
    set("mechanism_count", value)
}

fn set(name: &str, value: i128) -> Call {
    Call::SetParam { netuid: Some(1), param: Param::by_name(name).expect("a parameter").id, value }
}

/// A subnet with two mechanisms of 128 slots.
fn two(state: &mut Overlay<'_>) {
    call(state, 1, "//Alice", &set("max_allowed_uids", 128)).expect("works");
    call(state, 1, "//Alice", &count(2)).expect("works");
    assert_eq!(violations(state), []);
}

fn score(mechanism: u8, uids: &[u16], values: &[u16]) -> Call {
    Call::SetMechanismWeights {
        netuid: 1,
        mechanism,
        uids: uids.to_vec(),
        values: values.to_vec(),
        version_key: 0,
    }
}

#[test]
fn errors() {
    check_errors(
        50,
        vec![
            ("split of root", |_| {}, "//Alice", split(ROOT, &[65_535]), CallError::SubnetDoesNotExist),
            ("split of nothing", |_| {}, "//Alice", split(9, &[65_535]), CallError::SubnetDoesNotExist),
            ("a stranger's split", |_| {}, "//Bob", split(1, &[65_535]), CallError::BadOrigin),
            (
                "frozen",
                |state| with_network(state, |network| network.admin_freeze_window = 1_000),
                "//Alice",
                split(1, &[65_535]),
                CallError::AdminActionProhibitedDuringWeightsWindow,
            ),
            ("no parts", two, "//Alice", split(1, &[]), CallError::InvalidValue),
            ("too many parts", two, "//Alice", split(1, &[65_535, 0, 0]), CallError::InvalidValue),
            ("not the whole", two, "//Alice", split(1, &[65_535, 1]), CallError::InvalidValue),
            ("no mechanism", |_| {}, "//Alice", count(0), CallError::InvalidValue),
            ("more than the network allows", two, "//Alice", count(3), CallError::InvalidValue),
            ("too many slots", |_| {}, "//Alice", count(2), CallError::InvalidValue),
            ("too many slots", two, "//Alice", set("max_allowed_uids", 129), CallError::InvalidValue),
            ("no such mechanism", two, "//val-b", score(2, &[3], &[1]), CallError::MechanismDoesNotExist),
        ],
    );
}

#[test]
fn each_mechanism_has_its_own_weights_and_last_update() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    two(&mut state);
    with_params(&mut state, |params| params.weights_set_rate_limit = 10);
    let events = call(&mut state, 50, "//val-b", &score(1, &[3, 4], &[1, 3])).expect("works");
    assert_eq!(events, [Event::WeightsSet { netuid: 1, mechanism: 1, uid: 1 }]);
    call(&mut state, 51, "//val-b", &score(0, &[5], &[1])).expect("each has a rate limit of its own");
    assert_eq!(epochs::weights(&state, 4_097, 1), [(3, 21_845), (4, 65_535)]);
    assert_eq!(epochs::weights(&state, 1, 1), [(5, 65_535)]);
    assert_eq!((epochs::last_update(&state, 1)[1], epochs::last_update(&state, 4_097)[1]), (51, 50));
    assert_eq!(call(&mut state, 59, "//val-b", &score(1, &[3], &[1])), Err(CallError::SettingWeightsTooFast));
}

#[test]
fn the_epoch_pays_the_mechanisms_by_their_parts() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    two(&mut state);
    for validator in ["//val-a", "//val-b", "//val-c"] {
        call(&mut state, 5, validator, &score(0, &[3], &[1])).expect("works");
        call(&mut state, 5, validator, &score(1, &[4], &[1])).expect("works");
    }
    call(&mut state, 5, "//Alice", &split(1, &[16_384, 49_151])).expect("works");
    let earned = epochs::run(&mut state, 1, 20, Alpha::new(65_535_000));
    let incentive: Vec<u64> = earned.iter().map(|earned| earned.incentive.units()).collect();
    // Miners get half of each part, rounded down.
    assert!((8_191_990..=8_192_000).contains(&incentive[3]), "{incentive:?}");
    assert!((24_575_490..=24_575_500).contains(&incentive[4]), "{incentive:?}");
    assert_eq!(epochs::incentive(&state, 1)[3..5], [65_535, 0]);
    assert_eq!(epochs::incentive(&state, 4_097)[3..5], [0, 65_535]);
    assert!(!epochs::bonds(&state, 1, 1).is_empty() && !epochs::bonds(&state, 4_097, 1).is_empty());
}

#[test]
fn a_dropped_mechanism_leaves_nothing_behind() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let before = {
        let mut state = Overlay::new(&base);
        with_params(&mut state, |params| params.max_allowed_uids = 128);
        state.into_changes()
    };
    two(&mut state);
    call(&mut state, 5, "//Alice", &split(1, &[0, 65_535])).expect("works");
    call(&mut state, 5, "//val-b", &score(1, &[3], &[1])).expect("works");
    with_params(&mut state, |params| params.commit_reveal_enabled = true);
    let commit = Call::CommitWeights { netuid: 1, mechanism: 1, hash: crate::Hash::ZERO };
    call(&mut state, 5, "//val-b", &commit).expect("works");
    assert_eq!(commits::by_hash(&state, 4_097, &account("//val-b")).len(), 1);
    with_params(&mut state, |params| params.commit_reveal_enabled = false);
    call(&mut state, 6, "//Alice", &count(1)).expect("works");
    assert_eq!(violations(&state), []);
    assert_eq!(state.into_changes(), before);
}

#[test]
fn who_takes_over_a_slot_starts_anew_in_every_mechanism() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    two(&mut state);
    call(&mut state, 5, "//val-b", &score(1, &[3, 4], &[1, 1])).expect("works");
    call(&mut state, 5, "//m1", &score(1, &[3], &[1])).expect("works");
    neurons::replace(&mut state, 1, 3, &account("//new"), 9);
    assert_eq!(epochs::weights(&state, 4_097, 1), [(3, 0), (4, 65_535)]);
    assert!(epochs::weights(&state, 4_097, 3).is_empty());
    assert_eq!(epochs::last_update(&state, 4_097)[3], 9);
    neurons::append(&mut state, 1, &account("//newer"), 10);
    assert_eq!(epochs::last_update(&state, 4_097)[8], 10);
}
