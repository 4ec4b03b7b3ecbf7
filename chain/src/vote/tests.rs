//! What certificates and evidence prove, and what not.

use super::{Certificate, CertificateError, Evidence, Network, Proposal, Vote, VoteKind};
use crate::{
    AuthoritySet, Hash,
    testing::{account, key},
};

const NETWORK: Network = Network { genesis: Hash([7; 32]), branch: 0 };
const OTHERS: [Network; 2] =
    [Network { genesis: Hash([8; 32]), branch: 0 }, Network { genesis: Hash([7; 32]), branch: 1 }];
const FOUR: [&str; 4] = ["//Bob", "//Charlie", "//Dave", "//Eve"];
const BLOCK: Hash = Hash([1; 32]);

fn vote(uri: &str, place: (u64, u32, VoteKind), value: Option<Hash>) -> Vote {
    Vote::sign(&key(uri), &NETWORK, place, value)
}

fn proposal(uri: &str, value: Hash, valid_round: Option<u32>) -> Proposal {
    Proposal::sign(&key(uri), &NETWORK, (5, 2), value, valid_round.map(|round| (round, Vec::new())))
}

fn certificate(signers: &[&str]) -> Certificate {
    let signature =
        |uri: &&str| (account(uri), vote(uri, (5, 2, VoteKind::Precommit), Some(BLOCK)).signature);
    Certificate { height: 5, round: 2, value: BLOCK, signatures: signers.iter().map(signature).collect() }
}

#[test]
fn what_a_certificate_proves() {
    let set = AuthoritySet::equal(FOUR.map(account));
    let mut forged = certificate(&FOUR[..3]);
    forged.signatures[1].1 = forged.signatures[0].1;
    let table = [
        ("three of four", certificate(&FOUR[..3]), Ok(())),
        ("all", certificate(&FOUR), Ok(())),
        ("nobody", certificate(&[]), Err(CertificateError::NoQuorum)),
        ("half", certificate(&FOUR[..2]), Err(CertificateError::NoQuorum)),
        ("twice", certificate(&["//Bob", "//Bob", "//Dave", "//Eve"]), Err(CertificateError::Repeated)),
        ("a stranger", certificate(&["//Bob", "//Alice", "//Dave"]), Err(CertificateError::Stranger)),
        ("forged", forged, Err(CertificateError::Signature)),
        (
            "of another round",
            Certificate { round: 3, ..certificate(&FOUR) },
            Err(CertificateError::Signature),
        ),
        (
            "of another block",
            Certificate { value: Hash::ZERO, ..certificate(&FOUR) },
            Err(CertificateError::Signature),
        ),
    ];
    for (name, certificate, result) in table {
        assert_eq!(certificate.verify(&NETWORK, &set), result, "{name}");
    }
    for other in OTHERS {
        assert_eq!(certificate(&FOUR).verify(&other, &set), Err(CertificateError::Signature));
    }
}

#[test]
fn what_is_evidence() {
    let place = (5, 2, VoteKind::Prevote);
    let bob = vote("//Bob", place, None);
    let with_polka = Proposal { polka: vec![bob.clone()], ..proposal("//Bob", BLOCK, None) };
    let votes = |other: Vote| Evidence::Votes(bob.clone(), other);
    let proposals = |other: Proposal| Evidence::Proposals(proposal("//Bob", BLOCK, None), other);
    let table = [
        ("nil and a block", votes(vote("//Bob", place, Some(BLOCK))), true),
        ("the same twice", votes(bob.clone()), false),
        ("another voter", votes(vote("//Eve", place, Some(BLOCK))), false),
        ("another kind", votes(vote("//Bob", (5, 2, VoteKind::Precommit), Some(BLOCK))), false),
        ("another round", votes(vote("//Bob", (5, 3, VoteKind::Prevote), Some(BLOCK))), false),
        ("another height", votes(vote("//Bob", (6, 2, VoteKind::Prevote), Some(BLOCK))), false),
        ("a changed value", votes(Vote { value: Some(BLOCK), ..bob.clone() }), false),
        ("two blocks", proposals(proposal("//Bob", Hash::ZERO, None)), true),
        ("two valid rounds", proposals(proposal("//Bob", BLOCK, Some(1))), true),
        ("the same proposal", proposals(proposal("//Bob", BLOCK, None)), false),
        ("another proposer", proposals(proposal("//Eve", Hash::ZERO, None)), false),
        (
            "a forged proposal",
            proposals(Proposal { value: Hash::ZERO, ..proposal("//Bob", BLOCK, None) }),
            false,
        ),
        ("with prevotes", Evidence::Proposals(with_polka, proposal("//Bob", Hash::ZERO, None)), false),
    ];
    for (name, evidence, proves) in table {
        assert_eq!(evidence.verify(&NETWORK), proves, "{name}");
        assert_eq!(evidence.accused(), (account("//Bob"), 5), "{name}");
        OTHERS.iter().for_each(|other| assert!(!evidence.verify(other), "{name}, elsewhere"));
    }
}

#[test]
fn a_proposal_stands_without_its_prevotes() {
    let prevote = vote("//Eve", (5, 1, VoteKind::Prevote), Some(BLOCK));
    let again = Proposal::sign(&key("//Bob"), &NETWORK, (5, 2), BLOCK, Some((1, vec![prevote])));
    assert!(again.verify(&NETWORK));
    assert!(Proposal { polka: Vec::new(), ..again.clone() }.verify(&NETWORK));
    assert!(!Proposal { valid_round: None, ..again }.verify(&NETWORK));
}
