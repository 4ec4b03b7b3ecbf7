//! Lanes: order, bounds, and which of them drop.

use super::*;
use crate::tests::support::{blocks, transaction, vote};
use taonet_consensus::NodeId;

fn received(message: Message) -> Event {
    Event::Received { from: NodeId::default(), message, id: None }
}

fn lane_of(event: Event) -> Lane {
    let Event::Received { message, .. } = event else { panic!("not a message") };
    Lane::of(&message)
}

#[tokio::test]
async fn the_most_urgent_comes_first() {
    let (outlet, mut events) = lanes();
    for message in [transaction(1), blocks(1), vote(1), transaction(2), vote(2)] {
        assert!(outlet.push(Lane::of(&message), received(message), 1));
    }
    let mut order = Vec::new();
    while let Some(event) = events.try_recv() {
        order.push(lane_of(event));
    }
    use Lane::{Agreement, Sync, Transactions};
    assert_eq!(order, [Agreement, Agreement, Sync, Transactions, Transactions]);
}

#[tokio::test]
async fn a_full_transaction_lane_drops_and_never_holds_up_a_vote() {
    let (outlet, mut events) = lanes();
    let (count, _) = LIMITS[Lane::Transactions as usize];
    for n in 0..count {
        assert!(outlet.push(Lane::Transactions, received(transaction(n as u64)), 1));
    }
    assert!(!outlet.push(Lane::Transactions, received(transaction(0)), 1));
    assert!(outlet.has_room());
    assert!(outlet.push(Lane::Agreement, received(vote(1)), 1));
    assert_eq!(lane_of(events.recv().await.unwrap()), Lane::Agreement);
}

#[tokio::test]
async fn a_lane_is_full_in_bytes_as_well() {
    let (outlet, mut events) = lanes();
    let (_, bytes) = LIMITS[Lane::Sync as usize];
    assert!(outlet.push(Lane::Sync, received(blocks(1)), bytes));
    assert!(!outlet.push(Lane::Sync, received(blocks(1)), 1));
    assert!(events.try_recv().is_some());
    assert!(outlet.push(Lane::Sync, received(blocks(1)), 1));
}

#[tokio::test]
async fn a_full_agreement_lane_loses_nothing_and_asks_to_stop() {
    let (outlet, mut events) = lanes();
    let (count, _) = LIMITS[Lane::Agreement as usize];
    for n in 0..=count {
        assert!(outlet.push(Lane::Agreement, received(vote(n as u64)), 1));
    }
    assert!(!outlet.has_room());
    assert!(events.recv().await.is_some());
    assert!(events.recv().await.is_some());
    outlet.drained().await;
    assert!(outlet.has_room());
}

#[tokio::test]
async fn what_is_queued_is_delivered_after_the_end() {
    let (outlet, mut events) = lanes();
    outlet.push(Lane::Agreement, received(vote(1)), 1);
    drop(outlet);
    assert!(events.recv().await.is_some());
    assert!(events.recv().await.is_none());
}

#[tokio::test]
async fn a_waiting_reader_and_a_waiting_task_hear_of_the_other_end() {
    let (outlet, mut events) = lanes();
    let reader = tokio::spawn(async move { events.recv().await.is_none() });
    tokio::task::yield_now().await;
    drop(outlet);
    assert!(reader.await.unwrap());

    let (outlet, events) = lanes();
    drop(events);
    outlet.drained().await;
    assert!(outlet.is_closed());
}
