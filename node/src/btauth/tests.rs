//! The published vectors byte for byte, and each failure by its name.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    signer_uri: String,
    receiver_ss58: Option<String>,
    method: String,
    path: String,
    body_hex: String,
    nonce_ns: String,
    payload: String,
    headers: BTreeMap<String, String>,
}

#[test]
fn the_vectors_are_reproduced_and_accepted() {
    let vectors: Vectors = serde_json::from_str(include_str!("../../../vectors/keys/btauth.json"))
        .expect("the vectors are readable");
    assert!(!vectors.cases.is_empty());
    for case in vectors.cases {
        let key = Keypair::from_uri(&case.signer_uri).expect("a development key");
        let receiver: Option<AccountId> = case.receiver_ss58.map(|text| text.parse().expect("an address"));
        let body = hex::decode(&case.body_hex).expect("hex");
        let nonce: u64 = case.nonce_ns.parse().expect("a nonce");
        let request = Request { method: &case.method, target: &case.path, body: &body };

        assert_eq!(request.payload(key.account(), receiver, nonce), case.payload);
        let headers: BTreeMap<String, String> = request
            .sign(&key, receiver, nonce)
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        assert_eq!(headers, case.headers);

        let mut verifier = match receiver {
            Some(receiver) => Verifier::new(receiver),
            None => Verifier::new(key.account()).accept_unbound(),
        };
        let header = |name: &'static str| case.headers.get(name).map(String::as_str);
        assert_eq!(verifier.verify(&request, header, nonce), Ok(key.account()));
    }
}

const NOW: u64 = 1_790_345_409_716_418_794;

fn alice() -> Keypair {
    Keypair::from_seed([1; 32])
}

fn bob() -> AccountId {
    Keypair::from_seed([2; 32]).account()
}

/// What Bob says to a request of Alice's after `spoil` changed its headers.
fn verdict(
    nonce: u64,
    spoil: impl FnOnce(&mut BTreeMap<&'static str, String>),
) -> Result<AccountId, AuthError> {
    let request = Request { method: "post", target: "/forward?x=1", body: b"body" };
    let mut headers = request.sign(&alice(), Some(bob()), nonce).into_iter().collect();
    spoil(&mut headers);
    Verifier::new(bob()).verify(&request, |name| headers.get(name).map(String::as_str), NOW)
}

#[test]
fn a_fresh_request_is_accepted() {
    assert_eq!(verdict(NOW, |_| ()), Ok(alice().account()));
    assert_eq!(verdict(NOW - MAX_AGE_NS, |_| ()), Ok(alice().account()), "the oldest");
    assert_eq!(verdict(NOW + MAX_AHEAD_NS, |_| ()), Ok(alice().account()), "the earliest");
}

#[test]
fn headers_must_be_there_and_well_formed() {
    for name in [header::VERSION, header::HOTKEY, header::NONCE, header::SIGNATURE] {
        let missing = verdict(NOW, |headers| drop(headers.remove(name)));
        assert_eq!(missing, Err(AuthError::Missing(name)));
    }
    let table = [
        (header::VERSION, "2"),
        (header::HOTKEY, "5FA9nQDV"),
        (header::NONCE, "+1790345409716418794"),
        (header::NONCE, "01790345409716418794"),
        (header::NONCE, "99999999999999999999"),
        (header::NONCE, "soon"),
        (header::SIGNATURE, "0x00"),
        (header::SIGNATURE, &"0".repeat(130)),
        (header::CRYPTO, "ecdsa"),
        (header::RECEIVER, "-"),
    ];
    for (name, value) in table {
        let wrong = verdict(NOW, |headers| drop(headers.insert(name, value.into())));
        assert!(
            matches!(&wrong, Err(AuthError::Malformed(at, _)) if *at == name),
            "{name}: {value}: {wrong:?}"
        );
    }
}

#[test]
fn the_receiver_must_be_me() {
    let unbound = verdict(NOW, |headers| drop(headers.remove(header::RECEIVER)));
    assert_eq!(unbound, Err(AuthError::Unbound));
    let other = alice().account();
    let misdirected = verdict(NOW, |headers| drop(headers.insert(header::RECEIVER, other.to_string())));
    assert_eq!(misdirected, Err(AuthError::OtherReceiver(other)));
}

#[test]
fn the_nonce_must_be_recent() {
    let old = verdict(NOW - MAX_AGE_NS - 1, |_| ());
    assert_eq!(old, Err(AuthError::Stale(10_000)));
    let early = verdict(NOW + MAX_AHEAD_NS + 1, |_| ());
    assert_eq!(early, Err(AuthError::Early(2_000)));
}

#[test]
fn only_ed25519_is_checked() {
    let absent = verdict(NOW, |headers| drop(headers.remove(header::CRYPTO)));
    assert_eq!(absent, Err(AuthError::UnsupportedScheme), "an absent scheme means sr25519");
    let other = verdict(NOW, |headers| drop(headers.insert(header::CRYPTO, "sr25519".into())));
    assert_eq!(other, Err(AuthError::UnsupportedScheme));
}

#[test]
fn every_signed_part_matters() {
    let good = Request { method: "POST", target: "/forward", body: b"body" };
    let headers: BTreeMap<_, _> = good.sign(&alice(), Some(bob()), NOW).into_iter().collect();
    let other_sender = BTreeMap::from([(header::HOTKEY, bob().to_string())]);
    let other_nonce = BTreeMap::from([(header::NONCE, (NOW + 1).to_string())]);
    let none = BTreeMap::new();
    let table = [
        ("nothing changed", good, &none, Ok(alice().account())),
        ("method", Request { method: "PUT", ..good }, &none, Err(AuthError::Signature)),
        ("target", Request { target: "/forward?", ..good }, &none, Err(AuthError::Signature)),
        ("body", Request { body: b"Body", ..good }, &none, Err(AuthError::Signature)),
        ("sender", good, &other_sender, Err(AuthError::Signature)),
        ("nonce", good, &other_nonce, Err(AuthError::Signature)),
    ];
    for (what, request, changed, expected) in table {
        let header = |name: &'static str| changed.get(name).or(headers.get(name)).map(String::as_str);
        assert_eq!(Verifier::new(bob()).verify(&request, header, NOW), expected, "{what}");
    }
}

#[test]
fn only_proven_requests_are_remembered() {
    let request = Request { method: "POST", target: "/forward", body: b"body" };
    let headers: BTreeMap<_, _> = request.sign(&alice(), Some(bob()), NOW).into_iter().collect();
    let header = |name: &'static str| headers.get(name).map(String::as_str);
    let mut verifier = Verifier::new(bob());

    let forged = Request { body: b"other", ..request };
    assert_eq!(verifier.verify(&forged, header, NOW), Err(AuthError::Signature));
    assert_eq!(verifier.verify(&request, header, NOW), Ok(alice().account()), "the forgery left no trace");
    assert_eq!(verifier.verify(&request, header, NOW + 1), Err(AuthError::Replayed));
    assert_eq!(verifier.verify(&request, header, NOW + MAX_AGE_NS + 1), Err(AuthError::Stale(10_000)));
}

/// Headers and requests, damaged: whoever is let in signed exactly this.
#[test]
fn fuzzed_headers_prove_nothing() {
    use crate::fuzzing::{damaged_text, fuzz};
    let body = br#"{"task":"tour"}"#;
    let request = Request { method: "POST", target: "/forward?x=1", body };
    let headers = request.sign(&alice(), Some(bob()), NOW);
    let others: Vec<String> = headers.iter().map(|(_, value)| value.clone()).collect();
    fuzz(3_000, |random| {
        let place = random.below(headers.len() as u64) as usize;
        let mut changed = headers.clone();
        changed[place].1 = match random.below(4) {
            0 => random.pick(&others).cloned().unwrap_or_default(),
            _ => damaged_text(random, &others[place..=place], &["0x", "1", "ed25519", "sr25519", " "]),
        };
        let header = |name: &str| {
            let found = changed.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.as_str())
        };
        let outcome = Verifier::new(bob()).verify(&request, header, NOW);
        // Hex digits may be written in both cases.
        if changed[place].1.to_lowercase() != headers[place].1.to_lowercase() {
            assert!(outcome.is_err(), "{:?}", changed[place]);
        }
    });
}
