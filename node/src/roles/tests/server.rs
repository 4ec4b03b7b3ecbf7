//! Who is answered by a miner, and who hears what instead.

use super::super::{miner, now_ns, wire::FORWARD};
use super::*;
use crate::btauth::{MAX_AGE_NS, Request};
use serde_json::{Value, json};
use taonet_subnets::roles::ASKS_PER_BLOCK;
use taonet_subnets::task::Task;
use taonet_subnets::tour::{Challenge, Method, Tour};
use tokio::net::TcpListener;

type Server = miner::Server<Tour, Method>;

/// A miner on a subnet with a validator and a neuron without permit.
struct Bench {
    server: Arc<Server>,
    world: Arc<World>,
    address: SocketAddr,
    miner: Keypair,
    validator: Keypair,
    ordinary: Keypair,
    http: reqwest::Client,
}

impl Bench {
    /// Runs `scenario` beside the miner.
    async fn run(scenario: impl AsyncFnOnce(&Bench)) {
        Bench::with("two-opt", scenario).await;
    }

    /// Runs `scenario` beside a miner that works by a policy.
    async fn with(policy: &str, scenario: impl AsyncFnOnce(&Bench)) {
        let (miner, validator, ordinary) = (key(1), key(2), key(3));
        let neurons =
            vec![neuron(0, &validator, true), neuron(1, &miner, false), neuron(2, &ordinary, false)];
        let (world, mut called) = World::new(neurons);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Arc::new(Server::new(miner.account(), NETUID, address, work(policy)));
        let view = world.seen_by(&miner);
        world.block();
        let serving = miner::serve(&view, listener, &server);
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let bench = Bench { server: Arc::clone(&server), world, address, miner, validator, ordinary, http };
        tokio::select! {
            () = serving => panic!("a miner serves forever"),
            () = async {
                let (who, call) = called.recv().await.expect("the miner publishes its address");
                assert_eq!(who, bench.miner.account());
                assert!(matches!(call, Call::ServeAxon { netuid: NETUID, axon } if axon.port == address.port()));
                scenario(&bench).await;
            } => (),
        }
    }

    fn question(&self) -> Vec<u8> {
        question(&Challenge::draw(1, 12))
    }

    fn headers(&self, sender: &Keypair, body: &[u8]) -> Vec<(&'static str, String)> {
        let request = Request { method: "POST", target: FORWARD, body };
        request.sign(sender, Some(self.miner.account()), now_ns())
    }

    async fn post(&self, headers: &[(&'static str, String)], body: Vec<u8>) -> (u16, Value) {
        let mut request = self.http.post(format!("http://{}{FORWARD}", self.address)).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        answer(request).await
    }

    async fn ask(&self, sender: &Keypair, body: Vec<u8>) -> (u16, Value) {
        let headers = self.headers(sender, &body);
        self.post(&headers, body).await
    }
}

fn work(policy: &str) -> miner::Work<Method> {
    let methods = Method::ALL.map(|method| (method.name().to_owned(), method));
    miner::Work::new(policy.parse().expect("a policy"), methods)
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the miner answers");
    let status = response.status().as_u16();
    let text = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&text).unwrap_or(Value::Null))
}

fn question(challenge: &Challenge) -> Vec<u8> {
    let challenge: Value = serde_json::from_str(&Tour::write_challenge(challenge)).expect("JSON");
    json!({"task": "tour", "netuid": NETUID, "round": 1, "challenge": challenge}).to_string().into_bytes()
}

fn refusal((status, body): (u16, Value)) -> (u16, String) {
    assert!(body["message"].is_string(), "every refusal has a sentence: {body}");
    (status, body["error"].as_str().unwrap_or_default().into())
}

#[tokio::test]
async fn a_validator_is_answered_and_a_replay_is_not() {
    Bench::run(async |bench| {
        let body = bench.question();
        let headers = bench.headers(&bench.validator, &body);
        let (status, reply) = bench.post(&headers, body.clone()).await;
        assert_eq!((status, reply["method"].as_str()), (200, Some("two-opt")));
        let tour = Tour::read_answer(&reply["answer"].to_string()).expect("a tour");
        assert_eq!(Challenge::draw(1, 12).fault(&tour), None);

        let again = refusal(bench.post(&headers, body).await);
        assert_eq!(again, (401, "replayed_request".into()));
    })
    .await;
}

#[tokio::test]
async fn who_is_not_proven_is_refused_with_401() {
    Bench::run(async |bench| {
        let body = bench.question();
        let sign = |receiver, nonce| {
            Request { method: "POST", target: FORWARD, body: &body }.sign(&bench.validator, receiver, nonce)
        };
        let me = Some(bench.miner.account());
        let table = [
            (vec![], "missing_header"),
            (sign(None, now_ns()), "unbound_request"),
            (sign(Some(bench.ordinary.account()), now_ns()), "other_receiver"),
            (sign(me, now_ns() - 2 * MAX_AGE_NS), "stale_nonce"),
            (sign(me, now_ns() + MAX_AGE_NS), "early_nonce"),
            (bench.headers(&bench.validator, b"another body"), "bad_signature"),
        ];
        for (headers, expected) in table {
            let refused = refusal(bench.post(&headers, body.clone()).await);
            assert_eq!(refused, (401, expected.into()));
        }
    })
    .await;
}

#[tokio::test]
async fn who_may_not_ask_is_refused_with_403_and_who_asks_too_often_with_429() {
    Bench::run(async |bench| {
        let stranger = refusal(bench.ask(&key(9), bench.question()).await);
        assert_eq!(stranger, (403, "not_registered".into()));
        let ordinary = refusal(bench.ask(&bench.ordinary, bench.question()).await);
        assert_eq!(ordinary, (403, "no_permit".into()));

        for _ in 0..ASKS_PER_BLOCK {
            assert_eq!(bench.ask(&bench.validator, bench.question()).await.0, 200);
        }
        let eager = refusal(bench.ask(&bench.validator, bench.question()).await);
        assert_eq!(eager, (429, "too_many_requests".into()));

        bench.world.subnet().height += 1;
        bench.server.committed(&bench.world.subnet().clone());
        assert_eq!(bench.ask(&bench.validator, bench.question()).await.0, 200, "a new block, a new share");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_400_or_413() {
    Bench::run(async |bench| {
        let wrong_task = json!({"task": "poem", "netuid": NETUID, "round": 1, "challenge": []}).to_string();
        let wrong_subnet = json!({"task": "tour", "netuid": 2, "round": 1, "challenge": []}).to_string();
        let two_points = json!({"task": "tour", "netuid": NETUID, "round": 1, "challenge": [[1, 2], [3, 4]]});
        let table = [
            (b"\xff".to_vec(), 400, "bad_question"),
            (wrong_task.into_bytes(), 400, "bad_question"),
            (wrong_subnet.into_bytes(), 400, "bad_question"),
            (two_points.to_string().into_bytes(), 400, "bad_question"),
            (vec![b' '; 40_000], 413, "too_large"),
        ];
        for (body, status, expected) in table {
            let refused = refusal(bench.ask(&bench.validator, body).await);
            assert_eq!(refused, (status, expected.into()));
        }
    })
    .await;
}

#[tokio::test]
async fn health_is_for_everybody_and_nothing_else_is_there() {
    Bench::run(async |bench| {
        let get = async |path: &str| answer(bench.http.get(format!("http://{}{path}", bench.address))).await;
        let (status, health) = get("/health").await;
        assert_eq!((status, &health["task"], &health["method"]), (200, &json!("tour"), &json!("two-opt")));
        assert_eq!((&health["netuid"], &health["height"]), (&json!(1), &json!(1)));
        assert_eq!(refusal(get("/weights").await), (404, "not_found".into()));
        assert_eq!(get(FORWARD).await.0, 405, "challenges come with POST");
    })
    .await;
}

#[tokio::test]
async fn a_policy_decides_by_which_method_and_whether_a_question_is_answered() {
    Bench::with("two-opt+drift:2=sweep+skips:3+offline:3..", async |bench| {
        let ask = async || bench.ask(&bench.validator, bench.question()).await;
        let (status, reply) = ask().await;
        assert_eq!((status, reply["method"].as_str()), (200, Some("two-opt")));
        bench.world.block();
        let subnet = bench.world.subnet().clone();
        bench.server.committed(&subnet);
        let (status, reply) = ask().await;
        assert_eq!((status, reply["method"].as_str()), (200, Some("sweep")));
        assert_eq!(refusal(ask().await), (503, "busy".into()), "the third question is skipped");
        bench.world.block();
        let subnet = bench.world.subnet().clone();
        bench.server.committed(&subnet);
        assert_eq!(refusal(ask().await), (503, "busy".into()), "offline from block 3 on");
    })
    .await;
}
