//! What a timelocked commit hides (yuma.md section 10.4): the bytes before they are sealed.
//!
//! Rules:
//! 1. The form is SCALE: `(hotkey: vec u8, uids: vec u16, values: vec u16, version_key: u64)`. Integers are
//!    little-endian, lists start with their compact length.
//! 2. An older form without the hotkey is read as well. It is tried where the newer one does not fit; what follows the
//!    last field is ignored in both, as the public network does.

use super::submission::push_compact;
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};

/// Weights as a validator seals them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsPayload {
    /// Public key of the committing hotkey; `None` in the older form.
    pub hotkey: Option<[u8; 32]>,
    /// The neurons scored.
    pub uids: Vec<u16>,
    /// Their scores.
    pub values: Vec<u16>,
    /// Version of the validator's software.
    pub version_key: u64,
}

impl WeightsPayload {
    /// The bytes to seal.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(33 + 2 * 4 + 2 * (self.uids.len() + self.values.len()) + 8);
        if let Some(hotkey) = &self.hotkey {
            push_compact(&mut bytes, hotkey.len());
            bytes.extend_from_slice(hotkey);
        }
        for list in [&self.uids, &self.values] {
            push_compact(&mut bytes, list.len());
            list.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        }
        bytes.extend_from_slice(&self.version_key.to_le_bytes());
        bytes
    }

    /// Reads what somebody sealed; `None` if it is neither form.
    ///
    /// ```
    /// use taonet_subnets::yuma::payload::WeightsPayload;
    ///
    /// let payload = WeightsPayload { hotkey: Some([7; 32]), uids: vec![3], values: vec![9], version_key: 1 };
    /// assert_eq!(WeightsPayload::decode(&payload.encode()), Some(payload));
    /// assert_eq!(WeightsPayload::decode(b"nonsense"), None);
    /// ```
    pub fn decode(bytes: &[u8]) -> Option<WeightsPayload> {
        Self::decode_signed(bytes).or_else(|| Self::decode_rest(bytes, None))
    }

    fn decode_signed(mut bytes: &[u8]) -> Option<WeightsPayload> {
        let length = take_compact(&mut bytes)?;
        let (hotkey, rest) = bytes.split_at_checked(length)?;
        Self::decode_rest(rest, Some(*hotkey.first_chunk()?))
    }

    fn decode_rest(mut bytes: &[u8], hotkey: Option<[u8; 32]>) -> Option<WeightsPayload> {
        let (uids, values) = (take_list(&mut bytes)?, take_list(&mut bytes)?);
        let version_key = u64::from_le_bytes(*bytes.first_chunk()?);
        Some(WeightsPayload { hotkey, uids, values, version_key })
    }
}

/// The hash by which a sealed commit is announced: BLAKE2b-256 of its bytes as a list.
pub fn sealed_hash(sealed: &[u8]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(4 + sealed.len());
    push_compact(&mut bytes, sealed.len());
    bytes.extend_from_slice(sealed);
    Blake2b::<U32>::digest(bytes).into()
}

fn take_list(bytes: &mut &[u8]) -> Option<Vec<u16>> {
    let length = take_compact(bytes)?;
    let (list, rest) = bytes.split_at_checked(length.checked_mul(2)?)?;
    *bytes = rest;
    Some(
        list.chunks_exact(2)
            .map(|pair| pair.iter().rev().fold(0, |n, byte| n << 8 | u16::from(*byte)))
            .collect(),
    )
}

/// A length in one, two or four bytes. Longer ones than needed, and those that could not fit here, are no lengths.
fn take_compact(bytes: &mut &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    let (length, size, least) = match first & 3 {
        0 => (u32::from(first), 1, 0),
        1 => (u32::from(u16::from_le_bytes(*bytes.first_chunk()?)), 2, 0x40),
        2 => (u32::from_le_bytes(*bytes.first_chunk()?), 4, 0x4000),
        _ => return None,
    };
    *bytes = bytes.get(size..)?;
    usize::try_from(length >> 2).ok().filter(|length| *length >= least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_form_is_scale() {
        let payload = WeightsPayload {
            hotkey: Some([9; 32]),
            uids: vec![1, 258],
            values: vec![65_535, 0],
            version_key: 5,
        };
        let mut expected = vec![32 << 2];
        expected.extend([9; 32]);
        expected.extend([2 << 2, 1, 0, 2, 1]);
        expected.extend([2 << 2, 255, 255, 0, 0]);
        expected.extend([5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(payload.encode(), expected);
    }

    #[test]
    fn the_older_form_is_read_too() {
        let older = WeightsPayload { hotkey: None, uids: vec![1, 2], values: vec![3, 4], version_key: 5 };
        assert_eq!(WeightsPayload::decode(&older.encode()), Some(older));
    }

    #[test]
    fn nonsense_is_refused() {
        let table: [(&str, &[u8]); 5] = [
            ("nothing", &[]),
            ("a list that is not there", &[0xfe, 0xff, 0xff, 0xff]),
            ("a length in more bytes than it needs", &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("a length of lengths", &[3, 0, 0, 0, 1, 0, 0, 0, 0]),
            ("no version key", &[0, 0, 0, 0, 0]),
        ];
        for (name, bytes) in table {
            assert_eq!(WeightsPayload::decode(bytes), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            hotkey: [u8; 32],
            uids in prop::collection::vec(any::<u16>(), 0..300),
            values in prop::collection::vec(any::<u16>(), 0..300),
            version_key: u64,
        ) {
            let payload = WeightsPayload { hotkey: Some(hotkey), uids, values, version_key };
            prop_assert_eq!(WeightsPayload::decode(&payload.encode()), Some(payload));
        }

        #[test]
        fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = WeightsPayload::decode(&bytes);
        }
    }
}
