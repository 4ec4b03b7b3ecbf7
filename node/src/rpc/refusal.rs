//! A refusal in the manner in which it was asked: a gRPC status with its detail, or a sentence for a browser.

use crate::fault::Fault;
use axum::{
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use tonic::Status;

/// How somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Grpc,
    Plain,
}

impl Manner {
    /// The manner of a request with these headers.
    pub(super) fn of(headers: &HeaderMap) -> Manner {
        let kind = headers.get(CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc")) {
            Manner::Grpc
        } else {
            Manner::Plain
        }
    }

    /// The answer to a request that is not served; `code` is for those who do not speak gRPC.
    pub(super) fn refuse(self, fault: Fault, code: StatusCode) -> Response {
        match self {
            Manner::Grpc => Status::from(fault).into_http(),
            Manner::Plain => (code, format!("{}\n{}\n", fault.sentence, fault.remedy)).into_response(),
        }
    }
}
