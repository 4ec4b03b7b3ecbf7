//! The service `taonet.v1.Chain`: each request decoded, answered from one snapshot, encoded.

use super::{
    blocks::{self, Answers},
    convert,
    gate::Gate,
    keys,
    past::{self, Pasts},
    proofs, state,
};
use crate::{
    fault::Fault,
    proto::{self, chain_server::Chain},
    shared::{Demand, Provable, Shared},
    store::View,
    telemetry,
};
use std::sync::Arc;
use taonet_chain::{
    AccountId, Code, Transaction,
    ledger::{authorities, params},
};
use tokio::sync::oneshot;
use tonic::{Request, Response, Status};

/// The service; copies share everything.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) shared: Arc<Shared>,
    pub(super) gate: Arc<Gate>,
    pub(super) pasts: Arc<Pasts>,
}

impl Service {
    /// Answers a request from one snapshot.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        Ok(Response::new(self.gate.read(read).await?))
    }

    fn status(&self, view: &View<'_>) -> Result<proto::Status, Fault> {
        let tip = view.tip()?;
        let shared = &self.shared;
        let progress = *shared.progress.borrow();
        let era = authorities::era(view);
        Ok(proto::Status {
            name: shared.name.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            network: shared.genesis.id().into(),
            genesis: shared.genesis_hash.to_string(),
            height: tip.height,
            hash: tip.id.to_string(),
            state_root: tip.state_root.to_string(),
            timestamp_ms: tip.timestamp_ms,
            round: progress.round,
            peers: u32::try_from(progress.peers).unwrap_or(u32::MAX),
            mempool: progress.mempool as u64,
            rss_bytes: telemetry::resident_bytes(),
            authorities: tip.authorities.iter().map(convert::authority).collect(),
            node_id: shared.node.to_string(),
            slot_ms: shared.genesis.timing().slot_ms,
            dev: shared.genesis.is_dev(),
            consensus_mode: era.mode.to_string(),
            era: era.number,
            era_last_block: era.last_block(&params::network(view)),
            connected: shared.peers.borrow().iter().map(ToString::to_string).collect(),
        })
    }

    /// Hands a transaction to the driver and waits for its verdict.
    async fn submit(&self, transaction: Transaction) -> Result<proto::SubmitTransactionReply, Fault> {
        let id = transaction.id().to_string();
        let (reply, verdict) = oneshot::channel();
        let submission = Demand::Submit { transaction: Box::new(transaction), reply };
        self.shared.demands.send(submission).await.map_err(|_| Fault::stopping())?;
        verdict.await.map_err(|_| Fault::stopping())??;
        Ok(proto::SubmitTransactionReply { id })
    }

    /// The nonce of an account's next transaction. Only the driver knows which ones wait.
    async fn next_nonce(&self, account: AccountId) -> Result<u64, Fault> {
        let (reply, nonce) = oneshot::channel();
        let demand = Demand::NextNonce { account, reply };
        self.shared.demands.send(demand).await.map_err(|_| Fault::stopping())?;
        nonce.await.map_err(|_| Fault::stopping())
    }

    /// The state tree after the last block. Only the driver has it.
    async fn provable(&self) -> Result<Provable, Fault> {
        let (reply, provable) = oneshot::channel();
        self.shared.demands.send(Demand::Provable { reply }).await.map_err(|_| Fault::stopping())?;
        let provable = provable.await.map_err(|_| Fault::stopping())?;
        provable.ok_or_else(|| {
            let remedy = "Ask again when there is a block; block 0 follows from the genesis file.";
            Fault::not_found("no block has been decided yet, so nothing can be proven", remedy)
        })
    }

    /// Waits for a transaction until it is executed or the height has passed.
    async fn await_transaction(&self, id: &str, until: u64) -> Result<proto::ExecutedTransaction, Fault> {
        let _place = self.gate.stream()?;
        let id = convert::hash(id)?;
        let mut progress = self.shared.progress.clone();
        loop {
            let read = move |view: &View<'_>| Ok((blocks::transaction(view, &id)?, view.tip()?.height));
            let (found, height) = self.gate.read_in_turn(read).await?;
            match found {
                Some(transaction) => return Ok(transaction),
                None if height >= until => return Err(never_executed(until)),
                None => {}
            }
            blocks::reached(&mut progress, height.saturating_add(1)).await?;
        }
    }
}

fn never_executed(until: u64) -> Fault {
    let sentence = format!("the transaction was not executed up to block {until}");
    Fault::new(
        Code::Expired,
        "NotExecuted",
        sentence,
        "Sign it again with a later window and hand it in again.",
    )
}

#[tonic::async_trait]
impl Chain for Service {
    type WatchBlocksStream = Answers<proto::Block>;
    type WatchHeadsStream = Answers<proto::Head>;
    type WatchEventsStream = Answers<proto::BlockEvents>;

    async fn get_status(
        &self,
        _: Request<proto::GetStatusRequest>,
    ) -> Result<Response<proto::Status>, Status> {
        let service = self.clone();
        self.read(move |view| service.status(view)).await
    }

    async fn get_genesis(
        &self,
        _: Request<proto::GetGenesisRequest>,
    ) -> Result<Response<proto::Genesis>, Status> {
        let Shared { genesis, genesis_hash, .. } = &*self.shared;
        Ok(Response::new(proto::Genesis { hash: genesis_hash.to_string(), toml: genesis.to_toml() }))
    }

    async fn get_block(
        &self,
        request: Request<proto::GetBlockRequest>,
    ) -> Result<Response<proto::Block>, Status> {
        let request = request.into_inner();
        self.read(move |view| Ok(convert::block(&blocks::requested(view, &request)?))).await
    }

    async fn watch_blocks(
        &self,
        request: Request<proto::WatchBlocksRequest>,
    ) -> Result<Response<Self::WatchBlocksStream>, Status> {
        let from_height = request.into_inner().from_height;
        let block = |view: &View<'_>, height| Ok(Some(convert::block(&blocks::at(view, height)?)));
        Ok(Response::new(blocks::follow(self, from_height, block)?))
    }

    async fn watch_heads(
        &self,
        request: Request<proto::WatchHeadsRequest>,
    ) -> Result<Response<Self::WatchHeadsStream>, Status> {
        let head = |view: &View<'_>, height| blocks::head(view, height).map(Some);
        Ok(Response::new(blocks::follow(self, request.into_inner().from_height, head)?))
    }

    async fn watch_events(
        &self,
        request: Request<proto::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let request = request.into_inner();
        let from_height = request.from_height;
        let events =
            move |view: &View<'_>, height| Ok(convert::block_events(&blocks::at(view, height)?, &request));
        Ok(Response::new(blocks::follow(self, from_height, events)?))
    }

    async fn prepare_transaction(
        &self,
        request: Request<proto::PrepareTransactionRequest>,
    ) -> Result<Response<proto::Preparation>, Status> {
        let account = convert::account(&request.into_inner().account)?;
        let genesis = self.shared.genesis_hash.to_string();
        let nonce = self.next_nonce(account).await?;
        let branch = self.shared.branch;
        self.read(move |view| Ok(proto::Preparation { genesis, height: view.tip()?.height, nonce, branch }))
            .await
    }

    async fn submit_transaction(
        &self,
        request: Request<proto::SubmitTransactionRequest>,
    ) -> Result<Response<proto::SubmitTransactionReply>, Status> {
        let transaction = convert::transaction(&request.into_inner().transaction)?;
        Ok(Response::new(self.submit(transaction).await?))
    }

    async fn dry_run(
        &self,
        request: Request<proto::SubmitTransactionRequest>,
    ) -> Result<Response<proto::Forecast>, Status> {
        let transaction = convert::transaction(&request.into_inner().transaction)?;
        self.read(move |view| state::forecast(view, &transaction)).await
    }

    async fn get_transaction(
        &self,
        request: Request<proto::GetTransactionRequest>,
    ) -> Result<Response<proto::ExecutedTransaction>, Status> {
        let request = request.into_inner();
        if let Some(until) = request.wait_until_height {
            return Ok(Response::new(self.await_transaction(&request.id, until).await?));
        }
        let id = convert::hash(&request.id)?;
        self.read(move |view| {
            blocks::transaction(view, &id)?.ok_or_else(|| {
                let sentence = format!("no block that is kept here has the transaction {id}");
                Fault::not_found(sentence, "Check the id; a transaction that waits has no block yet.")
            })
        })
        .await
    }

    async fn get_account(
        &self,
        request: Request<proto::GetAccountRequest>,
    ) -> Result<Response<proto::Account>, Status> {
        let account = convert::account(&request.into_inner().account)?;
        self.read(move |view| state::account(view, &account)).await
    }

    async fn get_coldkey(
        &self,
        request: Request<proto::GetColdkeyRequest>,
    ) -> Result<Response<proto::Coldkey>, Status> {
        let coldkey = convert::account(&request.into_inner().coldkey)?;
        self.read(move |view| keys::coldkey(view, &coldkey)).await
    }

    async fn get_hotkey(
        &self,
        request: Request<proto::GetHotkeyRequest>,
    ) -> Result<Response<proto::Hotkey>, Status> {
        let request = request.into_inner();
        let hotkey = convert::account(&request.hotkey)?;
        let netuid = request.netuid.map(convert::netuid).transpose()?;
        self.read(move |view| keys::hotkey(view, &hotkey, netuid)).await
    }

    async fn list_subnets(
        &self,
        _: Request<proto::ListSubnetsRequest>,
    ) -> Result<Response<proto::Subnets>, Status> {
        self.read(state::subnets).await
    }

    async fn get_subnet(
        &self,
        request: Request<proto::GetSubnetRequest>,
    ) -> Result<Response<proto::Subnet>, Status> {
        let netuid = convert::netuid(request.into_inner().netuid)?;
        self.read(move |view| state::subnet(view, netuid)).await
    }

    async fn get_authorities(
        &self,
        _: Request<proto::GetAuthoritiesRequest>,
    ) -> Result<Response<proto::Authorities>, Status> {
        self.read(state::authorities).await
    }

    async fn get_economy(
        &self,
        _: Request<proto::GetEconomyRequest>,
    ) -> Result<Response<proto::Economy>, Status> {
        self.read(state::economy).await
    }

    async fn get_metagraph(
        &self,
        request: Request<proto::GetMetagraphRequest>,
    ) -> Result<Response<proto::Metagraph>, Status> {
        let netuid = convert::netuid(request.into_inner().netuid)?;
        self.read(move |view| state::metagraph(view, netuid)).await
    }

    async fn get_weights(
        &self,
        request: Request<proto::GetWeightsRequest>,
    ) -> Result<Response<proto::Weights>, Status> {
        let request = request.into_inner();
        let mechanism = convert::mechanism(request.netuid, request.mechanism)?;
        let uid = request.uid.map(convert::uid).transpose()?;
        self.read(move |view| state::weights(view, mechanism, uid)).await
    }

    async fn get_commits(
        &self,
        request: Request<proto::GetCommitsRequest>,
    ) -> Result<Response<proto::Commits>, Status> {
        let request = request.into_inner();
        self.read(move |view| keys::commits(view, &request)).await
    }

    async fn get_locks(
        &self,
        request: Request<proto::GetLocksRequest>,
    ) -> Result<Response<proto::Locks>, Status> {
        let netuid = convert::netuid(request.into_inner().netuid)?;
        self.read(move |view| keys::locks(view, netuid)).await
    }

    async fn list_parameters(
        &self,
        request: Request<proto::ListParametersRequest>,
    ) -> Result<Response<proto::Parameters>, Status> {
        let netuid = request.into_inner().netuid.map(convert::netuid).transpose()?;
        self.read(move |view| state::parameters(view, netuid)).await
    }

    async fn get_raw_block(
        &self,
        request: Request<proto::GetBlockRequest>,
    ) -> Result<Response<proto::RawBlock>, Status> {
        let request = request.into_inner();
        self.read(move |view| Ok(convert::raw_block(&blocks::requested(view, &request)?))).await
    }

    async fn prove_state(
        &self,
        request: Request<proto::ProveStateRequest>,
    ) -> Result<Response<proto::ProvenValue>, Status> {
        let provable = self.provable().await?;
        let (request, pasts) = (request.into_inner(), Arc::clone(&self.pasts));
        let branch = self.shared.branch;
        self.read(move |view| proofs::prove(view, &pasts, provable, branch, &request)).await
    }

    async fn list_turns(
        &self,
        request: Request<proto::ListTurnsRequest>,
    ) -> Result<Response<proto::Turns>, Status> {
        let request = request.into_inner();
        self.read(move |view| proofs::turns(view, request.from_height)).await
    }

    async fn read_state(
        &self,
        request: Request<proto::ReadStateRequest>,
    ) -> Result<Response<proto::StatePage>, Status> {
        let (request, pasts) = (request.into_inner(), Arc::clone(&self.pasts));
        self.read(move |view| past::page(view, &pasts, &request)).await
    }
}
