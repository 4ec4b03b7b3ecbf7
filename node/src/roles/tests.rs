//! The roles against a chain that the test holds in its hands, over real HTTP on loopback.

mod failover;
mod round;
mod server;
mod start;

use super::chain::{Chain, Follower, Mark, Neuron, Rules, Subnet};
use crate::fault::Fault;
use futures::{Stream, StreamExt, stream};
use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
};
use taonet_chain::{AccountId, Call, Hash, Keypair, beacon};
use taonet_subnets::roles::Row;
use tokio::sync::{mpsc, watch};

const NETUID: u16 = 1;

/// The version that the subnet demands of weights.
const VERSION: u64 = 7;

/// The identity of the network.
const GENESIS: Hash = Hash([9; 32]);

/// A network of one node that executes what the roles ask at once; blocks come when the test says so.
struct World {
    subnet: Mutex<Subnet>,
    /// For how many epochs weights are hidden, if they are.
    reveal_period: Mutex<Option<u64>>,
    /// What the others set, as the chain shows it.
    rows: Mutex<Vec<Row>>,
    marks: watch::Sender<Mark>,
    calls: mpsc::UnboundedSender<(AccountId, Call)>,
}

impl World {
    /// A world with these neurons; the second half tells what was called.
    fn new(neurons: Vec<Neuron>) -> (Arc<World>, mpsc::UnboundedReceiver<(AccountId, Call)>) {
        let (calls, called) = mpsc::unbounded_channel();
        let subnet = Subnet { tempo: 20, next_epoch: 20, neurons, ..Subnet::default() };
        let marks = watch::Sender::new(Mark { height: 0, hash: Hash::ZERO });
        (
            Arc::new(World {
                subnet: Mutex::new(subnet),
                reveal_period: Mutex::default(),
                rows: Mutex::default(),
                marks,
                calls,
            }),
            called,
        )
    }

    fn subnet(&self) -> std::sync::MutexGuard<'_, Subnet> {
        self.subnet.lock().expect("no test panics while it holds the subnet")
    }

    /// Commits one block.
    fn block(&self) {
        let mut subnet = self.subnet();
        subnet.height += 1;
        let hash = Hash([subnet.height as u8; 32]);
        self.marks.send_replace(Mark { height: subnet.height, hash });
    }

    fn seen_by(self: &Arc<World>, key: &Keypair) -> View {
        View { world: Arc::clone(self), me: key.account() }
    }
}

/// The world as one hotkey uses it.
struct View {
    world: Arc<World>,
    me: AccountId,
}

impl Chain for View {
    type Blocks = Pin<Box<dyn Stream<Item = Result<Mark, Fault>>>>;

    async fn watch(&self) -> Result<Self::Blocks, Fault> {
        let mut marks = self.world.marks.subscribe();
        // A block from before the subscription counts too, so that no test depends on who was first.
        if marks.borrow().height > 0 {
            marks.mark_changed();
        }
        Ok(Box::pin(stream::unfold(marks, async |mut marks| {
            marks.changed().await.ok()?;
            let mark = *marks.borrow_and_update();
            Some((Ok(mark), marks))
        })))
    }

    async fn subnet(&self, netuid: u16) -> Result<Subnet, Fault> {
        assert_eq!(netuid, NETUID);
        Ok(self.world.subnet().clone())
    }

    async fn rules(&self, _: u16) -> Result<Rules, Fault> {
        let reveal_period = *self.world.reveal_period.lock().expect("held for one line");
        Ok(Rules { weights_rate_limit: 0, weights_version: VERSION, reveal_period })
    }

    async fn rows(&self, _: u16) -> Result<Vec<Row>, Fault> {
        Ok(self.world.rows.lock().expect("held for one line").clone())
    }

    async fn round_key(&self, round: u64) -> Result<[u8; 32], Fault> {
        Ok(beacon::round_key(&GENESIS, round))
    }

    async fn execute(&self, call: Call) -> Result<(), Fault> {
        if let Call::ServeAxon { axon, .. } = &call {
            let address = SocketAddr::from((std::net::Ipv4Addr::from_bits(axon.ip as u32), axon.port));
            let mut subnet = self.world.subnet();
            let me = subnet.neurons.iter_mut().find(|neuron| neuron.hotkey == self.me);
            me.expect("only neurons serve").axon = Some(address);
        }
        self.world.calls.send((self.me, call)).map_err(|_| Fault::stopping())
    }
}

fn key(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

fn neuron(uid: u16, key: &Keypair, permit: bool) -> Neuron {
    Neuron { uid, hotkey: key.account(), permit, registered_at: 0, last_update: 0, axon: None }
}

/// A node that cannot be reached at first, then breaks off after each block.
struct Flaky {
    attempts: Mutex<u64>,
}

impl Chain for Flaky {
    type Blocks = stream::Iter<std::vec::IntoIter<Result<Mark, Fault>>>;

    async fn watch(&self) -> Result<Self::Blocks, Fault> {
        let mut attempts = self.attempts.lock().expect("held for one line");
        *attempts += 1;
        let mark = |height| Ok(Mark { height, hash: Hash::ZERO });
        match *attempts {
            1 => Err(Fault::stopping()),
            2 => Ok(stream::iter(vec![mark(2), mark(3), Err(Fault::stopping())])),
            n => Ok(stream::iter(vec![mark(n * 10)])),
        }
    }

    async fn subnet(&self, _: u16) -> Result<Subnet, Fault> {
        Err(Fault::stopping())
    }

    async fn rules(&self, _: u16) -> Result<Rules, Fault> {
        Err(Fault::stopping())
    }

    async fn rows(&self, _: u16) -> Result<Vec<Row>, Fault> {
        Err(Fault::stopping())
    }

    async fn round_key(&self, _: u64) -> Result<[u8; 32], Fault> {
        Err(Fault::stopping())
    }

    async fn execute(&self, _: Call) -> Result<(), Fault> {
        Err(Fault::stopping())
    }
}

#[tokio::test]
async fn a_lost_node_is_waited_for_and_missed_blocks_are_skipped() {
    let chain = Flaky { attempts: Mutex::new(0) };
    let mut follower = Follower::new(&chain);
    assert_eq!(follower.next().await.height, 3, "the newest of what is there, after one attempt in vain");
    assert_eq!(follower.next().await.height, 30);
    assert_eq!(follower.next().await.height, 40);
    assert_eq!(*chain.attempts.lock().expect("free"), 4);
}

/// The blocks of the world reach whoever begins to watch later.
#[tokio::test]
async fn the_world_shows_its_last_block_to_latecomers() {
    let (world, _called) = World::new(vec![]);
    world.block();
    let view = world.seen_by(&key(1));
    let mut blocks = view.watch().await.expect("it can be watched");
    assert_eq!(blocks.next().await.map(|mark| mark.map(|mark| mark.height)), Some(Ok(1)));
}
