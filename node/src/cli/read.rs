//! The registry of reads: everything a node can be asked, with its options, as one enum.
//!
//! `taonet query` lists it. The nouns (`taonet subnets show` ...) are other names for the same entries.

use super::{keys, screen, session::Session};
use crate::{fault::Fault, proto};
use clap::{Args, Subcommand};
use taonet_chain::{AccountId, Hash};

/// Everything a node can be asked.
#[derive(Debug, Subcommand)]
pub enum Read {
    /// The node, its network, and how far it is
    Status,
    /// The genesis file
    Genesis,
    /// A block by height or hash, with its transactions and events
    Block(ReadBlock),
    /// What became of a transaction
    #[command(visible_alias = "tx")]
    Transaction(ReadTransaction),
    /// What happens, block by block, until Ctrl-C
    Events(ReadEvents),
    /// Balance, nonce, hotkeys and stakes of an account
    #[command(visible_alias = "balance")]
    Account(OneAccount),
    /// What an account has staked
    Stakes(OneAccount),
    /// All subnets
    Subnets,
    /// One subnet: its pool, its switches, its neurons
    Subnet(ReadSubnet),
    /// The neurons of a subnet
    Metagraph(ReadSubnet),
    /// The price of a subnet's alpha
    AlphaPrice(ReadSubnet),
    /// The weights of a subnet
    Weights(ReadWeights),
    /// The parameters of a subnet, or of the network
    Hyperparameters(ReadHyperparameters),
    /// The economy as a whole: issuance, emission, the price of a new subnet
    Economy,
    /// What a new subnet costs
    #[command(visible_alias = "subnet-create-cost")]
    BurnCost,
}

impl Read {
    /// Asks and prints the answer.
    pub(super) async fn run(&self, session: &Session) -> Result<(), Fault> {
        let (client, output) = (&session.client, session.output);
        match self {
            Read::Status => {
                let status = client.status().await?;
                output.result(&status, || screen::status(&status));
            }
            Read::Genesis => {
                let genesis = client.genesis().await?;
                output.result(&genesis, || genesis.toml.clone());
            }
            Read::Block(read) => {
                let block = read.ask(session).await?;
                output.result(&block, || screen::block(&block));
            }
            Read::Transaction(read) => {
                let executed = client.transaction(&read.id).await?;
                output.result(&executed, || screen::executed(&executed));
            }
            Read::Events(read) => read.follow(session).await?,
            Read::Account(read) => {
                let account = client.account(&read.account()?).await?;
                output.result(&account, || screen::account(&account));
            }
            Read::Stakes(read) => {
                let account = client.account(&read.account()?).await?;
                output.result(&account.stakes, || screen::stakes(&account.stakes));
            }
            Read::Subnets => {
                let subnets = client.subnets().await?;
                output.result(&subnets, || screen::subnets(&subnets));
            }
            Read::Subnet(read) => {
                let metagraph = client.metagraph(read.netuid()).await?;
                output.result(&metagraph, || screen::subnet(&metagraph));
            }
            Read::Metagraph(read) => {
                let metagraph = client.metagraph(read.netuid()).await?;
                output.result(&metagraph, || screen::metagraph(&metagraph));
            }
            Read::AlphaPrice(read) => {
                let subnet = client.subnet(read.netuid()).await?;
                let price = screen::price_of(&subnet);
                output.result(&price, || screen::price(&price));
            }
            Read::Weights(read) => {
                let weights = client.weights(read.subnet.netuid(), read.uid).await?;
                output.result(&weights, || screen::weights(&weights));
            }
            Read::Hyperparameters(read) => {
                let parameters = read.ask(session).await?;
                output.result(&parameters, || screen::parameters(&parameters));
            }
            Read::Economy => {
                let economy = client.economy().await?;
                output.result(&economy, || screen::economy(&economy));
            }
            Read::BurnCost => {
                let economy = client.economy().await?;
                let cost = screen::LockCost { height: economy.height, lock_cost: economy.lock_cost };
                output.result(&cost, || screen::lock_cost(&cost));
            }
        }
        Ok(())
    }
}

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
    async fn ask(&self, session: &Session) -> Result<proto::Block, Fault> {
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
    id: Hash,
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
    async fn follow(&self, session: &Session) -> Result<(), Fault> {
        let wanted = |event: &proto::Event| {
            (self.names.is_empty() || self.names.contains(&event.name))
                && (self.netuid.is_none() || self.netuid.map(u32::from) == event.netuid)
        };
        // The stream of events leaves out blocks without any, so the end would not be seen there.
        let mut blocks = session.client.blocks(self.from).await?;
        while let Some(block) = blocks.message().await? {
            let height = block.height;
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
    fn account(&self) -> Result<AccountId, Fault> {
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
    pub(super) fn netuid(&self) -> u16 {
        self.named.unwrap_or(self.positional)
    }
}

/// Which weights.
#[derive(Debug, Args)]
pub struct ReadWeights {
    #[command(flatten)]
    subnet: ReadSubnet,
    /// Only the row of this validator
    #[arg(long)]
    uid: Option<u16>,
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
    pub(super) fn of(netuid: Option<u16>) -> ReadHyperparameters {
        ReadHyperparameters { positional: netuid, ..ReadHyperparameters::default() }
    }

    /// Only the parameter with this name.
    pub(super) fn only(self, name: &str) -> ReadHyperparameters {
        ReadHyperparameters { only: Some(name.replace('-', "_")), ..self }
    }

    async fn ask(&self, session: &Session) -> Result<proto::Parameters, Fault> {
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
