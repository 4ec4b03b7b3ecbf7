//! The units of parameters, and their text form.

use serde::Serialize;

/// What the integer of a parameter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0 or 1: off or on.
    Flag,
    /// Things.
    Count,
    /// Blocks.
    Blocks,
    /// Epochs.
    Epochs,
    /// RAO.
    Rao,
    /// Base units of the subnet's alpha.
    Alpha,
    /// 65,535ths.
    Part16,
    /// (2^63 - 1)ths.
    Part63,
    /// (2^64 - 1)ths.
    Part64,
    /// Millionths.
    Millionths,
    /// Thousandths.
    Thousandths,
    /// Hundredths.
    Hundredths,
    /// A fixed-point number with 32 fraction bits, by its raw integer.
    Fixed32,
    /// A fixed-point number with 64 fraction bits, by its raw integer.
    Fixed64,
    /// A rule by which subnets share the TAO of a block.
    ShareRule,
    /// A rule by which that TAO becomes liquidity.
    InjectionRule,
    /// A rule by which the price of a registration moves.
    RegistrationRule,
}

impl Unit {
    /// The unit as the book says it.
    pub const fn text(self) -> &'static str {
        match self {
            Unit::Flag => "on or off",
            Unit::Count => "number",
            Unit::Blocks => "blocks",
            Unit::Epochs => "epochs",
            Unit::Rao => "RAO",
            Unit::Alpha => "alpha base units",
            Unit::Part16 => "65,535ths",
            Unit::Part63 => "(2^63 - 1)ths",
            Unit::Part64 => "(2^64 - 1)ths",
            Unit::Millionths => "millionths",
            Unit::Thousandths => "thousandths",
            Unit::Hundredths => "hundredths",
            Unit::Fixed32 => "32 fraction bits",
            Unit::Fixed64 => "64 fraction bits",
            Unit::ShareRule | Unit::InjectionRule | Unit::RegistrationRule => "name of a rule",
        }
    }

    /// The names of what can be chosen, by value; empty where a value is a number.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Unit::ShareRule => &["price_and_miners", "price", "flow"],
            Unit::InjectionRule => &["root_proportion", "block_emission", "alpha_emission"],
            Unit::RegistrationRule => &["half_life", "interval"],
            _ => &[],
        }
    }

    const fn fraction_bits(self) -> Option<u32> {
        match self {
            Unit::Fixed32 => Some(32),
            Unit::Fixed64 => Some(64),
            _ => None,
        }
    }

    pub(super) fn show(self, value: i128) -> String {
        match (self, self.fraction_bits()) {
            (Unit::Flag, _) => (value != 0).to_string(),
            (_, Some(bits)) => {
                let shown = decimal(value.unsigned_abs(), bits);
                if value < 0 && shown != "0.0" { format!("-{shown}") } else { shown }
            }
            _ => {
                let index = usize::try_from(value).unwrap_or(usize::MAX);
                self.choices().get(index).map_or_else(|| value.to_string(), |name| (*name).to_owned())
            }
        }
    }

    pub(super) fn parse(self, text: &str) -> Option<i128> {
        match (self, text, self.fraction_bits()) {
            (Unit::Flag, "true" | "on" | "1", _) => Some(1),
            (Unit::Flag, "false" | "off" | "0", _) => Some(0),
            (Unit::Flag, ..) => None,
            (_, _, Some(bits)) if text.contains('.') => match text.strip_prefix('-') {
                Some(text) => from_decimal(text, bits).map(|raw| -raw),
                None => from_decimal(text, bits),
            },
            _ => match self.choices().iter().position(|name| *name == text) {
                Some(index) => i128::try_from(index).ok(),
                None => text.replace('_', "").parse().ok(),
            },
        }
    }
}

/// How many decimals of a fixed-point number are shown.
const DECIMALS: usize = 12;

/// The nearest decimal, so that what is shown and written again does not drift; ties upwards.
fn decimal(raw: u128, bits: u32) -> String {
    let (one, scale) = (1u128 << bits, 10u128.pow(DECIMALS as u32));
    // Below 2^64 * 10^12 < 2^104.
    let rounded = ((raw & (one - 1)) * scale + one / 2) / one;
    let (whole, fraction) = ((raw >> bits) + rounded / scale, rounded % scale);
    let text = format!("{whole}.{fraction:0DECIMALS$}");
    let shown = text.trim_end_matches('0');
    shown.strip_suffix('.').map_or_else(|| shown.to_owned(), |whole| format!("{whole}.0"))
}

/// The nearest raw integer, as decimal literals are converted (economics.md section 2); ties upwards.
fn from_decimal(text: &str, bits: u32) -> Option<i128> {
    let (whole, fraction) = text.split_once('.')?;
    let whole: u64 = whole.parse().ok()?;
    let digits = fraction.len();
    if digits == 0 || digits > DECIMALS || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scale = 10u128.pow(digits as u32);
    // Below 10^12 * 2^64 < 2^104.
    let numerator = fraction.parse::<u128>().ok()? << bits;
    let rounded = (2 * numerator + scale) / (2 * scale);
    i128::try_from((u128::from(whole) << bits).checked_add(rounded)?).ok()
}

/// The conversion between a stored type and the common integer.
pub(super) trait Stored: Sized {
    fn to_common(self) -> i128;
    /// The value, or none when it does not fit the type.
    fn from_common(value: i128) -> Option<Self>;
}

macro_rules! stored {
    ($($integer:ty),*) => {$(
        impl Stored for $integer {
            fn to_common(self) -> i128 {
                i128::try_from(self).unwrap_or(i128::MAX)
            }
            fn from_common(value: i128) -> Option<Self> {
                value.try_into().ok()
            }
        }
    )*};
}
stored!(u8, u16, u32, u64, u128, i16, i128);

impl Stored for bool {
    fn to_common(self) -> i128 {
        i128::from(self)
    }
    fn from_common(value: i128) -> Option<bool> {
        match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}
