//! Which node a command talks to: the networks on this computer.
//!
//! Every network that `taonet up` starts has a folder in the home of taonet, with a file `network.json` that names
//! its nodes. A network is up when one of its nodes takes connections.

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

fn only_one(name: &str, mut up: Vec<(String, String)>) -> Result<String, Fault> {
    if let Some((_, address)) = up.iter().find(|(id, _)| id == name) {
        return Ok(address.clone());
    }
    up.retain(|(id, _)| id.starts_with(name));
    let names: Vec<&str> = up.iter().map(|(id, _)| id.as_str()).collect();
    match up.as_slice() {
        [(_, address)] => Ok(address.clone()),
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

/// The networks that are up, each with the address of a node.
fn up() -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(home()) else { return Vec::new() };
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let live = folders.filter_map(|folder| {
        let address = live_node(&folder)?;
        Some((folder.file_name()?.to_string_lossy().into_owned(), address))
    });
    let mut up: Vec<_> = live.collect();
    up.sort();
    up
}

/// The first node of a network that takes a connection.
fn live_node(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(NETWORK_FILE)).ok()?;
    let network: Value = serde_json::from_str(&text).ok()?;
    let nodes = network.get("nodes")?.as_array()?;
    nodes
        .iter()
        .filter_map(|node| node.get("rpc")?.as_str())
        .find(|address| answers(address))
        .map(str::to_owned)
}

fn answers(address: &str) -> bool {
    let socket = address.trim_start_matches("http://").trim_end_matches('/').parse::<SocketAddr>();
    socket.is_ok_and(|socket| TcpStream::connect_timeout(&socket, PATIENCE).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_several_networks_up_one_has_to_be_named() {
        let up = |names: &[&str]| names.iter().map(|name| (name.to_string(), format!("at {name}"))).collect();
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
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let text =
            serde_json::json!({ "nodes": [{ "rpc": "http://127.0.0.1:1" }, { "rpc": address }] }).to_string();
        fs::write(folder.path().join(NETWORK_FILE), text).expect("written");
        assert_eq!(live_node(folder.path()), Some(address));
        drop(listener);
        assert_eq!(live_node(folder.path()), None);
    }
}
