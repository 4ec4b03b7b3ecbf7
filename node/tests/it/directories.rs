//! Directories that are wrong: each is refused with a sentence and a remedy, and nothing in them is lost.

use crate::rig::{Rig, balance, key, transfer, write_genesis};
use std::fs;
use taonet_node::{Config, Error, store::StoreError};
use taonet_subnets::amount::RAO_PER_TAO;

#[tokio::test(flavor = "multi_thread")]
async fn another_networks_genesis_is_refused_and_the_right_one_goes_on() {
    let rig = Rig::new("mine");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.signer(key("//Alice")).execute(transfer(1)).await.expect("executed");
    node.stop().await.expect("stopped");

    write_genesis(rig.folder.path(), "yours");
    let error = rig.refused().await;
    assert!(matches!(&error, Error::Store(StoreError::OtherNetwork { .. })), "{error}");
    assert_eq!(error.exit_code(), 78);

    write_genesis(rig.folder.path(), "mine");
    let node = rig.start().await;
    assert_eq!(balance(&node.client().expect("a client"), "//receiver").await, RAO_PER_TAO);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_database_is_refused() {
    let rig = Rig::new("corrupt");
    let node = rig.start().await;
    node.client().expect("a client").wait_for_height(2).await.expect("blocks");
    node.stop().await.expect("stopped");
    fs::write(rig.folder.path().join("db/CURRENT"), "garbage").expect("written");
    let error = rig.refused().await;
    assert!(matches!(&error, Error::Store(StoreError::Corrupt { .. })), "{error}");
    assert_eq!(error.exit_code(), 74);
    assert!(error.remedy().contains("sync"), "{}", error.remedy());
}

#[test]
fn a_missing_or_wrong_genesis_is_named() {
    let rig = Rig::new("genesis");
    let file = rig.folder.path().join("genesis.toml");
    let text = fs::read_to_string(&file).expect("a genesis");
    let table = [
        ("not TOML", "id = = 3\n".to_owned()),
        ("an unknown field", format!("colour = \"red\"\n{text}")),
        (
            "no authorities",
            text.replace("[[authorities]]", "[[accounts]]").replace("power = 1", "balance = \"1\""),
        ),
    ];
    for (name, text) in table {
        fs::write(&file, text).expect("written");
        let error = Error::from(Config::load(rig.folder.path()).expect_err(name));
        assert_eq!(error.exit_code(), 78, "{name}");
        assert!(error.to_string().contains("genesis.toml") && !error.remedy().is_empty(), "{name}: {error}");
    }
    fs::remove_file(&file).expect("removed");
    let error = Config::load(rig.folder.path()).expect_err("missing");
    assert!(error.to_string().ends_with("genesis.toml: there is no such file"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_damaged_tables_does_not_start_a_node() {
    let rig = Rig::new("tables");
    for _ in 0..2 {
        // Starting writes what the last run left in the database's log into tables.
        let node = rig.start().await;
        node.client().expect("a client").wait_for_height(2).await.expect("blocks");
        node.stop().await.expect("stopped");
    }
    for entry in fs::read_dir(rig.folder.path().join("db")).expect("files") {
        let file = entry.expect("a file").path();
        if file.extension().is_some_and(|extension| extension == "sst") {
            let mut bytes = fs::read(&file).expect("readable");
            let quarter = bytes.len() / 4;
            bytes[quarter..2 * quarter].fill(0x5a);
            fs::write(&file, bytes).expect("written");
        }
    }
    let error = rig.refused().await;
    assert!(matches!(&error, Error::Store(StoreError::Corrupt { .. })), "{error}");
    assert_eq!(error.exit_code(), 74);
}
