//! When a subnet changes hands.

use super::*;
use crate::testing::{account, dev_state};

const NETUID: u16 = 1;

/// Locks a million for //val-b by //Eve, perpetually, in block 1; conviction ripens to nearly all of it.
fn with_conviction(state: &mut Overlay<'_>) {
    let (eve, val) = (account("//Eve"), account("//val-b"));
    let million = Alpha::new(1_000_000);
    stakes::increase(state, NETUID, &val, &eve, million);
    locks::set_perpetual(state, NETUID, &eve, true, 1);
    locks::add(state, NETUID, &eve, &val, million, 1).expect("enough stake");
}

/// The block from which the subnet can change hands.
fn year(state: &Overlay<'_>) -> u64 {
    subnets::subnet(state, NETUID).map_or(0, |subnet| subnet.registered_at) + SAFE_BLOCKS
}

#[test]
fn an_owner_is_safe_for_a_year_and_while_few_are_convinced() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_conviction(&mut state);
    let year = year(&state);
    let before = state.into_changes();
    for (name, alpha_out, block) in
        [("too early", 5_000_000, year - 1), ("no alpha out", 0, year), ("below a tenth", 10_000_000, year)]
    {
        let mut state = Overlay::new(&base);
        with_conviction(&mut state);
        let events = change_owner(&mut state, NETUID, Alpha::new(alpha_out), block);
        assert_eq!((events, state.into_changes()), (Vec::new(), before.clone()), "{name}");
    }
}

#[test]
fn the_coldkey_behind_the_most_convincing_hotkey_becomes_the_owner() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_conviction(&mut state);
    let (year, val) = (year(&state), account("//val-b"));
    let old_coldkey = subnets::subnet(&state, NETUID).and_then(|subnet| subnet.owner).expect("an owner");
    let new_coldkey = stakes::owner(&state, &val).expect("an owner");
    assert_ne!(old_coldkey, new_coldkey, "the test needs two owners");
    let events = change_owner(&mut state, NETUID, Alpha::new(5_000_000), year);
    assert_eq!(events.last(), Some(&Event::SubnetOwnerChanged { netuid: NETUID, old_coldkey, new_coldkey }));
    let subnet = subnets::subnet(&state, NETUID).expect("a subnet");
    assert_eq!((subnet.owner, subnet.owner_hotkey), (Some(new_coldkey), Some(val)));
    assert!(neurons::uid(&state, NETUID, &val).is_some());
    // The role's sum counts as convinced at once.
    assert_eq!(locks::convictions(&state, NETUID, year).get(&val), Some(&U64F64::from_int(1_000_000)));
    assert_eq!(change_owner(&mut state, NETUID, Alpha::new(5_000_000), year), Vec::new(), "once is enough");
}

#[test]
fn a_winner_without_a_slot_gets_one() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_conviction(&mut state);
    let (year, hotkey) = (year(&state), account("//outsider"));
    stakes::own(&mut state, &hotkey, &account("//Ferdie"));
    locks::redirect(&mut state, NETUID, &account("//Eve"), &hotkey, 1);
    let events = change_owner(&mut state, NETUID, Alpha::new(5_000_000), year);
    let uid = neurons::uid(&state, NETUID, &hotkey).expect("a slot");
    assert_eq!(events.first(), Some(&Event::NeuronRegistered { netuid: NETUID, uid, hotkey }));
    assert_eq!(events.len(), 2);
}
