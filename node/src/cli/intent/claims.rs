//! Root dividends: what becomes of them, and getting them (emission.md section 9).

use super::Asks;
use crate::fault::Fault;
use clap::{Args, ValueEnum};
use taonet_chain::{AccountId, Call, RootClaimType};

/// Claim root dividends.
#[derive(Clone, Debug, Args)]
pub struct ClaimRoot {
    /// Of which subnets: one to five, separated by commas
    #[arg(long, visible_alias = "netuid", short = 'u', value_delimiter = ',', required = true)]
    netuids: Vec<u16>,
}

impl Asks for ClaimRoot {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::ClaimRoot { subnets: self.netuids.iter().copied().collect() })
    }
}

/// Say what shall become of root dividends.
#[derive(Clone, Debug, Args)]
pub struct SetRootClaimType {
    /// What becomes of them
    #[arg(value_name = "TYPE")]
    choice: Choice,
    /// Keep them only on these subnets, and sell them on the others
    #[arg(long, short = 'u', value_delimiter = ',')]
    netuids: Vec<u16>,
}

/// What becomes of root dividends when they are claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// They are sold, and the TAO is staked on root
    Swap,
    /// They are kept as stake on their subnet
    Keep,
}

impl Asks for SetRootClaimType {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let claim_type = match (self.choice, self.netuids.as_slice()) {
            (Choice::Swap, []) => RootClaimType::Swap,
            (Choice::Keep, []) => RootClaimType::Keep,
            (Choice::Keep, netuids) => {
                RootClaimType::KeepSubnets { subnets: netuids.iter().copied().collect() }
            }
            (Choice::Swap, _) => {
                let remedy = "Name the subnets where they are kept: `keep --netuids 1,2`.";
                return Err(Fault::invalid("`swap` sells the dividends of all subnets", remedy));
            }
        };
        Ok(Call::SetRootClaimType { claim_type })
    }
}
