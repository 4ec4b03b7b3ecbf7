//! Bytes from peers: limits, hostile frames, round trips.

use super::*;
use crate::tests::support::{blocks, vote};
use futures::{executor::block_on, io::Cursor};
use proptest::prelude::*;

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

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let _ = read_payload(&bytes);
        let _ = read_message(&bytes);
        let _ = read::<Request>(100, &bytes);
        let _ = read::<Answer>(100, &bytes);
    }
}
