//! Time under a developer's control, over whole networks of real processes: RocksDB, libp2p, gRPC, the binary.

use crate::home::{Home, TAONET, nodes, number, text};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
};

/// What every node says of itself: `taonet dev blocks`.
fn standing(home: &Home) -> Vec<Value> {
    home.json(&["--json", "dev", "blocks"]).as_array().expect("a list").clone()
}

/// The last block, which all nodes have.
fn last(home: &Home) -> (u64, String) {
    let all = standing(home);
    let (height, hash) = (number(&all[0], "height"), text(&all[0], "hash").to_owned());
    assert!(all.iter().all(|node| number(node, "height") == height && text(node, "hash") == hash), "{all:?}");
    (height, hash)
}

/// Mines and says what came of it.
fn mine(home: &Home, blocks: u64) -> Value {
    let mined = home.json(&["--json", "dev", "mine", &blocks.to_string()]);
    assert_eq!(number(&mined, "blocks"), blocks);
    assert_eq!(last(home), (number(&mined, "height"), text(&mined, "hash").to_owned()));
    mined
}

fn balance(home: &Home, account: &str) -> u64 {
    number(&home.json(&["--json", "wallet", "balance", account]), "balance")
}

fn refused(home: &Home, words: &[&str], because: &str) {
    let output = home.taonet(words);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
    assert!(said.contains(because) && said.contains("try:"), "{words:?}: {said}");
}

#[test]
fn a_network_goes_back_to_a_checkpoint_as_often_as_one_likes_and_lives_the_same_again() {
    let home = Home::new();
    home.up(&["--bare", "--blocks", "manual"]);
    let (height, hash) = last(&home);
    mine(&home, 2);
    let fund = ["--json", "dev", "fund", "//Zed", "7", "--no-wait"];
    home.json(&fund);
    let kept = home.json(&["--json", "dev", "checkpoint", "before"]);
    assert_eq!((number(&kept, "height"), number(&kept, "transactions")), (height + 2, 1));
    refused(&home, &["dev", "checkpoint", "before"], "already");
    refused(&home, &["dev", "revert", "nowhere"], "no");
    let mut lives = Vec::new();
    for branch in 1..=3 {
        // What waited at the checkpoint waits again, and is executed in the first block.
        let mined = mine(&home, 5);
        assert_eq!(balance(&home, "//Zed"), 7_000_000_000);
        lives.push((text(&mined, "state_root").to_owned(), number(&mined, "timestamp_ms"), last(&home)));
        let back = home.json(&["--json", "dev", "revert", "before"]);
        assert_eq!(number(&back, "height"), height + 2);
        assert_eq!(last(&home), (height + 2, text(&kept, "hash").to_owned()));
        assert!(standing(&home).iter().all(|node| number(node, "branch") == branch));
        assert_eq!(balance(&home, "//Zed"), 0);
    }
    assert!(lives.iter().all(|life| *life == lives[0]), "{lives:?}");
    let listed = home.json(&["--json", "dev", "checkpoints"]);
    assert_eq!(listed.as_array().expect("a list").len(), 1);
    assert_ne!(hash, text(&kept, "hash"));
    // By its own clock the network is where it was; agreement goes on from there.
    home.json(&["--json", "dev", "blocks", "interval"]);
    let next = (height + 6).to_string();
    let since = home.json(&["--json", "query", "block", &next, "--wait"]);
    // Who trusts the genesis cannot be led here; who trusts a block of this life can.
    let ask = ["--json", "query", "proof", "balance", "//Zed"];
    refused(&home, &ask[1..], "taken back");
    let trust = format!("{next}:{}", text(&since, "hash"));
    let proven = home.json(&[&ask[..], &["--trust", &trust]].concat());
    assert_eq!(number(&proven, "balance"), 7_000_000_000);
}

#[test]
fn a_transaction_makes_a_block_and_nothing_else_does() {
    let home = Home::new();
    let network = home.up(&["--bare", "--blocks", "instant", "--nodes", "2"]);
    let (height, _) = last(&home);
    for (index, amount) in (1u64..).zip(["5", "6"]) {
        let done = home.json(&["--json", "dev", "fund", "//Zed", amount]);
        assert_eq!(number(&done, "height"), height + index);
    }
    assert_eq!(balance(&home, "//Zed"), 11_000_000_000);
    let pay = ["dev", "impersonate", "//Bob", "--", "transfer", "--to", "//Zed", "--amount"];
    let paid = home.json(&[&["--json"], &pay[..], &["1"]].concat());
    assert_eq!(number(&paid, "height"), height + 3);
    refused(&home, &[&pay[..], &["99999999"]].concat(), "InsufficientBalance");
    let set = home.json(&["--json", "dev", "set-param", "network", "tx-rate-limit", "9"]);
    assert_eq!(text(&set, "call"), "dev_set_param");
    // The refused payment made a block as well: its fee was paid.
    home.json(&["--json", "query", "block", &(height + 5).to_string(), "--wait"]);
    for node in nodes(&network) {
        let block = home.json(&[
            "--json",
            "--rpc",
            text(&node, "rpc"),
            "query",
            "block",
            "--wait",
            &(height + 5).to_string(),
        ]);
        assert_eq!(number(&block, "height"), height + 5);
    }
    assert!(standing(&home).iter().all(|node| number(node, "height") == height + 5));
}

#[test]
fn a_warp_until_the_halving_ends_with_the_block_that_emits_half() {
    let home = Home::new();
    home.up(&["--bare", "--blocks", "instant", "--nodes", "1"]);
    let economy = |field: &str| number(&home.json(&["--json", "query", "economy"]), field);
    // Half of all TAO there will ever be, but for ten blocks of it.
    let missing = 10_500_000_000_000_000 - economy("issuance") - 10 * economy("block_emission");
    let missing = format!("{}.{:09}", missing / 1_000_000_000, missing % 1_000_000_000);
    home.json(&["--json", "dev", "fund", "//Zed", &missing]);
    let before = economy("block_emission");
    let warped = home.json(&["--json", "dev", "warp", "--until-halving"]);
    assert_eq!(economy("block_emission"), before / 2);
    assert!((5..=12).contains(&number(&warped, "blocks")), "{warped}");
}

#[test]
fn a_living_network_is_two_epochs_further_and_goes_on() {
    let home = Home::new();
    let network = home.up(&["--nodes", "2"]);
    let epochs = |home: &Home| number(&home.json(&["--json", "subnets", "show", "1"])["subnet"], "epochs");
    let before = epochs(&home);
    let warped = home.json(&["--json", "dev", "warp", "--epochs", "2"]);
    assert!(epochs(&home) >= before + 2);
    assert!(number(&warped, "blocks") > 20, "a whole tempo and the rest of one: {warped}");
    assert_eq!(number(&warped, "nodes"), 2);
    let next = (number(&warped, "height") + 3).to_string();
    let blocks: Vec<Value> = nodes(&network)
        .iter()
        .map(|node| home.json(&["--json", "--rpc", text(node, "rpc"), "query", "block", &next, "--wait"]))
        .collect();
    assert_eq!(blocks[0]["hash"], blocks[1]["hash"], "agreement goes on where mining ended");
    assert_eq!(text(&standing(&home)[0], "blocks"), "interval");
}

#[test]
fn a_signal_ends_mining_and_the_network_goes_on_by_itself() {
    let home = Home::new();
    home.up(&["--bare", "--nodes", "2"]);
    let mut mine = Command::new(TAONET);
    mine.args(["dev", "mine", "1000000"]).env("TAONET_HOME", home.0.path()).stdin(Stdio::null());
    let mine = mine.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("taonet runs");
    let wait = |height: u64| home.json(&["--json", "query", "block", &height.to_string(), "--wait"]);
    // So many blocks come soon only when they are mined.
    wait(200);
    let signal = Command::new("kill").args(["-INT", &mine.id().to_string()]).status();
    assert!(signal.expect("kill runs").success());
    let ended = mine.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(130) && said.contains("Ctrl-C: stopped"), "{}: {said}", ended.status);
    let all = standing(&home);
    assert!(all.iter().all(|node| text(node, "blocks") == "interval"), "{all:?}");
    let top = all.iter().map(|node| number(node, "height")).max().expect("two nodes");
    wait(top + 3);

    // What one node would not hear of is told to none.
    home.json(&["--json", "net", "pause", "n1"]);
    refused(&home, &["dev", "blocks", "manual"], "n1 is paused");
    home.json(&["--json", "net", "kill", "n1"]);
    refused(&home, &["dev", "blocks", "manual"], "n1 does not run");
    assert_eq!(text(&standing(&home)[0], "blocks"), "interval");
}

#[test]
fn miners_and_validators_work_for_the_life_after_a_revert_as_for_the_one_before() {
    let home = Home::new();
    home.up(&["--nodes", "2"]);
    // Who sets weights in the second and third tempo after a block; the first may have some that waited.
    let weigh_after = |height: u64| {
        let (from, to) = ((height + 20).to_string(), (height + 60).to_string());
        let events = ["--json", "query", "events", "--name", "WeightsSet", "--from", &from, "--to", &to];
        let output = home.taonet(&events);
        let lines = String::from_utf8(output.stdout).expect("text");
        let uid = |line: &str| {
            let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            number(&event["fields"], "uid")
        };
        lines.lines().map(uid).collect::<BTreeSet<u64>>()
    };
    let everybody = BTreeSet::from([0, 1, 2]);
    let kept = home.json(&["--json", "dev", "checkpoint", "young"]);
    let warped = home.json(&["--json", "dev", "warp", "--blocks", "300"]);
    assert_eq!(weigh_after(number(&warped, "height")), everybody, "the life that is given up");
    home.json(&["--json", "dev", "revert", "young"]);
    assert_eq!(weigh_after(number(&kept, "height")), everybody, "the next one");
}
