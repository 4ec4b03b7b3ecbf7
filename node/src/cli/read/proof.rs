//! `taonet query proof`: a value of the state, believed only with its proof.

use crate::{
    cli::{keys, output::exact, session::Session},
    client::LightClient,
    config::{Trusted, load_genesis},
    fault::Fault,
};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use taonet_chain::{Genesis, ledger::accounts};

/// The word for the key of an account's balance.
const BALANCE: &str = "balance";

/// What is to be proven.
#[derive(Debug, Args)]
pub struct ReadProof {
    /// A raw key of the state in hexadecimal, or the word `balance`
    #[arg(value_name = "KEY|balance")]
    what: String,
    /// Whose balance: an address, or a key's name, URI or file
    #[arg(value_name = "ACCOUNT", required_if_eq("what", BALANCE))]
    account: Option<String>,
    /// After which block; the last 1,000 can be asked about [default: the last one]
    #[arg(long)]
    height: Option<u64>,
    /// The genesis file to trust [default: the node's word, whose hash is printed]
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// A block to trust instead of all authorities since the genesis
    #[arg(long, value_name = "HEIGHT:HASH")]
    trust: Option<Trusted>,
}

/// What was proven, and from what.
#[derive(Debug, Serialize)]
struct Report {
    key: String,
    /// Hexadecimal; nothing if the key has no value.
    value: Option<String>,
    /// RAO, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<u64>,
    height: u64,
    hash: String,
    timestamp_ms: u64,
    state_root: String,
    genesis: String,
    /// What the proof rests on, besides the authorities.
    trusted: String,
}

impl ReadProof {
    /// Asks, checks and prints.
    pub(super) async fn run(&self, session: &Session) -> Result<(), Fault> {
        let key = self.key()?;
        let (genesis, whose) = self.genesis(session).await?;
        let client = session.client.clone();
        let (mut light, trusted) = match self.trust {
            Some(block) => (LightClient::at_block(client, genesis.hash(), block), format!("block {block}")),
            None => {
                (LightClient::at_genesis(client, &genesis)?, format!("genesis {} ({whose})", genesis.hash()))
            }
        };
        let proven = light.value(&key, self.height).await?;
        let value = proven.value.as_deref();
        let balance = accounts::balance_of_value(value).filter(|_| self.what == BALANCE);
        let report = Report {
            key: hex::encode(&key),
            value: value.map(hex::encode),
            balance: balance.map(taonet_subnets::amount::Tao::units),
            height: proven.header.height,
            hash: proven.header.id().to_string(),
            timestamp_ms: proven.header.timestamp_ms,
            state_root: proven.header.state_root.to_string(),
            genesis: genesis.hash().to_string(),
            trusted,
        };
        session.output.result(&report, || report.text());
        Ok(())
    }

    fn key(&self) -> Result<Vec<u8>, Fault> {
        if self.what == BALANCE {
            let account = keys::account(self.account.as_deref().unwrap_or_default())?;
            return Ok(accounts::balance_key(&account));
        }
        hex::decode(self.what.trim_start_matches("0x")).map_err(|error| {
            let sentence = format!("`{}` is no key of the state: {error}", self.what);
            Fault::invalid(sentence, "Write it in hexadecimal, or say `balance` and whose.")
        })
    }

    /// The genesis that is trusted, and on whose word.
    async fn genesis(&self, session: &Session) -> Result<(Genesis, &'static str), Fault> {
        if let Some(file) = &self.genesis {
            let genesis = load_genesis(file).map_err(|error| Fault::invalid(&error, &error.remedy))?;
            return Ok((genesis, "from the file"));
        }
        let text = session.client.genesis().await?.toml;
        let genesis =
            Genesis::from_toml(&text).map_err(|error| Fault::invalid(&error.sentence, error.remedy))?;
        Ok((genesis, "on the node's word"))
    }
}

impl Report {
    fn text(&self) -> String {
        let what = match (&self.balance, &self.value) {
            (Some(balance), _) => format!("balance     {} TAO", exact(*balance)),
            (None, Some(value)) => format!("value       {value}"),
            (None, None) => "value       none: it is proven that the key has none".into(),
        };
        format!(
            "{what}\nkey         {}\nafter       block {} ({})\nstate root  {}\nproven from {}\n",
            self.key, self.height, self.hash, self.state_root, self.trusted
        )
    }
}
