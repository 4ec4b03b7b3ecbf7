//! Why a node is not reached, in words: it is not there, it is not whom we trust, or it speaks otherwise.

use crate::fault::Fault;
use std::{error::Error, fmt::Display, io, path::Path};
use taonet_chain::Code;
use tokio_rustls::rustls;

/// Why a connection was not made, or broke.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The node showed a certificate that is not believed.
    Untrusted(String),
    /// We speak TLS, and what answers does not.
    NotEncrypted,
    /// Anything else, such as that nobody is there.
    Gone(String),
}

/// What `error` comes from.
pub(crate) fn lost(error: &(dyn Error + 'static)) -> Lost {
    let mut deepest = error;
    loop {
        match of_tls(deepest) {
            Some(rustls::Error::InvalidMessage(_)) => return Lost::NotEncrypted,
            Some(reason) => return Lost::Untrusted(reason.to_string()),
            None => {}
        }
        match deepest.source() {
            Some(source) => deepest = source,
            None => return Lost::Gone(deepest.to_string()),
        }
    }
}

/// What TLS says; it is often wrapped in an error of the system.
fn of_tls<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.downcast_ref().or_else(|| inside.and_then(|inside| inside.downcast_ref()))
}

impl Lost {
    /// The fault of a node at an address.
    pub(crate) fn at(self, address: &str) -> Fault {
        match self {
            Lost::Untrusted(reason) => Fault::new(
                Code::NotAuthorized,
                "Untrusted",
                format!("{address} is not trusted: {reason}"),
                "Name the node's certificate, or that of who signed it, with --ca or in TAONET_CA; it must be valid \
                 today and for the name in the address.",
            ),
            Lost::NotEncrypted => Fault::new(
                Code::Unknown,
                "NoTls",
                format!("what answers at {address} does not speak TLS"),
                "Write http:// if the node serves clients without encryption, as on this computer.",
            ),
            Lost::Gone(reason) => Fault::new(
                Code::Unknown,
                "Unreachable",
                format!("no node answers at {address}: {reason}"),
                "Check that the network is up (`taonet ls`) and that the address (--rpc) is right.",
            ),
        }
    }
}

/// A file that holds no certificates.
pub(super) fn unreadable(file: &Path, reason: &dyn Display) -> Fault {
    let sentence = format!("no certificates can be read from {}: {reason}", file.display());
    Fault::invalid(sentence, "Name a PEM file with --ca or in TAONET_CA: -----BEGIN CERTIFICATE----- ...")
}
