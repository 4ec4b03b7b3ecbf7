//! A connected command: the client, how to speak, and how to sign.

use super::{Global, keys, output::Output};
use crate::{client::Client, fault::Fault, proto};
use clap::Args;
use std::io::{self, IsTerminal, Write};
use taonet_chain::{Code, Keypair};

/// The development account that signs when no key is named, on development networks only.
const DEFAULT_KEY: &str = "//Alice";

/// What a command works with.
pub struct Session {
    pub(super) client: Client,
    pub(super) output: Output,
    yes: bool,
}

/// How an intent is signed.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Signing")]
pub(super) struct Signing {
    /// Who signs: a key's name, //URI, seed or file [default on development networks: //Alice]
    #[arg(
        long,
        short,
        alias = "wallet-name",
        env = "TAONET_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub key: Option<String>,
    /// Say what would happen, on the state of now, without handing it in
    #[arg(long)]
    pub dry_run: bool,
    /// Do not wait until the transaction is executed
    #[arg(long, conflicts_with = "wait")]
    pub no_wait: bool,
    /// Wait until the transaction is executed; this is the default
    #[arg(long, visible_alias = "wait-for-inclusion", alias = "wait-for-finalization", hide = true)]
    pub wait: bool,
}

impl Session {
    /// Finds the node and connects.
    pub(super) async fn open(global: &Global, output: Output) -> Result<Session, Fault> {
        let client = global.access.connect(&global.address()?).await?;
        Ok(Session { client, output, yes: global.yes })
    }

    /// The value of a parameter of a subnet, or of the network.
    pub(super) async fn parameter(&self, netuid: Option<u16>, name: &str) -> Result<String, Fault> {
        let parameters = self.client.parameters(netuid).await?.parameters;
        let found = parameters.into_iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value).ok_or_else(|| {
            let sentence = format!("the node knows no parameter `{name}`");
            Fault::not_found(sentence, "Check that the node is of the same version as this program.")
        })
    }

    /// The key that signs.
    pub(super) fn key(&self, signing: &Signing, status: &proto::Status) -> Result<Keypair, Fault> {
        match &signing.key {
            Some(text) => keys::key(text),
            None if status.dev => {
                self.output
                    .talk(&format!("signing with the development key {DEFAULT_KEY} (choose with --key)"));
                keys::key(DEFAULT_KEY)
            }
            None => Err(Fault::invalid("no key is named", "Name one with --key, or in TAONET_KEY.")),
        }
    }

    /// Asks before signing on a network that is worth something. Nobody there to ask means no.
    pub(super) fn confirm(&self, what: &str, status: &proto::Status) -> Result<(), Fault> {
        if self.yes || status.dev {
            return Ok(());
        }
        let remedy = "Say --yes to sign without being asked.";
        if !io::stdin().is_terminal() {
            let sentence = "this network is no development network, and nobody is there to confirm";
            return Err(Fault::new(Code::PolicyViolation, "NotConfirmed", sentence, remedy));
        }
        let _ = write!(io::stderr(), "{what}\nSign this on the network {}? [y/N] ", status.network);
        let mut answer = String::new();
        let _ = io::stdin().read_line(&mut answer);
        match answer.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(Fault::new(Code::PolicyViolation, "NotConfirmed", "not signed", remedy)),
        }
    }
}
