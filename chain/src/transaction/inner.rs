//! A call inside another one.
//!
//! Rules:
//! 1. What is impersonated is an ordinary call: a development call inside another one can be neither made nor decoded.
//!    So nothing nests, and no bytes of a stranger can make decoding deep.

use super::Call;
use borsh::{BorshDeserialize, BorshSerialize, de::EnumExt};
use std::io;

/// The first of the numbers of development calls, and the number after the last.
const DEVELOPMENT: std::ops::Range<u8> = 150..160;

/// An ordinary call, inside a development call.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct Inner(Box<Call>);

impl Inner {
    /// Takes an ordinary call in; `None` for a development call.
    pub fn new(call: Call) -> Option<Inner> {
        (!call.is_development()).then(|| Inner(Box::new(call)))
    }

    /// The call.
    pub const fn call(&self) -> &Call {
        &self.0
    }
}

impl BorshDeserialize for Inner {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Inner> {
        let number = u8::deserialize_reader(reader)?;
        if DEVELOPMENT.contains(&number) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a development call inside another"));
        }
        Ok(Inner(Box::new(Call::deserialize_variant(reader, number)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_subnets::amount::Tao;

    #[test]
    fn development_calls_cannot_be_nested() {
        let account = crate::testing::account("//Alice");
        let transfer = Call::Transfer { to: account, amount: Tao::new(1) };
        let inner = Inner::new(transfer.clone()).expect("an ordinary call");
        assert_eq!(inner.call(), &transfer);
        let outer = Call::DevImpersonate { account, call: inner };
        assert_eq!(Inner::new(outer.clone()), None);
        assert_eq!(Inner::new(Call::DevFund { account, amount: Tao::new(1) }), None);
        // The number of the call and its account, over and over, as deep as a message may be long.
        let head = borsh::to_vec(&outer).expect("memory does not fail")[..33].to_vec();
        let deep = head.repeat(30_000);
        assert!(borsh::from_slice::<Call>(&deep).is_err());
        let bytes = borsh::to_vec(&outer).expect("memory does not fail");
        assert_eq!(borsh::from_slice::<Call>(&bytes).expect("just written"), outer);
    }

    #[test]
    fn development_calls_are_known_by_their_numbers() {
        for number in 0..=u8::MAX {
            let bytes = [&[number][..], &[0; 512]].concat();
            if let Ok(call) = Call::deserialize(&mut bytes.as_slice()) {
                assert_eq!(call.is_development(), DEVELOPMENT.contains(&number), "{}", call.name());
            }
        }
    }
}
