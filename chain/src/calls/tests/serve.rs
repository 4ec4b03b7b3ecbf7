//! Publishing axons.

use super::with_params;
use crate::{
    AxonInfo, Call, CallError, Event,
    ledger::{neurons, settings},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

const LOOPBACK: u128 = 0x7f00_0001;

fn axon(ip_type: u8, ip: u128, port: u16) -> Call {
    Call::ServeAxon { netuid: 1, axon: AxonInfo { version: 1, ip, port, ip_type, protocol: 4 } }
}

#[test]
fn errors() {
    let served = |state: &mut Overlay<'_>| {
        with_params(state, |params| params.serving_rate_limit = 50);
        call(state, 5, "//m1", &axon(4, LOOPBACK, 80)).expect("the first is free");
    };
    check_errors(
        54,
        vec![
            ("no slot", |_| {}, "//nobody", axon(5, 0, 0), CallError::HotKeyNotRegisteredInNetwork),
            ("no such kind of address", |_| {}, "//m1", axon(5, u128::MAX, 0), CallError::InvalidIpType),
            ("broadcast", served, "//m1", axon(4, u128::from(u32::MAX), 0), CallError::InvalidIpAddress),
            ("all ones", |_| {}, "//m1", axon(6, u128::MAX, 0), CallError::InvalidIpAddress),
            ("too soon", served, "//m1", axon(4, 1, 0), CallError::ServingRateLimitExceeded),
            ("no port", |_| {}, "//m1", axon(4, 1, 0), CallError::InvalidPort),
        ],
    );
}

#[test]
fn loopback_is_for_development_networks() {
    let base = dev_state();
    for (dev, ip_type, ip, works) in [
        (true, 4, LOOPBACK, true),
        (true, 6, 1, true),
        (false, 4, LOOPBACK, false),
        (false, 6, 1, false),
        (false, 4, 0, true),
    ] {
        let mut state = Overlay::new(&base);
        let settings = settings::Settings { dev, ..settings::settings(&state) };
        settings::init(&mut state, &settings);
        let result = call(&mut state, 1, "//m1", &axon(ip_type, ip, 80));
        assert_eq!(result.is_ok(), works, "dev {dev}, address {ip:#x}");
    }
}

#[test]
fn the_last_axon_counts() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for (number, port) in [(1, 80), (1, 81)] {
        let events = call(&mut state, number, "//m1", &axon(4, LOOPBACK, port)).expect("works");
        assert_eq!(events, [Event::AxonServed { netuid: 1, hotkey: account("//m1") }]);
    }
    let served = neurons::axon(&state, 1, &account("//m1")).expect("served");
    assert_eq!((served.info.port, served.block), (81, 1));
}
