//! The door that clients come through: who is let in, and where it may stand.

use crate::rig::Rig;
use std::{fs, os::unix::fs::PermissionsExt};
use taonet_node::{Client, Config, Error, spawn};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const TOKEN: &str = "0123456789abcdef";

fn with_token(rig: &Rig, token: &str, mode: u32) -> Config {
    let file = rig.folder.path().join("token");
    fs::write(&file, format!("{token}\n")).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
    let mut config = rig.config();
    config.settings.rpc.token = Some("token".into());
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_show_the_token_learns_nothing() {
    let rig = Rig::new("token");
    let node = spawn(with_token(&rig, TOKEN, 0o600)).await.expect("a node");
    let address = node.address().to_string();
    let stranger = Client::connect(&address).await.expect("the door is there");
    let refused = stranger.status().await.expect_err("no token");
    assert_eq!((refused.name.as_str(), refused.code), ("TokenNeeded", taonet_chain::Code::NotAuthorized));
    let wrong = stranger.clone().with_token("0123456789abcdeg").expect("a token");
    assert_eq!(wrong.status().await.expect_err("another token").name, "TokenNeeded");
    assert_eq!(wrong.heads(None).await.expect_err("streams too").name, "TokenNeeded");
    assert_eq!(wrong.control().await.expect_err("and control").name, "TokenNeeded");
    let friend = stranger.with_token(TOKEN).expect("a token");
    assert_eq!(friend.status().await.expect("let in").name, "n0");
    // The counters are told to nobody else either.
    let mut socket = TcpStream::connect(&address).await.expect("connected");
    socket
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    node.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_token_that_others_can_read_or_guess_is_refused() {
    let rig = Rig::new("weak-token");
    for (token, mode, sentence) in [
        (TOKEN, 0o644, "others can read this secret: its mode is 0644"),
        ("short", 0o600, "the token is shorter than 16 characters"),
    ] {
        match spawn(with_token(&rig, token, mode)).await.err() {
            Some(Error::Config(error)) => assert_eq!(error.sentence, sentence),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn beyond_loopback_nobody_is_served_by_mistake() {
    let rig = Rig::new("beyond");
    let mut config = rig.config();
    config.settings.rpc.address = ([0, 0, 0, 0], 0).into();
    match spawn(config.clone()).await.err() {
        Some(Error::Config(error)) => assert!(error.remedy.contains("insecure = true"), "{error}"),
        other => panic!("{other:?}"),
    }
    config.settings.rpc.insecure = true;
    spawn(config).await.expect("as the operator wants").stop().await.expect("stopped");
}
