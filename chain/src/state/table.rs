//! Typed tables over ordered keys.
//!
//! Rules:
//! 1. A table is a one-byte prefix, a key type whose encoding keeps its order, and a borsh value.
//! 2. Integers in keys are big endian, so that ascending keys are ascending numbers.
//! 3. A value that does not decode means that the state is not what this program wrote: the process stops.

use super::{Overlay, StateRead};
use crate::crypto::{AccountId, Hash};
use borsh::{BorshDeserialize, BorshSerialize};
use std::marker::PhantomData;

/// A key whose encoded form sorts like the key itself.
pub trait Key: Sized {
    /// Appends the encoded form.
    fn encode(&self, out: &mut Vec<u8>);
    /// Takes one key off the front of `bytes`.
    fn decode(bytes: &mut &[u8]) -> Option<Self>;
}

macro_rules! integer_key {
    ($($integer:ty),*) => {$(
        impl Key for $integer {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend(self.to_be_bytes());
            }
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                let (head, tail) = bytes.split_first_chunk()?;
                *bytes = tail;
                Some(<$integer>::from_be_bytes(*head))
            }
        }
    )*};
}
integer_key!(u8, u16, u32, u64);

macro_rules! bytes_key {
    ($($wrapper:ident),*) => {$(
        impl Key for $wrapper {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend(self.0);
            }
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                let (head, tail) = bytes.split_first_chunk()?;
                *bytes = tail;
                Some($wrapper(*head))
            }
        }
    )*};
}
bytes_key!(AccountId, Hash);

impl Key for () {
    fn encode(&self, _: &mut Vec<u8>) {}
    fn decode(_: &mut &[u8]) -> Option<()> {
        Some(())
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::decode(bytes)?, B::decode(bytes)?))
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
        self.2.encode(out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::decode(bytes)?, B::decode(bytes)?, C::decode(bytes)?))
    }
}

/// A typed part of the state.
pub struct Table<K, V> {
    prefix: u8,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: Key, V: BorshSerialize + BorshDeserialize> Table<K, V> {
    /// The table whose keys start with `prefix`.
    pub const fn new(prefix: u8) -> Self {
        Table { prefix, types: PhantomData }
    }

    /// The raw key under which `key` is kept; what a proof is about.
    pub fn raw_key(&self, key: &K) -> Vec<u8> {
        let mut raw = vec![self.prefix];
        key.encode(&mut raw);
        raw
    }

    /// The value of a key.
    pub fn get(&self, state: &dyn StateRead, key: &K) -> Option<V> {
        let bytes = state.get(&self.raw_key(key))?;
        Some(self.decode(&bytes))
    }

    /// Whether a key has a value.
    pub fn contains(&self, state: &dyn StateRead, key: &K) -> bool {
        state.get(&self.raw_key(key)).is_some()
    }

    /// Sets the value of a key.
    pub fn put(&self, state: &mut Overlay<'_>, key: &K, value: &V) {
        // Writing into a vector cannot fail.
        let bytes = borsh::to_vec(value).unwrap_or_default();
        state.put(self.raw_key(key), bytes);
    }

    /// Removes a key.
    pub fn remove(&self, state: &mut Overlay<'_>, key: &K) {
        state.remove(self.raw_key(key));
    }

    /// Moves the value of a key, if it has one, to another key.
    pub fn rename(&self, state: &mut Overlay<'_>, old: &K, new: &K) {
        if let Some(value) = state.get(&self.raw_key(old)) {
            state.remove(self.raw_key(old));
            state.put(self.raw_key(new), value);
        }
    }

    /// Removes all entries whose key starts with `start`, which must be the first fields of a key.
    pub fn clear(&self, state: &mut Overlay<'_>, start: &impl Key) {
        let mut raw = vec![self.prefix];
        start.encode(&mut raw);
        let keys: Vec<Vec<u8>> = state.scan(&raw).map(|(key, _)| key).collect();
        keys.into_iter().for_each(|key| state.remove(key));
    }

    /// All entries in ascending order of their keys.
    pub fn iter<'s>(&'s self, state: &'s dyn StateRead) -> impl Iterator<Item = (K, V)> + 's {
        self.iter_from(state, &())
    }

    /// All entries whose key starts with `start`, which must be the first fields of a key.
    pub fn iter_from<'s>(
        &'s self,
        state: &'s dyn StateRead,
        start: &impl Key,
    ) -> impl Iterator<Item = (K, V)> + 's {
        let mut raw = vec![self.prefix];
        start.encode(&mut raw);
        state.scan(&raw).map(|(key, value)| self.entry(&key, &value))
    }

    /// All entries whose key is above `key`, in ascending order.
    pub fn iter_after<'s>(&'s self, state: &'s dyn StateRead, key: &K) -> impl Iterator<Item = (K, V)> + 's {
        // The least key above another one of the same length.
        let mut from = self.raw_key(key);
        from.push(0);
        state.scan_from(&[self.prefix], &from).map(|(key, value)| self.entry(&key, &value))
    }

    fn entry(&self, key: &[u8], value: &[u8]) -> (K, V) {
        let Some(key) = K::decode(&mut key.get(1..).unwrap_or_default()) else { self.broken() };
        (key, self.decode(value))
    }

    fn decode(&self, bytes: &[u8]) -> V {
        match V::try_from_slice(bytes) {
            Ok(value) => value,
            Err(_) => self.broken(),
        }
    }

    /// The one place where a broken state ends the process (rule 3).
    #[allow(clippy::panic)]
    fn broken(&self) -> ! {
        panic!(
            "the state is corrupt: an entry of table {} does not decode; sync this node afresh",
            self.prefix
        )
    }
}
