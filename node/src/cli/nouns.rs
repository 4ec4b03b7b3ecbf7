//! The nouns of the public network's tools: other names for the entries of the two registries.

use super::{
    Action, Intent,
    intent::{
        AddStake, BurnedRegister, RegisterNetwork, RemoveStake, ServeAxon, SetParam, SetWeights, Signed,
        StartCall, Transfer,
    },
    keys,
    output::Output,
    read::{OneAccount, Read, ReadHyperparameters, ReadSubnet, ReadWeights},
    table::{Column, Table},
};
use crate::fault::Fault;
use clap::{Args, Subcommand};
use serde::Serialize;
use taonet_chain::keys::DEV_ACCOUNTS;

/// Keys, balances, transfers.
#[derive(Debug, Subcommand)]
pub enum Wallet {
    /// All keys on this computer, and the development accounts
    List,
    /// Make a new key
    #[command(visible_aliases = ["new-coldkey", "new-hotkey"])]
    Create(NewKey),
    /// Balance, nonce and stakes of an account
    #[command(visible_alias = "overview")]
    Balance(OneAccount),
    /// Move TAO to another account
    Transfer(Signed<Transfer>),
}

impl Wallet {
    pub(super) fn action(self) -> Action {
        match self {
            Wallet::List => Action::ListKeys,
            Wallet::Create(key) => Action::MakeKey(key),
            Wallet::Balance(account) => Action::Read(Read::Account(account)),
            Wallet::Transfer(intent) => Action::Sign(Intent::Transfer(intent)),
        }
    }
}

/// Stake TAO to a hotkey, take it back, look at it.
#[derive(Debug, Subcommand)]
pub enum Stake {
    /// Stake TAO to a hotkey on a subnet
    Add(Signed<AddStake>),
    /// Take stake out of a subnet, as TAO
    Remove(Signed<RemoveStake>),
    /// What an account has staked
    List(OneAccount),
}

impl Stake {
    pub(super) fn action(self) -> Action {
        match self {
            Stake::Add(intent) => Action::Sign(Intent::AddStake(intent)),
            Stake::Remove(intent) => Action::Sign(Intent::RemoveStake(intent)),
            Stake::List(account) => Action::Read(Read::Stakes(account)),
        }
    }
}

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
    #[command(visible_alias = "create-cost")]
    BurnCost,
    /// Create a subnet at its lock cost
    Create(Signed<RegisterNetwork>),
    /// Register a hotkey on a subnet at the current price
    Register(Signed<BurnedRegister>),
    /// Start a subnet: its token can be traded and it emits
    Start(Signed<StartCall>),
}

impl Subnets {
    pub(super) fn action(self) -> Action {
        match self {
            Subnets::List => Action::Read(Read::Subnets),
            Subnets::Show(subnet) => Action::Read(Read::Subnet(subnet)),
            Subnets::Metagraph(subnet) => Action::Read(Read::Metagraph(subnet)),
            Subnets::Price(subnet) => Action::Read(Read::AlphaPrice(subnet)),
            Subnets::Hyperparameters(subnet) => {
                Action::Read(Read::Hyperparameters(ReadHyperparameters::of(Some(subnet.netuid()))))
            }
            Subnets::BurnCost => Action::Read(Read::BurnCost),
            Subnets::Create(intent) => Action::Sign(Intent::RegisterNetwork(intent)),
            Subnets::Register(intent) => Action::Sign(Intent::BurnedRegister(intent)),
            Subnets::Start(intent) => Action::Sign(Intent::StartCall(intent)),
        }
    }
}

/// Set and look at a validator's weights.
#[derive(Debug, Subcommand)]
pub enum Weights {
    /// Set a validator's weights; its hotkey signs
    Set(Signed<SetWeights>),
    /// The weights of a subnet
    Show(ReadWeights),
}

impl Weights {
    pub(super) fn action(self) -> Action {
        match self {
            Weights::Set(intent) => Action::Sign(Intent::SetWeights(intent)),
            Weights::Show(weights) => Action::Read(Read::Weights(weights)),
        }
    }
}

/// Publish where a miner listens.
#[derive(Debug, Subcommand)]
pub enum Axon {
    /// Publish where a hotkey's axon listens; the hotkey signs
    Set(Signed<ServeAxon>),
}

impl Axon {
    pub(super) fn action(self) -> Action {
        let Axon::Set(intent) = self;
        Action::Sign(Intent::ServeAxon(intent))
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
    pub(super) fn action(self) -> Action {
        match self {
            Hparams::List(read) => Action::Read(Read::Hyperparameters(read)),
            Hparams::Get(get) => Action::Read(Read::Hyperparameters(get.subnet.only(&get.name))),
            Hparams::Set(intent) => Action::Sign(Intent::SetParam(intent)),
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

/// A key to make.
#[derive(Debug, Args)]
pub struct NewKey {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Keep this key (URI or seed) instead of a new random one
    #[arg(long, value_name = "KEY")]
    seed: Option<String>,
}

/// A key as it is listed.
#[derive(Serialize)]
struct ListedKey {
    name: String,
    account: String,
    file: Option<String>,
}

impl NewKey {
    pub(super) fn run(self, output: Output) -> Result<(), Fault> {
        let from = self.seed.as_deref().map(keys::key).transpose()?;
        let (key, file) = keys::create(&self.name, from)?;
        let file = file.display().to_string();
        let listed =
            ListedKey { name: self.name, account: key.account().to_string(), file: Some(file.clone()) };
        output.talk("Whoever reads this file owns the key; there is no other copy.");
        output.result(&listed, || format!("{}  {}\nfile  {file}", listed.name, listed.account));
        Ok(())
    }
}

pub(super) fn list_keys(output: Output) -> Result<(), Fault> {
    let folder = keys::folder();
    let own = keys::list()?.into_iter().map(|(name, account)| {
        let file = folder.join(&name).display().to_string();
        ListedKey { name, account: account.to_string(), file: Some(file) }
    });
    let mut listed: Vec<ListedKey> = own.collect();
    for uri in DEV_ACCOUNTS {
        listed.push(ListedKey { name: uri.into(), account: keys::account(uri)?.to_string(), file: None });
    }
    output.result(&listed, || {
        let mut table =
            Table::new(&[(Column::Text, "KEY"), (Column::Address, "ACCOUNT"), (Column::Text, "KIND")]);
        for key in &listed {
            let kind = if key.file.is_some() { "yours" } else { "development" };
            table.row([key.name.clone(), key.account.clone(), kind.into()]);
        }
        table.to_string()
    });
    Ok(())
}
