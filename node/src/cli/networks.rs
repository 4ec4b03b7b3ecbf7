//! Which node a command talks to: the networks on this computer.
//!
//! Every network that `taonet up` starts has a folder in the home of taonet, with a file `network.json` that names
//! its nodes. A network is up when one of its nodes takes connections. For a node that is paused the system takes them
//! and nobody answers: such a node is passed over.

use crate::fault::Fault;
use serde_json::Value;
use std::{
    env, fs,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};
use taonet_chain::Code;

/// The variable that names another home.
pub const HOME_VARIABLE: &str = "TAONET_HOME";
/// The file in a network's folder that names its nodes.
pub const NETWORK_FILE: &str = "network.json";
/// A node on this computer takes a connection at once, or not at all.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where networks and keys are kept: `$TAONET_HOME`, else `~/.taonet`.
pub fn home() -> PathBuf {
    let given = env::var_os(HOME_VARIABLE).map(PathBuf::from);
    given.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".taonet"))
}

/// The address of a node: of the network whose name begins so, or, without a name, of the only network that is up.
/// A name with a colon is an address itself.
pub(super) fn address(name: Option<&str>) -> Result<String, Fault> {
    match name {
        Some(address) if address.contains(':') => Ok(address.to_owned()),
        name => only_one(name.unwrap_or_default(), up()),
    }
}

/// A network that is up.
#[derive(Clone, Debug)]
struct Up {
    id: String,
    /// Of a node that can answer; none when all that run are paused.
    address: Option<String>,
}

impl Up {
    fn address(&self) -> Result<String, Fault> {
        self.address.clone().ok_or_else(|| {
            let sentence = format!("every node of {} that runs is paused", self.id);
            let remedy = "Let them go on with `taonet net resume all`.";
            Fault::new(Code::NotFound, "NetworkPaused", sentence, remedy)
        })
    }
}

fn only_one(name: &str, mut up: Vec<Up>) -> Result<String, Fault> {
    if let Some(network) = up.iter().find(|network| network.id == name) {
        return network.address();
    }
    up.retain(|network| network.id.starts_with(name));
    let names: Vec<&str> = up.iter().map(|network| network.id.as_str()).collect();
    match up.as_slice() {
        [network] => network.address(),
        [] => {
            let sentence = if name.is_empty() {
                "no network is up".into()
            } else {
                format!("no network `{name}` is up")
            };
            let remedy = "Start one with `taonet up -d`, or name a node with --rpc http://host:port.";
            Err(Fault::new(Code::NotFound, "NetworkDown", sentence, remedy))
        }
        _ => {
            let sentence = format!("several networks are up: {}", names.join(", "));
            Err(Fault::new(Code::InvalidArgument, "WhichNetwork", sentence, "Name one with --network."))
        }
    }
}

/// The networks that are up.
fn up() -> Vec<Up> {
    let Ok(entries) = fs::read_dir(home()) else { return Vec::new() };
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut up: Vec<Up> = folders.filter_map(|folder| network(&folder)).collect();
    up.sort_by(|one, other| one.id.cmp(&other.id));
    up
}

/// The network in a folder, if it is up, with the first of its nodes that can answer.
fn network(folder: &Path) -> Option<Up> {
    let text = fs::read_to_string(folder.join(NETWORK_FILE)).ok()?;
    let network: Value = serde_json::from_str(&text).ok()?;
    let address = |node: &Value| node.get("rpc").and_then(Value::as_str).map(str::to_owned);
    let id = folder.file_name()?.to_string_lossy().into_owned();
    let mut is_up = false;
    for node in network.get("nodes")?.as_array()? {
        if is_paused(node) {
            is_up = true;
        } else if let Some(address) = address(node).filter(|address| answers(address)) {
            return Some(Up { id, address: Some(address) });
        }
    }
    is_up.then_some(Up { id, address: None })
}

/// Whether the process of a node stands still. Its number may have gone to another process, which started later.
fn is_paused(node: &Value) -> bool {
    let process = |field: &str| node.pointer(&format!("/process/{field}"))?.as_u64();
    let Some((pid, started)) = process("pid").zip(process("started")) else { return false };
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name may hold blanks and brackets, so fields count from the last `)`.
    let fields: Vec<&str> =
        stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| rest.split_whitespace().collect());
    fields.first() == Some(&"T") && fields.get(19).is_some_and(|since| *since == started.to_string())
}

fn answers(address: &str) -> bool {
    let socket = address.trim_start_matches("http://").trim_end_matches('/').parse::<SocketAddr>();
    socket.is_ok_and(|socket| TcpStream::connect_timeout(&socket, PATIENCE).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, process::Command};

    #[test]
    fn with_several_networks_up_one_has_to_be_named() {
        let one = |name: &&str| Up { id: name.to_string(), address: Some(format!("at {name}")) };
        let up = |names: &[&str]| names.iter().map(one).collect::<Vec<_>>();
        assert_eq!(only_one("", up(&["a"])), Ok("at a".into()));
        assert_eq!(only_one("", up(&[])).expect_err("none").name, "NetworkDown");
        assert_eq!(only_one("b", up(&["a"])).expect_err("another").sentence, "no network `b` is up");
        let fault = only_one("", up(&["a", "b"])).expect_err("two");
        assert_eq!(fault.sentence, "several networks are up: a, b");
        assert_eq!(only_one("quiet-f", up(&["loud-owl", "quiet-falcon"])), Ok("at quiet-falcon".into()));
        assert_eq!(only_one("dev", up(&["dev", "dev-2"])), Ok("at dev".into()));
    }

    #[test]
    fn a_network_is_up_while_a_node_takes_connections() {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = listen();
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let text =
            serde_json::json!({ "nodes": [{ "rpc": "http://127.0.0.1:1" }, { "rpc": address }] }).to_string();
        fs::write(folder.path().join(NETWORK_FILE), text).expect("written");
        let found = || network(folder.path()).map(|up| up.address);
        assert_eq!(found(), Some(Some(address)));
        drop(listener);
        assert_eq!(found(), None);
    }

    #[test]
    fn a_paused_node_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (listen(), listen());
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().expect("one"));
        let mut paused = Command::new("tail").args(["-f", "/dev/null"]).spawn().expect("it runs");
        let stat = || fs::read_to_string(format!("/proc/{}/stat", paused.id())).expect("it runs");
        let kill = |signal: &str| Command::new("kill").args([signal, &paused.id().to_string()]).status();
        let fields = |stat: &str| -> Vec<String> {
            let (_, rest) = stat.rsplit_once(')').expect("a name");
            rest.split_whitespace().map(str::to_owned).collect()
        };
        kill("-STOP").expect("kill runs");
        while fields(&stat())[0] != "T" {
            std::thread::yield_now();
        }
        let started: u64 = fields(&stat())[19].parse().expect("a number");
        let process = serde_json::json!({ "pid": paused.id(), "started": started });
        let nodes = serde_json::json!([{ "rpc": address(&first), "process": process },
            { "rpc": address(&second), "process": null }]);
        let text = serde_json::json!({ "nodes": nodes }).to_string();
        fs::write(folder.path().join(NETWORK_FILE), text).expect("written");
        let found = || network(folder.path()).expect("it is up").address();
        assert_eq!(found(), Ok(address(&second)));
        drop(second);
        assert_eq!(found().expect_err("nobody answers").name, "NetworkPaused");
        paused.kill().expect("it runs");
        paused.wait().expect("it ends");
    }

    fn listen() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").expect("a port")
    }
}
