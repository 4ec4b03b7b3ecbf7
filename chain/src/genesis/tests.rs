//! Genesis files: what is accepted, what is refused and how it is said.

use super::{DevOptions, Genesis, GenesisAuthority, MainnetOptions, ParamText, Timing};
use crate::{
    invariants::violations,
    ledger::{accounts, issuance, params, subnets},
    memory::MemoryChain,
    query,
    testing::{account, chain},
};
use taonet_subnets::amount::Tao;

fn dev() -> Genesis {
    Genesis::dev(DevOptions::default())
}

fn mainnet() -> Genesis {
    Genesis::mainnet(MainnetOptions {
        id: "main".to_owned(),
        sudo: account("//Alice"),
        authorities: vec![account("//Bob")],
        accounts: vec![(account("//Alice"), Tao::whole(1))],
    })
}

#[test]
fn presets_survive_their_file() {
    for genesis in [dev(), mainnet()] {
        let text = genesis.to_toml();
        let read = Genesis::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read, genesis);
        assert_eq!(read.hash(), genesis.hash());
        assert_eq!(read.build(), genesis.build());
    }
}

#[test]
fn every_choice_is_another_network() {
    let hashes = [
        dev(),
        Genesis::dev(DevOptions { id: "other".to_owned(), ..DevOptions::default() }),
        Genesis::dev(DevOptions { authorities: 1, ..DevOptions::default() }),
        Genesis::dev(DevOptions { tempo: 21, ..DevOptions::default() }),
        Genesis::dev(DevOptions { timestamp_ms: 1, ..DevOptions::default() }),
        mainnet(),
    ]
    .map(|genesis| genesis.hash());
    for (index, hash) in hashes.iter().enumerate() {
        assert!(!hashes[..index].contains(hash), "{index}");
    }
}

#[test]
fn the_dev_network_at_block_0() {
    let chain = chain();
    assert_eq!(violations(&chain.state), []);
    assert_eq!((chain.tip.height, chain.tip.timestamp_ms, chain.tip.authorities.len()), (0, 0, 4));
    assert_eq!(chain.tip.state_root, chain.tree.root());
    assert_eq!(accounts::balance(&chain.state, &account("//Alice")), Tao::whole(1_000_000));
    assert_eq!(accounts::balance(&chain.state, &account("//Four")), Tao::whole(100_000));
    // The ten accounts, the pool and root's stake.
    assert_eq!(issuance::issuance(&chain.state).total, Tao::whole(1_900_000 + 5_000 + 100_000));
    let subnet = query::subnet(&chain.state, 1).expect("the dev subnet");
    assert_eq!((subnet.name.as_str(), subnet.neurons, subnet.epochs.next_block), ("tour", 8, Some(20)));
    assert_eq!(subnet.pool.price, subnet.pool.moving_price);
    assert!(subnet.started && subnet.emits && subnet.emission_enabled);
    assert!(!params::subnet(&chain.state, 1).commit_reveal_enabled);
    assert!(dev().is_dev() && dev().timing() == Timing::DEV);
}

#[test]
fn authorities_beyond_the_dev_accounts_have_keys_too() {
    let genesis = Genesis::dev(DevOptions { authorities: 6, ..DevOptions::default() });
    let accounts: Vec<_> = genesis.authorities.iter().map(|authority| authority.account).collect();
    let uris = ["//Bob", "//Charlie", "//Dave", "//Eve", "//authority//4", "//authority//5"];
    assert_eq!(accounts, uris.map(account));
    assert_eq!((0..6).map(DevOptions::authority_uri).collect::<Vec<_>>(), uris);
}

#[test]
fn a_mainnet_starts_empty_with_the_public_defaults() {
    let chain = MemoryChain::new(&mainnet()).expect("builds");
    assert_eq!(subnets::netuids(&chain.state), [0]);
    let new = params::new_subnet(&chain.state);
    assert_eq!((new.tempo, new.commit_reveal_enabled, new.emission_enabled), (360, true, false));
    assert_eq!(mainnet().timing().slot_ms, 12_000);
    assert_eq!(violations(&chain.state), []);
}

#[test]
fn a_genesis_that_makes_no_sense_names_the_field() {
    type Change = fn(&mut Genesis);
    let table: Vec<(&str, Change)> = vec![
        ("id", |genesis| genesis.id = "a b".to_owned()),
        ("id", |genesis| genesis.id = String::new()),
        ("timing", |genesis| genesis.timing.propose_ms = 0),
        ("authorities", |genesis| genesis.authorities.clear()),
        ("authorities", |genesis| genesis.authorities[1] = genesis.authorities[0]),
        ("authorities", |genesis| {
            genesis.authorities[0] = GenesisAuthority { power: 0, ..genesis.authorities[0] };
        }),
        ("accounts[1]", |genesis| genesis.accounts[1] = genesis.accounts[0]),
        ("accounts[2].balance", |genesis| genesis.accounts[2].balance = Tao::new(499)),
        ("accounts[2].balance", |genesis| genesis.accounts[2].balance = Tao::whole(21_000_000)),
        ("params.tempo", |genesis| drop(genesis.params.insert("tempo".to_owned(), ParamText::from(3)))),
        ("new_subnet.kappa", |genesis| {
            drop(genesis.new_subnet.insert("kappa".to_owned(), ParamText::from(-1)));
        }),
        ("new_subnet.x", |genesis| drop(genesis.new_subnet.insert("x".to_owned(), ParamText::from(1)))),
        ("root.stakes[0]", |genesis| genesis.root.stakes[0].hotkey = account("//nobody")),
        ("root.stakes[0].tao", |genesis| genesis.root.stakes[0].tao = Tao::new(1)),
        ("subnets[0].netuid", |genesis| genesis.subnets[0].netuid = 0),
        ("subnets[0].tao", |genesis| genesis.subnets[0].tao = Tao::ZERO),
        ("subnets[0].params.x", |genesis| {
            genesis.subnets[0].params.insert("x".to_owned(), ParamText::from(true));
        }),
        ("subnets[0].neurons[1]", |genesis| genesis.subnets[0].neurons[1] = genesis.subnets[0].neurons[0]),
        ("subnets[0].neurons[1]", |genesis| {
            genesis.subnets[0].neurons[1].hotkey = genesis.subnets[0].neurons[0].hotkey;
        }),
        ("subnets[0].neurons[3]", |genesis| {
            genesis.subnets[0].params.insert("max_allowed_uids".to_owned(), ParamText::from(3));
        }),
        ("subnets[0].stakes[0]", |genesis| genesis.subnets[0].stakes[0].hotkey = account("//nobody")),
    ];
    for (field, change) in table {
        let mut genesis = dev();
        change(&mut genesis);
        let error = genesis.build().expect_err(field);
        assert_eq!(error.field, field, "{error}");
        assert!(error.remedy.ends_with('.') && !error.sentence.ends_with('.'), "{error}");
    }
}

#[test]
fn a_broken_file_names_the_line() {
    let text = dev().to_toml();
    let table = [
        (text.replacen("id = ", "id == ", 1), Some(1)),
        (text.replacen("dev = true", "dev = maybe", 1), Some(2)),
        (text.replacen("dev = true", "devil = true", 1), Some(2)),
        (text.replacen("slot_ms = 250", "slot_ms = -250", 1), None),
        (String::new(), None),
    ];
    for (text, line) in table {
        let error = Genesis::from_toml(&text).expect_err("broken");
        assert!(line.is_none() || error.line == line, "{error}");
        assert!(error.to_string().starts_with("genesis"), "{error}");
    }
}

#[test]
fn amounts_may_be_whole_tao_as_text_or_rao() {
    let text = dev().to_toml();
    assert!(text.contains("balance = \"1000000\""), "{text}");
    let in_rao = text.replacen("balance = \"1000000\"", "balance = 1000000000000000", 1);
    assert_eq!(Genesis::from_toml(&in_rao), Ok(dev()));
}
