//! Scenarios on real nodes: the file that runs on the other layers runs here too, and its exit code says what came of
//! it.

use crate::home::Home;
use std::{fs, path::Path, process::Output};

/// A node dies and comes back; one neuron is a program of its own, one comes later and changes its method.
const STORY: &str = r#"
schema = 1
name = "quick"
seed = 3

[network]
slot_ms = 100

[time]
until = { blocks = 24 }

[[subnet]]
name = "tour"
tempo = 8
validators = [{ name = "judge", stake = "1000" }]
miners = [
  { name = "good", policy = "or-opt" },
  { name = "late", policy = "sweep+drift:5=two-opt", joins = 2 },
  { name = "own", command = "echo $TAONET_NETUID > NOTE; exec tail -f /dev/null" },
]

[[at]]
block = 4
do = { crash = "n3" }

[[at]]
block = 8
do = { start = "n3" }

[[assert]]
when = "block 2"
expr = "!registered('late') && registered('own')"

[[assert]]
when = "block 8"
expr = "finalized('n3') <= 5 && finalized('n0') >= 7 && registered('late')"

[[assert]]
when = "every block"
expr = "supply_conserved()"

[[assert]]
expr = "height() == 24 && finalized_spread() <= 3 && epochs() == 3 && incentive('good') > 0.5"
"#;

fn run(home: &Home, file: &Path) -> (Output, String) {
    let bundle = home.0.path().join("bundle").display().to_string();
    let file = file.display().to_string();
    let output = home.taonet(&["scenario", "run", &file, "--on", "processes", "--bundle", &bundle]);
    let shown = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    (output, shown)
}

#[test]
fn a_story_holds_on_real_nodes() {
    let home = Home::new();
    let (file, note) = (home.0.path().join("quick.toml"), home.0.path().join("note"));
    fs::write(&file, STORY.replace("NOTE", &note.display().to_string())).expect("written");
    let (output, shown) = run(&home, &file);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("held    processes") && shown.contains("24 blocks"), "{shown}");
    assert_eq!(fs::read_to_string(note).expect("the program ran").trim(), "1");
    assert_eq!(home.json(&["--json", "ls"]).as_array().map(Vec::len), Some(0), "nothing is left");
}

#[test]
fn a_story_that_fails_leaves_the_logs_of_its_nodes() {
    let home = Home::new();
    let file = home.0.path().join("false.toml");
    let text = "schema = 1\nname = \"false\"\ntime = { until = { blocks = 2 } }\nnetwork = { authorities = 1 }\n\
                [[assert]]\nexpr = \"authorities() == 2\"\n";
    fs::write(&file, text).expect("written");
    let (output, shown) = run(&home, &file);
    assert_eq!(output.status.code(), Some(1), "{shown}");
    assert!(shown.contains("authorities() = 1") && shown.contains("--on processes"), "{shown}");
    let bundle = home.0.path().join("bundle/false");
    let log = fs::read_to_string(bundle.join("logs/n0.log")).expect("the node's log");
    assert!(log.contains("serves clients"), "{log}");
    for file in ["scenario.toml", "again.txt", "trace.txt", "report.html", "nodes.csv"] {
        assert!(bundle.join(file).is_file(), "{file} is missing");
    }
}

#[test]
fn what_processes_cannot_do_is_refused_with_its_line() {
    let home = Home::new();
    let file = home.0.path().join("far.toml");
    fs::write(&file, STORY.replace("slot_ms = 100", "link = { latency_ms = 60000 }")).expect("written");
    let (output, shown) = run(&home, &file);
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(shown.contains("line 7") && shown.contains("latency and jitter together"), "{shown}");
}
