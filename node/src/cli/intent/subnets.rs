//! The life of a subnet: created, started, named, trimmed, dissolved (registration.md sections 7 to 10).

use super::{
    Asks,
    words::{Hotkey, OneSubnet, Part, divide},
};
use crate::{cli::keys, fault::Fault};
use clap::Args;
use taonet_chain::{AccountId, Call, ledger::identities::SubnetIdentity, params::Param};
use taonet_subnets::yuma::mechanisms::WHOLE;

/// Create a subnet.
#[derive(Clone, Debug, Args)]
pub struct RegisterNetwork {
    /// The owner's hotkey, which takes UID 0 [default: the signer itself]
    #[arg(long, short = 'H', value_name = "ACCOUNT")]
    hotkey: Option<String>,
    #[command(flatten)]
    identity: Box<SubnetWords>,
}

impl Asks for RegisterNetwork {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let hotkey = self.hotkey.as_ref().map_or(Ok(signer), |text| keys::account(text))?;
        let identity = self.identity.identity();
        Ok(match identity == SubnetIdentity::default() {
            true => Call::RegisterNetwork { hotkey },
            false => Call::RegisterNetworkWithIdentity { hotkey, identity: Some(identity.into()) },
        })
    }
}

/// Who a subnet is.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Identity")]
struct SubnetWords {
    /// Its name
    #[arg(long, visible_alias = "name", default_value = "", hide_default_value = true, value_name = "TEXT")]
    subnet_name: String,
    /// Its code
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    github_repo: String,
    /// How to reach its owner
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    subnet_contact: String,
    /// Its site
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    subnet_url: String,
    /// How to find it on Discord
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    discord: String,
    /// What it does
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    description: String,
    /// A link to its picture
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    logo_url: String,
    /// Anything else
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    additional: String,
}

impl SubnetWords {
    fn identity(&self) -> SubnetIdentity {
        let words = self.clone();
        SubnetIdentity {
            subnet_name: words.subnet_name,
            github_repo: words.github_repo,
            subnet_contact: words.subnet_contact,
            subnet_url: words.subnet_url,
            discord: words.discord,
            description: words.description,
            logo_url: words.logo_url,
            additional: words.additional,
        }
    }
}

/// Say who a subnet is.
#[derive(Clone, Debug, Args)]
pub struct SetSubnetIdentity {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    identity: Box<SubnetWords>,
}

impl Asks for SetSubnetIdentity {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let identity = self.identity.identity().into();
        Ok(Call::SetSubnetIdentity { netuid: self.subnet.netuid(), identity })
    }
}

/// Start a subnet.
#[derive(Clone, Debug, Args)]
pub struct StartCall {
    #[command(flatten)]
    subnet: OneSubnet,
}

impl Asks for StartCall {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::StartCall { netuid: self.subnet.netuid() })
    }
}

/// Dissolve a subnet.
#[derive(Clone, Debug, Args)]
pub struct DissolveNetwork {
    #[command(flatten)]
    subnet: OneSubnet,
}

impl Asks for DissolveNetwork {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::DissolveNetwork { netuid: self.subnet.netuid() })
    }
}

/// Give a token another symbol.
#[derive(Clone, Debug, Args)]
pub struct UpdateSymbol {
    #[command(flatten)]
    subnet: OneSubnet,
    /// One of the known symbols that nobody has
    #[arg(long, value_name = "SYMBOL")]
    symbol: String,
}

impl Asks for UpdateSymbol {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::UpdateSymbol { netuid: self.subnet.netuid(), symbol: self.symbol.clone() })
    }
}

/// Let another hotkey work for the owner.
#[derive(Clone, Debug, Args)]
pub struct SetOwnerHotkey {
    #[command(flatten)]
    subnet: OneSubnet,
    #[command(flatten)]
    hotkey: Hotkey,
}

impl Asks for SetOwnerHotkey {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::SetOwnerHotkey { netuid: self.subnet.netuid(), hotkey: self.hotkey.or(signer)? })
    }
}

/// Let the least earning neurons go.
#[derive(Clone, Debug, Args)]
pub struct TrimSubnet {
    #[command(flatten)]
    subnet: OneSubnet,
    /// How many slots there shall be
    #[arg(long, visible_alias = "max", value_name = "COUNT")]
    max_n: u16,
}

impl Asks for TrimSubnet {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::TrimSubnet { netuid: self.subnet.netuid(), max_n: self.max_n })
    }
}

/// Ask for an early epoch.
#[derive(Clone, Debug, Args)]
pub struct TriggerEpoch {
    #[command(flatten)]
    subnet: OneSubnet,
}

impl Asks for TriggerEpoch {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::TriggerEpoch { netuid: self.subnet.netuid() })
    }
}

/// Set how many mechanisms a subnet has.
#[derive(Clone, Debug, Args)]
pub struct SetMechanismCount {
    #[command(flatten)]
    subnet: OneSubnet,
    /// How many
    #[arg(long, visible_alias = "mech-count")]
    count: u8,
}

impl Asks for SetMechanismCount {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let param = Param::by_name("mechanism_count").map(|param| param.id);
        let param = param.ok_or_else(|| Fault::invalid("mechanisms cannot be counted", "Update taonet."))?;
        Ok(Call::SetParam { netuid: Some(self.subnet.netuid()), param, value: self.count.into() })
    }
}

/// Say how mechanisms share the emission.
#[derive(Clone, Debug, Args)]
pub struct SetMechanismSplit {
    #[command(flatten)]
    subnet: OneSubnet,
    /// A part for each mechanism, separated by commas; only their proportions count
    #[arg(
        long,
        visible_alias = "split",
        value_delimiter = ',',
        value_name = "PART",
        required_unless_present = "even"
    )]
    parts: Vec<Part>,
    /// The same for all
    #[arg(long, conflicts_with = "parts")]
    even: bool,
}

impl Asks for SetMechanismSplit {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let netuid = self.subnet.netuid();
        if self.even {
            return Ok(Call::SetMechanismSplit { netuid, split: None });
        }
        let split = divide(&self.parts, WHOLE).ok_or_else(|| {
            Fault::invalid("no mechanism gets anything", "Give at least one a part above 0, or say --even.")
        })?;
        Ok(Call::SetMechanismSplit { netuid, split: Some(split) })
    }
}
