//! `taonet node`: one node, until it is told to stop.

use crate::{
    config::{Config, Trusted},
    error::{Error, complaint},
    running, telemetry,
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

/// Threads that carry messages and answer clients; the driver has its own.
const WORKERS: usize = 2;

/// Threads for what blocks: two reads at a time and look-ups of names. Each may keep an arena of the allocator, so the
/// library's five hundred would let a burst of clients take memory for good.
const BLOCKING_THREADS: usize = 4;

const EXAMPLE: &str = "\
The directory holds node.toml; every field has a default:

  name = \"node\"
  genesis = \"genesis.toml\"       # paths are relative to the directory
  key = \"key\"                    # 64 hex digits, mode 0600
  log = \"info,libp2p_gossipsub=error\"   # TAONET_LOG overrides it
  trust_empty = false            # vote without any memory: only when all nodes have lost their data
  trust = \"7200:9f2c...\"         # the height and hash of a block that is decided, for joining by a snapshot
  check_invariants = false       # read the whole state after every block, and stop when it does not add up

  [p2p]
  listen = [\"/ip4/127.0.0.1/tcp/30333\", \"/ip4/127.0.0.1/udp/30333/quic-v1\"]
  peers = []                     # such addresses, of others

  [rpc]
  address = \"127.0.0.1:9850\"     # gRPC, and the page /metrics
  token = \"token\"                # a file with the token that clients must show, mode 0600
  insecure = false               # listen beyond loopback without TLS, where anyone can read along
  tls = { certificate = \"tls.pem\", key = \"tls.key\" }   # serve TLS alone; PEM, the key of mode 0600

  [storage]
  history = 1000                 # undo records kept, in blocks
  archive = false                # keep everything instead
  free_mib = 64                  # stop rather than leave less than this free on the disk

Exit codes: 0 stopped, 74 database or broken invariant, 75 port or directory in use,
78 wrong settings, genesis or directory.";

/// Run one node.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct NodeCommand {
    /// The node's directory
    #[arg(long, short, value_name = "DIR")]
    dir: PathBuf,
    /// Check the invariants of the economy after every block, and stop (exit code 74) when one does not hold
    #[arg(long)]
    check_invariants: bool,
    /// Serve clients beyond loopback without TLS, although anyone can read along
    #[arg(long)]
    insecure: bool,
    /// Believe no snapshot of a chain without this block, which is known to be decided
    #[arg(long, value_name = "HEIGHT:HASH")]
    trust: Option<Trusted>,
}

impl NodeCommand {
    /// Runs the node until SIGTERM, SIGINT or a failure.
    pub fn run(self) -> ExitCode {
        match self.run_node() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprint!("{}", complaint(&error.to_string(), &error.remedy()));
                ExitCode::from(error.exit_code())
            }
        }
    }

    fn run_node(self) -> Result<(), Error> {
        let mut config = Config::load(&self.dir)?;
        config.settings.check_invariants |= self.check_invariants;
        config.settings.rpc.insecure |= self.insecure;
        config.settings.trust = self.trust.or(config.settings.trust);
        telemetry::init_logging(&config.settings.log);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(BLOCKING_THREADS)
            .enable_all()
            .build();
        let runtime = runtime.map_err(|source| Error::System { doing: "start the runtime", source })?;
        runtime.block_on(until_told(config))
    }
}

async fn until_told(config: Config) -> Result<(), Error> {
    let watch = |kind| signal(kind).map_err(|source| Error::System { doing: "watch for signals", source });
    let (mut terminate, mut interrupt) = (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
    let told = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    running::run(config, told).await
}
