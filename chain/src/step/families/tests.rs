//! Dividends between parents and children.

use super::*;
use crate::{
    state::Overlay,
    testing::{account, dev_state},
};

const NETUID: u16 = 1;

/// //parent of //Eve lends all its 3,000 to //child of `owner`, which has 1,000; the child earned 4,000. Returns what
/// the parent, the child and nobody get.
fn shared(owner: &str, change: impl FnOnce(&mut Overlay<'_>)) -> (u64, u64, u64) {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for (hotkey, coldkey, amount) in [("//parent", "//Eve", 3_000), ("//child", owner, 1_000)] {
        stakes::own(&mut state, &account(hotkey), &account(coldkey));
        stakes::increase(&mut state, NETUID, &account(hotkey), &account(coldkey), Alpha::new(amount));
    }
    children::set(&mut state, NETUID, &account("//parent"), vec![(u64::MAX, account("//child"))]);
    change(&mut state);
    let earned = Earnings { hotkey: account("//child"), incentive: Alpha::ZERO, dividend: 4_000 };
    let Shared { by_hotkey, recycled } = share(&state, NETUID, &[earned]);
    let of = |hotkey: &str| by_hotkey.get(&account(hotkey)).copied().unwrap_or_default();
    (of("//parent"), of("//child"), recycled.units())
}

/// A tenth.
fn with_take(state: &mut Overlay<'_>) {
    children::set_take(state, NETUID, &account("//child"), 6_554);
}

#[test]
fn a_parent_gets_the_part_of_its_stake() {
    assert_eq!(shared("//Ferdie", |_| {}), (3_000, 1_000, 0));
}

#[test]
fn a_child_keeps_its_take_of_the_stake_of_others_but_not_of_its_owners() {
    // One is lost where fractions are cut off.
    assert_eq!(shared("//Ferdie", with_take), (2_699, 1_300, 0));
    assert_eq!(shared("//Eve", with_take), (3_000, 1_000, 0));
}

#[test]
fn what_the_network_burns_is_recycled() {
    let (parent, child, recycled) = shared("//Ferdie", |state| {
        let mut network = params::network(state);
        network.ck_burn = u64::MAX / 2;
        params::put_network(state, &network);
    });
    assert_eq!((parent, child, recycled), (1_500, 1_000, 1_499));
}

#[test]
fn parents_of_who_earned_nothing_get_nothing_but_are_named() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    children::set(&mut state, NETUID, &account("//parent"), vec![(u64::MAX, account("//child"))]);
    let earned = Earnings { hotkey: account("//child"), incentive: Alpha::ZERO, dividend: 0 };
    let shared = share(&state, NETUID, &[earned]);
    assert_eq!(shared.by_hotkey.into_values().collect::<Vec<_>>(), [0, 0]);
}
