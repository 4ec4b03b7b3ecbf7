//! Swapping hotkeys and coldkeys.

use super::with_network;
use crate::{
    Call, CallError, Event,
    admit::{Refusal, admit},
    event::{ColdkeySwapped, HotkeySwapped, HotkeySwappedOnSubnet},
    invariants::violations,
    ledger::{
        accounts, claims, identities,
        identities::Identity,
        issuance, neurons, stakes,
        subnets::{self, ROOT},
        swaps::{self, Announcement, coldkey_hash},
    },
    state::{Overlay, StateRead},
    testing::{account, call, chain, check_errors, dev_state, signed},
};
use taonet_subnets::amount::{Alpha, Tao};

fn hotkey(old: &str, new: &str, netuid: Option<u16>) -> Call {
    Call::SwapHotkey { hotkey: account(old), new_hotkey: account(new), netuid }
}

fn announce(new: &str) -> Call {
    Call::AnnounceColdkeySwap { new_coldkey_hash: coldkey_hash(&account(new)) }
}

fn swap_to(new: &str) -> Call {
    Call::SwapColdkeyAnnounced { new_coldkey: account(new) }
}

/// //Alice announced //fresh in block 0.
fn announced(state: &mut Overlay<'_>) {
    let pending =
        Announcement { hash: coldkey_hash(&account("//fresh")), executable_at: 100, disputed: false };
    swaps::set_announcement(state, &account("//Alice"), Some(&pending));
}

#[test]
fn errors_of_hotkeys() {
    check_errors(
        50,
        vec![
            (
                "not the owner",
                |_| {},
                "//Eve",
                hotkey("//val-a", "//new", None),
                CallError::NonAssociatedColdKey,
            ),
            (
                "somebody's",
                |_| {},
                "//Alice",
                hotkey("//val-a", "//m1", None),
                CallError::NonAssociatedColdKey,
            ),
            (
                "itself",
                |_| {},
                "//Alice",
                hotkey("//val-a", "//val-a", None),
                CallError::NewHotKeyIsSameWithOld,
            ),
            (
                "no such subnet",
                |_| {},
                "//Alice",
                hotkey("//val-a", "//new", Some(9)),
                CallError::SubnetNotExists,
            ),
            (
                "registered",
                |state| {
                    stakes::own(state, &account("//new"), &account("//Alice"));
                    neurons::append(state, 1, &account("//new"), 3);
                },
                "//Alice",
                hotkey("//val-a", "//new", None),
                CallError::HotKeyAlreadyRegisteredInSubNet,
            ),
            (
                "too soon",
                |state| {
                    swaps::set_clock(state, &account("//Alice"), 49);
                    stakes::increase(state, ROOT, &account("//new"), &account("//Eve"), Alpha::new(1));
                },
                "//Alice",
                hotkey("//val-a", "//new", None),
                CallError::HotKeySetTxRateLimitExceeded,
            ),
            (
                "with root stake",
                |state| stakes::increase(state, ROOT, &account("//new"), &account("//Eve"), Alpha::new(1)),
                "//Alice",
                hotkey("//val-a", "//new", None),
                CallError::NewHotKeyNotCleanForRootSwap,
            ),
            (
                "no money",
                |state| stakes::own(state, &account("//poor-hotkey"), &account("//nobody")),
                "//nobody",
                hotkey("//poor-hotkey", "//new", Some(1)),
                CallError::NotEnoughBalanceToPaySwapHotKey,
            ),
            (
                "a second time on a subnet",
                |state| swaps::set_subnet_clock(state, 1, &account("//Alice"), 1),
                "//Alice",
                hotkey("//val-a", "//new", Some(1)),
                CallError::HotKeySwapOnSubnetIntervalNotPassed,
            ),
        ],
    );
}

#[test]
fn on_one_subnet_the_new_hotkey_takes_what_is_there() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (old, new, alice) = (account("//val-a"), account("//new"), account("//Alice"));
    let (stake, root) = (stakes::stake(&state, 1, &old, &alice), stakes::stake(&state, ROOT, &old, &alice));
    let (issued, balance) = (issuance::issuance(&state).total, accounts::balance(&state, &alice));
    let events = call(&mut state, 50, "//Alice", &hotkey("//val-a", "//new", Some(1))).expect("works");
    let expected = Event::HotkeySwappedOnSubnet(HotkeySwappedOnSubnet {
        coldkey: alice,
        old_hotkey: old,
        new_hotkey: new,
        netuid: 1,
    });
    assert_eq!(events, [expected]);
    assert_eq!((neurons::uid(&state, 1, &old), neurons::uid(&state, 1, &new)), (None, Some(0)));
    assert_eq!(subnets::subnet(&state, 1).expect("subnet 1").owner_hotkey, Some(new));
    assert_eq!(
        (stakes::stake(&state, 1, &old, &alice), stakes::stake(&state, 1, &new, &alice)),
        (Alpha::ZERO, stake)
    );
    // Root is another subnet, and the old hotkey still exists there.
    assert_eq!(stakes::stake(&state, ROOT, &old, &alice), root);
    assert_eq!((stakes::owner(&state, &old), stakes::owner(&state, &new)), (Some(alice), Some(alice)));
    let cost = Tao::new(1_000_000);
    assert_eq!(accounts::balance(&state, &alice), balance.saturating_sub(cost));
    assert_eq!(issuance::issuance(&state).total, issued.saturating_sub(cost));
    assert_eq!(violations(&state), []);
}

#[test]
fn on_all_subnets_it_takes_everything_with_what_is_owed() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (old, new, alice) = (account("//val-a"), account("//new"), account("//Alice"));
    claims::credit(&mut state, 1, &old, Alpha::new(1_000_000));
    subnets::update(&mut state, 1, |subnet| {
        subnet.alpha_out = subnet.alpha_out.saturating_add(Alpha::new(1_000_000));
    });
    stakes::set_take(&mut state, &old, 77, 5);
    let (owed, stake) = (claims::owed(&state, 1, &old, &alice), stakes::stake(&state, ROOT, &old, &alice));
    assert!(owed > Alpha::ZERO && stake > Alpha::ZERO);
    let events = call(&mut state, 50, "//Alice", &hotkey("//val-a", "//new", None)).expect("works");
    assert_eq!(
        events,
        [Event::HotkeySwapped(HotkeySwapped { coldkey: alice, old_hotkey: old, new_hotkey: new })]
    );
    assert_eq!(
        (claims::owed(&state, 1, &old, &alice), claims::owed(&state, 1, &new, &alice)),
        (Alpha::ZERO, owed)
    );
    assert_eq!(stakes::stake(&state, ROOT, &new, &alice), stake);
    assert_eq!((stakes::owner(&state, &old), stakes::owner(&state, &new)), (None, Some(alice)));
    assert_eq!((stakes::take(&state, &old), stakes::take(&state, &new)), (None, Some(77)));
    assert_eq!((stakes::take_clock(&state, &old), stakes::take_clock(&state, &new)), (0, 5));
    assert_eq!(violations(&state), []);
}

#[test]
fn stake_stays_behind_on_request_and_so_does_its_owner() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (old, new, alice) = (account("//val-a"), account("//new"), account("//Alice"));
    let stake = stakes::stake(&state, 1, &old, &alice);
    let swap = Call::SwapHotkeyV2 { hotkey: old, new_hotkey: new, netuid: None, keep_stake: true };
    call(&mut state, 50, "//Alice", &swap).expect("works");
    assert_eq!(neurons::uid(&state, 1, &new), Some(0));
    assert_eq!(
        (stakes::stake(&state, 1, &old, &alice), stakes::stake(&state, 1, &new, &alice)),
        (stake, Alpha::ZERO)
    );
    assert_eq!((stakes::owner(&state, &old), stakes::owner(&state, &new)), (Some(alice), Some(alice)));
    assert_eq!(violations(&state), []);
}

#[test]
fn errors_of_coldkeys() {
    let root_swap = Call::SwapColdkey { old_coldkey: account("//Eve"), new_coldkey: account("//fresh") };
    let reset = Call::ResetColdkeySwap { coldkey: account("//Alice") };
    let again = CallError::ColdkeySwapReannouncedTooEarly;
    check_errors(
        99,
        vec![
            (
                "no money",
                |_| {},
                "//nobody",
                announce("//fresh"),
                CallError::NotEnoughBalanceToPaySwapColdKey,
            ),
            ("announced again", announced, "//Alice", announce("//other"), again),
            ("taken back", announced, "//Alice", Call::ClearColdkeySwapAnnouncement, again),
            (
                "nothing announced",
                |_| {},
                "//Eve",
                swap_to("//fresh"),
                CallError::ColdkeySwapAnnouncementNotFound,
            ),
            (
                "nothing to dispute",
                |_| {},
                "//Eve",
                Call::DisputeColdkeySwap,
                CallError::ColdkeySwapAnnouncementNotFound,
            ),
            (
                "nothing to take back",
                |_| {},
                "//Eve",
                Call::ClearColdkeySwapAnnouncement,
                CallError::ColdkeySwapAnnouncementNotFound,
            ),
            (
                "another",
                announced,
                "//Alice",
                swap_to("//other"),
                CallError::AnnouncedColdkeyHashDoesNotMatch,
            ),
            ("too early", announced, "//Alice", swap_to("//fresh"), CallError::ColdkeySwapTooEarly),
            ("not governance", |_| {}, "//Eve", root_swap, CallError::BadOrigin),
            ("not governance", |_| {}, "//Eve", reset, CallError::BadOrigin),
            (
                "a coldkey that stakes",
                |_| {},
                "//Alice",
                Call::SwapColdkey { old_coldkey: account("//Eve"), new_coldkey: account("//Alice") },
                CallError::ColdKeyAlreadyAssociated,
            ),
            (
                "a hotkey",
                |_| {},
                "//Alice",
                Call::SwapColdkey { old_coldkey: account("//Eve"), new_coldkey: account("//m1") },
                CallError::NewColdKeyIsHotkey,
            ),
            (
                "anything else",
                announced,
                "//Alice",
                hotkey("//m1", "//m1", None),
                CallError::ColdkeySwapAnnounced,
            ),
            (
                "anything, when disputed",
                |state| {
                    announced(state);
                    call(state, 1, "//Alice", &Call::DisputeColdkeySwap).expect("works");
                },
                "//Alice",
                swap_to("//fresh"),
                CallError::ColdkeySwapDisputed,
            ),
        ],
    );
}

#[test]
fn everything_of_a_coldkey_moves() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let (alice, fresh, val) = (account("//Alice"), account("//fresh"), account("//val-a"));
    identities::set_identity(&mut state, &alice, &Identity::default());
    stakes::set_auto_stake(&mut state, &alice, 1, &val);
    claims::credit(&mut state, 1, &val, Alpha::new(1_000_000));
    let owed = claims::owed(&state, 1, &val, &alice);
    let stakes_of =
        |state: &dyn StateRead, coldkey| [ROOT, 1].map(|netuid| stakes::stake(state, netuid, &val, coldkey));
    let held = stakes_of(&state, &alice);
    let hotkeys = stakes::owned_hotkeys(&state, &alice);

    let events = call(&mut state, 1, "//Alice", &announce("//fresh")).expect("works");
    let new_coldkey_hash = coldkey_hash(&fresh);
    assert_eq!(events, [Event::ColdkeySwapAnnounced { who: alice, new_coldkey_hash }]);
    let balance = accounts::balance(&state, &alice);
    let events = call(&mut state, 36_001, "//Alice", &swap_to("//fresh")).expect("works");
    assert_eq!(events, [Event::ColdkeySwapped(ColdkeySwapped { old_coldkey: alice, new_coldkey: fresh })]);

    assert_eq!((accounts::balance(&state, &alice), accounts::balance(&state, &fresh)), (Tao::ZERO, balance));
    assert_eq!((stakes_of(&state, &alice), stakes_of(&state, &fresh)), ([Alpha::ZERO; 2], held));
    assert_eq!(
        (claims::owed(&state, 1, &val, &alice), claims::owed(&state, 1, &val, &fresh)),
        (Alpha::ZERO, owed)
    );
    assert_eq!(
        (stakes::owned_hotkeys(&state, &alice), stakes::owned_hotkeys(&state, &fresh)),
        (vec![], hotkeys)
    );
    assert_eq!(stakes::auto_stake(&state, &fresh, 1), Some(val));
    assert_eq!(identities::identity(&state, &fresh), Some(Identity::default()));
    assert_eq!(subnets::subnet(&state, 1).expect("subnet 1").owner, Some(fresh));
    assert_eq!(swaps::announcement(&state, &alice), None);
}

#[test]
fn an_announcement_can_be_replaced_disputed_and_ended() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    announced(&mut state);
    // Possible from block 100 on; replaceable 7,200 blocks later, without another payment.
    let balance = accounts::balance(&state, &account("//Alice"));
    call(&mut state, 7_300, "//Alice", &announce("//other")).expect("works");
    assert_eq!(accounts::balance(&state, &account("//Alice")), balance);
    let events = call(&mut state, 50_500, "//Alice", &Call::ClearColdkeySwapAnnouncement).expect("works");
    assert_eq!(events, [Event::ColdkeySwapCleared { who: account("//Alice") }]);

    announced(&mut state);
    let events = call(&mut state, 1, "//Alice", &Call::DisputeColdkeySwap).expect("works");
    assert_eq!(events, [Event::ColdkeySwapDisputed { coldkey: account("//Alice") }]);
    // Alice is governance here, which can always end a dispute.
    let reset = Call::ResetColdkeySwap { coldkey: account("//Alice") };
    let events = call(&mut state, 2, "//Alice", &reset).expect("works");
    assert_eq!(events, [Event::ColdkeySwapReset { who: account("//Alice") }]);
    assert_eq!(swaps::announcement(&state, &account("//Alice")), None);
}

#[test]
fn who_is_about_to_be_swapped_gets_nothing_else_into_a_block() {
    let mut chain = chain();
    chain.produce(vec![signed(&chain, "//Eve", announce("//fresh"))]);
    let pay = signed(&chain, "//Eve", Call::Transfer { to: account("//Bob"), amount: Tao::whole(1) });
    let refused = Err(Refusal::Call(CallError::ColdkeySwapAnnounced));
    assert_eq!(admit(&chain.state, 2, &pay), refused);
    let (block, _) = chain.produce(vec![pay]);
    assert!(block.transactions.is_empty());
    let dispute = signed(&chain, "//Eve", Call::DisputeColdkeySwap);
    assert_eq!(admit(&chain.state, 3, &dispute), Ok(()));
}

#[test]
fn a_swap_that_costs_nothing_can_be_made_by_anybody() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_network(&mut state, |network| network.key_swap_on_subnet_cost = 0);
    stakes::own(&mut state, &account("//hotkey"), &account("//nobody"));
    let swapped = call(&mut state, 50, "//nobody", &hotkey("//hotkey", "//new", Some(1)));
    assert!(swapped.is_ok(), "{swapped:?}");
}
