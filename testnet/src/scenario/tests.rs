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

#[test]
fn what_the_run_ended_before_fails_it_and_says_so() {
    let text = "schema = 1\nname = \"short\"\ntime = { until = { epochs = 1 } }\n\
                [[subnet]]\nname = \"tour\"\ntempo = 5\nowner = \"bob\"\n\
                [[at]]\nblock = 99\ndo = { dissolve = \"tour\" }\n\
                [[assert]]\nwhen = \"block 98\"\nexpr = \"supply_conserved()\"\n";
    let report = ran(&read(text).expect("only its run shows how long an epoch takes"));
    assert!(!report.held());
    let ended = format!("because the run ended at block {}", report.height);
    let shown = report.to_string();
    assert!(shown.contains(&format!("never asked, {ended}: supply_conserved()")), "{shown}");
    assert!(shown.contains(&format!("never reached, {ended}: what happens after block 99")), "{shown}");
    let fails = text.replace("[[assert]]", "[[assert]]\nexpr = \"height() == 0\"\n[[assert]]");
    let report = ran(&read(&fails).expect("as good as the other"));
    assert!(!report.held() && report.findings.iter().any(|finding| finding.missed.is_none()), "{report}");
}
