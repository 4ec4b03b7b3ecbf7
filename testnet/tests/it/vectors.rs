//! The golden vectors that ship with the project, through the same code as `taonet conformance`.

use std::path::{Path, PathBuf};
use taonet_testnet::conformance;

fn vectors(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(kind)
}

fn all_pass(report: conformance::Report) {
    assert!(report.passed > 0, "no case was found");
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn all_yuma_vectors_pass() {
    all_pass(conformance::yuma(&vectors("yuma")).expect("the vectors are readable"));
}

#[test]
fn all_economic_vectors_pass() {
    all_pass(conformance::econ(&vectors("econ")).expect("the vectors are readable"));
}
