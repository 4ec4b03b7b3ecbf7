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
use taonet_chain::{
    Genesis, Keypair,
    genesis::{DEV_MINERS, DEV_NETUID, DEV_VALIDATORS, DevOptions, MainnetOptions},
    keys::DEV_ACCOUNTS,
};
use taonet_node::config::{FILE_NAME, NodeFile, P2pSettings, RpcSettings, StorageSettings, save_key};
use taonet_p2p::Address;
use taonet_subnets::tour::Method;

/// What a network starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
    /// Blocks every 250 ms, a living subnet, no rate limits
    Dev,
    /// Blocks every 12 s and the public network's defaults; no subnet yet
    Mainnet,
}

impl Preset {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Dev => "dev",
            Preset::Mainnet => "mainnet",
        }
    }
}

/// What can be chosen for a network.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it starts from.
    pub preset: Preset,
    /// How many nodes, each an authority.
    pub nodes: u16,
    /// Nodes talk over QUIC instead of TCP.
    pub quic: bool,
    /// Keep all history.
    pub archive: bool,
    /// Milliseconds from one block to the next, where that is not the preset's.
    pub slot_ms: Option<u64>,
    /// No miners and validators.
    pub bare: bool,
}

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
    let genesis = genesis(id, options)?;
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
    let has_neurons = options.preset == Preset::Dev && !options.bare;
    let record = Record {
        schema: SCHEMA,
        id: id.to_owned(),
        preset: options.preset.name().to_owned(),
        genesis: genesis.hash().to_string(),
        supervisor: None,
        slot_ms: genesis.timing().slot_ms,
        neurons: if has_neurons { neurons(&dir, &mut held)? } else { Vec::new() },
        accounts: accounts(&genesis)?,
        nodes,
        dir,
    };
    Ok((record, held))
}

/// The genesis of a preset; the development accounts have money in both.
fn genesis(id: &str, options: &Options) -> io::Result<Genesis> {
    let mut dev =
        Genesis::dev(DevOptions { id: id.to_owned(), authorities: options.nodes, ..Default::default() });
    if options.preset == Preset::Dev {
        dev.timing.slot_ms = options.slot_ms.unwrap_or(dev.timing.slot_ms);
        return Ok(dev);
    }
    let authorities = (0..options.nodes).map(|index| Ok(authority(index)?.1.account()));
    Ok(Genesis::mainnet(MainnetOptions {
        id: id.to_owned(),
        sudo: dev.sudo,
        authorities: authorities.collect::<io::Result<_>>()?,
        accounts: dev.accounts.iter().map(|account| (account.account, account.balance)).collect(),
    }))
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
    let validators = DEV_VALIDATORS.iter().map(|&(uri, ..)| (uri, None));
    // One miner for each method.
    let miners = DEV_MINERS.iter().zip(Method::ALL).map(|(&(uri, _), method)| (uri, Some(method)));
    let mut one = |(uri, method): (&str, Option<Method>)| {
        let name = uri.trim_start_matches('/');
        let dir = network.join(name);
        fs::create_dir(&dir)?;
        let key = key(uri)?;
        save_key(&dir.join("key"), &key)?;
        Ok(NeuronRecord {
            name: name.to_owned(),
            role: if method.is_some() { "miner" } else { "validator" }.to_owned(),
            netuid: DEV_NETUID,
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
            ("//Alice", _) if genesis.dev => "sudo, owner of subnet 1".to_owned(),
            ("//Alice", _) => "sudo".to_owned(),
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
