//! What a whole network costs on this computer: real processes of the release binary, measured from outside.
//!
//! ```sh
//! cargo bench -p taonet-testnet --bench network            # a table
//! cargo bench -p taonet-testnet --bench network -- --json  # one JSON object
//! ```
//!
//! It takes about two minutes and never more than [`PATIENCE`]. Every figure is the least, the median and the greatest
//! of several rounds. Both ends of the load run on the same computer as the four nodes, so figures are only as good as
//! the computer is quiet; its load before and after stands beside them.
//!
//! 1. *signatures*: strict ed25519 verifications per second on one core, the floor under any transaction.
//! 2. *ready*: `taonet up -d` in an empty home, from the start of the binary to the same block 2 on four nodes; and
//!    until the whole command has ended, which is when eight neurons serve. See [`start`].
//! 3. *memory*: resident bytes of each process, as the kernel says: when the command has ended, after 200 blocks, and
//!    after the load. See [`memory`].
//! 4. *cold start*: a new process of the binary, from outside, with its file in the system's cache. See [`cold`].
//! 5. *transfers*: transactions per second through four nodes and how long each waits, at three depths. See
//!    [`taonet_testnet::load`].
//! 6. *binary*: the size of the file.

mod cold;
mod memory;
mod report;
mod start;

use memory::Memory;
use report::Report;
use start::Live;
use std::{process::ExitCode, time::Duration};
use taonet_testnet::load::{self, Length, Load, Mix, Outcome, Plan, Round, Target};
use tokio::time::timeout;

/// The binary that is measured.
pub(crate) const TAONET: &str = env!("CARGO_BIN_EXE_taonet");

/// The whole run ends after this time, whatever happens.
const PATIENCE: Duration = Duration::from_secs(175);

/// Networks that are brought up, one after the other; the last one stays for the other figures.
const STARTS: usize = 5;

/// At this height memory is measured for the second time: ten epochs have run, and nothing still grows into place.
const SETTLED_HEIGHT: u64 = 200;

/// Accounts besides those of development.
const FURTHER_ACCOUNTS: usize = 200;

/// Blocks before the measurement, in which queues fill, and blocks that are measured.
const BLOCKS: Length = Length::Blocks { warm_up: 8, measured: 40 };

/// Transactions that wait or are on their way, per account: nobody waits for another; some; a long queue.
const DEPTHS: [usize; 3] = [1, 4, 16];

fn main() -> ExitCode {
    let json = std::env::args().any(|word| word == "--json");
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("no runtime: {error}")),
    };
    // Whatever ends the run, the network it holds is dropped, and with it the processes.
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = timeout(PATIENCE, measure()) => outcome.unwrap_or_else(|_| Err("it took too long".into())),
            _ = tokio::signal::ctrl_c() => Err("stopped".into()),
        }
    });
    match outcome {
        Ok(report) if json => println!("{}", serde_json::json!(report)),
        Ok(report) => print!("{report}"),
        Err(error) => return failed(&error.to_string()),
    }
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: {why}\nwhat to try: taonet up, and if that works, this again on a quiet computer");
    ExitCode::FAILURE
}

async fn measure() -> Outcome<Report> {
    let load_before = load::load();
    let verifications = load::verifications(7);
    let (live, starts) = start::several(STARTS)?;
    let mut memory = vec![Memory::of(&live.record, "ready")];
    let client = live.record.nodes[0].connect().await?;
    let cold = cold::measure(&live)?;
    client.wait_for_height(SETTLED_HEIGHT).await?;
    memory.push(Memory::of(&live.record, "after 200 blocks"));
    let transfers = transfers(&live, verifications.median).await?;
    memory.push(Memory::of(&live.record, "after the load"));
    live.down()?;
    Ok(Report {
        cores: load::cores(),
        load_before,
        load_after: load::load(),
        verifications,
        starts,
        memory,
        cold,
        transfers,
        binary_bytes: std::fs::metadata(TAONET)?.len(),
    })
}

/// Each depth once, against the same network, which keeps its subnet and its neurons.
async fn transfers(live: &Live, verifications: f64) -> Outcome<Vec<Round>> {
    let (target, payers) = (Target::from(&live.record), Load::development_payers());
    let load = Load::prepare(target, &payers, FURTHER_ACCOUNTS, &Mix::default(), verifications).await?;
    let mut rounds = Vec::new();
    for depth in DEPTHS {
        rounds.push(load.run(Plan { depth, rate: None, length: BLOCKS }, &mut |_, _| {}).await?);
    }
    Ok(rounds)
}
