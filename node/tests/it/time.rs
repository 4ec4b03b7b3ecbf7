//! Who may bend time, and who may not.

use crate::rig::{Rig, key};
use taonet_chain::{Call, Genesis};
use taonet_node::proto::{Production, mine_request::Until};
use taonet_subnets::amount::Tao;

#[tokio::test(flavor = "multi_thread")]
async fn other_networks_refuse_every_way_to_bend_time() {
    let rig = Rig::new("serious");
    let file = rig.folder.path().join("genesis.toml");
    let text = std::fs::read_to_string(&file).expect("the genesis");
    let mut genesis = Genesis::from_toml(&text).expect("a genesis");
    genesis.dev = false;
    std::fs::write(&file, genesis.to_toml()).expect("written");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let refusals = [
        client.control().await.map(drop),
        client.produce(Production::Instant, 0).await.map(drop),
        client.mine(Until::Blocks(1)).await.map(drop),
        client.checkpoint("now").await.map(drop),
        client.checkpoints().await.map(drop),
        client.revert(Default::default()).await,
    ];
    for refusal in refusals {
        let fault = refusal.expect_err("refused");
        assert_eq!(fault.name, "NotADevelopmentNetwork");
        assert!(fault.sentence.contains("serious") && fault.remedy.contains("taonet up"), "{fault:?}");
    }
    let signer = client.signer(key("//Bob"));
    let fund = Call::DevFund { account: key("//Bob").account(), amount: Tao::whole(1) };
    assert_eq!(signer.submit(fund).await.expect_err("refused").name, "NotADevelopmentNetwork");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_stand_still_refuses() {
    let rig = Rig::new("moving");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.wait_for_height(1).await.expect("a block");
    let refused = [
        client.mine(Until::Blocks(1)).await.map(drop).expect_err("moving"),
        client.checkpoint("now").await.map(drop).expect_err("moving"),
    ];
    assert!(refused.iter().all(|fault| fault.name == "CannotMine"), "{refused:?}");
    client.produce(Production::Manual, 0).await.expect("held");
    let names = ["", "a/b", "..", &"x".repeat(41)];
    for name in names {
        let fault = client.checkpoint(name).await.expect_err("no name");
        assert!(fault.name == "CannotMine" || fault.sentence.contains("no name"), "{fault:?}");
    }
    node.stop().await.expect("stopped");
}
