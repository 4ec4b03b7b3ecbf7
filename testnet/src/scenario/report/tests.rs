//! Reports: well-formed, complete, and safe against the names in them.

use super::{Case, Page, csv, html, junit};
use crate::scenario::record::{EpochRecord, NeuronRecord, Recording};

fn neuron(uid: u16, name: &str, incentive: f64) -> NeuronRecord {
    NeuronRecord {
        uid,
        name: name.to_owned(),
        stake: 10.0,
        permit: uid == 0,
        consensus: incentive,
        validator_trust: 0.5,
        incentive,
        dividends: 0.25,
        emission: incentive * 20.0,
    }
}

/// Two epochs of a validator with a hostile name and two miners, one of which earns nothing.
fn recording() -> Recording {
    let mut recording = Recording::default();
    let subnet = recording.subnets.entry(1).or_default();
    subnet.name = "echo".to_owned();
    for block in [20, 40] {
        subnet.price.push(block as f64, 0.02);
        subnet.epochs.push(EpochRecord {
            block,
            neurons: vec![neuron(0, "<b>=1,\"x\"", 0.0), neuron(1, "good", 1.0), neuron(2, "bad", 0.0)],
            weights: vec![vec![(1, 1.0)], vec![], vec![]],
            bonds: vec![vec![(1, 0.5), (2, 0.5)], vec![], vec![]],
        });
    }
    recording.node("n0", 1.5, 40, 3);
    recording.node("n0", 2.5, 44, 0);
    recording
}

fn page() -> Page {
    Page {
        title: "a & b".to_owned(),
        about: "What <happens>.".to_owned(),
        facts: vec![("seed".to_owned(), "7".to_owned())],
        checks: vec![
            ("1 < 2".to_owned(), true, String::new()),
            ("2 < 1".to_owned(), false, "x = 1".to_owned()),
        ],
        plots: Vec::new(),
    }
}

#[test]
fn the_page_shows_what_was_asked_for_and_needs_nothing_else() {
    let all = html(&page(), &recording());
    for wanted in [
        "a &amp; b",
        "What &lt;happens&gt;.",
        "Emission by neuron",
        "Bonds of the last",
        "Finalised height of each",
        "behind the furthest",
    ] {
        assert!(all.contains(wanted), "{wanted} is missing");
    }
    for foreign in ["<script", "http://", "https://", "<b>", "src="] {
        assert!(!all.contains(foreign), "{foreign} is in the page");
    }
    assert!(all.contains("did not hold") && all.contains("1 &lt; 2"));
    assert_eq!(all.matches("<svg").count(), all.matches("</svg>").count());
    let price = html(&Page { plots: vec!["alpha_price".to_owned()], ..page() }, &recording());
    assert_eq!(price.matches("<svg").count(), 1);
}

#[test]
fn tables_hold_every_number_and_no_formula() {
    let tables = csv(&recording());
    let text = |name: &str| &tables.iter().find(|table| table.0 == name).expect("it is there").1;
    assert_eq!(
        text("price.csv"),
        "netuid,subnet,block,price_tao\n1,echo,20,0.020000000\n1,echo,40,0.020000000\n"
    );
    assert_eq!(text("epochs.csv").lines().count(), 1 + 2 * 3);
    assert!(text("epochs.csv").contains("\"<b>=1,\"\"x\"\"\""));
    assert!(text("weights.csv").ends_with("1,40,0,1,1.000000\n"));
    assert_eq!(text("bonds.csv").lines().count(), 1 + 2 * 2);
    assert!(text("nodes.csv").ends_with("n0,1.500,40,3\nn0,2.500,44,0\n"));
    let mut hostile = recording();
    hostile.subnets.entry(1).or_default().name = "=1+1".to_owned();
    assert!(csv(&hostile)[0].1.contains("\n1,'=1+1,20"));
}

#[test]
fn continuous_integration_reads_what_held_what_failed_and_what_could_not_run() {
    let case = |name: &str, failure: Option<&str>, error: Option<&str>| Case {
        suite: "scenarios/a.toml".to_owned(),
        name: name.to_owned(),
        seconds: 0.25,
        failure: failure.map(str::to_owned),
        error: error.map(str::to_owned),
    };
    let cases = [
        case("holds", None, None),
        case("fails", Some("1 < 0\nx = \"1\""), None),
        case("cannot", None, Some("no such file\u{1}")),
    ];
    assert_eq!(
        junit(&cases),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuite name=\"taonet\" tests=\"3\" failures=\"1\" errors=\"1\" time=\"0.750\">\n  \
         <testcase classname=\"scenarios/a.toml\" name=\"holds\" time=\"0.250\"/>\n  \
         <testcase classname=\"scenarios/a.toml\" name=\"fails\" time=\"0.250\">\n    \
         <failure message=\"1 &lt; 0\">1 &lt; 0\nx = &quot;1&quot;</failure>\n  </testcase>\n  \
         <testcase classname=\"scenarios/a.toml\" name=\"cannot\" time=\"0.250\">\n    \
         <error message=\"no such file\u{fffd}\">no such file\u{fffd}</error>\n  </testcase>\n</testsuite>\n"
    );
}
