//! The golden vectors of the project, and what the runner does with files that are wrong.

use std::fs;

use serde_json::json;

use super::*;

/// Cases in `vectors/econ` that are not blocks of a run.
const CASES: u64 = 5_042;

#[test]
fn all_vectors_but_runs_agree() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/econ");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(vectors).expect("the vectors are part of the project") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a file").to_string_lossy();
        if !name.starts_with("run_") {
            fs::copy(&path, folder.path().join(&*name)).expect("a writable folder");
        }
    }
    let report = econ(folder.path()).expect("the folder has files");
    assert!(report.failures.is_empty() && report.skipped.is_empty(), "{report}");
    assert_eq!(report.passed, CASES);
}

/// Runs one file of this content.
fn report_of(content: &str) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("any_name.json"), content).expect("a writable folder");
    econ(folder.path()).expect("the folder has a file")
}

#[test]
fn files_that_are_wrong_are_failures() {
    let table = [
        ("{", "EOF"),
        ("[]", "not an object"),
        ("{}", "no list"),
        (r#"{"unit": "rao"}"#, "no list"),
        (r#"{"riddles": []}"#, "not known"),
        (r#"{"cases": [{"riddle": 1}]}"#, "not known"),
        (r#"{"price": 7}"#, "neither a list"),
        (r#"{"steps": []}"#, "no steps"),
        (r#"{"steps": [{}]}"#, "missing field"),
        (r#"{"steps": [{"block": 1}, {"block": 0}]}"#, "ascending"),
        (r#"{"steps": [{"block": 0}], "riddle": 1}"#, "neither the list of steps nor"),
        (r#"{"price": [{}]}"#, "missing field"),
        (r#"{"decay_factor_q32_by_half_life": [[1, 2, 3]]}"#, "invalid length"),
        (r#"{"boundaries": [{"emission_after": 1.5, "emission_before": 1}]}"#, "invalid type"),
    ];
    for (content, reason) in table {
        let report = report_of(content);
        assert_eq!((report.passed, report.failures.len()), (0, 1), "{content}: {report}");
        assert!(report.failures[0].got.contains(reason), "{content}: {report}");
    }
}

#[test]
fn a_wrong_number_is_named_with_its_place() {
    let swap = |price: &str| {
        json!({ "price": [
            { "alpha_reserve": 2, "tao_reserve": 1, "quote_weight": 500_000_000_000_000_000u64, "price_bits": price },
        ]})
    };
    assert_eq!(report_of(&swap("9223372036854775808").to_string()).passed, 1);
    let report = report_of(&swap("9223372036854775809").to_string());
    let failure = report.failures.first().expect("the number is wrong");
    let place = (failure.file.as_str(), failure.case.as_str(), failure.field.as_str());
    assert_eq!(place, ("any_name.json", "price[0]", "price_bits"));
    assert!(failure.expected.contains("809") && failure.got.contains("808"), "{failure}");
}
