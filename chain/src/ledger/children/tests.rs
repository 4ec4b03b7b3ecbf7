//! Child keys, by rule.

use super::*;
use crate::{
    state::MemoryState,
    testing::{account, dev_state},
};

const NETUID: u16 = 1;
const HALF: u64 = u64::MAX / 2;

fn links(list: &[(u64, &str)]) -> Vec<Link> {
    list.iter().map(|(part, hotkey)| (*part, account(hotkey))).collect()
}

/// //a, //b and //c, ascending.
fn ascending() -> [AccountId; 3] {
    let mut keys = [account("//a"), account("//b"), account("//c")];
    keys.sort();
    keys
}

fn started(base: &MemoryState, started: bool) -> Overlay<'_> {
    let mut state = Overlay::new(base);
    let mut values = params::subnet(&state, NETUID);
    values.subtoken_enabled = started;
    params::put_subnet(&mut state, NETUID, &values);
    state
}

#[test]
fn links_are_kept_at_both_ends() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let event = set(&mut state, NETUID, &account("//p"), links(&[(HALF, "//a"), (1, "//b")]));
    assert!(matches!(event, Some(Event::SetChildren { .. })));
    assert_eq!(parents(&state, NETUID, &account("//a")), links(&[(HALF, "//p")]));
    set(&mut state, NETUID, &account("//p"), links(&[(2, "//b")]));
    assert_eq!(parents(&state, NETUID, &account("//a")), []);
    assert_eq!(parents(&state, NETUID, &account("//b")), links(&[(2, "//p")]));
    set(&mut state, NETUID, &account("//p"), Vec::new());
    assert!(state.into_changes().is_empty(), "nothing is left of links that are gone");
}

#[test]
fn new_parents_come_last_until_the_child_gets_children() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let [first, second, third] = ascending();
    let child = account("//child");
    for parent in [third, first, second] {
        set(&mut state, NETUID, &parent, vec![(1, child)]);
    }
    assert_eq!(parents(&state, NETUID, &child), [(1, third), (1, first), (1, second)]);
    set(&mut state, NETUID, &child, links(&[(1, "//grandchild")]));
    assert_eq!(parents(&state, NETUID, &child), [(1, first), (1, second), (1, third)]);
}

#[test]
fn what_cannot_be_lent() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    set(&mut state, NETUID, &account("//parent"), links(&[(1, "//p")]));
    let six: Vec<(u64, String)> = (0..6).map(|index| (1, format!("//{index}"))).collect();
    let six: Vec<(u64, &str)> = six.iter().map(|(part, name)| (*part, name.as_str())).collect();
    for (children, error) in [
        (links(&[(1, "//p")]), CallError::InvalidChild),
        (links(&six), CallError::TooManyChildren),
        (links(&[(u64::MAX, "//a"), (1, "//b")]), CallError::ProportionOverflow),
        (links(&[(1, "//parent")]), CallError::ChildParentInconsistency),
    ] {
        assert_eq!(check(&state, NETUID, &account("//p"), &children), Err(error));
        assert_eq!(set(&mut state, NETUID, &account("//p"), children), None);
    }
    assert_eq!(check(&state, NETUID, &account("//p"), &links(&[(u64::MAX, "//a")])), Ok(()));
}

#[test]
fn stake_weight_is_lent_but_not_passed_on() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for (hotkey, netuid, amount) in [("//p", NETUID, 1_000), ("//p", ROOT, 500), ("//c", NETUID, 10)] {
        let owner = account("//Eve");
        stakes::increase(&mut state, netuid, &account(hotkey), &owner, Alpha::new(amount));
    }
    set(&mut state, NETUID, &account("//p"), links(&[(u64::MAX, "//c")]));
    set(&mut state, NETUID, &account("//c"), links(&[(u64::MAX, "//g")]));
    let of = |hotkey: &str| {
        let (alpha, root) = inherited(&state, NETUID, &account(hotkey));
        (alpha.units(), root.units())
    };
    assert_eq!((of("//p"), of("//c"), of("//g")), ((0, 0), (1_000, 500), (10, 0)));
}

#[test]
fn before_the_start_children_are_set_at_once() {
    let base = dev_state();
    let mut state = started(&base, false);
    let event = ask(&mut state, NETUID, &account("//p"), links(&[(1, "//a")]), 7);
    assert!(matches!(event, Some(Event::SetChildren { .. })));
    assert_eq!(children(&state, NETUID, &account("//p")), links(&[(1, "//a")]));
    assert_eq!((pending(&state, NETUID, &account("//p")), clock(&state, NETUID, &account("//p"))), (None, 7));
}

#[test]
fn afterwards_they_wait_for_their_cool_down() {
    let base = dev_state();
    let mut state = started(&base, true);
    let due = 7 + params::network(&state).pending_childkey_cooldown;
    ask(&mut state, NETUID, &account("//p"), links(&[(1, "//a")]), 7);
    assert_eq!(pending(&state, NETUID, &account("//p")).map(|pending| pending.cool_down), Some(due));
    assert_eq!(set_pending(&mut state, NETUID, due), []);
    assert_eq!(set_pending(&mut state, NETUID, due + 1).len(), 1);
    assert_eq!(children(&state, NETUID, &account("//p")), links(&[(1, "//a")]));
    assert_eq!(pending(&state, NETUID, &account("//p")), None);
}

#[test]
fn what_became_inconsistent_while_it_waited_is_dropped() {
    let base = dev_state();
    let mut state = started(&base, true);
    ask(&mut state, NETUID, &account("//p"), links(&[(1, "//a")]), 1);
    set(&mut state, NETUID, &account("//a"), links(&[(1, "//p")]));
    assert_eq!(set_pending(&mut state, NETUID, u64::MAX), []);
    assert_eq!(
        (children(&state, NETUID, &account("//p")), pending(&state, NETUID, &account("//p"))),
        (vec![], None)
    );
}

#[test]
fn who_lost_the_threshold_loses_what_it_asked_for() {
    let base = dev_state();
    let mut state = started(&base, true);
    let hotkey = account("//p");
    stakes::increase(&mut state, ROOT, &hotkey, &account("//Eve"), Alpha::new(1_000));
    ask(&mut state, NETUID, &hotkey, links(&[(1, "//a")]), 1);
    for (threshold, keeps) in [(0, true), (1_000, true), (1_001, false)] {
        let mut network = params::network(&state);
        network.stake_threshold = threshold;
        params::put_network(&mut state, &network);
        forget_pending_below_threshold(&mut state, &hotkey);
        assert_eq!(pending(&state, NETUID, &hotkey).is_some(), keeps, "{threshold}");
    }
}

#[test]
fn a_hotkey_that_is_replaced_hands_everything_over() {
    let base = dev_state();
    let mut state = started(&base, true);
    let (old, new) = (account("//old"), account("//new"));
    set(&mut state, NETUID, &account("//parent"), vec![(HALF, old)]);
    set(&mut state, NETUID, &old, links(&[(1, "//a")]));
    ask(&mut state, NETUID, &old, links(&[(2, "//b")]), 5);
    set_take(&mut state, NETUID, &old, 9);
    assert_eq!(rename(&mut state, NETUID, &old, &account("//a")), Err(CallError::InvalidChild));
    assert_eq!(rename(&mut state, NETUID, &old, &new), Ok(()));
    assert_eq!(children(&state, NETUID, &new), links(&[(1, "//a")]));
    assert_eq!(children(&state, NETUID, &account("//parent")), vec![(HALF, new)]);
    assert_eq!(parents(&state, NETUID, &account("//a")), vec![(1, new)]);
    assert_eq!((take(&state, NETUID, &new), clock(&state, NETUID, &new)), (9, 5));
    assert_eq!(pending(&state, NETUID, &new).map(|pending| pending.children), Some(links(&[(2, "//b")])));
    assert_eq!((children(&state, NETUID, &old), parents(&state, NETUID, &old)), (vec![], vec![]));
}

#[test]
fn who_asked_for_a_hotkey_as_a_child_gets_the_one_that_replaces_it() {
    let base = dev_state();
    let mut state = started(&base, true);
    let (old, new, parent) = (account("//old"), account("//new"), account("//parent"));
    ask(&mut state, NETUID, &parent, vec![(HALF, old), (1, account("//a"))], 5);
    assert_eq!(rename(&mut state, NETUID, &old, &new), Ok(()));
    let asked = pending(&state, NETUID, &parent).map(|pending| pending.children);
    assert_eq!(asked, Some(vec![(HALF, new), (1, account("//a"))]));
}

#[test]
fn a_dissolved_subnet_leaves_nothing_behind() {
    let base = dev_state();
    let mut state = started(&base, true);
    set(&mut state, NETUID, &account("//p"), links(&[(1, "//a")]));
    ask(&mut state, NETUID, &account("//p"), Vec::new(), 5);
    set_take(&mut state, NETUID, &account("//p"), 9);
    set_take_clock(&mut state, NETUID, &account("//p"), 5);
    forget_subnet(&mut state, NETUID);
    assert_eq!(state.into_changes(), started(&base, true).into_changes());
}

#[test]
fn who_said_no_to_new_subnets_says_so_with_its_next_hotkey() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (old, new) = (account("//old"), account("//new"));
    set_lends_to_new_subnets(&mut state, &old, false);
    assert_eq!(rename(&mut state, NETUID, &old, &new), Ok(()));
    assert!(lends_to_new_subnets(&state, &new), "only root decides");
    assert_eq!(rename(&mut state, ROOT, &old, &new), Ok(()));
    assert!(lends_to_new_subnets(&state, &old) && !lends_to_new_subnets(&state, &new));
}
