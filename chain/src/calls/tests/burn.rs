//! Burning and recycling one's own alpha.

use super::with_params;
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        stakes,
        subnets::{self, ROOT},
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

const UNIT: u64 = 1_000_000_000;

fn recycle(hotkey: &str, netuid: u16, amount: u64) -> Call {
    Call::RecycleAlpha { hotkey: account(hotkey), amount: Alpha::new(amount), netuid }
}

fn burn(hotkey: &str, netuid: u16, amount: u64) -> Call {
    Call::BurnAlpha { hotkey: account(hotkey), amount: Alpha::new(amount), netuid }
}

fn stake_and_burn(netuid: u16, amount: u64, limit: Option<u64>) -> Call {
    Call::AddStakeBurn { hotkey: account("//val-b"), netuid, amount: Tao::new(amount), limit }
}

fn alpha_out(state: &Overlay<'_>) -> Alpha {
    subnets::state_of(state, 1).expect("subnet 1").alpha_out
}

#[test]
fn errors_of_burning_and_recycling() {
    for one in [recycle, burn] {
        check_errors(
            1,
            vec![
                (
                    "root",
                    |_| {},
                    "//nobody",
                    one("//nobody", ROOT, 0),
                    CallError::CannotBurnOrRecycleOnRootSubnet,
                ),
                ("no such subnet", |_| {}, "//nobody", one("//nobody", 9, 0), CallError::SubnetNotExists),
                (
                    "not started",
                    |state| with_params(state, |params| params.subtoken_enabled = false),
                    "//nobody",
                    one("//nobody", 1, 0),
                    CallError::SubtokenDisabled,
                ),
                (
                    "no such hotkey",
                    |_| {},
                    "//nobody",
                    one("//nobody", 1, 0),
                    CallError::HotKeyAccountNotExists,
                ),
                (
                    "more than there is",
                    |state| subnets::update(state, 1, |subnet| subnet.alpha_out = Alpha::whole(4_999)),
                    "//Ferdie",
                    one("//val-b", 1, u64::MAX),
                    CallError::InsufficientLiquidity,
                ),
                (
                    "locked",
                    |state| {
                        let (hotkey, amount) = (account("//val-b"), Alpha::whole(4_000));
                        let lock = Call::LockStake { hotkey, netuid: 1, amount };
                        call(state, 1, "//Ferdie", &lock).expect("works");
                    },
                    "//Ferdie",
                    one("//val-b", 1, 1_001 * UNIT),
                    CallError::StakeUnavailable,
                ),
            ],
        );
    }
}

#[test]
fn errors_of_staking_to_burn() {
    check_errors(
        1,
        vec![
            (
                "root, after staking worked",
                |_| {},
                "//Eve",
                stake_and_burn(ROOT, UNIT, None),
                CallError::CannotBurnOrRecycleOnRootSubnet,
            ),
            ("nothing", |_| {}, "//Eve", stake_and_burn(1, 0, None), CallError::AmountTooLow),
            (
                "too much",
                |_| {},
                "//Eve",
                stake_and_burn(1, u64::MAX, None),
                CallError::InsufficientLiquidity,
            ),
            (
                "not wholly",
                |_| {},
                "//Eve",
                stake_and_burn(1, 1_000 * UNIT, Some(1_260_000_000)),
                CallError::SlippageTooHigh,
            ),
        ],
    );
}

#[test]
fn recycled_alpha_can_be_emitted_again_and_burned_alpha_cannot() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let stake = |state: &Overlay<'_>| stakes::stake(state, 1, &account("//val-b"), &account("//Ferdie"));
    let before = alpha_out(&state);
    let events = call(&mut state, 1, "//Ferdie", &burn("//val-b", 1, 10 * UNIT)).expect("works");
    assert!(matches!(events[..], [Event::AlphaBurned { .. }]));
    assert_eq!((alpha_out(&state), stake(&state)), (before, Alpha::whole(4_990)));
    let events = call(&mut state, 1, "//Ferdie", &recycle("//val-b", 1, u64::MAX)).expect("works");
    let [Event::AlphaRecycled { amount, .. }] = events[..] else { panic!("{events:?}") };
    assert_eq!((amount, stake(&state)), (Alpha::whole(4_990), Alpha::ZERO));
    assert_eq!(alpha_out(&state), before.saturating_sub(amount));
    // Nothing left is no error.
    assert!(call(&mut state, 1, "//Ferdie", &recycle("//val-b", 1, u64::MAX)).is_ok());
    assert_eq!(violations(&state), []);
}

#[test]
fn what_is_staked_to_burn_is_burned() {
    let base = dev_state();
    for limit in [None, Some(2_000_000_000)] {
        let mut state = Overlay::new(&base);
        let events = call(&mut state, 1, "//Eve", &stake_and_burn(1, 10 * UNIT, limit)).expect("works");
        let [
            Event::StakeAdded { alpha_out, .. },
            Event::AlphaBurned { amount: burned, .. },
            Event::AddStakeBurn { amount, alpha, .. },
        ] = events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!((amount, alpha), (Tao::whole(10), alpha_out));
        // All but rounding of the share.
        assert!(alpha.units() - burned.units() <= 1);
        assert_eq!(violations(&state), []);
    }
}
