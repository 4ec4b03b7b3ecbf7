//! One node under a developer's control.

mod network;

use super::*;
use crate::{
    interface::{Config, Incoming, Timer},
    store::MemoryStore,
};
use taonet_chain::{
    Body, Call, ConsensusMode, Network, Transaction,
    genesis::{DevOptions, Genesis, ParamText},
    ledger::{accounts, authorities::era},
};
use taonet_subnets::amount::Tao;

const NOW: Time = 1_700_000_000_000;
const SLOT_MS: Time = 250;

/// A node, its genesis, and what its last step gave.
struct Solo {
    genesis: Genesis,
    keys: Vec<Keypair>,
    replica: Replica<MemoryStore>,
    wall: Time,
    out: Vec<Outgoing>,
}

fn key(uri: &str) -> Keypair {
    Keypair::from_uri(uri).expect("a development key")
}

fn open(
    genesis: &Genesis,
    keys: &[Keypair],
    store: MemoryStore,
    wall: Time,
) -> (Replica<MemoryStore>, Vec<Outgoing>) {
    let network = Network { genesis: genesis.hash(), branch: 0 };
    let config =
        Config { network, timing: genesis.timing(), key: keys[0].clone(), trust_empty: true, trust: None };
    let mut out = Vec::new();
    (Replica::open(config, store, wall, &mut out).expect("the store is sound"), out)
}

impl Solo {
    fn of(genesis: Genesis) -> Solo {
        let count = u16::try_from(genesis.authorities.len()).expect("few");
        let keys: Vec<Keypair> = (0..count).map(|index| key(&DevOptions::authority_uri(index))).collect();
        let (tip, changes) = genesis.build().expect("a preset");
        let (replica, out) = open(&genesis, &keys, MemoryStore::new(tip, &changes, 100), NOW);
        Solo { genesis, keys, replica, wall: NOW, out }
    }

    /// The first of so many authorities; alone it decides if it is the only one.
    fn new(authorities: u16) -> Solo {
        Solo::of(Genesis::dev(DevOptions { authorities, ..DevOptions::default() }))
    }

    fn step(&mut self, incoming: Incoming) {
        self.out.clear();
        self.replica.step(self.wall, incoming, &mut self.out);
    }

    /// Lets so many slots pass, with the timer of each height.
    fn pass(&mut self, slots: u64) {
        for _ in 0..slots {
            self.wall += SLOT_MS;
            let height = self.replica.height();
            self.step(Incoming::Wake(Timer::Start { height }));
        }
    }

    fn mine(&mut self) -> Result<(), CannotMine> {
        self.out.clear();
        self.replica.mine(self.wall, &self.keys, &mut self.out)
    }

    fn hold(&mut self) {
        let horizon = self.replica.tip.height;
        self.step(Incoming::Produce(Production::Manual { horizon }));
    }

    /// The node loses its power, and comes back.
    fn restart(&mut self) {
        let mut store = self.replica.store().clone();
        store.lose_power(0);
        (self.replica, self.out) = open(&self.genesis, &self.keys, store, self.wall);
    }

    fn transfer(&self, nonce: u64) -> Transaction {
        let call = Call::Transfer { to: key("//Bob").account(), amount: Tao::whole(1) };
        self.signed("//Alice", nonce, call)
    }

    fn signed(&self, uri: &str, nonce: u64, call: Call) -> Transaction {
        let (key, genesis) = (key(uri), self.genesis.hash());
        let (signer, tip) = (key.account(), Tao::ZERO);
        Transaction::sign(&key, Body { signer, nonce, genesis, valid_from: 0, valid_until: 9_000, tip, call })
    }

    /// Mines up to a height.
    fn mine_to(&mut self, height: u64) {
        while self.height() < height {
            assert_eq!(self.mine(), Ok(()), "on top of block {}", self.height());
        }
    }

    fn height(&self) -> u64 {
        self.replica.tip.height
    }

    fn timestamp(&self) -> Time {
        self.replica.tip.timestamp_ms
    }
}

#[test]
fn a_height_starts_when_its_slot_has_come_and_not_beyond_the_horizon() {
    let mut solo = Solo::new(1);
    solo.pass(3);
    assert_eq!(solo.height(), 3, "by default every slot has a block");
    solo.step(Incoming::Produce(Production::Manual { horizon: 5 }));
    solo.pass(10);
    assert_eq!(solo.height(), 5);
    let is_timeout =
        |outgoing: &Outgoing| matches!(outgoing, Outgoing::WakeAt { timer: Timer::Timeout { .. }, .. });
    assert!(!solo.out.iter().any(is_timeout), "nobody grows impatient");
    solo.restart();
    solo.pass(3);
    assert_eq!(solo.height(), 5, "a restart does not end it");
    solo.step(Incoming::Produce(Production::Manual { horizon: 6 }));
    assert_eq!(solo.height(), 6, "its slot had come long ago");
    solo.step(Incoming::Produce(Production::Interval));
    solo.pass(2);
    assert_eq!(solo.height(), 8);
}

#[test]
fn instant_blocks_come_when_there_is_something_to_do() {
    let mut solo = Solo::new(1);
    solo.pass(1);
    solo.step(Incoming::Produce(Production::Instant));
    solo.pass(5);
    assert_eq!(solo.height(), 1, "nothing to do");
    solo.step(Incoming::Submitted(solo.transfer(1)));
    assert_eq!(solo.height(), 1, "its turn has not come");
    solo.step(Incoming::Submitted(solo.transfer(0)));
    assert_eq!(solo.height(), 2);
    assert_eq!(accounts::nonce(&solo.replica.store, &key("//Alice").account()), 2, "both are in it");
    solo.pass(5);
    assert_eq!(solo.height(), 2);
}

#[test]
fn somebody_elses_start_is_a_reason_to_start() {
    let mut solo = Solo::new(4);
    solo.step(Incoming::Produce(Production::Instant));
    assert!(!solo.replica.may_start());
    let network = Network { genesis: solo.genesis.hash(), branch: 0 };
    let vote = Vote::sign(&solo.keys[1], &network, (1, 0, VoteKind::Prevote), None);
    solo.replica.count(vote);
    assert!(solo.replica.may_start());
}

#[test]
fn mined_blocks_are_a_slot_apart_and_the_clock_goes_with_them() {
    let mut solo = Solo::new(4);
    solo.hold();
    for _ in 0..20 {
        assert_eq!(solo.mine(), Ok(()));
    }
    assert!(solo.replica.store.at_risk() > 20, "nothing was made durable on the way");
    solo.replica.rest(solo.wall, &mut solo.out);
    assert_eq!((solo.height(), solo.replica.store.at_risk()), (20, 0));
    assert_eq!(solo.timestamp(), NOW + 19 * SLOT_MS);
    assert_eq!(solo.replica.now, solo.timestamp());
    assert_eq!(solo.replica.control.offset_ms, i64::try_from(19 * SLOT_MS).expect("small"));
    let (tip, authorities) = (solo.replica.tip.clone(), solo.replica.tip.authorities.clone());
    let last = solo.replica.store.block(20).expect("kept");
    let network = Network { genesis: solo.genesis.hash(), branch: 0 };
    assert!(last.certificate.verify(&network, &authorities).is_ok(), "like any other block");
    solo.restart();
    assert_eq!((solo.replica.tip.clone(), solo.replica.now), (tip, NOW + 19 * SLOT_MS));
}

#[test]
fn mining_crosses_elections_as_long_as_its_keys_are_a_quorum() {
    const ERA: u64 = 10;
    let mut genesis = Genesis::dev(DevOptions { consensus: ConsensusMode::Stake, ..DevOptions::default() });
    genesis.params.insert("era_length".into(), ParamText::from(ERA));
    let network = Network { genesis: genesis.hash(), branch: 0 };
    let mut solo = Solo::of(genesis);
    solo.hold();
    let before = solo.replica.tip.authorities.clone();
    let (eve, ferdie) = (key("//Eve").account(), key("//Ferdie").account());
    let stake = |hotkey, tao| Call::AddStake { hotkey, netuid: 0, amount: Tao::whole(tao) };
    solo.step(Incoming::Submitted(solo.signed("//Eve", 0, stake(eve, 5_000))));
    solo.step(Incoming::Submitted(solo.signed(
        "//Bob",
        0,
        Call::LeaveAuthorities { hotkey: key("//Bob").account() },
    )));
    solo.mine_to(ERA);
    let elected = solo.replica.tip.authorities.clone();
    assert_eq!((before.len(), elected.len()), (4, 3));
    assert_eq!(elected.power(&eve), before.power(&eve) + Tao::whole(5_000).units());
    solo.mine_to(3 * ERA);
    for (height, set) in [(ERA, &before), (ERA + 1, &elected), (3 * ERA, &elected)] {
        let block = solo.replica.store.block(height).expect("kept");
        assert_eq!(block.block.header.authorities, set.hash(), "block {height}");
        assert!(block.certificate.verify(&network, set).is_ok(), "block {height}");
    }
    assert_eq!(era(&solo.replica.store).number, 4);

    // A stranger with most of the stake is elected: without its key nobody can go on.
    for (nonce, call) in (0..).zip([
        Call::TryAssociateHotkey { hotkey: ferdie },
        stake(ferdie, 80_000),
        Call::JoinAuthorities { hotkey: ferdie },
    ]) {
        solo.step(Incoming::Submitted(solo.signed("//Ferdie", nonce, call)));
    }
    solo.mine_to(4 * ERA);
    assert!(solo.replica.tip.authorities.power(&ferdie) > 0);
    assert_eq!(solo.mine(), Err(CannotMine::NoQuorum));
    solo.keys.push(key("//Ferdie"));
    assert_eq!(solo.mine(), Ok(()));
}

#[test]
fn mining_twice_from_the_same_state_gives_the_same_blocks() {
    let mut solo = Solo::new(4);
    solo.hold();
    for _ in 0..3 {
        assert_eq!(solo.mine(), Ok(()));
    }
    let store = solo.replica.store().clone();
    let mut ends = Vec::new();
    // However long it takes, and whenever it is done again.
    for (start, pause) in [(NOW, 0), (NOW + 77_000, 900)] {
        (solo.replica, solo.out) = open(&solo.genesis, &solo.keys, store.clone(), start);
        solo.wall = start;
        solo.step(Incoming::Submitted(solo.transfer(0)));
        for _ in 0..30 {
            solo.wall += pause;
            assert_eq!(solo.mine(), Ok(()));
        }
        ends.push((solo.replica.tip.id, solo.replica.tip.state_root, solo.timestamp()));
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn blocks_are_mined_only_where_nothing_can_start() {
    let mut solo = Solo::new(4);
    assert_eq!(solo.mine(), Err(CannotMine::InProgress), "heights start by themselves");
    solo.step(Incoming::Produce(Production::Manual { horizon: 1 }));
    assert_eq!(solo.mine(), Err(CannotMine::InProgress), "height 1 may start");
    solo.hold();
    let all = std::mem::take(&mut solo.keys);
    solo.keys = all[..2].to_vec();
    assert_eq!(solo.mine(), Err(CannotMine::NoQuorum), "half is no quorum");
    solo.keys = all;
    assert_eq!(solo.mine(), Ok(()));
    let mut genesis = Genesis::dev(DevOptions::default());
    genesis.dev = false;
    let mut other = Solo::of(genesis);
    other.hold();
    assert_eq!(other.replica.control(), Control::default(), "commands are ignored");
    assert_eq!(other.mine(), Err(CannotMine::NotDevelopment));
}
