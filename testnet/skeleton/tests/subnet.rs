//! The subnet on a whole chain: real blocks, real epochs, real pay, all of it in this process.
//!
//! Nothing sleeps. Time is the number of blocks, and blocks are made when the test asks for them.

use my_subnet::{
    miner::{Greedy, Thorough},
    task::Change,
    validator::Cashier,
};

use std::error::Error;
use taonet_testnet::{
    harness::{Sim, SubnetSetup, Workshop},
    scenario::{self, OnSim},
};

/// Who judges on this subnet, and the methods by which its miners may work.
/// The first is the one of miners that name none.
fn workshop() -> Workshop<Change> {
    Workshop::new(Cashier)
        .method("thorough", Thorough)
        .method("greedy", Greedy)
}

#[test]
fn who_thinks_and_answers_earns_most() -> Result<(), Box<dyn Error>> {
    let mut net = Sim::builder()
        .seed(7)
        .subnet(SubnetSetup::named("change").tempo(20))
        .work(workshop())
        .validator("val-a", 6_000, "honest")
        .validator("val-b", 4_000, "honest")
        .miner("thinker", "thorough")
        .miner("quick", "greedy")
        .miner("flaky", "thorough+skips:2") // leaves every second question out
        .build()?;

    net.run_epochs(3)?; // sixty real blocks

    let neurons = net.metagraph("change")?;
    let [thinker, quick, flaky] = ["thinker", "quick", "flaky"].map(|name| neurons[name].incentive);
    let why = net.explain_epoch("change")?; // where every number comes from
    assert!(thinker > 1.5 * quick, "{why}");
    assert!(thinker > 1.5 * flaky, "{why}");
    net.check_invariants()?; // supply, reserves, stakes
    Ok(())
}

/// The story in the file, on this subnet's own task.
/// `taonet scenario run scenarios` tells it on the built-in one.
#[test]
fn a_miner_that_falls_asleep_is_no_longer_paid() -> Result<(), Box<dyn Error>> {
    let story = scenario::read(include_str!("../scenarios/falls-asleep.toml"))?;
    let mut stage = OnSim::working(&story.scenario, workshop())?;
    let report = scenario::run(&story, &mut stage, &mut |_| {})?;
    assert!(report.held(), "{report}");
    Ok(())
}
