//! Intents: what the words of the command line become.

use super::*;

#[test]
fn scores_become_parts_of_the_best() {
    assert_eq!(to_parts(&[0.5, 0.5]), [65_535, 65_535]);
    assert_eq!(to_parts(&[1.0, 0.0, 4.0]), [16_384, 0, 65_535]);
    assert_eq!(to_parts(&[0.0]), [0]);
}

#[test]
fn a_score_is_a_number_from_zero_on() {
    assert!(score("-1").is_err() && score("nan").is_err() && score("many").is_err());
    assert_eq!(score(".5"), Ok(0.5));
}

#[test]
fn a_parameter_knows_whether_it_needs_a_subnet() {
    let set = |name: &str, value: &str, netuid| SetParam { name: name.into(), value: value.into(), netuid };
    let signer = AccountId::default();
    assert!(set("tempo", "20", Some(1)).call(signer).is_ok());
    assert!(set("tempo", "20", None).call(signer).is_err());
    assert!(set("tempo", "often", Some(1)).call(signer).is_err());
    assert!(set("no-such", "1", Some(1)).call(signer).is_err());
}
