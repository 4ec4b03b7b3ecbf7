//! Nodes to test with, and messages for them.

use crate::{Address, Command, Conditions, Config, Event, GossipId, Limits, Network, spawn};
use prometheus_client::{encoding::text::encode, registry::Registry};
use std::{net::SocketAddr, time::Duration};
use taonet_chain::{
    AccountId, Block, Body, Call, Certificate, CommittedBlock, Hash, Header, Keypair, Proposal, Transaction,
    Vote, VoteKind,
};
use taonet_consensus::{Message, NodeId, Proposed, Verdict};
use taonet_subnets::amount::Tao;

/// The network the nodes of a test belong to.
pub(crate) const NETWORK: taonet_chain::Network = taonet_chain::Network { genesis: Hash([5; 32]), branch: 0 };

/// A vote; each number gives another.
pub(crate) fn vote(n: u64) -> Message {
    Message::Vote(Vote::sign(&key(), &NETWORK, (n, 0, VoteKind::Prevote), None))
}

/// A transaction; each number gives another.
pub(crate) fn transaction(n: u64) -> Message {
    Message::Transaction(transfer(n))
}

/// A proposal of at least `bytes` bytes.
pub(crate) fn proposal(bytes: usize) -> Message {
    let proposal = Proposal::sign(&key(), &NETWORK, (1, 0), Hash::ZERO, None);
    Message::Proposal(Box::new(Proposed { proposal, block: block(bytes) }))
}

/// An answer with one block of at least `bytes` bytes.
pub(crate) fn blocks(bytes: usize) -> Message {
    let certificate = Certificate { height: 1, round: 0, value: Hash::ZERO, signatures: Vec::new() };
    Message::Blocks(vec![CommittedBlock { block: block(bytes), certificate }])
}

fn key() -> Keypair {
    Keypair::from_seed([9; 32])
}

fn transfer(nonce: u64) -> Transaction {
    let call = Call::Transfer { to: AccountId::default(), amount: Tao::ZERO };
    let body = Body {
        signer: key().account(),
        nonce,
        genesis: NETWORK.genesis,
        valid_from: 0,
        valid_until: 100,
        tip: Tao::ZERO,
        call,
    };
    Transaction::sign(&key(), body)
}

fn block(bytes: usize) -> Block {
    let header = Header {
        genesis: NETWORK.genesis,
        height: 1,
        timestamp_ms: 0,
        proposer: key().account(),
        parent: Hash::ZERO,
        state_root: Hash::ZERO,
        transactions_root: Hash::ZERO,
        receipts_root: Hash::ZERO,
        evidence_root: Hash::ZERO,
        authorities: Hash::ZERO,
        next_authorities: Hash::ZERO,
        beacon: [0; 32],
    };
    let filler = transfer(0);
    let transactions = vec![filler.clone(); bytes / filler.size() + 1];
    Block { header, evidence: Vec::new(), transactions }
}

/// Fails after half a minute: far more than any step takes on a busy machine.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("nothing happened for 30 seconds")
}

/// A free port of 127.0.0.1.
pub(crate) fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A node under test.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) network: Network,
    pub(crate) registry: Registry,
}

/// The settings of node `n`: listens with TCP, knows nobody.
pub(crate) fn config(n: u8) -> Config {
    Config {
        key: Keypair::from_seed([n; 32]),
        network: NETWORK,
        listen: vec![Address::tcp(any_port())],
        peers: Vec::new(),
        limits: Limits::default(),
        conditions: Conditions::default(),
    }
}

/// Starts a node.
pub(crate) async fn start(config: Config) -> Node {
    let mut registry = Registry::default();
    let id = config.key.account();
    let network = spawn(config, &mut registry).await.expect("the node starts");
    Node { id, network, registry }
}

/// Starts a line of nodes, each knowing only the one before it, and waits until they are connected.
pub(crate) async fn line(length: u8) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for n in 1..=length {
        let peers = nodes.last().map(Node::address).into_iter().collect();
        nodes.push(start(Config { peers, ..config(n) }).await);
    }
    for (n, node) in nodes.iter_mut().enumerate() {
        let ends = n == 0 || n + 1 == usize::from(length);
        node.await_peers(if ends { 1 } else { 2 }).await;
    }
    nodes
}

impl Node {
    /// Where it listens first, with its id.
    pub(crate) fn address(&self) -> Address {
        self.network.listening[0].clone().of_node(self.id)
    }

    /// Gives it a command.
    pub(crate) async fn tell(&self, command: Command) {
        self.network.commands.send(command).await.expect("the network runs");
    }

    /// Broadcasts from it.
    pub(crate) async fn broadcast(&self, message: &Message) {
        self.tell(Command::Broadcast(message.clone())).await;
    }

    /// Waits until exactly `count` nodes are connected to it.
    pub(crate) async fn await_peers(&mut self, count: usize) {
        within(self.network.peers.wait_for(|peers| peers.len() == count)).await.expect("the network runs");
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Event {
        within(self.network.events.recv()).await.expect("the network runs")
    }

    /// The next message, skipping news about peers.
    pub(crate) async fn message(&mut self) -> (NodeId, Message, Option<GossipId>) {
        loop {
            if let Event::Received { from, message, id } = self.event().await {
                return (from, message, id);
            }
        }
    }

    /// The next message must be this one; gives the verdict about it.
    pub(crate) async fn expect(&mut self, expected: &Message, verdict: Verdict) -> NodeId {
        let (from, message, id) = self.message().await;
        assert_eq!(message.encode(), expected.encode());
        self.tell(Command::Verdict { from, id, verdict }).await;
        from
    }

    /// A counter of its metrics page, by the start of its line.
    pub(crate) fn count(&self, name: &str) -> u64 {
        let mut page = String::new();
        encode(&mut page, &self.registry).expect("the page can be written");
        let line = page.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0, |value| value.trim().parse().expect("a number"))
    }
}
