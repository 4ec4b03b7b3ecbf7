//! Bytes from peers: limits, hostile frames, round trips.

use super::*;
use crate::{
    fuzzing::{damaged, damaged_text, fuzz},
    tests::support::{blocks, transaction, vote},
};
use futures::{executor::block_on, io::Cursor};

fn frame(value: &(impl BorshSerialize + Sync)) -> Vec<u8> {
    let mut io = Cursor::new(Vec::new());
    block_on(Frames::default().write(&mut io, value)).unwrap();
    io.into_inner()
}

fn read<T: BorshDeserialize>(limit: usize, bytes: &[u8]) -> (io::Result<T>, u64) {
    let mut io = Cursor::new(bytes);
    (block_on(Frames { limit }.read(&mut io)), io.position())
}

#[test]
fn frames_come_back_as_they_went() {
    for request in
        [Request::Message(Vec::new()), Request::Message(vec![7; 5000]), Request::Body(Hash([3; 32]))]
    {
        let (read, _) = read::<Request>(10_000, &frame(&request));
        assert_eq!(read.unwrap(), request);
    }
    for answer in [Answer::Received, Answer::Missing, Answer::Body(vec![1; 70_000])] {
        let (read, _) = read::<Answer>(100_000, &frame(&answer));
        assert_eq!(read.unwrap(), answer);
    }
}

#[test]
fn an_over_long_frame_is_refused_before_its_content_is_read() {
    let bytes = frame(&Request::Message(vec![7; 5000]));
    let (result, position) = read::<Request>(1000, &bytes);
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert_eq!(position, 4);
}

#[test]
fn a_claimed_length_alone_takes_no_memory_and_a_broken_link_is_nobodys_fault() {
    let mut bytes = (1_000_000u32).to_le_bytes().to_vec();
    bytes.extend([0; 10]);
    let (result, _) = read::<Request>(1_000_000, &bytes);
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn payloads_hold_what_was_put_in() {
    let message = vote(1);
    let Payload::Inline(read) = read_payload(&inline(&message.encode())).unwrap() else {
        panic!("not inline")
    };
    assert_eq!(read.encode(), message.encode());

    let long = blocks(GOSSIP_BYTES + 1).encode();
    let announcement = Announcement::of(&long);
    let Payload::Announced(read) = read_payload(&announcement.payload()).unwrap() else {
        panic!("not announced")
    };
    assert_eq!(read, announcement);
}

#[test]
fn payloads_that_no_honest_node_sends_are_refused() {
    let hash = Hash([1; 32]);
    let table: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("unknown tag", vec![9, 1, 2, 3]),
        ("too long for gossip", inline(&blocks(GOSSIP_BYTES + 1).encode())),
        ("short enough not to be announced", Announcement { hash, bytes: GOSSIP_BYTES as u32 }.payload()),
        ("longer than a message", Announcement { hash, bytes: MAX_MESSAGE_BYTES as u32 + 1 }.payload()),
        (
            "a byte too many",
            [Announcement { hash, bytes: GOSSIP_BYTES as u32 + 1 }.payload(), vec![0]].concat(),
        ),
    ];
    for (name, payload) in table {
        assert_eq!(read_payload(&payload).expect_err(name).kind(), io::ErrorKind::InvalidData, "{name}");
    }
}

/// Everything a peer sends, damaged: it is read in one form or refused, within the limit.
#[test]
fn fuzzed_payloads_and_frames_are_read_or_refused() {
    let message = vote(7).encode();
    let long = blocks(GOSSIP_BYTES + 1).encode();
    let payloads =
        vec![inline(&message), inline(&transaction(3).encode()), Announcement::of(&long).payload()];
    let requests = [Request::Message(message), Request::Body(Hash([3; 32]))].map(|request| frame(&request));
    let answers =
        [Answer::Received, Answer::Missing, Answer::Body(vec![1; 300])].map(|answer| frame(&answer));
    let frames: Vec<Vec<u8>> = requests.into_iter().chain(answers).collect();
    fuzz(10_000, |random| {
        let payload = damaged(random, &payloads);
        match read_payload(&payload) {
            Ok(Payload::Inline(message)) => assert_eq!(inline(&message.encode()), payload),
            Ok(Payload::Announced(announcement)) => assert_eq!(announcement.payload(), payload),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::InvalidData),
        }
        let bytes = damaged(random, &frames);
        let limit = 350;
        let (request, read) = read::<Request>(limit, &bytes);
        assert!(read <= limit as u64 + 4, "read beyond the limit");
        if let Ok(request) = request {
            assert_eq!(frame(&request), bytes[..read as usize]);
        }
        if let (Ok(answer), read) = self::read::<Answer>(limit, &bytes) {
            assert_eq!(frame(&answer), bytes[..read as usize]);
        }
    });
}

/// Addresses come from files, and from peers' own words.
#[test]
fn fuzzed_addresses_are_read_or_refused() {
    let peer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
    let good: Vec<String> =
        ["127.0.0.1:4000", "[::1]:9", "/ip4/127.0.0.1/tcp/4000", "/ip6/::1/udp/7/quic-v1"]
            .iter()
            .flat_map(|text| [(*text).to_owned(), format!("{text}/p2p/{peer}")])
            .collect();
    fuzz(5_000, |random| {
        let text =
            damaged_text(random, &good, &["/", "/p2p/", "/dns4/example.org", "65536", "quic-v1", "::"]);
        if let Ok(address) = text.parse::<crate::Address>() {
            assert_eq!(address.to_string().parse::<crate::Address>().ok(), Some(address), "{text}");
        }
    });
}
