//! Clients that hold a place without use, take too long, or ask for too much, over connections in memory. Times are
//! short, and what is waited for is always an event: the end of a connection, or an answer.

use super::super::visitors::{MAX_REQUESTS_PER_ADDRESS, Place};
use super::*;
use axum::routing::{get, post};
use std::net::IpAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    sync::oneshot,
    task::JoinHandle,
};

/// So long that no test sees the end of it.
const LONG: Duration = Duration::from_secs(3600);
/// As short as a wait can be and still be one.
const SHORT: Duration = Duration::from_millis(20);
/// A patient house: each test takes one patience away.
const PATIENT: Patience =
    Patience { greeting: LONG, idle: LONG, deadlines: Deadlines { request: LONG, answer: LONG } };

const GET: &str = "GET /quick HTTP/1.1\r\nhost: node\r\n\r\n";
const GET_AND_GO: &str = "GET /quick HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n";

fn house(patience: Patience) -> (House, watch::Sender<()>) {
    let router = Router::new()
        .route("/quick", get(async || "quick"))
        .route("/never", get(std::future::pending::<()>))
        .route("/echo", post(async |body: String| body));
    let (leave, leaving) = watch::channel(());
    (House { tls: None, router, patience, leaving }, leave)
}

fn visit(address: [u8; 4]) -> Arc<Visit> {
    Arc::new(Visitors::default()).admit(IpAddr::from(address)).expect("the first")
}

/// A client's end of a connection to the house.
fn connected(house: &House, visit: &Arc<Visit>) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = duplex(1 << 16);
    let (house, visit) = (house.clone(), Arc::clone(visit));
    let served = tokio::spawn(async move { attended(&house, house.router.clone(), theirs, &visit).await });
    (ours, served)
}

/// Sends something and reads until the connection ends.
async fn last_words(house: &House, request: &str) -> String {
    let (mut stream, served) = connected(house, &visit([192, 0, 2, 1]));
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an end");
    served.await.expect("no panic");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whoever_asks_nothing_is_let_go() {
    let (house, _leave) = house(Patience { idle: SHORT, ..PATIENT });
    for words in ["", "P", "GET /quick HTT", GET] {
        let answer = last_words(&house, words).await;
        assert_eq!(answer.contains("quick"), words == GET, "{words:?}: {answer}");
    }
}

#[tokio::test]
async fn talk_without_a_request_holds_no_place() {
    let (house, _leave) = house(Patience { idle: SHORT, ..PATIENT });
    let (mut stream, served) = connected(&house, &visit([192, 0, 2, 1]));
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
    stream.write_all(&settings).await.expect("sent");
    // A ping for whatever is heard, until nothing is heard any more.
    let mut heard = [0; 1024];
    while matches!(stream.read(&mut heard).await, Ok(1..)) {
        let _ = stream.write_all(&ping).await;
    }
    served.await.expect("no panic");
}

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let (house, _leave) = house(Patience { greeting: SHORT, ..PATIENT });
    last_words(&house, "GET /quick HTTP/1.1\r\nhost: node\r\n").await;
}

#[tokio::test]
async fn a_request_in_progress_keeps_its_connection() {
    let (mut house, _leave) = house(Patience { idle: SHORT, ..PATIENT });
    let (begun, beginning) = oneshot::channel();
    let (finish, finished) = oneshot::channel::<()>();
    let once = Arc::new(std::sync::Mutex::new(Some((begun, finished))));
    let held = move || async move {
        let (begun, finished) = once.lock().expect("whole").take().expect("asked once");
        let _ = begun.send(());
        let _ = finished.await;
        "at last"
    };
    house.router = house.router.route("/held", get(held));
    let (mut stream, served) = connected(&house, &visit([192, 0, 2, 1]));
    let request = GET_AND_GO.replace("quick", "held");
    stream.write_all(request.as_bytes()).await.expect("sent");
    beginning.await.expect("it is in progress");
    // Another connection is idle for the whole idle time meanwhile.
    last_words(&house, "").await;
    finish.send(()).expect("still there");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.ends_with("at last"), "{answer}");
    served.await.expect("no panic");
}

#[tokio::test]
async fn a_request_must_come_in_time_and_so_must_its_answer() {
    let late = Deadlines { request: SHORT, answer: LONG };
    let (slow_client, _leave) = house(Patience { deadlines: late, ..PATIENT });
    let half = "POST /echo HTTP/1.1\r\nhost: node\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf";
    let answer = last_words(&slow_client, half).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("not there within"), "{answer}");

    let late = Deadlines { request: LONG, answer: SHORT };
    let (slow_node, _leave) = house(Patience { deadlines: late, ..PATIENT });
    let answer = last_words(&slow_node, &GET_AND_GO.replace("quick", "never")).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("no answer within 20ms"), "{answer}");
}

#[tokio::test]
async fn requests_beyond_the_share_of_an_address_are_refused_and_then_served() {
    let (house, _leave) = house(PATIENT);
    for (address, name) in [([192, 0, 2, 1], "429"), ([127, 0, 0, 1], "200")] {
        let visit = visit(address);
        let places: Vec<Place> = (0..MAX_REQUESTS_PER_ADDRESS).map_while(|_| visit.begin()).collect();
        let asked = async || {
            let (mut stream, _served) = connected(&house, &visit);
            stream.write_all(GET_AND_GO.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            answer
        };
        let answer = asked().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {name} ")), "{answer}");
        drop(places);
        assert!(asked().await.ends_with("quick"), "there is a place again");
    }
}

#[tokio::test]
async fn a_client_of_http_2_is_told_its_bounds() {
    let (house, _leave) = house(PATIENT);
    let (mut stream, _served) = connected(&house, &visit([192, 0, 2, 1]));
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("sent");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("a frame");
    assert_eq!(head[3], 4, "settings come first");
    let mut settings = vec![0; usize::from(head[2])];
    stream.read_exact(&mut settings).await.expect("settings");
    for (name, value) in [(3, MAX_REQUESTS_PER_CONNECTION), (6, MAX_HEADER_BYTES as u32)] {
        let setting = [&[0, name][..], &value.to_be_bytes()].concat();
        assert!(settings.chunks(6).any(|one| one == setting), "{name}: {settings:?}");
    }
}

#[tokio::test]
async fn who_is_idle_when_the_node_stops_is_let_go_at_once() {
    let (house, leave) = house(PATIENT);
    let (mut stream, served) = connected(&house, &visit([192, 0, 2, 1]));
    stream.write_all(GET.as_bytes()).await.expect("sent");
    drop(leave);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an end");
    served.await.expect("no panic");
}

#[tokio::test]
async fn silence_is_no_greeting() {
    let (mut house, _leave) = house(Patience { greeting: SHORT, ..PATIENT });
    house.tls = Some(acceptor());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    // Nothing at all, and the beginning of a handshake.
    for words in [&[][..], &[TLS_HANDSHAKE, 3, 1]] {
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(words).await.expect("sent");
        let (stream, peer) = listener.accept().await.expect("somebody");
        let visit = Arc::new(Visitors::default()).admit(peer.ip()).expect("the first");
        let refused = greeted(house.clone(), stream, visit).await.expect_err("too late");
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        assert_eq!(client.read(&mut [0]).await.ok(), Some(0), "the connection has ended");
    }
}

fn acceptor() -> TlsAcceptor {
    use tokio_rustls::rustls::{ServerConfig, pki_types::PrivateKeyDer};
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.key_pair.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(
        config.with_single_cert(vec![made.cert.der().clone()], key).expect("they fit"),
    ))
}
