//! The service `taonet.v1.Development`: time under a developer's control.
//!
//! Rules:
//! 1. Whether a network is one for development is in its genesis; on any other every request is refused.
//! 2. What needs all nodes of a network to stand still (mining, checkpoints, going back) is the caller's to arrange; a
//!    node that does not stand still refuses.

use super::{
    convert,
    gate::{Gate, STREAM_BUFFER},
};
use crate::{
    fault::{Fault, shown},
    proto::{self, development_server::Development},
    shared::{Demand, Goal, Mined, Shared, Standing},
    store::{About, MAX_CHECKPOINTS, Revert, View, is_name},
};
use std::sync::Arc;
use taonet_chain::{Code, ledger::subnets};
use taonet_consensus::{CannotMine, Production};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{Request, Response, Status};

/// The service; copies share everything.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) shared: Arc<Shared>,
    pub(super) gate: Arc<Gate>,
}

impl Service {
    fn check_development(&self) -> Result<(), Fault> {
        if self.shared.genesis.is_dev() {
            return Ok(());
        }
        let sentence = format!(
            "time cannot be controlled on {}: it is no development network",
            self.shared.genesis.id()
        );
        let remedy = "Start a development network with `taonet up` and try it there.";
        Err(Fault::new(Code::PolicyViolation, "NotADevelopmentNetwork", sentence, remedy))
    }

    /// Where the node is, after a change if one is asked for.
    async fn standing(&self, change: Option<Production>) -> Result<Standing, Fault> {
        self.check_development()?;
        let (reply, standing) = oneshot::channel();
        let demand = Demand::Control { change, reply };
        self.shared.demands.send(demand).await.map_err(|_| Fault::stopping())?;
        standing.await.map_err(|_| Fault::stopping())
    }

    /// Where the node is, provided that nothing there can start.
    async fn standing_still(&self) -> Result<Standing, Fault> {
        let standing = self.standing(None).await?;
        let height = standing.tip.height;
        let is_held =
            matches!(standing.control.production, Production::Manual { horizon } if horizon <= height);
        if is_held && standing.started == height {
            Ok(standing)
        } else {
            Err(not_still(CannotMine::InProgress))
        }
    }

    fn control(&self, standing: &Standing) -> proto::Control {
        let (production, horizon) = match standing.control.production {
            Production::Interval => (proto::Production::Interval, 0),
            Production::Manual { horizon } => (proto::Production::Manual, horizon),
            Production::Instant => (proto::Production::Instant, 0),
        };
        proto::Control {
            production: production.into(),
            horizon,
            offset_ms: standing.control.offset_ms,
            clock_ms: standing.clock_ms,
            height: standing.tip.height,
            hash: standing.tip.id.to_string(),
            started: standing.started,
            branch: self.shared.branch,
        }
    }

    async fn goal(&self, until: Option<proto::mine_request::Until>) -> Result<Goal, Fault> {
        use proto::mine_request::Until;
        match until {
            Some(Until::Blocks(count)) => Ok(Goal::Blocks(count.max(1))),
            Some(Until::Halving(_)) => Ok(Goal::Halving),
            Some(Until::Epochs(epochs)) => {
                let netuid = convert::netuid(epochs.netuid)?;
                let runs = self.gate.read(move |view| Ok(has_epochs(view, netuid))).await?;
                let sentence = format!("subnet {netuid} runs no epochs");
                let remedy = "See `taonet subnets list` for those that exist, and `taonet subnets show` for what runs.";
                runs.then_some(Goal::Epochs { netuid, count: epochs.count.max(1) })
                    .ok_or_else(|| Fault::not_found(sentence, remedy))
            }
            None => Err(Fault::invalid("until when is not said", "Name blocks, epochs or the halving.")),
        }
    }

    async fn keep(&self, name: String) -> Result<proto::Checkpoint, Fault> {
        let standing = self.standing_still().await?;
        let checkpoints = self.shared.checkpoints.clone();
        check_new(&checkpoints.list(), &name)?;
        let (reply, waiting) = oneshot::channel();
        self.shared.demands.send(Demand::Waiting { reply }).await.map_err(|_| Fault::stopping())?;
        let transactions = waiting.await.map_err(|_| Fault::stopping())?;
        let about = About { name, tip: standing.tip, clock_ms: standing.clock_ms, transactions };
        let shown = checkpoint(&about);
        self.gate.read(move |view| Ok(checkpoints.make(view, &about)?)).await?;
        Ok(shown)
    }

    async fn go_back(&self, request: proto::RevertRequest) -> Result<(), Fault> {
        self.standing_still().await?;
        let proto::RevertRequest { name, branch, offset_ms } = request;
        if !is_name(&name) || self.shared.checkpoints.read(&name).is_none() {
            let remedy = "List them with `taonet dev checkpoints`.";
            return Err(Fault::not_found(format!("there is no checkpoint `{}`", shown(&name)), remedy));
        }
        if branch <= self.shared.branch {
            let sentence =
                format!("branch {branch} is not new: this node is on branch {}", self.shared.branch);
            return Err(Fault::invalid(sentence, "Name a greater number than that of any node."));
        }
        let revert = Revert { name, branch, offset_ms };
        self.shared.reverts.try_send(revert).map_err(|_| Fault::stopping())
    }
}

fn has_epochs(view: &View<'_>, netuid: u16) -> bool {
    let exists = subnets::subnet(view, netuid).is_some() && netuid != subnets::ROOT;
    exists && taonet_chain::ledger::params::subnet(view, netuid).tempo > 0
}

fn check_new(all: &[About], name: &str) -> Result<(), Fault> {
    if !is_name(name) {
        let sentence = format!("`{}` is no name for a checkpoint", shown(name));
        return Err(Fault::invalid(sentence, "Use up to 40 letters, digits, dashes and underscores."));
    }
    if all.iter().any(|about| about.name == name) {
        let sentence = format!("there is a checkpoint `{name}` already");
        let remedy = "Choose another name, or go back to it with `taonet dev revert`.";
        return Err(Fault::new(Code::AlreadyExists, "CheckpointExists", sentence, remedy));
    }
    if all.len() >= MAX_CHECKPOINTS {
        let sentence = format!("a node keeps at most {MAX_CHECKPOINTS} checkpoints");
        let remedy = "Remove one from the folder `checkpoints` in the directory of every node.";
        return Err(Fault::new(Code::LimitExceeded, "TooManyCheckpoints", sentence, remedy));
    }
    Ok(())
}

fn checkpoint(about: &About) -> proto::Checkpoint {
    proto::Checkpoint {
        name: about.name.clone(),
        height: about.tip.height,
        hash: about.tip.id.to_string(),
        state_root: about.tip.state_root.to_string(),
        timestamp_ms: about.tip.timestamp_ms,
        clock_ms: about.clock_ms,
        transactions: about.transactions.len() as u64,
    }
}

fn not_still(reason: CannotMine) -> Fault {
    let remedy = match reason {
        CannotMine::InProgress => "Let all nodes stand still first, as `taonet dev` does.",
        CannotMine::NotDevelopment => "Start a development network with `taonet up` and try it there.",
        CannotMine::NoQuorum => "Let authorities with development keys make blocks again.",
    };
    Fault::new(Code::PolicyViolation, "CannotMine", reason, remedy)
}

fn mined(mined: Mined) -> proto::Mined {
    proto::Mined {
        blocks: mined.blocks,
        height: mined.height,
        hash: mined.id.to_string(),
        state_root: mined.state_root.to_string(),
        timestamp_ms: mined.timestamp_ms,
        done: mined.done,
    }
}

#[tonic::async_trait]
impl Development for Service {
    type MineStream =
        std::pin::Pin<Box<dyn tokio_stream::Stream<Item = Result<proto::Mined, Status>> + Send>>;

    async fn get_control(
        &self,
        _: Request<proto::GetControlRequest>,
    ) -> Result<Response<proto::Control>, Status> {
        let standing = self.standing(None).await?;
        Ok(Response::new(self.control(&standing)))
    }

    async fn set_production(
        &self,
        request: Request<proto::SetProductionRequest>,
    ) -> Result<Response<proto::Control>, Status> {
        let proto::SetProductionRequest { production, horizon } = request.into_inner();
        let wanted = match proto::Production::try_from(production) {
            Ok(proto::Production::Interval) => Production::Interval,
            Ok(proto::Production::Manual) => Production::Manual { horizon },
            Ok(proto::Production::Instant) => Production::Instant,
            Err(_) => {
                let sentence = format!("{production} is no way to make blocks");
                return Err(Fault::invalid(sentence, "Choose interval, manual or instant.").into());
            }
        };
        let standing = self.standing(Some(wanted)).await?;
        Ok(Response::new(self.control(&standing)))
    }

    async fn mine(&self, request: Request<proto::MineRequest>) -> Result<Response<Self::MineStream>, Status> {
        self.check_development()?;
        let place = self.gate.stream()?;
        let goal = self.goal(request.into_inner().until).await?;
        let (answers, stream) = mpsc::channel(STREAM_BUFFER);
        let (reply, allowed) = oneshot::channel();
        let demand = Demand::Mine { goal, answers, reply };
        self.shared.demands.send(demand).await.map_err(|_| Fault::stopping())?;
        allowed.await.map_err(|_| Fault::stopping())?.map_err(not_still)?;
        let stream = ReceiverStream::new(stream).map(move |one| {
            let _held = &place;
            Ok(mined(one))
        });
        Ok(Response::new(Box::pin(stream)))
    }

    async fn make_checkpoint(
        &self,
        request: Request<proto::MakeCheckpointRequest>,
    ) -> Result<Response<proto::Checkpoint>, Status> {
        Ok(Response::new(self.keep(request.into_inner().name).await?))
    }

    async fn list_checkpoints(
        &self,
        _: Request<proto::ListCheckpointsRequest>,
    ) -> Result<Response<proto::Checkpoints>, Status> {
        self.check_development()?;
        let checkpoints = self.shared.checkpoints.list().iter().map(checkpoint).collect();
        Ok(Response::new(proto::Checkpoints { checkpoints }))
    }

    async fn revert(
        &self,
        request: Request<proto::RevertRequest>,
    ) -> Result<Response<proto::RevertReply>, Status> {
        self.go_back(request.into_inner()).await?;
        Ok(Response::new(proto::RevertReply {}))
    }
}
