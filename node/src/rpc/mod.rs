//! The API that clients use: gRPC, and the counters at `/metrics`, on one address.
//!
//! Rules:
//! 1. Reads see one committed block, in a snapshot of their own; they never touch the driver.
//! 2. Streams hold no snapshot and no queue of blocks: each remembers the next height and reads it when it is
//!    there, so a slow reader costs nothing and misses nothing.
//! 3. Whatever a client can fill is bounded in [`gate`].
//! 4. Somebody who speaks Substrate's JSON-RPC to this address is told so, instead of failing obscurely.

mod arguments;
mod blocks;
mod convert;
mod gate;
mod listener;
mod service;
mod state;

use crate::{proto, shared::Shared};
use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::{any, get},
};
use gate::MAX_REQUEST_BYTES;
use std::{future::Future, io, sync::Arc};
use tokio::net::TcpListener;

/// The longest answer: a full block with its events as JSON.
pub(crate) const MAX_ANSWER_BYTES: usize = 16 << 20;

/// How the page of counters is written.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves clients on `listener` until `stop` resolves, then lets requests in progress end.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = router(shared).await;
    axum::serve(listener::Bounded::new(listener), router).with_graceful_shutdown(stop).await
}

async fn router(shared: Arc<Shared>) -> Router {
    let metrics = shared.metrics.clone();
    let service = proto::chain_server::ChainServer::new(service::Service::new(shared))
        .max_decoding_message_size(MAX_REQUEST_BYTES)
        .max_encoding_message_size(MAX_ANSWER_BYTES);
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<proto::chain_server::ChainServer<service::Service>>().await;
    let mut grpc = tonic::service::Routes::new(service).add_service(health);
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTOR)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1();
    match reflection {
        Ok(reflection) => grpc = grpc.add_service(reflection),
        Err(error) => tracing::warn!("the API cannot be listed by tools: {error}"),
    }
    grpc.into_axum_router()
        .route("/metrics", get(async move || ([(CONTENT_TYPE, OPEN_METRICS)], metrics.page())))
        .route("/", any(not_substrate))
}

/// What somebody hears who takes this address for a Substrate node.
async fn not_substrate() -> impl IntoResponse {
    let text = "This is a taonet node. It speaks gRPC (package taonet.v1; list it with reflection) and shows its \
                counters at /metrics. It does not speak Substrate's JSON-RPC: use `taonet` or the taonet.v1 API.\n";
    (StatusCode::NOT_FOUND, text)
}
