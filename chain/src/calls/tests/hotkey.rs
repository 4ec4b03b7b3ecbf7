//! Takes, owning a hotkey, and where miners stake.

use super::with_network;
use crate::{
    Call, CallError, Event,
    ledger::{accounts, stakes},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

fn increase(hotkey: &str, take: u16) -> Call {
    Call::IncreaseTake { hotkey: account(hotkey), take }
}

fn decrease(hotkey: &str, take: u16) -> Call {
    Call::DecreaseTake { hotkey: account(hotkey), take }
}

fn auto_stake(netuid: u16, hotkey: &str) -> Call {
    Call::SetColdkeyAutoStakeHotkey { netuid, hotkey: account(hotkey) }
}

/// //val-b keeps 1,000 since block 1.
fn chosen(state: &mut Overlay<'_>) {
    stakes::set_take(state, &account("//val-b"), 1_000, 1);
}

#[test]
fn errors_of_takes() {
    check_errors(
        216_001,
        vec![
            ("no such hotkey", |_| {}, "//Eve", increase("//nobody", 1), CallError::HotKeyAccountNotExists),
            ("no such hotkey", |_| {}, "//Eve", decrease("//nobody", 1), CallError::HotKeyAccountNotExists),
            ("another's", chosen, "//Eve", increase("//val-b", 0), CallError::NonAssociatedColdKey),
            ("another's", chosen, "//Eve", decrease("//val-b", 2_000), CallError::NonAssociatedColdKey),
            ("no raise", chosen, "//Ferdie", increase("//val-b", 1_000), CallError::DelegateTakeTooLow),
            (
                "above the largest",
                chosen,
                "//Ferdie",
                increase("//val-b", 11_797),
                CallError::DelegateTakeTooHigh,
            ),
            ("everything", chosen, "//Ferdie", increase("//val-b", u16::MAX), CallError::DelegateTakeTooHigh),
            (
                "too early",
                chosen,
                "//Ferdie",
                increase("//val-b", 1_001),
                CallError::DelegateTxRateLimitExceeded,
            ),
            ("no cut", chosen, "//Ferdie", decrease("//val-b", 1_000), CallError::DelegateTakeTooLow),
            (
                "below the least",
                |state| {
                    chosen(state);
                    with_network(state, |network| network.min_delegate_take = 500);
                },
                "//Ferdie",
                decrease("//val-b", 499),
                CallError::DelegateTakeTooLow,
            ),
        ],
    );
}

#[test]
fn a_raise_waits_for_the_last_change_and_a_cut_does_not() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let take = |state: &Overlay<'_>| stakes::take(state, &account("//val-b"));
    let events = call(&mut state, 1, "//Ferdie", &decrease("//val-b", 2_000)).expect("works");
    assert!(matches!(events[..], [Event::TakeDecreased { take: 2_000, .. }]));
    call(&mut state, 1, "//Ferdie", &decrease("//val-b", 1_000)).expect("works");
    let raise = increase("//val-b", 1_001);
    for early in [1, 2, 216_001] {
        let result = call(&mut state, early, "//Ferdie", &raise);
        assert_eq!(result, Err(CallError::DelegateTxRateLimitExceeded), "block {early}");
    }
    let events = call(&mut state, 216_002, "//Ferdie", &raise).expect("works");
    assert!(matches!(events[..], [Event::TakeIncreased { take: 1_001, .. }]));
    assert_eq!(take(&state), Some(1_001));
    with_network(&mut state, |network| network.tx_delegate_take_rate_limit = 0);
    call(&mut state, 216_002, "//Ferdie", &increase("//val-b", 11_796)).expect("works");
    assert_eq!(take(&state), Some(11_796));
}

#[test]
fn a_hotkey_without_owner_becomes_the_callers_and_no_other_does() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let associate = |hotkey| Call::TryAssociateHotkey { hotkey };
    assert_eq!(call(&mut state, 1, "//Eve", &associate(account("//val-b"))), Ok(Vec::new()));
    assert_eq!(stakes::owner(&state, &account("//val-b")), Some(account("//Ferdie")));
    assert_eq!(call(&mut state, 1, "//Eve", &associate(account("//fresh"))), Ok(Vec::new()));
    assert_eq!(stakes::owner(&state, &account("//fresh")), Some(account("//Eve")));
    let subnet = associate(accounts::subnet_account(1));
    assert_eq!(call(&mut state, 1, "//Eve", &subnet), Err(CallError::CannotUseSystemAccount));
}

#[test]
fn errors_of_auto_stake() {
    check_errors(
        1,
        vec![
            ("no such subnet", |_| {}, "//Eve", auto_stake(9, "//val-b"), CallError::SubnetNotExists),
            ("no slot", |_| {}, "//Eve", auto_stake(1, "//nobody"), CallError::HotKeyNotRegisteredInSubNet),
            (
                "as it is",
                |state| stakes::set_auto_stake(state, &account("//Eve"), 1, &account("//val-b")),
                "//Eve",
                auto_stake(1, "//val-b"),
                CallError::SameAutoStakeHotkeyAlreadySet,
            ),
        ],
    );
}

#[test]
fn the_auto_stake_hotkey_can_be_changed() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for hotkey in ["//val-b", "//val-c", "//val-b"] {
        let events = call(&mut state, 1, "//Eve", &auto_stake(1, hotkey)).expect("works");
        assert!(matches!(events[..], [Event::AutoStakeDestinationSet { netuid: 1, .. }]));
        assert_eq!(stakes::auto_stake(&state, &account("//Eve"), 1), Some(account(hotkey)));
    }
}
