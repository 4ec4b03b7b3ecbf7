//! Publishing axons, and what Prometheus reads.

use super::with_params;
use crate::{
    AxonInfo, Call, CallError, Event, PrometheusInfo,
    admit::{self, Refusal},
    invariants::violations,
    ledger::{
        neurons::{self, Certificate, MAX_CERTIFICATE_BYTES},
        settings, stakes,
    },
    state::{Overlay, StateRead},
    testing::{account, call, chain, check_errors, dev_state, signed},
};

const LOOPBACK: u128 = 0x7f00_0001;

fn info(ip_type: u8, ip: u128, port: u16) -> AxonInfo {
    AxonInfo { version: 1, ip, port, ip_type, protocol: 4 }
}

fn axon(ip_type: u8, ip: u128, port: u16) -> Call {
    Call::ServeAxon { netuid: 1, axon: info(ip_type, ip, port) }
}

fn axon_tls(port: u16, certificate: &[u8]) -> Call {
    Call::ServeAxonTls { netuid: 1, axon: info(4, LOOPBACK, port), certificate: certificate.to_vec() }
}

fn prometheus(ip_type: u8, ip: u128, port: u16) -> Call {
    Call::ServePrometheus { netuid: 1, prometheus: PrometheusInfo { version: 1, ip, port, ip_type } }
}

/// Publishes all three things there are of a hotkey.
fn publish(state: &mut Overlay<'_>, hotkey: &str) {
    call(state, 1, hotkey, &axon_tls(80, &[1, 2, 3])).expect("works");
    call(state, 1, hotkey, &prometheus(4, LOOPBACK, 80)).expect("works");
}

/// How many of the three are known.
fn published(state: &dyn StateRead, hotkey: &str) -> usize {
    let hotkey = account(hotkey);
    usize::from(neurons::axon(state, 1, &hotkey).is_some())
        + usize::from(neurons::prometheus(state, 1, &hotkey).is_some())
        + usize::from(neurons::certificate(state, 1, &hotkey).is_some())
}

#[test]
fn errors() {
    let served: fn(&mut Overlay<'_>) = |state| {
        with_params(state, |params| params.serving_rate_limit = 50);
        call(state, 5, "//m1", &axon(4, LOOPBACK, 80)).expect("the first is free");
        call(state, 5, "//m1", &prometheus(4, LOOPBACK, 80)).expect("the first is free");
    };
    for serve in [axon, prometheus] {
        check_errors(
            54,
            vec![
                ("no slot", |_| {}, "//nobody", serve(5, 0, 0), CallError::HotKeyNotRegisteredInNetwork),
                ("no such kind", |_| {}, "//m1", serve(5, u128::MAX, 0), CallError::InvalidIpType),
                ("broadcast", served, "//m1", serve(4, u32::MAX.into(), 0), CallError::InvalidIpAddress),
                ("all ones", |_| {}, "//m1", serve(6, u128::MAX, 0), CallError::InvalidIpAddress),
                ("too soon", served, "//m1", serve(4, 1, 0), CallError::ServingRateLimitExceeded),
                ("no port", |_| {}, "//m1", serve(4, 1, 0), CallError::InvalidPort),
            ],
        );
    }
}

#[test]
fn zero_is_an_address_for_axons_only() {
    let base = dev_state();
    for ip_type in [4, 6] {
        let mut state = Overlay::new(&base);
        assert!(call(&mut state, 1, "//m1", &axon(ip_type, 0, 80)).is_ok());
        let refused = call(&mut state, 1, "//m1", &prometheus(ip_type, 0, 80));
        assert_eq!(refused, Err(CallError::InvalidIpAddress));
    }
}

#[test]
fn loopback_is_for_development_networks() {
    let base = dev_state();
    for (dev, ip_type, ip, works) in [
        (true, 4, LOOPBACK, true),
        (true, 6, 1, true),
        (false, 4, LOOPBACK, false),
        (false, 6, 1, false),
        (false, 4, 1, true),
    ] {
        let mut state = Overlay::new(&base);
        let settings = settings::Settings { dev, ..settings::settings(&state) };
        settings::init(&mut state, &settings);
        for serve in [axon, prometheus] {
            let result = call(&mut state, 1, "//m1", &serve(ip_type, ip, 80));
            assert_eq!(result.is_ok(), works, "dev {dev}, address {ip:#x}");
        }
    }
}

#[test]
fn the_last_of_each_counts() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let hotkey = account("//m1");
    for (number, port) in [(1, 80), (1, 81)] {
        let events = call(&mut state, number, "//m1", &axon(4, LOOPBACK, port)).expect("works");
        assert_eq!(events, [Event::AxonServed { netuid: 1, hotkey }]);
        let events = call(&mut state, number, "//m1", &prometheus(4, LOOPBACK, port + 10)).expect("works");
        assert_eq!(events, [Event::PrometheusServed { netuid: 1, hotkey }]);
    }
    let served = neurons::axon(&state, 1, &hotkey).expect("served");
    assert_eq!((served.info.port, served.block), (81, 1));
    let served = neurons::prometheus(&state, 1, &hotkey).expect("served");
    assert_eq!((served.info.port, served.block), (91, 1));
}

#[test]
fn an_axon_and_a_prometheus_have_clocks_of_their_own() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_params(&mut state, |params| params.serving_rate_limit = 50);
    call(&mut state, 5, "//m1", &axon(4, 1, 80)).expect("the first is free");
    call(&mut state, 6, "//m1", &prometheus(4, 1, 80)).expect("the first is free");
    let early = call(&mut state, 54, "//m1", &axon_tls(80, &[1]));
    assert_eq!(early, Err(CallError::ServingRateLimitExceeded), "an axon is an axon");
    call(&mut state, 55, "//m1", &axon_tls(80, &[1])).expect("50 blocks later");
    let early = call(&mut state, 55, "//m1", &prometheus(4, 1, 80));
    assert_eq!(early, Err(CallError::ServingRateLimitExceeded));
    call(&mut state, 56, "//m1", &prometheus(4, 1, 80)).expect("50 blocks later");
}

#[test]
fn a_malformed_certificate_is_ignored() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let hotkey = account("//m1");
    let longest = [7; MAX_CERTIFICATE_BYTES];
    let known = Some(Certificate { algorithm: 7, public_key: vec![7; 64] });
    for (port, bytes, expected) in [
        (80, &[][..], None),
        (81, &longest[..], known.clone()),
        (82, &[1; MAX_CERTIFICATE_BYTES + 1][..], known.clone()),
        (83, &[][..], known),
        (84, &[9][..], Some(Certificate { algorithm: 9, public_key: Vec::new() })),
    ] {
        let events = call(&mut state, 1, "//m1", &axon_tls(port, bytes));
        assert_eq!(events, Ok(vec![Event::AxonServed { netuid: 1, hotkey }]));
        assert_eq!(neurons::axon(&state, 1, &hotkey).map(|axon| axon.info.port), Some(port));
        assert_eq!(neurons::certificate(&state, 1, &hotkey), expected, "port {port}");
    }
}

#[test]
fn what_was_published_goes_with_its_slot() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    publish(&mut state, "//m1");
    publish(&mut state, "//m2");
    assert_eq!((published(&state, "//m1"), published(&state, "//m2")), (3, 3));
    let uid = neurons::uid(&state, 1, &account("//m1")).expect("a slot");
    neurons::replace(&mut state, 1, uid, &account("//fresh"), 2);
    assert_eq!((published(&state, "//m1"), published(&state, "//fresh")), (0, 0));
    neurons::rename(&mut state, 1, &account("//m2"), &account("//newer"));
    assert_eq!((published(&state, "//m2"), published(&state, "//newer")), (0, 3));
    neurons::forget_subnet(&mut state, 1);
    assert_eq!(published(&state, "//newer"), 0);
}

#[test]
fn a_swap_of_the_hotkey_takes_all_of_it_along() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    publish(&mut state, "//m1");
    let owner = stakes::owner(&state, &account("//m1")).expect("an owner");
    let uri = ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie", "//One", "//Two"]
        .into_iter()
        .find(|uri| account(uri) == owner)
        .expect("a well-known coldkey");
    let swap = Call::SwapHotkey { hotkey: account("//m1"), new_hotkey: account("//fresh"), netuid: Some(1) };
    call(&mut state, 10_000, uri, &swap).expect("works");
    assert_eq!((published(&state, "//m1"), published(&state, "//fresh")), (0, 3));
    assert_eq!(violations(&state), []);
}

#[test]
fn serving_is_free_and_checked_before_it_enters_a_block() {
    let chain = chain();
    for (right, wrong) in
        [(prometheus(4, LOOPBACK, 80), prometheus(4, LOOPBACK, 0)), (axon_tls(80, &[1]), axon_tls(0, &[1]))]
    {
        assert!(right.is_free() && wrong.is_free());
        let admitted = |call: Call| admit::admit(&chain.state, 1, &signed(&chain, "//m1", call));
        assert!(admitted(right).is_ok());
        assert!(matches!(admitted(wrong), Err(Refusal::Call(CallError::InvalidPort))));
    }
}
