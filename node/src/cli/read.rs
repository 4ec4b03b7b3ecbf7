//! The registry of reads: everything a node can be asked, with its options, as one enum.
//!
//! `taonet query` lists it. The nouns (`taonet subnets show` ...) are other names for the same entries.

mod proof;
mod which;

pub(super) use proof::ReadProof;
pub(super) use which::{
    OneAccount, ReadBlock, ReadCommits, ReadEvents, ReadHotkey, ReadHyperparameters, ReadSubnet,
    ReadTransaction, ReadWeights,
};

use super::{screen, session::Session};
use crate::fault::Fault;
use clap::Subcommand;

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
    /// What a coldkey decided: claim type, automatic stake, locks, its successor, its identity
    Coldkey(OneAccount),
    /// What a hotkey keeps, lends, borrows and publishes
    #[command(visible_aliases = ["children", "takes"])]
    Hotkey(ReadHotkey),
    /// The root dividends that an account may claim
    #[command(visible_alias = "root-claims")]
    Claims(OneAccount),
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
    /// The commits of weights that are still hidden
    Commits(ReadCommits),
    /// How the mechanisms of a subnet share its emission
    Mechanisms(ReadSubnet),
    /// The locks of a subnet, and the conviction they give
    #[command(visible_alias = "conviction")]
    Locks(ReadSubnet),
    /// Who a subnet says it is
    SubnetIdentity(ReadSubnet),
    /// The parameters of a subnet, or of the network
    Hyperparameters(ReadHyperparameters),
    /// A value of the state, checked against the signatures of the authorities instead of believed
    Proof(ReadProof),
    /// The economy as a whole: issuance, emission, the price of a new subnet
    Economy,
    /// What a new subnet costs
    #[command(visible_alias = "subnet-create-cost")]
    BurnCost,
    /// Who makes blocks, who stands for election, who is in jail
    Authorities,
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
            Read::Proof(read) => read.run(session).await?,
            Read::Account(read) => {
                let account = client.account(&read.account()?).await?;
                output.result(&account, || screen::account(&account));
            }
            Read::Stakes(read) => {
                let account = client.account(&read.account()?).await?;
                output.result(&account.stakes, || screen::stakes(&account.stakes));
            }
            Read::Coldkey(_)
            | Read::Hotkey(_)
            | Read::Claims(_)
            | Read::Commits(_)
            | Read::Mechanisms(_)
            | Read::Locks(_)
            | Read::SubnetIdentity(_) => self.run_about_keys(session).await?,
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
                let weights = client.weights(read.subnet.netuid(), read.mechanism, read.uid).await?;
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
            Read::Authorities => {
                let authorities = client.authorities().await?;
                output.result(&authorities, || screen::authorities(&authorities));
            }
        }
        Ok(())
    }

    /// The reads about what keys decided and promised.
    async fn run_about_keys(&self, session: &Session) -> Result<(), Fault> {
        let (client, output) = (&session.client, session.output);
        match self {
            Read::Coldkey(read) => {
                let coldkey = client.coldkey(&read.account()?).await?;
                output.result(&coldkey, || screen::coldkey(&coldkey));
            }
            Read::Hotkey(read) => {
                let hotkey = client.hotkey(&read.hotkey()?, read.netuid).await?;
                output.result(&hotkey, || screen::hotkey(&hotkey));
            }
            Read::Claims(read) => {
                let account = read.account()?;
                let coldkey = client.coldkey(&account).await?;
                let claims = screen::Claims::of(client.account(&account).await?, &coldkey);
                output.result(&claims, || screen::claims(&claims));
            }
            Read::Commits(read) => {
                let hotkey = read.hotkey()?;
                let commits = client.commits(read.subnet.netuid(), read.mechanism, hotkey.as_ref()).await?;
                output.result(&commits, || screen::commits(&commits));
            }
            Read::Mechanisms(read) => {
                let mechanisms = screen::Mechanisms::of(&client.subnet(read.netuid()).await?);
                output.result(&mechanisms, || screen::mechanisms(&mechanisms));
            }
            Read::Locks(read) => {
                let locks = client.locks(read.netuid()).await?;
                output.result(&locks, || screen::locks(&locks));
            }
            Read::SubnetIdentity(read) => {
                let identity = screen::SubnetIdentity::of(client.subnet(read.netuid()).await?);
                output.result(&identity, || screen::subnet_identity(&identity));
            }
            _ => {}
        }
        Ok(())
    }
}
