//! What opens a node's door from outside: the token it wants, and whose word about its certificate is believed.
//!
//! Rules:
//! 1. `http://` is for this computer and for tunnels; whoever comes from afar says `https://`.
//! 2. Behind `https://` stands only a node whose certificate is in the file of `--ca`, or was signed by one in it. No
//!    authority is believed by itself: a node of one's own needs none of the world's.

use super::{
    CONNECT_TIME, Client, TEST_EVERY, TEST_TIME,
    bearer::Bearer,
    lost::{lost, unreadable},
};
use crate::fault::Fault;
use std::{fs, path::PathBuf};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

/// The flags of every program that talks to nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Access {
    /// The token to show to the node, if it wants one
    #[arg(long, global = true, env = "TAONET_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The certificates to believe, a PEM file: the node's own, or of who signed it; needed for https://
    #[arg(long, global = true, env = "TAONET_CA", value_name = "FILE", hide_env_values = true)]
    pub ca: Option<PathBuf>,
}

impl Access {
    /// Connects to a node at `host:port`, `http://host:port` or `https://host:port`.
    ///
    /// # Errors
    /// No node answers at the address or it is no address, the certificate is not trusted, or the token has characters
    /// that cannot be sent.
    pub async fn connect(&self, address: &str) -> Result<Client, Fault> {
        let (endpoint, address) = self.endpoint(address)?;
        let channel = endpoint.connect().await.map_err(|error| lost(&error).at(&address))?;
        Ok(Client::over(channel, address, self.bearer()?))
    }

    /// A client that connects with its first request, and again whenever the connection is lost.
    ///
    /// # Errors
    /// The address is none, the certificates cannot be read, or the token has characters that cannot be sent.
    pub fn lazy(&self, address: &str) -> Result<Client, Fault> {
        let (endpoint, address) = self.endpoint(address)?;
        Ok(Client::over(endpoint.connect_lazy(), address, self.bearer()?))
    }

    fn bearer(&self) -> Result<Bearer, Fault> {
        self.token.as_deref().map_or(Ok(Bearer::default()), Bearer::new)
    }

    fn endpoint(&self, address: &str) -> Result<(Endpoint, String), Fault> {
        let address = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let no_address = |error: &dyn std::fmt::Display| {
            Fault::invalid(format!("`{address}` is no address: {error}"), "Write http://127.0.0.1:9850.")
        };
        let mut endpoint = Endpoint::from_shared(address.clone())
            .map_err(|error| no_address(&error))?
            .connect_timeout(CONNECT_TIME)
            .http2_keep_alive_interval(TEST_EVERY)
            .keep_alive_timeout(TEST_TIME)
            .tcp_nodelay(true);
        if endpoint.uri().scheme_str() == Some("https") {
            endpoint = endpoint.tls_config(self.tls()?).map_err(|error| no_address(&error))?;
        }
        Ok((endpoint, address))
    }

    /// Who is believed.
    fn tls(&self) -> Result<ClientTlsConfig, Fault> {
        let Some(file) = &self.ca else {
            let remedy = "Name the node's certificate, or that of who signed it, with --ca or in TAONET_CA.";
            return Err(Fault::invalid(
                "for https:// it must be known whose certificates to believe",
                remedy,
            ));
        };
        let text = fs::read(file).map_err(|error| unreadable(file, &error))?;
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        match found {
            Err(error) => Err(unreadable(file, &error)),
            Ok(none) if none.is_empty() => Err(unreadable(file, &"there is none")),
            Ok(_) => {
                let tls = ClientTlsConfig::new().timeout(CONNECT_TIME);
                Ok(tls.ca_certificate(Certificate::from_pem(text)))
            }
        }
    }
}
