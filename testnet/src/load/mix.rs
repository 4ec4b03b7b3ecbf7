//! What traffic is made of: `transfer=80,stake=15,weights=5`.
//!
//! Rules:
//! 1. The parts are proportions. Accounts are divided by them, each kind at least one account if its part is not 0.
//! 2. A transfer moves a few rao to the next account; stake goes from the account to a neuron of the first subnet;
//!    weights are those of an account that is registered there, for itself, which needs no permit.

use std::{fmt, str::FromStr};
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::Tao;

/// The subnet that is staked on and registered on.
pub(super) const NETUID: u16 = 1;

/// What one transaction stakes: some times the least that is taken.
const STAKE: Tao = Tao::new(5_000_000);

/// Accounts that set weights at most: a subnet has few places.
const MAX_NEURONS: usize = 16;

/// A kind of transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Call::Transfer`.
    Transfer,
    /// `Call::AddStake`.
    Stake,
    /// `Call::SetWeights`.
    Weights,
}

/// How much of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    transfer: u32,
    stake: u32,
    weights: u32,
}

impl Default for Mix {
    fn default() -> Mix {
        Mix { transfer: 1, stake: 0, weights: 0 }
    }
}

impl Mix {
    /// What the account at `index` of so many sends.
    pub fn kind(&self, index: usize, accounts: usize) -> Kind {
        let weights = self.share(self.weights, accounts).min(MAX_NEURONS);
        let stake = self.share(self.stake, accounts);
        match index {
            index if index < weights => Kind::Weights,
            index if index < weights + stake => Kind::Stake,
            _ => Kind::Transfer,
        }
    }

    fn share(&self, part: u32, accounts: usize) -> usize {
        let all = u64::from(self.transfer) + u64::from(self.stake) + u64::from(self.weights);
        let share = (u64::from(part) * accounts as u64).div_ceil(all.max(1));
        usize::try_from(share).unwrap_or(accounts)
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transfer={},stake={},weights={}", self.transfer, self.stake, self.weights)
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Mix, String> {
        let mut mix = Mix { transfer: 0, stake: 0, weights: 0 };
        for entry in text.split(',') {
            let (name, part) = entry.split_once('=').ok_or_else(|| format!("`{entry}` is not KIND=PART"))?;
            let part = part.parse().map_err(|_| format!("`{part}` is no whole number"))?;
            match name.trim() {
                "transfer" => mix.transfer = part,
                "stake" => mix.stake = part,
                "weights" => mix.weights = part,
                other => return Err(format!("`{other}` is no kind; there are transfer, stake and weights")),
            }
        }
        let empty = mix.transfer == 0 && mix.stake == 0 && mix.weights == 0;
        if empty { Err("all parts are 0".to_owned()) } else { Ok(mix) }
    }
}

pub(super) fn transfer(to: AccountId) -> Call {
    Call::Transfer { to, amount: Tao::new(1_000) }
}

pub(super) fn stake(hotkey: AccountId) -> Call {
    Call::AddStake { hotkey, netuid: NETUID, amount: STAKE }
}

pub(super) fn weights(uid: u16) -> Call {
    Call::SetWeights { netuid: NETUID, uids: vec![uid], values: vec![u16::MAX], version_key: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_divided_by_the_parts() {
        let table = [
            ("transfer=1", 10, [10, 0, 0]),
            ("transfer=80,stake=15,weights=5", 100, [80, 15, 5]),
            ("transfer=98,stake=1,weights=1", 10, [8, 1, 1]),
            ("stake=1,transfer=1", 7, [3, 4, 0]),
            ("weights=1", 100, [100 - MAX_NEURONS, 0, MAX_NEURONS]),
        ];
        for (text, accounts, expected) in table {
            let mix: Mix = text.parse().expect("a mix");
            let count = |kind| (0..accounts).filter(|&index| mix.kind(index, accounts) == kind).count();
            assert_eq!([Kind::Transfer, Kind::Stake, Kind::Weights].map(count), expected, "{text}");
            assert_eq!(mix.to_string().parse(), Ok(mix));
        }
    }

    #[test]
    fn what_is_no_mix_is_named() {
        for text in ["", "transfer", "transfer=x", "swap=1", "transfer=0,stake=0", "transfer=-1", "stake=1,,"]
        {
            let error = text.parse::<Mix>().expect_err(text);
            assert!(!error.is_empty());
        }
    }
}
