//! Addresses, and texts that are none.

use super::{AddressError, MAX_ADDRESS_CHARS};
use crate::AccountId;
use proptest::prelude::*;

#[test]
fn texts_that_are_no_address() {
    let table = [
        ("", AddressError::NotAnAccount),
        ("0OIl", AddressError::NotBase58),
        ("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTp", AddressError::NotAnAccount),
        ("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpv", AddressError::Checksum),
        // The same key with another network's prefix.
        ("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", AddressError::NotAnAccount),
    ];
    for (text, error) in table {
        assert_eq!(text.parse::<AccountId>(), Err(error), "{text:?}");
    }
}

#[test]
fn a_text_longer_than_any_address_is_not_even_read() {
    let longest = (0..=255).map(|byte| AccountId([byte; 32]).to_string().len()).max();
    assert_eq!(longest, Some(MAX_ADDRESS_CHARS));
    // Reading it would end at the letter that base58 does not have.
    let text = format!("{}0", "5".repeat(MAX_ADDRESS_CHARS));
    assert_eq!(text.parse::<AccountId>(), Err(AddressError::NotAnAccount));
}

proptest! {
    #[test]
    fn addresses_round_trip(bytes: [u8; 32]) {
        let account = AccountId(bytes);
        prop_assert_eq!(account.to_string().parse(), Ok(account));
        let json = serde_json::to_string(&account).expect("plain data");
        prop_assert_eq!(serde_json::from_str::<AccountId>(&json).expect("just written"), account);
    }

    #[test]
    fn a_changed_letter_is_noticed(bytes: [u8; 32], place in 1usize..46) {
        let mut text = AccountId(bytes).to_string().into_bytes();
        let place = place.min(text.len() - 1);
        text[place] = if text[place] == b'2' { b'3' } else { b'2' };
        let text = String::from_utf8(text).expect("ASCII");
        prop_assert_ne!(text.parse(), Ok(AccountId(bytes)));
    }
}
