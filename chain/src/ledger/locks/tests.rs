//! Locks and their sums, by rule.

use super::{aggregates::read, *};
use crate::{
    ledger::subnets::Subnet,
    state::MemoryState,
    testing::{account, dev_state},
};
use taonet_subnets::locks::DEFAULT_TIME_CONSTANT as TAU;

const NETUID: u16 = 1;

fn alpha(units: u64) -> Alpha {
    Alpha::new(units)
}

/// //Eve and //Ferdie have a million each with //val-b, whose owner is //Bob, and no locks.
fn with_stake(base: &MemoryState) -> Overlay<'_> {
    let mut state = Overlay::new(base);
    for coldkey in ["//Eve", "//Ferdie"] {
        stakes::increase(&mut state, NETUID, &account("//val-b"), &account(coldkey), alpha(1_000_000));
    }
    state
}

fn add_lock(state: &mut Overlay<'_>, coldkey: &str, hotkey: &str, amount: u64, now: u64) {
    add(state, NETUID, &account(coldkey), &account(hotkey), alpha(amount), now).expect("enough stake");
}

fn held(state: &Overlay<'_>, coldkey: &str) -> Option<(u64, u64)> {
    let (hotkey, lock) = lock(state, NETUID, &account(coldkey))?;
    assert!(LOCKERS.contains(state, &(NETUID, hotkey, account(coldkey))), "the index is out of step");
    Some((lock.mass.units(), lock.conviction.to_u64()))
}

/// Mass, conviction and block of the sum for a hotkey.
fn summed(state: &Overlay<'_>, hotkey: &str, perpetual: bool) -> Option<(u64, u64, u64)> {
    let lock = read(state, &class(state, NETUID, &account(hotkey), perpetual))?;
    Some((lock.mass.units(), lock.conviction.to_u64(), lock.last_update))
}

#[test]
fn a_lock_cannot_exceed_the_stake_and_has_one_hotkey() {
    let base = dev_state();
    let mut state = with_stake(&base);
    let (eve, val) = (account("//Eve"), account("//val-b"));
    let error = add(&mut state, NETUID, &eve, &val, alpha(1_000_001), 1);
    assert_eq!(error, Err(CallError::InsufficientStakeForLock));
    add_lock(&mut state, "//Eve", "//val-b", 600_000, 1);
    let error = add(&mut state, NETUID, &eve, &val, alpha(400_001), 1);
    assert_eq!(error, Err(CallError::InsufficientStakeForLock));
    let error = add(&mut state, NETUID, &eve, &account("//val-a"), alpha(1), 1);
    assert_eq!(error, Err(CallError::LockHotkeyMismatch));
    assert_eq!(available(&state, NETUID, &eve, 1), alpha(400_000));
    assert_eq!(check_available(&state, NETUID, &eve, alpha(400_001), 1), Err(CallError::StakeUnavailable));
    assert_eq!(check_available(&state, NETUID, &eve, alpha(600_000), 1 + TAU), Ok(()));
}

#[test]
fn a_roll_lowers_the_sum_without_rolling_it() {
    let base = dev_state();
    let mut state = with_stake(&base);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    add_lock(&mut state, "//Ferdie", "//val-b", 500_000, 1);
    roll(&mut state, NETUID, &account("//Eve"), 1 + TAU);
    // e^-1 is left of the mass, and as much has become conviction; the sum only lost the mass.
    assert_eq!(held(&state, "//Eve"), Some((183_939, 183_939)));
    assert_eq!(summed(&state, "//val-b", false), Some((683_939, 0, 1 + TAU)));
}

#[test]
fn a_roll_that_lowers_nothing_rolls_the_sum() {
    let base = dev_state();
    let mut state = with_stake(&base);
    set_perpetual(&mut state, NETUID, &account("//Eve"), true, 1);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    roll(&mut state, NETUID, &account("//Eve"), 1 + TAU);
    assert_eq!(held(&state, "//Eve"), Some((500_000, 316_060)));
    assert_eq!(summed(&state, "//val-b", true), Some((500_000, 316_060, 1 + TAU)));
}

#[test]
fn the_choice_of_mode_moves_the_lock_between_the_sums_and_outlives_it() {
    let base = dev_state();
    let mut state = with_stake(&base);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    set_perpetual(&mut state, NETUID, &account("//Eve"), true, 1);
    assert_eq!(
        (summed(&state, "//val-b", false), summed(&state, "//val-b", true)),
        (None, Some((500_000, 0, 1)))
    );
    reduce(&mut state, NETUID, &account("//Eve"), alpha(500_000), 1);
    assert_eq!((held(&state, "//Eve"), summed(&state, "//val-b", true)), (None, None));
    assert!(is_perpetual(&state, NETUID, &account("//Eve")));
    set_perpetual(&mut state, NETUID, &account("//Eve"), false, 1);
    assert!(!is_perpetual(&state, NETUID, &account("//Eve")));
}

#[test]
fn reducing_takes_conviction_in_proportion() {
    let base = dev_state();
    let mut state = with_stake(&base);
    set_perpetual(&mut state, NETUID, &account("//Eve"), true, 1);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    reduce(&mut state, NETUID, &account("//Eve"), alpha(250_000), 1 + TAU);
    assert_eq!(held(&state, "//Eve"), Some((250_000, 158_030)));
    assert_eq!(summed(&state, "//val-b", true), Some((250_000, 158_030, 1 + TAU)));
}

#[test]
fn conviction_stays_with_the_owner_of_the_hotkey() {
    let base = dev_state();
    let mut state = with_stake(&base);
    let eve = account("//Eve");
    let owner = stakes::owner(&state, &account("//val-b")).expect("an owner");
    stakes::own(&mut state, &account("//second"), &owner);
    stakes::own(&mut state, &account("//strange"), &eve);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    assert_eq!(redirect(&mut state, NETUID, &eve, &account("//second"), 1 + TAU), Some(account("//val-b")));
    assert_eq!(held(&state, "//Eve"), Some((183_939, 183_939)));
    assert_eq!((summed(&state, "//val-b", false), summed(&state, "//second", false).is_some()), (None, true));
    assert_eq!(redirect(&mut state, NETUID, &eve, &account("//strange"), 1 + TAU), Some(account("//second")));
    assert_eq!(held(&state, "//Eve"), Some((183_939, 0)));
    assert_eq!(redirect(&mut state, NETUID, &account("//Ferdie"), &account("//strange"), 1), None);
}

#[test]
fn unlocked_stake_moves_first_and_locked_stake_only_to_who_wants_it() {
    let base = dev_state();
    let mut state = with_stake(&base);
    let (eve, ferdie) = (account("//Eve"), account("//Ferdie"));
    let to_ferdie =
        |state: &mut Overlay<'_>, amount| transfer(state, NETUID, &eve, &ferdie, alpha(amount), 1);
    add_lock(&mut state, "//Eve", "//val-b", 400_000, 1);
    assert_eq!(to_ferdie(&mut state, 600_000), Ok(()));
    assert_eq!(held(&state, "//Ferdie"), None);
    assert_eq!(to_ferdie(&mut state, 700_000), Err(CallError::AccountRejectsLockedAlpha));
    set_accepts_locked_alpha(&mut state, &ferdie, true);
    assert_eq!(to_ferdie(&mut state, 700_000), Ok(()));
    assert_eq!((held(&state, "//Eve"), held(&state, "//Ferdie")), (Some((300_000, 0)), Some((100_000, 0))));
    assert_eq!(summed(&state, "//val-b", false), Some((400_000, 0, 1)));
    redirect(&mut state, NETUID, &ferdie, &account("//val-a"), 1);
    set_accepts_locked_alpha(&mut state, &ferdie, false);
    assert_eq!(to_ferdie(&mut state, 800_000), Err(CallError::LockHotkeyMismatch));
}

#[test]
fn swapped_keys_hand_their_locks_over() {
    let base = dev_state();
    let mut state = with_stake(&base);
    let (eve, new) = (account("//Eve"), account("//new"));
    set_perpetual(&mut state, NETUID, &eve, true, 1);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    assert_eq!(swap_coldkey(&mut state, &eve, &new, 1), Err(CallError::AccountRejectsLockedAlpha));
    set_accepts_locked_alpha(&mut state, &new, true);
    assert_eq!(swap_coldkey(&mut state, &eve, &new, 1), Ok(()));
    assert_eq!((held(&state, "//Eve"), held(&state, "//new")), (None, Some((500_000, 0))));
    assert!(is_perpetual(&state, NETUID, &new) && !is_perpetual(&state, NETUID, &eve));
    assert_eq!(swap_coldkey(&mut state, &eve, &new, 1), Err(CallError::ActiveLockExists));

    swap_hotkey(&mut state, NETUID, &account("//val-b"), &account("//hot"), 1);
    assert_eq!(lock(&state, NETUID, &new).map(|(hotkey, _)| hotkey), Some(account("//hot")));
    assert_eq!(summed(&state, "//val-b", true), None);
    assert_eq!(summed(&state, "//hot", true), Some((500_000, 0, 1)));
}

#[test]
fn the_owners_hotkey_is_convincing_at_once_and_its_sum_belongs_to_the_role() {
    let base = dev_state();
    let mut state = with_stake(&base);
    let subnet = subnets::subnet(&state, NETUID).expect("a subnet");
    let mine = Subnet { owner_hotkey: Some(account("//val-b")), ..subnet };
    subnets::put_subnet(&mut state, NETUID, &mine);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    assert_eq!(held(&state, "//Eve"), Some((500_000, 500_000)));
    assert_eq!(summed(&state, "//val-b", false), Some((500_000, 500_000, 1)));
    add_lock(&mut state, "//Ferdie", "//val-a", 300_000, 1);

    swap_roles(&mut state, NETUID, &account("//val-b"), &account("//val-a"), 1);
    subnets::put_subnet(&mut state, NETUID, &Subnet { owner_hotkey: Some(account("//val-a")), ..mine });
    assert_eq!(summed(&state, "//val-b", false), Some((500_000, 500_000, 1)));
    assert_eq!(summed(&state, "//val-a", false), Some((300_000, 300_000, 1)));
    let convictions = convictions(&state, NETUID, 1);
    let of = |hotkey: &str| convictions.get(&account(hotkey)).map(|conviction| conviction.to_u64());
    assert_eq!((of("//val-a"), of("//val-b")), (Some(300_000), Some(500_000)));
}

#[test]
fn a_dissolved_subnet_leaves_no_lock_behind() {
    let base = dev_state();
    let mut state = with_stake(&base);
    set_perpetual(&mut state, NETUID, &account("//Eve"), true, 1);
    add_lock(&mut state, "//Eve", "//val-b", 500_000, 1);
    add_lock(&mut state, "//Ferdie", "//val-b", 500_000, 1);
    forget_subnet(&mut state, NETUID);
    assert_eq!(state.into_changes(), with_stake(&base).into_changes());
}
