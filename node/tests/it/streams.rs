//! Streams of blocks and events: without gaps, from any height.

use crate::rig::{Rig, key, transfer};
use std::time::Duration;
use taonet_chain::Code;
use taonet_node::{
    Fault,
    proto::{ReadStateRequest, WatchEventsRequest},
};

#[tokio::test(flavor = "multi_thread")]
async fn blocks_come_from_the_past_and_then_live_without_gaps() {
    let rig = Rig::new("blocks");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.wait_for_height(3).await.expect("three blocks");
    let mut blocks = client.blocks(Some(0)).await.expect("a stream");
    let mut parent = String::new();
    for height in 1..=6 {
        let block = blocks.message().await.expect("no error").expect("a block");
        assert_eq!(block.height, height);
        assert!(height == 1 || block.parent == parent, "block {height} does not follow");
        assert_eq!(block.signers.len(), 1);
        parent = block.hash;
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_come_like_their_blocks() {
    let rig = Rig::new("heads");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.wait_for_height(2).await.expect("two blocks");
    let mut heads = client.heads(Some(1)).await.expect("a stream");
    for height in 1..=4 {
        let head = heads.message().await.expect("no error").expect("a head");
        let block = client.block_at(height).await.expect("its block");
        assert_eq!((head.height, head.hash, head.timestamp_ms), (height, block.hash, block.timestamp_ms));
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_can_be_asked_for_by_name_and_from_the_past() {
    let rig = Rig::new("events");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let names = vec!["Transfer".to_owned()];
    let live = WatchEventsRequest { names: names.clone(), ..WatchEventsRequest::default() };
    let mut live = client.events(live).await.expect("a stream");
    let executed = client.signer(key("//Alice")).execute(transfer(2)).await.expect("executed");
    let past = WatchEventsRequest { names, from_height: Some(1), netuid: None };
    let mut past = client.events(past).await.expect("a stream");
    for stream in [&mut live, &mut past] {
        let found = stream.message().await.expect("no error").expect("events");
        assert_eq!((found.height, found.events.len()), (executed.height, 1));
        let fields: serde_json::Value = serde_json::from_str(&found.events[0].fields_json).expect("JSON");
        assert_eq!(fields["amount"], 2_000_000_000u64);
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_a_reason_when_the_node_stops() {
    let rig = Rig::new("stopping");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let mut blocks = client.blocks(None).await.expect("a stream");
    blocks.message().await.expect("no error").expect("a block");
    let mut last = client.heads(Some(u64::MAX)).await.expect("it waits for the last of all blocks");
    let stopped = tokio::time::timeout(Duration::from_secs(5), node.stop()).await;
    stopped.expect("an open stream does not hold the node").expect("stopped");
    let reason = loop {
        match blocks.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended without a reason"),
            Err(status) => break Fault::from(status),
        }
    };
    assert_eq!(reason.name, "Stopping", "{reason}");
    assert_eq!(Fault::from(last.message().await.expect_err("it never came")).name, "Stopping");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_is_not_there_says_why() {
    let rig = Rig::new("missing-blocks");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    for (height, word) in [(0, "genesis"), (1 << 40, "does not exist yet")] {
        let fault = client.block_at(height).await.expect_err("no block");
        assert!(fault.code == Code::NotFound && fault.sentence.contains(word), "{fault}");
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_after_a_past_block_is_the_one_its_root_commits_to() {
    let rig = Rig::new("past");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let genesis = rig.config().genesis.clone();
    let mut chain = taonet_chain::memory::MemoryChain::new(&genesis).expect("the same network");
    client.wait_for_height(6).await.expect("six blocks");
    for height in 0..=4 {
        let (mut state, mut from) = (taonet_chain::state::MemoryState::default(), Vec::new());
        loop {
            let request = ReadStateRequest { height, from, to: Vec::new(), limit: 7 };
            let page = client.state_page(request).await.expect("a page");
            assert!(page.entries.len() <= 7);
            state.apply(&page.entries.into_iter().map(|entry| (entry.key, Some(entry.value))).collect());
            from = page.next;
            if from.is_empty() {
                break;
            }
        }
        assert_eq!(state, chain.state, "after block {height}");
        let raw = client.raw_block(height + 1).await.expect("a block");
        let outcome = chain.apply(&raw.committed.block).expect("it follows");
        assert_eq!((outcome.receipts, outcome.events), (raw.receipts, raw.events));
    }
    let beyond = ReadStateRequest { height: 1_000_000, ..ReadStateRequest::default() };
    assert_eq!(client.state_page(beyond).await.expect_err("not yet").code, Code::NotFound);
    node.stop().await.expect("stopped");
}
