//! Lies to those who catch up: says that it is further than it is, and answers with blocks that were never decided and
//! with states that nobody ever had, or not at all.

use super::{Liar, Mouth};
use taonet_chain::{
    Authority, AuthoritySet, CertifiedHeader, CommittedBlock, Hash, Signature, Turn, Vote, VoteKind,
};
use taonet_consensus::{
    Message, Status,
    snapshot::{Chunk, Offer},
};

/// Lies about what was decided.
#[derive(Debug)]
pub struct SyncLiar;

/// How far ahead it claims to be at most.
const BOAST: u64 = 1_000;

/// How many of a hundred answers about snapshots are lies: a lie late on the way is only told to who believed the first
/// answers.
const LIES_PERCENT: u64 = 60;

impl Liar for SyncLiar {
    fn name(&self) -> &'static str {
        "liar in sync"
    }

    fn says(&mut self, honest: &Message, _to: usize, mouth: &mut Mouth<'_>) -> Vec<Message> {
        match honest {
            Message::Status(status) => {
                let height = status.height + mouth.random.below(BOAST);
                vec![Message::Status(Status { height, ..*status })]
            }
            Message::Blocks(blocks) => {
                let mut blocks = blocks.clone();
                spoil(&mut blocks, mouth);
                vec![Message::Blocks(blocks)]
            }
            Message::Snapshot(offer) if mouth.random.chance(LIES_PERCENT) => offer_otherwise(offer, mouth),
            Message::Turns(turns) if mouth.random.chance(LIES_PERCENT) => turn_otherwise(turns, mouth),
            Message::Chunks { height, chunks } if mouth.random.chance(LIES_PERCENT) => {
                fill_otherwise(*height, chunks, mouth)
            }
            // Whoever falls for the boast asks for what is not there, and gets no answer.
            message => vec![message.clone()],
        }
    }
}

fn spoil(blocks: &mut Vec<CommittedBlock>, mouth: &mut Mouth<'_>) {
    let way = mouth.random.below(6);
    let Some(first) = blocks.first_mut() else { return };
    match way {
        0 => first.block.header.timestamp_ms += 1,
        1 => {
            first
                .certificate
                .signatures
                .iter_mut()
                .for_each(|(_, signature)| *signature = Signature([7; 64]));
        }
        2 => first.certificate.signatures.truncate(1),
        3 => drop(blocks.remove(0)),
        4 => sign_alone(first, mouth),
        _ => blocks.clear(),
    }
}

/// Another block, with a certificate that only the liar signed, for everyone.
fn sign_alone(committed: &mut CommittedBlock, mouth: &Mouth<'_>) {
    committed.block.header.timestamp_ms += 1;
    let mut certified = CertifiedHeader::from(&*committed);
    certify_alone(&mut certified, mouth);
    committed.certificate = certified.certificate;
}

/// A certificate of this header that only the liar signed, for everyone.
fn certify_alone(certified: &mut CertifiedHeader, mouth: &Mouth<'_>) {
    let certificate = &mut certified.certificate;
    certificate.value = certified.header.id();
    let place = (certificate.height, certificate.round, VoteKind::Precommit);
    let signature = Vote::sign(mouth.key, mouth.network, place, Some(certificate.value)).signature;
    certificate.signatures.iter_mut().for_each(|(_, signed)| *signed = signature);
}

/// A snapshot of a state that nobody had, or of one that others have, falsely described, or none.
fn offer_otherwise(honest: &Offer, mouth: &mut Mouth<'_>) -> Vec<Message> {
    let mut offer = honest.clone();
    let header = &mut offer.turn.certified.header;
    match mouth.random.below(6) {
        0 => header.state_root = Hash([1; 32]),
        1 => {
            // It even folds to the root; but who certified that?
            header.height += 1;
            certify_alone(&mut offer.turn.certified, mouth);
        }
        2 => offer.chunks.iter_mut().take(1).for_each(|chunk| *chunk = Hash([2; 32])),
        3 => offer.chunks.truncate(9),
        4 => rule_alone(&mut offer.turn, mouth),
        _ => return Vec::new(),
    }
    vec![Message::Snapshot(Box::new(offer))]
}

/// Another way to the header, or none.
fn turn_otherwise(honest: &[Turn], mouth: &mut Mouth<'_>) -> Vec<Message> {
    let mut turns = honest.to_vec();
    match (mouth.random.below(4), turns.first_mut()) {
        (0, Some(first)) => rule_alone(first, mouth),
        (1, Some(first)) => {
            first.certified.header.timestamp_ms += 1;
            certify_alone(&mut first.certified, mouth);
        }
        (2, _) => turns.clear(),
        _ => return Vec::new(),
    }
    vec![Message::Turns(turns)]
}

/// Parts of another state, or none.
fn fill_otherwise(height: u64, honest: &[Chunk], mouth: &mut Mouth<'_>) -> Vec<Message> {
    let mut chunks = honest.to_vec();
    let last = chunks.last_mut();
    match (mouth.random.below(5), last) {
        (0, Some(last)) => last.entries.iter_mut().for_each(|(_, value)| value.push(1)),
        (1, Some(last)) => drop(last.entries.pop()),
        (2, Some(last)) => last.index += 1,
        (3, _) => chunks.clear(),
        _ => return Vec::new(),
    }
    vec![Message::Chunks { height, chunks }]
}

/// From here on the liar decides by itself.
fn rule_alone(turn: &mut Turn, mouth: &Mouth<'_>) {
    turn.authorities = AuthoritySet::new([Authority { id: mouth.key.account(), power: 1 }]);
}
