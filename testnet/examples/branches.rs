//! Several futures from one moment: how much of the miners' pay a cabal takes, for several values of kappa.
//!
//! ```sh
//! cargo run --release -p taonet-testnet --no-default-features --example branches
//! ```
//!
//! Three honest validators pay two miners for the tours that they find. A fourth rates nobody but its crony. After the
//! first epoch the chain is held; from there it runs on once for every kappa and every stake that the boss may have.

use taonet_chain::Call;
use taonet_subnets::amount::Tao;
use taonet_testnet::harness::{HarnessError, Sim, SubnetSetup};

/// The share of stake that must support a weight, in 65,535ths, and how people write it.
const KAPPAS: [(u16, &str); 3] = [(26_214, "0.4"), (32_767, "0.5"), (39_321, "0.6")];

/// How much TAO the boss buys alpha for.
const BUYS: [u64; 4] = [0, 2_500, 5_000, 10_000];

fn main() -> Result<(), HarnessError> {
    let mut net = Sim::builder()
        .seed(7)
        .account("boss", 50_000)
        .subnet(SubnetSetup::named("tour").tempo(20).pool(20_000, 20_000))
        .validator("val-a", 3_000, "honest")
        .validator("val-b", 2_000, "honest")
        .validator("val-c", 1_000, "honest")
        .validator("boss", 2_000, "cabal:boss,crony")
        .miner("good", "or-opt")
        .miner("fair", "two-opt")
        .miner("crony", "sweep")
        .build()?;
    net.run_epochs(1)?;
    let base = net.checkpoint("after the first epoch");

    println!(
        "| the boss buys for | of all stake | {} |",
        KAPPAS.map(|(_, text)| format!("kappa {text}")).join(" | ")
    );
    println!("|---:|---:|{}", "---:|".repeat(KAPPAS.len()));
    for buys in BUYS {
        let mut row = String::new();
        let mut share = 0.0;
        for (kappa, _) in KAPPAS {
            net.revert(&base)?;
            net.set_param("tour", "kappa", kappa)?;
            if buys > 0 {
                let hotkey = net.account("boss.hot")?;
                let netuid = net.netuid("tour")?;
                net.submit("boss", Call::AddStake { hotkey, netuid, amount: Tao::whole(buys) })?;
            }
            net.run_epochs(4)?;
            net.check_invariants()?;
            let neurons = net.metagraph("tour")?;
            share = neurons["boss"].stake / neurons.iter().map(|neuron| neuron.stake).sum::<f64>();
            row += &format!(" {:.1} % |", neurons["crony"].incentive * 100.0);
        }
        println!("| {buys} TAO | {:.0} % |{row}", share * 100.0);
    }
    Ok(())
}
