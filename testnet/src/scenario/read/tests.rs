//! What is read, and what is refused with line, column and the nearest right name.

use super::*;
use crate::scenario::file::When;

const GOOD: &str = r#"schema = 1
name = "two-honest"
about = "The better miner earns more."
seed = 7

[network]
authorities = 3

[time]
until = { epochs = 3 }

[[subnet]]
name = "tour"
tempo = 20
validators = [{ name = "val-a", stake = "6000" }]
miners = [{ name = "good", policy = "two-opt" }, { name = "poor", policy = "sweep" }]

[[at]]
block = 30
do = { partition = [["n0"], ["n1", "n2"]] }

[[at]]
block = 40
do = "heal"

[[assert]]
expr = "incentive('good') > incentive('poor')"

[[assert]]
when = "every block"
expr = "supply_conserved()"

[report]
plots = ["alpha_price"]

[fails_if]
path = "subnet.0.miners.1.policy"
to = "two-opt"
about = "Then both work alike."
"#;

#[test]
fn a_scenario_says_what_it_consists_of() {
    let checked = read(GOOD).expect("it is good");
    let scenario = &checked.scenario;
    let setup = scenario.setup();
    assert_eq!((setup.authorities, setup.seed, setup.subnets.len()), (3, 7, 1));
    assert_eq!(setup.subnets[0].miners[1].policy.to_string(), "sweep");
    assert_eq!(scenario.assertions.iter().map(|a| a.when).collect::<Vec<_>>(), [When::End, When::EveryBlock]);
    assert!(scenario.happenings.iter().any(|one| one.act.get_ref().is_fault()));
}

#[test]
fn the_change_that_must_make_it_fail_is_applied() {
    let checked = read(GOOD).expect("it is good");
    let broken = broken(&checked).expect("it names one").expect("it is a scenario");
    assert_eq!(broken.scenario.setup().subnets[0].miners[1].policy.to_string(), "two-opt");
    let table = [
        ("subnet.0.miners.1.policy", "subnet.9.miners.1.policy"),
        ("subnet.0.miners.1.policy", "subnet.0.name.1"),
        ("subnet.0.miners.1.policy", "subnet.0.miners.7"),
    ];
    for (from, to) in table {
        let checked = read(&GOOD.replace(from, to)).expect("paths are followed only when asked");
        let refusal = super::broken(&checked).expect("it names one").expect_err(to);
        assert!(refusal.sentence.contains("leads nowhere"), "{refusal}");
        assert_eq!(refusal.line, 36, "{refusal}");
    }
}

#[test]
fn what_is_wrong_is_refused_with_its_place_and_what_would_be_right() {
    let table = [
        ("tempo = 20", "tmepo = 20", "line 14, column 1: unknown field `tmepo`", "did you mean `tempo`?"),
        ("[time]", "[tiem]", "line 9, column 2: unknown field `tiem`", "did you mean `time`?"),
        ("epochs = 3", "epoch = 3", "line 10, column 11: unknown variant `epoch`", "did you mean `epochs`?"),
        ("schema = 1", "schema = 2", "line 1, column 10: this program reads schema 1", ""),
        ("\"two-honest\"", "\"Two Honest\"", "line 2, column 8: a scenario's name has", ""),
        ("[\"n0\"]", "[\"n7\"]", "line 20, column 6: there is no node `n7`", "`n"),
        ("\"heal\"", "\"heel\"", "line 24, column 6: unknown variant `heel`", "did you mean `heal`?"),
        ("incentive('good')", "incentives('good')", "line 27, column 9: there is no fact", "`incentive`?"),
        ("'poor')\"", "'por')\"", "line 27, column 29: there is no neuron or account `por`", "`poor`?"),
        ("'poor')\"", "'poor'\"", "line 27, column 45: a closing bracket", ""),
        ("incentive('good')", "incentive()", "line 27, column 9: `incentive` is asked like this", "'name'"),
        ("every block", "always", "line 30, column 8: `always` is no time", "`every block`"),
        ("alpha_price", "alpha-prize", "line 34, column 10: there is no plot", "`alpha_price`?"),
        ("seed = 7", "seed = -7", "line 4, column 8", ""),
        ("seed = 7", "seed = ", "line 4, column 8", ""),
        ("\"two-opt\" },", "\"two-opt:x:y\" },", "line 16", ""),
    ];
    for (from, to, place, hint) in table {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let refusal = read(&text).expect_err(to).to_string();
        assert!(refusal.starts_with(place), "{to}: {refusal}");
        assert!(refusal.contains(hint), "{to}: {refusal}");
    }
}
