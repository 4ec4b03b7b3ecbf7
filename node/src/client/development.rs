//! Time under a developer's control, as a client sees it.

use crate::{
    client::{Client, bearer::Door},
    fault::Fault,
    proto::{self, Production, development_client::DevelopmentClient, mine_request::Until},
};
use tonic::Streaming;

impl Client {
    fn development(&self) -> DevelopmentClient<Door> {
        DevelopmentClient::new(self.door.clone())
    }

    /// What lets heights start, what time it is, and where the node is.
    ///
    /// # Errors
    /// The network is not one for development, or the node cannot be reached.
    pub async fn control(&self) -> Result<proto::Control, Fault> {
        Ok(self.development().get_control(proto::GetControlRequest {}).await?.into_inner())
    }

    /// Says what lets heights start; `horizon` is the last one that may where that takes a command.
    ///
    /// # Errors
    /// The network is not one for development, or the node cannot be reached.
    pub async fn produce(&self, production: Production, horizon: u64) -> Result<proto::Control, Fault> {
        let request = proto::SetProductionRequest { production: production.into(), horizon };
        Ok(self.development().set_production(request).await?.into_inner())
    }

    /// Mines, and tells how far it is. The last message is marked as done.
    ///
    /// # Errors
    /// The node does not stand still, lacks the keys, or cannot be reached.
    pub async fn mine(&self, until: Until) -> Result<Streaming<proto::Mined>, Fault> {
        Ok(self.development().mine(proto::MineRequest { until: Some(until) }).await?.into_inner())
    }

    /// Keeps the state of now under a name.
    ///
    /// # Errors
    /// The node does not stand still, the name is taken or none, or the node cannot be reached.
    pub async fn checkpoint(&self, name: &str) -> Result<proto::Checkpoint, Fault> {
        let request = proto::MakeCheckpointRequest { name: name.to_owned() };
        Ok(self.development().make_checkpoint(request).await?.into_inner())
    }

    /// The checkpoints of the node, by name.
    ///
    /// # Errors
    /// The network is not one for development, or the node cannot be reached.
    pub async fn checkpoints(&self) -> Result<Vec<proto::Checkpoint>, Fault> {
        let reply = self.development().list_checkpoints(proto::ListCheckpointsRequest {}).await?;
        Ok(reply.into_inner().checkpoints)
    }

    /// Lets the node go back to a checkpoint; it starts anew afterwards.
    ///
    /// # Errors
    /// The node does not stand still, has no such checkpoint, or cannot be reached.
    pub async fn revert(&self, request: proto::RevertRequest) -> Result<(), Fault> {
        self.development().revert(request).await?;
        Ok(())
    }
}
