//! The API that clients use: gRPC, and the counters at `/metrics`, on one address.
//!
//! Rules:
//! 1. Reads see one committed block, in a snapshot of their own. Only what waits in the mempool is the
//!    driver's to know: it takes transactions and says an account's next nonce, both from one bounded queue.
//! 2. Streams hold no snapshot and no queue of blocks: each remembers the next height and reads it when it is
//!    there, so a slow reader costs nothing and misses nothing.
//! 3. Whatever a client can fill is bounded: connections and what comes in by them in [`connections`], [`visitors`]
//!    and [`requests`], reads and streams in [`gate`]. Where there is a token, nobody is served without it.
//! 4. Somebody who speaks Substrate's JSON-RPC to this address is told so, instead of failing obscurely.

mod arguments;
mod blocks;
mod connections;
mod convert;
mod development;
mod gate;
mod keys;
mod links;
mod past;
mod proofs;
mod refusal;
mod requests;
mod service;
mod state;
mod token;
mod visitors;

pub(crate) use token::SCHEME;

#[cfg(test)]
mod fuzz;

#[cfg(test)]
pub(crate) use arguments::every_call;

use crate::{config::Door, fault::Fault, proto, shared::Shared, store::Reader};
use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use gate::{Gate, MAX_REQUEST_BYTES};
use std::sync::Arc;
use taonet_chain::Code as Kind;
use token::Token;
use tokio::net::TcpListener;
use tonic::{Code, Status};

/// The longest answer: a full block with its events as JSON.
pub(crate) const MAX_ANSWER_BYTES: usize = 16 << 20;

/// How the page of counters is written.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves clients on `listener` until the driver has ended. When this returns, the database is let go of.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, reader: Reader, door: Door) {
    let gate = Arc::new(Gate::new(reader));
    let mut progress = shared.progress.clone();
    let stop = async move { while progress.changed().await.is_ok() {} };
    let guard = from_fn_with_state(Token::new(door.token.as_deref()), token::guard);
    let router = router(shared, Arc::clone(&gate)).await.layer(guard);
    connections::serve(listener, door.tls, router, stop).await;
    gate.close().await;
}

async fn router(shared: Arc<Shared>, gate: Arc<Gate>) -> Router {
    let metrics = shared.metrics.clone();
    let development = development::Service { shared: Arc::clone(&shared), gate: Arc::clone(&gate) };
    let development = proto::development_server::DevelopmentServer::new(development)
        .max_decoding_message_size(MAX_REQUEST_BYTES);
    let links = proto::links_server::LinksServer::new(links::Links { shared: Arc::clone(&shared) })
        .max_decoding_message_size(MAX_REQUEST_BYTES);
    let service =
        proto::chain_server::ChainServer::new(service::Service { shared, gate, pasts: Arc::default() })
            .max_decoding_message_size(MAX_REQUEST_BYTES)
            .max_encoding_message_size(MAX_ANSWER_BYTES);
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<proto::chain_server::ChainServer<service::Service>>().await;
    let mut grpc =
        tonic::service::Routes::new(service).add_service(development).add_service(links).add_service(health);
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTOR)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1();
    match reflection {
        Ok(reflection) => grpc = grpc.add_service(reflection),
        Err(error) => tracing::warn!("the API cannot be listed by tools: {error}"),
    }
    grpc.into_axum_router()
        .layer(map_response(explained))
        .route("/metrics", get(async move || ([(CONTENT_TYPE, OPEN_METRICS)], metrics.page())))
        .route("/", any(not_substrate))
}

/// Gives a detail to the refusals that the library makes before the service sees a request: bytes that are no message
/// (`INTERNAL` there) and a message beyond [`MAX_REQUEST_BYTES`] (`OUT_OF_RANGE` there).
async fn explained(response: Response) -> Response {
    let Some(status) = Status::from_header_map(response.headers()) else { return response };
    let fault = match status.code() {
        _ if !status.details().is_empty() => return response,
        Code::Internal => {
            let sentence = format!("the request cannot be decoded: {}", status.message());
            Fault::invalid(sentence, "Send a message of the package taonet.v1.")
        }
        Code::OutOfRange => {
            let sentence = format!("a request has at most {MAX_REQUEST_BYTES} bytes");
            Fault::new(Kind::LimitExceeded, "TooLarge", sentence, "Send less at a time.")
        }
        _ => return response,
    };
    Status::from(fault).into_http()
}

/// What somebody hears who takes this address for a Substrate node.
async fn not_substrate() -> impl IntoResponse {
    let text = "This is a taonet node. It speaks gRPC (package taonet.v1; list it with reflection) and shows its \
                counters at /metrics. It does not speak Substrate's JSON-RPC: use `taonet` or the taonet.v1 API.\n";
    (StatusCode::NOT_FOUND, text)
}
