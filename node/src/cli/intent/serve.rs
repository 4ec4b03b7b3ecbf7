//! What keys publish about themselves: axons, commitments, identities (peripherals.md sections 1 and 2,
//! registration.md section 10).

use super::{Asks, words::OneSubnet};
use crate::fault::Fault;
use clap::Args;
use std::net::IpAddr;
use taonet_chain::{
    AccountId, AxonInfo, Call, Hash,
    ledger::{commitments::Field, identities::Identity},
    transaction::PrometheusInfo,
};

/// Where something listens.
#[derive(Clone, Debug, Args)]
struct Place {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The address that others reach; loopback works on development networks
    #[arg(long, visible_alias = "external-ip")]
    ip: IpAddr,
    /// The port
    #[arg(long, visible_alias = "external-port")]
    port: u16,
    /// The version of the software
    #[arg(long, default_value_t = 0)]
    version: u32,
}

impl Place {
    /// The address as a number, and 4 or 6.
    fn ip(&self) -> (u128, u8) {
        match self.ip {
            IpAddr::V4(ip) => (u32::from(ip).into(), 4),
            IpAddr::V6(ip) => (u128::from(ip), 6),
        }
    }
}

/// Publish an axon.
#[derive(Clone, Debug, Args)]
pub struct ServeAxon {
    #[command(flatten)]
    place: Place,
    /// What is spoken there; free for the subnet to define
    #[arg(long, default_value_t = 0)]
    protocol: u8,
    /// The certificate of its key, as hex digits: a byte for the algorithm, then the public key
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    certificate: Option<Bytes>,
}

impl Asks for ServeAxon {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let Place { subnet, port, version, .. } = &self.place;
        let ((ip, ip_type), netuid) = (self.place.ip(), subnet.netuid());
        let axon = AxonInfo { version: *version, ip, port: *port, ip_type, protocol: self.protocol };
        Ok(match self.certificate.clone() {
            None => Call::ServeAxon { netuid, axon },
            Some(Bytes(certificate)) => Call::ServeAxonTls { netuid, axon, certificate },
        })
    }
}

/// Publish where Prometheus reads.
#[derive(Clone, Debug, Args)]
pub struct ServePrometheus {
    #[command(flatten)]
    place: Place,
}

impl Asks for ServePrometheus {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let Place { subnet, port, version, .. } = &self.place;
        let (ip, ip_type) = self.place.ip();
        let prometheus = PrometheusInfo { version: *version, ip, port: *port, ip_type };
        Ok(Call::ServePrometheus { netuid: subnet.netuid(), prometheus })
    }
}

/// Publish a commitment.
#[derive(Clone, Debug, Args)]
pub struct SetCommitment {
    #[command(flatten)]
    subnet: OneSubnet,
    /// A text, as it is; repeat for more
    #[arg(long, value_name = "TEXT")]
    data: Vec<String>,
    /// Bytes, as hex digits; repeat for more
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    hex: Vec<Bytes>,
    /// The hash of something that is shown later, or elsewhere; repeat for more
    #[arg(long, value_name = "HASH", value_parser = hash)]
    hash: Vec<Hash>,
    /// Ask validators to let their bonds to this miner start anew
    #[arg(long)]
    reset_bonds: bool,
}

/// Bytes of one word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bytes(Vec<u8>);

fn bytes(text: &str) -> Result<Bytes, String> {
    hex::decode(text.trim_start_matches("0x")).map(Bytes).map_err(|error| format!("no hex digits: {error}"))
}

fn hash(text: &str) -> Result<Hash, String> {
    Hash::from_hex(text.trim_start_matches("0x")).ok_or_else(|| "a hash has 64 hex digits".into())
}

impl Asks for SetCommitment {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let texts = self.data.iter().map(|text| Field::Raw(text.clone().into_bytes()));
        let bytes = self.hex.iter().map(|Bytes(bytes)| Field::Raw(bytes.clone()));
        let hashes = self.hash.iter().map(|hash| Field::Hash(*hash));
        let reset = self.reset_bonds.then_some(Field::ResetBonds);
        let fields = texts.chain(bytes).chain(hashes).chain(reset).collect();
        Ok(Call::SetCommitment { netuid: self.subnet.netuid(), fields })
    }
}

/// Say who one is.
#[derive(Clone, Debug, Args)]
pub struct SetIdentity {
    #[command(flatten)]
    words: Box<Words>,
}

/// Who an account is.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Identity")]
struct Words {
    /// Its name
    #[arg(long, alias = "id-name", default_value = "", hide_default_value = true, value_name = "TEXT")]
    name: String,
    /// Its site
    #[arg(long, alias = "web-url", default_value = "", hide_default_value = true, value_name = "URL")]
    url: String,
    /// Its code
    #[arg(long, alias = "github", default_value = "", hide_default_value = true, value_name = "URL")]
    github_repo: String,
    /// A link to its picture
    #[arg(long, alias = "image-url", default_value = "", hide_default_value = true, value_name = "URL")]
    image: String,
    /// How to find it on Discord
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    discord: String,
    /// What it does
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    description: String,
    /// Anything else
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    additional: String,
}

impl Asks for SetIdentity {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let Words { name, url, github_repo, image, discord, description, additional } = (*self.words).clone();
        let identity = Identity { name, url, github_repo, image, discord, description, additional };
        Ok(Call::SetIdentity { identity: identity.into() })
    }
}
