//! The golden vectors of the project, and what the runner does with files that are wrong.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Epoch steps and items in `vectors/yuma`.
const CASES: u64 = 619;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/yuma")
}

#[test]
fn all_vectors_agree() {
    let report = yuma(&vectors()).expect("the vectors are part of the project");
    assert!(report.failures.is_empty(), "{report}");
    assert_eq!(report.passed, CASES);
    assert_eq!(report.skipped, [""; 0], "nothing is left out");
}

/// Runs one file of this content.
fn report_of(content: &str) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("any_name.json"), content).expect("a writable folder");
    yuma(folder.path()).expect("the folder has a file")
}

/// The liquid worked example with `from` replaced by `to`, which must occur.
fn altered(from: &str, to: &str) -> Report {
    let file = vectors().join("example_yuma3_liquid.json");
    let content = fs::read_to_string(file).expect("the vectors are part of the project");
    let compact: Value = serde_json::from_str(&content).expect("a JSON file");
    let compact = compact.to_string();
    assert!(compact.contains(from), "{from} does not occur");
    report_of(&compact.replacen(from, to, 1))
}

#[test]
fn a_wrong_number_is_named_with_its_place() {
    for (from, to, field) in [
        (r#""dividends":[45037,"#, r#""dividends":[45038,"#, "dividends[0]"),
        (r#""active":[1,1,"#, r#""active":[1,0,"#, "active[1]"),
        (r#""bonds_digest":[4,"#, r#""bonds_digest":[5,"#, "bonds_digest[0]"),
        (r#""bonds":[[2,49549"#, r#""bonds":[[2,49548"#, "bonds[0][1]"),
        (r#""kappa":2147450879"#, r#""kappa":2147450880"#, "trace.kappa"),
        (r#""bonds_ema":[[2,3247296208"#, r#""bonds_ema":[[2,3247296209"#, "trace.bonds_ema[0][1]"),
        // A rate of a pair that has a weight; those of other pairs do not matter.
        ("3142981289", "3142981288", "trace.alphas[0][1]"),
        (r#""110680464442257309696000000000000""#, r#""0""#, "trace.stake_filtered_i64f64[0]"),
    ] {
        let report = altered(from, to);
        let fields: Vec<&str> = report.failures.iter().map(|failure| failure.field.as_str()).collect();
        assert_eq!(fields, [field], "{report}");
        assert_eq!((report.passed, report.failed()), (0, 1));
        let failure = &report.failures[0];
        assert_eq!((failure.file.as_str(), failure.case.as_str()), ("any_name.json", "epoch 0"));
    }
}

#[test]
fn what_is_not_understood_is_a_failure() {
    for (from, to, reason) in [
        (r#""kind":"epoch""#, r#""kind":"riddle""#, "not known"),
        (r#""schema":1"#, r#""schema":2"#, "schema"),
        (r#""dividends":[45037,"#, r#""riches":[45037,"#, "riches"),
        (r#""bonds_digest""#, r#""digest""#, "digest"),
        (r#""set":{}"#, r#""set":{"moon":1}"#, "moon"),
        (r#""set":{}"#, r#""set":{"alpha_stake":{"5":1}}"#, "uid"),
        (r#""block":5000000"#, r#""block":5000000.5"#, "floating point"),
        (r#""tempo":360"#, r#""tempo":65536"#, "65536"),
        (r#""tao_stake":[0,"#, r#""tao_stake":["#, "length"),
        (r#""weights":[[2,65535,"#, r#""weights":[[65535,"#, "pair"),
    ] {
        let report = altered(from, to);
        assert_eq!((report.passed, report.failed()), (0, 1), "{to}: {report}");
        assert!(report.failures[0].got.contains(reason), "{to}: {report}");
    }
    assert_eq!(report_of("{").failed(), 1);
    assert_eq!(report_of("[1]").failed(), 1);
}

#[test]
fn a_directory_without_vectors_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(yuma(folder.path()), Err(Error::Empty { .. })));
    assert!(matches!(yuma(&folder.path().join("nowhere")), Err(Error::Directory { .. })));
}
