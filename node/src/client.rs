//! The typed client: what the command line, the roles, the supervisor and tests use to talk to a node.
//!
//! Rules:
//! 1. Nothing polls: whoever waits opens a stream or a waiting request.
//! 2. Every error is a [`Fault`]: sentence and remedy included.

mod access;
mod bearer;
mod development;
mod light;
mod links;
mod lost;
mod past;
mod signer;

pub use access::Access;
pub use light::{LightClient, LightFault, Proven};
pub use past::{PastState, Patient};
pub use signer::{Signer, Submitted, VALIDITY_BLOCKS};

pub(crate) use lost::lost;

use bearer::{Bearer, Door};

use crate::{
    fault::{Fault, Paid},
    proto::{self, chain_client::ChainClient},
    rpc::MAX_ANSWER_BYTES,
};
use std::{fmt, time::Duration};
use taonet_chain::{AccountId, Code, CommittedBlock, Event, Hash, Keypair, Receipt, Transaction};
use tonic::{Streaming, transport::Channel};

/// How long a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// How often a connection is tested while a request or a stream is open. A node that is stopped, but not gone, would
/// otherwise hold its streams for ever.
const TEST_EVERY: Duration = Duration::from_secs(5);
/// How long the answer to such a test may take.
const TEST_TIME: Duration = Duration::from_secs(5);

/// A connection to a node. Copies share it.
#[derive(Clone)]
pub struct Client {
    api: ChainClient<Door>,
    door: Door,
    address: String,
}

impl Client {
    /// Connects to a node of this computer, at `host:port` or `http://host:port`, that wants no token; see [`Access`]
    /// for others.
    ///
    /// # Errors
    /// No node answers at the address, or it is no address.
    pub async fn connect(address: &str) -> Result<Client, Fault> {
        Access::default().connect(address).await
    }

    fn over(channel: Channel, address: String, bearer: Bearer) -> Client {
        let door = Door::new(channel, bearer);
        let api = ChainClient::new(door.clone()).max_decoding_message_size(MAX_ANSWER_BYTES);
        Client { api, door, address }
    }

    /// The address, as `http://host:port` or `https://host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The node, its network, and how far it is.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn status(&self) -> Result<proto::Status, Fault> {
        Ok(self.api.clone().get_status(proto::GetStatusRequest {}).await?.into_inner())
    }

    /// The genesis.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn genesis(&self) -> Result<proto::Genesis, Fault> {
        Ok(self.api.clone().get_genesis(proto::GetGenesisRequest {}).await?.into_inner())
    }

    /// The last block.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no block yet.
    pub async fn last_block(&self) -> Result<proto::Block, Fault> {
        self.block(proto::GetBlockRequest { block: None }).await
    }

    /// The block at a height.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or does not have the block.
    pub async fn block_at(&self, height: u64) -> Result<proto::Block, Fault> {
        use proto::get_block_request::Block;
        self.block(proto::GetBlockRequest { block: Some(Block::Height(height)) }).await
    }

    /// The block with a hash.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or does not have the block.
    pub async fn block_with_hash(&self, hash: &Hash) -> Result<proto::Block, Fault> {
        use proto::get_block_request::Block;
        self.block(proto::GetBlockRequest { block: Some(Block::Hash(hash.to_string())) }).await
    }

    async fn block(&self, request: proto::GetBlockRequest) -> Result<proto::Block, Fault> {
        Ok(self.api.clone().get_block(request).await?.into_inner())
    }

    /// Blocks from a height on, past and new; without a height from the next one.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy. The stream ends with a status when the node stops or no longer has
    /// a block.
    pub async fn blocks(&self, from_height: Option<u64>) -> Result<Streaming<proto::Block>, Fault> {
        let request = proto::WatchBlocksRequest { from_height };
        Ok(self.api.clone().watch_blocks(request).await?.into_inner())
    }

    /// The heads of blocks from a height on, past and new; without a height from the next one.
    ///
    /// # Errors
    /// As for [`blocks`](Client::blocks).
    pub async fn heads(&self, from_height: Option<u64>) -> Result<Streaming<proto::Head>, Fault> {
        let request = proto::WatchHeadsRequest { from_height };
        Ok(self.api.clone().watch_heads(request).await?.into_inner())
    }

    /// What happens, block by block; see [`proto::WatchEventsRequest`] for what can be left out.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy. The stream ends with a status when the node stops or no longer has
    /// a block.
    pub async fn events(
        &self,
        request: proto::WatchEventsRequest,
    ) -> Result<Streaming<proto::BlockEvents>, Fault> {
        Ok(self.api.clone().watch_events(request).await?.into_inner())
    }

    /// Waits until the node has the block at `height`, and returns it.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or stops before.
    pub async fn wait_for_height(&self, height: u64) -> Result<proto::Block, Fault> {
        self.blocks(Some(height.max(1))).await?.message().await?.ok_or_else(Fault::stopping)
    }

    /// What a signer needs to know for its next transaction.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn prepare(&self, account: &AccountId) -> Result<proto::Preparation, Fault> {
        let request = proto::PrepareTransactionRequest { account: account.to_string() };
        Ok(self.api.clone().prepare_transaction(request).await?.into_inner())
    }

    /// Hands in a signed transaction and returns its id.
    ///
    /// # Errors
    /// Why the transaction is refused, or a node that cannot be reached or is too busy.
    pub async fn submit(&self, transaction: &Transaction) -> Result<Hash, Fault> {
        self.api.clone().submit_transaction(encoded(transaction)).await?;
        Ok(transaction.id())
    }

    /// What a transaction would do on the state of now.
    ///
    /// # Errors
    /// Why the transaction would be refused, or a node that cannot be reached or is too busy.
    pub async fn dry_run(&self, transaction: &Transaction) -> Result<proto::Forecast, Fault> {
        Ok(self.api.clone().dry_run(encoded(transaction)).await?.into_inner())
    }

    /// What became of a transaction.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or knows no such executed transaction.
    pub async fn transaction(&self, id: &Hash) -> Result<proto::ExecutedTransaction, Fault> {
        let request = proto::GetTransactionRequest { id: id.to_string(), wait_until_height: None };
        Ok(self.api.clone().get_transaction(request).await?.into_inner())
    }

    /// Waits until a transaction is executed; fails when it has not been at `until_height`.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy or stops, or a transaction that was not executed in time.
    pub async fn wait_for_transaction(
        &self,
        id: &Hash,
        until_height: u64,
    ) -> Result<proto::ExecutedTransaction, Fault> {
        let request =
            proto::GetTransactionRequest { id: id.to_string(), wait_until_height: Some(until_height) };
        Ok(self.api.clone().get_transaction(request).await?.into_inner())
    }

    /// An account: balance, nonce, hotkeys and stakes.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn account(&self, account: &AccountId) -> Result<proto::Account, Fault> {
        let request = proto::GetAccountRequest { account: account.to_string() };
        Ok(self.api.clone().get_account(request).await?.into_inner())
    }

    /// What a coldkey decided: claim type, automatic stake, locks, its successor, its identity.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn coldkey(&self, coldkey: &AccountId) -> Result<proto::Coldkey, Fault> {
        let request = proto::GetColdkeyRequest { coldkey: coldkey.to_string() };
        Ok(self.api.clone().get_coldkey(request).await?.into_inner())
    }

    /// What a hotkey keeps, lends, borrows and publishes, on one subnet or on all.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn hotkey(&self, hotkey: &AccountId, netuid: Option<u16>) -> Result<proto::Hotkey, Fault> {
        let request = proto::GetHotkeyRequest { hotkey: hotkey.to_string(), netuid: netuid.map(u32::from) };
        Ok(self.api.clone().get_hotkey(request).await?.into_inner())
    }

    /// All subnets, root included.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn subnets(&self) -> Result<proto::Subnets, Fault> {
        Ok(self.api.clone().list_subnets(proto::ListSubnetsRequest {}).await?.into_inner())
    }

    /// One subnet.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet.
    pub async fn subnet(&self, netuid: u16) -> Result<proto::Subnet, Fault> {
        let request = proto::GetSubnetRequest { netuid: netuid.into() };
        Ok(self.api.clone().get_subnet(request).await?.into_inner())
    }

    /// The economy as a whole.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn economy(&self) -> Result<proto::Economy, Fault> {
        Ok(self.api.clone().get_economy(proto::GetEconomyRequest {}).await?.into_inner())
    }

    /// Who makes blocks, and who may in the next era.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn authorities(&self) -> Result<proto::Authorities, Fault> {
        Ok(self.api.clone().get_authorities(proto::GetAuthoritiesRequest {}).await?.into_inner())
    }

    /// The neurons of a subnet.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet.
    pub async fn metagraph(&self, netuid: u16) -> Result<proto::Metagraph, Fault> {
        let request = proto::GetMetagraphRequest { netuid: netuid.into() };
        Ok(self.api.clone().get_metagraph(request).await?.into_inner())
    }

    /// The weights of a mechanism of a subnet (0 is the first): of one validator, or of all.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet or mechanism.
    pub async fn weights(
        &self,
        netuid: u16,
        mechanism: u8,
        uid: Option<u16>,
    ) -> Result<proto::Weights, Fault> {
        let (netuid, uid) = (netuid.into(), uid.map(u32::from));
        let request = proto::GetWeightsRequest { netuid, uid, mechanism: mechanism.into() };
        Ok(self.api.clone().get_weights(request).await?.into_inner())
    }

    /// The hidden commits of a mechanism of a subnet (0 is the first): of one hotkey, or of all.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet or mechanism.
    pub async fn commits(
        &self,
        netuid: u16,
        mechanism: u8,
        hotkey: Option<&AccountId>,
    ) -> Result<proto::Commits, Fault> {
        let hotkey = hotkey.map(ToString::to_string);
        let request = proto::GetCommitsRequest { netuid: netuid.into(), mechanism: mechanism.into(), hotkey };
        Ok(self.api.clone().get_commits(request).await?.into_inner())
    }

    /// The locks of a subnet, and the conviction they give.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet.
    pub async fn locks(&self, netuid: u16) -> Result<proto::Locks, Fault> {
        let request = proto::GetLocksRequest { netuid: netuid.into() };
        Ok(self.api.clone().get_locks(request).await?.into_inner())
    }

    /// The parameters of a subnet, or of the whole network.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or has no such subnet.
    pub async fn parameters(&self, netuid: Option<u16>) -> Result<proto::Parameters, Fault> {
        let request = proto::ListParametersRequest { netuid: netuid.map(u32::from) };
        Ok(self.api.clone().list_parameters(request).await?.into_inner())
    }

    /// A block as it was agreed on, with what it did.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, does not have the block, or speaks another version.
    pub async fn raw_block(&self, height: u64) -> Result<RawBlock, Fault> {
        use proto::get_block_request::Block;
        let request = proto::GetBlockRequest { block: Some(Block::Height(height)) };
        let raw = self.api.clone().get_raw_block(request).await?.into_inner();
        let (committed, receipts) = (decoded(&raw.block)?, decoded(&raw.receipts)?);
        Ok(RawBlock { committed, receipts, events: decoded(&raw.events)? })
    }

    /// A page of the state as it was after a block.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or no longer has that state.
    pub async fn state_page(&self, request: proto::ReadStateRequest) -> Result<proto::StatePage, Fault> {
        Ok(self.api.clone().read_state(request).await?.into_inner())
    }

    /// A value of the state with what proves it, unchecked; see [`LightClient`].
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, or no longer has that state.
    pub async fn prove(&self, key: &[u8], height: Option<u64>) -> Result<proto::ProvenValue, Fault> {
        let request = proto::ProveStateRequest { key: key.to_vec(), height };
        Ok(self.api.clone().prove_state(request).await?.into_inner())
    }

    /// How the authorities changed from a height on, unchecked; see [`LightClient`].
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy.
    pub async fn turns(&self, from_height: u64) -> Result<proto::Turns, Fault> {
        Ok(self.api.clone().list_turns(proto::ListTurnsRequest { from_height }).await?.into_inner())
    }

    /// A signer of transactions for this node.
    pub fn signer(&self, key: Keypair) -> Signer {
        Signer::new(self.clone(), key)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.address)
    }
}

/// A block as it was agreed on, with what it did.
#[derive(Clone, Debug)]
pub struct RawBlock {
    /// The block.
    pub committed: CommittedBlock,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
    /// All events, those of the block itself first.
    pub events: Vec<Event>,
}

fn decoded<T: borsh::BorshDeserialize>(bytes: &[u8]) -> Result<T, Fault> {
    T::try_from_slice(bytes).map_err(|error| {
        let sentence = format!("the node's block cannot be decoded: {error}");
        Fault::new(Code::Unknown, "OtherVersion", sentence, "Use the same version of taonet as the node.")
    })
}

impl proto::ExecutedTransaction {
    /// The transaction if its call worked, otherwise why not.
    ///
    /// # Errors
    /// Why the call failed.
    pub fn into_result(self) -> Result<proto::ExecutedTransaction, Fault> {
        match self.error {
            Some(error) => {
                let paid = Paid { id: self.id, height: self.height, fee: self.fee };
                Err(Fault { paid: Some(Box::new(paid)), ..error.into() })
            }
            None => Ok(self),
        }
    }
}

fn encoded(transaction: &Transaction) -> proto::SubmitTransactionRequest {
    // Writing into a vector cannot fail.
    proto::SubmitTransactionRequest { transaction: borsh::to_vec(transaction).unwrap_or_default() }
}
