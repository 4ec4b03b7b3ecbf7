//! The list of claimants, the sweep, and what becomes of rates and watermarks.

use super::*;
use crate::state::MemoryState;
use proptest::prelude::*;

const HOT: AccountId = AccountId([1; 32]);

fn cold(number: u8) -> AccountId {
    AccountId([number; 32])
}

/// The list by index, which must have no gaps and no one twice.
fn listed(state: &dyn StateRead) -> Vec<AccountId> {
    let list: Vec<_> = (0..claimants(state)).map(|index| claimant(state, index).expect("no gap")).collect();
    assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len());
    assert_eq!(claimant(state, claimants(state)), None);
    list
}

#[test]
fn who_leaves_is_replaced_by_the_last() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    [2, 3, 4, 5, 3].into_iter().for_each(|number| enter(&mut state, &cold(number)));
    assert_eq!(listed(&state), [2, 3, 4, 5].map(cold));
    leave_without_stake(&mut state, &cold(3));
    assert_eq!(listed(&state), [2, 5, 4].map(cold));
    for number in [4, 9, 2, 5] {
        leave_without_stake(&mut state, &cold(number));
    }
    assert_eq!(listed(&state), []);
    assert!(state.into_changes().values().all(|value| value.as_deref().is_none_or(|bytes| bytes == [0; 8])));
}

#[test]
fn who_has_root_stake_anywhere_stays() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    for (netuid, number) in [(ROOT, 2), (1, 3)] {
        stakes::increase(&mut state, netuid, &HOT, &cold(number), Alpha::new(1));
        enter(&mut state, &cold(number));
        leave_without_stake(&mut state, &cold(number));
    }
    assert_eq!(listed(&state), [cold(2)]);
}

#[test]
fn the_sweep_goes_round_thirty_shares_at_a_time() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    // Forty on root, then thirty on a subnet: seventy shares, so three sweeps make a round.
    (0..40).for_each(|number| stakes::increase(&mut state, ROOT, &HOT, &cold(number), Alpha::new(1)));
    (100..130).for_each(|number| stakes::increase(&mut state, 1, &HOT, &cold(number), Alpha::new(1)));
    let seen = [30, 40, 40, 41].map(|count| {
        sweep(&mut state);
        if claimants(&state) == 40 {
            // Somebody new in front of the cursor waits for the next round.
            stakes::increase(&mut state, ROOT, &AccountId([0; 32]), &cold(200), Alpha::new(1));
        }
        (claimants(&state), count)
    });
    assert!(seen.iter().all(|(found, expected)| found == expected), "{seen:?}");
    assert_eq!(listed(&state).last(), Some(&cold(200)));
}

#[test]
fn a_round_that_ends_on_a_full_batch_takes_one_more_block() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    (0..30).for_each(|number| stakes::increase(&mut state, ROOT, &HOT, &cold(number), Alpha::new(1)));
    sweep(&mut state);
    stakes::increase(&mut state, ROOT, &AccountId([0; 32]), &cold(200), Alpha::new(1));
    sweep(&mut state);
    assert_eq!(claimants(&state), 30, "nothing after the last share");
    sweep(&mut state);
    assert_eq!(claimants(&state), 31);
}

#[test]
fn a_watermark_is_kept_from_its_first_touch() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    stakes::increase(&mut state, ROOT, &HOT, &cold(2), Alpha::new(1_000));
    credit(&mut state, 1, &HOT, Alpha::new(1));
    root_stake_added(&mut state, &HOT, &cold(3), Tao::new(999));
    assert_eq!(all_claimed(&state), [((1, HOT, cold(3)), 0)], "999 thousandths are no whole unit");
    root_stake_added(&mut state, &HOT, &cold(3), Tao::new(3_000));
    root_stake_removed(&mut state, &HOT, &cold(2), Tao::new(1_000));
    assert_eq!(all_claimed(&state), [((1, HOT, cold(2)), 0), ((1, HOT, cold(3)), 2)]);
}

#[test]
fn rates_that_move_add_up() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    let new = AccountId([7; 32]);
    stakes::increase(&mut state, ROOT, &HOT, &cold(2), Alpha::new(1_000));
    stakes::increase(&mut state, ROOT, &new, &cold(2), Alpha::new(1_000));
    credit(&mut state, 1, &HOT, Alpha::new(500));
    credit(&mut state, 1, &new, Alpha::new(250));
    move_rates(&mut state, &HOT, &new);
    let three_quarters = I96F32::from_bits(3 << 30);
    assert_eq!((rates(&state, &HOT), rates(&state, &new)), (vec![], vec![(1, three_quarters)]));
    assert_eq!(owed(&state, 1, &new, &cold(2)), Alpha::new(750));
}

proptest! {
    #[test]
    fn the_list_never_has_a_gap(moves in prop::collection::vec((any::<bool>(), 0u8..8), 0..40)) {
        let base = MemoryState::default();
        let mut state = Overlay::new(&base);
        let mut members = BTreeSet::new();
        for (enters, number) in moves {
            if enters {
                enter(&mut state, &cold(number));
                members.insert(cold(number));
            } else {
                leave_without_stake(&mut state, &cold(number));
                members.remove(&cold(number));
            }
            prop_assert_eq!(listed(&state).into_iter().collect::<BTreeSet<_>>(), members.clone());
        }
    }
}
