//! Keys against those of the ecosystem, and texts that are none.

use super::{DEV_ACCOUNTS, UriError};
use crate::{AccountId, Keypair, Signature};

/// Accounts made with the wallets of the ecosystem.
const VECTORS: &str = include_str!("../../../vectors/keys/dev_accounts.json");

#[test]
fn keys_and_addresses_are_those_of_the_ecosystem() {
    let file: serde_json::Value = serde_json::from_str(VECTORS).expect("valid JSON");
    let accounts = file["accounts"].as_array().or(file.as_array()).expect("a list of accounts");
    assert!(accounts.len() >= DEV_ACCOUNTS.len());
    for account in accounts {
        let text = |field: &str| account[field].as_str().unwrap_or_else(|| panic!("{field} of {account}"));
        let key = Keypair::from_uri(text("uri")).expect("a URI");
        assert_eq!(hex::encode(key.account().0), text("public_key").trim_start_matches("0x"), "{account}");
        assert_eq!(key.account().to_string(), text("ss58"), "{account}");
        assert_eq!(text("ss58").parse::<AccountId>(), Ok(key.account()), "{account}");
    }
}

#[test]
fn every_dev_account_derives() {
    for uri in DEV_ACCOUNTS {
        assert!(Keypair::from_uri(uri).is_ok(), "{uri}");
    }
}

#[test]
fn a_phrase_may_be_the_seed_itself() {
    let seed = hex::encode(super::DEV_SEED);
    let bare = Keypair::from_uri(&format!("{seed}//Alice")).expect("a URI");
    let prefixed = Keypair::from_uri(&format!("0x{seed}//Alice")).expect("a URI");
    let alice = Keypair::from_uri("//Alice").expect("a URI").account();
    assert_eq!((bare.account(), prefixed.account()), (alice, alice));
    assert_eq!(Keypair::from_uri(&seed).expect("a seed").seed(), super::DEV_SEED);
}

#[test]
fn texts_that_are_no_uri() {
    let table = [
        ("bottom drive obey", UriError::Phrase),
        ("zz//Alice", UriError::Phrase),
        ("/Alice", UriError::SoftJunction),
        ("//Alice/soft", UriError::SoftJunction),
        ("//", UriError::EmptyJunction),
        ("//Alice//", UriError::EmptyJunction),
        ("//a////b", UriError::EmptyJunction),
    ];
    for (text, error) in table {
        assert_eq!(Keypair::from_uri(text).map(|key| key.account()), Err(error), "{text:?}");
    }
}

#[test]
fn junctions_of_any_length_and_kind_differ() {
    let long = "x".repeat(70);
    let uris = [
        "//1".to_owned(),
        "//01x".to_owned(),
        format!("//{long}"),
        format!("//{long}y"),
        "//authority//4".to_owned(),
    ];
    let mut accounts: Vec<AccountId> =
        uris.iter().map(|uri| Keypair::from_uri(uri).expect("a URI").account()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    assert_eq!(accounts.len(), uris.len());
}

#[test]
fn a_key_of_small_order_signs_nothing() {
    for account in [AccountId::default(), crate::ledger::accounts::subnet_account(1)] {
        assert!(!account.verify_raw(b"", &Signature([0; 64])));
    }
}
