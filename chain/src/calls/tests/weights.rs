//! Setting weights.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    ledger::{epochs, subnets::ROOT},
    state::Overlay,
    testing::{call, check_errors, dev_state},
};

fn set(netuid: u16, uids: &[u16], values: &[u16]) -> Call {
    Call::SetWeights { netuid, uids: uids.to_vec(), values: values.to_vec(), version_key: 3 }
}

#[test]
fn errors() {
    let threshold =
        |state: &mut Overlay<'_>| with_network(state, |network| network.stake_threshold = 1 << 60);
    check_errors(
        50,
        vec![
            ("root", |_| {}, "//nobody", set(ROOT, &[1], &[]), CallError::CanNotSetRootNetworkWeights),
            ("unequal lists", |_| {}, "//nobody", set(9, &[1], &[]), CallError::WeightVecNotEqualSize),
            ("no such subnet", |_| {}, "//nobody", set(9, &[1], &[1]), CallError::MechanismDoesNotExist),
            (
                "commit-reveal",
                |state| with_params(state, |params| params.commit_reveal_enabled = true),
                "//nobody",
                set(1, &[0; 9], &[0; 9]),
                CallError::CommitRevealEnabled,
            ),
            (
                "too many",
                |_| {},
                "//nobody",
                set(1, &[0; 9], &[0; 9]),
                CallError::UidsLengthExceedUidsInSubNet,
            ),
            ("a stranger", threshold, "//nobody", set(1, &[0], &[1]), CallError::HotKeyNotRegisteredInSubNet),
            (
                "too little stake",
                threshold,
                "//val-b",
                set(1, &[0], &[1]),
                CallError::NotEnoughStakeToSetWeights,
            ),
            (
                "an old version",
                |state| with_params(state, |params| params.weights_version_key = 4),
                "//m1",
                set(1, &[0], &[1]),
                CallError::IncorrectWeightVersionKey,
            ),
            (
                "too soon",
                |state| {
                    with_params(state, |params| params.weights_set_rate_limit = 10);
                    epochs::set_last_update(state, 1, 3, 41);
                },
                "//m1",
                set(1, &[0], &[1]),
                CallError::SettingWeightsTooFast,
            ),
            ("no permit", |_| {}, "//m1", set(1, &[4, 4], &[1, 1]), CallError::NeuronNoValidatorPermit),
            ("twice the same", |_| {}, "//val-b", set(1, &[9, 9], &[1, 1]), CallError::DuplicateUids),
            (
                "no such neuron",
                |_| {},
                "//val-b",
                set(1, &[3, 8], &[1, 1]),
                CallError::UidVecContainInvalidOne,
            ),
            (
                "too few",
                |state| with_params(state, |params| params.min_allowed_weights = 3),
                "//val-b",
                set(1, &[3, 4], &[1, 1]),
                CallError::WeightVecLengthIsLow,
            ),
        ],
    );
}

#[test]
fn a_row_is_scaled_and_keeps_its_order_and_zeros() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let events = call(&mut state, 50, "//val-c", &set(1, &[5, 3, 4], &[1, 2, 0])).expect("works");
    assert_eq!(events, [Event::WeightsSet { netuid: 1, mechanism: 0, uid: 2 }]);
    assert_eq!(epochs::weights(&state, 1, 2), [(5, 32_768), (3, 65_535), (4, 0)]);
    assert_eq!(epochs::last_update(&state, 1)[2], 50);
}

#[test]
fn who_needs_no_permit_or_minimum() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_params(&mut state, |params| params.min_allowed_weights = 3);
    // A lone self weight; and at the edge of the rate limit.
    call(&mut state, 50, "//m1", &set(1, &[3], &[1])).expect("a lone self weight");
    with_params(&mut state, |params| params.weights_set_rate_limit = 10);
    assert_eq!(call(&mut state, 59, "//m1", &set(1, &[3], &[1])), Err(CallError::SettingWeightsTooFast));
    call(&mut state, 60, "//m1", &set(1, &[3], &[1])).expect("waited");
    // The owner's hotkey, whatever its stake and permit.
    with_network(&mut state, |network| network.stake_threshold = 1 << 60);
    epochs::set_permit(&mut state, 1, 0, false);
    call(&mut state, 60, "//val-a", &set(1, &[3, 4, 5], &[1, 1, 1])).expect("the owner");
}
