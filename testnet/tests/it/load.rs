//! Traffic through four real nodes: everything arrives, and blocks come on time.

use crate::home::{Home, number};
use serde_json::Value;

/// A report of `taonet load` against the network that is up.
fn load(home: &Home, words: &[&str]) -> Value {
    let all: Vec<&str> = ["load", "--json"].iter().chain(words).copied().collect();
    home.json(&all)
}

#[test]
fn a_mix_at_a_rate_arrives_as_asked() {
    let home = Home::new();
    home.up(&[]);
    let mix = "transfer=8,stake=1,weights=1";
    let report = load(&home, &["--tps", "40", "--mix", mix, "--seconds", "5", "--accounts", "20"]);
    let round = &report["round"];
    assert_eq!(report["mix"], mix);
    assert_eq!((number(round, "lost"), number(round, "failed")), (0, 0), "{report:#}");
    assert_eq!(number(round, "blocks"), 20, "five seconds of four blocks");
    assert!(
        number(round, "transactions") > 0
            && round["wait_p99_ms"].as_f64() >= round["wait_median_ms"].as_f64()
    );
    assert!(!round["limited_by"].as_str().expect("a sentence").is_empty());
}

/// A small one: `make load` sends a hundred thousand.
#[test]
fn a_flood_arrives_whole_and_the_chain_goes_on() {
    let home = Home::new();
    home.up(&[]);
    let report = load(&home, &["--flood", "3000", "--accounts", "40"]);
    let round = &report["round"];
    assert_eq!(number(round, "lost"), 0, "{report:#}");
    // What arrived in the first block, where the clock starts, is not counted.
    assert!(number(round, "transactions") <= 3_000 && number(round, "blocks") > 0, "{report:#}");
    assert_eq!(report["on_time"], true, "{report:#}");
}
