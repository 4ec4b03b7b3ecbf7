//! Whole networks of real processes, through the binary, as a user would.
//!
//! Every test has a home of its own, so tests run side by side and never touch a user's networks.

use crate::home::{Home, TAONET, nodes, number, text};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};
use taonet_testnet::network::process::Process;

/// The block at a height as the node has it, once it has it.
fn block(home: &Home, node: &Value, height: u64) -> Value {
    home.json(&["--json", "--rpc", text(node, "rpc"), "query", "block", &height.to_string(), "--wait"])
}

fn height(home: &Home, node: &Value) -> u64 {
    number(&home.json(&["--json", "--rpc", text(node, "rpc"), "query", "status"]), "height")
}

/// Kills the process of a node or a neuron; returns when its ports and files are free.
pub(crate) fn kill(node: &Value) {
    let process: Process = serde_json::from_value(node["process"].clone()).expect("a process");
    process.kill();
}

/// A node started again from its folder; it is ended with the test.
pub(crate) struct Restarted(std::process::Child);

impl Restarted {
    pub(crate) fn from(node: &Value) -> Restarted {
        let mut command = Command::new(TAONET);
        command.args(["node", "--dir", text(node, "dir")]).stdin(Stdio::null());
        Restarted(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("taonet runs"))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Restarted {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asserts that all nodes have the same block and state root at a height.
pub(crate) fn agree(home: &Home, nodes: &[Value], height: u64) {
    let first = block(home, &nodes[0], height);
    for node in nodes {
        let other = block(home, node, height);
        assert_eq!(text(&other, "hash"), text(&first, "hash"), "{} at {height}", text(node, "name"));
        assert_eq!(text(&other, "state_root"), text(&first, "state_root"));
    }
}

#[test]
fn up_until_epoch_two_reports_a_living_economy() {
    let home = Home::new();
    let report = home.json(&["up", "--until-epoch", "2", "--json"]);
    assert!(report["ready_s"].as_f64().expect("a number") > 0.0);
    let nodes = nodes(&report);
    assert_eq!(nodes.len(), 4);
    for node in &nodes {
        assert_eq!(node["hash"], nodes[0]["hash"]);
        assert_eq!(node["state_root"], nodes[0]["state_root"]);
        assert_eq!(node["height"], nodes[0]["height"]);
        assert_eq!(number(node, "peers"), 3);
        assert!(number(node, "rss_bytes") > 0);
    }
    assert_eq!(report["accounts"].as_array().expect("accounts").len(), 10);
    assert_ne!(report["subnet"]["pool_before"]["price"], report["subnet"]["pool_after"]["price"]);
    let left = std::fs::read_dir(home.0.path()).expect("the home").count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn waiting_for_an_epoch_of_blocks_that_nobody_would_make_is_refused() {
    let home = Home::new();
    for blocks in ["manual", "instant"] {
        let told = home.taonet(&["up", "--until-epoch", "1", "--blocks", blocks]);
        let said = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(2), "{said}");
        assert!(said.contains("nobody would make its blocks") && said.contains("try:"), "{said}");
    }
}

#[test]
fn three_nodes_go_on_without_the_fourth_which_catches_up_when_it_returns() {
    let home = Home::new();
    let network = home.up(&[]);
    let nodes = nodes(&network);
    kill(&nodes[3]);
    let ahead = height(&home, &nodes[0]) + 20;
    agree(&home, &nodes[..3], ahead);
    let mut restarted = Restarted::from(&nodes[3]);
    wait_until_it_listens(&nodes[3], &mut restarted);
    agree(&home, &nodes, ahead + 5);
}

#[test]
fn a_node_whose_data_is_wiped_follows_again_with_its_old_key() {
    let home = Home::new();
    let network = home.up(&[]);
    let nodes = nodes(&network);
    kill(&nodes[3]);
    std::fs::remove_dir_all(Path::new(text(&nodes[3], "dir")).join("db")).expect("removed");
    let ahead = height(&home, &nodes[0]) + 5;
    agree(&home, &nodes[..3], ahead);
    let mut restarted = Restarted::from(&nodes[3]);
    wait_until_it_listens(&nodes[3], &mut restarted);
    agree(&home, &nodes, ahead + 20);
}

#[test]
fn four_killed_nodes_resume_at_their_last_block() {
    let home = Home::new();
    let network = home.up(&[]);
    let nodes = nodes(&network);
    let before = height(&home, &nodes[0]);
    let hash = text(&block(&home, &nodes[0], before), "hash").to_owned();
    nodes.iter().for_each(kill);
    let mut restarted: Vec<Restarted> = nodes.iter().map(Restarted::from).collect();
    nodes.iter().zip(&mut restarted).for_each(|(node, process)| wait_until_it_listens(node, process));
    agree(&home, &nodes, before + 5);
    assert_eq!(text(&block(&home, &nodes[0], before), "hash"), hash, "no block was lost");
}

#[test]
fn two_networks_side_by_side_never_meet() {
    let home = Home::new();
    let (first, second) = (home.up(&["--nodes", "2"]), home.up(&["--nodes", "2"]));
    assert_ne!(text(&first, "genesis"), text(&second, "genesis"));
    for network in [&first, &second] {
        for node in nodes(network) {
            let status = home.json(&["--json", "--rpc", text(&node, "rpc"), "query", "status"]);
            assert_eq!(number(&status, "peers"), 1);
            assert_eq!(text(&status, "genesis"), text(network, "genesis"));
        }
    }
    let listed = home.json(&["ls", "--json"]);
    assert_eq!(listed.as_array().expect("a list").len(), 2);
}

#[test]
fn a_node_that_cannot_start_says_why_and_with_which_exit_code() {
    let home = Home::new();
    let network = home.up(&["--nodes", "1"]);
    let node = &nodes(&network)[0];
    let dir = Path::new(text(node, "dir"));
    let start = |dir: &Path| home.taonet(&["node", "--dir", &dir.display().to_string()]);

    let copy = dir.with_file_name("copy");
    std::fs::create_dir(&copy).expect("a folder");
    for file in ["node.toml", "key"] {
        std::fs::copy(dir.join(file), copy.join(file)).expect("copied");
    }
    let taken = start(&copy);
    assert_eq!(taken.status.code(), Some(75), "a port that is taken");
    assert!(String::from_utf8_lossy(&taken.stderr).contains("try"), "says what to try");

    std::fs::write(copy.join("node.toml"), "genesis = \"nowhere.toml\"\n").expect("written");
    let lost = start(&copy);
    assert_eq!(lost.status.code(), Some(78), "a genesis that is not there");
    assert!(String::from_utf8_lossy(&lost.stderr).contains("nowhere.toml"));
}

#[test]
fn ctrl_c_stops_everything_and_leaves_nothing_behind() {
    let home = Home::new();
    let mut command = Command::new(TAONET);
    command.args(["up", "--json"]).env("TAONET_HOME", home.0.path()).stdin(Stdio::null());
    let mut up = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("taonet runs");
    let mut first = String::new();
    BufReader::new(up.stdout.take().expect("piped")).read_line(&mut first).expect("one line when it is up");
    let network = &serde_json::from_str::<Value>(&first).expect("JSON")["network"];
    let processes: Vec<u64> = ["nodes", "neurons"]
        .iter()
        .flat_map(|kind| network[*kind].as_array().expect("a list").clone())
        .map(|one| number(&one["process"], "pid"))
        .collect();
    assert_eq!(processes.len(), 12);
    assert!(Command::new("kill").args(["-INT", &up.id().to_string()]).status().expect("kill runs").success());
    assert!(up.wait().expect("it ends").success());
    let alive = processes.iter().filter(|pid| runs(**pid)).count();
    assert_eq!(alive, 0, "processes are left");
    assert_eq!(std::fs::read_dir(home.0.path()).expect("the home").count(), 0, "a folder is left");
}

/// Whether a process runs; one that has ended but was not collected does not.
fn runs(pid: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn a_network_over_quic_agrees_as_well() {
    let home = Home::new();
    let network = home.up(&["--quic"]);
    agree(&home, &nodes(&network), 5);
}

#[test]
fn a_directory_of_another_network_is_refused() {
    let home = Home::new();
    let (first, second) = (home.up(&["--nodes", "1"]), home.up(&["--nodes", "1"]));
    let (mine, other) = (&nodes(&first)[0], &nodes(&second)[0]);
    kill(mine);
    let genesis = |network: &Value| Path::new(text(network, "dir")).join("genesis.toml");
    std::fs::copy(genesis(&second), genesis(&first)).expect("copied");
    let refused = home.taonet(&["node", "--dir", text(mine, "dir")]);
    assert_eq!(refused.status.code(), Some(78), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(number(&block(&home, other, 2), "height"), 2, "the other network is not touched");
}

/// Waits until a restarted node takes connections; fails as soon as its process has ended.
pub(crate) fn wait_until_it_listens(node: &Value, process: &mut Restarted) {
    let address = text(node, "rpc").trim_start_matches("http://").to_owned();
    while std::net::TcpStream::connect(&address).is_err() {
        let ended = process.0.try_wait().expect("it can be asked");
        assert!(ended.is_none(), "{} ended with {ended:?}", text(node, "name"));
        std::thread::yield_now();
    }
}
