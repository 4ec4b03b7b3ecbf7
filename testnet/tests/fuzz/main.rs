//! Files that people write, damaged: every reader takes them or says what is wrong, and none panics.
//!
//! Rules:
//! 1. The good files are those that come with the program, so that damage reaches every corner of their language.
//! 2. What a reader took is a value like any other: it is written and read back, and what is done next with it
//!    (a genesis, a broken copy, the run of a vector) ends with a result or a sentence.

#[path = "../../../chain/tests/fuzz/engine.rs"]
mod engine;

use engine::{Random, damaged_text, fuzz};
use serde_json::Value;
use std::{fs, path::Path};
use taonet_testnet::{
    conformance::{Report, econ, yuma},
    harness::{MinerSetup, Setup, SubnetSetup, ValidatorSetup},
    scenario::{broken, expr, library::LIBRARY, read},
};

/// Words of TOML and of the languages inside it.
const WORDS: [&str; 14] = [
    "=",
    "[",
    "]]",
    "\"",
    "''",
    "true",
    "nan",
    "-1",
    "1e400",
    "{ }",
    "two-opt",
    "stake('x')",
    "always",
    "\n\n[[act]]\n",
];

/// Elements of each list of a file of vectors that are kept: damage must not be lost among thousands of good cases.
const KEPT: usize = 2;

#[test]
fn fuzzed_scenarios_are_read_or_refused_with_their_place() {
    let good: Vec<String> = LIBRARY.iter().map(|(_, text)| (*text).to_owned()).collect();
    fuzz(400, |random| {
        let text = damaged_text(random, &good, &WORDS);
        let refused = match read(&text) {
            Err(refusal) => Some(refusal),
            Ok(checked) => broken(&checked).and_then(Result::err),
        };
        if let Some(refusal) = refused {
            assert!(!refusal.sentence.is_empty(), "{text}");
            assert!((1..=text.lines().count() + 1).contains(&refusal.line) && refusal.column > 0, "{text}");
        }
    });
}

#[test]
fn fuzzed_assertions_are_read_or_refused_within_the_text() {
    let quoted = |text: &str| text.split(['\'', '"']).map(str::to_owned).collect::<Vec<_>>();
    let good: Vec<String> = LIBRARY.iter().flat_map(|(_, text)| text.lines().flat_map(quoted)).collect();
    let words = ["(", ")", "!", "&&", "||", "<=", ",", "'", "1_", "1e9", ".", "((((((((((((((((", "ß"];
    fuzz(2_000, |random| {
        let text = damaged_text(random, &good, &words);
        if let Err(mistake) = expr::parse(&text) {
            assert!(mistake.at <= text.len() && !mistake.to_string().is_empty(), "{text}");
        }
    });
}

#[test]
fn fuzzed_setups_are_read_or_refused_and_so_is_what_they_describe() {
    let subnet = SubnetSetup::named("tour")
        .tempo(10)
        .pool(1_000, 2_000)
        .param("immunity_period", 7)
        .validator(ValidatorSetup::new("val-a", 6_000))
        .miner(MinerSetup::new("m1", "two-opt"))
        .sybils("mallory", 2, &"sweep".parse().expect("a policy"));
    let one = Setup { seed: 7, subnets: vec![subnet], ..Setup::default() };
    let good = [one, Setup::default()].map(|setup| toml::to_string(&setup).expect("plain data"));
    fuzz(400, |random| {
        let text = damaged_text(random, &good, &WORDS);
        match toml::from_str::<Setup>(&text) {
            Err(error) => assert!(!error.message().is_empty(), "{text}"),
            Ok(setup) => {
                let written = toml::to_string(&setup).expect("plain data");
                assert_eq!(toml::from_str::<Setup>(&written).ok().as_ref(), Some(&setup), "{text}");
                if let Err(error) = setup.genesis() {
                    assert!(!error.to_string().is_empty(), "{text}");
                }
            }
        }
    });
}

#[test]
fn fuzzed_vectors_of_the_economy_fail_with_a_reason() {
    fuzzed_vectors("econ", |dir| econ(dir).expect("a file"));
}

#[test]
fn fuzzed_vectors_of_the_epoch_fail_with_a_reason() {
    fuzzed_vectors("yuma", |dir| yuma(dir).expect("a file"));
}

/// Runs damaged copies of the golden vectors one by one: each passes, or the report says what is wrong with it.
fn fuzzed_vectors(kind: &str, run: impl Fn(&Path) -> Report) {
    let good = shortened(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(kind));
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["null", "[]", "{}", "-", ".5", "1e400", "\"", ",", "18446744073709551616", "true"];
    fuzz(150, |random: &mut Random| {
        let text = damaged_text(random, &good, &words);
        fs::write(folder.path().join("damaged.json"), &text).expect("written");
        let report = run(folder.path());
        assert!(report.passed > 0 || !report.failures.is_empty() || !report.skipped.is_empty(), "{text}");
        for failure in &report.failures {
            assert!(!failure.expected.is_empty() || !failure.got.is_empty(), "{failure}: {text}");
        }
    });
}

/// All files of a folder that hold lists of cases, each list cut short.
fn shortened(dir: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(dir)
        .expect("the vectors are part of the project")
        .flatten()
        .map(|file| file.path())
        .collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let text = fs::read_to_string(path).expect("a file");
        let mut root: Value = serde_json::from_str(&text).expect("JSON");
        for list in root.as_object_mut().expect("an object").values_mut().filter_map(Value::as_array_mut) {
            list.truncate(KEPT);
        }
        texts.push(root.to_string());
    }
    texts
}
