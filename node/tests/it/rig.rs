//! A node of a network of one, in a folder that goes when the test ends.

use std::path::Path;
use taonet_chain::{AccountId, Call, DevOptions, Genesis, Keypair};
use taonet_node::{Client, Config, Error, Handle, NodeFile, config, proto, spawn};
use taonet_subnets::amount::Tao;

/// A folder with everything a node needs.
pub(crate) struct Rig {
    pub(crate) folder: tempfile::TempDir,
}

impl Rig {
    /// A folder for the node of a development network of one authority.
    pub(crate) fn new(network: &str) -> Rig {
        let folder = tempfile::tempdir().expect("a folder");
        write_genesis(folder.path(), network);
        config::save_key(&folder.path().join("key"), &key("//Bob")).expect("a key file");
        let mut settings = NodeFile { name: "n0".into(), ..NodeFile::default() };
        settings.p2p.listen = vec!["127.0.0.1:0".into()];
        settings.rpc.address = ([127, 0, 0, 1], 0).into();
        std::fs::write(folder.path().join(config::FILE_NAME), settings.to_toml()).expect("settings");
        Rig { folder }
    }

    pub(crate) fn config(&self) -> Config {
        Config::load(self.folder.path()).expect("a node's folder")
    }

    pub(crate) async fn start(&self) -> Handle {
        spawn(self.config()).await.expect("a running node")
    }

    pub(crate) async fn refused(&self) -> Error {
        spawn(self.config()).await.err().expect("a node that does not start")
    }
}

pub(crate) fn write_genesis(folder: &Path, network: &str) {
    let genesis = Genesis::dev(DevOptions { id: network.into(), authorities: 1, ..DevOptions::default() });
    std::fs::write(folder.join("genesis.toml"), genesis.to_toml()).expect("a genesis file");
}

pub(crate) fn key(uri: &str) -> Keypair {
    Keypair::from_uri(uri).expect("a key")
}

pub(crate) fn account(uri: &str) -> AccountId {
    key(uri).account()
}

/// A transfer of whole TAO to an account that nobody else uses.
pub(crate) fn transfer(whole: u64) -> Call {
    Call::Transfer { to: account("//receiver"), amount: Tao::whole(whole) }
}

pub(crate) async fn balance(client: &Client, uri: &str) -> u64 {
    client.account(&account(uri)).await.expect("an account").balance
}

/// The state the node answers with now.
pub(crate) async fn status(client: &Client) -> proto::Status {
    client.status().await.expect("a status")
}
