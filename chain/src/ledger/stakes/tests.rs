//! Stakes against the vectors of share pools.

use super::{
    POOLS, SHARES, decrease, distribute, final_claims, forget_subnet, hotkey_total, increase, own,
    owned_hotkeys, owner, put, share, share_pool, share_pools, shares_after, stake, stakers, staking_hotkeys,
};
use crate::{
    AccountId,
    invariants::{Violation, violations},
    state::{MemoryState, Overlay},
    testing::dev_state,
};
use serde_json::Value;
use taonet_subnets::{
    amount::Alpha,
    share_pool::{SafeFloat, SharePool},
};

const HOT: AccountId = AccountId([1; 32]);
const A: AccountId = AccountId([2; 32]);
const B: AccountId = AccountId([3; 32]);

#[test]
fn the_first_owner_stays() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    own(&mut state, &HOT, &A);
    own(&mut state, &HOT, &B);
    assert_eq!((owner(&state, &HOT), owned_hotkeys(&state, &A)), (Some(A), vec![HOT]));
    assert!(owned_hotkeys(&state, &B).is_empty());
}

#[test]
fn the_example_of_the_specification() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    increase(&mut state, 1, &HOT, &A, Alpha::new(1_000_000_000));
    increase(&mut state, 1, &HOT, &B, Alpha::new(3_000_000_000));
    distribute(&mut state, 1, &HOT, Alpha::new(1_000_000_000));
    assert_eq!(stake(&state, 1, &HOT, &A), Alpha::new(1_250_000_000));
    assert_eq!(stake(&state, 1, &HOT, &B), Alpha::new(3_750_000_000));
    decrease(&mut state, 1, &HOT, &B, Alpha::new(1_000_000_001));
    assert_eq!(stake(&state, 1, &HOT, &B), Alpha::new(2_749_999_999));
    assert_eq!(hotkey_total(&state, 1, &HOT), Alpha::new(3_999_999_999));
}

#[test]
fn too_much_or_nothing_changes_nothing() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    increase(&mut state, 1, &HOT, &A, Alpha::ZERO);
    decrease(&mut state, 1, &HOT, &A, Alpha::new(1));
    distribute(&mut state, 1, &HOT, Alpha::ZERO);
    assert!(state.into_changes().is_empty());
    let mut state = Overlay::new(&base);
    increase(&mut state, 1, &HOT, &A, Alpha::new(10));
    decrease(&mut state, 1, &HOT, &A, Alpha::new(11));
    decrease(&mut state, 1, &HOT, &B, Alpha::ZERO);
    assert_eq!(stakers(&state, 1, &HOT), [(A, Alpha::new(10))]);
}

#[test]
fn what_is_empty_is_not_stored_but_remembered_as_staked_to() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    increase(&mut state, 1, &HOT, &A, Alpha::new(10));
    decrease(&mut state, 1, &HOT, &A, Alpha::new(10));
    assert!(stakers(&state, 1, &HOT).is_empty() && share_pools(&state, 1).is_empty());
    assert_eq!(staking_hotkeys(&state, &A), [HOT]);
}

/// Sequences of deposits, withdrawals and dividends as the public network's code computed them.
const VECTORS: &str = include_str!("../../../../vectors/econ/share_pool.json");

fn safe_float(json: &Value) -> SafeFloat {
    let mantissa = json[0].as_str().expect("a mantissa").parse().expect("an integer");
    SafeFloat::new(mantissa, json[1].as_i64().expect("an exponent")).expect("in range")
}

fn apply(state: &mut Overlay<'_>, step: &Value) {
    let amount = Alpha::new(step["amount"].as_u64().expect("an amount"));
    let coldkey = step["key"].as_u64().map(|key| AccountId([key as u8; 32]));
    match (step["op"].as_str().expect("an operation"), coldkey) {
        ("add", Some(coldkey)) => increase(state, 1, &HOT, &coldkey, amount),
        ("remove", Some(coldkey)) => decrease(state, 1, &HOT, &coldkey, amount),
        ("distribute", _) => distribute(state, 1, &HOT, amount),
        ("slash", _) => {
            let mut pool = share_pool(state, 1, &HOT);
            pool.slash(amount);
            POOLS.put(state, &(1, HOT), &pool);
        }
        (other, _) => panic!("unknown operation {other}"),
    }
}

#[test]
fn share_pools_are_those_of_the_public_network() {
    let file: Value = serde_json::from_str(VECTORS).expect("valid JSON");
    let sequences = file["sequences"].as_array().expect("a list");
    assert!(!sequences.is_empty());
    let base = MemoryState::default();
    for sequence in sequences {
        let mut state = Overlay::new(&base);
        for step in sequence["steps"].as_array().expect("a list") {
            apply(&mut state, step);
            let pool = share_pool(&state, 1, &HOT);
            assert_eq!(Some(pool.value.units()), step["total_value"].as_u64(), "{step}");
            assert_eq!(pool.denominator, safe_float(&step["denominator"]), "{step}");
            assert_eq!(Some(pool.accepts(Alpha::new(1))), step["next_1rao_add_ok"].as_bool(), "{step}");
            for key in step["keys"].as_array().expect("a list") {
                let coldkey = AccountId([key[0].as_u64().expect("a number") as u8; 32]);
                assert_eq!(share(&state, 1, &HOT, &coldkey), safe_float(&key[1]), "{step}");
                assert_eq!(Some(stake(&state, 1, &HOT, &coldkey).units()), key[2].as_u64(), "{step}");
            }
        }
    }
}

#[test]
fn what_a_dissolution_pays_and_deletes() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    let (full, empty, coldkey) = (AccountId([1; 32]), AccountId([2; 32]), AccountId([3; 32]));
    increase(&mut state, 1, &full, &coldkey, Alpha::new(1_000));
    increase(&mut state, 1, &empty, &coldkey, Alpha::new(1_000));
    let share = share(&state, 1, &full, &coldkey);
    // Stakers of a pool worth one unit: each share is worth nothing, so its own number is the claim.
    put(
        &mut state,
        (1, full, coldkey),
        &SharePool { value: Alpha::new(1), denominator: SafeFloat::from_u64(9_999) },
        share,
    );
    let worthless = SharePool { value: Alpha::ZERO, ..share_pool(&state, 1, &empty) };
    put(&mut state, (1, empty, coldkey), &worthless, share);
    assert_eq!(final_claims(&state, 1), [(coldkey, Alpha::new(1_000))]);
    forget_subnet(&mut state, 1);
    assert_eq!(share_pools(&state, 1), [(empty, worthless)]);
    assert!(SHARES.contains(&state, &(1, empty, coldkey)) && !SHARES.contains(&state, &(1, full, coldkey)));
}

#[test]
fn shares_come_by_hotkey_then_coldkey_then_subnet() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    let [low, high] = [1, 2].map(|byte| AccountId([byte; 32]));
    let places = [(low, low, 7), (low, high, 3), (high, low, 0), (high, low, 1)];
    for (hotkey, coldkey, netuid) in [places[3], places[1], places[0], places[2]] {
        increase(&mut state, netuid, &hotkey, &coldkey, Alpha::new(10));
    }
    assert_eq!(shares_after(&state, None, 9), places);
    assert_eq!(shares_after(&state, Some(&places[1]), 1), [places[2]]);
    decrease(&mut state, 3, &low, &high, Alpha::new(10));
    assert_eq!(shares_after(&state, Some(&places[0]), 1), [places[2]]);
}

#[test]
fn a_pool_that_differs_from_its_stakers_by_more_than_rounding_is_a_violation() {
    let (base, staked) = (dev_state(), Alpha::new(1_000_000));
    let mut state = Overlay::new(&base);
    increase(&mut state, 1, &HOT, &A, staked);
    let share = share(&state, 1, &HOT, &A);
    // A unit for the one staker, a unit more than the floor of what a share is worth.
    let denominators = [(1_000_002, true), (1_000_003, false), (999_997, true), (999_996, false)];
    for (denominator, holds) in denominators {
        let pool = SharePool { value: staked, denominator: SafeFloat::from_u64(denominator) };
        put(&mut state, (1, HOT, A), &pool, share);
        let is_of_shares =
            |found: &Violation| matches!(found, Violation::Shares { .. } | Violation::Short { .. });
        assert_eq!(!violations(&state).iter().any(is_of_shares), holds, "{denominator}");
    }
}
