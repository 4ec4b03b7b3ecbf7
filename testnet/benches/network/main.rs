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
//! 5. *transfers*: transactions per second through four nodes and how long each waits, at three depths. See [`load`].
//! 6. *binary*: the size of the file.

mod cold;
mod desk;
mod figures;
mod load;
mod machine;
mod memory;
mod report;
mod round;
mod start;

use figures::{Outcome, Spread};
use load::Load;
use memory::Memory;
use report::Report;
use round::Round;
use start::Live;
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};
use taonet_chain::{Body, Call, Hash, Keypair, Transaction};
use taonet_node::client::Client;
use taonet_subnets::amount::Tao;
use tokio::time::timeout;

/// The binary that is measured.
pub(crate) const TAONET: &str = env!("CARGO_BIN_EXE_taonet");

/// The whole run ends after this time, whatever happens.
const PATIENCE: Duration = Duration::from_secs(175);

/// Networks that are brought up, one after the other; the last one stays for the other figures.
const STARTS: usize = 5;

/// At this height memory is measured for the second time: ten epochs have run, and nothing still grows into place.
const SETTLED_HEIGHT: u64 = 200;

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
    let load_before = machine::load();
    let verifications = verifications();
    let (live, starts) = start::several(STARTS)?;
    let mut memory = vec![Memory::of(&live.record, "ready")];
    let client = Client::connect(&live.record.nodes[0].rpc).await?;
    let cold = cold::measure(&live)?;
    client.wait_for_height(SETTLED_HEIGHT).await?;
    memory.push(Memory::of(&live.record, "after 200 blocks"));
    let transfers = transfers(&live, 1e6 / verifications.median).await?;
    memory.push(Memory::of(&live.record, "after the load"));
    live.down()?;
    Ok(Report {
        cores: machine::cores(),
        load_before,
        load_after: machine::load(),
        verifications,
        starts,
        memory,
        cold,
        transfers,
        binary_bytes: std::fs::metadata(TAONET)?.len(),
    })
}

/// Each depth once, against the same network, which keeps its subnet and its neurons.
async fn transfers(live: &Live, verification_us: f64) -> Outcome<Vec<Round>> {
    let load = Load::prepare(&live.record, verification_us).await?;
    let mut rounds = Vec::new();
    for depth in DEPTHS {
        rounds.push(load.round(depth).await?);
    }
    Ok(rounds)
}

/// Strict verifications of a transfer's signature per second, on one core, while no network runs.
fn verifications() -> Spread {
    const AT_A_TIME: u32 = 2_000;
    let key = Keypair::from_seed([1; 32]);
    let transfer = example(Call::Transfer { to: key.account(), amount: Tao::new(1) });
    Spread::of((0..7).map(|_| {
        let started = Instant::now();
        let good = (0..AT_A_TIME).filter(|_| std::hint::black_box(&transfer).verify()).count();
        good as f64 / started.elapsed().as_secs_f64()
    }))
}

/// A signed transaction of no network.
pub(crate) fn example(call: Call) -> Transaction {
    let key = Keypair::from_seed([1; 32]);
    let (signer, genesis, tip) = (key.account(), Hash::ZERO, Tao::ZERO);
    let body = Body { signer, nonce: 0, genesis, valid_from: 0, valid_until: u64::MAX, tip, call };
    Transaction::sign(&key, body)
}
