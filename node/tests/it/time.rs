//! Who may bend time, and who may not.

use crate::rig::{Rig, key, transfer};
use taonet_chain::{Call, Genesis, Inner, params::Param};
use taonet_node::{
    Handle,
    proto::{Epochs, Production, mine_request::Until},
};
use taonet_subnets::amount::Tao;

/// The node of a network whose genesis is not marked dev.
async fn serious() -> (Rig, Handle) {
    let rig = Rig::new("serious");
    let file = rig.folder.path().join("genesis.toml");
    let text = std::fs::read_to_string(&file).expect("the genesis");
    let mut genesis = Genesis::from_toml(&text).expect("a genesis");
    genesis.dev = false;
    std::fs::write(&file, genesis.to_toml()).expect("written");
    let node = rig.start().await;
    (rig, node)
}

#[tokio::test(flavor = "multi_thread")]
async fn other_networks_refuse_every_way_to_bend_time_and_to_break_links() {
    let (_rig, node) = serious().await;
    let client = node.client().expect("a client");
    let refusals = [
        ("get control", client.control().await.map(drop)),
        ("make blocks at once", client.produce(Production::Instant, 0).await.map(drop)),
        ("make blocks on command", client.produce(Production::Manual, 7).await.map(drop)),
        ("mine blocks", client.mine(Until::Blocks(1)).await.map(drop)),
        ("mine an epoch", client.mine(Until::Epochs(Epochs { netuid: 1, count: 1 })).await.map(drop)),
        ("mine to the halving", client.mine(Until::Halving(true)).await.map(drop)),
        ("make a checkpoint", client.checkpoint("now").await.map(drop)),
        ("list checkpoints", client.checkpoints().await.map(drop)),
        ("go back to a checkpoint", client.revert(Default::default()).await),
        ("look at links", client.links().await.map(drop)),
        ("break links", client.set_links(&Default::default()).await),
    ];
    for (what, refusal) in refusals {
        let fault = refusal.expect_err(what);
        let name = if what.ends_with("links") { "NotDev" } else { "NotADevelopmentNetwork" };
        assert!(fault.name == name && fault.remedy.contains("taonet up"), "{what}: {fault:?}");
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_networks_take_no_call_for_development() {
    let (_rig, node) = serious().await;
    let client = node.client().expect("a client");
    let (signer, bob) = (client.signer(key("//Bob")), key("//Bob").account());
    let tempo = Param::by_name("tempo").expect("a parameter").id;
    let harmless = Inner::new(transfer(1)).expect("an ordinary call");
    let calls = [
        ("fund", Call::DevFund { account: bob, amount: Tao::whole(1) }),
        ("set a parameter of a subnet", Call::DevSetParam { netuid: Some(1), param: tempo, value: 20 }),
        ("set a parameter of the network", Call::DevSetParam { netuid: None, param: tempo, value: 20 }),
        ("impersonate", Call::DevImpersonate { account: key("//Alice").account(), call: harmless }),
    ];
    for (what, call) in calls {
        assert!(call.is_development(), "{what}");
        let dry = signer.sign(call.clone()).await.expect("signed");
        let forecast = client.dry_run(&dry).await.map(|forecast| forecast.error);
        let names = [
            signer.submit(call).await.expect_err(what).name,
            forecast.map_or_else(|fault| fault.name, |error| error.expect(what).name),
        ];
        assert_eq!(names, ["NotADevelopmentNetwork"; 2], "{what}");
    }
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
