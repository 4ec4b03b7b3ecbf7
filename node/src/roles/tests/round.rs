//! A validator with five miners: from challenges to weights that differ by method.

use super::super::{
    miner::{self, Server},
    validator::{Asking, Desk},
};
use super::*;
use futures::future::join_all;
use std::time::Duration;
use taonet_chain::beacon::{Beacon, LocalBeacon, Opened};
use taonet_subnets::roles::{MinerPolicy, Policy, Report};
use taonet_subnets::tour::{Judge, Method, Tour};
use taonet_subnets::yuma::payload::WeightsPayload;
use tokio::net::TcpListener;

/// Far more than any answer takes: these tests are about answers, not about the clock.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a miner of each method on a world with one validator (uid 0) and runs `scenario` beside them. One more
/// neuron, uid 6, claims an address at which nobody answers.
async fn with_miners(
    scenario: impl AsyncFnOnce(&Arc<World>, &Keypair, &mut mpsc::UnboundedReceiver<(AccountId, Call)>),
) {
    let validator = key(100);
    let mut neurons = vec![neuron(0, &validator, true)];
    neurons.extend((1..=5).map(|uid| neuron(uid, &key(uid as u8), false)));
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let axon = nobody.local_addr().ok();
    drop(nobody);
    neurons.push(Neuron { axon, ..neuron(6, &key(6), false) });

    let (world, mut called) = World::new(neurons);
    world.block();
    let miners = Method::ALL.into_iter().zip(1u8..).map(async |(method, uid)| {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Server::<Tour, _>::new(
            key(uid).account(),
            NETUID,
            address,
            miner::Work::new(MinerPolicy::by(method.name()), [(method.name().to_owned(), method)]),
        );
        miner::serve(&world.seen_by(&key(uid)), listener, &Arc::new(server)).await;
    });
    tokio::select! {
        _ = join_all(miners) => panic!("miners serve forever"),
        () = async {
            for _ in Method::ALL {
                let (_, call) = called.recv().await.expect("every miner publishes its address");
                assert!(matches!(call, Call::ServeAxon { .. }));
            }
            scenario(&world, &validator, &mut called).await;
        } => (),
    }
}

fn weights(call: Call) -> Vec<(u16, u16)> {
    match call {
        Call::SetWeights { netuid: NETUID, uids, values, version_key: VERSION } => {
            uids.into_iter().zip(values).collect()
        }
        other => panic!("not weights: {other:?}"),
    }
}

#[tokio::test]
async fn better_methods_get_higher_weights() {
    with_miners(async |world, key, called| {
        let view = world.seen_by(key);
        let (page, mut shown) = watch::channel(String::new());
        let asking = Asking::new(key.clone(), NETUID, PATIENCE).expect("a client");
        let desk = Desk::<_, Tour, _>::new(&view, asking, Judge, Policy::honest(), page);
        let drive = async {
            let (_, first) = called.recv().await.expect("the first weights come at once");
            assert_eq!(weights(first).len(), 6);
            shown.mark_unchanged();
            while world.subnet().height < 19 {
                let rounds = world.subnet().height.div_ceil(4);
                world.block();
                if world.subnet().height.div_ceil(4) > rounds {
                    shown.changed().await.expect("a round ends with a new page");
                }
            }
            let (who, call) = called.recv().await.expect("weights before the epoch");
            assert_eq!(who, key.account());
            (weights(call), shown.borrow().clone())
        };
        let (weights, page) = tokio::select! {
            () = desk.work() => panic!("a validator works forever"),
            done = drive => done,
        };
        assert!(weights[..5].is_sorted_by(|worse, better| worse.1 < better.1), "{weights:?}");
        assert!(weights[0].1 > 0 && weights[5] == (6, 0), "who does not answer earns nothing: {weights:?}");
        check_page(&page);
    })
    .await;
}

#[tokio::test]
async fn where_the_subnet_hides_weights_they_are_sealed_until_they_count() {
    with_miners(async |world, key, called| {
        *world.reveal_period.lock().expect("held for one line") = Some(2);
        let view = world.seen_by(key);
        let (page, _shown) = watch::channel(String::new());
        let asking = Asking::new(key.clone(), NETUID, PATIENCE).expect("a client");
        let desk = Desk::<_, Tour, _>::new(&view, asking, Judge, Policy::honest(), page);
        let (_, call) = tokio::select! {
            () = desk.work() => panic!("a validator works forever"),
            call = called.recv() => call.expect("the first weights come at once"),
        };
        let Call::CommitTimelockedWeights { netuid: NETUID, mechanism: 0, commit, round, version: 4 } = call
        else {
            panic!("not sealed: {call:?}")
        };
        // The epoch after the next one, which is in block 20.
        assert_eq!(round, 40);
        let open = |height| LocalBeacon { genesis: GENESIS, height }.open(round, &commit);
        assert_eq!(open(39), Opened::NotYet);
        let Opened::Bytes(bytes) = open(40) else { panic!("it opens") };
        let payload = WeightsPayload::decode(&bytes).expect("weights");
        assert_eq!((payload.hotkey, payload.version_key), (Some(key.account().0), VERSION));
        assert_eq!(payload.uids, [1, 2, 3, 4, 5, 6]);
    })
    .await;
}

#[tokio::test]
async fn a_copier_asks_nobody_and_says_what_the_others_say() {
    with_miners(async |world, key, called| {
        let view = world.seen_by(key);
        let (page, _shown) = watch::channel(String::new());
        let asking = Asking::new(key.clone(), NETUID, PATIENCE).expect("a client");
        let desk = Desk::<_, Tour, _>::new(&view, asking, Judge, Policy::reporting(Report::Copied), page);
        *world.rows.lock().expect("held for one line") =
            vec![Row { uid: 6, stake: 9, weights: vec![(1, 5), (2, 10)] }];
        let (_, call) = tokio::select! {
            () = desk.work() => panic!("a validator works forever"),
            call = called.recv() => call.expect("it copies at once"),
        };
        assert_eq!(weights(call), [(1, 32_767), (2, 65_535)]);
    })
    .await;
}

fn check_page(page: &str) {
    let page: serde_json::Value = serde_json::from_str(page).expect("JSON");
    assert_eq!((&page["task"], &page["uid"]), (&"tour".into(), &0.into()), "{page}");
    let methods: Vec<&str> =
        page["miners"].as_array().expect("rows").iter().filter_map(|row| row["method"].as_str()).collect();
    assert_eq!(methods, ["sweep", "nearest", "greedy", "two-opt", "or-opt", ""]);
    assert_eq!(
        page["miners"][4]["why"].as_str().map(|why| why.ends_with("1.000 x best")),
        Some(true),
        "{page}"
    );
    assert_eq!(page["miners"][5]["earned"], 0, "{page}");
    assert_ne!(page["miners"][5]["why"], "no answer", "the page says what is wrong: {page}");
}
