//! Registration on subnets and on root.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, epochs, neurons, params, stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

fn register(netuid: u16, hotkey: &str) -> Call {
    Call::BurnedRegister { netuid, hotkey: account(hotkey) }
}

#[test]
fn errors() {
    let system = Call::BurnedRegister { netuid: 1, hotkey: accounts::subnet_account(1) };
    check_errors(
        1,
        vec![
            (
                "root",
                |_| {},
                "//Eve",
                register(ROOT, "//new"),
                CallError::RegistrationNotPermittedOnRootSubnet,
            ),
            ("no such subnet", |_| {}, "//Eve", register(9, "//new"), CallError::SubnetNotExists),
            (
                "closed",
                |state| with_params(state, |params| params.registration_allowed = false),
                "//Eve",
                register(1, "//m1"),
                CallError::SubNetRegistrationDisabled,
            ),
            (
                "registered",
                |_| {},
                "//nobody",
                register(1, "//m1"),
                CallError::HotKeyAlreadyRegisteredInSubNet,
            ),
            ("no money", |_| {}, "//nobody", register(1, "//new"), CallError::NotEnoughBalanceToStake),
            ("a subnet's account", |_| {}, "//Eve", system, CallError::CannotUseSystemAccount),
            (
                "somebody else's hotkey",
                |state| stakes::own(state, &account("//new"), &account("//Two")),
                "//Eve",
                register(1, "//new"),
                CallError::NonAssociatedColdKey,
            ),
            (
                "full of the owner's",
                |state| {
                    with_params(state, |params| params.max_allowed_uids = 8);
                    // Everybody is immune and too few are not; and the immune are the owner's.
                    with_params(state, |params| {
                        (params.immunity_period, params.min_non_immune_uids) = (0, 100);
                    });
                },
                "//Eve",
                register(1, "//new"),
                CallError::NoNeuronIdAvailable,
            ),
        ],
    );
}

#[test]
fn a_registration_costs_the_price_and_raises_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (before, balance) =
        (subnets::state_of(&state, 1).expect("subnet 1"), accounts::balance(&state, &account("//Eve")));
    let events = call(&mut state, 5, "//Eve", &register(1, "//new")).expect("works");
    assert_eq!(events, [Event::NeuronRegistered { netuid: 1, uid: 8, hotkey: account("//new") }]);
    let after = subnets::state_of(&state, 1).expect("subnet 1");
    assert_eq!(accounts::balance(&state, &account("//Eve")), balance.saturating_sub(before.burn));
    assert_eq!((before.burn, after.burn), (Tao::whole(1), Tao::new(1_260_000_000)));
    // The alpha it bought is destroyed: out of the pool, and not in circulation.
    assert_eq!(after.alpha_out, before.alpha_out);
    assert!(after.pool.alpha < before.pool.alpha);
    assert_eq!(after.totals.registrations_paid, before.burn);
    assert_eq!(epochs::last_update(&state, 1).last(), Some(&5));
    assert_eq!(stakes::owner(&state, &account("//new")), Some(account("//Eve")));
    assert_eq!(violations(&state), []);
}

#[test]
fn in_a_full_subnet_the_least_earning_neuron_makes_room() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_params(&mut state, |params| {
        params.max_allowed_uids = 8;
        (params.immunity_period, params.min_non_immune_uids) = (0, 0);
    });
    // The owner's validator earned least as well, but is immortal; among the others the oldest, then the lowest UID.
    epochs::set_weights(&mut state, 1, 2, &vec![(1, 9), (3, 7)]);
    let events = call(&mut state, 5, "//Eve", &register(1, "//new")).expect("works");
    assert_eq!(events, [Event::NeuronRegistered { netuid: 1, uid: 1, hotkey: account("//new") }]);
    assert_eq!(neurons::uid(&state, 1, &account("//val-b")), None);
    assert_eq!(neurons::uid(&state, 1, &account("//new")), Some(1));
    assert_eq!(neurons::count(&state, 1), 8);
    assert!(!epochs::has_permit(&state, 1, 1));
    assert_eq!(epochs::weights(&state, 1, 2), [(1, 0), (3, 7)]);
    // The former holder keeps its stake.
    assert!(stakes::hotkey_total(&state, 1, &account("//val-b")) > Alpha::ZERO);
}

#[test]
fn root_takes_members_by_stake_once_it_is_full() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let join = |uri: &str| Call::RootRegister { hotkey: account(uri) };
    let mut values = params::subnet(&state, ROOT);
    (values.max_allowed_uids, values.max_registrations_per_block) = (2, 10);
    params::put_subnet(&mut state, ROOT, &values);

    // Anybody may register anybody's hotkey.
    let events = call(&mut state, 1, "//Eve", &join("//val-a")).expect("works");
    assert_eq!(events, [Event::NeuronRegistered { netuid: ROOT, uid: 0, hotkey: account("//val-a") }]);
    assert_eq!(stakes::take(&state, &account("//val-a")), Some(11_796));
    let again = call(&mut state, 1, "//Eve", &join("//val-a"));
    assert_eq!(again, Err(CallError::HotKeyAlreadyRegisteredInSubNet));
    call(&mut state, 1, "//Eve", &join("//m1")).expect("works");
    let system = Call::RootRegister { hotkey: accounts::subnet_account(0) };
    assert_eq!(call(&mut state, 1, "//Eve", &system), Err(CallError::CannotUseSystemAccount));
    assert_eq!(call(&mut state, 1, "//Eve", &join("//m2")), Err(CallError::StakeTooLowForRoot));
    let events = call(&mut state, 1, "//Eve", &join("//val-b")).expect("has stake");
    assert_eq!(events, [Event::NeuronRegistered { netuid: ROOT, uid: 1, hotkey: account("//val-b") }]);
    // Three in the interval are enough, one a block is the rule.
    let third = call(&mut state, 1, "//Eve", &join("//val-c"));
    assert_eq!(third, Err(CallError::TooManyRegistrationsThisInterval));
    subnets::update(&mut state, ROOT, |root| root.registrations.this_block = 10);
    assert_eq!(call(&mut state, 1, "//Eve", &join("//val-c")), Err(CallError::TooManyRegistrationsThisBlock));
}

#[test]
fn whoever_joins_root_keeps_the_default_take_whatever_the_maximum() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_network(&mut state, |network| network.max_delegate_take = 1);
    let join = Call::RootRegister { hotkey: account("//new") };
    call(&mut state, 1, "//Eve", &join).expect("there is room");
    assert_eq!(stakes::take(&state, &account("//new")), Some(11_796));
}
