//! Stake that moves to another hotkey, coldkey or subnet.

use super::with_params;
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, claims, locks, stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

const UNIT: u64 = 1_000_000_000;

fn shift(hotkeys: (&str, &str), netuids: (u16, u16), amount: u64) -> Call {
    Call::MoveStake {
        origin_hotkey: account(hotkeys.0),
        destination_hotkey: account(hotkeys.1),
        origin_netuid: netuids.0,
        destination_netuid: netuids.1,
        amount: Alpha::new(amount),
    }
}

fn transfer(to: &str, netuids: (u16, u16), amount: u64) -> Call {
    Call::TransferStake {
        destination_coldkey: account(to),
        hotkey: account("//val-b"),
        origin_netuid: netuids.0,
        destination_netuid: netuids.1,
        amount: Alpha::new(amount),
    }
}

fn swap(netuids: (u16, u16), amount: u64) -> Call {
    Call::SwapStake {
        hotkey: account("//val-b"),
        origin_netuid: netuids.0,
        destination_netuid: netuids.1,
        amount: Alpha::new(amount),
    }
}

fn swap_limit(netuids: (u16, u16), amount: u64, limit: u64, allow_partial: bool) -> Call {
    Call::SwapStakeLimit {
        hotkey: account("//val-b"),
        origin_netuid: netuids.0,
        destination_netuid: netuids.1,
        amount: Alpha::new(amount),
        limit,
        allow_partial,
    }
}

/// Creates and starts subnet 2, whose owner is //Eve.
fn second_subnet(state: &mut Overlay<'_>) {
    let create = Call::RegisterNetwork { hotkey: account("//new") };
    call(state, 1, "//Eve", &create).expect("works");
    call(state, 1, "//Eve", &Call::StartCall { netuid: 2 }).expect("works");
}

fn stake(state: &Overlay<'_>, netuid: u16, hotkey: &str, coldkey: &str) -> Alpha {
    stakes::stake(state, netuid, &account(hotkey), &account(coldkey))
}

#[test]
fn errors_of_moving() {
    let same = ("//val-b", "//val-b");
    check_errors(
        1,
        vec![
            ("to itself", |_| {}, "//Ferdie", shift(same, (1, 1), 0), CallError::SameNetuid),
            ("to itself where nothing is", |_| {}, "//Ferdie", swap((9, 9), 0), CallError::SameNetuid),
            ("no such origin", |_| {}, "//Ferdie", swap((9, 1), UNIT), CallError::SubnetNotExists),
            ("no such destination", |_| {}, "//Ferdie", swap((1, 9), u64::MAX), CallError::SubnetNotExists),
            (
                "origin not started",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Ferdie",
                shift(("//val-b", "//nobody"), (1, 0), UNIT),
                CallError::SubtokenDisabled,
            ),
            (
                "destination not started",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Ferdie",
                swap((0, 1), UNIT),
                CallError::SubtokenDisabled,
            ),
            (
                "no such hotkey",
                |_| {},
                "//Ferdie",
                shift(("//val-b", "//nobody"), (1, 0), 0),
                CallError::HotKeyAccountNotExists,
            ),
            ("nothing across", |_| {}, "//Ferdie", swap((1, 0), 0), CallError::AmountTooLow),
            ("one unit across", |_| {}, "//Ferdie", swap((1, 0), 1), CallError::AmountTooLow),
            ("just the minimum", |_| {}, "//Ferdie", swap((0, 1), 2_000_000), CallError::AmountTooLow),
            (
                "nothing within",
                |_| {},
                "//Ferdie",
                shift(("//val-b", "//val-c"), (1, 1), 0),
                CallError::AmountTooLow,
            ),
            (
                "one unit within",
                |_| {},
                "//Ferdie",
                shift(("//val-b", "//val-c"), (1, 1), 1),
                CallError::AmountTooLow,
            ),
            ("no stake", |_| {}, "//Eve", swap((1, 0), u64::MAX), CallError::AmountTooLow),
            (
                "pool too small to pay",
                |state| subnets::update(state, 1, |subnet| subnet.pool.tao = Tao::new(999_999)),
                "//Ferdie",
                swap((1, 0), UNIT),
                CallError::InsufficientLiquidity,
            ),
        ],
    );
}

#[test]
fn errors_of_moving_with_a_limit() {
    check_errors(
        1,
        vec![
            (
                "past the limit, before everything else",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Ferdie",
                swap_limit((1, 0), 0, 2_000_000_000, true),
                CallError::PriceLimitExceeded,
            ),
            (
                "too dear where it goes",
                |_| {},
                "//Ferdie",
                swap_limit((0, 1), UNIT, 900_000_000, true),
                CallError::PriceLimitExceeded,
            ),
            (
                "no limit within a subnet",
                |_| {},
                "//Ferdie",
                swap_limit((1, 1), 0, u64::MAX, false),
                CallError::SameNetuid,
            ),
            (
                "does not fit",
                |_| {},
                "//Ferdie",
                swap_limit((1, 0), 1_000 * UNIT, 1_240_000_000, false),
                CallError::SlippageTooHigh,
            ),
            (
                "does not fit between two pools",
                second_subnet,
                "//Ferdie",
                swap_limit((1, 2), UNIT, u64::MAX, false),
                CallError::SlippageTooHigh,
            ),
        ],
    );
}

#[test]
fn errors_of_transferring() {
    let forbidden: fn(&mut Overlay<'_>) =
        |state| with_params(state, |params| params.transfers_enabled = false);
    check_errors(
        1,
        vec![
            ("to oneself", |_| {}, "//Ferdie", transfer("//Ferdie", (1, 1), UNIT), CallError::SameNetuid),
            (
                "worth too little, although forbidden",
                forbidden,
                "//Ferdie",
                transfer("//Eve", (1, 0), 1),
                CallError::AmountTooLow,
            ),
            (
                "forbidden by the origin",
                forbidden,
                "//Ferdie",
                transfer("//Eve", (1, 0), UNIT),
                CallError::TransferDisallowed,
            ),
            (
                "forbidden by the destination",
                forbidden,
                "//Ferdie",
                transfer("//Eve", (0, 1), UNIT),
                CallError::TransferDisallowed,
            ),
            (
                "forbidden within",
                forbidden,
                "//Ferdie",
                transfer("//Eve", (1, 1), 1),
                CallError::TransferDisallowed,
            ),
        ],
    );
}

#[test]
fn within_a_subnet_shares_change_hands_without_a_trade() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_params(&mut state, |params| params.transfers_enabled = false);
    let before = subnets::state_of(&state, 1);
    let events =
        call(&mut state, 1, "//Ferdie", &shift(("//val-b", "//val-c"), (1, 1), 2 * UNIT)).expect("works");
    let [
        Event::StakeRemoved { alpha_in, fee: Alpha::ZERO, .. },
        Event::StakeAdded { alpha_out, fee: Tao::ZERO, .. },
        Event::StakeMoved { tao, .. },
    ] = events[..]
    else {
        panic!("{events:?}")
    };
    // At a price of 1.25.
    assert_eq!((alpha_in, alpha_out, tao), (Alpha::whole(2), Alpha::whole(2), Tao::new(2_500_000_000)));
    assert_eq!(stake(&state, 1, "//val-b", "//Ferdie"), Alpha::whole(4_998));
    assert_eq!(stake(&state, 1, "//val-c", "//Ferdie"), Alpha::whole(2));
    assert_eq!(subnets::state_of(&state, 1), before);
    assert_eq!(stakes::take(&state, &account("//val-c")), stakes::take(&base, &account("//val-c")));
    assert_eq!(violations(&state), []);
}

#[test]
fn a_transfer_takes_all_there_is_at_most() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 1, "//Ferdie", &transfer("//nobody", (1, 1), u64::MAX)).expect("works");
    assert_eq!(stake(&state, 1, "//val-b", "//Ferdie"), Alpha::ZERO);
    assert_eq!(stake(&state, 1, "//val-b", "//nobody"), Alpha::whole(5_000));
    assert_eq!(stakes::staking_hotkeys(&state, &account("//nobody")), [account("//val-b")]);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_move_between_subnets_pays_the_fee_of_the_sale_alone() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    second_subnet(&mut state);
    let balance = accounts::balance(&state, &account("//Ferdie"));
    let events = call(&mut state, 1, "//Ferdie", &swap((1, 2), 100 * UNIT)).expect("works");
    let [
        Event::StakeRemoved { tao_out, fee: sale_fee, netuid: 1, .. },
        Event::StakeAdded { tao_in, alpha_out, fee: Tao::ZERO, netuid: 2, .. },
        Event::StakeSwapped { tao, .. },
    ] = events[..]
    else {
        panic!("{events:?}")
    };
    assert!(sale_fee > Alpha::ZERO);
    assert_eq!((tao_in, tao), (tao_out, tao_out));
    assert_eq!(stake(&state, 2, "//val-b", "//Ferdie"), alpha_out);
    assert_eq!(accounts::balance(&state, &account("//Ferdie")), balance);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_move_from_root_pays_the_fee_of_the_purchase() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let events = call(&mut state, 1, "//Ferdie", &swap((ROOT, 1), 100 * UNIT)).expect("works");
    let [Event::StakeRemoved { fee: Alpha::ZERO, .. }, Event::StakeAdded { fee, .. }, _] = events[..] else {
        panic!("{events:?}")
    };
    assert!(fee > Tao::ZERO);
    assert_eq!(violations(&state), []);
}

#[test]
fn the_hotkey_of_a_stranger_becomes_a_delegate_by_a_move_across_subnets() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    assert_eq!(stakes::take(&state, &account("//m2")), None);
    let own = shift(("//val-b", "//m5"), (1, ROOT), UNIT);
    call(&mut state, 1, "//Ferdie", &transfer("//Eve", (1, 1), 10 * UNIT)).expect("works");
    call(&mut state, 1, "//Eve", &own).expect("works");
    assert_eq!(stakes::take(&state, &account("//m5")), None);
    call(&mut state, 1, "//Eve", &shift(("//val-b", "//m2"), (1, ROOT), UNIT)).expect("works");
    assert_eq!(stakes::take(&state, &account("//m2")), Some(stakes::DEFAULT_TAKE));
}

#[test]
fn too_little_for_a_stake_stays_a_balance() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    // The limit lets a part through whose worth is below the minimum stake.
    let max = |state: &Overlay<'_>, limit| {
        subnets::state_of(state, 1).expect("subnet 1").pool.max_sell(limit, 33).expect("sells")
    };
    let limit = 1_249_999_500;
    assert!(max(&state, limit) > Alpha::ZERO && max(&state, limit) < Alpha::new(1_600_000));
    let before = accounts::balance(&state, &account("//Ferdie"));
    let events = call(&mut state, 1, "//Ferdie", &swap_limit((1, ROOT), UNIT, limit, true)).expect("works");
    let [Event::StakeRemoved { tao_out, .. }, Event::StakeSwapped { tao, .. }] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(tao, tao_out);
    assert_eq!(accounts::balance(&state, &account("//Ferdie")), before.saturating_add(tao));
    assert_eq!(violations(&state), []);
}

#[test]
fn root_stake_that_moves_takes_its_watermark_along() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    subnets::update(&mut state, 1, |subnet| {
        subnet.alpha_out = subnet.alpha_out.saturating_add(Alpha::whole(30));
    });
    claims::credit(&mut state, 1, &account("//val-b"), Alpha::whole(30));
    let owed = |state: &Overlay<'_>, who| claims::owed(state, 1, &account("//val-b"), &account(who));
    let before = owed(&state, "//Ferdie");
    assert!(before > Alpha::ZERO);
    // What is staked now is owed nothing, and takes that along when it moves.
    let stake = Call::AddStake { hotkey: account("//val-b"), netuid: ROOT, amount: Tao::whole(1_000) };
    call(&mut state, 1, "//Ferdie", &stake).expect("works");
    call(&mut state, 1, "//Ferdie", &transfer("//Eve", (ROOT, ROOT), 1_000 * UNIT)).expect("works");
    assert_eq!((owed(&state, "//Ferdie"), owed(&state, "//Eve")), (before, Alpha::ZERO));
    assert_eq!(violations(&state), []);
}

/// //Ferdie locks 4,000 of its 5,000 alpha for //val-b.
fn locked(state: &mut Overlay<'_>) {
    let amount = Alpha::whole(4_000);
    let lock = Call::LockStake { hotkey: account("//val-b"), netuid: 1, amount };
    call(state, 1, "//Ferdie", &lock).expect("works");
}

#[test]
fn errors_of_moving_what_is_locked() {
    let too_much = 1_001 * UNIT;
    check_errors(
        1,
        vec![
            ("across subnets", locked, "//Ferdie", swap((1, 0), too_much), CallError::StakeUnavailable),
            (
                "forbidden, before locks",
                |state| {
                    locked(state);
                    with_params(state, |params| params.transfers_enabled = false);
                },
                "//Ferdie",
                transfer("//Eve", (1, 0), too_much),
                CallError::TransferDisallowed,
            ),
            (
                "to who did not ask for it",
                locked,
                "//Ferdie",
                transfer("//Eve", (1, 1), too_much),
                CallError::AccountRejectsLockedAlpha,
            ),
        ],
    );
}

#[test]
fn what_is_not_locked_moves_and_within_a_subnet_the_lock_can_follow() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    locked(&mut state);
    let mass = |state: &Overlay<'_>, who| locks::lock(state, 1, &account(who)).map(|(_, lock)| lock.mass);
    call(&mut state, 1, "//Ferdie", &swap((1, 0), 500 * UNIT)).expect("works");
    call(&mut state, 1, "//Ferdie", &transfer("//Eve", (1, 1), 500 * UNIT)).expect("works");
    assert_eq!((mass(&state, "//Ferdie"), mass(&state, "//Eve")), (Some(Alpha::whole(4_000)), None));
    // Between hotkeys of the same coldkey everything moves.
    let aside = shift(("//val-b", "//val-c"), (1, 1), 1_000 * UNIT);
    call(&mut state, 1, "//Ferdie", &aside).expect("works");
    call(&mut state, 1, "//Eve", &Call::SetRejectLockedAlpha { enabled: false }).expect("works");
    call(&mut state, 1, "//Ferdie", &transfer("//Eve", (1, 1), 1_000 * UNIT)).expect("works");
    let expected = (Some(Alpha::whole(3_000)), Some(Alpha::whole(1_000)));
    assert_eq!((mass(&state, "//Ferdie"), mass(&state, "//Eve")), expected);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_dissolved_subnet_takes_nothing_and_its_successor_starts_empty() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    second_subnet(&mut state);
    call(&mut state, 1, "//Ferdie", &swap((1, 2), 10 * UNIT)).expect("works");
    call(&mut state, 2, "//Alice", &Call::DissolveNetwork { netuid: 2 }).expect("works");
    for gone in [swap((1, 2), UNIT), swap((2, 1), UNIT), transfer("//Eve", (2, 2), UNIT)] {
        assert_eq!(call(&mut state, 2, "//Ferdie", &gone), Err(CallError::SubnetNotExists));
    }
    let create = Call::RegisterNetwork { hotkey: account("//newer") };
    call(&mut state, 3, "//Dave", &create).expect("works");
    assert_eq!(call(&mut state, 3, "//Ferdie", &swap((2, 1), UNIT)), Err(CallError::SubtokenDisabled));
    call(&mut state, 3, "//Dave", &Call::StartCall { netuid: 2 }).expect("works");
    assert_eq!(call(&mut state, 3, "//Ferdie", &swap((2, 1), UNIT)), Err(CallError::AmountTooLow));
    call(&mut state, 3, "//Ferdie", &swap((1, 2), 10 * UNIT)).expect("works");
    assert!(stake(&state, 2, "//val-b", "//Ferdie") > Alpha::ZERO);
    assert_eq!(violations(&state), []);
}
