//! `taonet validator`: asks all miners, scores their answers, sets weights.
//!
//! The [`Desk`] feeds blocks, answers and outcomes into the pure machine and does what it says: questions go out over
//! HTTP ([`ask`]), weights over gRPC, sealed where the subnet uses commit-reveal ([`ballot`]). What the validator
//! thinks of each miner, and why, is shown at `/scores` ([`scores`]).

mod ask;
mod ballot;
mod desk;
mod scores;

pub(super) use ask::Asking;
pub(super) use desk::Desk;

use super::{RoleArgs, RoleError, listen, open};
use crate::client::Access;
use std::{net::SocketAddr, time::Duration};
use taonet_chain::AccountId;
use taonet_subnets::roles::{Policy, PolicyError};
use taonet_subnets::tour::{Judge, Tour};
use tokio::sync::watch;

/// What a validator needs to know.
#[derive(Clone, Debug, clap::Args)]
pub struct ValidatorArgs {
    /// What every role needs.
    #[command(flatten)]
    pub role: RoleArgs,
    /// How long miners may take to answer, in milliseconds; well below a tempo.
    #[arg(long, env = "TAONET_TIMEOUT_MS", value_name = "MS", default_value_t = 750)]
    pub timeout_ms: u64,
    /// What to do differently from the textbook, such as noisy, lazy:3, late:1+offline:100..200, copier, self,
    /// withhold:50 or cabal:ADDRESS,ADDRESS.
    #[arg(long, env = "TAONET_POLICY", value_name = "POLICY", value_parser = policy, default_value = "honest")]
    pub policy: Policy<String>,
    /// Where to show what is thought of each miner, as JSON at /scores; port 0 takes a free one. Nowhere by default.
    #[arg(long, env = "TAONET_SCORES", value_name = "ADDRESS")]
    pub scores: Option<SocketAddr>,
}

/// A policy whose members are hotkeys' addresses.
fn policy(text: &str) -> Result<Policy<String>, String> {
    let policy: Policy<String> = text.parse().map_err(|error: PolicyError| error.to_string())?;
    hotkeys(policy.clone())
        .map(|_| policy)
        .map_err(|address| format!("`{address}` is no address of a hotkey"))
}

fn hotkeys(policy: Policy<String>) -> Result<Policy, String> {
    policy.try_map(|address| address.parse().map(|hotkey: AccountId| hotkey.0).map_err(|_| address))
}

/// Runs until something fails for good.
pub(super) async fn run(args: ValidatorArgs, access: &Access) -> Result<(), RoleError> {
    let (key, chain) = open(&args.role, access)?;
    let netuid = args.role.netuid;
    tracing::info!("validator {} on subnet {netuid}", key.account());
    let asking = Asking::new(key, netuid, Duration::from_millis(args.timeout_ms))?;
    let (page, shown) = watch::channel(String::from("{}"));
    // The command line has checked the addresses.
    let policy = hotkeys(args.policy).unwrap_or_default();
    let desk = Desk::<_, Tour, _>::new(&chain, asking, Judge, policy, page);
    match args.scores {
        None => desk.work().await,
        Some(address) => {
            let (listener, address) = listen(address).await?;
            tracing::info!("scores at http://{address}/scores");
            tokio::select! {
                () = desk.work() => (),
                result = scores::serve(listener, shown) => {
                    result.map_err(|source| RoleError::System { doing: "serve the scores", source })?;
                }
            }
        }
    }
    Ok(())
}
