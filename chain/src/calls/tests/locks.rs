//! Locking stake.

use crate::{
    Call, CallError, Event,
    ledger::{locks, stakes},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::Alpha;

const STAKE: u64 = 1_000_000_000;

fn with_stake(state: &mut Overlay<'_>) {
    stakes::increase(state, 1, &account("//val-b"), &account("//Eve"), Alpha::new(STAKE));
}

fn with_lock(state: &mut Overlay<'_>) {
    with_stake(state);
    call(state, 1, "//Eve", &lock_stake("//val-b", 1, STAKE)).expect("enough stake");
}

fn lock_stake(hotkey: &str, netuid: u16, amount: u64) -> Call {
    Call::LockStake { hotkey: account(hotkey), netuid, amount: Alpha::new(amount) }
}

fn move_lock(hotkey: &str, netuid: u16) -> Call {
    Call::MoveLock { destination_hotkey: account(hotkey), netuid }
}

fn remove_stake(amount: u64) -> Call {
    Call::RemoveStake { hotkey: account("//val-b"), netuid: 1, amount: Alpha::new(amount) }
}

#[test]
fn errors_of_locks() {
    let too_much = lock_stake("//val-b", 1, STAKE + 1);
    let perpetual = Call::SetPerpetualLock { netuid: 9, enabled: true };
    check_errors(
        1,
        vec![
            ("no such subnet", with_lock, "//Eve", lock_stake("//nobody", 9, 0), CallError::SubnetNotExists),
            ("nothing", with_lock, "//Eve", lock_stake("//nobody", 1, 0), CallError::AmountTooLow),
            (
                "no such hotkey",
                with_lock,
                "//Eve",
                lock_stake("//nobody", 1, STAKE),
                CallError::HotKeyAccountNotExists,
            ),
            (
                "another hotkey",
                with_lock,
                "//Eve",
                lock_stake("//val-a", 1, STAKE),
                CallError::LockHotkeyMismatch,
            ),
            ("too much", with_stake, "//Eve", too_much, CallError::InsufficientStakeForLock),
            (
                "locked twice",
                with_lock,
                "//Eve",
                lock_stake("//val-b", 1, 1),
                CallError::InsufficientStakeForLock,
            ),
            ("move on no subnet", with_lock, "//Eve", move_lock("//nobody", 9), CallError::SubnetNotExists),
            (
                "move to nobody",
                with_stake,
                "//Eve",
                move_lock("//nobody", 1),
                CallError::HotKeyAccountNotExists,
            ),
            ("move nothing", with_stake, "//Eve", move_lock("//val-a", 1), CallError::NoExistingLock),
            ("no subnet to choose for", with_lock, "//Eve", perpetual, CallError::SubnetNotExists),
            (
                "unstaking what is locked",
                with_lock,
                "//Eve",
                remove_stake(STAKE),
                CallError::StakeUnavailable,
            ),
        ],
    );
}

#[test]
fn calls_about_locks_say_what_they_did() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_stake(&mut state);
    let (coldkey, hotkey) = (account("//Eve"), account("//val-b"));
    let amount = Alpha::new(STAKE / 2);
    let locked = call(&mut state, 1, "//Eve", &lock_stake("//val-b", 1, STAKE / 2));
    assert_eq!(locked, Ok(vec![Event::StakeLocked { coldkey, hotkey, netuid: 1, amount }]));
    let chosen = call(&mut state, 1, "//Eve", &Call::SetPerpetualLock { netuid: 1, enabled: true });
    assert_eq!(chosen, Ok(vec![Event::PerpetualLockUpdated { coldkey, netuid: 1, enabled: true }]));
    let moved = call(&mut state, 1, "//Eve", &move_lock("//val-a", 1));
    let destination_hotkey = account("//val-a");
    let expected = Event::LockMoved { coldkey, origin_hotkey: hotkey, destination_hotkey, netuid: 1 };
    assert_eq!(moved, Ok(vec![expected]));
    let welcome = call(&mut state, 1, "//Eve", &Call::SetRejectLockedAlpha { enabled: false });
    assert_eq!(welcome, Ok(vec![Event::RejectLockedAlphaUpdated { coldkey, enabled: false }]));
    assert!(locks::accepts_locked_alpha(&state, &coldkey));
}

#[test]
fn what_is_not_locked_can_be_unstaked_and_rolls_the_lock() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_stake(&mut state);
    call(&mut state, 1, "//Eve", &lock_stake("//val-b", 1, STAKE / 2)).expect("enough stake");
    assert!(call(&mut state, 11, "//Eve", &remove_stake(STAKE / 2)).is_ok());
    let (_, lock) = locks::lock(&state, 1, &account("//Eve")).expect("a lock");
    assert_eq!(lock.last_update, 11);
    assert!(lock.mass < Alpha::new(STAKE / 2));
}
