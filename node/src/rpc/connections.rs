//! Accepts the connections of clients within bounds, greets them with TLS where that is wanted, and ends those that
//! nobody uses.
//!
//! Rules:
//! 1. A place is worth something only to who uses it: a connection with nothing in progress is ended after the idle
//!    time, whatever its client sends meanwhile. Clients connect again with their next request.
//! 2. A client that is gone without a word is noticed by a test of the connection, so that its streams end.
//! 3. Where there is TLS, somebody who speaks plainly is told so in plain words, and nothing else.

use super::{
    refusal::Manner,
    requests::{ANSWER_TIME, Deadlines, REQUEST_TIME, answered},
    visitors::{Visit, Visitors},
};
use crate::fault::Fault;
use axum::{Router, extract::Request, http::StatusCode, response::Response, routing::any};
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use taonet_chain::Code;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// Open connections; further ones wait in the system's queue. A network of a few hundred neurons and their tools.
const MAX_CONNECTIONS: usize = 512;
/// Requests in progress on one connection; a client that has more waits with them.
const MAX_REQUESTS_PER_CONNECTION: u32 = 128;
/// The headers of one request: a token and what libraries add to it.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// How long a client may take to say what it speaks, to agree on TLS, and to send the headers of a request in HTTP/1.
const GREETING_TIME: Duration = Duration::from_secs(10);
/// How long a connection may have nothing in progress. Neurons and watchers hold a stream; others soon ask again or
/// are over.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// How often a connection is tested: a dead client's streams end in half a minute.
const TEST_EVERY: Duration = Duration::from_secs(20);
/// How long the answer to such a test may take.
const TEST_TIME: Duration = Duration::from_secs(10);
/// How long requests in progress may take when the node stops; streams end at once.
const FAREWELL: Duration = Duration::from_millis(300);
/// The pause after the system refused a connection, as it does when there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The first byte of whoever speaks TLS: the type of a handshake record.
const TLS_HANDSHAKE: u8 = 22;

/// How long clients may take for everything.
#[derive(Clone, Copy, Debug)]
struct Patience {
    greeting: Duration,
    idle: Duration,
    deadlines: Deadlines,
}

impl Default for Patience {
    fn default() -> Patience {
        let deadlines = Deadlines { request: REQUEST_TIME, answer: ANSWER_TIME };
        Patience { greeting: GREETING_TIME, idle: IDLE_TIME, deadlines }
    }
}

/// What a connection is served.
#[derive(Clone)]
struct House {
    tls: Option<TlsAcceptor>,
    router: Router,
    patience: Patience,
    /// Its sender goes when the node stops.
    leaving: watch::Receiver<()>,
}

/// Serves `router` on `listener` until `stop` resolves, and then bids farewell to who is still there.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let (places, visitors) = (Arc::new(Semaphore::new(MAX_CONNECTIONS)), Arc::new(Visitors::default()));
    let (leave, leaving) = watch::channel(());
    let house = House { tls, router, patience: Patience::default(), leaving };
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next() => {}
            (stream, peer, place) = accepted(&listener, &places) => match visitors.admit(peer.ip()) {
                Some(visit) => drop(open.spawn(welcomed(house.clone(), stream, visit, place))),
                None => tracing::debug!("{} has too many connections", peer.ip()),
            },
        }
    }
    drop((leave, listener));
    // Who has not left by then is cut off with the set.
    let _ = timeout(FAREWELL, async { while open.join_next().await.is_some() {} }).await;
}

/// The next connection, when there is a place for it.
async fn accepted(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so a place always comes.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves a connection to its end, while it holds its place.
async fn welcomed(house: House, stream: TcpStream, visit: Arc<Visit>, place: Option<OwnedSemaphorePermit>) {
    // Small answers must not wait for more; a connection that cannot be set up so still works.
    let _ = stream.set_nodelay(true);
    if let Err(error) = greeted(house, stream, visit).await {
        tracing::debug!("a client was not greeted: {error}");
    }
    drop(place);
}

async fn greeted(house: House, stream: TcpStream, visit: Arc<Visit>) -> io::Result<()> {
    let Some(tls) = house.tls.clone() else {
        attended(&house, house.router.clone(), stream, &visit).await;
        return Ok(());
    };
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    let mut first = [0];
    timeout(house.patience.greeting, stream.peek(&mut first)).await.map_err(late)??;
    if first == [TLS_HANDSHAKE] {
        let stream = timeout(house.patience.greeting, tls.accept(stream)).await.map_err(late)??;
        attended(&house, house.router.clone(), stream, &visit).await;
    } else {
        attended(&house, Router::new().fallback(any(not_encrypted)), stream, &visit).await;
    }
    Ok(())
}

/// What somebody hears who does not speak TLS.
async fn not_encrypted(request: Request) -> Response {
    let remedy = "Write https:// before its address, and name its certificate with --ca or in TAONET_CA.";
    let fault = Fault::new(Code::NotAuthorized, "TlsNeeded", "this node speaks TLS with its clients", remedy);
    Manner::of(request.headers()).refuse(fault, StatusCode::BAD_REQUEST)
}

/// Serves a connection until its client leaves, or has nothing to ask any more, or the node stops.
async fn attended<S>(house: &House, router: Router, stream: S, visit: &Arc<Visit>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Patience { greeting, idle, deadlines } = house.patience;
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(greeting).max_buf_size(MAX_HEADER_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_REQUESTS_PER_CONNECTION)
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .keep_alive_interval(TEST_EVERY)
        .keep_alive_timeout(TEST_TIME);
    let service = service_fn(|request| answered(router.clone(), Arc::clone(visit), deadlines, request));
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let mut leaving = house.leaving.clone();
    tokio::select! {
        _ = connection.as_mut() => return,
        () = visit.idle_for(idle) => {}
        // It never changes: it ends.
        _ = leaving.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    // A client that asked at the last moment is still answered.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = visit.idle_for(FAREWELL) => {}
    }
}

#[cfg(test)]
mod tests;
