//! What clients hear who ask for what is not there, and what others hear who speak something else.

use crate::rig::{Rig, key, status};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};
use taonet_chain::{AccountId, Code};
use taonet_node::{
    Client, Fault,
    proto::{
        Account, GetAccountRequest, GetBlockRequest, LinkCondition, LinkConditions, MakeCheckpointRequest,
        Production, RevertRequest, SetProductionRequest, SubmitTransactionRequest, chain_client::ChainClient,
        development_client::DevelopmentClient, get_block_request, links_client::LinksClient,
    },
};
use tonic::transport::Endpoint;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_status_tells_who_and_where_the_node_is() {
    let rig = Rig::new("status");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let block = client.wait_for_height(1).await.expect("a block");
    let status = status(&client).await;
    assert_eq!((status.name.as_str(), status.network.as_str(), status.dev), ("n0", "status", true));
    assert_eq!(status.genesis, rig.config().genesis.hash().to_string());
    assert_eq!(status.node_id, key("//Bob").account().to_string());
    assert_eq!(status.authorities.len(), 1);
    assert!(status.height >= block.height && status.rss_bytes > 1_000_000);
    let genesis = client.genesis().await.expect("the genesis");
    assert_eq!((genesis.hash, genesis.toml), (status.genesis, rig.config().genesis.to_toml()));
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_with_its_code() {
    let rig = Rig::new("not-there");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    for fault in [
        client.subnet(77).await.expect_err("no such subnet"),
        client.metagraph(77).await.expect_err("no such subnet"),
        client.weights(77, 0, None).await.expect_err("no such subnet"),
        client.parameters(Some(77)).await.expect_err("no such subnet"),
    ] {
        assert_eq!((fault.code, fault.name.as_str()), (Code::SubnetNotExists, "SubnetNotExists"));
    }
    let nobody = client.account(&AccountId([3; 32])).await.expect("an empty account");
    assert_eq!((nobody.balance, nobody.nonce, nobody.stakes.len()), (0, 0, 0));
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_development_subnet_is_alive() {
    let rig = Rig::new("subnets");
    let node = rig.start().await;
    let client = node.client().expect("a client");
    let subnets = client.subnets().await.expect("subnets").subnets;
    let one = subnets.iter().find(|subnet| subnet.netuid == 1).expect("subnet 1");
    assert!(one.started && one.emits && one.pool.as_ref().is_some_and(|pool| pool.price > 0));
    let metagraph = client.metagraph(1).await.expect("a metagraph");
    assert_eq!(metagraph.neurons.len(), one.neurons as usize);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_said_with_what_to_try() {
    let rig = Rig::new("gone");
    let node = rig.start().await;
    let address = node.address().to_string();
    node.stop().await.expect("stopped");
    let fault = Client::connect(&address).await.expect_err("gone");
    assert_eq!(fault.name, "Unreachable");
    assert!(fault.remedy.contains("taonet ls"), "{}", fault.remedy);
}

/// The answer to a request in plain HTTP.
fn http(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    let text = format!("{request} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_and_substrate_tools_are_answered_on_the_same_port() {
    let rig = Rig::new("http");
    let node = rig.start().await;
    node.client().expect("a client").wait_for_height(1).await.expect("a block");
    let address = node.address();
    let answers =
        tokio::task::spawn_blocking(move || [http(address, "GET /metrics"), http(address, "POST /")]);
    let [metrics, substrate] = answers.await.expect("answers");
    for name in [
        "taonet_height ",
        "taonet_commit_seconds_count ",
        "taonet_p2p_peers 0",
        "taonet_resident_memory_bytes ",
    ] {
        assert!(metrics.contains(name), "{name} is missing in {metrics}");
    }
    assert!(substrate.contains("does not speak Substrate's JSON-RPC"), "{substrate}");
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_transaction_or_too_many_are_refused() {
    let rig = Rig::new("bytes");
    let node = rig.start().await;
    let mut api = ChainClient::connect(format!("http://{}", node.address())).await.expect("connected");
    let limit = taonet_chain::MAX_TRANSACTION_BYTES;
    let table = [(0, "Undecodable"), (100, "Undecodable"), (limit + 1, "TooLarge"), (1 << 20, "TooLarge")];
    for (length, name) in table {
        let request = SubmitTransactionRequest { transaction: vec![0xff; length] };
        let fault = Fault::from(api.submit_transaction(request).await.expect_err(name));
        assert_eq!(fault.name, name, "{length} bytes: {fault}");
        assert!(!fault.remedy.is_empty());
    }
    let refused = api.get_account(GetAccountRequest { account: "me".into() }).await.expect_err("no account");
    assert_eq!(Fault::from(refused).code, Code::InvalidArgument);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_does_not_grow_with_the_question() {
    let rig = Rig::new("long");
    let node = rig.start().await;
    let channel = Endpoint::from_shared(format!("http://{}", node.address())).expect("an address");
    let channel = channel.connect().await.expect("connected");
    let (mut time, mut links) = (DevelopmentClient::new(channel.clone()), LinksClient::new(channel.clone()));
    let held = SetProductionRequest { production: Production::Manual.into(), horizon: 0 };
    time.set_production(held).await.expect("held");
    let long = "n".repeat(40_000);
    let link = LinkCondition { peer: long.clone(), ..LinkCondition::default() };
    for status in [
        ChainClient::new(channel).get_account(GetAccountRequest { account: long.clone() }).await.map(drop),
        links.set_links(LinkConditions { links: vec![link], ..LinkConditions::default() }).await.map(drop),
        time.make_checkpoint(MakeCheckpointRequest { name: long.clone() }).await.map(drop),
        time.revert(RevertRequest { name: long, ..RevertRequest::default() }).await.map(drop),
    ] {
        let fault = Fault::from(status.expect_err("no such thing"));
        assert!(fault.sentence.len() < 200, "{}", fault.name);
        assert!(fault.sentence.contains("nnn…") || fault.name == "CannotMine", "{fault:?}");
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_read_is_refused_with_a_detail() {
    let rig = Rig::new("messages");
    let node = rig.start().await;
    let channel = Endpoint::from_shared(format!("http://{}", node.address())).expect("an address");
    let mut raw = tonic::client::Grpc::new(channel.connect().await.expect("connected"));
    // The first field is a number here and text there.
    let number = GetBlockRequest { block: Some(get_block_request::Block::Height(7)) };
    let long = GetBlockRequest { block: Some(get_block_request::Block::Hash("f".repeat(1 << 17))) };
    let table = [
        (number, tonic::Code::InvalidArgument, "InvalidRequest"),
        (long, tonic::Code::ResourceExhausted, "TooLarge"),
    ];
    for (message, code, name) in table {
        raw.ready().await.expect("a connection");
        let codec = tonic_prost::ProstCodec::<GetBlockRequest, Account>::default();
        let path = "/taonet.v1.Chain/GetAccount".parse().expect("a path");
        let status = raw.unary(tonic::Request::new(message), path, codec).await.expect_err(name);
        assert!(status.code() == code && !status.details().is_empty(), "{status}");
        assert_eq!(Fault::from(status).name, name);
    }
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_find_the_health_of_the_node_and_the_list_of_its_services() {
    let rig = Rig::new("tools");
    let node = rig.start().await;
    let channel = Endpoint::from_shared(format!("http://{}", node.address())).expect("an address");
    let channel = channel.connect().await.expect("connected");
    let request = HealthCheckRequest { service: "taonet.v1.Chain".into() };
    let health = HealthClient::new(channel.clone()).check(request).await.expect("an answer").into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);

    let question = MessageRequest::ListServices(String::new());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let requests = tokio_stream::iter([request]);
    let mut tools = ServerReflectionClient::new(channel);
    let answer = tools.server_reflection_info(requests).await.expect("a stream").into_inner().message().await;
    let answer = answer.expect("no error").expect("an answer").message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else { panic!("{answer:?}") };
    assert!(list.service.iter().any(|service| service.name == "taonet.v1.Chain"), "{list:?}");
    node.stop().await.expect("stopped");
}
