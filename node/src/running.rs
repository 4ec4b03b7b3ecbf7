//! Starting a node, and stopping it.

use crate::{
    client::{Access, Client},
    config::{Config, ConfigError, FILE_NAME, NEVER_SIGNED, Trusted, take_never_signed},
    driver,
    error::Error,
    fault::Fault,
    links, rpc,
    shared::{DEMANDS, Progress, Shared},
    store::{Checkpoints, Revert, RocksStore, StoreError},
    telemetry::Metrics,
};
use prometheus_client::registry::Registry;
use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc};
use taonet_chain::{Network, Transaction};
use taonet_consensus::{Config as ReplicaConfig, Control, Production, Replica, Store};
use taonet_p2p::Address;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// A running node. It stops when this is dropped; [`Handle::stop`] also waits for it.
pub struct Handle {
    address: SocketAddr,
    /// The same for clients, and what opens the door.
    way_in: (String, Access),
    peer_addresses: Vec<Address>,
    progress: watch::Receiver<Progress>,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<Result<(), Error>>,
    /// Wishes of a developer to go back to a checkpoint.
    reverts: mpsc::Receiver<Revert>,
    server: JoinHandle<()>,
}

/// Starts a node from its settings. It runs when this returns: its database is open, and peers and clients are
/// listened to.
///
/// # Errors
/// Why the node does not start: its address, its database, its peers or the system.
pub async fn spawn(config: Config) -> Result<Handle, Error> {
    go_on(config, Vec::new()).await
}

/// Runs a node until `stop` resolves; whenever its developer wants to go back to a checkpoint it starts anew from
/// there.
///
/// # Errors
/// Why the node does not start, or ends by itself.
pub(crate) async fn run(config: Config, stop: impl Future<Output = ()>) -> Result<(), Error> {
    let mut stop = pin!(stop);
    let mut waiting = Vec::new();
    loop {
        let mut node = go_on(config.clone(), waiting).await?;
        let revert = tokio::select! {
            () = &mut stop => {
                tracing::info!("stopping");
                return node.stop().await;
            }
            error = reason(&mut node.ended) => return Err(error),
            Some(revert) = node.reverts.recv() => revert,
        };
        tracing::info!("going back to the checkpoint {}, as branch {}", revert.name, revert.branch);
        node.stop().await?;
        waiting = Checkpoints::of(&config.dir).restore(&config.database(), &revert)?;
    }
}

/// Starts a node in whose mempool something waits already.
async fn go_on(mut config: Config, waiting: Vec<Transaction>) -> Result<Handle, Error> {
    let door = config.door()?;
    let (listener, address) = listen(config.settings.rpc.address).await?;
    config.settings.rpc.address = address;
    let way_in = config.settings.way_in(&config.dir)?;
    let mut store = RocksStore::open(&config.database(), &config.genesis, config.history())?;
    store.keep_free(config.settings.storage.free_mib)?;
    if config.settings.held && config.genesis.is_dev() && store.tip().height == 0 {
        store.keep_control(&Control { production: Production::Manual { horizon: 0 }, ..store.control() });
    }
    let network = Network { genesis: config.genesis.hash(), branch: store.branch()? };
    let mut registry = Registry::default();
    let peers = join(&config, network, &mut registry).await?;
    let peer_addresses = peers.listening.clone();

    let (demands, demanded) = mpsc::channel(DEMANDS);
    let (published, progress) = watch::channel(Progress::default());
    let (stop, stopping) = oneshot::channel();
    let (opened, ready) = oneshot::channel();
    let (revert, reverts) = mpsc::channel(1);
    let shared = Arc::new(Shared {
        name: config.settings.name.clone(),
        node: config.key.account(),
        genesis: config.genesis.clone(),
        genesis_hash: network.genesis,
        metrics: Metrics::new(registry),
        peers: peers.peers.clone(),
        links: peers.links.clone(),
        demands,
        checkpoints: Checkpoints::of(&config.dir),
        branch: network.branch,
        reverts: revert,
        progress: progress.clone(),
    });
    let parts = driver::Parts {
        network: peers,
        demands: demanded,
        progress: published,
        metrics: shared.metrics.clone(),
        check_invariants: config.settings.check_invariants,
        waiting,
        ready: opened,
        stop: stopping,
    };
    let reader = store.reader();
    let mut config = config;
    config.settings.trust_empty |= never_signed(&config)?;
    let mut ended = drive(config, network, store, parts)?;
    if ready.await.is_err() {
        return Err(reason(&mut ended).await);
    }
    tracing::info!("node {} serves clients on {address}", shared.name);
    let server = tokio::spawn(rpc::serve(listener, shared, reader, door));
    Ok(Handle { address, way_in, peer_addresses, progress, stop, ended, reverts, server })
}

async fn listen(wanted: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let refused = |source| Error::Address { address: wanted, source };
    let listener = TcpListener::bind(wanted).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}

/// Starts the driver, which opens the replica.
fn drive(
    config: Config,
    network: Network,
    store: RocksStore,
    parts: driver::Parts,
) -> Result<oneshot::Receiver<Result<(), Error>>, Error> {
    let dir = config.database();
    let replica = ReplicaConfig {
        network,
        timing: config.genesis.timing(),
        key: config.key,
        trust_empty: config.settings.trust_empty,
        trust: config.settings.trust.map(|Trusted { height, id }| (height, id)),
    };
    driver::spawn(parts, move |now, out| {
        Replica::open(replica, store, now, out)
            .map_err(|error| Error::Store(StoreError::Corrupt { dir, detail: error.to_string() }))
    })
}

/// Whether the node is known to have signed nothing so far.
fn never_signed(config: &Config) -> Result<bool, Error> {
    take_never_signed(&config.dir).map_err(|error| {
        let file = config.dir.join(NEVER_SIGNED);
        let remedy = "make the node's directory writable for this user".into();
        Error::Config(ConfigError { file, line: None, sentence: error.to_string(), remedy })
    })
}

/// Why a driver ended that was not told to.
async fn reason(ended: &mut oneshot::Receiver<Result<(), Error>>) -> Error {
    match ended.await {
        Ok(Err(error)) => error,
        _ => Error::Broken("the driver ended without a reason".into()),
    }
}

/// Joins the network of peers.
async fn join(
    config: &Config,
    network: Network,
    registry: &mut Registry,
) -> Result<taonet_p2p::Network, Error> {
    let p2p = &config.settings.p2p;
    let parse = |texts: &[String]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Address>, _>>();
    let wrong = |error: taonet_p2p::Error| ConfigError {
        file: config.dir.join(FILE_NAME),
        line: None,
        sentence: error.to_string(),
        remedy: "correct the address under [p2p]".into(),
    };
    let settings = taonet_p2p::Config {
        key: config.key.clone(),
        network,
        listen: parse(&p2p.listen).map_err(wrong)?,
        peers: parse(&p2p.peers).map_err(wrong)?,
        limits: taonet_p2p::Limits::default(),
        conditions: links::load(&config.dir, &config.genesis)?,
    };
    Ok(taonet_p2p::spawn(settings, registry).await?)
}

impl Handle {
    /// Where clients are served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where peers are listened to, with the ports the system chose.
    pub fn peer_addresses(&self) -> &[Address] {
        &self.peer_addresses
    }

    /// A client of this node, which knows its token and its certificate.
    ///
    /// # Errors
    /// The files of both are no longer what they were when the node started.
    pub fn client(&self) -> Result<Client, Fault> {
        let (address, access) = &self.way_in;
        access.lazy(address)
    }

    /// How far the node is, as it goes on.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Waits until the node ends by itself, which it does only when something it relies on has failed.
    pub async fn ended(&mut self) -> Error {
        reason(&mut self.ended).await
    }

    /// Stops the node: what it has decided is on disk, connections are closed, ports are free.
    ///
    /// # Errors
    /// Why the node ended, if it did so by itself.
    pub async fn stop(self) -> Result<(), Error> {
        // The driver may have ended already.
        let _ = self.stop.send(());
        let result = self.ended.await.unwrap_or(Ok(()));
        let _ = self.server.await;
        result
    }
}
