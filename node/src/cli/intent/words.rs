//! Words that many intents share: subnets, hotkeys, limits, parts, switches.

use crate::{cli::keys, fault::Fault};
use clap::{Args, ValueEnum};
use std::str::FromStr;
use taonet_chain::AccountId;
use taonet_subnets::amount::{Alpha, RAO_PER_TAO, Tao};

/// A subnet, by position or by option.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct OneSubnet {
    /// The subnet
    #[arg(value_name = "NETUID")]
    positional: Option<u16>,
    /// The subnet
    #[arg(long = "netuid", short = 'u', value_name = "N", hide = true)]
    named: Option<u16>,
}

impl OneSubnet {
    /// Its number.
    pub(super) fn netuid(&self) -> u16 {
        // One of the two is required.
        self.positional.or(self.named).unwrap_or_default()
    }
}

/// A hotkey, or else the signer itself.
#[derive(Clone, Debug, Args)]
pub(super) struct Hotkey {
    /// The hotkey [default: the signer itself]
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: Option<String>,
}

impl Hotkey {
    /// Its account.
    pub(super) fn or(&self, signer: AccountId) -> Result<AccountId, Fault> {
        self.hotkey.as_ref().map_or(Ok(signer), |text| keys::account(text))
    }
}

/// A hotkey, a subnet, and an amount of its alpha.
#[derive(Clone, Debug, Args)]
pub(super) struct Stake {
    /// The subnet; 0 is root
    #[arg(long, short = 'u')]
    pub(super) netuid: u16,
    #[command(flatten)]
    pub(super) hotkey: Hotkey,
    /// How much, in alpha of the subnet
    #[arg(long, value_name = "ALPHA")]
    pub(super) amount: Alpha,
}

/// Up to which price.
#[derive(Clone, Debug, Args)]
pub(super) struct Limit {
    /// The worst price that is still good, in TAO per alpha
    #[arg(long = "limit-price", alias = "limit", value_name = "TAO")]
    price: Option<Tao>,
    /// Fill what fits within the limit instead of failing
    #[arg(long, visible_alias = "allow-partial-stake", alias = "partial", requires = "price")]
    allow_partial: bool,
}

impl Limit {
    /// The price in RAO per whole alpha, and whether a part of the order is good enough.
    pub(super) fn get(&self) -> Option<(u64, bool)> {
        self.price.map(|price| (price.units(), self.allow_partial))
    }
}

/// Something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Switch::On
    }
}

/// A part of a whole in billionths: `0.18` or `18%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part(u64);

impl Part {
    /// The part of `whole`, rounded down.
    pub(super) fn of(self, whole: u64) -> u64 {
        // A part is at most one, so the result is at most `whole`.
        (u128::from(whole) * u128::from(self.0) / u128::from(RAO_PER_TAO)) as u64
    }

    /// The part in 65,535ths, rounded down.
    pub(super) fn of_u16(self) -> u16 {
        self.of(u16::MAX.into()) as u16
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Part, String> {
        let (number, scale) = text.strip_suffix('%').map_or((text, 1), |percent| (percent, 100));
        let parsed = number.parse::<Tao>().ok().map(|number| number.units() / scale);
        parsed
            .filter(|part| *part <= RAO_PER_TAO)
            .map(Part)
            .ok_or_else(|| "a part is from 0 to 1, such as 0.18, or from 0% to 100%".into())
    }
}

/// Whole numbers that stand to each other as `parts` do and sum to exactly `whole`: what rounding leaves goes to the
/// first ones that are not 0. `None` where all parts are 0.
pub(super) fn divide(parts: &[Part], whole: u16) -> Option<Vec<u16>> {
    let sum = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.0));
    // Each is at most `whole`, as no part is more than the sum.
    let share = |part: &Part| (u128::from(whole) * u128::from(part.0)).checked_div(sum.into());
    let mut shares: Vec<u16> =
        parts.iter().map(|part| share(part).map(|share| share as u16)).collect::<Option<_>>()?;
    let mut left = whole.saturating_sub(shares.iter().fold(0, |sum, share| sum.saturating_add(*share)));
    for (share, _) in shares.iter_mut().zip(parts).filter(|(_, part)| part.0 > 0) {
        let more = left.min(1);
        (*share, left) = (share.saturating_add(more), left.saturating_sub(more));
    }
    Some(shares)
}
