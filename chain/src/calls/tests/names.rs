//! What subnets and coldkeys say about themselves: symbols, identities, owner hotkeys.

use crate::{
    Call, CallError, Event,
    ledger::{
        accounts,
        identities::{self, Identity, SubnetIdentity},
        params::{self, OWNER_HOTKEY},
        subnets,
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

fn symbol(netuid: u16, symbol: &str) -> Call {
    Call::UpdateSymbol { netuid, symbol: symbol.to_owned() }
}

fn owner_hotkey(hotkey: &str) -> Call {
    Call::SetOwnerHotkey { netuid: 1, hotkey: account(hotkey) }
}

fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[test]
fn errors() {
    let too_long = Identity { discord: long(257), ..Identity::default() };
    let subnet_too_long = SubnetIdentity { logo_url: long(1_025), ..SubnetIdentity::default() };
    let set = |identity: &Identity| Call::SetIdentity { identity: identity.clone().into() };
    let set_subnet =
        |identity: &SubnetIdentity| Call::SetSubnetIdentity { netuid: 1, identity: identity.clone().into() };
    let create = Call::RegisterNetworkWithIdentity {
        hotkey: account("//new"),
        identity: Some(subnet_too_long.clone().into()),
    };
    let system = Call::SetOwnerHotkey { netuid: 1, hotkey: accounts::subnet_account(1) };
    check_errors(
        5,
        vec![
            ("no such subnet", |_| {}, "//Alice", symbol(9, "β"), CallError::SubnetDoesNotExist),
            ("not the owner", |_| {}, "//Eve", symbol(1, "§"), CallError::BadOrigin),
            ("no symbol", |_| {}, "//Alice", symbol(1, "§"), CallError::SymbolDoesNotExist),
            ("its own symbol", |_| {}, "//Alice", symbol(1, "α"), CallError::SymbolAlreadyInUse),
            ("root's symbol", |_| {}, "//Alice", symbol(1, "Τ"), CallError::SymbolAlreadyInUse),
            ("without a UID", |_| {}, "//nobody", set(&too_long), CallError::HotKeyNotRegisteredInNetwork),
            ("a long field", |_| {}, "//Alice", set(&too_long), CallError::InvalidIdentity),
            ("not the owner", |_| {}, "//Eve", set_subnet(&subnet_too_long), CallError::NotSubnetOwner),
            ("a long field", |_| {}, "//Alice", set_subnet(&subnet_too_long), CallError::InvalidIdentity),
            ("a new subnet with a long field", |_| {}, "//Eve", create, CallError::InvalidIdentity),
            ("not the owner", |_| {}, "//Eve", owner_hotkey("//m1"), CallError::BadOrigin),
            (
                "too soon",
                |state| {
                    params::set_owner_clock(state, 1, OWNER_HOTKEY, 4);
                    let mut subnet = subnets::subnet(state, 1).expect("subnet 1");
                    subnet.owner = Some(account("//Eve"));
                    subnets::put_subnet(state, 1, &subnet);
                },
                "//Eve",
                owner_hotkey("//m1"),
                CallError::TxRateLimitExceeded,
            ),
            ("a subnet's account", |_| {}, "//Alice", system, CallError::CannotUseSystemAccount),
        ],
    );
}

#[test]
fn a_new_subnet_takes_the_first_free_symbol_when_its_own_is_taken() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let events = call(&mut state, 5, "//Alice", &symbol(1, "β")).expect("works");
    assert_eq!(events, [Event::SymbolUpdated { netuid: 1, symbol: "β".to_owned() }]);
    call(&mut state, 6, "//Eve", &Call::RegisterNetwork { hotkey: account("//new") }).expect("works");
    assert_eq!(subnets::subnet(&state, 2).expect("subnet 2").symbol, "α");
}

#[test]
fn identities_are_kept_as_they_were_said() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let identity = Identity { name: long(256), description: long(1_024), ..Identity::default() };
    let call_of = Call::SetIdentity { identity: identity.clone().into() };
    let events = call(&mut state, 5, "//Alice", &call_of).expect("works");
    assert_eq!(events, [Event::ChainIdentitySet { coldkey: account("//Alice") }]);
    assert_eq!(identities::identity(&state, &account("//Alice")), Some(identity));

    let identity = SubnetIdentity { subnet_name: "tour".to_owned(), ..SubnetIdentity::default() };
    let hotkey = account("//new");
    let call_of = Call::RegisterNetworkWithIdentity { hotkey, identity: Some(identity.clone().into()) };
    let events = call(&mut state, 5, "//Eve", &call_of).expect("works");
    let expected = [Event::SubnetIdentitySet { netuid: 2 }, Event::NetworkAdded { netuid: 2, mechanism: 1 }];
    assert_eq!(events, expected);
    assert_eq!(identities::subnet_identity(&state, 2), Some(identity));
}

#[test]
fn the_owner_hotkey_changes_once_a_week_whoever_changes_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 5, "//Eve", &Call::RegisterNetwork { hotkey: account("//new") }).expect("works");
    let set = |hotkey: &str| Call::SetOwnerHotkey { netuid: 2, hotkey: account(hotkey) };
    let events = call(&mut state, 6, "//Alice", &set("//a")).expect("governance may");
    assert_eq!(events, [Event::SubnetOwnerHotkeySet { netuid: 2, hotkey: account("//a") }]);
    for either in ["//Eve", "//Alice"] {
        assert_eq!(call(&mut state, 50_405, either, &set("//b")), Err(CallError::TxRateLimitExceeded));
    }
    call(&mut state, 50_406, "//Eve", &set("//c")).expect("a week later");
    assert_eq!(subnets::subnet(&state, 2).expect("subnet 2").owner_hotkey, Some(account("//c")));
}
