//! `taonet miner`: publishes its address on chain and answers validators.
//!
//! Two things happen side by side on one thread: the [`server`] answers, and [`follow`] keeps what the server knows
//! about the subnet fresh and publishes the address when the pure machine says so. By which method it works, when and
//! how fast, is its policy ([`work`]).

mod connections;
mod server;
mod work;

pub(super) use server::Server;
pub(super) use work::Work;

use super::{
    RoleArgs, RoleError,
    chain::{Chain, Follower},
    listen, open,
};
use crate::client::Access;
use futures::{StreamExt, stream::FuturesUnordered};
use std::{net::SocketAddr, sync::Arc};
use taonet_chain::{Call, roles::axon_info};
use taonet_subnets::roles::{MinerPolicy, PolicyError};
use taonet_subnets::task::{Miner, Task};
use taonet_subnets::tour::{Method, Tour};
use tokio::net::TcpListener;

/// What a miner needs to know.
#[derive(Clone, Debug, clap::Args)]
pub struct MinerArgs {
    /// What every role needs.
    #[command(flatten)]
    pub role: RoleArgs,
    /// How to find tours: sweep, nearest, greedy, two-opt or or-opt, the laziest first.
    #[arg(long, env = "TAONET_METHOD", value_name = "METHOD", default_value_t = Method::TwoOpt)]
    pub method: Method,
    /// What to do differently from the textbook, such as slow:900, skips:4, offline:100..200, drift:100=sweep, joined
    /// with +. A method that is named here counts instead of --method.
    #[arg(long, env = "TAONET_POLICY", value_name = "POLICY", value_parser = policy, default_value = "honest")]
    pub policy: MinerPolicy,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "TAONET_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The address to publish, when others reach this miner under another one than it listens at.
    #[arg(long, env = "TAONET_EXTERNAL", value_name = "ADDRESS")]
    pub external: Option<SocketAddr>,
}

/// A policy whose methods the task has.
fn policy(text: &str) -> Result<MinerPolicy, String> {
    let policy: MinerPolicy = text.parse().map_err(|error: PolicyError| error.to_string())?;
    let own = policy.methods().filter(|name| !name.is_empty());
    let unknown = own.into_iter().find(|name| name.parse::<Method>().is_err()).map(str::to_owned);
    let known = Method::ALL.map(Method::name).join(", ");
    unknown.map_or(Ok(policy), |name| Err(format!("there is no method `{name}`; use {known}")))
}

/// Runs until something fails for good.
pub(super) async fn run(args: MinerArgs, access: &Access) -> Result<(), RoleError> {
    let (key, chain) = open(&args.role, access)?;
    let (listener, address) = listen(args.listen).await?;
    let published = args.external.unwrap_or(address);
    let netuid = args.role.netuid;
    let mut policy = args.policy;
    if policy.method.is_empty() {
        args.method.name().clone_into(&mut policy.method);
    }
    tracing::info!("miner {} on subnet {netuid}: {policy} at {address}", key.account());
    let work = Work::new(policy, Method::ALL.map(|method| (method.name().to_owned(), method)));
    let server = Server::<Tour, _>::new(key.account(), netuid, published, work);
    serve(&chain, listener, &Arc::new(server)).await;
    Ok(())
}

/// Answers and follows the chain, forever.
pub(super) async fn serve<C, T, M>(chain: &C, listener: TcpListener, server: &Arc<Server<T, M>>)
where
    C: Chain,
    T: Task + 'static,
    M: Miner<T> + Send + 'static,
{
    tokio::select! {
        () = connections::serve(listener, server::router(Arc::clone(server))) => (),
        () = follow(chain, server) => (),
    }
}

/// Tells the server about every block, and publishes its address when there is a need.
async fn follow<C: Chain, T: Task, M: Miner<T>>(chain: &C, server: &Server<T, M>) {
    let mut follower = Follower::new(chain);
    let mut publishing = FuturesUnordered::new();
    loop {
        tokio::select! {
            _ = follower.next() => match chain.subnet(server.netuid()).await {
                Ok(subnet) => {
                    let address = server.committed(&subnet).filter(|_| publishing.is_empty());
                    publishing.extend(address.map(|address| publish(chain, server.netuid(), address)));
                }
                Err(fault) => tracing::warn!("cannot read subnet {}: {fault}", server.netuid()),
            },
            Some(()) = publishing.next() => (),
        }
    }
}

async fn publish<C: Chain>(chain: &C, netuid: u16, address: SocketAddr) {
    match chain.execute(Call::ServeAxon { netuid, axon: axon_info(address) }).await {
        Ok(()) => tracing::info!("published on chain: {address}"),
        Err(fault) => tracing::warn!("cannot publish {address}: {fault} {}", fault.remedy),
    }
}
