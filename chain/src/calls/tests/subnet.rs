//! Creating and starting subnets.

use super::with_network;
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, neurons, params, stakes,
        subnets::{self, Creation},
    },
    query,
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::Tao;

fn create(hotkey: &str) -> Call {
    Call::RegisterNetwork { hotkey: account(hotkey) }
}

#[test]
fn errors_of_creating() {
    let system = Call::RegisterNetwork { hotkey: accounts::subnet_account(3) };
    check_errors(
        10,
        vec![
            ("somebody else's hotkey", |_| {}, "//nobody", create("//m1"), CallError::NonAssociatedColdKey),
            ("a subnet's account", |_| {}, "//nobody", system, CallError::CannotUseSystemAccount),
            (
                "too soon after another",
                |state| {
                    with_network(state, |network| network.network_rate_limit = 7);
                    subnets::set_creation(state, &Creation { last_block: 4, last_lock: Tao::whole(1) });
                },
                "//nobody",
                create("//new"),
                CallError::NetworkTxRateLimitExceeded,
            ),
            (
                "too many",
                |state| with_network(state, |network| network.subnet_limit = 1),
                "//nobody",
                create("//new"),
                CallError::SubnetLimitReached,
            ),
            ("no money", |_| {}, "//nobody", create("//new"), CallError::CannotAffordLockCost),
        ],
    );
}

#[test]
fn errors_of_starting() {
    let start = |netuid| Call::StartCall { netuid };
    check_errors(
        10,
        vec![
            ("no such subnet", |_| {}, "//Alice", start(9), CallError::SubnetNotExists),
            ("not the owner", |_| {}, "//Bob", start(1), CallError::BadOrigin),
            ("started", |_| {}, "//Alice", start(1), CallError::FirstEmissionBlockNumberAlreadySet),
            (
                "too young",
                |state| {
                    subnets::update(state, 1, |subnet| subnet.first_emission_block = None);
                    with_network(state, |network| network.start_call_delay = 11);
                },
                "//Alice",
                start(1),
                CallError::NeedWaitingMoreBlocksToStarCall,
            ),
        ],
    );
}

#[test]
fn a_subnet_from_its_lock_to_its_first_stake() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let cost = query::network(&state, 9).lock_cost;
    assert_eq!(cost, Tao::whole(100));
    let before = accounts::balance(&state, &account("//Eve"));
    let events = call(&mut state, 10, "//Eve", &create("//new")).expect("works");
    assert_eq!(events, [Event::NetworkAdded { netuid: 2, mechanism: 1 }]);
    assert_eq!(accounts::balance(&state, &account("//Eve")), before.saturating_sub(cost));
    assert_eq!(neurons::uid(&state, 2, &account("//new")), Some(0));
    let info = query::subnet(&state, 2).expect("the new subnet");
    assert_eq!((info.owner, info.owner_hotkey), (Some(account("//Eve")), Some(account("//new"))));
    // The pool starts with the lock, at the median of all prices.
    assert_eq!((info.pool.tao, info.pool.price.rao), (cost, 1_250_000_000));
    assert_eq!((info.burn, info.started, info.symbol.as_str()), (Tao::whole(1), false, "β"));
    // The next one costs double, less what time takes off.
    assert_eq!(query::network(&state, 9).lock_cost, Tao::whole(200));
    assert_eq!(query::network(&state, 509).lock_cost, Tao::whole(150));

    let stake = Call::AddStake { hotkey: account("//new"), netuid: 2, amount: Tao::whole(1) };
    assert_eq!(call(&mut state, 10, "//Eve", &stake), Err(CallError::SubtokenDisabled));
    let events = call(&mut state, 11, "//Eve", &Call::StartCall { netuid: 2 }).expect("works");
    assert_eq!(events, [Event::FirstEmissionBlockNumberSet { netuid: 2, block: 12 }]);
    call(&mut state, 11, "//Eve", &stake).expect("works");
    assert!(stakes::hotkey_total(&state, 2, &account("//new")).units() > 0);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_new_subnet_starts_with_the_network_own_defaults() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 10, "//Eve", &create("//new")).expect("works");
    assert_eq!(params::subnet(&state, 2), params::new_subnet(&state));
    // Spread over the tempo by its number.
    assert_eq!(subnets::state_of(&state, 2).expect("subnet 2").clock.last_epoch_block, 8);
}
