//! What a network consists of, before anything runs: names, keys, ports, folders and files.
//!
//! A plan is complete: every node's file lists its own addresses and those of all others, so that a node can be started
//! again from its folder alone, at any time, by anyone.

use super::{
    home::Home,
    neurons::{self, Wanted},
    ports::Held,
    record::{AccountRecord, NeuronRecord, NodeRecord, Record, SCHEMA},
};
use crate::harness::Setup;
use std::{
    collections::BTreeMap,
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use taonet_chain::{
    ConsensusMode, Genesis, Keypair,
    genesis::{DevOptions, MainnetOptions},
    keys::DEV_ACCOUNTS,
};
use taonet_node::config::{FILE_NAME, NodeFile, P2pSettings, RpcSettings, StorageSettings, save_key, vouch};
use taonet_p2p::Address;

/// What a network starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
    /// Blocks every 250 ms, a living subnet, weights and parameters set at any time
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

/// What can be chosen for a network. By default it is a development network of four nodes and eight built-in neurons.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it starts from.
    pub preset: Preset,
    /// A description to start from instead of the preset.
    pub setup: Option<Setup>,
    /// How many nodes, each an authority; with a description, as many as it has.
    pub nodes: u16,
    /// Nodes talk over QUIC instead of TCP.
    pub quic: bool,
    /// Keep all history.
    pub archive: bool,
    /// Milliseconds from one block to the next, where that is not the preset's.
    pub slot_ms: Option<u64>,
    /// No miners and validators.
    pub bare: bool,
    /// How authorities are chosen; in stake mode the development preset gives each root stake of its own.
    pub consensus: ConsensusMode,
    /// Programs of the author's own that run in the place of built-in neurons, by the neuron's name; lines for the
    /// shell.
    pub programs: BTreeMap<String, String>,
    /// A scenario holds its time: the nodes start no block before they are told so, and what no program does for a
    /// participant is the scenario's to do.
    pub held: bool,
    /// The processes stay when the value that started them goes.
    pub detached: bool,
    /// The program `taonet`, where the one that starts the network is another.
    pub binary: PathBuf,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            preset: Preset::Dev,
            setup: None,
            nodes: 4,
            quic: false,
            archive: false,
            consensus: ConsensusMode::Authority,
            slot_ms: None,
            bare: false,
            programs: BTreeMap::new(),
            held: false,
            detached: false,
            binary: PathBuf::new(),
        }
    }
}

impl Options {
    /// A description's network: its genesis, its neurons, one node for each of its authorities.
    pub fn of(setup: Setup) -> Options {
        Options { nodes: setup.authorities, setup: Some(setup), ..Options::default() }
    }

    /// The names of the neurons that programs can run for.
    pub fn neuron_names(&self) -> Vec<String> {
        self.wanted().unwrap_or_default().into_iter().map(|wanted| wanted.name).collect()
    }

    /// The neurons that processes are started for.
    fn wanted(&self) -> Result<Vec<Wanted>, String> {
        match &self.setup {
            _ if self.bare => Ok(Vec::new()),
            Some(setup) => neurons::of_setup(setup, self.held),
            None if self.preset == Preset::Dev => Ok(neurons::of_dev()),
            None => Ok(Vec::new()),
        }
    }

    /// Whether processes can be this network, and every program has a neuron to run for.
    ///
    /// # Errors
    /// What they cannot be, or which program has none.
    pub fn check(&self) -> Result<(), String> {
        let wanted = self.wanted()?;
        match self.programs.keys().find(|name| wanted.iter().all(|wanted| wanted.name != **name)) {
            Some(name) => Err(format!("the network has no neuron {name} that a program could run for")),
            None => Ok(()),
        }
    }

    /// With so many nodes, each an authority.
    pub fn nodes(mut self, nodes: u16) -> Options {
        self.nodes = nodes;
        self
    }

    /// With nodes only.
    pub fn bare(mut self) -> Options {
        self.bare = true;
        self
    }

    /// With a program of the author's own in the place of a built-in neuron.
    pub fn program(mut self, neuron: impl Into<String>, command: impl Into<String>) -> Options {
        self.programs.insert(neuron.into(), command.into());
        self
    }

    /// With its time in the hands of a scenario.
    pub fn held(mut self) -> Options {
        self.held = true;
        self
    }

    /// With this program `taonet`; what tests need, which are programs of their own.
    pub fn binary(mut self, file: impl Into<PathBuf>) -> Options {
        self.binary = file.into();
        self
    }
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
    options.check().map_err(invalid)?;
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
    let record = Record {
        schema: SCHEMA,
        id: id.to_owned(),
        preset: options.preset.name().to_owned(),
        genesis: genesis.hash().to_string(),
        supervisor: None,
        slot_ms: genesis.timing().slot_ms,
        neurons: write_neurons(&dir, &mut held, options)?,
        binary: options.binary.clone(),
        accounts: accounts(&genesis)?,
        nodes,
        dir,
    };
    Ok((record, held))
}

/// The genesis of a preset; the development accounts have money in both.
fn genesis(id: &str, options: &Options) -> io::Result<Genesis> {
    if let Some(setup) = &options.setup {
        let genesis = setup.genesis().map_err(|error| invalid(error.to_string()))?;
        // Two networks of one description must never meet.
        return Ok(Genesis { id: id.to_owned(), ..genesis });
    }
    let (authorities, consensus) = (options.nodes, options.consensus);
    let mut dev =
        Genesis::dev(DevOptions { id: id.to_owned(), authorities, consensus, ..Default::default() });
    if options.preset == Preset::Dev {
        dev.timing.slot_ms = options.slot_ms.unwrap_or(dev.timing.slot_ms);
        return Ok(dev);
    }
    if consensus == ConsensusMode::Stake {
        let sentence =
            "the mainnet preset has no root stake to elect by; start in authority mode and move later";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
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
    vouch(&dir)?;
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
        rpc: RpcSettings { address: ports.rpc, ..RpcSettings::default() },
        held: options.held,
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

/// The neurons that are wanted, each with a folder.
fn write_neurons(network: &Path, held: &mut Held, options: &Options) -> io::Result<Vec<NeuronRecord>> {
    let mut records = Vec::new();
    for wanted in options.wanted().map_err(invalid)? {
        let program = options.programs.get(&wanted.name).or(wanted.program.as_ref()).cloned();
        records.push(neurons::write(wanted, network, held, program)?);
    }
    Ok(records)
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
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
