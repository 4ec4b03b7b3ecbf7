//! What a layer cannot do of a scenario: found before anything runs, with the line.
//!
//! | layer | refuses |
//! |---|---|
//! | sim | whatever breaks links or nodes, imperfect links, neurons that are programs |
//! | cluster | neurons that are programs |
//! | processes | links beyond what nodes make of them, too many nodes |
//!
//! All of them refuse methods that the built-in task lacks.

use super::{
    file::{Act, Layer, LinkFile},
    place,
    read::{Checked, Refusal, refuse},
    sense,
};

/// The most nodes as processes: as many as `taonet up` starts.
pub(super) const MAX_PROCESSES: u16 = 32;

/// Why one chain cannot do what needs a network.
pub(super) const NO_NETWORK: &str =
    "one chain has no links and no nodes to break; run it with `--on cluster`";

/// Whether the layer that a scenario is for can run it.
///
/// # Errors
/// The first line that it cannot obey, and where it could be.
pub fn check(checked: &Checked) -> Result<(), Refusal> {
    match checked.scenario.on {
        Layer::Sim => whole_network(checked).and_then(|()| built_in(checked)),
        Layer::Cluster => built_in(checked),
        Layer::Processes => processes(checked),
    }
}

/// One chain has nothing to break.
fn whole_network(checked: &Checked) -> Result<(), Refusal> {
    let scenario = &checked.scenario;
    if let Some(happening) = scenario.happenings.iter().find(|one| one.act.get_ref().is_fault()) {
        return Err(refuse(&checked.text, happening.act.span().start, NO_NETWORK));
    }
    if scenario.network.link != LinkFile::default() {
        return Err(refuse(&checked.text, place::of_value(&checked.text, "network.link"), NO_NETWORK));
    }
    Ok(())
}

/// Programs are processes; all others work on the built-in task.
fn built_in(checked: &Checked) -> Result<(), Refusal> {
    for (at, subnet) in checked.scenario.subnets.iter().enumerate() {
        let validators = subnet.validators.iter().map(|one| (&one.name, &one.command)).enumerate();
        let miners = subnet.miners.iter().map(|one| (&one.name, &one.command)).enumerate();
        let validators = validators.map(|(index, one)| (format!("subnet.{at}.validators.{index}"), one));
        let miners = miners.map(|(index, one)| (format!("subnet.{at}.miners.{index}"), one));
        if let Some((path, (name, _))) = validators.chain(miners).find(|(_, one)| one.1.is_some()) {
            let sentence = format!("`{name}` is a program of its own; run it with `--on processes`");
            return Err(refuse(
                &checked.text,
                place::of_value(&checked.text, &format!("{path}.command")),
                sentence,
            ));
        }
    }
    sense::methods(&checked.text, &checked.scenario.setup(), &sense::SCENARIO, "")
}

fn processes(checked: &Checked) -> Result<(), Refusal> {
    let (scenario, text) = (&checked.scenario, &checked.text);
    if scenario.network.authorities > MAX_PROCESSES {
        let sentence = format!("at most {MAX_PROCESSES} nodes run as processes; run it with `--on cluster`");
        return Err(refuse(text, place::of_value(text, "network.authorities"), sentence));
    }
    check_link(&scenario.network.link)
        .map_err(|why| refuse(text, place::of_value(text, "network.link"), why))?;
    for happening in &scenario.happenings {
        if let Act::Link { link, .. } = happening.act.get_ref() {
            check_link(link).map_err(|why| refuse(text, happening.act.span().start, why))?;
        }
    }
    sense::methods(text, &scenario.setup(), &sense::SCENARIO, sense::OR_COMMAND)
}

#[cfg(feature = "processes")]
fn check_link(link: &LinkFile) -> Result<(), String> {
    let link = super::on_processes::link_of(link);
    link.check().map_err(|error| format!("{error}, where nodes are processes"))
}

#[cfg(not(feature = "processes"))]
fn check_link(_: &LinkFile) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    const FILE: &str = r#"schema = 1
name = "odd"

[network]
authorities = 4
link = { latency_ms = 10 }

[time]
until = { blocks = 9 }

[[subnet]]
name = "tour"
validators = [{ name = "v", stake = "9" }]
miners = [
  { name = "a", policy = "sweep" },
  { name = "b", policy = "magic" },
  { name = "c", command = "python miner.py" },
]

[[at]]
block = 3
do = { crash = "n0" }
"#;

    fn refusal(on: Layer, text: &str) -> Option<(usize, String)> {
        let mut checked = read(text).expect("a scenario");
        checked.scenario.on = on;
        check(&checked).err().map(|refusal| (refusal.line, refusal.sentence))
    }

    #[test]
    fn what_a_layer_cannot_do_is_refused_with_its_line() {
        let without =
            |line: &str| FILE.lines().filter(|one| !one.contains(line)).collect::<Vec<_>>().join("\n") + "\n";
        let calm = FILE.split("[[at]]").next().expect("the part before");
        let slow = FILE.replace("latency_ms = 10", "latency_ms = 100000");
        let misspelled = calm
            .replace("magic", "oropt")
            .replace("  { name = \"c\", command = \"python miner.py\" },\n", "");
        let table: [(Layer, &str, usize, &str); 8] = [
            (Layer::Sim, FILE, 22, "no nodes to break; run it with `--on cluster`"),
            (Layer::Sim, calm, 6, "no nodes to break; run it with `--on cluster`"),
            (Layer::Cluster, FILE, 17, "`c` is a program of its own; run it with `--on processes`"),
            (Layer::Cluster, &misspelled, 16, "no method `oropt`; did you mean `or-opt`?"),
            (Layer::Processes, FILE, 16, "named by `command`"),
            (
                Layer::Processes,
                &without("magic").replace("authorities = 4", "authorities = 33"),
                5,
                "at most 32",
            ),
            (Layer::Processes, &slow, 6, "latency and jitter together"),
            (Layer::Processes, &without("magic"), 0, ""),
        ];
        for (on, text, line, says) in table {
            match refusal(on, text) {
                Some((found, sentence)) => {
                    assert!(found == line && sentence.contains(says), "{on}: line {found}: {sentence}");
                }
                None => assert_eq!(line, 0, "{on} runs it"),
            }
        }
    }
}
