//! A scenario on real nodes: processes, sockets, disks.
//!
//! Rules:
//! 1. Time is held. The nodes may start one height more ([`Production::Manual`]), they agree on it as ever, and then
//!    they wait: so something happens after a block here as it does on the other layers, and no node is asked for the
//!    past. Nothing but the beginning of a height waits; timeouts, votes and links are real.
//! 2. The network is seen as the node that had the block first has it. Its whole state is read, and has to have the
//!    root that the block says.
//! 3. Neurons are processes that hear of blocks as they come, so what they ask for is in a block that is not foretold:
//!    the same file holds or does not, but roots differ from run to run.
//! 4. Before block 1, as on the other layers, miners have seen block 0: their addresses wait in the mempool.

mod faults;

use faults::calm;
pub(super) use faults::link_of;

use super::{
    acts::{self, Deed},
    file::{Act, Layer, Scenario},
    stage::{Stage, StageError},
};
use crate::{
    harness::{
        Afar, Setup, View,
        keys::{self, Which},
    },
    network::{Options, Running, home::Home, links::Faults, reach::Reach, ready::Failure},
};
use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    path::Path,
    time::Duration,
};
use taonet_chain::{
    AccountId, Call, Hash, Keypair,
    state::{Changes, MemoryState, tree::Tree},
};
use taonet_node::{
    Client, Fault, Signer,
    proto::{Production, ReadStateRequest},
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long the nodes may take for one block, beside its slot: many times what a busy computer needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a node is asked whether the miners have come.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Entries of a state that are read at a time.
const PAGE: u32 = 4_096;

/// Lines of what happened that are remembered.
const TRACE_LINES: usize = 1_000;

/// The last bytes of each log that go with a failure.
const LOG_BYTES: usize = 1 << 20;

/// A network of processes as a stage.
pub struct OnProcesses {
    afar: Afar,
    network: Running,
    runtime: Runtime,
    /// The links as they are in the beginning, and as they are now.
    calm: Faults,
    faults: Faults,
    now: Moment,
    /// When the first block was made, milliseconds since the Unix epoch.
    began_ms: u64,
    /// The last block of each node.
    heights: Vec<u64>,
    trace: VecDeque<String>,
}

/// The network after its last block.
#[derive(Default)]
struct Moment {
    height: u64,
    root: Hash,
    timestamp_ms: u64,
    state: MemoryState,
    /// The node that had it first.
    node: usize,
}

impl OnProcesses {
    /// Starts the network of a scenario.
    ///
    /// # Errors
    /// Its description makes no sense, or a process does not do what it should.
    pub fn new(scenario: &Scenario) -> Result<OnProcesses, StageError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(StageError::of)?;
        let setup = scenario.setup();
        let afar = Afar::new(setup.clone()).map_err(StageError::of)?;
        let options = Options::of(setup).held();
        let network = runtime.block_on(Running::start(&Home::find(), &options)).map_err(failed)?;
        let calm = calm(scenario);
        let heights = vec![0; network.nodes().len()];
        let (faults, now, trace) = (calm.clone(), Moment::default(), VecDeque::new());
        let mut stage =
            OnProcesses { afar, network, runtime, calm, faults, now, began_ms: 0, heights, trace };
        stage.set_links()?;
        stage.wait_for_miners()?;
        stage.now.state = stage.runtime.block_on(state_after(stage.client(), 0)).map_err(StageError::of)?;
        stage.errands()?;
        Ok(stage)
    }

    /// The connection to the node through which the network is seen; if it is gone, to the first that is there.
    fn client(&self) -> &Client {
        let nodes = self.network.nodes();
        let index = if self.is_up(self.now.node) { self.now.node } else { self.up().next().unwrap_or(0) };
        &nodes[index].client
    }

    fn is_up(&self, node: usize) -> bool {
        let record = self.network.record().nodes.get(node);
        record.and_then(|record| record.process).is_some_and(|process| process.is_running())
    }

    fn up(&self) -> impl Iterator<Item = usize> {
        (0..self.network.nodes().len()).filter(|node| self.is_up(*node))
    }

    fn set_links(&self) -> Result<(), StageError> {
        self.runtime.block_on(self.network.set_links(&self.faults)).map_err(failed)
    }

    /// Rule 4.
    fn wait_for_miners(&self) -> Result<(), StageError> {
        let expected = first_miners(self.afar.setup());
        let waiting = async {
            while !self.have_spoken(&expected).await.map_err(StageError::of)? {
                if let Some(gone) = self.gone() {
                    return Err(failed(Failure::new(&gone.0, "the process ended", gone.1)));
                }
                sleep(LOOK_AGAIN).await;
            }
            Ok(())
        };
        let count = expected.len();
        let late = || StageError(format!("not all of {count} miners have published in {PATIENCE:?}"));
        self.runtime.block_on(async { timeout(PATIENCE, waiting).await }).unwrap_or_else(|_| Err(late()))
    }

    /// Whether a transaction of each of these waits at the node that it uses, and so has a nonce there.
    async fn have_spoken(&self, miners: &[AccountId]) -> Result<bool, Fault> {
        for miner in miners {
            let mut nonce = 0;
            for node in self.network.nodes() {
                nonce = nonce.max(node.client.prepare(miner).await?.nonce);
            }
            if nonce == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A neuron whose process has ended, with its log.
    fn gone(&self) -> Option<(String, &Path)> {
        let mut neurons = self.network.record().neurons.iter();
        let gone = neurons.find(|neuron| !neuron.process.is_some_and(|process| process.is_running()))?;
        Some((gone.name.clone(), &gone.log))
    }

    /// Lets the next height start, and says which node had it first.
    fn one_more(&self, height: u64) -> Result<usize, StageError> {
        let slot = Duration::from_millis(self.network.record().slot_ms);
        let made = async {
            let mut waiting = JoinSet::new();
            for node in self.up() {
                let client = self.network.nodes()[node].client.clone();
                // Who goes down in this moment is no longer asked; whether the others can go on without it shows.
                if client.produce(Production::Manual, height).await.is_ok() {
                    waiting.spawn(async move { client.wait_for_height(height).await.map(|_| node) });
                }
            }
            while let Some(ended) = waiting.join_next().await {
                if let Ok(Ok(node)) = ended {
                    return Some(node);
                }
            }
            None
        };
        let first = self.runtime.block_on(async { timeout(PATIENCE + slot, made).await });
        first.ok().flatten().ok_or_else(|| self.stands_still(height))
    }

    fn stands_still(&self, height: u64) -> StageError {
        let asked = async {
            let mut statuses = Vec::new();
            for (index, node) in self.network.nodes().iter().enumerate() {
                statuses.push(if self.is_up(index) { node.client.status().await.ok() } else { None });
            }
            statuses
        };
        let reach = Reach::of(self.network.record(), &self.runtime.block_on(asked));
        StageError(format!("block {height} was not made in {PATIENCE:?}: {reach}"))
    }

    /// Rule 2: reads the block, and the state after it.
    fn take(&mut self, node: usize, height: u64) -> Result<(), StageError> {
        let client = &self.network.nodes()[node].client;
        let read =
            async { Ok::<_, Fault>((client.raw_block(height).await?, state_after(client, height).await?)) };
        let (block, state) = self.runtime.block_on(read).map_err(StageError::of)?;
        let header = block.committed.block.header;
        let (said, root) = (header.state_root, Tree::of(&state).root());
        if said != root {
            let name = &self.network.record().nodes[node].name;
            let what =
                format!("{name} serves a state with root {root} after block {height}, which says {said}");
            return Err(StageError(what));
        }
        if height == 1 {
            self.began_ms = header.timestamp_ms;
        }
        self.trace.extend(block.events.iter().map(|event| format!("{height} {event:?}")));
        let surplus = self.trace.len().saturating_sub(TRACE_LINES);
        self.trace.drain(..surplus);
        self.now = Moment { height, root, timestamp_ms: header.timestamp_ms, state, node };
        self.count();
        Ok(())
    }

    /// Asks every node that is up how far it is.
    fn count(&mut self) {
        for node in self.up().collect::<Vec<_>>() {
            let client = &self.network.nodes()[node].client;
            if let Ok(status) = self.runtime.block_on(client.status()) {
                self.heights[node] = status.height;
            }
        }
    }

    /// Whoever comes now registers, and who trades now trades. What is refused has not happened, as elsewhere.
    fn errands(&mut self) -> Result<(), StageError> {
        for (key, call) in self.afar.errands(&self.now.state, self.now.height) {
            if let Err(error) = self.send(vec![(key, call)]) {
                self.trace.push_back(format!("{} refused: {error}", self.now.height));
            }
        }
        Ok(())
    }

    /// Hands in calls, one after the other.
    fn send(&self, calls: Vec<(Keypair, Call)>) -> Result<(), StageError> {
        let client = self.client();
        let mut signers = BTreeMap::<AccountId, Signer>::new();
        for (key, call) in calls {
            let signer = signers.entry(key.account()).or_insert_with(|| client.signer(key));
            self.runtime.block_on(signer.submit(call)).map_err(StageError::of)?;
        }
        Ok(())
    }
}

/// The whole state after a block.
async fn state_after(client: &Client, height: u64) -> Result<MemoryState, Fault> {
    let (mut state, mut from) = (MemoryState::default(), Vec::new());
    loop {
        let page = client.state_page(ReadStateRequest { height, from, to: Vec::new(), limit: PAGE }).await?;
        let entries = page.entries.into_iter().map(|entry| (entry.key, Some(entry.value)));
        state.apply(&entries.collect::<Changes>());
        if page.next.is_empty() {
            return Ok(state);
        }
        from = page.next;
    }
}

/// The built-in miners that publish their addresses before block 1.
fn first_miners(setup: &Setup) -> Vec<AccountId> {
    let miners = setup.subnets.iter().flat_map(|subnet| &subnet.miners);
    let is_first = |miner: &&crate::harness::MinerSetup| {
        miner.command.is_none() && miner.joins.is_none() && !miner.policy.is_offline(0)
    };
    miners.filter(is_first).filter_map(|miner| keys::account(&miner.name, Which::Hot)).collect()
}

fn failed(failure: Failure) -> StageError {
    StageError(failure.to_string())
}

/// The end of a log.
fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(LOG_BYTES)..]).into_owned()
}

impl Stage for OnProcesses {
    fn layer(&self) -> Layer {
        Layer::Processes
    }

    fn advance(&mut self) -> Result<(), StageError> {
        let next = self.now.height + 1;
        let node = self.one_more(next)?;
        self.take(node, next)?;
        self.errands()
    }

    fn act(&mut self, act: &Act) -> Result<(), StageError> {
        match acts::deed(act, self.afar.setup())? {
            Deed::Send(calls) => {
                let signed = |(who, call): (String, Call)| Ok((self.afar.signer(&who, &call)?, call));
                let calls =
                    calls.into_iter().map(signed).collect::<Result<_, crate::harness::HarnessError>>();
                self.send(calls.map_err(StageError::of)?)
            }
            Deed::Fault(act) => self.fault(act),
        }
    }

    fn view(&self) -> Result<View<'_>, StageError> {
        Ok(self.afar.view(&self.now.state, self.now.height))
    }

    fn root(&self) -> Hash {
        self.now.root
    }

    fn seconds(&self) -> f64 {
        self.now.timestamp_ms.saturating_sub(self.began_ms) as f64 / 1_000.0
    }

    fn nodes(&self) -> Vec<(String, u64)> {
        let names = self.network.record().nodes.iter().map(|node| node.name.clone());
        names.zip(self.heights.iter().copied()).collect()
    }

    fn logs(&self) -> Vec<(String, String)> {
        let record = self.network.record();
        let nodes = record.nodes.iter().map(|node| (&node.name, &node.log));
        let neurons = record.neurons.iter().map(|neuron| (&neuron.name, &neuron.log));
        nodes.chain(neurons).map(|(name, log)| (name.clone(), tail(log))).collect()
    }

    fn trace(&self) -> Vec<String> {
        self.trace.iter().cloned().collect()
    }
}
