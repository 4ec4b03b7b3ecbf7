//! A light client against honest nodes and against every kind of lie.

use super::*;
use crate::{
    Authority, Call, DevOptions, Hash, Keypair, Vote, VoteKind,
    memory::MemoryChain,
    state::{StateRead, schema, tree::Tree},
    testing::signed,
};

const FIRST: [u16; 4] = [0, 1, 2, 3];
const SECOND: [u16; 3] = [3, 4, 5];

fn key(index: u16) -> Keypair {
    Keypair::from_uri(&DevOptions::authority_uri(index)).expect("a constant")
}

fn certificate(network: &Network, header: &Header, signers: &[u16]) -> Certificate {
    let (height, round, value) = (header.height, 1, header.id());
    let sign = |index: &u16| {
        let vote = Vote::sign(&key(*index), network, (height, round, VoteKind::Precommit), Some(value));
        (vote.voter, vote.signature)
    };
    Certificate { height, round, value, signatures: signers.iter().map(sign).collect() }
}

/// Six blocks; the third hands over from the first authorities to the second.
struct Stage {
    genesis: Genesis,
    network: Network,
    chain: MemoryChain,
    headers: Vec<CertifiedHeader>,
    turn: Turn,
}

fn stage() -> Stage {
    let genesis = Genesis::dev(DevOptions::default());
    let network = Network { genesis: genesis.hash(), branch: 0 };
    let mut chain = MemoryChain::new(&genesis).expect("a preset");
    let mut headers = Vec::new();
    let mut turn = None;
    for height in 1..=6 {
        let power = |index: &u16| Authority { id: key(*index).account(), power: u64::from(*index) };
        let call = Call::SetAuthorities { authorities: SECOND.iter().map(power).collect() };
        let transactions = if height == 3 { vec![signed(&chain, "//Alice", call)] } else { Vec::new() };
        let header = chain.produce(transactions).0.header;
        let signers = if height <= 3 { &FIRST[1..] } else { &SECOND[..] };
        headers.push(CertifiedHeader { certificate: certificate(&network, &header, signers), header });
        if height == 3 {
            let authorities = chain.tip.authorities.clone();
            turn = Some(Turn { certified: headers[2].clone(), authorities });
        }
    }
    Stage { genesis, network, chain, headers, turn: turn.expect("block 3") }
}

impl Stage {
    fn light(&self) -> LightChain {
        LightChain::at_genesis(&self.genesis, 0).expect("a preset")
    }

    fn turned(&self) -> LightChain {
        let mut light = self.light();
        light.turn(&self.turn).expect("an honest turn");
        light
    }
}

#[test]
fn from_the_genesis_every_header_is_believed_with_its_turns_and_none_other_is_needed() {
    let stage = stage();
    let (light, turned) = (stage.light(), stage.turned());
    for (index, header) in stage.headers.iter().enumerate() {
        let before = index < 3;
        assert_eq!(light.check(header).is_ok(), before, "block {}", index + 1);
        assert_eq!(turned.check(header).is_ok(), !before, "block {}", index + 1);
    }
    assert_eq!((turned.height(), turned.authorities()), (3, &stage.chain.tip.authorities));
}

#[test]
fn from_a_header_that_is_known_nothing_before_it_is_needed() {
    let stage = stage();
    let id = stage.turn.certified.header.id();
    let light = LightChain::at_header(stage.network, &id, &stage.turn).expect("the very header");
    assert_eq!(light, stage.turned());
    let anchor = |id: &Hash, turn: &Turn| LightChain::at_header(stage.network, id, turn);
    assert_eq!(anchor(&Hash::ZERO, &stage.turn), Err(LightError::NotTheAnchor));
    let mut other = stage.turn.clone();
    other.authorities = AuthoritySet::equal([key(7).account()]);
    assert_eq!(anchor(&id, &other), Err(LightError::NextAuthorities));
    let elsewhere = Network { genesis: Hash::ZERO, branch: 0 };
    assert_eq!(LightChain::at_header(elsewhere, &id, &stage.turn), Err(LightError::OtherNetwork));
}

#[test]
fn every_lie_about_a_header_is_refused_by_name() {
    type Spoil = fn(&Stage, &mut CertifiedHeader);
    let recertified = |stage: &Stage, header: &mut CertifiedHeader, signers: &[u16]| {
        header.certificate = certificate(&stage.network, &header.header, signers);
    };
    let lies: [(&str, Spoil, LightError); 9] = [
        ("another network", |_, lie| lie.header.genesis = Hash::ZERO, LightError::OtherNetwork),
        ("an old header", |stage, lie| *lie = stage.headers[1].clone(), LightError::NotAfter { known: 3 }),
        (
            "the set before",
            |stage, lie| lie.header.authorities = stage.headers[0].header.authorities,
            LightError::OtherAuthorities,
        ),
        ("a changed header", |_, lie| lie.header.state_root = Hash::ZERO, LightError::OtherBlock),
        (
            "the certificate of another height",
            |stage, lie| lie.certificate = stage.headers[4].certificate.clone(),
            LightError::OtherBlock,
        ),
        (
            "a forged signature",
            |_, lie| lie.certificate.signatures[2].1.0[5] ^= 1,
            LightError::Certificate(CertificateError::Signature),
        ),
        (
            "a signature for another round",
            |_, lie| lie.certificate.round += 1,
            LightError::Certificate(CertificateError::Signature),
        ),
        (
            "too little power",
            |_, lie| lie.certificate.signatures.truncate(2),
            LightError::Certificate(CertificateError::NoQuorum),
        ),
        (
            "one counted twice",
            |_, lie| lie.certificate.signatures[0] = lie.certificate.signatures[2],
            LightError::Certificate(CertificateError::Repeated),
        ),
    ];
    let stage = stage();
    let light = stage.turned();
    for (name, spoil, expected) in lies {
        let mut lie = stage.headers[5].clone();
        spoil(&stage, &mut lie);
        assert_eq!(light.check(&lie), Err(expected), "{name}");
    }
    let mut lie = stage.headers[5].clone();
    recertified(&stage, &mut lie, &FIRST);
    let stranger = LightError::Certificate(CertificateError::Stranger);
    assert_eq!(light.check(&lie), Err(stranger), "signed by the set before");
}

#[test]
fn a_header_of_another_branch_is_refused() {
    let stage = stage();
    let other = LightChain::at_genesis(&stage.genesis, 1).expect("a preset");
    let refused = LightError::Certificate(CertificateError::Signature);
    assert_eq!(other.check(&stage.headers[0]), Err(refused));
}

#[test]
fn a_turn_to_other_authorities_than_the_header_names_changes_nothing() {
    let stage = stage();
    let mut light = stage.light();
    let mut lie = stage.turn.clone();
    lie.authorities = AuthoritySet::equal([key(7).account()]);
    assert_eq!(light.turn(&lie), Err(LightError::NextAuthorities));
    assert_eq!(light, stage.light());
}

#[test]
fn values_and_their_absence_are_believed_only_with_a_proof() {
    let stage = stage();
    let (header, state) = (&stage.headers[5].header, &stage.chain.state);
    let tree = Tree::of(state);
    let (there, value) = state.scan(&[schema::BALANCES]).next().expect("somebody has money");
    let absent = [&there[..], &[0]].concat();
    let (proof, nothing) = (tree.prove(&there), tree.prove(&absent));
    assert_eq!(check_value(header, &there, Some(&value), &proof), Ok(()));
    assert_eq!(check_value(header, &absent, None, &nothing), Ok(()));
    let mut altered = proof.clone();
    altered.siblings[0].0[0] ^= 1;
    for (name, key, value, proof) in [
        ("another value", &there, Some(&b"more"[..]), &proof),
        ("denied", &there, None, &proof),
        ("invented", &absent, Some(&b"more"[..]), &nothing),
        ("an altered proof", &there, Some(&value[..]), &altered),
        ("the proof of another key", &there, Some(&value[..]), &nothing),
    ] {
        assert_eq!(check_value(header, key, value, proof), Err(LightError::Proof), "{name}");
    }
    let earlier = &stage.headers[1].header;
    assert_eq!(check_value(earlier, &there, Some(&value), &proof), Err(LightError::Proof), "another block");
}
