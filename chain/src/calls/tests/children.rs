//! Child keys.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    ledger::{children, params, stakes, subnets::ROOT},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::Alpha;

fn set_children(hotkey: &str, netuid: u16, children: &[(u64, &str)]) -> Call {
    let children = children.iter().map(|(part, child)| (*part, account(child))).collect();
    Call::SetChildren { hotkey: account(hotkey), netuid, children }
}

fn set_take(hotkey: &str, netuid: u16, take: u16) -> Call {
    Call::SetChildkeyTake { hotkey: account(hotkey), netuid, take }
}

fn lend(hotkey: &str, enabled: bool) -> Call {
    Call::SetAutoParentDelegationEnabled { hotkey: account(hotkey), enabled }
}

/// //Eve owns //hot.
fn with_hotkey(state: &mut Overlay<'_>) {
    stakes::own(state, &account("//hot"), &account("//Eve"));
}

#[test]
fn errors_of_setting_children() {
    let six: Vec<(u64, &str)> =
        ["//1", "//2", "//3", "//4", "//5", "//6"].into_iter().map(|child| (u64::MAX, child)).collect();
    let just_set = |state: &mut Overlay<'_>| {
        with_hotkey(state);
        call(state, 51, "//Eve", &set_children("//hot", 1, &[])).expect("never set before");
    };
    let without_stake = |state: &mut Overlay<'_>| {
        with_hotkey(state);
        with_network(state, |network| network.stake_threshold = 1);
        children::set(state, 1, &account("//p"), vec![(1, account("//hot"))]);
    };
    let twice = [(1, "//hot"), (1, "//hot")];
    let on_root = set_children("//hot", ROOT, &twice);
    check_errors(
        200,
        vec![
            ("too soon", just_set, "//Bob", set_children("//hot", 1, &twice), CallError::TxRateLimitExceeded),
            ("on root", with_hotkey, "//Bob", on_root, CallError::RegistrationNotPermittedOnRootSubnet),
            (
                "no such subnet",
                with_hotkey,
                "//Bob",
                set_children("//hot", 9, &twice),
                CallError::SubnetNotExists,
            ),
            (
                "somebody else's",
                with_hotkey,
                "//Bob",
                set_children("//hot", 1, &twice),
                CallError::NonAssociatedColdKey,
            ),
            ("twice", with_hotkey, "//Eve", set_children("//hot", 1, &twice), CallError::DuplicateChild),
            ("itself", with_hotkey, "//Eve", set_children("//hot", 1, &twice[..1]), CallError::InvalidChild),
            ("six", with_hotkey, "//Eve", set_children("//hot", 1, &six), CallError::TooManyChildren),
            (
                "more than all",
                with_hotkey,
                "//Eve",
                set_children("//hot", 1, &six[..2]),
                CallError::ProportionOverflow,
            ),
            (
                "its parent",
                without_stake,
                "//Eve",
                set_children("//hot", 1, &[(1, "//p")]),
                CallError::ChildParentInconsistency,
            ),
            (
                "too little stake",
                without_stake,
                "//Eve",
                set_children("//hot", 1, &[(1, "//a")]),
                CallError::NotEnoughStakeToSetChildkeys,
            ),
        ],
    );
}

#[test]
fn children_can_be_set_again_after_150_blocks_and_given_up_without_stake() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_hotkey(&mut state);
    let (hotkey, block) = (account("//hot"), 50 + params::network(&state).pending_childkey_cooldown);
    let asked = call(&mut state, 50, "//Eve", &set_children("//hot", 1, &[(1, "//a")]));
    let children = vec![(1, account("//a"))];
    assert_eq!(asked, Ok(vec![Event::SetChildrenScheduled { hotkey, netuid: 1, block, children }]));
    with_network(&mut state, |network| network.stake_threshold = 1);
    let none = set_children("//hot", 1, &[]);
    assert_eq!(call(&mut state, 199, "//Eve", &none), Err(CallError::TxRateLimitExceeded));
    assert!(call(&mut state, 200, "//Eve", &none).is_ok());
}

#[test]
fn errors_of_setting_a_take() {
    let raised = |state: &mut Overlay<'_>| {
        with_hotkey(state);
        call(state, 1, "//Eve", &set_take("//hot", 1, 10)).expect("never set before");
    };
    let with_minimum = |state: &mut Overlay<'_>| {
        with_hotkey(state);
        with_params(state, |params| params.min_childkey_take = 5);
    };
    check_errors(
        216_000,
        vec![
            (
                "somebody else's",
                with_hotkey,
                "//Bob",
                set_take("//hot", 9, 11_797),
                CallError::NonAssociatedColdKey,
            ),
            (
                "no such subnet",
                with_hotkey,
                "//Eve",
                set_take("//hot", 9, 11_797),
                CallError::SubnetNotExists,
            ),
            ("too much", with_hotkey, "//Eve", set_take("//hot", 1, 11_797), CallError::InvalidChildkeyTake),
            ("too little", with_minimum, "//Eve", set_take("//hot", 1, 4), CallError::InvalidChildkeyTake),
            (
                "too soon",
                raised,
                "//Eve",
                set_take("//hot", 1, 11),
                CallError::TxChildkeyTakeRateLimitExceeded,
            ),
        ],
    );
}

#[test]
fn a_take_may_fall_at_any_time_and_that_sets_the_clock_too() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_hotkey(&mut state);
    let (hotkey, day) = (account("//hot"), 216_000);
    let set = Ok(vec![Event::ChildKeyTakeSet { hotkey, take: 10 }]);
    assert_eq!(call(&mut state, 1, "//Eve", &set_take("//hot", 1, 10)), set);
    assert!(call(&mut state, 2, "//Eve", &set_take("//hot", 1, 9)).is_ok());
    let raise = set_take("//hot", 1, 10);
    assert_eq!(call(&mut state, 1 + day, "//Eve", &raise), Err(CallError::TxChildkeyTakeRateLimitExceeded));
    assert!(call(&mut state, 2 + day, "//Eve", &raise).is_ok());
    with_params(&mut state, |params| params.min_childkey_take = 20);
    assert_eq!(children::take(&state, 1, &hotkey), 20);
}

#[test]
fn root_validators_lend_to_the_owner_of_a_new_subnet_unless_they_said_no() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for (coldkey, hotkey) in [("//Eve", "//yes"), ("//Ferdie", "//no")] {
        let register = Call::RootRegister { hotkey: account(hotkey) };
        assert!(call(&mut state, u64::from(hotkey == "//no") + 200, coldkey, &register).is_ok());
        let mut root = crate::ledger::subnets::state_of(&state, ROOT).expect("root");
        root.registrations = Default::default();
        crate::ledger::subnets::put_state(&mut state, ROOT, &root);
    }
    assert_eq!(call(&mut state, 201, "//Eve", &lend("//no", false)), Err(CallError::NonAssociatedColdKey));
    with_hotkey(&mut state);
    let not_on_root = Err(CallError::HotKeyNotRegisteredInSubNet);
    assert_eq!(call(&mut state, 201, "//Eve", &lend("//hot", false)), not_on_root);
    let hotkey = account("//no");
    let said = Ok(vec![Event::AutoParentDelegationEnabledSet { hotkey, enabled: false }]);
    assert_eq!(call(&mut state, 201, "//Ferdie", &lend("//no", false)), said);

    let create = Call::RegisterNetwork { hotkey: account("//new") };
    let events = call(&mut state, 100_000, "//Alice", &create).expect("//Alice is rich");
    let netuid = events.iter().find_map(|event| match event {
        Event::NetworkAdded { netuid, .. } => Some(*netuid),
        _ => None,
    });
    let parents = children::parents(&state, netuid.expect("a subnet"), &account("//new"));
    assert!(parents.contains(&(u64::MAX, account("//yes"))));
    assert!(!parents.iter().any(|(_, parent)| *parent == hotkey));
}

#[test]
fn stake_that_is_lent_counts_for_the_child() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_hotkey(&mut state);
    stakes::increase(&mut state, 1, &account("//hot"), &account("//Eve"), Alpha::new(1_000));
    let before = children::stake_weight(&state, 1, &account("//val-b"));
    children::set(&mut state, 1, &account("//hot"), vec![(u64::MAX, account("//val-b"))]);
    assert_eq!(children::stake_weight(&state, 1, &account("//val-b")), before + 1_000);
    assert_eq!(children::stake_weight(&state, 1, &account("//hot")), 0);
}
