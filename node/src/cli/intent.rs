//! The registry of intents: everything an account can ask for, with its options, as one enum.
//!
//! `taonet tx` lists it. The nouns (`taonet stake add` ...) are other names for the same entries.

mod admin;

pub(super) use admin::{SetAuthorities, SetParam};

use super::{
    keys, screen,
    session::{Session, Signing},
};
use crate::{client::Signer, fault::Fault, proto};
use clap::{Args, Subcommand};
use std::net::IpAddr;
use taonet_chain::{AccountId, AxonInfo, Call};
use taonet_subnets::amount::{Alpha, Tao};

/// Everything an account can ask for.
#[derive(Debug, Subcommand)]
pub enum Intent {
    /// Move TAO to another account
    Transfer(Signed<Transfer>),
    /// Stake TAO to a hotkey on a subnet
    #[command(alias = "add_stake")]
    AddStake(Signed<AddStake>),
    /// Take stake out of a subnet, as TAO
    #[command(alias = "remove_stake")]
    RemoveStake(Signed<RemoveStake>),
    /// Create a subnet at its lock cost
    #[command(visible_alias = "register-subnet", alias = "register_network")]
    RegisterNetwork(Signed<RegisterNetwork>),
    /// Start a subnet: its token can be traded and it emits
    #[command(alias = "start_call")]
    StartCall(Signed<StartCall>),
    /// Register a hotkey on a subnet at the current price
    #[command(alias = "burned_register")]
    BurnedRegister(Signed<BurnedRegister>),
    /// Make a hotkey a member of the root network
    #[command(alias = "root_register")]
    RootRegister(Signed<RootRegister>),
    /// Publish where a hotkey's axon listens; the hotkey signs
    #[command(alias = "serve_axon")]
    ServeAxon(Signed<ServeAxon>),
    /// Set a validator's weights; its hotkey signs
    #[command(alias = "set_weights")]
    SetWeights(Signed<SetWeights>),
    /// Set a parameter; the subnet's owner or the sudo account signs
    #[command(visible_alias = "set-hyperparameter", alias = "set_param")]
    SetParam(Signed<SetParam>),
    /// Replace the list of authorities; the sudo account signs
    #[command(alias = "set_authorities")]
    SetAuthorities(Signed<SetAuthorities>),
}

impl Intent {
    /// Signs it and says what became of it.
    pub(super) async fn run(&self, session: &Session) -> Result<(), Fault> {
        match self {
            Intent::Transfer(intent) => intent.run(session).await,
            Intent::AddStake(intent) => intent.run(session).await,
            Intent::RemoveStake(intent) => intent.run(session).await,
            Intent::RegisterNetwork(intent) => intent.run(session).await,
            Intent::StartCall(intent) => intent.run(session).await,
            Intent::BurnedRegister(intent) => intent.run(session).await,
            Intent::RootRegister(intent) => intent.run(session).await,
            Intent::ServeAxon(intent) => intent.run(session).await,
            Intent::SetWeights(intent) => intent.run(session).await,
            Intent::SetParam(intent) => intent.run(session).await,
            Intent::SetAuthorities(intent) => intent.run(session).await,
        }
    }
}

/// What an intent asks the chain for.
pub trait Asks: Args {
    /// The call; `signer` stands in where no hotkey is named.
    fn call(&self, signer: AccountId) -> Result<Call, Fault>;
}

/// An intent with how it is signed.
#[derive(Clone, Debug, Args)]
pub struct Signed<A: Asks> {
    #[command(flatten)]
    asks: A,
    #[command(flatten)]
    signing: Signing,
}

impl<A: Asks> Signed<A> {
    async fn run(&self, session: &Session) -> Result<(), Fault> {
        let status = session.client.status().await?;
        let key = session.key(&self.signing, &status)?;
        let call = self.asks.call(key.account())?;
        let signer = session.client.signer(key);
        if self.signing.dry_run {
            return dry_run(session, &signer, call).await;
        }
        session.confirm(&format!("{} by {}", call.name(), signer.account()), &status)?;
        if self.signing.no_wait {
            let submitted = signer.submit(call).await?;
            let reply = proto::SubmitTransactionReply { id: submitted.id.to_string() };
            session.output.result(&reply, || screen::submitted(&reply));
            return Ok(());
        }
        let executed = signer.execute(call).await?.into_result()?;
        session.output.result(&executed, || screen::executed(&executed));
        Ok(())
    }
}

async fn dry_run(session: &Session, signer: &Signer, call: Call) -> Result<(), Fault> {
    let transaction = signer.sign(call).await?;
    let forecast = session.client.dry_run(&transaction).await?;
    if let Some(error) = forecast.error.clone() {
        return Err(error.into());
    }
    session.output.result(&forecast, || screen::forecast(transaction.body.call.name(), &forecast));
    Ok(())
}

/// Move TAO.
#[derive(Clone, Debug, Args)]
pub struct Transfer {
    /// The receiver
    #[arg(long, alias = "dest", value_name = "ACCOUNT")]
    to: String,
    /// How much, in TAO
    #[arg(long, value_name = "TAO")]
    amount: Tao,
}

impl Asks for Transfer {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::Transfer { to: keys::account(&self.to)?, amount: self.amount })
    }
}

/// Stake TAO.
#[derive(Clone, Debug, Args)]
pub struct AddStake {
    /// The subnet; 0 is root
    #[arg(long, short = 'u')]
    netuid: u16,
    /// The hotkey [default: the signer itself]
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: Option<String>,
    /// How much, in TAO
    #[arg(long, value_name = "TAO")]
    amount: Tao,
    #[command(flatten)]
    limit: Limit,
}

impl Asks for AddStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid, amount) = (hotkey(&self.hotkey, signer)?, self.netuid, self.amount);
        Ok(match self.limit.price {
            None => Call::AddStake { hotkey, netuid, amount },
            Some(limit) => {
                let allow_partial = self.limit.allow_partial;
                Call::AddStakeLimit { hotkey, netuid, amount, limit: limit.units(), allow_partial }
            }
        })
    }
}

/// Take stake out.
#[derive(Clone, Debug, Args)]
pub struct RemoveStake {
    /// The subnet; 0 is root
    #[arg(long, short = 'u')]
    netuid: u16,
    /// The hotkey [default: the signer itself]
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: Option<String>,
    /// How much, in alpha of the subnet
    #[arg(long, value_name = "ALPHA")]
    amount: Alpha,
    #[command(flatten)]
    limit: Limit,
}

impl Asks for RemoveStake {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let (hotkey, netuid, amount) = (hotkey(&self.hotkey, signer)?, self.netuid, self.amount);
        Ok(match self.limit.price {
            None => Call::RemoveStake { hotkey, netuid, amount },
            Some(limit) => {
                let allow_partial = self.limit.allow_partial;
                Call::RemoveStakeLimit { hotkey, netuid, amount, limit: limit.units(), allow_partial }
            }
        })
    }
}

/// Up to which price.
#[derive(Clone, Debug, Args)]
pub(super) struct Limit {
    /// The worst price that is still good, in TAO per alpha
    #[arg(long = "limit-price", value_name = "TAO")]
    price: Option<Tao>,
    /// Fill what fits within the limit instead of failing
    #[arg(long, visible_alias = "allow-partial-stake", requires = "price")]
    allow_partial: bool,
}

/// Create a subnet.
#[derive(Clone, Debug, Args)]
pub struct RegisterNetwork {
    /// The owner's hotkey, which takes UID 0 [default: the signer itself]
    #[arg(long, short = 'H', value_name = "ACCOUNT")]
    hotkey: Option<String>,
}

impl Asks for RegisterNetwork {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::RegisterNetwork { hotkey: hotkey(&self.hotkey, signer)? })
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

/// Register a hotkey.
#[derive(Clone, Debug, Args)]
pub struct BurnedRegister {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The hotkey [default: the signer itself]
    #[arg(long, short = 'H', value_name = "ACCOUNT")]
    hotkey: Option<String>,
}

impl Asks for BurnedRegister {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let hotkey = hotkey(&self.hotkey, signer)?;
        // Root has a register of its own (registration.md section 6).
        Ok(match self.subnet.netuid() {
            0 => Call::RootRegister { hotkey },
            netuid => Call::BurnedRegister { netuid, hotkey },
        })
    }
}

/// Join the root network.
#[derive(Clone, Debug, Args)]
pub struct RootRegister {
    /// The hotkey [default: the signer itself]
    #[arg(long, short = 'H', value_name = "ACCOUNT")]
    hotkey: Option<String>,
}

impl Asks for RootRegister {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        Ok(Call::RootRegister { hotkey: hotkey(&self.hotkey, signer)? })
    }
}

/// Publish an axon.
#[derive(Clone, Debug, Args)]
pub struct ServeAxon {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The address that others reach; loopback works on development networks
    #[arg(long, visible_alias = "external-ip")]
    ip: IpAddr,
    /// The port
    #[arg(long, visible_alias = "external-port")]
    port: u16,
    /// What is spoken there; free for the subnet to define
    #[arg(long, default_value_t = 0)]
    protocol: u8,
    /// The version of the miner's software
    #[arg(long, default_value_t = 0)]
    version: u32,
}

impl Asks for ServeAxon {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let (ip, ip_type) = match self.ip {
            IpAddr::V4(ip) => (u32::from(ip).into(), 4),
            IpAddr::V6(ip) => (u128::from(ip), 6),
        };
        let axon = AxonInfo { version: self.version, ip, port: self.port, ip_type, protocol: self.protocol };
        Ok(Call::ServeAxon { netuid: self.subnet.netuid(), axon })
    }
}

/// Set weights.
#[derive(Clone, Debug, Args)]
pub struct SetWeights {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The scored UIDs, separated by commas
    #[arg(long, value_delimiter = ',', required = true)]
    uids: Vec<u16>,
    /// A score for each; only their proportions count
    #[arg(long, value_delimiter = ',', required = true, value_parser = score)]
    weights: Vec<f64>,
    /// The version of the validator's rules
    #[arg(long, default_value_t = 0)]
    version_key: u64,
}

impl Asks for SetWeights {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        if self.uids.len() != self.weights.len() {
            let sentence = format!("{} UIDs and {} weights", self.uids.len(), self.weights.len());
            return Err(Fault::invalid(sentence, "Give one weight for each UID."));
        }
        let values = to_parts(&self.weights);
        let netuid = self.subnet.netuid();
        Ok(Call::SetWeights { netuid, uids: self.uids.clone(), values, version_key: self.version_key })
    }
}

/// Scores as parts of the best one, which gets 65535.
fn to_parts(weights: &[f64]) -> Vec<u16> {
    let best = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    // A part is from 0 to 65535 by construction.
    weights.iter().map(|weight| (weight / best * f64::from(u16::MAX)).round() as u16).collect()
}

fn score(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(score) if score.is_finite() && score >= 0.0 => Ok(score),
        _ => Err("a score is a number from 0 on, such as 0.5".into()),
    }
}

/// A subnet, by position or by option.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct OneSubnet {
    /// The subnet
    #[arg(value_name = "NETUID")]
    positional: Option<u16>,
    /// The subnet
    #[arg(long = "netuid", short = 'u', value_name = "NETUID", hide = true)]
    named: Option<u16>,
}

impl OneSubnet {
    /// Its number.
    pub(super) fn netuid(&self) -> u16 {
        // One of the two is required.
        self.positional.or(self.named).unwrap_or_default()
    }
}

fn hotkey(given: &Option<String>, signer: AccountId) -> Result<AccountId, Fault> {
    given.as_ref().map_or(Ok(signer), |text| keys::account(text))
}

#[cfg(test)]
mod tests;
