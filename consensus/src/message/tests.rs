//! Decoding is total, bounded, and the inverse of encoding.

use super::*;
use crate::tendermint::Step;
use proptest::prelude::*;
use taonet_chain::{
    Authority, AuthoritySet, Body, Call, Certificate, Evidence, Hash, Header, Keypair, Signature, VoteKind,
    genesis::DevOptions, genesis::Genesis,
};
use taonet_subnets::amount::Tao;

const NETWORK: Network = Network { genesis: Hash([1; 32]), branch: 0 };

fn key() -> Keypair {
    Keypair::from_seed([5; 32])
}

fn vote() -> Vote {
    Vote::sign(&key(), &NETWORK, (3, 1, VoteKind::Prevote), Some(Hash([2; 32])))
}

fn transaction() -> Transaction {
    let call = Call::Transfer { to: AccountId([7; 32]), amount: Tao::whole(1) };
    let (signer, genesis) = (key().account(), NETWORK.genesis);
    let body = Body { signer, nonce: 0, genesis, valid_from: 0, valid_until: 9, tip: Tao::ZERO, call };
    Transaction::sign(&key(), body)
}

fn block(evidence: usize) -> Block {
    let genesis = Genesis::dev(DevOptions::default());
    let (zero, proposer) = (Hash::ZERO, key().account());
    let header = Header {
        genesis: genesis.hash(),
        height: 3,
        timestamp_ms: 1,
        proposer,
        parent: zero,
        state_root: zero,
        transactions_root: zero,
        receipts_root: zero,
        evidence_root: zero,
        authorities: zero,
        next_authorities: zero,
        beacon: [0; 32],
    };
    Block {
        header,
        evidence: vec![Evidence::Votes(vote(), vote()); evidence],
        transactions: vec![transaction()],
    }
}

fn proposed(polka: usize, evidence: usize) -> Message {
    let block = block(evidence);
    let proposal = Proposal::sign(&key(), &NETWORK, (3, 2), block.id(), Some((1, vec![vote(); polka])));
    Message::Proposal(Box::new(Proposed { proposal, block }))
}

fn committed(signatures: usize, evidence: usize) -> CommittedBlock {
    let block = block(evidence);
    let signatures = vec![(key().account(), Signature([3; 64])); signatures];
    let certificate = Certificate { height: 3, round: 0, value: block.id(), signatures };
    CommittedBlock { block, certificate }
}

fn status() -> Message {
    let (proposal, prevotes, precommits) = (true, 5, 1 << 127);
    Message::Status(Status {
        network: NETWORK,
        height: 3,
        round: 2,
        step: Step::Prevote,
        proposal,
        prevotes,
        precommits,
    })
}

fn turn(signatures: usize, authorities: usize) -> Turn {
    let authorities = AuthoritySet::new(
        (0..authorities).map(|index| Authority { id: AccountId([index as u8; 32]), power: 1 + index as u64 }),
    );
    Turn { certified: (&committed(signatures, 0)).into(), authorities }
}

fn offer(chunks: usize, signatures: usize, authorities: usize) -> Message {
    Message::Snapshot(Box::new(Offer {
        turn: turn(signatures, authorities),
        chunks: vec![Hash::ZERO; chunks],
    }))
}

fn chunk(index: u16) -> Chunk {
    Chunk { index, entries: vec![(vec![1, 2], vec![3]), (vec![4], Vec::new())] }
}

fn every_kind() -> Vec<Message> {
    vec![
        Message::Transaction(transaction()),
        proposed(3, 1),
        Message::Vote(vote()),
        status(),
        Message::Votes(vec![vote(), vote()]),
        Message::Fetch(77),
        Message::Blocks(vec![committed(3, 0), committed(4, 1)]),
        offer(CHUNKS, 3, 4),
        Message::FetchTurns(78),
        Message::Turns(vec![turn(3, 4), turn(1, 1)]),
        Message::FetchChunks { height: 100, first: 7 },
        Message::Chunks { height: 100, chunks: vec![chunk(7), chunk(9)] },
    ]
}

#[test]
fn every_kind_survives_the_way() {
    for message in every_kind() {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
}

#[test]
fn what_everyone_needs_travels_by_gossip() {
    let gossip: Vec<bool> = every_kind().iter().map(Message::is_gossip).collect();
    assert_eq!(gossip, [[true; 3].as_slice(), &[false; 9]].concat());
}

#[test]
fn limits_hold_to_the_last_one() {
    let cases = [
        ("polka", proposed(MAX_AUTHORITIES, 0), proposed(MAX_AUTHORITIES + 1, 0)),
        ("evidence", proposed(0, MAX_EVIDENCE), proposed(0, MAX_EVIDENCE + 1)),
        (
            "votes",
            Message::Votes(vec![vote(); MAX_VOTES_PER_ANSWER]),
            Message::Votes(vec![vote(); MAX_VOTES_PER_ANSWER + 1]),
        ),
        (
            "certificate",
            Message::Blocks(vec![committed(MAX_AUTHORITIES, 0)]),
            Message::Blocks(vec![committed(MAX_AUTHORITIES + 1, 0)]),
        ),
        (
            "blocks",
            Message::Blocks(vec![committed(1, 0); MAX_BLOCKS_PER_ANSWER]),
            Message::Blocks(vec![committed(1, 0); MAX_BLOCKS_PER_ANSWER + 1]),
        ),
        (
            "turns",
            Message::Turns(vec![turn(1, 1); MAX_TURNS_PER_ANSWER]),
            Message::Turns(vec![turn(1, 1); MAX_TURNS_PER_ANSWER + 1]),
        ),
        (
            "certificate of a turn",
            Message::Turns(vec![turn(MAX_AUTHORITIES, 1)]),
            Message::Turns(vec![turn(MAX_AUTHORITIES + 1, 1)]),
        ),
        (
            "certificate of an offer",
            offer(CHUNKS, MAX_AUTHORITIES, MAX_AUTHORITIES),
            offer(CHUNKS, MAX_AUTHORITIES + 1, 1),
        ),
        ("hashes of an offer", offer(CHUNKS, 1, 1), offer(CHUNKS + 1, 1, 1)),
        (
            "chunks",
            Message::Chunks { height: 1, chunks: vec![chunk(1); CHUNKS] },
            Message::Chunks { height: 1, chunks: vec![chunk(1); CHUNKS + 1] },
        ),
    ];
    for (name, most, more) in cases {
        assert_eq!(Message::decode(&most.encode()), Ok(most), "{name}");
        assert_eq!(Message::decode(&more.encode()), Err(DecodeError::TooMany), "{name}");
    }
}

#[test]
fn a_full_answer_fits_into_a_message() {
    let many = std::iter::repeat_with(|| committed(MAX_AUTHORITIES, 0));
    let (blocks, _) = crate::sync::fit_answer(many.take(10 * MAX_BLOCKS_PER_ANSWER));
    assert!(blocks.len() > 50);
    assert!(Message::Blocks(blocks).encode().len() <= MAX_MESSAGE_BYTES);
}

#[test]
fn nonsense_is_refused() {
    assert_eq!(Message::decode(&[]), Err(DecodeError::Malformed));
    assert_eq!(Message::decode(&[99]), Err(DecodeError::Malformed));
    assert_eq!(
        Message::decode(&vec![0; MAX_MESSAGE_BYTES + 1]),
        Err(DecodeError::TooLong(MAX_MESSAGE_BYTES + 1))
    );
    let mut longer = Message::Fetch(1).encode();
    longer.push(0);
    assert_eq!(Message::decode(&longer), Err(DecodeError::Malformed), "bytes left over");
    // A list that claims four thousand million votes and has none.
    assert_eq!(Message::decode(&[4, 0xFF, 0xFF, 0xFF, 0xFF]), Err(DecodeError::Malformed));
}

proptest! {
    #[test]
    fn any_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes);
        }
    }

    /// Bytes that are nearly a message reach deeper into the decoder than random ones.
    #[test]
    fn a_damaged_message_decodes_or_fails(
        kind in 0usize..7,
        at in any::<prop::sample::Index>(),
        value in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = every_kind()[kind].encode();
        let index = at.index(bytes.len());
        bytes[index] = value;
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes.clone());
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Message::decode(&bytes).is_err(), "half a message is none");
    }
}
