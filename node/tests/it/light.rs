//! A light client against a real node, and against one that lies in every way it can.

use crate::rig::{Rig, account, balance, key, transfer};
use taonet_chain::{
    Authority, Call, Certificate, CertifiedHeader, DevOptions, Genesis, Hash, LightError, Network, Vote,
    VoteKind,
    ledger::accounts::{balance_key, balance_of_value},
    state::tree::Proof,
    vote::CertificateError,
};
use taonet_node::{
    Client,
    client::{LightClient, LightFault},
    config::Trusted,
    proto,
};
use taonet_subnets::amount::Tao;

const NETWORK: &str = "light-client";

fn genesis() -> Genesis {
    Genesis::dev(DevOptions { id: NETWORK.into(), authorities: 1, ..DevOptions::default() })
}

/// The node's only authority, after a call with another power: a change of the set.
async fn change_authorities(client: &Client, power: u64) {
    let authorities = vec![Authority { id: key(&DevOptions::authority_uri(0)).account(), power }];
    let signer = client.signer(key("//Alice"));
    let submitted = signer.submit(Call::SetAuthorities { authorities }).await.expect("taken");
    let done = client.wait_for_transaction(&submitted.id, submitted.valid_until).await.expect("executed");
    assert_eq!(done.error, None, "{done:?}");
}

async fn pay(client: &Client) {
    let submitted = client.signer(key("//Bob")).submit(transfer(5)).await.expect("taken");
    client.wait_for_transaction(&submitted.id, submitted.valid_until).await.expect("executed");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_genesis_alone_balances_are_proven_over_changes_of_authorities() {
    let rig = Rig::new(NETWORK);
    let node = rig.start().await;
    let client = Client::connect(&node.address().to_string()).await.expect("connected");
    client.wait_for_height(1).await.expect("a block");
    let mut light = LightClient::at_genesis(client.clone(), &genesis()).expect("a genesis");
    let (before, nothing) = light.balance(&account("//receiver")).await.expect("proven");
    assert_eq!(nothing, Tao::ZERO, "its absence is proven");
    pay(&client).await;
    change_authorities(&client, 7).await;
    change_authorities(&client, 9).await;
    let (header, five) = light.balance(&account("//receiver")).await.expect("proven");
    assert_eq!(five, Tao::whole(5));
    assert_eq!(balance(&client, "//receiver").await, Tao::whole(5).units());
    assert!(header.height > before.height);
    // What was is proven as well, from the header of then.
    let then = light.value(&balance_key(&account("//receiver")), Some(before.height)).await.expect("proven");
    assert_eq!((then.value, &then.header), (None, &before));
    // Whoever knows a block needs nothing before it.
    let trusted = Trusted { height: before.height, id: before.id() };
    let mut later = LightClient::at_block(client.clone(), genesis().hash(), trusted);
    assert_eq!(later.balance(&account("//receiver")).await.expect("proven").1, Tao::whole(5));
    // The trusted block itself is believed without anybody's signature.
    let mut only = LightClient::at_block(client.clone(), genesis().hash(), trusted);
    let then = only.value(&balance_key(&account("//receiver")), Some(before.height)).await.expect("proven");
    assert_eq!((then.value, &then.header), (None, &before));
    let wrong = Trusted { height: before.height, id: Hash([9; 32]) };
    let mut wrong = LightClient::at_block(client.clone(), genesis().hash(), wrong);
    let refused = wrong.balance(&account("//Bob")).await.expect_err("another chain");
    assert_eq!(refused, LightFault::Lie(LightError::NotTheAnchor));
    let missing = light.value(b"key", Some(1_000_000)).await.expect_err("the future");
    assert!(matches!(missing, LightFault::Node(fault) if fault.name == "NotFound"));
    node.stop().await.expect("stopped");
}

/// Certifies a header with the key of the only authority.
fn certify(certified: &mut CertifiedHeader, branch: u32) {
    let header = &certified.header;
    let network = Network { genesis: header.genesis, branch };
    let place = (header.height, 0, VoteKind::Precommit);
    let vote = Vote::sign(&key(&DevOptions::authority_uri(0)), &network, place, Some(header.id()));
    let signatures = vec![(vote.voter, vote.signature)];
    certified.certificate = Certificate { height: header.height, round: 0, value: header.id(), signatures };
}

/// The parts of an answer, to be spoiled.
struct Answer {
    certified: CertifiedHeader,
    value: Option<Vec<u8>>,
    proof: Proof,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_of_a_node_is_refused_by_name() {
    let rig = Rig::new(NETWORK);
    let node = rig.start().await;
    let client = Client::connect(&node.address().to_string()).await.expect("connected");
    client.wait_for_height(1).await.expect("a block");
    let first = client.prove(b"", Some(1)).await.expect("an answer");
    let first: CertifiedHeader = borsh::from_slice(&first.header).expect("a header");
    change_authorities(&client, 7).await;
    // The block that changes them is still decided by those before.
    let height = client.status().await.expect("a status").height;
    client.wait_for_height(height + 1).await.expect("a block");
    let asked = balance_key(&account("//Bob"));
    let honest = client.prove(&asked, None).await.expect("an answer");
    assert!(balance_of_value(honest.value.as_deref()).is_some_and(|balance| !balance.is_zero()));
    type Spoil = fn(&mut Answer, &CertifiedHeader);
    let lies: [(&str, Spoil, LightError); 9] = [
        ("an altered value", |answer, _| answer.value = Some(vec![1; 8]), LightError::Proof),
        ("a denied value", |answer, _| answer.value = None, LightError::Proof),
        ("an altered proof", |answer, _| answer.proof.siblings[3].0[0] ^= 1, LightError::Proof),
        (
            "an altered proof and the root to go with it",
            |answer, _| answer.certified.header.state_root = Hash([1; 32]),
            LightError::OtherBlock,
        ),
        (
            "no certificate",
            |answer, _| answer.certified.certificate.signatures.clear(),
            LightError::Certificate(CertificateError::NoQuorum),
        ),
        (
            "a forged signature",
            |answer, _| answer.certified.certificate.signatures[0].1.0[0] ^= 1,
            LightError::Certificate(CertificateError::Signature),
        ),
        (
            "a header of another branch",
            |answer, _| certify(&mut answer.certified, 1),
            LightError::Certificate(CertificateError::Signature),
        ),
        (
            "a header of the old set",
            |answer, first| {
                answer.certified.header.authorities = first.header.authorities;
                certify(&mut answer.certified, 0);
            },
            LightError::OtherAuthorities,
        ),
        (
            "a header of another network",
            |answer, _| {
                answer.certified.header.genesis = Hash::ZERO;
                certify(&mut answer.certified, 0);
            },
            LightError::OtherNetwork,
        ),
    ];
    let mut light = LightClient::at_genesis(client.clone(), &genesis()).expect("a genesis");
    for (name, spoil, expected) in lies {
        let mut answer = Answer {
            certified: borsh::from_slice(&honest.header).expect("a header"),
            value: honest.value.clone(),
            proof: borsh::from_slice(&honest.proof).expect("a proof"),
        };
        spoil(&mut answer, &first);
        let lie = proto::ProvenValue {
            height: honest.height,
            header: borsh::to_vec(&answer.certified).expect("a header"),
            value: answer.value,
            proof: borsh::to_vec(&answer.proof).expect("a proof"),
            branch: 0,
        };
        let refused = light.believe(&asked, None, &lie).await.expect_err(name);
        assert_eq!(refused, LightFault::Lie(expected), "{name}");
    }
    let elsewhen = light.believe(&asked, Some(honest.height + 1), &honest).await.expect_err("not asked for");
    assert_eq!(elsewhen, LightFault::Lie(LightError::OtherBlock));
    let nonsense = proto::ProvenValue { header: vec![1, 2, 3], ..honest.clone() };
    assert!(matches!(light.believe(&asked, None, &nonsense).await, Err(LightFault::Node(_))));
    light.believe(&asked, None, &honest).await.expect("the truth");
    node.stop().await.expect("stopped");
}

/// A node cannot show by itself that it was taken back; so its answers are signed here as if it had been.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_return_to_a_checkpoint_only_a_block_since_then_can_be_trusted() {
    let rig = Rig::new(NETWORK);
    let node = rig.start().await;
    let client = Client::connect(&node.address().to_string()).await.expect("connected");
    client.wait_for_height(2).await.expect("a block");
    let asked = balance_key(&account("//Bob"));
    let trusted = client.prove(&asked, Some(1)).await.expect("an answer");
    let trusted: CertifiedHeader = borsh::from_slice(&trusted.header).expect("a header");
    let trusted = Trusted { height: 1, id: trusted.header.id() };
    let old = client.prove(&asked, Some(2)).await.expect("an answer");
    let mut certified: CertifiedHeader = borsh::from_slice(&old.header).expect("a header");
    certify(&mut certified, 3);
    let header = borsh::to_vec(&certified).expect("a header");
    let new = proto::ProvenValue { header, branch: 3, ..old.clone() };

    let taken_back = LightFault::TakenBack { branch: 3 };
    let mut light = LightClient::at_genesis(client.clone(), &genesis()).expect("a genesis");
    light.believe(&asked, None, &old).await.expect("proven");
    assert_eq!(light.believe(&asked, None, &new).await.expect_err("another branch"), taken_back);
    let fault = taonet_node::Fault::from(taken_back.clone());
    assert!(fault.name == "TakenBack" && fault.remedy.contains("--trust"), "{fault:?}");

    let mut light = LightClient::at_block(client.clone(), genesis().hash(), trusted);
    light.believe(&asked, None, &old).await.expect("proven");
    light.believe(&asked, None, &new).await.expect("proven on another branch as well");
    let mixed = proto::ProvenValue { branch: 3, ..old.clone() };
    assert_eq!(light.believe(&asked, None, &mixed).await.expect_err("signed before"), taken_back);
    light.believe(&asked, None, &old).await.expect("and back");
    node.stop().await.expect("stopped");
}
