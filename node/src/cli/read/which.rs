//! What reads are about: blocks, transactions, accounts, subnets, and how they are named.

use crate::{
    cli::{keys, screen, session::Session},
    fault::Fault,
    proto,
};
use clap::Args;
use taonet_chain::{AccountId, Hash};

/// Which block.
#[derive(Debug, Args)]
pub struct ReadBlock {
    /// Height or hash [default: the last block]
    #[arg(value_name = "HEIGHT|HASH")]
    block: Option<String>,
    /// Wait until the node has the block of this height
    #[arg(long)]
    wait: bool,
}

impl ReadBlock {
    pub(super) async fn ask(&self, session: &Session) -> Result<proto::Block, Fault> {
        let client = &session.client;
        match &self.block {
            None => client.last_block().await,
            Some(text) => match (text.parse(), Hash::from_hex(text)) {
                (Ok(height), _) => {
                    if self.wait {
                        client.wait_for_height(height).await?;
                    }
                    client.block_at(height).await
                }
                (_, Some(hash)) => client.block_with_hash(&hash).await,
                _ => Err(Fault::invalid(
                    format!("`{text}` is no block"),
                    "Write a height, or a hash of 64 hex digits.",
                )),
            },
        }
    }
}

/// Which transaction.
#[derive(Debug, Args)]
pub struct ReadTransaction {
    /// Its id: 64 hex digits
    #[arg(value_parser = hash)]
    pub(super) id: Hash,
}

fn hash(text: &str) -> Result<Hash, String> {
    Hash::from_hex(text).ok_or_else(|| "an id has 64 hex digits".into())
}

/// Which events.
#[derive(Debug, Args)]
pub struct ReadEvents {
    /// The first height [default: the next block]
    #[arg(long, value_name = "HEIGHT")]
    from: Option<u64>,
    /// Stop after this height
    #[arg(long, value_name = "HEIGHT")]
    to: Option<u64>,
    /// Only events with this name; repeat for more
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
    /// Only events of this subnet
    #[arg(long, short = 'u')]
    netuid: Option<u16>,
}

impl ReadEvents {
    /// Prints events until the last height asked for, or for ever.
    pub(super) async fn follow(&self, session: &Session) -> Result<(), Fault> {
        let wanted = |event: &proto::Event| {
            (self.names.is_empty() || self.names.contains(&event.name))
                && (self.netuid.is_none() || self.netuid.map(u32::from) == event.netuid)
        };
        let is_past = |height| self.to.is_some_and(|last| height > last);
        if self.from.is_some_and(is_past) {
            return Ok(());
        }
        // The stream of events leaves out blocks without any, so the end would not be seen there.
        let mut blocks = session.client.blocks(self.from).await?;
        while let Some(block) = blocks.message().await? {
            let height = block.height;
            if is_past(height) {
                break;
            }
            for event in block.events.into_iter().filter(wanted) {
                let one = screen::At { height, event };
                session.output.line(&one, || screen::event(&one));
            }
            if self.to.is_some_and(|last| height >= last) {
                break;
            }
        }
        Ok(())
    }
}

/// Which account.
#[derive(Debug, Args)]
pub struct OneAccount {
    /// An address, or a key's name, URI or file [default: //Alice]
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,
    /// The same, as an option
    #[arg(long, short, alias = "ss58-address", value_name = "KEY", conflicts_with = "account", hide = true)]
    key: Option<String>,
}

impl OneAccount {
    pub(super) fn account(&self) -> Result<AccountId, Fault> {
        let named = self.account.as_ref().or(self.key.as_ref());
        keys::account(named.map_or("//Alice", String::as_str))
    }
}

/// Which subnet.
#[derive(Debug, Args)]
pub struct ReadSubnet {
    /// The subnet
    #[arg(value_name = "NETUID", default_value_t = 1)]
    positional: u16,
    /// The same, as an option
    #[arg(long = "netuid", short = 'u', value_name = "NETUID", hide = true)]
    named: Option<u16>,
}

impl ReadSubnet {
    pub(in crate::cli) fn netuid(&self) -> u16 {
        self.named.unwrap_or(self.positional)
    }
}

/// Which weights.
#[derive(Debug, Args)]
pub struct ReadWeights {
    #[command(flatten)]
    pub(super) subnet: ReadSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid", default_value_t = 0)]
    pub(super) mechanism: u8,
    /// Only the row of this validator
    #[arg(long)]
    pub(super) uid: Option<u16>,
}

/// Which commits.
#[derive(Debug, Args)]
pub struct ReadCommits {
    #[command(flatten)]
    pub(super) subnet: ReadSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid", default_value_t = 0)]
    pub(super) mechanism: u8,
    /// Only those of this hotkey
    #[arg(long, short = 'H', alias = "hotkey-ss58", value_name = "ACCOUNT")]
    hotkey: Option<String>,
}

impl ReadCommits {
    pub(super) fn hotkey(&self) -> Result<Option<AccountId>, Fault> {
        self.hotkey.as_deref().map(keys::account).transpose()
    }
}

/// Which hotkey.
#[derive(Debug, Args)]
pub struct ReadHotkey {
    /// An address, or a key's name, URI or file
    #[arg(value_name = "HOTKEY", required_unless_present = "hotkey")]
    positional: Option<String>,
    /// The same, as an option
    #[arg(
        long,
        short = 'H',
        alias = "hotkey-ss58",
        value_name = "ACCOUNT",
        conflicts_with = "positional",
        hide = true
    )]
    hotkey: Option<String>,
    /// Only on this subnet
    #[arg(long, short = 'u')]
    pub(super) netuid: Option<u16>,
}

impl ReadHotkey {
    pub(super) fn hotkey(&self) -> Result<AccountId, Fault> {
        // One of the two is required.
        let named = self.positional.as_ref().or(self.hotkey.as_ref());
        keys::account(named.map_or("", String::as_str))
    }
}

/// Which parameters.
#[derive(Debug, Default, Args)]
pub struct ReadHyperparameters {
    /// The subnet [default: the parameters of the whole network]
    #[arg(value_name = "NETUID")]
    positional: Option<u16>,
    /// The same, as an option
    #[arg(long = "netuid", short = 'u', value_name = "NETUID", conflicts_with = "positional")]
    named: Option<u16>,
    #[arg(skip)]
    only: Option<String>,
}

impl ReadHyperparameters {
    /// All parameters of a subnet, or of the network.
    pub(in crate::cli) fn of(netuid: Option<u16>) -> ReadHyperparameters {
        ReadHyperparameters { positional: netuid, ..ReadHyperparameters::default() }
    }

    /// Only the parameter with this name.
    pub(in crate::cli) fn only(self, name: &str) -> ReadHyperparameters {
        ReadHyperparameters { only: Some(name.replace('-', "_")), ..self }
    }

    pub(super) async fn ask(&self, session: &Session) -> Result<proto::Parameters, Fault> {
        let mut answer = session.client.parameters(self.named.or(self.positional)).await?;
        if let Some(name) = &self.only {
            answer.parameters.retain(|parameter| parameter.name == *name);
            if answer.parameters.is_empty() {
                let sentence = format!("there is no parameter `{name}` here");
                let remedy = "List them with `taonet hparams list`, or with --netuid for those of a subnet.";
                return Err(Fault::not_found(sentence, remedy));
            }
        }
        Ok(answer)
    }
}
