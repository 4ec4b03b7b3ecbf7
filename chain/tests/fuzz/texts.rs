//! Everything of the ledger that arrives as text: the genesis, addresses, secret URIs, hashes, parameters.
//!
//! Rule: any text gives a value or an error with a sentence; what was read is written and read again as the same.

use crate::engine::{damaged_text, fuzz};
use taonet_chain::{
    AccountId, DevOptions, Genesis, Hash, Keypair, keys::DEV_ACCOUNTS, memory::MemoryChain, params::Param,
    violations,
};

const WORDS: [&str; 12] =
    ["-", ".", "e99", "\"", "[", "]]", "=", "nan", "true", "\u{FFFD}", "//", "[[accounts]]"];

#[test]
fn a_genesis_is_read_or_refused_and_one_that_is_read_makes_a_sound_chain() {
    let small = Genesis::dev(DevOptions { authorities: 1, ..DevOptions::default() });
    let good: Vec<String> = vec![small.to_toml()];
    let mut read = 0u64;
    fuzz(150, |random| {
        let text = damaged_text(random, &good, &WORDS);
        match Genesis::from_toml(&text) {
            Err(error) => assert!(!error.sentence.is_empty() && !error.remedy.is_empty(), "{error:?}"),
            Ok(genesis) => {
                read += 1;
                assert_eq!(Genesis::from_toml(&genesis.to_toml()).as_ref(), Ok(&genesis), "{text}");
                sound(&genesis, &text);
            }
        }
    });
    println!("{read} damaged genesis files still make sense");
}

/// Whatever a genesis says, its chain can be built on, and its books balance.
fn sound(genesis: &Genesis, text: &str) {
    let mut chain = MemoryChain::new(genesis).expect("it was read, so it builds");
    for height in 0..3 {
        assert_eq!(violations(&chain.state), Vec::new(), "after block {height} of\n{text}");
        chain.produce(Vec::new());
    }
}

#[test]
fn addresses_are_read_or_refused_and_have_one_form() {
    let good: Vec<String> = (0..4).map(|byte| AccountId([byte * 77; 32]).to_string()).collect();
    fuzz(5_000, |random| {
        let text = damaged_text(random, &good, &["0", "l", "O", "1", "11111111111111111111", " "]);
        if let Ok(account) = text.parse::<AccountId>() {
            assert_eq!(account.to_string(), text);
        }
    });
}

#[test]
fn secret_uris_are_read_or_refused() {
    let seed = "0x0101010101010101010101010101010101010101010101010101010101010101".to_owned();
    let good: Vec<String> = DEV_ACCOUNTS
        .iter()
        .map(|&uri| uri.to_owned())
        .chain([seed.clone(), format!("{seed}//a//7")])
        .collect();
    fuzz(1_000, |random| {
        let text = damaged_text(random, &good, &["/", "//", "///", "18446744073709551616", "0x"]);
        let (once, again) = (Keypair::from_uri(&text), Keypair::from_uri(&text));
        assert_eq!(once.map(|key| key.account()), again.map(|key| key.account()));
    });
}

#[test]
fn hashes_and_values_of_parameters_are_read_or_refused() {
    let hash = Hash([0xAB; 32]).to_string();
    let good =
        vec![hash.clone(), format!("0x{hash}"), "12".into(), "0.25".into(), "true".into(), "65535".into()];
    fuzz(1_000, |random| {
        let text = damaged_text(random, &good, &WORDS);
        if let Some(hash) = Hash::from_hex(&text) {
            assert_eq!(Hash::from_hex(&hash.to_string()), Some(hash));
        }
        for param in Param::all() {
            if let Some(value) = param.parse(&text) {
                // What is shown is rounded for people; it is a text that can be read, and shown as the same.
                let shown = param.show(value);
                let read = param.parse(&shown).map(|value| param.show(value));
                assert_eq!(read, Some(shown), "{} = {text}", param.name);
            }
        }
    });
}
