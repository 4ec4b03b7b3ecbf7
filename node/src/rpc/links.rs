//! The service `taonet.v1.Links`: faults on purpose, on development networks only.

use crate::{
    fault::Fault,
    links::{from_proto, to_proto},
    proto::{self, links_server},
    shared::Shared,
};
use std::sync::Arc;
use taonet_chain::Code;
use tonic::{Request, Response, Status};

/// The service; copies share everything.
#[derive(Clone)]
pub(super) struct Links {
    pub(super) shared: Arc<Shared>,
}

impl Links {
    fn allowed(&self) -> Result<(), Fault> {
        if self.shared.genesis.is_dev() {
            return Ok(());
        }
        let sentence = "links are broken on purpose on development networks only";
        Err(Fault::new(
            Code::NotAuthorized,
            "NotDev",
            sentence,
            "Start a network with: taonet up --preset dev",
        ))
    }

    fn set(&self, conditions: &proto::LinkConditions) -> Result<proto::LinkConditions, Fault> {
        self.allowed()?;
        let links = &self.shared.links;
        links
            .set(from_proto(conditions)?)
            .map_err(|error| Fault::invalid(error, "Send conditions within the bounds of links.proto."))?;
        tracing::info!("links changed on request: {} are not as they should be", conditions.links.len());
        Ok(to_proto(&links.get()))
    }
}

#[tonic::async_trait]
impl links_server::Links for Links {
    async fn get_links(
        &self,
        _: Request<proto::GetLinksRequest>,
    ) -> Result<Response<proto::LinkConditions>, Status> {
        self.allowed()?;
        Ok(Response::new(to_proto(&self.shared.links.get())))
    }

    async fn set_links(
        &self,
        request: Request<proto::LinkConditions>,
    ) -> Result<Response<proto::LinkConditions>, Status> {
        Ok(Response::new(self.set(request.get_ref())?))
    }
}
