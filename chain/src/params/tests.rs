//! The registry is consistent with itself.

use super::{NetworkParams, Param, Scope, SubnetParams, Who, table_markdown};
use std::collections::BTreeSet;
use taonet_subnets::{claims, emission::flow, locks, registration::network};

/// The marks between which the page holds the generated tables.
const MARKS: (&str, &str) = ("<!-- registry -->\n", "<!-- end of registry -->\n");

/// The page of the book that holds the registry.
const PAGE: &str = include_str!("../../../docs/book/parameters.md");

#[test]
fn numbers_and_names_are_used_once() {
    let ids: BTreeSet<_> = Param::all().map(|param| param.id).collect();
    let names: BTreeSet<_> = Param::all().map(|param| param.name).collect();
    assert_eq!((ids.len(), names.len()), (Param::all().count(), Param::all().count()));
    for param in Param::all() {
        assert_eq!(Param::by_id(param.id).map(|found| found.name), Some(param.name));
        assert_eq!(Param::by_name(param.name).map(|found| found.id), Some(param.id));
        assert!(param.doc.ends_with('.'), "{param}");
    }
}

#[test]
fn every_default_is_in_its_range_and_is_what_is_stored() {
    for param in Param::all() {
        assert!(param.allows(param.default) && param.allows(param.new), "{param}");
        let (default, new) = match param.scope {
            Scope::Network => (NetworkParams::default().get(param.id), NetworkParams::fresh().get(param.id)),
            _ => (SubnetParams::default().get(param.id), SubnetParams::fresh().get(param.id)),
        };
        assert_eq!((default, new), (Some(param.default), Some(param.new)), "{param}");
        if let Who::Owner(min, max) = param.who {
            assert!(param.allows(min) && param.allows(max), "{param}");
        }
    }
}

#[test]
fn every_bound_fits_the_stored_type_and_is_read_back() {
    let (mut subnet, mut network) = (SubnetParams::default(), NetworkParams::default());
    for param in Param::all() {
        for value in [param.min, param.max] {
            let set = match param.scope {
                Scope::Network => network.set(param.id, value) && network.get(param.id) == Some(value),
                _ => subnet.set(param.id, value) && subnet.get(param.id) == Some(value),
            };
            assert!(set, "{param} = {value}");
        }
        assert!(!param.allows(i128::MIN) && !param.allows(i128::MAX), "{param}");
    }
}

#[test]
fn text_round_trips() {
    for param in Param::all() {
        for value in [param.default, param.min, param.max] {
            let text = param.show(value);
            let back = param.parse(&text).unwrap_or_else(|| panic!("{param} {text}"));
            // A fixed-point number is shown with twelve decimals, and does not drift when it is written back.
            assert!(back == value || text.contains('.') && back.abs_diff(value) < 1 << 25, "{param} {text}");
            assert_eq!(param.show(back), text, "{param}");
        }
        assert_eq!(param.parse("many"), None);
    }
    let average = Param::by_name("subnet_moving_alpha").expect("a parameter");
    assert_eq!(average.parse("0.000003"), Some(12_885));
    assert_eq!(average.parse("12885"), Some(12_885));
    assert_eq!(average.parse("0."), None);
    let factor = Param::by_name("burn_increase_mult").expect("a parameter");
    let shown = |text| factor.parse(text).map(|value| factor.show(value));
    for text in ["0.255", "0.1", "1.26", "0.999999999999", "7.0"] {
        assert_eq!(shown(text).as_deref(), Some(text), "the nearest decimal, not the one below");
    }
}

#[test]
fn the_page_of_the_book_is_the_registry() {
    let (_, rest) = PAGE.split_once(MARKS.0).expect("the page has a place for the registry");
    let (printed, _) = rest.split_once(MARKS.1).expect("and its end");
    let expected = table_markdown();
    let differs = expected.lines().zip(printed.lines()).find(|(expected, printed)| expected != printed);
    assert_eq!(differs, None, "write what table_markdown() says between the marks");
    assert!(printed == expected, "write this between the marks:\n{expected}");
}

#[test]
fn the_defaults_of_the_rules_are_those_of_the_registry() {
    let (subnet, network) = (SubnetParams::DEFAULT, NetworkParams::DEFAULT);
    let rule = taonet_subnets::registration::burn::BurnRule::default();
    assert_eq!(crate::step::burn_rule(&subnet), rule);
    assert_eq!(subnet.root_claim_threshold, claims::DEFAULT_CLAIM_THRESHOLD);
    assert_eq!(network.network_min_lock, network::MIN_LOCK.units());
    assert_eq!(network.lock_reduction_interval, network::LOCK_REDUCTION_INTERVAL);
    assert_eq!(network.unlock_rate, locks::DEFAULT_TIME_CONSTANT);
    assert_eq!(network.maturity_rate, locks::DEFAULT_TIME_CONSTANT);
    assert_eq!(network.flow_smoothing, flow::FLOW_SMOOTHING);
}
