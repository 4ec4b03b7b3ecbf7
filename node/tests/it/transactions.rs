//! The journey of a transaction, and everything that can stop it.

use crate::rig::{Rig, account, balance, key, status, transfer};
use taonet_chain::{Body, Call, CallError, Code, Hash, Signature, Transaction};
use taonet_node::{Client, Fault, fault::Paid};
use taonet_subnets::amount::{RAO_PER_TAO, Tao};

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_executed_and_found_again() {
    let rig = Rig::new("transfer");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let executed = client.signer(key("//Alice")).execute(transfer(5)).await.expect("executed");
    assert_eq!((executed.call.as_str(), executed.error.clone()), ("transfer", None));
    assert_eq!(balance(&client, "//receiver").await, 5 * RAO_PER_TAO);
    assert_eq!(executed.events.len(), 1);
    assert_eq!(executed.events[0].name, "Transfer");

    let id = Hash::from_hex(&executed.id).expect("a hash");
    assert_eq!(client.transaction(&id).await.expect("found"), executed);
    let block = client.block_at(executed.height).await.expect("its block");
    assert_eq!(block.transactions, std::slice::from_ref(&executed));
    let hash = Hash::from_hex(&executed.block_hash).expect("a hash");
    assert_eq!(client.block_with_hash(&hash).await.expect("the same block"), block);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_one_signer_is_executed_in_its_order() {
    let rig = Rig::new("burst");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let signer = client.signer(key("//Alice"));
    let mut submitted = Vec::new();
    for _ in 0..10 {
        submitted.push(signer.submit(transfer(1)).await.expect("taken"));
    }
    let mut nonces = Vec::new();
    for one in submitted {
        let executed = client.wait_for_transaction(&one.id, one.valid_until).await.expect("executed");
        nonces.push(executed.into_result().expect("worked").nonce);
    }
    assert_eq!(nonces, (0..10).collect::<Vec<u64>>());
    assert_eq!(balance(&client, "//receiver").await, 10 * RAO_PER_TAO);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_nonce_counts_what_waits() {
    let rig = Rig::new("next-nonce");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let mut submitted = Vec::new();
    for nonce in 0..5 {
        // A new signer each time, as when a command is typed again: it knows only what the node says.
        let transaction = client.signer(key("//Alice")).sign(transfer(1)).await.expect("signed");
        assert_eq!(transaction.body.nonce, nonce);
        let id = client.submit(&transaction).await.expect("taken");
        submitted.push((id, transaction.body.valid_until));
    }
    for (id, until) in submitted {
        client.wait_for_transaction(&id, until).await.expect("executed").into_result().expect("worked");
    }
    assert_eq!(balance(&client, "//receiver").await, 5 * RAO_PER_TAO);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_call_costs_its_fee_and_says_why() {
    let rig = Rig::new("failed-call");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let before = balance(&client, "//Ferdie").await;
    let executed = client.signer(key("//Ferdie")).execute(transfer(1_000_000_000)).await.expect("executed");
    let (id, height, fee) = (executed.id.clone(), executed.height, executed.fee);
    let fault = executed.into_result().expect_err("too much");
    let paid = Some(Box::new(Paid { id, height, fee }));
    assert_eq!(fault, Fault { paid, ..Fault::from(CallError::InsufficientBalance) });
    assert!(fee > 0);
    assert_eq!(balance(&client, "//Ferdie").await, before - fee);
    assert_eq!(balance(&client, "//receiver").await, 0);
    node.stop().await.expect("stopped");
}

/// A transaction of Alice that is right in every respect, then made wrong by `change`.
async fn made_wrong(client: &Client, change: impl FnOnce(&mut Transaction)) -> Transaction {
    let mut transaction = client.signer(key("//Alice")).sign(transfer(1)).await.expect("signed");
    change(&mut transaction);
    transaction
}

/// Changes what is signed, and signs it again.
fn resigned(change: impl FnOnce(&mut Body)) -> impl FnOnce(&mut Transaction) {
    |transaction| {
        let mut body = transaction.body.clone();
        change(&mut body);
        *transaction = Transaction::sign(&key("//Alice"), body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_transactions_are_refused_each_with_its_reason() {
    let rig = Rig::new("refusals");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    client.signer(key("//Alice")).execute(transfer(1)).await.expect("executed");
    let other = account("//Ferdie");
    let wrong = [
        (
            "BadSignature",
            Code::InvalidArgument,
            made_wrong(&client, |tx| tx.signature = Signature([7; 64])).await,
        ),
        ("NonceUsed", Code::InvalidArgument, made_wrong(&client, resigned(|body| body.nonce = 0)).await),
        ("NonceAhead", Code::InvalidArgument, made_wrong(&client, resigned(|body| body.nonce = 1_000)).await),
        (
            "WrongNetwork",
            Code::InvalidArgument,
            made_wrong(&client, resigned(|body| body.genesis = Hash::ZERO)).await,
        ),
        ("Expired", Code::Expired, made_wrong(&client, resigned(|body| body.valid_until = 0)).await),
        (
            "NotYetValid",
            Code::TooEarly,
            made_wrong(&client, resigned(|body| body.valid_from = 1 << 40)).await,
        ),
        (
            "CannotPayFee",
            Code::InsufficientBalance,
            made_wrong(&client, resigned(|body| body.tip = Tao::MAX)).await,
        ),
        (
            "BadSignature",
            Code::InvalidArgument,
            made_wrong(&client, resigned(|body| body.signer = other)).await,
        ),
    ];
    for (name, code, transaction) in wrong {
        let fault = client.submit(&transaction).await.expect_err(name);
        assert_eq!((fault.name.as_str(), fault.code), (name, code), "{fault}");
        assert!(!fault.remedy.is_empty());
    }
    let waiting = made_wrong(&client, resigned(|body| body.nonce += 1)).await;
    client.submit(&waiting).await.expect("it waits for the nonce before it");
    assert_eq!(client.submit(&waiting).await.expect_err("twice").name, "Known");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_that_is_not_the_only_one_with_its_key_finds_the_right_nonce() {
    let rig = Rig::new("two-signers");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let (first, second) = (client.signer(key("//Alice")), client.signer(key("//Alice")));
    for signer in [&first, &second, &first, &second] {
        signer.execute(transfer(1)).await.expect("executed").into_result().expect("worked");
    }
    assert_eq!(balance(&client, "//receiver").await, 4 * RAO_PER_TAO);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let rig = Rig::new("dry-run");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let signer = client.signer(key("//Alice"));
    let good = client.dry_run(&signer.sign(transfer(3)).await.expect("signed")).await.expect("a forecast");
    assert_eq!((good.error, good.events.len()), (None, 1));
    assert!(good.fee > 0);
    let bad = signer.sign(transfer(1 << 30)).await.expect("signed");
    let bad = client.dry_run(&bad).await.expect("a forecast");
    assert_eq!(bad.error.map(|error| error.name), Some("InsufficientBalance".into()));
    assert_eq!(balance(&client, "//receiver").await, 0);
    assert_eq!(client.prepare(&account("//Alice")).await.expect("a nonce").nonce, 0);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_when_the_transaction_can_no_longer_come() {
    let rig = Rig::new("waiting");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let height = status(&client).await.height;
    let fault = client.wait_for_transaction(&Hash::ZERO, height + 1).await.expect_err("never");
    assert_eq!((fault.name.as_str(), fault.code), ("NotExecuted", Code::Expired));
    assert_eq!(client.transaction(&Hash::ZERO).await.expect_err("unknown").code, Code::NotFound);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_set_by_sudo_alone() {
    let rig = Rig::new("parameters");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let param = taonet_chain::params::Param::by_name("tempo").expect("a parameter");
    let call = || Call::SetParam { netuid: Some(1), param: param.id, value: 30 };
    let refused = client.signer(key("//Ferdie")).execute(call()).await.expect("executed").into_result();
    assert_eq!(refused.expect_err("no right").code, Code::NotAuthorized);
    client.signer(key("//Alice")).execute(call()).await.expect("executed").into_result().expect("allowed");
    let parameters = client.parameters(Some(1)).await.expect("parameters").parameters;
    let tempo = parameters.iter().find(|parameter| parameter.name == "tempo").expect("listed");
    assert_eq!(tempo.value, "30");
    node.stop().await.expect("stopped");
}
