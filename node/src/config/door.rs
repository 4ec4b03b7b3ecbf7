//! The door that clients come through, as `[rpc]` of `node.toml` describes it: the token, and TLS.

use super::{Config, ConfigError, FILE_NAME, NodeFile, SHORTEST_TOKEN, TlsSettings, check_private, read};
use crate::client::Access;
use std::{path::Path, sync::Arc};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// What is spoken behind TLS: gRPC, and the plain HTTP of those who only read the counters.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Who is let in, and how.
pub(crate) struct Door {
    /// What clients must show.
    pub(crate) token: Option<String>,
    /// What greets them, if they must speak TLS.
    pub(crate) tls: Option<TlsAcceptor>,
}

impl Config {
    /// The door as it is described.
    ///
    /// # Errors
    /// A file is missing or is not what it should be, others can read a secret, the token is shorter than
    /// [`SHORTEST_TOKEN`], or clients would be listened to beyond loopback without TLS or the operator's word.
    pub(crate) fn door(&self) -> Result<Door, ConfigError> {
        let rpc = &self.settings.rpc;
        if !rpc.address.ip().is_loopback() && rpc.tls.is_none() && !rpc.insecure {
            return Err(ConfigError {
                file: self.dir.join(FILE_NAME),
                line: None,
                sentence: format!("clients would be served on {}, where anyone can read along", rpc.address),
                remedy:
                    "give the node a certificate with tls under [rpc], or listen on 127.0.0.1 behind an SSH \
                         tunnel or a proxy that speaks TLS, or say insecure = true there"
                        .into(),
            });
        }
        let tls = rpc.tls.as_ref().map(|tls| acceptor(&self.dir, tls)).transpose()?;
        Ok(Door { token: self.settings.token(&self.dir)?, tls })
    }
}

impl NodeFile {
    /// How programs that can read the node's directory get in: the address for clients, and what opens its door. The
    /// certificate must be valid for that address.
    ///
    /// # Errors
    /// The file with the token is missing, others can read it, or it is too short.
    pub fn way_in(&self, dir: &Path) -> Result<(String, Access), ConfigError> {
        let scheme = if self.rpc.tls.is_some() { "https" } else { "http" };
        let ca = self.rpc.tls.as_ref().map(|tls| dir.join(&tls.certificate));
        Ok((format!("{scheme}://{}", self.rpc.address), Access { token: self.token(dir)?, ca }))
    }

    fn token(&self, dir: &Path) -> Result<Option<String>, ConfigError> {
        let Some(file) = &self.rpc.token else { return Ok(None) };
        let file = dir.join(file);
        check_private(&file)?;
        let token =
            read(&file, "write a token there, such as 32 random hex digits, mode 0600")?.trim().to_owned();
        if token.len() >= SHORTEST_TOKEN {
            return Ok(Some(token));
        }
        let sentence = format!("the token is shorter than {SHORTEST_TOKEN} characters");
        let remedy = "write a longer one, of random characters".into();
        Err(ConfigError { file, line: Some(1), sentence, remedy })
    }
}

fn acceptor(dir: &Path, settings: &TlsSettings) -> Result<TlsAcceptor, ConfigError> {
    let (certificate, key) = (dir.join(&settings.certificate), dir.join(&settings.key));
    let text = read(&certificate, "write the node's certificate there, as PEM")?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| {
        wrong(&certificate, "no certificate", "write PEM there: -----BEGIN CERTIFICATE----- ...")
    })?;
    check_private(&key)?;
    let text = read(&key, "write the key of the node's certificate there, as PEM, mode 0600")?;
    let secret = PrivateKeyDer::from_pem_slice(text.as_bytes())
        .map_err(|_| wrong(&key, "no private key", "write PEM there: -----BEGIN PRIVATE KEY----- ..."))?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, secret);
    let mut config = config.map_err(|error| {
        wrong(&key, &error.to_string(), "name a certificate under [rpc] tls and the key that belongs to it")
    })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn wrong(file: &Path, sentence: &str, remedy: &str) -> ConfigError {
    ConfigError { file: file.into(), line: None, sentence: sentence.into(), remedy: remedy.into() }
}
