//! Accepts HTTP connections within bounds.

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// The most connections at a time: every validator of a subnet (at most 64 by default) twice. Others wait in the
/// system's queue.
const MAX_CONNECTIONS: usize = 128;

/// How long a connection may live, whatever happens on it. Nobody can hold a place by sending one byte now and then;
/// validators open a new connection for every round.
const CONNECTION_TIME: Duration = Duration::from_secs(15);

/// The pause after the system refused a connection, as it does when there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener`, forever.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = connection(stream, router.clone());
                tokio::spawn(async move {
                    // Who takes too long is cut off; nothing is to be done about it.
                    let _ = tokio::time::timeout(CONNECTION_TIME, connection).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Small answers must not wait for more; a connection that cannot be set up so still works.
    let _ = stream.set_nodelay(true);
    let http = Builder::new(TokioExecutor::new()).http1_only();
    if let Err(error) = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await {
        tracing::debug!("a connection broke off: {error}");
    }
}
