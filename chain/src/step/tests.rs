//! The dev network lives: epochs run, TAO flows, prices move, and everything adds up after every block.

use super::Note;
use crate::{
    Call, DevOptions, Event, Genesis, Transaction,
    execute::replay,
    genesis::{DEV_MINERS, DEV_NETUID, DEV_NOMINATOR, DEV_VALIDATORS, GenesisSubnet, ParamText},
    invariants::violations,
    ledger::{children, claims, epochs, stakes, subnets::ROOT},
    memory::MemoryChain,
    params::Param,
    query,
    testing::{account, chain, signed},
};
use std::collections::{BTreeMap, BTreeSet};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::I96F32,
};

/// The weights of one of the validators: all prefer the first miners, each by its own measure.
fn weights(chain: &MemoryChain, validator: usize) -> Transaction {
    let values = (0..5).map(|miner| 1_000 * (5 - miner) + 10 * validator as u16).collect();
    let call = Call::SetWeights { netuid: DEV_NETUID, uids: (3..8).collect(), values, version_key: 0 };
    signed(chain, DEV_VALIDATORS[validator].0, call)
}

#[test]
fn a_dev_network_is_alive() {
    let mut chain = chain();
    let before = query::subnet(&chain.state, DEV_NETUID).expect("the dev subnet");
    let mut epochs = Vec::new();
    for height in 1..=60 {
        let transactions = if height % 10 == 5 {
            (0..3).map(|validator| weights(&chain, validator)).collect()
        } else {
            Vec::new()
        };
        let (_, outcome) = chain.produce(transactions);
        assert!(outcome.receipts.iter().all(|receipt| receipt.result.is_ok() && receipt.fee.is_zero()));
        assert_eq!(violations(&chain.state), [], "after block {height}");
        epochs.extend(outcome.events.iter().filter_map(|event| match event {
            Event::EpochRan { netuid, index, block } => Some((*netuid, *index, *block)),
            _ => None,
        }));
    }
    assert_eq!(epochs, [(DEV_NETUID, 1, 20), (DEV_NETUID, 2, 40), (DEV_NETUID, 3, 60)]);

    let after = query::subnet(&chain.state, DEV_NETUID).expect("the dev subnet");
    assert!(after.tao_injected > Tao::ZERO && after.tao_bought > Tao::ZERO);
    assert!(after.pool.price.rao > before.pool.price.rao + before.pool.price.rao / 1_000);
    assert_eq!((after.epochs.ran, after.epochs.next_block), (3, Some(80)));

    let metagraph = query::metagraph(&chain.state, DEV_NETUID).expect("the dev subnet");
    let incentives: Vec<u16> = metagraph[3..].iter().map(|neuron| neuron.incentive).collect();
    assert!(incentives.is_sorted_by(|a, b| a > b) && incentives[4] > 0, "{incentives:?}");
    assert!(metagraph[..3].iter().all(|validator| validator.dividends > 0 && validator.validator_permit));
}

#[test]
fn everybody_is_paid() {
    let mut chain = chain();
    let stake = |chain: &MemoryChain, hotkey: &str, coldkey: &str| {
        stakes::stake(&chain.state, DEV_NETUID, &account(hotkey), &account(coldkey))
    };
    let (nominator, trusted, nominated) = DEV_NOMINATOR;
    let owner_before = stake(&chain, "//val-a", "//Alice");
    assert_eq!(stake(&chain, trusted, nominator), Alpha::whole(nominated));
    for height in 1..=40 {
        let transactions =
            if height == 1 { (0..3).map(|v| weights(&chain, v)).collect() } else { Vec::new() };
        chain.produce(transactions);
    }
    for (hotkey, coldkey) in DEV_MINERS {
        assert!(stake(&chain, hotkey, coldkey) > Alpha::ZERO, "{hotkey}");
    }
    assert!(stake(&chain, trusted, nominator) > Alpha::whole(nominated));
    // The owner's cut is 18 % of about 40 alpha.
    assert!(stake(&chain, "//val-a", "//Alice") > owner_before.saturating_add(Alpha::whole(7)));
    for (hotkey, coldkey, _, root_stake) in DEV_VALIDATORS {
        // Root dividends are claimed automatically and join the root stake.
        let staked = stakes::stake(&chain.state, ROOT, &account(hotkey), &account(coldkey));
        assert!(staked > Alpha::whole(root_stake), "root dividends of {hotkey}");
    }
}

#[test]
fn every_neuron_of_an_epoch_gets_a_rate_of_root_dividends_even_at_zero() {
    let mut chain = chain();
    for _ in 1..=20 {
        chain.produce(Vec::new());
    }
    // Nobody set weights and nobody staked root TAO to a miner, so there is nothing to credit; a rate is stored.
    for (miner, _) in DEV_MINERS {
        let rates = claims::rates(&chain.state, &account(miner));
        assert_eq!(rates, [(DEV_NETUID, I96F32::ZERO)], "{miner}");
    }
}

#[test]
fn a_miner_is_paid_where_its_coldkey_wants_it() {
    let mut chain = chain();
    let (miner, owner) = DEV_MINERS[0];
    let mut transactions = vec![signed(
        &chain,
        owner,
        Call::SetColdkeyAutoStakeHotkey { netuid: DEV_NETUID, hotkey: account("//val-c") },
    )];
    transactions.extend((0..3).map(|validator| weights(&chain, validator)));
    chain.produce(transactions);
    let stake = |chain: &MemoryChain, hotkey: &str| {
        stakes::stake(&chain.state, DEV_NETUID, &account(hotkey), &account(owner))
    };
    assert_eq!(stake(&chain, "//val-c"), Alpha::ZERO);
    let events: Vec<Event> = (2..=20).flat_map(|_| chain.produce(Vec::new()).1.events).collect();
    let paid = events.iter().find_map(|event| match event {
        Event::AutoStakeAdded { destination, hotkey, owner: whose, incentive, .. } => {
            assert_eq!([*destination, *hotkey, *whose], [account("//val-c"), account(miner), account(owner)]);
            Some(*incentive)
        }
        _ => None,
    });
    let paid = paid.expect("an epoch ran");
    assert!(paid > Alpha::ZERO && stake(&chain, "//val-c") >= paid);
    assert_eq!(stake(&chain, miner), Alpha::ZERO);
}

#[test]
fn an_empty_block_writes_at_most_two_keys_per_subnet() {
    let mut chain = chain();
    chain.produce(Vec::new());
    let (_, outcome) = chain.produce(Vec::new());
    // Root and the dev subnet, and the totals of TAO.
    assert!(
        outcome.changes.len() <= 2 * 2 + 1,
        "{:?}",
        outcome.changes.keys().map(|key| key[0]).collect::<BTreeSet<_>>()
    );
}

#[test]
fn what_the_owner_mines_is_withheld_and_lowers_the_subnets_share() {
    let mut chain = chain();
    // Most of the stake scores the owner's hotkey and one miner alike.
    let call = Call::SetWeights { netuid: DEV_NETUID, uids: vec![0, 3], values: vec![1, 1], version_key: 0 };
    let votes = ["//val-a", "//val-b"].map(|validator| signed(&chain, validator, call.clone()));
    chain.produce(votes.to_vec());
    (1..20).for_each(|_| drop(chain.produce(Vec::new())));
    let metagraph = query::metagraph(&chain.state, DEV_NETUID).expect("the dev subnet");
    assert!(metagraph[0].incentive > 0 && metagraph[0].incentive == metagraph[3].incentive);
    let subnet = query::subnet(&chain.state, DEV_NETUID).expect("the dev subnet");
    assert_eq!(subnet.miner_burned_bits, 1 << 31);
    assert_eq!(violations(&chain.state), []);
}

#[test]
fn a_block_runs_so_many_epochs_and_defers_the_others() {
    let mut chain = chain();
    let limit = Call::SetParam {
        netuid: None,
        param: Param::by_name("max_epochs_per_block").expect("a parameter").id,
        value: 1,
    };
    let create = |hotkey| Call::RegisterNetwork { hotkey: account(hotkey) };
    let setup = [("//Alice", limit), ("//Eve", create("//new-2")), ("//Dave", create("//new-3"))];
    chain.produce(setup.map(|(signer, call)| signed(&chain, signer, call)).to_vec());
    let mut seen = Vec::new();
    for _ in 1..24 {
        let (_, outcome) = chain.produce(Vec::new());
        seen.extend(
            outcome
                .events
                .into_iter()
                .filter(|event| matches!(event, Event::EpochRan { .. } | Event::EpochDeferred { .. })),
        );
        assert_eq!(violations(&chain.state), []);
    }
    // Subnets 2 and 3 were created in block 1, which counts as block 0: all three are due in block 20.
    let expected = [
        Event::EpochDeferred { netuid: 2, from: 20, to: 21 },
        Event::EpochDeferred { netuid: 3, from: 20, to: 21 },
        Event::EpochRan { netuid: 1, index: 1, block: 20 },
        Event::EpochDeferred { netuid: 3, from: 21, to: 22 },
        Event::EpochRan { netuid: 2, index: 1, block: 21 },
        Event::EpochRan { netuid: 3, index: 1, block: 22 },
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_block_replayed_does_what_it_did_and_its_notes_add_up() {
    let mut chain = chain();
    let mut epochs_seen = 0;
    for height in 1..=40 {
        let before = chain.state.clone();
        let transactions =
            if height % 10 == 5 { vec![weights(&chain, 0), weights(&chain, 1)] } else { Vec::new() };
        let (block, outcome) = chain.produce(transactions);
        let mut notes = Vec::<Note>::new();
        let replayed =
            replay(&chain.network, &before, &block, &epochs::run, &mut notes).expect("it was made");
        assert_eq!(replayed.changes, outcome.changes);
        assert_eq!((replayed.receipts, replayed.events), (outcome.receipts, outcome.events));
        epochs_seen += check_notes(&notes);
    }
    assert_eq!(epochs_seen, 2);
}

/// Asserts that all TAO minted and all alpha taken went somewhere, but for dust; says how many epochs took alpha.
fn check_notes(notes: &[Note]) -> usize {
    let (mut minted, mut gone, mut taken, mut paid, mut epochs) = (0, 0, 0, 0, 0);
    for note in notes {
        match note {
            Note::Minted(tao) => minted = tao.units(),
            Note::Placed { tao_in, spent, refused, .. } => {
                gone += tao_in.units() + spent.units() + refused.units();
            }
            Note::Destroyed(tao) => gone += tao.units(),
            Note::Took { pending, .. } => {
                (taken, epochs) = (taken + (pending.for_epoch().units() + pending.owner.units()), epochs + 1);
            }
            Note::Paid { amount, .. } => paid += amount.units(),
            _ => {}
        }
    }
    assert_eq!(minted, gone);
    assert!(paid <= taken && taken - paid < 100, "{paid} of {taken} paid: {notes:#?}");
    epochs
}

#[test]
fn a_cap_that_is_too_low_starves_the_highest_subnets() {
    // Seven subnets of a tempo of 3: two epochs a block serve six of them, three serve all.
    let tempo = 3;
    for (cap, served) in [("2", 6), ("3", 7)] {
        let mut genesis = Genesis::dev(DevOptions { tempo, ..DevOptions::default() });
        genesis.params.insert("max_epochs_per_block".to_owned(), ParamText::from(cap));
        let first = genesis.subnets[0].clone();
        genesis.subnets.extend((2..8).map(|netuid| GenesisSubnet { netuid, ..first.clone() }));
        let mut chain = MemoryChain::new(&genesis).expect("the genesis builds");
        let mut epochs: BTreeMap<u16, u64> = BTreeMap::new();
        for _ in 0..30 {
            let (_, outcome) = chain.produce(Vec::new());
            for event in outcome.events {
                if let Event::EpochRan { netuid, .. } = event {
                    *epochs.entry(netuid).or_default() += 1;
                }
            }
        }
        assert!(epochs.keys().copied().eq(1..=served), "a cap of {cap} serves {epochs:?}");
        assert!(epochs.values().all(|epochs| *epochs >= 9), "{epochs:?}");
    }
}

#[test]
fn children_are_set_by_the_first_epoch_slot_after_their_cool_down() {
    let mut chain = chain();
    let (parent, child) = (account("//val-b"), account("//val-c"));
    let owner = DEV_VALIDATORS.iter().find(|validator| validator.0 == "//val-b").expect("a validator").1;
    let cool_down = Param::by_name("pending_childkey_cooldown").expect("a parameter").id;
    let ask = Call::SetChildren { hotkey: parent, netuid: DEV_NETUID, children: vec![(u64::MAX, child)] };
    let soon = Call::SetParam { netuid: None, param: cool_down, value: 18 };
    let transactions = vec![signed(&chain, "//Alice", soon), signed(&chain, owner, ask)];
    let (_, outcome) = chain.produce(transactions);
    assert!(outcome.receipts.iter().all(|receipt| receipt.result.is_ok()), "{:?}", outcome.receipts);
    let weight = |chain: &MemoryChain| children::stake_weight(&chain.state, DEV_NETUID, &child);
    let before = weight(&chain);
    let set = |events: &[Event]| events.iter().any(|event| matches!(event, Event::SetChildren { .. }));
    for height in 2..=40 {
        let (_, outcome) = chain.produce(Vec::new());
        // The cool-down ends in block 19, the next slot is that of block 20.
        assert_eq!(set(&outcome.events), height == 20, "block {height}");
        assert_eq!(violations(&chain.state), [], "after block {height}");
    }
    assert!(weight(&chain) > before);
    assert_eq!(children::stake_weight(&chain.state, DEV_NETUID, &parent), 0);
}
