//! A decided chain for tests: blocks, certificates by whoever shall sign, and changes of authorities at will.

use crate::{
    interface::{Config, Incoming, Outgoing},
    replica::Replica,
    store::{MemoryStore, Store},
    timing::Time,
};
use std::collections::BTreeMap;
use taonet_chain::{
    AccountId, Authority, AuthoritySet, Block, Body, Call, Certificate, CommittedBlock, DevOptions, Draft,
    Genesis, Keypair, MainnetOptions, Network, Transaction, Vote, VoteKind, block::beacon, build,
    state::tree::Tree,
};
use taonet_subnets::amount::Tao;

/// A chain with the keys of everyone who may ever sign for it.
pub(crate) struct Chain {
    pub(crate) genesis: Genesis,
    pub(crate) network: Network,
    pub(crate) store: MemoryStore,
    pub(crate) tree: Tree,
    keys: BTreeMap<AccountId, Keypair>,
}

impl Chain {
    /// A development network of so many authorities, at block 0, that keeps `history` blocks.
    pub(crate) fn new(authorities: u16, history: u64) -> Chain {
        Chain::of(Genesis::dev(DevOptions { authorities, ..DevOptions::default() }), history)
    }

    /// One authority and nothing else: blocks cost next to nothing.
    pub(crate) fn bare(history: u64) -> Chain {
        let account = Chain::key(0).account();
        Chain::of(
            Genesis::mainnet(MainnetOptions {
                id: "bare".into(),
                sudo: account,
                authorities: vec![account],
                accounts: Vec::new(),
            }),
            history,
        )
    }

    fn of(genesis: Genesis, history: u64) -> Chain {
        let (tip, changes) = genesis.build().expect("a preset");
        let store = MemoryStore::new(tip, &changes, history);
        Chain {
            network: Network { genesis: genesis.hash(), branch: 0 },
            genesis,
            tree: Tree::of(&store),
            store,
            keys: (0..16).map(Chain::key).map(|key| (key.account(), key)).collect(),
        }
    }

    /// The key of authority `index`; those beyond the genesis are strangers until they are called in.
    pub(crate) fn key(index: u16) -> Keypair {
        Keypair::from_uri(&DevOptions::authority_uri(index)).expect("a constant")
    }

    /// The store as it is at block 0.
    pub(crate) fn empty_store(&self, history: u64) -> MemoryStore {
        let (tip, changes) = self.genesis.build().expect("a preset");
        MemoryStore::new(tip, &changes, history)
    }

    /// What a node of this network with this key is told.
    pub(crate) fn config(&self, key: Keypair) -> Config {
        Config { network: self.network, timing: self.genesis.timing(), key, trust_empty: false, trust: None }
    }

    /// Decides one more block with these transactions.
    pub(crate) fn grow(&mut self, transactions: Vec<Transaction>) -> CommittedBlock {
        let tip = self.store.tip();
        let height = tip.height + 1;
        let proposer = tip.authorities.proposer(&self.network.genesis, height, 0).expect("not empty");
        let beacon = beacon(&self.network.genesis, height);
        let draft = Draft { timestamp_ms: 0, proposer, evidence: Vec::new(), transactions, beacon };
        let (block, outcome) = build(&self.network, &tip, &self.store, &self.tree, draft);
        let certificate = self.certify(&block, &tip.authorities);
        let committed = CommittedBlock { block, certificate };
        self.store.commit(&committed, &outcome, &[]);
        self.tree.apply(outcome.delta);
        committed
    }

    /// So many more blocks.
    pub(crate) fn extend(&mut self, blocks: u64) -> Vec<CommittedBlock> {
        (0..blocks).map(|_| self.grow(Vec::new())).collect()
    }

    /// One more block, after which these authorities decide, with equal power.
    pub(crate) fn call_in(&mut self, authorities: &[u16]) -> CommittedBlock {
        let authorities =
            authorities.iter().map(|index| Authority { id: Chain::key(*index).account(), power: 1 });
        let call = Call::SetAuthorities { authorities: authorities.collect() };
        let transaction = self.signed("//Alice", call);
        self.grow(vec![transaction])
    }

    /// A transaction of a development account.
    pub(crate) fn signed(&self, uri: &str, call: Call) -> Transaction {
        let key = Keypair::from_uri(uri).expect("a constant");
        let signer = key.account();
        let nonce = taonet_chain::ledger::accounts::nonce(&self.store, &signer);
        let (genesis, tip) = (self.network.genesis, Tao::ZERO);
        let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip, call };
        Transaction::sign(&key, body)
    }

    /// The certificate of `block` by all of `signers`.
    pub(crate) fn certify(&self, block: &Block, signers: &AuthoritySet) -> Certificate {
        let (height, value) = (block.header.height, block.id());
        let sign = |id: &AccountId| {
            let key = self.keys.get(id).expect("the keys of all authorities are here");
            let place = (height, 0, VoteKind::Precommit);
            (*id, Vote::sign(key, &self.network, place, Some(value)).signature)
        };
        let signatures = signers.iter().map(|authority| sign(&authority.id)).collect();
        Certificate { height, round: 0, value, signatures }
    }
}

/// Followers that are connected to each other and hear everything one millisecond later.
pub(crate) struct Exchange {
    pub(crate) nodes: Vec<Replica<MemoryStore>>,
    now: Time,
    queue: BTreeMap<(Time, u64), (usize, Incoming)>,
    added: u64,
}

impl Exchange {
    /// One node per store; none of them is an authority, so the chain stays as long as it is.
    pub(crate) fn of(stores: impl IntoIterator<Item = MemoryStore>, chain: &Chain) -> Exchange {
        let now = 1_700_000_000_000;
        let mut exchange = Exchange { nodes: Vec::new(), now, queue: BTreeMap::new(), added: 0 };
        for (index, store) in stores.into_iter().enumerate() {
            let key = Keypair::from_seed([100 + index as u8; 32]);
            let config = chain.config(key);
            let mut out = Vec::new();
            exchange.nodes.push(Replica::open(config, store, now, &mut out).expect("the store is sound"));
            exchange.obey(index, out);
        }
        for (a, b) in (0..exchange.nodes.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
            exchange.add(now, a, Incoming::Connected(Exchange::id(b)));
            exchange.add(now, b, Incoming::Connected(Exchange::id(a)));
        }
        exchange
    }

    fn id(index: usize) -> AccountId {
        Keypair::from_seed([100 + index as u8; 32]).account()
    }

    /// Goes on until `done`, at most for a day, and says in how many steps.
    pub(crate) fn run_until(&mut self, done: impl Fn(&[Replica<MemoryStore>]) -> bool) -> u64 {
        let end = self.now + 86_400_000;
        let mut steps = 0;
        while !done(&self.nodes) {
            let ((at, _), (index, incoming)) = self.queue.pop_first().expect("heartbeats never end");
            assert!(at < end, "it does not come to an end");
            self.now = at;
            let mut out = Vec::new();
            self.nodes[index].step(at, incoming, &mut out);
            self.obey(index, out);
            steps += 1;
        }
        steps
    }

    fn add(&mut self, at: Time, index: usize, incoming: Incoming) {
        self.added += 1;
        self.queue.insert((at, self.added), (index, incoming));
    }

    fn obey(&mut self, index: usize, out: Vec<Outgoing>) {
        for outgoing in out {
            match outgoing {
                Outgoing::WakeAt { at, timer } => self.add(at.max(self.now), index, Incoming::Wake(timer)),
                Outgoing::Send { to, message } => {
                    let from = Exchange::id(index);
                    let to = (0..self.nodes.len()).find(|node| Exchange::id(*node) == to);
                    let to = to.expect("everybody is known");
                    self.add(self.now + 1, to, Incoming::Received { from, message });
                }
                Outgoing::Penalty { .. } => panic!("nobody lies here: {outgoing:?}"),
                _ => {}
            }
        }
    }
}
