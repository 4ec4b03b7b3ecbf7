//! The registry is consistent with itself.

use super::{NetworkParams, Param, Scope, SubnetParams, Who};
use std::collections::BTreeSet;

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
        assert!(!network.set(param.id, i128::MIN) && !subnet.set(param.id, i128::MIN), "{param}");
    }
}

#[test]
fn text_round_trips() {
    for param in Param::all() {
        for value in [param.default, param.min, param.max] {
            let text = param.show(value);
            let back = param.parse(&text).unwrap_or_else(|| panic!("{param} {text}"));
            // A fixed-point number is shown with twelve decimals.
            assert!(back == value || text.contains('.') && back.abs_diff(value) < 1 << 25, "{param} {text}");
        }
        assert_eq!(param.parse("many"), None);
    }
    let average = Param::by_name("subnet_moving_alpha").expect("a parameter");
    assert_eq!(average.parse("0.000003"), Some(12_885));
    assert_eq!(average.parse("12885"), Some(12_885));
    assert_eq!(average.parse("0."), None);
}
