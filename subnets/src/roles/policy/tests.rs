//! Policies: their text, and what they make of what is found.

use super::*;
use crate::roles::{Neuron, Row, Standings, Uid, ValidatorView};
use crate::task::{Score, Verdict};

fn policy(text: &str) -> Policy<String> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_is_written_is_read_back() {
    for text in [
        "honest",
        "noisy+lazy:3",
        "copier+late:2",
        "cabal:a,b+withhold:50+offline:10..20",
        "self+offline:7..",
        "honest+lazy:1+late:1+withhold:100+offline:0..",
    ] {
        assert_eq!(policy(text).to_string(), text);
    }
    for text in ["honest", "two-opt", "sweep+drift:10=or-opt+drift:20=sweep+slow:900+skips:4+offline:1..9"] {
        assert_eq!(text.parse::<MinerPolicy>().map(|policy| policy.to_string()).as_deref(), Ok(text));
    }
    for text in ["whale:2000@100..200", "whale:0.5@3.."] {
        assert_eq!(text.parse::<TraderPolicy>().map(|policy| policy.to_string()).as_deref(), Ok(text));
    }
    assert_eq!(policy("offline").offline, Some(Span::ALWAYS));
    assert_eq!(policy(" late:1 + noisy "), policy("noisy+late:1"), "in any order");
}

#[test]
fn what_makes_no_sense_is_refused_with_what_would() {
    let table = [
        ("honset", "`honset` is no policy here; use honest, noisy,"),
        ("lazy", "write it like `lazy:3`"),
        ("late:0", "write it like `late:1`"),
        ("withhold:101", "write it like `withhold:50`"),
        ("offline:9..3", "write it like `offline:100..200`"),
        ("cabal:", "write it like `cabal:alice,bob`"),
        ("honest+copier", "`copier` is given twice"),
        ("late:1+late:2", "`late:2` is given twice"),
        ("honest:1", "is not understood"),
        ("", "is no policy here"),
    ];
    for (text, says) in table {
        let error = text.parse::<Policy<String>>().expect_err(text).to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
    for text in ["a+b", "drift:x", "drift:1=", "slow:-1", "bad method", "two-opt:3"] {
        assert!(text.parse::<MinerPolicy>().is_err(), "{text}");
    }
    for text in ["whale", "whale:1", "whale:x@1", "whale:1@5..2"] {
        assert!(text.parse::<TraderPolicy>().is_err(), "{text}");
    }
}

/// A subnet of validator 0, its owner 1, and miners 2 and 3, which scored 100 and 300 on average, 400 and 0 at last.
fn found<T>(read: impl Fn(&Found<'_>) -> T) -> T {
    let neuron = |uid: Uid| Neuron { uid, hotkey: [uid as u8; 32], registered_at: 0, serves: uid > 1 };
    let row = |uid, stake, weights| Row { uid, stake, weights };
    let view = ValidatorView {
        owner: Some(1),
        neurons: (0..4).map(neuron).collect(),
        others: vec![row(0, 9, vec![(3, 1)]), row(7, 1, vec![(2, 10)]), row(8, 3, vec![(2, 1), (3, 1)])],
        ..ValidatorView::default()
    };
    let mut standings = Standings::default();
    for (uid, scores) in [(2, [0, 200]), (3, [600, 0])] {
        for score in scores {
            standings.record(uid, 0, Verdict::new(Score(score), ""));
        }
    }
    read(&Found { me: 0, view: &view, standings: &standings })
}

#[test]
fn each_policy_reports_by_its_method() {
    let keyed = |text: &str| {
        let key = |name: String| name.parse().map(|byte: u8| [byte; 32]);
        policy(text).try_map(key).unwrap_or_else(|error| panic!("{text}: {error}"))
    };
    let table: [(&str, &[(Uid, u16)]); 7] = [
        ("honest", &[(2, 100), (3, 300)]),
        ("noisy", &[(2, 200), (3, 0)]),
        // Rows by stake: (1 * 1 + 3 * 1/2) for 2, 3 * 1/2 for 3; its own row does not count.
        ("copier", &[(2, 65_535), (3, 39_320)]),
        ("cabal:3,9", &[(2, 0), (3, 65_535)]),
        ("cabal:1", &[(1, 65_535), (2, 0), (3, 0)]),
        ("self", &[(0, 65_535)]),
        ("withhold:50", &[(1, 32_767), (2, 8_191), (3, 24_575)]),
    ];
    for (text, weights) in table {
        assert_eq!(found(|found| keyed(text).weights(found)), weights, "{text}");
    }
    assert_eq!(found(|found| keyed("cabal:9").weights(found)), [], "no member is there: nothing to say");
}

#[test]
fn miners_change_their_method_and_are_late_or_silent() {
    let miner: MinerPolicy =
        "sweep+drift:20=or-opt+drift:10=greedy+slow:700+skips:3".parse().expect("a policy");
    let methods: Vec<&str> = [0, 9, 10, 19, 20, 99].map(|height| miner.method_at(height)).into();
    assert_eq!(methods, ["sweep", "sweep", "greedy", "greedy", "or-opt", "or-opt"]);
    let answered: Vec<bool> = (1..=6).map(|question| miner.answers(question, 700)).collect();
    assert_eq!(answered, [true, true, false, true, true, false]);
    assert!(!miner.answers(1, 699), "later than anybody waits");
}

#[test]
fn a_whale_buys_once_and_sells_everything_once() {
    let whale: TraderPolicy = "whale:2@5..8".parse().expect("a policy");
    let acts = (0..12).map(|height| whale.committed(TraderView { height, alpha: height }));
    let acts: Vec<(usize, TraderAction)> =
        acts.enumerate().filter_map(|(height, act)| Some((height, act?))).collect();
    assert_eq!(acts, [(5, TraderAction::Buy(2_000_000_000)), (8, TraderAction::Sell(8))]);
    assert_eq!(whale.committed(TraderView { height: 8, alpha: 0 }), None, "nothing to sell");
}
