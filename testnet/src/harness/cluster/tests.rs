//! The cluster: the same blocks as the simulator while nothing goes wrong, and the right ones when something does.

use super::*;
use crate::harness::Builder;
use crate::harness::{Sim, SubnetSetup, quality};
use crate::sim::Link;
use crate::sim::liars::Equivocator;
use taonet_subnets::amount::Tao;

fn network() -> Builder {
    Sim::builder()
        .seed(3)
        .trader("whale", 500, "tour", "whale:100@8..15")
        .subnet(SubnetSetup::named("tour").tempo(10))
        .work(quality())
        .param("commit_reveal_enabled", true)
        .validator("val-a", 6_000, "honest")
        .validator("val-b", 4_000, "late:1")
        .validator("val-c", 3_000, "copier")
        .miner("good", "good")
        .miner("fair", "fair+skips:3")
        .miner("poor", "bad+offline:12..18")
}

fn built(builder: ClusterBuilder) -> Cluster {
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn same_description_same_blocks_on_sim_and_cluster() {
    // Long enough for two epochs, sealed weights, a sleep and a trade; then a shorter way over slower links.
    for (link, blocks) in [(Link::CALM, 24), (Link::delay(20, 20), 12)] {
        let mut sim = network().build().expect("it makes sense");
        let mut cluster = built(network().cluster().link_default(link).observers(1));
        let transfer = |to| Call::Transfer { to, amount: Tao::whole(7) };
        let to = sim.account("val-b").expect("a name");
        for height in 1..=blocks {
            if height == 11 {
                sim.send("val-a", transfer(to)).expect("it waits");
                cluster.send("n2", "val-a", transfer(to)).expect("it waits");
            }
            sim.run_blocks(1);
            cluster.run_blocks(1).expect("nothing goes wrong");
            assert_eq!(cluster.root_at(height), Some(sim.root()), "block {height}");
        }
        assert!(cluster.converged() && cluster.reports().iter().all(|report| report.round == 0));
    }
}

#[test]
fn a_minority_decides_nothing_and_catches_up() {
    let mut net = built(network().authorities(5).cluster().link_default(Link::delay(40, 10)));
    net.run_blocks(5).expect("it runs");
    let cut = net.partition(&[&["n0"], &["n1", "n2", "n3", "n4"]]).expect("nodes");
    net.run_virtual(5_000).expect("nothing forbidden happens");
    assert!(net.finalized("n0").expect("a node") <= cut.finalized_at_cut());
    assert!(net.finalized("n3").expect("a node") > cut.finalized_at_cut() + 5);
    assert!(!net.converged());
    net.heal().expect("it heals");
    net.until(Cluster::converged).expect("everybody catches up");
    net.view("n0").and_then(|view| view.check_invariants()).expect("sound");
}

#[test]
fn who_uses_a_node_that_is_down_is_silent_until_it_is_back() {
    let mut net = built(network().cluster().seat("val-a", "n3"));
    net.run_blocks(12).expect("it runs");
    let updated = |net: &Cluster| {
        let view = net.view("n0").expect("it is up");
        view.metagraph("tour").expect("the subnet")["val-a"].info.last_update
    };
    let before = updated(&net);
    assert!(before > 0);
    net.crash("n3").expect("it is up");
    net.run_blocks(12).expect("three of four go on");
    assert_eq!(updated(&net), before, "its validator is silent");
    assert!(net.send("n3", "val-a", Call::DisputeColdkeySwap).is_err());
    net.restart("n3").expect("it is down");
    net.until(|net| updated(net) > before).expect("it speaks again");
    let error = net.crash("n9").expect_err("no such node").to_string();
    assert!(error.starts_with("`n9` is no node that is part of this network"), "{error}");
}

#[test]
fn a_liar_is_survived_and_told_apart() {
    let mut net = built(network().cluster());
    net.byzantine("n2", Box::new(Equivocator)).expect("a node");
    net.run_blocks(6).expect("three of four are enough");
    let to = net.view("n0").and_then(|view| view.account("val-b")).expect("a name");
    let done = net.submit("n1", "val-a", Call::Transfer { to, amount: Tao::whole(1) }).expect("it works");
    assert!(done.height > 6);
    let honest: Vec<bool> = net.reports().iter().map(|report| report.honest).collect();
    assert_eq!(honest, [true, true, false, true]);
}

#[test]
fn an_epoch_is_explained_at_any_node_as_on_one_chain() {
    let mut net = built(network().cluster());
    let error = net.explain_epoch("n1", "tour").expect_err("none has run").to_string();
    assert!(error.contains("no epoch of tour has run yet"), "{error}");
    net.run_blocks(13).expect("they agree");
    let mut alone = network().build().expect("it makes sense");
    alone.run_blocks(13);
    let told = alone.explain_epoch("tour").expect("an epoch has run");
    for node in ["n0", "n3"] {
        assert_eq!(net.explain_epoch(node, "tour").expect("an epoch has run"), told, "{node}");
    }
}
