//! Showing a node's token with every request.

use crate::fault::Fault;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

/// A connection that shows a token, if there is one.
pub(super) type Door = InterceptedService<Channel, Bearer>;

/// The header with the token.
#[derive(Clone, Debug, Default)]
pub(super) struct Bearer(Option<MetadataValue<Ascii>>);

impl Bearer {
    /// # Errors
    /// The token has characters that no header may have.
    pub(super) fn new(token: &str) -> Result<Bearer, Fault> {
        let header = format!("{}{}", crate::rpc::SCHEME, token.trim()).parse();
        let mut header: MetadataValue<Ascii> = header.map_err(|_| {
            Fault::invalid("the token has characters that cannot be sent", "Use printable ASCII characters.")
        })?;
        header.set_sensitive(true);
        Ok(Bearer(Some(header)))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(header) = &self.0 {
            request.metadata_mut().insert("authorization", header.clone());
        }
        Ok(request)
    }
}
