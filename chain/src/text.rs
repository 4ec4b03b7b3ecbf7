//! How amounts and hashes look outside: JSON and genesis files.
//!
//! Rules:
//! 1. JSON carries amounts as integers of base units (RAO), as the public network's tools do.
//! 2. A genesis file, which people write, may give whole units as decimal text (`"1.5"`) or base units as an integer.
//! 3. A hash is lower-case hex.

use crate::crypto::Hash;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, marker::PhantomData, str::FromStr};
use taonet_subnets::amount::{Alpha, AmountError, Tao};

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::from_hex(&text).ok_or_else(|| de::Error::custom("not a hash: write 64 hex digits"))
    }
}

/// An amount as an integer or as text.
struct AmountVisitor<T>(PhantomData<T>);

impl<T: FromUnits> de::Visitor<'_> for AmountVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whole units as text such as \"1.5\", or base units as an integer")
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<T, E> {
        Ok(T::from_units(units))
    }

    fn visit_i64<E: de::Error>(self, units: i64) -> Result<T, E> {
        u64::try_from(units).map(T::from_units).map_err(|_| E::custom("an amount cannot be negative"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

trait FromUnits: FromStr<Err = AmountError> {
    fn from_units(units: u64) -> Self;
}

macro_rules! amount_text {
    ($module:ident, $amount:ident) => {
        impl FromUnits for $amount {
            fn from_units(units: u64) -> Self {
                $amount::new(units)
            }
        }

        pub(crate) mod $module {
            use super::*;

            pub(crate) fn serialize<S: Serializer>(
                amount: &$amount,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(amount.units())
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$amount, D::Error> {
                deserializer.deserialize_any(AmountVisitor(PhantomData))
            }
        }
    };
}

amount_text!(tao, Tao);
amount_text!(alpha, Alpha);

/// A list of amounts of alpha as integers.
pub(crate) mod alphas {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(amounts: &[Alpha], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(amounts.iter().map(|amount| amount.units()))
    }
}

/// Amounts of TAO as decimal text: the form of genesis files, which people read.
pub(crate) mod decimal {
    pub(crate) use super::tao::deserialize;
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        amount: &impl fmt::Display,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = amount.to_string();
        serializer.serialize_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Amounts of alpha as decimal text.
pub(crate) mod decimal_alpha {
    pub(crate) use super::alpha::deserialize;
    pub(crate) use super::decimal::serialize;
}
