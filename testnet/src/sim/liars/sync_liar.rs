//! Lies to those who catch up: says that it is further than it is, and answers with blocks that were never decided.

use super::{Liar, Mouth};
use taonet_chain::{CommittedBlock, Signature, Vote, VoteKind};
use taonet_consensus::{Message, Status};

/// Lies about what was decided.
#[derive(Debug)]
pub struct SyncLiar;

/// How far ahead it claims to be at most.
const BOAST: u64 = 1_000;

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
    let certificate = &mut committed.certificate;
    certificate.value = committed.block.id();
    let place = (certificate.height, certificate.round, VoteKind::Precommit);
    let signature = Vote::sign(mouth.key, mouth.network, place, Some(certificate.value)).signature;
    certificate.signatures.iter_mut().for_each(|(_, signed)| *signed = signature);
}
