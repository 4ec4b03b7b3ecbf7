//! The two subnet roles as processes: `taonet miner` and `taonet validator`.
//!
//! ```text
//!             gRPC: blocks, metagraph, calls                    gRPC
//!   ┌──────┐◀──────────────────────────────┌───────────┐   ┌───────┐◀─────┐
//!   │ node │                               │ validator │──▶│ miner │      │ node
//!   └──────┘                               └───────────┘   └───────┘
//!                                       HTTP: POST /forward, signed (btauth/1)
//! ```
//!
//! Rules:
//! 1. A role is a program like any author's: it gets addresses of nodes, a key file of mode 0600 and a netuid, from
//!    flags or from the environment (`TAONET_RPC`, `TAONET_KEY_FILE`, `TAONET_NETUID`; `TAONET_TOKEN` and `TAONET_CA`
//!    where the nodes want them), and uses only gRPC and HTTP.
//! 2. The decisions are those of the pure machines in [`taonet_subnets::roles`]; here are only the clock, the key and
//!    the network (`chain`, `miner`, `validator`).
//! 3. A lost node is replaced by the next one or waited for, a stop signal ends the process at once, and whatever
//!    cannot be done is said in a sentence with a remedy and an exit code: 1 failed, 75 port taken, 78 wrong settings.

pub(crate) mod chain;
mod grpc;
mod miner;
mod validator;
mod wire;

#[cfg(test)]
mod tests;

pub use miner::MinerArgs;
pub use validator::ValidatorArgs;

use crate::{
    client::Access,
    config::{ConfigError, load_key},
    error::{EXIT_CONFIG, EXIT_FAILED, EXIT_IN_USE, complaint},
    fault::Fault,
    telemetry::{DEFAULT_LOG, init_logging},
};
use grpc::GrpcChain;
use std::{future::Future, io, net::SocketAddr, path::PathBuf, process::ExitCode, time::SystemTime};
use taonet_chain::Keypair;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// What every role needs to know.
#[derive(Clone, Debug, clap::Args)]
pub struct RoleArgs {
    /// A node's address, such as http://127.0.0.1:9850; or several with commas between: the first that answers is used.
    #[arg(long, env = "TAONET_RPC", value_name = "URL", value_delimiter = ',', required = true)]
    pub rpc: Vec<String>,
    /// A file with the hotkey's secret seed: 64 hex digits, readable by its owner only (mode 0600).
    #[arg(long, env = "TAONET_KEY_FILE", value_name = "FILE")]
    pub key_file: PathBuf,
    /// The subnet.
    #[arg(long, env = "TAONET_NETUID", value_name = "NETUID")]
    pub netuid: u16,
}

/// Runs a miner until it is told to stop. `access` opens the doors of all its nodes.
pub fn run_miner(args: MinerArgs, access: &Access) -> ExitCode {
    run(miner::run(args, access))
}

/// Runs a validator until it is told to stop. `access` opens the doors of all its nodes.
pub fn run_validator(args: ValidatorArgs, access: &Access) -> ExitCode {
    run(validator::run(args, access))
}

/// Why a role does not start, or stops.
#[derive(Debug, thiserror::Error)]
enum RoleError {
    /// The key file.
    #[error(transparent)]
    Key(#[from] ConfigError),
    /// The node's address, its token or the certificates to believe make no sense.
    #[error("{0}")]
    Address(Fault),
    /// An address to listen on is taken or not there.
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    /// The operating system refused something.
    #[error("cannot {doing}: {source}")]
    System { doing: &'static str, source: io::Error },
    /// The HTTP client cannot be made.
    #[error("cannot send HTTP requests: {0}")]
    Http(#[from] reqwest::Error),
}

impl RoleError {
    fn remedy(&self) -> String {
        match self {
            RoleError::Key(error) => error.remedy.clone(),
            RoleError::Address(fault) => fault.remedy.clone(),
            RoleError::Listen { .. } => "choose another --listen address; port 0 takes a free one".into(),
            RoleError::System { .. } | RoleError::Http(_) => {
                "check permissions and limits of this user, then start again".into()
            }
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            RoleError::Key(_) | RoleError::Address(_) => EXIT_CONFIG,
            RoleError::Listen { .. } => EXIT_IN_USE,
            RoleError::System { .. } | RoleError::Http(_) => EXIT_FAILED,
        }
    }
}

/// Runs a role on a runtime of one thread until it fails or a stop signal comes.
fn run(role: impl Future<Output = Result<(), RoleError>>) -> ExitCode {
    init_logging(DEFAULT_LOG);
    match run_until_stopped(role) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", complaint(&error.to_string(), &error.remedy()));
            ExitCode::from(error.exit_code())
        }
    }
}

fn run_until_stopped(role: impl Future<Output = Result<(), RoleError>>) -> Result<(), RoleError> {
    let system = |doing| move |source| RoleError::System { doing, source };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("start the runtime"))?;
    let result = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(system("listen for signals"))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(system("listen for signals"))?;
        tokio::select! {
            result = role => result,
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
        }
    });
    // An answer that is still being worked out is of no use to anybody any more.
    runtime.shutdown_background();
    result
}

/// The key and the chain that the arguments name. The node need not be there yet.
fn open(args: &RoleArgs, access: &Access) -> Result<(Keypair, GrpcChain), RoleError> {
    let key = load_key(&args.key_file)?;
    let clients: Result<_, Fault> = args.rpc.iter().map(|address| access.lazy(address)).collect();
    let chain = GrpcChain::new(clients.map_err(RoleError::Address)?, &key);
    Ok((key, chain))
}

/// Listens, and says where: port 0 becomes the one that the system chose.
async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), RoleError> {
    let failed = |source| RoleError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let chosen = listener.local_addr().map_err(failed)?;
    Ok((listener, chosen))
}

/// Now, in nanoseconds since the Unix epoch: the nonce of signed requests.
fn now_ns() -> u64 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX)
}
