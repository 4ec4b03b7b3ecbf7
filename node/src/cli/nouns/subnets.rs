//! `taonet subnets`, `taonet hparams`: subnets, their life and their parameters.

use crate::cli::{
    Action, Intent,
    intent::{
        BurnedRegister, DissolveNetwork, RegisterNetwork, RegisterWork, SetMechanismCount, SetMechanismSplit,
        SetOwnerHotkey, SetParam, SetSubnetIdentity, Signed, StartCall, TriggerEpoch, TrimSubnet,
        UpdateSymbol,
    },
    read::{Read, ReadHyperparameters, ReadSubnet},
};
use clap::{Args, Subcommand};

/// Look at subnets, create one, register on one.
#[derive(Debug, Subcommand)]
pub enum Subnets {
    /// All subnets
    List,
    /// One subnet: its pool, its switches, its neurons
    Show(ReadSubnet),
    /// The neurons of a subnet
    Metagraph(ReadSubnet),
    /// The price of a subnet's alpha
    Price(ReadSubnet),
    /// The parameters of a subnet
    Hyperparameters(ReadSubnet),
    /// What a new subnet costs
    #[command(visible_aliases = ["create-cost", "lock-cost"])]
    BurnCost,
    /// Who a subnet says it is
    #[command(alias = "get_identity")]
    GetIdentity(ReadSubnet),
    /// The locks of a subnet, and the conviction they give
    Conviction(ReadSubnet),
    /// Create a subnet at its lock cost
    Create(Signed<RegisterNetwork>),
    /// Start a subnet: its token can be traded and it emits
    Start(Signed<StartCall>),
    /// Register a hotkey on a subnet at the current price
    Register(Signed<BurnedRegister>),
    /// Register the signer, a hotkey, by proof of work on all cores
    #[command(visible_alias = "pow-register", alias = "register_pow")]
    RegisterPow(Signed<RegisterWork>),
    /// Say who a subnet is; its owner signs
    #[command(alias = "set_identity")]
    SetIdentity(Signed<SetSubnetIdentity>),
    /// Give a subnet's token another symbol; its owner signs
    #[command(visible_alias = "update-symbol", aliases = ["set_symbol", "update_symbol"])]
    SetSymbol(Signed<UpdateSymbol>),
    /// Let another hotkey work for a subnet's owner
    #[command(visible_alias = "owner-hotkey", aliases = ["set_owner_hotkey", "owner_hotkey"])]
    SetOwnerHotkey(Signed<SetOwnerHotkey>),
    /// Several scorings in one subnet
    #[command(subcommand, visible_alias = "mech")]
    Mechanisms(Mechanisms),
    /// Ask for an early epoch; the subnet's owner signs
    #[command(alias = "trigger_epoch")]
    TriggerEpoch(Signed<TriggerEpoch>),
    /// Let the least earning neurons of a subnet go; its owner signs
    Trim(Signed<TrimSubnet>),
    /// Dissolve a subnet; the sudo account signs
    Dissolve(Signed<DissolveNetwork>),
}

/// Several scorings in one subnet.
#[derive(Debug, Subcommand)]
pub enum Mechanisms {
    /// How the mechanisms of a subnet share its emission
    #[command(visible_aliases = ["count", "emissions"])]
    Show(ReadSubnet),
    /// Set how many mechanisms a subnet has; its owner signs
    Set(Signed<SetMechanismCount>),
    /// Say how the mechanisms of a subnet share its emission; its owner signs
    #[command(visible_alias = "split-emissions", alias = "split_emissions")]
    Split(Signed<SetMechanismSplit>),
}

impl Subnets {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Subnets::List => return Action::Read(Read::Subnets),
            Subnets::Show(subnet) => return Action::Read(Read::Subnet(subnet)),
            Subnets::Metagraph(subnet) => return Action::Read(Read::Metagraph(subnet)),
            Subnets::Price(subnet) => return Action::Read(Read::AlphaPrice(subnet)),
            Subnets::Hyperparameters(subnet) => {
                let read = ReadHyperparameters::of(Some(subnet.netuid()));
                return Action::Read(Read::Hyperparameters(read));
            }
            Subnets::BurnCost => return Action::Read(Read::BurnCost),
            Subnets::GetIdentity(subnet) => return Action::Read(Read::SubnetIdentity(subnet)),
            Subnets::Conviction(subnet) => return Action::Read(Read::Locks(subnet)),
            Subnets::Mechanisms(mechanisms) => return mechanisms.action(),
            Subnets::Create(intent) => Intent::RegisterNetwork(intent),
            Subnets::Start(intent) => Intent::StartCall(intent),
            Subnets::Register(intent) => Intent::BurnedRegister(intent),
            Subnets::RegisterPow(intent) => Intent::RegisterWork(intent),
            Subnets::SetIdentity(intent) => Intent::SetSubnetIdentity(intent),
            Subnets::SetSymbol(intent) => Intent::UpdateSymbol(intent),
            Subnets::SetOwnerHotkey(intent) => Intent::SetOwnerHotkey(intent),
            Subnets::TriggerEpoch(intent) => Intent::TriggerEpoch(intent),
            Subnets::Trim(intent) => Intent::TrimSubnet(intent),
            Subnets::Dissolve(intent) => Intent::DissolveNetwork(intent),
        })
    }
}

impl Mechanisms {
    fn action(self) -> Action {
        match self {
            Mechanisms::Show(subnet) => Action::Read(Read::Mechanisms(subnet)),
            Mechanisms::Set(intent) => Action::sign(Intent::SetMechanismCount(intent)),
            Mechanisms::Split(intent) => Action::sign(Intent::SetMechanismSplit(intent)),
        }
    }
}

/// Look at and set parameters.
#[derive(Debug, Subcommand)]
pub enum Hparams {
    /// All parameters, with values, ranges and who may set them
    List(ReadHyperparameters),
    /// One parameter
    Get(GetParam),
    /// Set a parameter; the subnet's owner or the sudo account signs
    Set(Signed<SetParam>),
}

impl Hparams {
    pub(in crate::cli) fn action(self) -> Action {
        match self {
            Hparams::List(read) => Action::Read(Read::Hyperparameters(read)),
            Hparams::Get(get) => Action::Read(Read::Hyperparameters(get.subnet.only(&get.name))),
            Hparams::Set(intent) => Action::sign(Intent::SetParam(intent)),
        }
    }
}

/// One parameter.
#[derive(Debug, Args)]
pub struct GetParam {
    /// Its name
    name: String,
    #[command(flatten)]
    subnet: ReadHyperparameters,
}
