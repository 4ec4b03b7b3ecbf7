//! What a run leaves behind, whatever becomes of it.

use super::*;

const TRUE: &str = "schema = 1\nname = \"true\"\ntime = { until = { blocks = 2 } }\nnetwork = { authorities = 1 }\n\
                    [[assert]]\nexpr = \"height() == 2\"\n\
                    [fails_if]\npath = \"seed\"\nto = 9\nabout = \"It does not.\"\n";

fn run(folder: &std::path::Path, broken: bool, report: PathBuf) -> Run {
    let file = folder.join("a story.toml");
    fs::write(&file, TRUE).expect("written");
    Run {
        which: vec![file.display().to_string()],
        on: None,
        seed: None,
        broken,
        junit: Some(folder.join("verdict.xml")),
        report: Some(report),
        bundle: folder.join("bundle"),
    }
}

#[test]
fn a_change_that_breaks_nothing_says_so_and_leaves_a_bundle_that_changes_it_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run(folder.path(), true, folder.path().join("report"));
    let task = run.read_all().expect("it makes sense").remove(0);
    let outcome = run.one(&task, &mut Screen::new(true));
    let told = run.told(&task, &outcome);
    assert!(told.contains("in spite of the change: with `seed` set to 9, something must fail"), "{told}");
    assert!(told.contains("a story.toml' --on sim --seed 9 --broken\n"), "{told}");
    run.leave(&task, &outcome).expect("written");
    let left = |name| fs::read_to_string(folder.path().join("bundle/true").join(name)).expect(name);
    assert_eq!(left("scenario.toml"), TRUE);
    assert!(left("again.txt").ends_with("scenario run scenario.toml --on sim --seed 9 --broken\n"));
}

#[test]
fn a_report_that_cannot_be_written_loses_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run(folder.path(), false, folder.path().join("a story.toml"));
    let verdict = folder.path().join("verdict.xml");
    run.run(false, true);
    let verdict = fs::read_to_string(verdict).expect("the verdict is there");
    assert!(verdict.contains("tests=\"1\" failures=\"0\" errors=\"0\""), "{verdict}");
}

#[test]
fn whatever_cannot_run_is_refused_before_it_does() {
    whole(TRUE).expect("it makes sense");
    let subnet = "[[subnet]]\nname = \"tour\"\nminers = [{ name = \"m\", policy = \"oropt\" }]\n";
    let refusal = whole(&(TRUE.to_owned() + subnet)).expect_err("no such method").to_string();
    assert_eq!(refusal, "line 13, column 34: there is no method `oropt`; did you mean `or-opt`?");
    let change = subnet.replace("oropt", "or-opt");
    let text = TRUE.replace("\"seed\"\nto = 9", "\"subnet.0.miners.0.policy\"\nto = \"oropt\"") + &change;
    let refusal = whole(&text).expect_err("no such method after the change");
    assert_eq!((refusal.line, refusal.column), (9, 6), "{refusal}");
}
