//! `taonet net` in the words of the command line, and programs of an author's own.

use crate::home::{Home, TAONET, number, text};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

/// A node of what `net --json` prints.
fn state(shown: &Value, node: usize) -> String {
    text(&shown["nodes"][node], "state").to_owned()
}

#[test]
fn a_network_is_broken_and_mended_by_its_commands() {
    let home = Home::new();
    home.up(&["--bare"]);
    let cut = home.json(&["--json", "net", "partition", "n0,n1", "/", "n2,n3"]);
    assert_eq!((cut["moving"].as_bool(), cut["links"].as_array().map(Vec::len)), (Some(false), Some(8)));
    assert_eq!((number(&cut["reach"], "authorities"), number(&cut["reach"], "all_authorities")), (2, 4));
    let status = home.taonet(&["status"]);
    let shown = String::from_utf8_lossy(&status.stdout);
    assert!(shown.contains("blocks stand still: 2 of 4 authorities reachable, 3 needed"), "{shown}");

    let healed = home.json(&["--json", "net", "heal"]);
    assert!(text(&healed, "done").starts_with("healed: 4 nodes agree again on block "), "{healed}");
    assert_eq!(healed["links"].as_array().map(Vec::len), Some(0));

    let killed = home.json(&["--json", "net", "kill", "n3"]);
    assert_eq!((state(&killed, 3).as_str(), killed["moving"].as_bool()), ("stopped", Some(true)));
    let paused = home.json(&["--json", "net", "pause", "n2"]);
    assert_eq!((state(&paused, 2).as_str(), paused["moving"].as_bool()), ("paused", Some(false)));
    assert_eq!(state(&home.json(&["--json", "net", "resume", "n2"]), 2), "running");
    assert_eq!(state(&home.json(&["--json", "net", "restart", "n3"]), 3), "running");

    let words = ["net", "link", "n0", "n1", "--latency", "40ms", "--jitter", "10ms", "--loss", "1%"];
    let link = home.taonet(&words);
    assert_eq!(String::from_utf8_lossy(&link.stdout), "n0 ↔ n1  latency 40 ms ± 10 ms, loss 1 %\n");
    let again = home.taonet(&["net", "kill", "n9"]);
    assert_eq!(again.status.code(), Some(1));
    let talk = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(talk.contains("has no node n9") && talk.contains("n0 n1 n2 n3 all"), "{talk}");
    let too_much = home.taonet(&["net", "link", "n0", "n1", "--latency", "2s"]);
    assert_eq!(too_much.status.code(), Some(1));
    assert_eq!(home.taonet(&["net", "link", "n0", "n1", "--latency", "2"]).status.code(), Some(2));
    let whole = home.json(&["--json", "net", "heal", "--all"]);
    assert_eq!(whole["links"].as_array().map(Vec::len), Some(0));
    let alone = home.taonet(&["net", "link", "n0", "n0", "--cut"]);
    let talk = String::from_utf8_lossy(&alone.stderr).into_owned();
    assert!(alone.status.code() == Some(1) && talk.contains("no link with itself"), "{talk}");

    // The first node cannot answer; another one does.
    home.json(&["--json", "net", "pause", "n0"]);
    assert!(number(&home.json(&["--json", "query", "status"]), "height") > 0);
    let paused = home.json(&["--json", "net", "pause", "all"]);
    assert_eq!(text(&paused, "done"), "paused: n1 n2 n3\nleft as they are: n0 (paused)");
    let resumed = home.json(&["--json", "net", "resume", "all"]);
    assert_eq!(text(&resumed, "done"), "resumed: n0 n1 n2 n3");

    home.json(&["--json", "dev", "blocks", "manual"]);
    let met = home.json(&["--json", "net", "heal"]);
    assert!(text(&met, "done").starts_with("healed: 4 nodes have met at block "), "{met}");
    assert_eq!(met["blocks"], "manual");
}

#[test]
fn a_node_with_a_lock_on_its_door_stays_part_of_its_network() {
    let home = Home::new();
    let network = home.up(&["--bare"]);
    let (dir, rpc) = (text(&network["nodes"][0], "dir"), text(&network["nodes"][0], "rpc"));
    let (settings, token) = (Path::new(dir).join("node.toml"), Path::new(dir).join("token"));
    fs::write(&token, "0123456789abcdef\n").expect("written");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).expect("a mode");
    let locked =
        fs::read_to_string(&settings).expect("its settings").replace("[rpc]\n", "[rpc]\ntoken = \"token\"\n");
    fs::write(&settings, locked).expect("written");
    assert_eq!(state(&home.json(&["--json", "net", "restart", "n0"]), 0), "running");

    let ask = |words: &[&str]| home.taonet(&[&["query", "status", "--rpc", rpc], words].concat());
    let refused = ask(&[]);
    let talk = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && talk.contains("--token"), "{talk}");
    assert!(ask(&["--token", "0123456789abcdef"]).status.success());
    // Who can read its folder needs not be told.
    let status = home.json(&["--json", "status"]);
    assert_eq!(state(&status, 0), "running", "{status}");
    let cut = home.json(&["--json", "net", "partition", "n0", "/", "n1,n2,n3"]);
    assert_eq!(cut["links"].as_array().map(Vec::len), Some(6), "{cut}");
    let healed = home.json(&["--json", "net", "heal"]);
    assert!(text(&healed, "done").starts_with("healed: 4 nodes agree again on block "), "{healed}");
}

/// A neuron of `network.json` by its name.
fn neuron<'v>(network: &'v Value, name: &str) -> &'v Value {
    let neurons = network["neurons"].as_array().expect("neurons");
    neurons.iter().find(|neuron| neuron["name"] == name).expect("it is there")
}

/// Whether a process runs; one that has ended but was not collected does not.
fn runs(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn a_program_of_ones_own_gets_its_settings_and_ends_with_the_network() {
    let home = Home::new();
    let note = home.0.path().join("note");
    // What it is told, then a child of its own, then nothing: it would run for ever.
    let own = format!(
        "echo \"$TAONET_RPC|$TAONET_NETUID|$TAONET_KEY_FILE\"; tail -f /dev/null & \
         echo $$ $! > {0}.new; mv {0}.new {0}; wait",
        note.display()
    );
    let run = format!("m1={own}");
    let mut up = Command::new(TAONET);
    up.args(["up", "--json", "--nodes", "1", "--run", &run]).env("TAONET_HOME", home.0.path());
    up.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut up = up.spawn().expect("taonet runs");
    let mut first = String::new();
    BufReader::new(up.stdout.take().expect("piped")).read_line(&mut first).expect("one line when it is up");
    let network = &serde_json::from_str::<Value>(&first).expect("JSON")["network"];
    let miner = neuron(network, "m1");

    let log = fs::read_to_string(text(miner, "log")).expect("its log is kept");
    let told: Vec<&str> = log.trim().split('|').collect();
    assert_eq!(told[..2], [text(&network["nodes"][0], "rpc"), "1"], "{log}");
    let key = Path::new(told[2]);
    assert_eq!(fs::metadata(key).expect("a key file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(key).expect("readable by its owner").trim().len(), 64);

    let noted = loop {
        match fs::read_to_string(&note) {
            Ok(noted) => break noted,
            Err(_) => std::thread::yield_now(),
        }
    };
    let processes: Vec<&str> = noted.split_whitespace().collect();
    assert!(processes.len() == 2 && processes.iter().all(|pid| runs(pid)), "{processes:?}");
    // The supervisor is killed and can stop nothing.
    up.kill().expect("it runs");
    up.wait().expect("it ends");
    let everybody = || processes.iter().map(|pid| (*pid).to_owned()).chain(pids(network)).collect::<Vec<_>>();
    while everybody().iter().any(|pid| runs(pid)) {
        std::thread::yield_now();
    }
}

/// The numbers of all processes of a network.
fn pids(network: &Value) -> Vec<String> {
    let all =
        ["nodes", "neurons"].into_iter().flat_map(|kind| network[kind].as_array().expect("a list").clone());
    all.map(|one| number(&one["process"], "pid").to_string()).collect()
}

#[test]
fn a_program_for_a_neuron_that_does_not_exist_is_refused() {
    let home = Home::new();
    let refused = home.taonet(&["up", "--run", "m9=true"]);
    assert_eq!(refused.status.code(), Some(1));
    let talk = String::from_utf8_lossy(&refused.stderr);
    assert!(talk.contains("no neuron m9") && talk.contains("val-a"), "{talk}");
    assert_eq!(fs::read_dir(home.0.path()).map_or(0, Iterator::count), 0, "nothing is left");
}

/// A network that a description makes, with a miner whose program is an author's own.
const SETUP: &str = r#"
seed = 5
authorities = 1

[[subnets]]
name = "mine"
tempo = 20
validators = [{ name = "judge", stake = "1000" }]
miners = [{ name = "good", policy = "or-opt" }, { name = "slow", policy = "sweep+slow:100" }, { name = "own" }]
"#;

#[test]
fn a_description_runs_as_processes() {
    let home = Home::new();
    let file = home.0.path().join("lab.toml");
    fs::write(&file, SETUP).expect("written");
    let network = home.up(&["--setup", &file.display().to_string(), "--run", "own=exec tail -f /dev/null"]);
    let names: Vec<&str> =
        network["neurons"].as_array().expect("neurons").iter().map(|neuron| text(neuron, "name")).collect();
    assert_eq!(names, ["judge", "good", "slow", "own"]);
    assert_eq!(neuron(&network, "good")["method"], "or-opt");
    assert_eq!(neuron(&network, "slow")["policy"], "sweep+slow:100");
    assert_eq!(neuron(&network, "own")["program"], "exec tail -f /dev/null");
    let status = home.json(&["--json", "status"]);
    assert_eq!(status["well"], true, "{status}");

    fs::write(&file, SETUP.replace("or-opt", "or-opt+drift:9=magic")).expect("written");
    let refused = home.taonet(&["up", "--setup", &file.display().to_string()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no method `magic`"));
}
