//! The recorded runs of the project, and what becomes of a run that differs.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::conformance::{Cases, Report};

/// Replays a run and says what it came to.
fn replay(root: &Value) -> Report {
    let mut report = Report::default();
    let mut cases = Cases { file: "run.json", report: &mut report };
    super::run(&mut cases, root.as_object().expect("a run is an object")).expect("a run");
    report
}

/// A recorded run of the project.
fn recorded(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/econ").join(name);
    let text = fs::read_to_string(path).expect("the vectors are part of the project");
    serde_json::from_str(&text).expect("valid JSON")
}

/// Replays a whole run, in which everything must agree.
fn agrees(name: &str, blocks: u64) {
    let report = replay(&recorded(name));
    assert!(report.failures.is_empty() && report.skipped.is_empty(), "{report}");
    // Block 0 has operations, too.
    assert_eq!(report.passed, blocks + 1);
}

#[test]
fn injection_over_2100_blocks_and_a_halving() {
    agrees("run_injection.json", 2_100);
}

#[test]
fn trading_over_2100_blocks() {
    agrees("run_trading.json", 2_100);
}

#[test]
fn epochs_over_2300_blocks() {
    agrees("run_epochs.json", 2_300);
}

#[test]
fn creation_and_dissolution_of_subnets_over_2400_blocks() {
    agrees("run_lifecycle.json", 2_400);
}

/// A run of three blocks: one account, one payment that fails, and the balances after each block.
fn small() -> Value {
    json!({ "description": "a remark", "steps": [
        { "block": 0, "ops": [{ "op": "fund", "coldkey": 7, "amount": 1_000 }] },
        { "block": 1, "ops": [
            { "op": "start_call", "origin": 7, "netuid": 1, "result": "SubnetNotExists" },
        ]},
        { "block": 3, "state": { "balances": [[7, 1_000]] } },
    ]})
}

#[test]
fn each_block_is_a_case_also_those_without_a_word() {
    let report = replay(&small());
    assert_eq!((report.passed, report.failures.len(), report.skipped.len()), (4, 0, 0), "{report}");
}

#[test]
fn a_run_ends_with_the_first_block_that_differs_and_says_so() {
    let mut run = small();
    run["steps"][1]["ops"][0]["result"] = "Ok".into();
    let report = replay(&run);
    assert_eq!((report.passed, report.failures.len()), (1, 1), "{report}");
    let failure = report.failures.first().expect("one");
    assert_eq!((failure.case.as_str(), failure.field.as_str()), ("block 1", "ops[0] start_call result"));
    assert_eq!((failure.expected.as_str(), failure.got.as_str()), ("\"Ok\"", "\"SubnetNotExists\""));
    assert_eq!(report.skipped, ["run.json: blocks 2 to 3, as block 1 differs"]);
}

#[test]
fn rows_that_differ_are_named_by_their_key() {
    let table = [
        (json!([[7, 999]]), "state.balances[7][1]", "999", "1000"),
        (json!([]), "state.balances[7]", "null", "[7,1000]"),
        (json!([[7, 1_000], [8, 1]]), "state.balances[8]", "[8,1]", "null"),
        (json!([[7, 1_001], [8, 0]]), "state.balances[7][1]", "1001", "1000"),
    ];
    for (balances, field, expected, got) in table {
        let mut run = small();
        run["steps"][2]["state"]["balances"] = balances;
        let report = replay(&run);
        let failure = report.failures.first().expect("the balances differ");
        let found = (failure.field.as_str(), failure.expected.as_str(), failure.got.as_str());
        assert_eq!(found, (field, expected, got));
    }
}

#[test]
fn what_cannot_be_understood_is_a_failure_that_names_it() {
    let table = [
        (json!({ "op": "riddle", "origin": 1, "result": "Ok" }), "the call riddle is not known"),
        (json!({ "op": "set", "param": "riddle", "value": 1, "netuid": null }), "\"riddle\" is not known"),
        (json!({ "op": "set", "param": "tempo", "value": 1, "netuid": 7 }), "there is no subnet 7"),
        (json!({ "op": "fund", "coldkey": 1, "amount": 1 }), "less than an account may hold"),
        (json!({ "op": "fund", "coldkey": 1, "amount": "much" }), "amount is \"much\""),
        (json!({ "op": "observe_state", "state": { "riddles": [] } }), "\"riddles\" is not known"),
    ];
    for (op, reason) in table {
        let mut run = small();
        run["steps"][0]["ops"][0] = op;
        let report = replay(&run);
        let failure = report.failures.first().expect("it cannot be run");
        assert!(failure.got.contains(reason), "{failure}");
    }
}

#[test]
fn an_epoch_that_was_not_recorded_is_a_difference() {
    let mut run = small();
    run["steps"][1]["epochs"] = json!([{
        "netuid": 1, "drained_owner_cut": 0, "drained_root": 0, "drained_server": 0, "drained_validator": 0,
        "epoch_output_hotkey_incentive_dividend": [],
    }]);
    let report = replay(&run);
    assert_eq!(report.failures.first().map(|failure| failure.field.as_str()), Some("epochs"), "{report}");
}
