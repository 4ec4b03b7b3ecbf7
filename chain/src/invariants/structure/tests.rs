//! What is broken by hand is noticed.

use super::*;
use crate::{
    state::Overlay,
    testing::{account, dev_state},
};
use taonet_subnets::amount::Alpha;

const NETUID: u16 = 1;

fn check(name: &str, break_it: impl FnOnce(&mut Overlay<'_>), expected: &[Violation]) {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    assert_eq!(violations(&state), [], "before: {name}");
    break_it(&mut state);
    assert_eq!(violations(&state), expected, "{name}");
}

#[test]
fn links_that_differ_at_their_ends() {
    let (parent, child) = (account("//parent"), account("//child"));
    let (lent, borrowed) = (vec![(1, child)], vec![(2, parent)]);
    let at_parent = Violation::Link { netuid: NETUID, hotkey: parent };
    let at_child = Violation::Link { netuid: NETUID, hotkey: child };
    check("one end", |state| CHILDREN.put(state, &(NETUID, parent), &lent), &[at_parent]);
    check("the other end", |state| PARENTS.put(state, &(NETUID, child), &borrowed), &[at_child]);
    let differ = |state: &mut Overlay<'_>| {
        CHILDREN.put(state, &(NETUID, parent), &lent);
        PARENTS.put(state, &(NETUID, child), &borrowed);
    };
    check("two proportions", differ, &[at_parent, at_child]);
}

#[test]
fn locks_that_are_not_where_the_index_says() {
    let (hotkey, coldkey) = (account("//val-b"), account("//Eve"));
    let lock = |state: &mut Overlay<'_>| {
        stakes::increase(state, NETUID, &hotkey, &coldkey, Alpha::new(1_000));
        locks::add(state, NETUID, &coldkey, &hotkey, Alpha::new(1_000), 1).expect("enough stake");
    };
    let wrong = Violation::Lock { netuid: NETUID, coldkey };
    check("without a lock", |state| LOCKERS.put(state, &(NETUID, hotkey, coldkey), &()), &[wrong]);
    let unlisted = |state: &mut Overlay<'_>| {
        lock(state);
        LOCKERS.remove(state, &(NETUID, hotkey, coldkey));
    };
    check("without an entry", unlisted, &[wrong]);
    check("in step", lock, &[]);
}
