//! Explanations of a network of real processes agree with its receipts, balances and totals.

use crate::home::{Home, number, text};
use serde_json::Value;

/// The sum of a field over a list.
fn sum(list: &Value, field: &str) -> u64 {
    list.as_array().expect("a list").iter().map(|one| number(one, field)).sum()
}

#[test]
fn a_living_network_explains_itself_to_the_last_rao() {
    let home = Home::new();
    let network = home.up(&["--nodes", "2"]);
    let rpc = text(&network["nodes"][0], "rpc").to_owned();
    let ask = |words: &[&str]| home.json(&[words, &["--json", "--rpc", &rpc]].concat());

    // The second epoch: everybody has set weights by then.
    ask(&["query", "block", "41", "--wait"]);
    let epoch = ask(&["explain", "epoch", "--block", "40"]);
    let sums = &epoch["sums"];
    let parts = ["owner", "miners", "withheld", "takes", "stakers", "root", "dust"];
    let paid: u64 = parts.iter().map(|part| number(sums, part)).sum();
    let pending: u64 =
        ["miners", "validators", "root", "owner"].iter().map(|part| number(&epoch["pending"], part)).sum();
    assert_eq!((paid, number(&epoch, "index")), (pending, 2));
    assert_eq!(sum(&epoch["payments"], "amount") + number(sums, "dust"), pending);
    assert!(number(&epoch, "entries_checked") > 10);

    // What the chain itself told when it paid.
    let block = ask(&["query", "block", "40"]);
    let events = block["events"].as_array().expect("events");
    let told = events.iter().find(|event| event["name"] == "IncentiveAlphaEmittedToMiners");
    let told = told.expect("the epoch's event")["fields"]["amounts"].as_array().expect("amounts").clone();
    let mined: Vec<u64> =
        epoch["neurons"].as_array().expect("neurons").iter().map(|neuron| number(neuron, "mined")).collect();
    assert_eq!(told.iter().map(|amount| amount.as_u64().expect("a number")).collect::<Vec<_>>(), mined);

    let emission = ask(&["explain", "emission", "--block", "40"]);
    let parts = ["tao_in", "spent", "refused", "destroyed"];
    let placed: u64 = parts.iter().map(|part| number(&emission, part)).sum();
    assert_eq!(placed, number(&emission, "minted"));

    let price = ask(&["explain", "price", "--netuid", "1", "--buy", "10"]);
    assert!(number(&price["trade"], "paid_out") > 0);

    let missing = home.taonet(&["explain", "epoch", "--block", "41", "--rpc", &rpc]);
    assert_eq!(missing.status.code(), Some(1));
    let talk = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(talk.contains("no epoch of subnet 1 ran in block 41") && talk.contains("block 40"), "{talk}");
}

#[test]
fn errors_and_experiments_need_no_network() {
    let home = Home::new();
    let errors = home.json(&["explain", "error", "NotEnoughBalanceToStake", "--json"]);
    assert_eq!(errors[0]["number"], 200);
    assert_eq!(home.taonet(&["explain", "error", "no-such-error"]).status.code(), Some(1));
    let words = ["lab", "consensus-map", "--trials", "1", "--epochs", "1", "--validators", "4", "--json"];
    let map = home.json(&words);
    assert_eq!(map["maps"].as_array().expect("maps").len(), 3);
    assert_eq!(map, home.json(&[&words[..], &["--threads", "1"]].concat()), "the seed decides");
}
