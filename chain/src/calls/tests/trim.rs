//! Trimming a subnet to fewer slots.

use super::with_params;
use crate::{
    Call, CallError,
    invariants::violations,
    ledger::{
        epochs, neurons,
        params::{self, TRIM},
        subnets,
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

fn trim(max_n: u16) -> Call {
    Call::TrimSubnet { netuid: 1, max_n }
}

/// Nobody is immune but the owner's hotkey.
fn exposed(state: &mut Overlay<'_>) {
    with_params(state, |params| (params.min_allowed_uids, params.immunity_period) = (2, 0));
}

#[test]
fn errors() {
    check_errors(
        50,
        vec![
            (
                "no such subnet",
                |_| {},
                "//Alice",
                Call::TrimSubnet { netuid: 9, max_n: 4 },
                CallError::SubnetDoesNotExist,
            ),
            ("not the owner", |_| {}, "//Eve", trim(4), CallError::BadOrigin),
            (
                "too soon",
                |state| {
                    params::set_owner_clock(state, 1, TRIM, 4);
                    let mut subnet = subnets::subnet(state, 1).expect("subnet 1");
                    subnet.owner = Some(account("//Eve"));
                    subnets::put_subnet(state, 1, &subnet);
                },
                "//Eve",
                trim(4),
                CallError::TxRateLimitExceeded,
            ),
            (
                "before an epoch",
                |state| subnets::update(state, 1, |subnet| subnet.clock.pending_epoch_at = 51),
                "//Alice",
                trim(4),
                CallError::AdminActionProhibitedDuringWeightsWindow,
            ),
            ("below the least", exposed, "//Alice", trim(1), CallError::InvalidValue),
            ("above the most", exposed, "//Alice", trim(257), CallError::InvalidValue),
            (
                "too many immune",
                |state| {
                    exposed(state);
                    with_params(state, |params| params.immunity_period = 100);
                },
                "//Alice",
                trim(7),
                CallError::TrimmingWouldExceedMaxImmunePercentage,
            ),
        ],
    );
}

#[test]
fn the_least_earning_go_and_the_others_are_renumbered() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    exposed(&mut state);
    // UIDs 0 to 7: val-a, val-b, val-c, m1 to m5. The owner's val-a is immortal and earns nothing.
    let emission = [0, 5, 0, 9, 0, 7, 0, 1];
    epochs::set_emission(&mut state, 1, &emission.to_vec());
    epochs::set_weights(&mut state, 1, 1, &vec![(3, 30), (4, 40), (5, 50)]);
    epochs::set_weights(&mut state, 1, 2, &vec![(3, 1)]);
    let before = neurons::neurons(&state, 1);
    call(&mut state, 50, "//Alice", &trim(4)).expect("works");
    let kept: Vec<neurons::Neuron> = [0, 1, 3, 5].map(|uid: usize| before[uid]).to_vec();
    assert_eq!(neurons::neurons(&state, 1), kept);
    assert_eq!(epochs::emission(&state, 1), [0, 5, 9, 7]);
    assert_eq!(epochs::weights(&state, 1, 1), [(2, 30), (3, 50)]);
    assert_eq!(epochs::weights(&state, 1, 2), []);
    assert_eq!(params::subnet(&state, 1).max_allowed_uids, 4);
    assert_eq!(violations(&state), []);
}

#[test]
fn among_equals_the_highest_uids_go_first() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    exposed(&mut state);
    call(&mut state, 50, "//Alice", &trim(6)).expect("works");
    let uris = ["//val-a", "//val-b", "//val-c", "//m1", "//m2", "//m3"];
    let hotkeys: Vec<_> = neurons::neurons(&state, 1).iter().map(|neuron| neuron.hotkey).collect();
    assert_eq!(hotkeys, uris.map(account));
}

#[test]
fn with_room_enough_only_the_limit_changes() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    exposed(&mut state);
    call(&mut state, 50, "//Alice", &trim(8)).expect("works");
    assert_eq!((neurons::count(&state, 1), params::subnet(&state, 1).max_allowed_uids), (8, 8));
}
