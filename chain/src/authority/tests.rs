//! Quorums, turns and identity of authority sets.

use super::{Authority, AuthoritySet, MAX_AUTHORITIES};
use crate::{AccountId, Hash};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn authority(id: u8, power: u64) -> Authority {
    Authority { id: AccountId([id; 32]), power }
}

#[test]
fn quorums_and_blocking_minorities() {
    // Members, the least quorum, the least blocking minority.
    for (members, quorum, blocking) in
        [(1, 1, 1), (2, 2, 1), (3, 3, 2), (4, 3, 2), (6, 5, 3), (7, 5, 3), (10, 7, 4)]
    {
        let set = AuthoritySet::equal((0..members).map(|id| AccountId([id; 32])));
        let least = |holds: &dyn Fn(u128) -> bool| (0..=u128::from(members)).find(|&power| holds(power));
        assert_eq!(least(&|power| set.is_quorum(power)), Some(quorum), "{members} authorities");
        assert_eq!(least(&|power| set.is_blocking(power)), Some(blocking), "{members} authorities");
    }
    assert!(!AuthoritySet::default().is_quorum(0) && !AuthoritySet::default().is_blocking(0));
}

#[test]
fn what_does_not_belong_into_a_set_is_left_out() {
    let set = AuthoritySet::new([authority(1, 1), authority(1, 9), authority(2, 0), authority(3, 2)]);
    assert_eq!(set.iter().copied().collect::<Vec<_>>(), [authority(1, 1), authority(3, 2)]);
    assert_eq!(
        (set.total(), set.power(&AccountId([2; 32])), set.position(&AccountId([3; 32]))),
        (3, 0, Some(1))
    );
    let many = (0..200).map(|id| authority(id, 1));
    assert_eq!(AuthoritySet::new(many).len(), MAX_AUTHORITIES);
}

#[test]
fn equal_authorities_take_turns() {
    for power in [1, 7] {
        let set = AuthoritySet::new((0..4).map(|id| authority(id, power)));
        for (height, round, expected) in [(0, 0, 0), (1, 0, 1), (1, 1, 2), (4, 0, 0), (u64::MAX, 1, 0)] {
            let proposer = set.proposer(&Hash::ZERO, height, round);
            assert_eq!(proposer, Some(AccountId([expected; 32])), "height {height}, round {round}");
        }
    }
    assert_eq!(AuthoritySet::default().proposer(&Hash::ZERO, 1, 0), None);
}

#[test]
fn unequal_authorities_propose_in_proportion() {
    let set = AuthoritySet::new([authority(1, 1), authority(2, 3)]);
    let mut turns = BTreeMap::new();
    for height in 0..2_000 {
        *turns.entry(set.proposer(&Hash::ZERO, height, 0).expect("not empty")).or_insert(0u32) += 1;
    }
    let small = turns[&AccountId([1; 32])];
    assert!((400..600).contains(&small), "a quarter of 2,000 is 500, not {small}");
}

#[test]
fn order_and_power_are_part_of_the_identity() {
    let sets = [
        AuthoritySet::new([authority(1, 1), authority(2, 1)]),
        AuthoritySet::new([authority(2, 1), authority(1, 1)]),
        AuthoritySet::new([authority(1, 2), authority(2, 1)]),
    ];
    assert!(sets[0].hash() != sets[1].hash() && sets[0].hash() != sets[2].hash());
}

proptest! {
    #[test]
    fn somebody_always_proposes(powers in prop::collection::vec(1u64.., 1..20), height: u64, round: u32) {
        let set = AuthoritySet::new((0..).zip(powers).map(|(id, power)| authority(id, power)));
        let proposer = set.proposer(&Hash::ZERO, height, round);
        prop_assert!(proposer.is_some_and(|proposer| set.power(&proposer) > 0));
    }

    #[test]
    fn two_quorums_share_more_than_any_blocking_minority_can_miss(powers in prop::collection::vec(1u64..1_000, 1..12)) {
        let set = AuthoritySet::new((0..).zip(powers).map(|(id, power)| authority(id, power)));
        for power in 0..=set.total() {
            let rest = set.total() - power;
            prop_assert!(!(set.is_quorum(power) && set.is_blocking(rest) && set.is_quorum(rest)));
            prop_assert_eq!(set.is_quorum(power), !set.is_blocking(rest) && power * 3 != set.total() * 2);
        }
    }
}
