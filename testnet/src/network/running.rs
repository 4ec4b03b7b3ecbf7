//! A network of real processes, as a value: it runs while the value lives.
//!
//! Rules:
//! 1. [`Running::start`] returns when every node has the same block and state root; otherwise it says which node failed
//!    which check, and nothing is left running.
//! 2. Every process ends with the value, and even when the program that holds it is killed. Only what was told to stay
//!    ([`Running::leave`]) stays.
//! 3. A neuron is a built-in program, or the author's own in any language ([`Options::programs`]). It gets the same
//!    settings either way, in its environment:
//!
//! What the network consists of is the development preset, or a description of the harness
//! ([`Options::of`] a [`Setup`](crate::harness::Setup)), which also runs in memory.
//!
//! | variable | value |
//! |---|---|
//! | `TAONET_RPC` | the gRPC endpoints of all nodes, with commas between them; the nearest first |
//! | `TAONET_KEY_FILE` | the file with the hotkey's seed, 64 hex digits, readable by its owner only |
//! | `TAONET_NETUID` | the subnet |
//! | `TAONET_TOKEN` | the token that the nodes want, if they want one |
//! | `TAONET_CA` | the certificate of the nodes, if they speak TLS |
//!
//! ```no_run
//! use taonet_testnet::network::{Options, Running, home::Home};
//!
//! # async fn example() -> Result<(), taonet_testnet::network::ready::Failure> {
//! let options = Options::default()
//!     .binary("target/release/taonet")
//!     .program("m1", "python neurons/miner.py")
//!     .program("val-a", "python neurons/validator.py --debug");
//! let network = Running::start(&Home::find(), &options).await?;
//! let miner = network.neuron("m1")?;
//! println!("its log is {}", miner.log.display());
//! # Ok(())
//! # }
//! ```

use super::{
    epochs,
    home::Home,
    links::Faults,
    name, plan,
    plan::Options,
    process::{Leash, Process, stop_all},
    ready::{self, Agreement, Failure, Node},
    record::{NeuronRecord, Record},
    start,
};
use crate::screen::Screen;
use std::{fs, io, time::Duration};

/// A port can be taken by a stranger between planning and starting; so often the network is planned again.
const PLANS: usize = 3;

/// A running network. It is stopped and removed when this value goes, whatever the reason.
pub struct Running {
    pub(crate) record: Record,
    pub(crate) nodes: Vec<Node>,
    /// What all nodes had when the network came up.
    pub(crate) agreement: Agreement,
    /// Whatever happens to this process, the others end with it; none when they shall stay.
    leash: Option<Leash>,
    keep_folder: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.leash.is_none() {
            return;
        }
        self.record.find_restarted();
        stop_all(&self.record.processes());
        if !self.keep_folder {
            // Nothing is lost if the folder stays: `taonet ls` shows it as stopped.
            let _ = fs::remove_dir_all(&self.record.dir);
        }
    }
}

impl Running {
    /// Starts a network and waits until every node has the same block 2 and every neuron serves. One that is held
    /// ([`Options::held`]) counts as started without a block.
    ///
    /// # Errors
    /// The first node or neuron that does not do what it should, with its last words.
    pub async fn start(home: &Home, options: &Options) -> Result<Running, Failure> {
        let mut screen = Screen::new(true);
        let mut network = Running::start_nodes(home, options, &mut screen).await?;
        network.start_neurons()?;
        if !options.held {
            network.serving().await?;
        }
        Ok(network)
    }

    /// Starts the nodes and waits until they agree.
    pub(crate) async fn start_nodes(
        home: &Home,
        options: &Options,
        screen: &mut Screen,
    ) -> Result<Running, Failure> {
        for _ in 1..PLANS {
            match Running::try_nodes(home, options, screen).await {
                Err(failure) if failure.port_taken => {
                    screen.line("a port was taken meanwhile; planning again");
                }
                result => return result,
            }
        }
        Running::try_nodes(home, options, screen).await
    }

    async fn try_nodes(home: &Home, options: &Options, screen: &mut Screen) -> Result<Running, Failure> {
        let mut network = Running::plan(home, options, screen)?;
        let system = |error| Failure::of_system("a process could not be started", &error);
        for index in 0..network.record.nodes.len() {
            let process = start::node(&network.record, &network.record.nodes[index]).map_err(system)?;
            network.record.nodes[index].process = Some(process);
        }
        network.record.write().map_err(system)?;
        for node in &network.record.nodes {
            network.nodes.push(ready::connect(node).await?);
        }
        let names: Vec<&str> = network.nodes.iter().map(|node| node.record.name.as_str()).collect();
        screen.done("nodes", format!("{} started", names.join(" ")));
        if options.held {
            ready::meet(&network.nodes).await?;
            return Ok(network);
        }
        let patience = ready::PATIENCE + Duration::from_millis(2 * ready::HEIGHT * network.record.slot_ms);
        screen.status(" waiting for block 2 on every node");
        network.agreement = ready::agree(&network.nodes, ready::HEIGHT, patience).await?;
        let all = network.nodes.len();
        let root = network.agreement.state_root.get(..4).unwrap_or_default();
        let height = network.agreement.height;
        screen.done("consensus", format!("{all}/{all} nodes at block {height}, same state root {root}…"));
        Ok(network)
    }

    /// A network whose folder is written and whose processes are not started.
    fn plan(home: &Home, options: &Options, screen: &mut Screen) -> Result<Running, Failure> {
        let mut entropy = [0; 4];
        getrandom::fill(&mut entropy)
            .map_err(|error| Failure::of_system("no entropy for a name", &io::Error::other(error)))?;
        let id = name::id_from(entropy);
        let (mut record, held) = plan::make(home, &id, options).map_err(|error| unplanned(home, &error))?;
        drop(held);
        let leash = Leash::take(&record.dir);
        let leash = leash.map_err(|error| Failure::of_system("no lock in the network's folder", &error))?;
        record.supervisor = (!options.detached).then(Process::this);
        announce(&record, screen);
        let (nodes, agreement) = (Vec::new(), Agreement::default());
        Ok(Running { record, nodes, agreement, leash: Some(leash), keep_folder: false })
    }

    /// Starts all neurons.
    pub(crate) fn start_neurons(&mut self) -> Result<(), Failure> {
        let system = |error| Failure::of_system("a neuron could not be started", &error);
        for index in 0..self.record.neurons.len() {
            self.record.neurons[index].process = Some(start::neuron(&self.record, index).map_err(system)?);
        }
        self.record.write().map_err(system)
    }

    /// Waits until every built-in miner has published where it listens.
    pub(crate) async fn serving(&self) -> Result<(), Failure> {
        match self.nodes.first() {
            Some(node) if !self.record.neurons.is_empty() => epochs::serving(node, &self.record).await,
            _ => Ok(()),
        }
    }

    /// Everything there is to know about it.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Everything there is to know about it, for those who start and end its nodes.
    pub fn record_mut(&mut self) -> &mut Record {
        &mut self.record
    }

    /// Its nodes, with connections to them.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Takes in the connection to a node that was started again.
    pub(crate) fn replace(&mut self, index: usize, node: Node) {
        if let Some(old) = self.nodes.get_mut(index) {
            *old = node;
        }
    }

    /// A neuron by its name.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn neuron(&self, name: &str) -> Result<&NeuronRecord, Failure> {
        self.record.neurons.iter().find(|neuron| neuron.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.record.neurons.iter().map(|neuron| neuron.name.as_str()).collect();
            Failure {
                remedy: Some(format!("name one of: {}", known.join(" "))),
                ..Failure::of_system(&format!("no neuron {name}"), &io::ErrorKind::NotFound.into())
            }
        })
    }

    /// Puts links into this state, at both ends and for nodes that start later. In force when it returns.
    ///
    /// # Errors
    /// A node that runs and does not take it.
    pub async fn set_links(&self, faults: &Faults) -> Result<(), Failure> {
        faults.write(&self.record).map_err(|error| Failure::of_system("links.toml", &error))?;
        faults.tell(&self.record).await.map(|_| ())
    }

    /// Keeps the folder when the network is stopped.
    pub fn keep_folder(&mut self) {
        self.keep_folder = true;
    }

    /// Lets the network run on without this value; `taonet down` stops it.
    pub fn leave(mut self) -> Record {
        self.leash = None;
        self.record.clone()
    }
}

/// Why there is no plan: what was asked for cannot be, or this computer does not let it.
fn unplanned(home: &Home, error: &io::Error) -> Failure {
    let (what, remedy) = match error.kind() {
        io::ErrorKind::InvalidInput => (
            "there is no such network".to_owned(),
            "ask for another one; `taonet up --help` says what can be",
        ),
        _ => (
            format!("no folder for the network below {}", home.path().display()),
            "choose another place with TAONET_HOME, or check permissions and free space there",
        ),
    };
    Failure { remedy: Some(remedy.to_owned()), ..Failure::of_system(&what, error) }
}

fn announce(record: &Record, screen: &mut Screen) {
    let version = env!("CARGO_PKG_VERSION");
    let name = name::spoken(&record.id);
    let title =
        format!(" taonet {version}   network \"{name}\"   id {}   preset {}", record.id, record.preset);
    screen.line(format!("{}\n", screen.bold(&title)));
    let (accounts, neurons) = (record.accounts.len(), record.neurons.len());
    let subnet = if record.preset == plan::Preset::Dev.name() { "1 subnet" } else { "no subnet" };
    screen.done("genesis", format!("{accounts} accounts, {subnet}, {neurons} neurons"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_folder_is_to_blame_for_is_blamed_on_it() {
        let home = Home::find();
        let blames = |kind: io::ErrorKind| unplanned(&home, &kind.into());
        let folder = blames(io::ErrorKind::PermissionDenied).remedy.expect("something to do");
        assert!(folder.contains("TAONET_HOME"), "{folder}");
        let asked = blames(io::ErrorKind::InvalidInput);
        assert!(asked.check.starts_with("there is no such network"), "{asked}");
        assert!(!asked.remedy.expect("something to do").contains("TAONET_HOME"));
    }
}
