//! Leaving all subnets at once, leaving one wholly, and small nominations.

use super::with_params;
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, locks, stakes,
        subnets::{self, ROOT},
    },
    params::Param,
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

fn all(hotkey: &str) -> Call {
    Call::UnstakeAll { hotkey: account(hotkey) }
}

fn all_alpha(hotkey: &str) -> Call {
    Call::UnstakeAllAlpha { hotkey: account(hotkey) }
}

fn full(netuid: u16, limit: Option<u64>) -> Call {
    Call::RemoveStakeFullLimit { hotkey: account("//val-b"), netuid, limit }
}

fn stake(state: &Overlay<'_>, netuid: u16, coldkey: &str) -> Alpha {
    stakes::stake(state, netuid, &account("//val-b"), &account(coldkey))
}

#[test]
fn errors() {
    check_errors(
        1,
        vec![
            ("no such hotkey", |_| {}, "//Eve", all("//nobody"), CallError::HotKeyAccountNotExists),
            ("no such hotkey", |_| {}, "//Eve", all_alpha("//nobody"), CallError::HotKeyAccountNotExists),
            ("nothing to restake", |_| {}, "//Eve", all_alpha("//val-b"), CallError::AmountTooLow),
            (
                "nothing that could leave",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Ferdie",
                all_alpha("//val-b"),
                CallError::AmountTooLow,
            ),
            ("nothing to leave", |_| {}, "//Eve", full(1, None), CallError::AmountTooLow),
            ("no such subnet", |_| {}, "//Ferdie", full(9, None), CallError::SubtokenDisabled),
            ("no such subnet", |_| {}, "//Ferdie", full(9, Some(0)), CallError::SubnetNotExists),
            ("not wholly", |_| {}, "//Ferdie", full(1, Some(1_240_000_000)), CallError::SlippageTooHigh),
        ],
    );
}

#[test]
fn a_stranger_leaves_nothing_and_that_is_fine() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    assert_eq!(call(&mut state, 1, "//Eve", &all("//val-b")), Ok(Vec::new()));
    assert!(state.into_changes().is_empty());
}

#[test]
fn everything_is_left_root_first() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let before = accounts::balance(&state, &account("//Ferdie"));
    let events = call(&mut state, 1, "//Ferdie", &all("//val-b")).expect("works");
    let [
        Event::StakeRemoved { netuid: ROOT, tao_out: root, .. },
        Event::StakeRemoved { netuid: 1, tao_out, .. },
    ] = events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(root, Tao::whole(30_000));
    assert_eq!((stake(&state, ROOT, "//Ferdie"), stake(&state, 1, "//Ferdie")), (Alpha::ZERO, Alpha::ZERO));
    let after = accounts::balance(&state, &account("//Ferdie"));
    assert_eq!(after, before.saturating_add(root).saturating_add(tao_out));
    assert_eq!(violations(&state), []);
}

#[test]
fn a_subnet_that_cannot_be_left_is_skipped() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    subnets::update(&mut state, 1, |subnet| subnet.pool.tao = Tao::new(999_999));
    let events = call(&mut state, 1, "//Ferdie", &all("//val-b")).expect("works");
    assert!(matches!(events[..], [Event::StakeRemoved { netuid: ROOT, .. }]), "{events:?}");
    assert_eq!(stake(&state, 1, "//Ferdie"), Alpha::whole(5_000));
}

#[test]
fn all_alpha_becomes_root_stake() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let events = call(&mut state, 1, "//Ferdie", &all_alpha("//val-b")).expect("works");
    let [
        Event::StakeRemoved { netuid: 1, tao_out, .. },
        Event::StakeAdded { netuid: ROOT, tao_in, alpha_out, .. },
    ] = events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((tao_in, alpha_out.units()), (tao_out, tao_out.units()));
    assert_eq!(stake(&state, ROOT, "//Ferdie"), Alpha::whole(30_000).saturating_add(alpha_out));
    assert_eq!(violations(&state), []);
}

#[test]
fn a_whole_stake_leaves_with_and_without_a_limit() {
    let base = dev_state();
    for limit in [None, Some(1_000)] {
        let mut state = Overlay::new(&base);
        call(&mut state, 1, "//Ferdie", &full(1, limit)).expect("works");
        assert_eq!(stake(&state, 1, "//Ferdie"), Alpha::ZERO);
        assert_eq!(violations(&state), []);
    }
}

/// The sudo account asks that nominations be worth `millionths` of 0.002 TAO.
fn minimum(millionths: i128) -> Call {
    let param = Param::by_name("nominator_min_required_stake").expect("a parameter").id;
    Call::SetParam { netuid: None, param, value: millionths }
}

#[test]
fn a_higher_minimum_pays_out_small_nominations_at_once() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let add = Call::AddStake { hotkey: account("//val-b"), netuid: ROOT, amount: Tao::new(100_000_000) };
    call(&mut state, 1, "//Eve", &add).expect("works");
    // 0.1 TAO is just enough; owners and larger nominations stay in any case.
    let events = call(&mut state, 1, "//Alice", &minimum(50_000_000)).expect("works");
    assert_eq!((events.len(), stake(&state, ROOT, "//Eve")), (1, Alpha::new(100_000_000)));
    let events = call(&mut state, 1, "//Alice", &minimum(50_001_000)).expect("works");
    assert!(
        matches!(events[..], [Event::ParamSet { .. }, Event::StakeRemoved { netuid: ROOT, .. }]),
        "{events:?}"
    );
    assert_eq!(stake(&state, ROOT, "//Eve"), Alpha::ZERO);
    assert_eq!(stake(&state, 1, "//Two"), Alpha::whole(1_000));
    // A lower one pays nobody out.
    call(&mut state, 1, "//Eve", &add).expect("works");
    let events = call(&mut state, 1, "//Alice", &minimum(50_000_500)).expect("works");
    assert_eq!((events.len(), stake(&state, ROOT, "//Eve")), (1, Alpha::new(100_000_000)));
    assert_eq!(violations(&state), []);
}

#[test]
fn small_nominations_are_paid_out_by_hotkey_first() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let places = [("//val-a", 1), ("//val-a", ROOT), ("//val-c", 1), ("//val-c", ROOT)];
    for (hotkey, netuid) in places {
        let add = Call::AddStake { hotkey: account(hotkey), netuid, amount: Tao::new(100_000_000) };
        call(&mut state, 1, "//Eve", &add).expect("works");
    }
    // Half a TAO is the least.
    let events = call(&mut state, 1, "//Alice", &minimum(250_000_000)).expect("works");
    let mut expected: Vec<_> = places.map(|(hotkey, netuid)| (account(hotkey), netuid)).into();
    expected.sort_unstable();
    let paid: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::StakeRemoved { hotkey, netuid, .. } => Some((*hotkey, *netuid)),
            _ => None,
        })
        .collect();
    assert_eq!(paid, expected);
}

#[test]
fn a_small_nomination_that_cannot_be_paid_is_gone() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    subnets::update(&mut state, 1, |subnet| subnet.pool.tao = Tao::new(999_999));
    let events = call(&mut state, 1, "//Alice", &minimum(1_000_000)).expect("works");
    assert_eq!(events.len(), 1);
    assert_eq!(stake(&state, 1, "//Two"), Alpha::ZERO);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_small_nomination_that_is_paid_out_takes_its_lock_along() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let lock = Call::LockStake { hotkey: account("//val-b"), netuid: 1, amount: Alpha::whole(900) };
    call(&mut state, 1, "//Two", &lock).expect("works");
    // 1,000 alpha are worth 1,250 TAO.
    call(&mut state, 1, "//Alice", &minimum(i128::from(1_251 * 500_000_000u64))).expect("works");
    assert_eq!(stake(&state, 1, "//Two"), Alpha::ZERO);
    assert_eq!(locks::lock(&state, 1, &account("//Two")), None);
    assert_eq!(violations(&state), []);
}
