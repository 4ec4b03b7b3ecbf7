//! Staking and unstaking.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, claims, stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
    testing::{account, block, call, check_errors, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

const TAO: u64 = 1_000_000_000;

fn add(hotkey: &str, netuid: u16, amount: u64) -> Call {
    Call::AddStake { hotkey: account(hotkey), netuid, amount: Tao::new(amount) }
}

fn add_limit(netuid: u16, amount: u64, limit: u64, allow_partial: bool) -> Call {
    Call::AddStakeLimit { hotkey: account("//val-b"), netuid, amount: Tao::new(amount), limit, allow_partial }
}

fn remove(hotkey: &str, netuid: u16, amount: u64) -> Call {
    Call::RemoveStake { hotkey: account(hotkey), netuid, amount: Alpha::new(amount) }
}

fn remove_limit(amount: u64, limit: u64, allow_partial: bool) -> Call {
    let hotkey = account("//val-b");
    Call::RemoveStakeLimit { hotkey, netuid: 1, amount: Alpha::new(amount), limit, allow_partial }
}

#[test]
fn errors_of_staking() {
    check_errors(
        1,
        vec![
            (
                "above 1,000 reserves",
                |_| {},
                "//Eve",
                add("//val-b", 1, u64::MAX),
                CallError::InsufficientLiquidity,
            ),
            ("no such subnet", |_| {}, "//Eve", add("//val-b", 9, 0), CallError::SubnetNotExists),
            (
                "not started",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Eve",
                add("//val-b", 1, 0),
                CallError::SubtokenDisabled,
            ),
            ("nothing", |_| {}, "//nobody", add("//nobody", 1, 0), CallError::AmountTooLow),
            (
                "below minimum and fee",
                |_| {},
                "//nobody",
                add("//nobody", 1, 2_000_000),
                CallError::AmountTooLow,
            ),
            (
                "below minimum on root",
                |_| {},
                "//nobody",
                add("//nobody", ROOT, 1_999_999),
                CallError::AmountTooLow,
            ),
            ("no money", |_| {}, "//nobody", add("//nobody", 1, TAO), CallError::NotEnoughBalanceToStake),
            ("no such hotkey", |_| {}, "//Eve", add("//nobody", 1, TAO), CallError::HotKeyAccountNotExists),
            (
                "pool too small to pay",
                |state| subnets::update(state, 1, |subnet| subnet.pool.alpha = Alpha::new(999_999)),
                "//Eve",
                add("//val-b", 1, TAO),
                CallError::InsufficientLiquidity,
            ),
        ],
    );
}

#[test]
fn errors_of_staking_with_a_limit() {
    check_errors(
        1,
        vec![
            (
                "price is past the limit",
                |_| {},
                "//Eve",
                add_limit(1, 0, 1, true),
                CallError::PriceLimitExceeded,
            ),
            (
                "does not fit",
                |_| {},
                "//Eve",
                add_limit(1, 1_000 * TAO, 1_260_000_000, false),
                CallError::SlippageTooHigh,
            ),
            (
                "root at a price below 1",
                |_| {},
                "//Eve",
                add_limit(ROOT, TAO, TAO - 1, false),
                CallError::SlippageTooHigh,
            ),
        ],
    );
}

#[test]
fn errors_of_unstaking() {
    check_errors(
        1,
        vec![
            (
                "not started",
                |state| with_params(state, |params| params.subtoken_enabled = false),
                "//Ferdie",
                remove("//val-b", 1, TAO),
                CallError::SubtokenDisabled,
            ),
            ("no such subnet", |_| {}, "//Ferdie", remove_limit_on(9, TAO), CallError::SubnetNotExists),
            ("nothing", |_| {}, "//Ferdie", remove("//val-b", 1, 0), CallError::AmountTooLow),
            ("no stake at all", |_| {}, "//Eve", remove("//val-b", 1, TAO), CallError::AmountTooLow),
            (
                "more than the stake",
                |_| {},
                "//Ferdie",
                remove_limit(5_001 * TAO, 1_000, true),
                CallError::NotEnoughStakeToWithdraw,
            ),
            (
                "pool too small to pay",
                |state| subnets::update(state, 1, |subnet| subnet.pool.tao = Tao::new(999_999)),
                "//Ferdie",
                remove("//val-b", 1, TAO),
                CallError::InsufficientLiquidity,
            ),
            (
                "worth too little",
                |_| {},
                "//Ferdie",
                remove("//val-b", 1, 1_000_000),
                CallError::AmountTooLow,
            ),
            (
                "does not fit",
                |_| {},
                "//Ferdie",
                remove_limit(1_000 * TAO, 1_240_000_000, false),
                CallError::SlippageTooHigh,
            ),
            (
                "limit passed",
                |_| {},
                "//Ferdie",
                remove_limit(TAO, 2_000_000_000, true),
                CallError::PriceLimitExceeded,
            ),
        ],
    );
}

fn remove_limit_on(netuid: u16, amount: u64) -> Call {
    let hotkey = account("//val-b");
    let amount = Alpha::new(amount);
    Call::RemoveStakeLimit { hotkey, netuid, amount, limit: 1_000, allow_partial: true }
}

#[test]
fn staking_and_unstaking_returns_all_but_the_fees() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let eve = account("//Eve");
    let before = accounts::balance(&state, &eve);
    let author = accounts::balance(&state, &account("//Bob"));
    let events = call(&mut state, 1, "//Eve", &add("//val-b", 1, 100 * TAO)).expect("works");
    let [Event::StakeAdded { tao_in, alpha_out, fee, netuid: 1, .. }] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(tao_in, Tao::whole(100));
    assert_eq!(stakes::stake(&state, 1, &account("//val-b"), &eve), alpha_out);
    assert_eq!(accounts::balance(&state, &account("//Bob")), author.saturating_add(fee));
    assert_eq!(violations(&state), []);

    let events = call(&mut state, 2, "//Eve", &remove("//val-b", 1, u64::MAX / 10_000_000)).expect("works");
    let [Event::StakeRemoved { tao_out, alpha_in, fee, .. }] = events[..] else { panic!("{events:?}") };
    assert_eq!(alpha_in.saturating_add(fee), alpha_out);
    assert_eq!(stakes::stake(&state, 1, &account("//val-b"), &eve), Alpha::ZERO);
    let lost = before.saturating_sub(accounts::balance(&state, &eve));
    assert_eq!(lost, Tao::whole(100).saturating_sub(tao_out));
    // Two fees of 0.05 %, and no more than rounding besides.
    assert!(lost > Tao::ZERO && lost < Tao::new(101_000_000), "{lost}");
    assert_eq!(violations(&state), []);
}

#[test]
fn a_limit_fills_what_fits() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 1, "//Eve", &add_limit(1, 1_000 * TAO, 1_260_000_000, true)).expect("works");
    let price = subnets::state_of(&state, 1).expect("subnet 1").pool.price();
    let limit = 126 * (1u128 << 64) / 100;
    assert!(price.to_bits().abs_diff(limit) < 1 << 40, "{price:?}");
    // The hotkey of somebody else becomes a delegate.
    assert_eq!(stakes::take(&state, &account("//val-b")), Some(11_796));
    call(&mut state, 2, "//Eve", &remove_limit(10 * TAO, 1_255_000_000, true)).expect("works");
    assert_eq!(violations(&state), []);
}

#[test]
fn root_stake_is_one_to_one_and_keeps_what_is_owed() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (hotkey, one) = (account("//val-c"), account("//One"));
    subnets::update(&mut state, 1, |subnet| {
        subnet.alpha_out = subnet.alpha_out.saturating_add(Alpha::whole(30));
    });
    claims::credit(&mut state, 1, &hotkey, Alpha::whole(30));
    let owed = claims::owed(&state, 1, &hotkey, &one);
    assert!(owed > Alpha::whole(29));
    call(&mut state, 1, "//Eve", &add("//val-c", ROOT, 10_000 * TAO)).expect("works");
    call(&mut state, 1, "//One", &add("//val-c", ROOT, 1_000 * TAO)).expect("works");
    assert_eq!(claims::owed(&state, 1, &hotkey, &account("//Eve")), Alpha::ZERO);
    call(&mut state, 1, "//One", &remove("//val-c", ROOT, 1_000 * TAO)).expect("works");
    assert_eq!(claims::owed(&state, 1, &hotkey, &one), owed);
    assert_eq!(stakes::stake(&state, ROOT, &hotkey, &account("//Eve")), Alpha::whole(10_000));
    assert_eq!(violations(&state), []);
}

#[test]
fn a_small_nomination_is_paid_out_whole() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    // A nomination must be worth 100 * 0.002 TAO.
    with_network(&mut state, |network| network.nominator_min_required_stake = 100_000_000);
    call(&mut state, 1, "//Eve", &add("//val-b", 1, TAO)).expect("works");
    let stake = stakes::stake(&state, 1, &account("//val-b"), &account("//Eve"));
    let most = stake.units() - 100_000_000;
    let events = call(&mut state, 1, "//Eve", &remove("//val-b", 1, most)).expect("works");
    assert_eq!(events.len(), 2);
    assert_eq!(stakes::stake(&state, 1, &account("//val-b"), &account("//Eve")), Alpha::ZERO);
    // The owner may keep as little as it likes.
    let own = stakes::stake(&state, 1, &account("//val-b"), &account("//Ferdie"));
    let events =
        call(&mut state, 1, "//Ferdie", &remove("//val-b", 1, own.units() - 100_000_000)).expect("works");
    assert_eq!(events.len(), 1);
}

#[test]
fn without_an_author_the_fee_of_a_buy_is_burned() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let nobody = crate::BlockContext { author: None, ..block(1) };
    crate::dispatch(&mut state, &nobody, &account("//Eve"), &add("//val-b", 1, 100 * TAO)).expect("works");
    assert!(accounts::balance(&state, &accounts::BURN_ACCOUNT) > Tao::ZERO);
    assert_eq!(violations(&state), []);
}

#[test]
fn a_fee_too_small_for_a_new_author_fails_the_call() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let stranger = crate::BlockContext { author: Some(account("//nobody")), ..block(1) };
    // The least a call may stake; its fee would be above 500 RAO, so make the pool nearly free.
    with_params(&mut state, |params| params.fee_rate = 1);
    let result = crate::dispatch(&mut state, &stranger, &account("//Eve"), &add("//val-b", 1, 3_000_000));
    assert_eq!(result, Err(CallError::BelowMinimum));
}
