//! Every scenario of the library holds, and fails with the one change that must make it fail.

use super::{Layer, Report, broken, library::LIBRARY, read, read::Checked, run, stages};

fn ran(checked: &Checked) -> Report {
    let name = checked.scenario.name.get_ref();
    let mut stage = stages::on(checked).unwrap_or_else(|error| panic!("{name}: {error}"));
    run(checked, &mut *stage, &mut |_| {}).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What did not hold, with what it rests on.
fn told(report: &Report) -> String {
    let failed = report.findings.iter().filter(|finding| !finding.held);
    failed
        .map(|finding| format!("  block {}: {} {:?}\n", finding.block, finding.expr, finding.facts))
        .collect()
}

fn library() -> impl Iterator<Item = (Checked, Checked)> {
    LIBRARY.iter().map(|(name, text)| {
        let checked = read(text).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(checked.scenario.name.get_ref(), name);
        let broken = broken(&checked).unwrap_or_else(|| panic!("{name}: names no change that breaks it"));
        let broken = broken.unwrap_or_else(|refusal| panic!("{name}, broken: {refusal}"));
        (checked, broken)
    })
}

#[test]
fn every_scenario_holds_and_fails_with_its_change() {
    let mut wrong = String::new();
    for (checked, broken) in library() {
        let (report, name) = (ran(&checked), checked.scenario.name.get_ref());
        if !report.held() {
            wrong.push_str(&format!("{name} does not hold:\n{}", told(&report)));
        }
        if ran(&broken).held() {
            wrong.push_str(&format!("{name} holds in spite of its change\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn without_faults_a_scenario_has_the_same_root_on_one_chain_and_on_a_cluster() {
    let (mut checked, _) = library().next().expect("there is one");
    let alone = ran(&checked);
    checked.scenario.on = Layer::Cluster;
    let together = ran(&checked);
    assert!(alone.held() && together.held(), "{}{}", told(&alone), told(&together));
    assert_eq!((alone.height, alone.root), (together.height, together.root));
}
