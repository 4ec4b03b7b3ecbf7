//! What a network consists of, before anything runs: names, keys, ports, folders and files.
//!
//! A plan is complete: every node's file lists its own addresses and those of all others, so that a node can be started
//! again from its folder alone, at any time, by anyone.

use super::{
    home::Home,
    ports::Held,
    record::{AccountRecord, NeuronRecord, NodeRecord, Record, SCHEMA},
};
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};
use taonet_chain::{Genesis, Keypair, genesis::DevOptions, keys::DEV_ACCOUNTS};
use taonet_node::config::{FILE_NAME, NodeFile, P2pSettings, RpcSettings, StorageSettings, save_key};
use taonet_p2p::Address;
use taonet_subnets::tour::Method;

/// What can be chosen for a network.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many nodes, each an authority.
    pub nodes: u16,
    /// Nodes talk over QUIC instead of TCP.
    pub quic: bool,
    /// Keep all history.
    pub archive: bool,
}

/// The validators of the development genesis: name and hotkey.
const VALIDATORS: [(&str, &str); 3] = [("val-a", "//val-a"), ("val-b", "//val-b"), ("val-c", "//val-c")];

/// The miners of the development genesis: name, hotkey, and how they work.
const MINERS: [(&str, &str, Method); 5] = [
    ("m1", "//m1", Method::ALL[0]),
    ("m2", "//m2", Method::ALL[1]),
    ("m3", "//m3", Method::ALL[2]),
    ("m4", "//m4", Method::ALL[3]),
    ("m5", "//m5", Method::ALL[4]),
];

/// The one subnet of the development genesis.
pub const NETUID: u16 = 1;

struct Ports {
    tcp: SocketAddr,
    udp: SocketAddr,
    rpc: SocketAddr,
}

/// Plans a development network and writes its folder. The returned ports stay reserved while [`Held`] lives.
///
/// # Errors
/// What the operating system says: no port, no space, or a folder with this name.
pub fn make(home: &Home, id: &str, options: &Options) -> io::Result<(Record, Held)> {
    let genesis =
        Genesis::dev(DevOptions { id: id.to_owned(), authorities: options.nodes, ..Default::default() });
    let dir = home.create(id)?;
    fs::write(dir.join("genesis.toml"), genesis.to_toml())?;
    let mut held = Held::default();
    let ports = (0..options.nodes).map(|_| reserve(&mut held)).collect::<io::Result<Vec<Ports>>>()?;
    let keys = (0..options.nodes).map(authority).collect::<io::Result<Vec<(String, Keypair)>>>()?;
    let addresses: Vec<[Address; 2]> =
        ports.iter().zip(&keys).map(|(ports, (_, key))| listen(ports, key)).collect();
    let nodes = (0..usize::from(options.nodes))
        .map(|index| write_node(&dir, index, options, &ports[index], &keys[index], &addresses))
        .collect::<io::Result<Vec<NodeRecord>>>()?;
    let record = Record {
        schema: SCHEMA,
        id: id.to_owned(),
        preset: "dev".to_owned(),
        genesis: genesis.hash().to_string(),
        supervisor: None,
        slot_ms: genesis.timing().slot_ms,
        neurons: neurons(&dir, &mut held)?,
        accounts: accounts(&genesis)?,
        nodes,
        dir,
    };
    Ok((record, held))
}

fn reserve(held: &mut Held) -> io::Result<Ports> {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Ok(Ports { tcp: local(held.tcp()?), udp: local(held.udp()?), rpc: local(held.tcp()?) })
}

fn authority(index: u16) -> io::Result<(String, Keypair)> {
    let uri = DevOptions::authority_uri(index);
    let key = key(&uri)?;
    Ok((uri, key))
}

fn key(uri: &str) -> io::Result<Keypair> {
    Keypair::from_uri(uri).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

fn listen(ports: &Ports, key: &Keypair) -> [Address; 2] {
    [Address::tcp(ports.tcp), Address::quic(ports.udp)].map(|address| address.of_node(key.account()))
}

fn write_node(
    network: &Path,
    index: usize,
    options: &Options,
    ports: &Ports,
    (uri, key): &(String, Keypair),
    addresses: &[[Address; 2]],
) -> io::Result<NodeRecord> {
    let name = format!("n{index}");
    let dir = network.join(&name);
    fs::create_dir(&dir)?;
    save_key(&dir.join("key"), key)?;
    let others = addresses.iter().enumerate().filter(|(other, _)| *other != index);
    let file = NodeFile {
        name: name.clone(),
        genesis: "../genesis.toml".into(),
        p2p: P2pSettings {
            listen: [Address::tcp(ports.tcp), Address::quic(ports.udp)]
                .iter()
                .map(Address::to_string)
                .collect(),
            peers: others.map(|(_, both)| both[usize::from(options.quic)].to_string()).collect(),
        },
        rpc: RpcSettings { address: ports.rpc },
        storage: StorageSettings { archive: options.archive, ..Default::default() },
        ..Default::default()
    };
    fs::write(dir.join(FILE_NAME), file.to_toml())?;
    Ok(NodeRecord {
        log: dir.join("log"),
        name,
        process: None,
        rpc: format!("http://{}", ports.rpc),
        metrics: format!("http://{}/metrics", ports.rpc),
        p2p: addresses[index].iter().map(Address::to_string).collect(),
        authority: key.account().to_string(),
        uri: uri.clone(),
        dir,
    })
}

fn neurons(network: &Path, held: &mut Held) -> io::Result<Vec<NeuronRecord>> {
    let validators = VALIDATORS.iter().map(|&(name, uri)| (name, uri, None));
    let miners = MINERS.iter().map(|&(name, uri, method)| (name, uri, Some(method)));
    let mut one = |(name, uri, method): (&str, &str, Option<Method>)| {
        let dir = network.join(name);
        fs::create_dir(&dir)?;
        let key = key(uri)?;
        save_key(&dir.join("key"), &key)?;
        Ok(NeuronRecord {
            name: name.to_owned(),
            role: if method.is_some() { "miner" } else { "validator" }.to_owned(),
            netuid: NETUID,
            hotkey: key.account().to_string(),
            uri: uri.to_owned(),
            scores: if method.is_none() {
                Some(format!("http://127.0.0.1:{}/scores", held.tcp()?))
            } else {
                None
            },
            method: method.map(|method| method.to_string()),
            process: None,
            log: dir.join("log"),
        })
    };
    validators.chain(miners).map(&mut one).collect()
}

fn accounts(genesis: &Genesis) -> io::Result<Vec<AccountRecord>> {
    let purpose = |uri: &str| {
        let node = (0..4).find(|&index| DevOptions::authority_uri(index) == uri);
        match (uri, node) {
            ("//Alice", _) => "sudo, owner of subnet 1".to_owned(),
            (_, Some(index)) if usize::from(index) < genesis.authorities.len() => {
                format!("authority n{index}")
            }
            _ => String::new(),
        }
    };
    let one = |uri: &&str| {
        let key = key(uri)?;
        let entry = genesis.accounts.iter().find(|account| account.account == key.account());
        Ok(AccountRecord {
            uri: (*uri).to_owned(),
            address: key.account().to_string(),
            seed: hex::encode(key.seed()),
            balance_rao: entry.map_or(0, |account| account.balance.units()),
            purpose: purpose(uri),
        })
    };
    DEV_ACCOUNTS.iter().map(one).collect()
}
