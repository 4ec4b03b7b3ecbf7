//! Requests that nobody means, to every method of every service, over a real connection to a node that runs.
//!
//! Rules:
//! 1. A request is made from the description of the API, so that a new method is asked without anybody thinking of it.
//!    Its fields hold what exists, what is nearly that, and nonsense; sometimes its bytes are damaged.
//! 2. Every answer is one, or a fault with a name and a remedy that blames the client. Nobody panics, and in the end
//!    the node makes blocks as before.

mod arbitrary;

use crate::{
    Client, Config, Fault, Handle, NodeFile,
    fuzzing::fuzz,
    proto::{DESCRIPTOR, Production},
    spawn,
};
use arbitrary::{Api, Known};
use prost::bytes::{Buf, BufMut};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use taonet_chain::{Call, DevOptions, Genesis, Keypair};
use taonet_subnets::amount::Tao;
use tokio::runtime::Builder;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::{Channel, Endpoint},
};

/// What only a node says that is broken or gone, or that did not understand its own library.
const UNACCEPTABLE: [&str; 7] =
    ["Broken", "Late", "OtherVersion", "Stopping", "Storage", "Unexpected", "Unreachable"];

/// No sentence is longer, whatever is asked.
const LONGEST: usize = 1_000;

/// The node of a network of one, marked dev or not.
async fn node(dir: &Path, is_dev: bool) -> Handle {
    let options = DevOptions { id: "fuzzed".into(), authorities: 1, ..DevOptions::default() };
    let genesis = Genesis { dev: is_dev, ..Genesis::dev(options) };
    let mut settings = NodeFile::default();
    settings.p2p.listen = vec!["127.0.0.1:0".into()];
    settings.rpc.address = ([127, 0, 0, 1], 0).into();
    let key = Keypair::from_uri("//Bob").expect("a key");
    spawn(Config { dir: dir.into(), settings, genesis, key }).await.expect("a node")
}

/// What exists on the node: requests that hit something go deeper.
async fn known(client: &Client) -> Known {
    let status = client.status().await.expect("a status");
    let [alice, bob] = ["//Alice", "//Bob"].map(|uri| Keypair::from_uri(uri).expect("a key"));
    let signer = client.signer(alice.clone());
    let paid = Call::Transfer { to: bob.account(), amount: Tao::whole(1) };
    let executed = signer.execute(paid).await.expect("executed");
    let mut transactions = Vec::new();
    for call in super::every_call() {
        transactions.push(borsh::to_vec(&signer.sign(call).await.expect("signed")).expect("encoded"));
    }
    let words =
        [executed.id, status.hash, status.genesis, alice.account().to_string(), bob.account().to_string()];
    let names = ["now", "Transfer", "tempo", "%", "../key", "\u{202e}", ""].map(String::from);
    Known { texts: words.into_iter().chain(names).collect(), bytes: transactions }
}

#[test]
fn fuzzed_requests_to_a_development_network_are_answered_or_refused() {
    ask_everything(true);
}

#[test]
fn fuzzed_requests_to_a_serious_network_are_answered_or_refused() {
    ask_everything(false);
}

/// Counts panics in all threads of a name, whoever catches them.
fn watch_panics(threads: String) -> Arc<AtomicUsize> {
    let (panics, before) = (Arc::new(AtomicUsize::new(0)), std::panic::take_hook());
    let counted = Arc::clone(&panics);
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some(threads.as_str()) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        before(panic);
    }));
    panics
}

fn ask_everything(is_dev: bool) {
    let threads = format!("fuzzed-{is_dev}");
    let panics = watch_panics(threads.clone());
    let runtime = Builder::new_multi_thread().thread_name(threads).enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::read(DESCRIPTOR);
    let (node, client, channel, known) = runtime.block_on(async {
        let node = node(folder.path(), is_dev).await;
        let client = node.client().expect("a client");
        client.wait_for_height(1).await.expect("a block");
        let endpoint = Endpoint::from_shared(client.address().to_owned()).expect("an address");
        let known = known(&client).await;
        (node, client, endpoint.connect().await.expect("connected"), known)
    });
    fuzz(200, |random| {
        let method = api.methods[random.below(api.methods.len() as u64) as usize].clone();
        let request = api.request(random, &method.input, &known);
        runtime.block_on(async {
            if let Err(status) = ask(&channel, &client, &method.path, request).await {
                let fault = Fault::from(status);
                let name = fault.name.as_str();
                assert!(!UNACCEPTABLE.contains(&name), "{}: {name}: {fault}", method.path);
                assert!(!fault.sentence.is_empty() && !fault.remedy.is_empty(), "{}: {name}", method.path);
                assert!(fault.sentence.len() < LONGEST, "{}: an answer grows with the question", method.path);
            }
            assert_eq!(panics.load(Ordering::Relaxed), 0, "{}: a panic", method.path);
        });
    });
    runtime.block_on(still_alive(node, &client, is_dev));
    drop(runtime);
    assert_eq!(panics.load(Ordering::Relaxed), 0, "a panic on the way out");
}

/// Asks, and looks at the beginning of the answer. Who waits for a block that may be far away gives up once other
/// requests have been answered.
async fn ask(channel: &Channel, client: &Client, path: &str, request: Vec<u8>) -> Result<(), Status> {
    let mut raw = Grpc::new(channel.clone());
    raw.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let waits = path == super::requests::WAITS;
    let answer = raw.server_streaming(Request::new(request), path.parse().expect("a path"), Raw);
    let others = async {
        for _ in 0..3 {
            client.status().await.expect("the node is there");
        }
    };
    tokio::select! {
        biased;
        answer = answer => answer.map(drop),
        () = others, if waits => Ok(()),
    }
}

/// Whatever was asked for, blocks can be made again.
async fn still_alive(node: Handle, client: &Client, is_dev: bool) {
    if is_dev {
        client.produce(Production::Interval, 0).await.expect("a node that listens");
    }
    let height = client.status().await.expect("a status").height;
    client.wait_for_height(height + 1).await.expect("another block");
    node.stop().await.expect("stopped");
}

/// Bytes as they are.
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&bytes);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; from.remaining()];
        from.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}
