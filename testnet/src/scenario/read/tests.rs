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
        let refusal = read(&GOOD.replace(from, to)).expect_err(to);
        assert!(refusal.sentence.contains("leads nowhere"), "{refusal}");
        assert_eq!((refusal.line, refusal.column), (37, 8), "{refusal}");
    }
    let refusal = read(&GOOD.replace("to = \"two-opt\"", "to = []")).expect_err("a list is no policy");
    assert_eq!((refusal.line, refusal.column), (38, 6), "{refusal}");
    let once =
        GOOD.replace("miners.1.policy\"", "miners.1.policy\" # goes").replace("to = \"two-opt\"\n", "");
    read(&once).expect("what is removed need not be there once more");
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
    refused(GOOD, &table);
}

/// A story of 60 blocks with everything that can be set.
fn full() -> String {
    GOOD.replace("authorities = 3", "authorities = 3\nslot_ms = 250\nparams = { era_length = 5 }")
        .replace("{ epochs = 3 }", "{ blocks = 60 }")
        .replace("tempo = 20", "tempo = 20\nparams = { kappa = 5 }")
        .replace("\"heal\"", "{ set-param = { subnet = \"tour\", name = \"kappa\", value = \"5\" } }")
        .replace("every block", "block 60")
}

#[test]
fn a_parameter_that_does_not_exist_or_takes_no_such_value_is_refused() {
    let full = full();
    read(&full).expect("it is good");
    let table = [
        ("era_length = 5", "era_lenght = 5", "line 9, column 12: there is no parameter", "`era_length`?"),
        ("era_length = 5", "kappa = 5", "line 9, column 12: `kappa` is a parameter of subnets", ""),
        ("era_length = 5", "era_length = 'x'", "line 9, column 25: `x` is no value", "goes from"),
        (
            "params = { kappa",
            "params = { kapa",
            "line 17, column 12: there is no parameter `kapa`",
            "`kappa`?",
        ),
        ("{ kappa = 5", "{ kappa = 70000", "line 17, column 20: `70000` is no value", "0 to 65535"),
        ("name = \"kappa\"", "name = \"kapa\"", "line 27, column 46: there is no parameter", "`kappa`?"),
        ("subnet = \"tour\", name", "name", "line 27, column 29: `kappa` is a parameter of subnets", ""),
        ("value = \"5\"", "value = \"much\"", "line 27, column 63: `much` is no value", "0 to 65535"),
    ];
    refused(&full, &table);
}

#[test]
fn what_never_comes_is_refused() {
    let full = full();
    let table = [
        ("block = 40", "block = 61", "line 26, column 9: block 61 never comes", "at block 60"),
        ("block = 30", "block = 0", "line 22, column 9: a story begins with block 1", ""),
        ("block 60", "block 61", "line 33, column 8: block 61 never comes", "at block 60"),
        ("block 60", "block 0", "line 33, column 8: a story begins with block 1", ""),
        ("blocks = 60", "blocks = 9999", "line 12, column 20: a story has at most 7200 blocks", ""),
        ("slot_ms = 250", "slot_ms = 0", "line 8, column 11: 0 ms are no time", ""),
        ("slot_ms = 250", "slot_ms = 9000000000000", "line 8, column 11: 9000000000000 ms are no time", ""),
        ("authorities = 3", "authorities = 129", "line 7, column 15: 129 authorities cannot", "1 to 128"),
        (
            "{ name = \"good\"",
            "{ name = \"good\" }, { name = \"good\"",
            "line 19",
            "the name `good` is used twice",
        ),
        ("stake = \"6000\"", "stake = \"6000\", policy = \"cabal:god\"", "line 18, column 58", "`good`?"),
    ];
    refused(&full, &table);
    let table = [
        ("tempo = 20", "tempo = 0", "line 14, column 9: with a tempo of 0 there are no epochs", ""),
        (
            "epochs = 3",
            "epochs = 9000000000000000000",
            "line 10, column 20: 9000000000000000000 epochs",
            "7200",
        ),
        ("block = 30", "block = 0", "line 19, column 9: a story begins with block 1", ""),
    ];
    refused(GOOD, &table);
}

fn refused(good: &str, table: &[(&str, &str, &str, &str)]) {
    for (from, to, place, hint) in table {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        let refusal = read(&text).expect_err(to).to_string();
        assert!(refusal.starts_with(place), "{to}: {refusal}");
        assert!(refusal.contains(hint), "{to}: {refusal}");
    }
}

#[test]
fn a_description_alone_is_refused_with_its_place_as_well() {
    const SETUP: &str = "authorities = 1\n[[subnets]]\nname = \"mine\"\ntempo = 20\n\
                         miners = [{ name = \"good\", policy = \"or-opt\" }]\n";
    read_setup(SETUP).expect("it is good");
    let table = [
        ("tempo", "tmepo", "line 4, column 1: unknown field", "`tempo`?"),
        ("authorities = 1", "authorities = 0", "line 1, column 15: 0 authorities", "1 to 128"),
        ("authorities = 1", "authorities = 40", "line 1, column 15: at most 32 nodes", ""),
        ("authorities = 1", "slot_ms = 0", "line 1, column 11: 0 ms", ""),
        ("authorities = 1", "params = { era_lenght = 5 }", "line 1, column 12: there is no parameter", ""),
        ("or-opt", "oropt", "line 5, column 37: there is no method `oropt`", "`or-opt`?"),
    ];
    for (from, to, place, hint) in table {
        let refusal = read_setup(&SETUP.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(refusal.starts_with(place) && refusal.contains(hint), "{to}: {refusal}");
    }
}
