//! Random calls of random accounts: nothing is ever created, lost or owed twice, and what fails leaves no trace.
//!
//! `lively` is a network on which almost every call can succeed: three subnets with short tempos, delays and
//! cool-downs.

use super::draw::{CALLS, Dice, SIGNERS, draw_call, name};
use crate::{
    BlockContext, Call, CallError, DevOptions, Event, Genesis, Hash, MAX_TRANSACTION_BYTES, dispatch,
    genesis::{GenesisSubnet, ParamText},
    invariants::violations,
    ledger::subnets::{self, ROOT, SubnetState},
    memory::MemoryChain,
    receipt::Receipt,
    state::{MemoryState, Overlay, StateRead, tree::Tree},
    step,
    testing::{account, body, chain, key, signed},
    transaction::Transaction,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Parameters of the network that let much happen in few blocks.
const NETWORK: [(&str, u64); 12] = [
    ("subnet_limit", 4),
    ("network_immunity_period", 5),
    ("network_min_lock", 1_000_000_000),
    ("tx_rate_limit", 1),
    ("tx_delegate_take_rate_limit", 1),
    ("tx_childkey_take_rate_limit", 1),
    ("pending_childkey_cooldown", 3),
    ("coldkey_swap_delay", 2),
    ("coldkey_swap_reannounce_delay", 2),
    ("hotkey_swap_interval", 1),
    ("set_children_rate_limit", 1),
    ("owner_hotkey_rate_limit", 1),
];

fn lively() -> MemoryChain {
    let mut genesis = Genesis::dev(DevOptions { tempo: 5, ..DevOptions::default() });
    let set = |(name, value): (&str, u64)| (name.to_owned(), ParamText::from(value));
    genesis.params.extend(NETWORK.map(set));
    genesis.root.params.extend([set(("max_allowed_uids", 4))]);
    let like_the_first = |netuid, owner: &str, owner_hotkey: &str| GenesisSubnet {
        netuid,
        owner: account(owner),
        owner_hotkey: account(owner_hotkey),
        ..genesis.subnets[0].clone()
    };
    let mut second = like_the_first(2, "//Ferdie", "//val-b");
    second.params.extend([set(("commit_reveal_enabled", 1))]);
    let mut full = GenesisSubnet { started: false, ..like_the_first(3, "//One", "//val-c") };
    full.params.extend([
        set(("max_allowed_uids", 8)),
        set(("min_allowed_uids", 1)),
        set(("immunity_period", 1)),
    ]);
    genesis.subnets.extend([second, full]);
    MemoryChain::new(&genesis).expect("the genesis builds")
}

/// A chain without transactions: blocks are steps and calls, whose changes are taken in one by one.
struct Bare {
    state: MemoryState,
    block: BlockContext,
}

impl Bare {
    fn new() -> Bare {
        let block = BlockContext { number: 0, author: Some(account("//Bob")), parent_hash: Hash::default() };
        Bare { state: lively().state, block }
    }

    fn next_block(&mut self) -> Vec<Event> {
        self.block.number += 1;
        self.block.parent_hash = Hash([self.block.number as u8; 32]);
        let mut overlay = Overlay::new(&self.state);
        let events = step::step(&mut overlay, &self.block);
        let changes = overlay.into_changes();
        self.state.apply(&changes);
        events
    }

    /// Executes a call; one that fails has changed nothing.
    fn call(&mut self, signer: &str, call: &Call) -> Result<Vec<Event>, CallError> {
        let mut overlay = Overlay::new(&self.state);
        let result = dispatch(&mut overlay, &self.block, &account(signer), call);
        let changes = overlay.into_changes();
        if result.is_err() {
            assert!(changes.is_empty(), "{call:?} of {signer} failed and changed {changes:?}");
        }
        self.state.apply(&changes);
        result
    }
}

/// The logarithm of the weighted product of a pool's reserves, each with a unit more than it holds.
fn log_product(subnet: &SubnetState, spare: f64) -> f64 {
    let weight = subnet.pool.quote_weight.quote() as f64 / 1e18;
    let (tao, alpha) = (subnet.pool.tao.units() as f64, subnet.pool.alpha.units() as f64);
    weight * (tao + spare).ln() + (1.0 - weight) * (alpha + spare).ln()
}

/// Pools of subnets that a call may trade with, but not create or remove.
fn pools(state: &dyn StateRead) -> BTreeMap<(u16, u64), SubnetState> {
    let born = |netuid| subnets::subnet(state, netuid).map_or(0, |subnet| subnet.registered_at);
    let traded = subnets::states(state).into_iter().filter(|(netuid, _)| *netuid != ROOT);
    traded.map(|(netuid, subnet)| ((netuid, born(netuid)), subnet)).collect()
}

/// No call lowers the product of a pool's reserves by more than rounding (economics.md section 5, invariant 5).
fn check_products(call: &Call, before: &BTreeMap<(u16, u64), SubnetState>, state: &dyn StateRead) {
    for (key, now) in pools(state) {
        let Some(then) = before.get(&key).filter(|then| !then.pool.tao.is_zero()) else { continue };
        let lost = log_product(then, 0.0) - log_product(&now, 1.0);
        assert!(lost < 1e-9, "{call:?} lowers the product of subnet {} by {lost}", key.0);
    }
}

fn check_events(events: &[Event]) {
    for event in events {
        let bytes = borsh::to_vec(event).expect("memory does not fail");
        assert_eq!(&borsh::from_slice::<Event>(&bytes).expect("just written"), event);
        assert!(serde_json::to_value(event).is_ok_and(|shown| shown.is_object()), "{event:?}");
    }
}

/// Every changed key is proven by the tree, present or absent, and nothing else is.
fn check_proofs(chain: &MemoryChain, keys: impl Iterator<Item = Vec<u8>>) {
    for raw in keys {
        let proof = chain.tree.prove(&raw);
        let value = chain.state.get(&raw);
        assert!(proof.verify(&chain.tip.state_root, &raw, value.as_deref()));
        assert!(!proof.verify(&chain.tip.state_root, &raw, Some(b"something else")));
        assert!(!proof.verify(&Hash::default(), &raw, value.as_deref()));
    }
}

fn any_call() -> impl Strategy<Value = (&'static str, Call)> {
    let signer = prop::sample::select(&SIGNERS[..]);
    (signer, any::<u64>().no_shrink().prop_map(draw_call))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn everything_adds_up_after_every_block(
        calls in prop::collection::vec(any_call(), 1..60),
        per_block in 1usize..5,
    ) {
        let (mut builder, mut follower) = (lively(), lively());
        for calls in calls.chunks(per_block) {
            let mut transactions = Vec::new();
            let mut ahead: BTreeMap<&str, u64> = BTreeMap::new();
            for (signer, call) in calls {
                let mut body = body(&builder, signer, call.clone());
                let ahead = ahead.entry(*signer).or_default();
                body.nonce += *ahead;
                *ahead += 1;
                transactions.push(Transaction::sign(&key(signer), body));
            }
            let (block, outcome) = builder.produce(transactions);
            prop_assert_eq!(violations(&builder.state), vec![]);
            prop_assert!(follower.apply(&block).is_ok());
            prop_assert_eq!(&follower.tip, &builder.tip);
            check_events(&outcome.events);
            check_proofs(&builder, outcome.changes.into_keys().step_by(7));
            for receipt in &outcome.receipts {
                let bytes = borsh::to_vec(receipt).expect("memory does not fail");
                prop_assert_eq!(&borsh::from_slice::<Receipt>(&bytes).expect("just written"), receipt);
            }
        }
        prop_assert_eq!(Tree::of(&builder.state).root(), builder.tip.state_root);
    }

    #[test]
    fn a_call_that_fails_leaves_no_trace_and_no_trade_lowers_a_pool(
        calls in prop::collection::vec(any_call(), 1..120),
    ) {
        let mut chain = Bare::new();
        for (index, (signer, call)) in calls.iter().enumerate() {
            if index % 6 == 0 {
                check_events(&chain.next_block());
            }
            let before = pools(&chain.state);
            if let Ok(events) = chain.call(signer, call) {
                check_events(&events);
            }
            check_products(call, &before, &chain.state);
        }
        prop_assert_eq!(violations(&chain.state), vec![]);
    }

    #[test]
    fn every_call_survives_encoding((_, call) in any_call()) {
        let bytes = borsh::to_vec(&call).expect("memory does not fail");
        prop_assert_eq!(borsh::from_slice::<Call>(&bytes).expect("just written"), call);
    }

    #[test]
    fn bytes_of_a_stranger_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = borsh::from_slice::<Transaction>(&bytes);
        let _ = borsh::from_slice::<crate::Block>(&bytes);
    }
}

/// What random arguments do not hit, or only after evidence: each has tests of its own.
const RARE: [&str; 4] = ["Register", "RevealWeights", "BatchRevealWeights", "UnjailAuthority"];

/// Twenty-four lives of 120 blocks, since governance can paralyze a network for good.
#[test]
fn long_lives_hold_every_invariant_and_every_call_succeeds_in_one() {
    let mut succeeded = BTreeSet::new();
    for seed in 0..24 {
        let mut dice = Dice::new(seed);
        let mut chain = Bare::new();
        for block in 1..=120 {
            chain.next_block();
            for _ in 0..20 {
                let (signer, call) = (dice.pick(&SIGNERS), draw_call(dice.next()));
                if chain.call(signer, &call).is_ok() {
                    succeeded.insert(name(&call));
                }
            }
            assert_eq!(violations(&chain.state), [], "after block {block} of life {seed}");
        }
    }
    let never = CALLS.iter().map(|(name, _)| *name).filter(|name| !succeeded.contains(name));
    let unexpected: Vec<&str> = never.filter(|name| !RARE.contains(name)).collect();
    assert!(unexpected.is_empty(), "never succeeded: {unexpected:?}");
}

#[test]
fn a_row_for_the_largest_subnet_fits_a_transaction() {
    let uids: Vec<u16> = (0..4_096).collect();
    let values = vec![u16::MAX; uids.len()];
    let call = Call::SetWeights { netuid: 1, uids, values, version_key: u64::MAX };
    assert!(signed(&chain(), "//val-a", call).size() <= MAX_TRANSACTION_BYTES);
}
