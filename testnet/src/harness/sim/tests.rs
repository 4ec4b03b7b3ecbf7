//! The simulator: participants at work, time in the test's hands, and a way back.

use super::*;
use crate::harness::{Builder, SubnetSetup, quality};
use proptest::prelude::*;
use taonet_chain::CallError;

fn tour() -> Builder {
    Sim::builder()
        .seed(7)
        .subnet(SubnetSetup::named("tour").tempo(10))
        .validator("val-a", 6_000, "honest")
        .validator("val-b", 4_000, "honest")
        .miner("best", "or-opt")
        .miner("fair", "two-opt")
        .miner("poor", "sweep")
}

fn built(builder: Builder) -> Sim {
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn better_methods_earn_more_and_everything_adds_up() {
    let mut sim = built(tour());
    sim.run_epochs(3).expect("epochs");
    let neurons = sim.metagraph("tour").expect("the subnet");
    assert!(neurons["best"].incentive > neurons["fair"].incentive, "{neurons}");
    assert!(neurons["fair"].incentive > 5.0 * neurons["poor"].incentive, "{neurons}");
    assert!(neurons["val-a"].dividends > neurons["val-b"].dividends, "{neurons}");
    sim.check_invariants().expect("sound");
    let text = sim.explain_epoch("tour").expect("an epoch ran");
    assert!(text.contains("val-a") && text.contains("best"), "{text}");
}

#[test]
fn what_sealed_weights_say_counts_as_well() {
    let mut sim = built(tour().param("commit_reveal_enabled", true).param("reveal_period", 1));
    sim.run_epochs(4).expect("epochs");
    let neurons = sim.metagraph("tour").expect("the subnet");
    assert!(neurons["best"].incentive > neurons["poor"].incentive, "{neurons}");
    let committed = |(_, event): &(u64, &Event)| matches!(event, Event::TimelockedWeightsCommitted { .. });
    assert!(sim.events().filter(committed).count() > 4);
}

#[test]
fn calls_are_signed_executed_and_told() {
    let mut sim = built(tour().account("dora", 50));
    let to = sim.account("val-a").expect("a name");
    let done = sim.submit("dora", Call::Transfer { to, amount: Tao::whole(20) }).expect("it works");
    assert_eq!((done.height, done.receipt.result), (1, Ok(())));
    assert_eq!(sim.balance("val-a").expect("a name"), Tao::whole(1_020));
    let error = sim.submit("dora", Call::Transfer { to, amount: Tao::whole(90) }).expect_err("too much");
    let HarnessError::Failed { height: 2, error: CallError::InsufficientBalance, .. } = error else {
        panic!("{error}")
    };
    let nobody = sim.submit("no one", Call::Transfer { to, amount: Tao::whole(1) }).expect_err("no name");
    assert_eq!(
        nobody.to_string(),
        "`no one` is no name; use 1 to 64 letters, digits, dashes and underscores"
    );
    let rejected =
        sim.submit("stranger", Call::Transfer { to, amount: Tao::whole(1) }).expect_err("no money");
    assert!(matches!(rejected, HarnessError::Refused { .. }), "{rejected}");
}

#[test]
fn parameters_are_set_by_name() {
    let mut sim = built(tour());
    sim.set_param("tour", "tempo", 5).expect("it has one");
    assert_eq!(query::subnet(sim.state(), 1).map(|subnet| subnet.epochs.tempo), Some(5));
    for (subnet, name, value, says) in [
        ("tour", "tempoo", "5", "5 is no value of the parameter tempoo"),
        ("tour", "kappa", "a lot", "a lot is no value of the parameter kappa"),
        ("tuor", "tempo", "5", "nothing is called `tuor`; there are the subnets tour"),
    ] {
        let error = sim.set_param(subnet, name, value).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_whale_moves_the_price_and_pays_for_it() {
    let mut sim = built(tour().trader("whale", 3_000, "tour", "whale:2000@5..8"));
    let before = sim.pool("tour").expect("a pool").price;
    sim.run_blocks(6);
    assert!(sim.pool("tour").expect("a pool").price > 1.5 * before);
    sim.run_blocks(3);
    assert!(sim.stake("whale", "tour", "val-a").expect("names").is_zero());
    let left = sim.balance("whale").expect("a name");
    assert!(left < Tao::whole(3_000) && left > Tao::whole(2_900), "the round trip costs fees: {left}");
}

#[test]
fn waiting_ends_when_it_holds_or_says_that_it_never_did() {
    let mut sim = built(tour());
    assert_eq!(sim.until(|sim| sim.height() >= 5).ok(), Some(5));
    let never = Sim::builder().build().and_then(|mut sim| sim.run_epochs(1)).expect_err("no subnet");
    assert_eq!(never, HarnessError::NoEpochs);
}

#[test]
fn mistakes_are_named_when_the_network_is_built() {
    let error = |builder: Builder| builder.build().err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        error(Sim::builder().miner("m", "sweep")),
        "a miner belongs to a subnet; name the subnet before it"
    );
    assert!(
        error(tour().miner("m", "swep")).contains("nothing is called `swep`; there are the methods greedy,")
    );
    assert!(error(tour().validator("v", 1, "honset")).contains("`honset` is no policy here"));
    assert!(error(tour().miner("val-a", "sweep")).contains("`val-a` is used twice"));
}

#[test]
fn an_epoch_is_explained_with_the_names_of_the_test() {
    // A task whose answers do not depend on block hashes, so that the table changes only when the economy does.
    let builder = Sim::builder().subnet(SubnetSetup::named("tour").tempo(10)).work(quality());
    let builder = builder.validator("val-a", 6_000, "honest").validator("val-b", 4_000, "late:1");
    let mut sim =
        built(builder.miner("best", "good").miner("fair", "fair+drift:15=bad").miner("poor", "bad"));
    let none = sim.explain_epoch("tour").expect_err("none ran").to_string();
    assert!(none.contains("no epoch of tour has run yet"), "{none}");
    sim.run_epochs(2).expect("epochs");
    sim.run_blocks(7);
    insta::assert_snapshot!(sim.metagraph("tour").expect("the subnet"));
    assert_eq!(sim.epoch("tour").expect("it is kept").index, 2);
}

/// What decides whether two histories are the same.
fn fingerprint(sim: &Sim) -> (u64, Hash, Time, usize) {
    (sim.height(), sim.root(), sim.time(), sim.now.mempool.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_way_back_leads_forward_again_the_same_way(
        seed: u64,
        before in 0u64..25,
        after in 1u64..25,
        astray in 0u64..15,
    ) {
        let quick = Sim::builder().subnet(SubnetSetup::named("tour").tempo(10)).validator("val-a", 6_000, "copier");
        let quick = quick.validator("val-b", 4_000, "cabal:mallory-1+late:1").sybils("mallory", 3, "sweep");
        let mut sim = built(quick.seed(seed).trader("whale", 500, "tour", "whale:100@12..20"));
        sim.run_blocks(before);
        let to = sim.account("val-b").expect("a name");
        sim.send("val-a", Call::Transfer { to, amount: Tao::whole(3) }).expect("it waits");
        let here = sim.checkpoint("here");
        let replay = |sim: &mut Sim| {
            let path: Vec<_> = (0..after).map(|_| { sim.run_blocks(1); fingerprint(sim) }).collect();
            (path, sim.balances())
        };
        let first = replay(&mut sim);
        sim.send("val-a", Call::Transfer { to, amount: Tao::whole(5) }).expect("it waits");
        sim.run_blocks(astray);
        for _ in 0..2 {
            sim.revert(&here).expect("the same network");
            prop_assert_eq!(replay(&mut sim), first.clone(), "seed {}", seed);
        }
    }
}

#[test]
fn a_checkpoint_of_another_network_is_refused() {
    let other = built(tour().seed(8)).checkpoint("other");
    let error = built(tour()).revert(&other).expect_err("another seed");
    assert_eq!(error.to_string(), "the checkpoint `other` is of another network; take one of this one");
}
