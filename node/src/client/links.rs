//! Breaking and mending the links of a node of a development network.

use super::Client;
use crate::{
    fault::Fault,
    links,
    proto::{GetLinksRequest, links_client::LinksClient},
};
use taonet_p2p::Conditions;

impl Client {
    /// What the node does to its links.
    ///
    /// # Errors
    /// A node that cannot be reached, or whose network is not marked dev.
    pub async fn links(&self) -> Result<Conditions, Fault> {
        links::from_proto(LinksClient::new(self.door.clone()).get_links(GetLinksRequest {}).await?.get_ref())
    }

    /// Replaces what the node does to its links; in force when this returns.
    ///
    /// # Errors
    /// Conditions beyond their bounds, a node that cannot be reached, or one whose network is not marked dev.
    pub async fn set_links(&self, conditions: &Conditions) -> Result<(), Fault> {
        LinksClient::new(self.door.clone()).set_links(links::to_proto(conditions)).await?;
        Ok(())
    }
}
