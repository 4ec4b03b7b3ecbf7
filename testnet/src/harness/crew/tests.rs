//! Policies at work: what each one does to incentive and dividends on a chain that runs for some epochs.

use super::super::{Builder, Metagraph, Sim, SubnetSetup, quality};
use taonet_chain::ledger::subnets;

/// A subnet of this task without anybody.
fn subnet() -> Builder {
    Sim::builder().subnet(SubnetSetup::named("s").tempo(10)).work(quality())
}

/// Two honest validators and two miners.
fn honest() -> Builder {
    subnet()
        .validator("a", 6_000, "honest")
        .validator("b", 5_000, "honest")
        .miner("good", "good")
        .miner("fair", "fair")
}

fn after(epochs: u64, builder: Builder) -> Metagraph {
    let mut sim = builder.build().unwrap_or_else(|error| panic!("{error}"));
    sim.run_epochs(epochs).expect("it runs epochs");
    sim.check_invariants().expect("sound");
    sim.metagraph("s").expect("the subnet")
}

/// How close two numbers are.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.02
}

#[test]
fn the_honest_pay_by_quality() {
    let neurons = after(3, honest());
    assert!(
        near(neurons["good"].incentive, 2.0 / 3.0) && near(neurons["fair"].incentive, 1.0 / 3.0),
        "{neurons}"
    );
}

#[test]
fn who_is_slow_or_silent_earns_less() {
    let neurons = after(3, honest().miner("slow", "good+slow:900").miner("some", "good+skips:2"));
    assert!(near(neurons["slow"].incentive, 0.0), "later than validators wait: {neurons}");
    assert!(neurons["some"].incentive > 0.1, "{neurons}");
    assert!(neurons["some"].incentive < 0.7 * neurons["good"].incentive, "every second answer: {neurons}");
}

#[test]
fn a_miner_that_dies_is_forgotten_within_two_epochs() {
    let neurons = after(6, honest().miner("dead", "good+offline:15.."));
    assert!(neurons["dead"].incentive < 0.1, "{neurons}");
}

#[test]
fn quality_that_drifts_is_paid_as_it_drifts() {
    let drifting = || honest().miner("new", "bad+drift:20=good");
    let (before, later) = (after(1, drifting()), after(6, drifting()));
    assert!(before["new"].incentive < 0.05, "{before}");
    assert!(near(later["new"].incentive, 0.4), "{later}");
}

#[test]
fn a_late_mover_pays_the_newcomer_later_and_earns_less_for_it() {
    let changing = subnet().validator("a", 6_000, "honest").validator("c", 3_000, "honest");
    let changing = changing.validator("late", 3_000, "late:1").miner("old", "fair");
    let neurons = after(5, changing.miner("new", "bad+drift:28=good"));
    assert!(neurons["late"].trust < neurons["c"].trust, "{neurons}");
    assert!(neurons["late"].dividends < neurons["c"].dividends, "{neurons}");
}

#[test]
fn a_copier_lives_off_open_weights_and_falls_behind_sealed_ones() {
    let quality = "bad+drift:25=good+drift:45=bad+drift:65=good+drift:85=bad";
    let race = |sealed: bool| {
        let builder = subnet().param("commit_reveal_enabled", sealed).param("reveal_period", 2);
        let builder = builder.validator("a", 6_000, "honest").validator("honest", 3_000, "honest");
        let builder =
            builder.validator("copier", 3_000, "copier").miner("steady", "fair").miner("moody", quality);
        let neurons = after(10, builder);
        neurons["copier"].dividends / neurons["honest"].dividends
    };
    let (open, sealed) = (race(false), race(true));
    assert!(open > 0.85, "with open weights copying costs next to nothing: {open}");
    assert!(sealed < open - 0.1, "with sealed ones it copies the past: {sealed} against {open}");
}

#[test]
fn a_cabal_is_clipped_below_kappa_and_rules_above_it() {
    let with = |stake| {
        let builder = honest().validator("boss", stake, "cabal:boss,crony").miner("crony", "bad");
        after(4, builder)["crony"].incentive
    };
    let (small, large) = (with(8_000), with(40_000));
    assert!(small < 0.02, "8 of 19 thousand are no majority: {small}");
    assert!(large > 0.5, "40 of 51 thousand are one: {large}");
}

#[test]
fn who_votes_for_itself_alone_earns_nothing() {
    let neurons = after(3, honest().validator("ego", 5_000, "self"));
    assert!(near(neurons["ego"].dividends, 0.0) && neurons["a"].dividends > 0.4, "{neurons}");
}

#[test]
fn the_lazy_repeat_what_they_once_found() {
    let neurons = after(5, honest().validator("lazy", 5_000, "lazy:20").miner("new", "bad+drift:5=good"));
    assert!(neurons["lazy"].trust < 0.8 * neurons["b"].trust, "it still believes in block 1: {neurons}");
    assert!(neurons["lazy"].info.last_update + 10 > neurons.height, "but it speaks every epoch");
}

#[test]
fn the_noisy_believe_their_last_round() {
    let builder = subnet().validator("a", 6_000, "honest").validator("noisy", 5_000, "noisy");
    let neurons = after(4, builder.miner("good", "good").miner("half", "good+skips:2"));
    assert!(neurons["noisy"].trust < neurons["a"].trust, "{neurons}");
}

#[test]
fn an_owner_without_weights_clips_everybody() {
    let builder = subnet().validator("boss", 50_000, "offline").validator("a", 6_000, "honest");
    let neurons = after(3, builder.miner("good", "good"));
    assert_eq!(neurons["good"].incentive, 0.0, "89 % of the stake said nothing: {neurons}");
}

#[test]
fn what_is_given_to_the_owner_is_withheld() {
    let burned = |policy: &str| {
        let mut setup = subnet().validator("a", 9_000, policy).miner("boss", "bad").miner("m", "good");
        setup = setup.owned_by("boss");
        let mut sim = setup.build().expect("it makes sense");
        sim.run_epochs(2).expect("it runs epochs");
        subnets::state_of(sim.state(), 1)
            .map_or(0.0, |subnet| subnet.miner_burned.to_bits() as f64 / 2f64.powi(32))
    };
    assert!(burned("honest") < 0.02 && near(burned("withhold:50"), 0.5));
}

#[test]
fn sybils_share_what_their_method_is_worth_once_for_each() {
    let neurons = after(3, honest().sybils("mallory", 3, "fair"));
    let together: f64 = (1..=3).map(|number| neurons[format!("mallory-{number}").as_str()].incentive).sum();
    assert!(near(together, 0.5), "three places of 30 in 180: {neurons}");
}
