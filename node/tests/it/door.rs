//! The door that clients come through: who is let in, and where it may stand.

use crate::rig::Rig;
use std::{fs, os::unix::fs::PermissionsExt};
use taonet_node::{Client, Config, Error, Handle, client::Access, config::TlsSettings, spawn};
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

/// What a browser gets to see.
async fn page(address: &str, path: &str) -> String {
    let mut socket = TcpStream::connect(address).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_show_the_token_learns_nothing() {
    let rig = Rig::new("token");
    let node = spawn(with_token(&rig, TOKEN, 0o600)).await.expect("a node");
    let address = node.address().to_string();
    let stranger = Client::connect(&address).await.expect("the door is there");
    let refused = stranger.status().await.expect_err("no token");
    assert_eq!((refused.name.as_str(), refused.code), ("TokenNeeded", taonet_chain::Code::NotAuthorized));
    let with = async |token: &str| {
        let access = Access { token: Some(token.into()), ..Access::default() };
        access.connect(&address).await.expect("a client")
    };
    let wrong = with("0123456789abcdeg").await;
    assert_eq!(wrong.status().await.expect_err("another token").name, "TokenNeeded");
    assert_eq!(wrong.heads(None).await.expect_err("streams too").name, "TokenNeeded");
    assert_eq!(wrong.control().await.expect_err("and control").name, "TokenNeeded");
    assert_eq!(wrong.links().await.expect_err("and links").name, "TokenNeeded");
    let friend = with(TOKEN).await;
    assert_eq!(friend.status().await.expect("let in").name, "n0");
    friend.links().await.expect("here too");
    node.client().expect("a client").status().await.expect("it knows its own token");
    // The counters are told to nobody else either.
    let answer = page(&address, "/metrics").await;
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
        Some(Error::Config(error)) => {
            assert!(error.remedy.contains("insecure = true") && error.remedy.contains("tls"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    config.settings.rpc.insecure = true;
    spawn(config).await.expect("as the operator wants").stop().await.expect("stopped");
}

/// A certificate of its own for the address that nodes have here, in the folder of the node.
fn with_tls(rig: &Rig, mode: u32) -> Config {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).expect("a certificate");
    let file = |name: &str| rig.folder.path().join(name);
    fs::write(file("tls.pem"), made.cert.pem()).expect("written");
    fs::write(file("tls.key"), made.key_pair.serialize_pem()).expect("written");
    fs::set_permissions(file("tls.key"), fs::Permissions::from_mode(mode)).expect("a mode");
    let mut config = rig.config();
    config.settings.rpc.tls = Some(TlsSettings { certificate: "tls.pem".into(), key: "tls.key".into() });
    config
}

/// A node that speaks TLS, and its address for those who do.
async fn encrypted(rig: &Rig) -> (Handle, String) {
    let node = spawn(with_tls(rig, 0o600)).await.expect("a node");
    let address = format!("https://{}", node.address());
    (node, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_believes_the_certificate_talks_over_tls() {
    let rig = Rig::new("tls");
    let (node, address) = encrypted(&rig).await;
    let access = Access { ca: Some(rig.folder.path().join("tls.pem")), ..Access::default() };
    let friend = access.connect(&address).await.expect("trusted");
    friend.wait_for_height(1).await.expect("streams too");
    assert_eq!(friend.status().await.expect("an answer").name, "n0");
    node.client().expect("a client").status().await.expect("it knows its own certificate");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_believed_is_said_to_be_so() {
    let (rig, other) = (Rig::new("untrusted"), Rig::new("other"));
    let (node, address) = encrypted(&rig).await;
    with_tls(&other, 0o600);
    let believes = |ca: &Rig| Access { ca: Some(ca.folder.path().join("tls.pem")), ..Access::default() };
    let at_once = believes(&other).connect(&address).await.expect_err("another certificate");
    let later = believes(&other).lazy(&address).expect("a client").status().await.expect_err("the same");
    for fault in [at_once, later] {
        assert_eq!(fault.name, "Untrusted", "{fault}");
        assert!(fault.remedy.contains("--ca") && fault.remedy.contains("TAONET_CA"), "{}", fault.remedy);
    }
    let elsewhere = address.replace("127.0.0.1", "localhost");
    let fault = believes(&rig).connect(&elsewhere).await.expect_err("another name");
    assert!(fault.name == "Untrusted" && fault.sentence.contains("localhost"), "{fault}");
    let fault = Access::default().connect(&address).await.expect_err("nobody is believed");
    assert!(fault.remedy.contains("--ca"), "{fault}: {}", fault.remedy);
    let fault = believes(&Rig::new("empty")).connect(&address).await.expect_err("no such file");
    assert!(fault.sentence.starts_with("no certificates can be read from"), "{fault}");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_plainly_where_tls_is_spoken_nor_the_other_way_round() {
    let (rig, open) = (Rig::new("secret"), Rig::new("open"));
    let (node, _) = encrypted(&rig).await;
    let address = node.address().to_string();
    let plain = Client::connect(&address).await.expect("the door is there");
    for fault in [
        plain.status().await.expect_err("a request"),
        plain.heads(None).await.expect_err("a stream"),
        plain.control().await.expect_err("control"),
    ] {
        assert!(fault.name == "TlsNeeded" && fault.remedy.contains("https://"), "{fault}");
    }
    let answer = page(&address, "/metrics").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("speaks TLS"), "{answer}");
    node.stop().await.expect("stopped");

    let node = open.start().await;
    let access = Access { ca: Some(rig.folder.path().join("tls.pem")), ..Access::default() };
    let fault = access.connect(&format!("https://{}", node.address())).await.expect_err("no TLS");
    assert!(fault.name == "NoTls" && fault.remedy.contains("http://"), "{fault}");
    node.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused_and_with_it_no_word_is_needed() {
    let rig = Rig::new("weak-tls");
    let refused = async |config: Config, sentence: &str| match spawn(config).await.err() {
        Some(Error::Config(error)) => {
            assert!(error.sentence.contains(sentence) && !error.remedy.is_empty(), "{error}");
        }
        other => panic!("{other:?}"),
    };
    refused(with_tls(&rig, 0o640), "others can read this secret: its mode is 0640").await;
    let good = with_tls(&rig, 0o600);
    let mut swapped = good.clone();
    swapped.settings.rpc.tls = Some(TlsSettings { certificate: "tls.key".into(), key: "tls.key".into() });
    refused(swapped, "no certificate").await;
    let key = fs::read(rig.folder.path().join("tls.key")).expect("a key");
    let mut beyond = with_tls(&rig, 0o600);
    fs::write(rig.folder.path().join("tls.key"), key).expect("written");
    refused(beyond.clone(), "").await;
    with_tls(&rig, 0o600);
    beyond.settings.rpc.address = ([0, 0, 0, 0], 0).into();
    spawn(beyond).await.expect("encrypted beyond loopback").stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_at_once_than_a_connection_carries_are_all_answered() {
    let rig = Rig::new("many");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let ask = |_| {
        let client = client.clone();
        tokio::spawn(async move { client.status().await })
    };
    let asked: Vec<_> = (0..500).map(ask).collect();
    for answer in asked {
        answer.await.expect("no panic").expect("it waits for its turn, nobody refuses it");
    }
    node.stop().await.expect("stopped");
}
