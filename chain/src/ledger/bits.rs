//! How fixed-point numbers are stored: by their raw integer.

use borsh::{BorshDeserialize, BorshSerialize};
use std::io::{Read, Result, Write};
use taonet_subnets::fixed::{I64F64, I96F32, U64F64, U96F32};

macro_rules! stored {
    ($module:ident, $number:ident, $raw:ty) => {
        pub(crate) mod $module {
            use super::*;

            pub(crate) fn write<W: Write>(number: &$number, writer: &mut W) -> Result<()> {
                number.to_bits().serialize(writer)
            }

            pub(crate) fn read<R: Read>(reader: &mut R) -> Result<$number> {
                Ok($number::from_bits(<$raw>::deserialize_reader(reader)?))
            }
        }
    };
}

stored!(i64f64, I64F64, i128);
stored!(i96f32, I96F32, i128);
stored!(u96f32, U96F32, u128);
stored!(u64f64, U64F64, u128);
