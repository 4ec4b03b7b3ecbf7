//! Everything of the ledger that arrives as bytes.
//!
//! Rule: any bytes give a value or an error; a value that was accepted is written exactly as it came, so that nothing
//! has two hashes; no signature and no proof survives a change of what it is about.

use crate::engine::{damaged, fuzz, one_form};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_chain::{
    Block, Call, Certificate, CommittedBlock, DevOptions, Evidence, Genesis, Hash, Keypair, Network,
    Proposal, Receipt, Reveal, Tip, Transaction, Vote, VoteKind,
    ledger::commitments::Field,
    memory::MemoryChain,
    state::{StateRead, tree::Proof},
    transaction::{AxonInfo, Body},
};
use taonet_subnets::amount::Tao;

const CASES: u64 = 1_500;

fn encoded(values: &[impl BorshSerialize]) -> Vec<Vec<u8>> {
    values.iter().map(|value| borsh::to_vec(value).expect("writing into a vector cannot fail")).collect()
}

/// Damages the encodings of `good` and decodes them; gives what still decoded and is another value.
fn decoders<T>(good: &[T], mut accepted: impl FnMut(T))
where
    T: BorshSerialize + BorshDeserialize + PartialEq,
{
    let bytes = encoded(good);
    let mut taken = 0u64;
    fuzz(CASES, |random| {
        if let Some(value) = one_form::<T>(&damaged(random, &bytes))
            && !good.contains(&value)
        {
            taken += 1;
            accepted(value);
        }
    });
    println!("{taken} damaged values decoded");
}

fn key() -> Keypair {
    Keypair::from_uri("//Alice").expect("a URI")
}

fn calls() -> Vec<Call> {
    let (hotkey, netuid) = (key().account(), 1);
    let axon = AxonInfo { version: 1, ip: 1 << 31, port: 80, ip_type: 4, protocol: 4 };
    let reveal = Reveal { uids: vec![0, 1], values: vec![1, 2], salt: vec![7; 8], version_key: 0 };
    vec![
        Call::Transfer { to: hotkey, amount: Tao::whole(1) },
        Call::Transfer { to: hotkey, amount: Tao::whole(20_000_000) },
        Call::SetWeights { netuid, uids: vec![0, 1, 2], values: vec![1, 2, 3], version_key: 0 },
        Call::CommitTimelockedWeights { netuid, mechanism: 0, commit: vec![9; 80], round: 7, version: 4 },
        Call::BatchRevealWeights { netuid, reveals: vec![reveal.clone(), reveal] },
        Call::SetCommitment { netuid, fields: vec![Field::Raw(vec![1, 2, 3])] },
        Call::SetChildren { hotkey, netuid, children: vec![(7, hotkey), (8, hotkey)] },
        Call::ServeAxonTls { netuid, axon, certificate: vec![1; 65] },
    ]
}

fn transactions(genesis: Hash) -> Vec<Transaction> {
    let (signer, tip) = (key().account(), Tao::new(5));
    let body = |nonce, call| Body { signer, nonce, genesis, valid_from: 0, valid_until: 9, tip, call };
    (0..).zip(calls()).map(|(nonce, call)| Transaction::sign(&key(), body(nonce, call))).collect()
}

/// A dev chain some blocks on, and its last block.
fn chain() -> (MemoryChain, Block) {
    let mut chain = MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("a preset");
    chain.produce(Vec::new());
    let block = chain.produce(transactions(chain.genesis())).0;
    (chain, block)
}

fn vote(network: &Network, value: u8) -> Vote {
    Vote::sign(&key(), network, (3, 1, VoteKind::Prevote), Some(Hash([value; 32])))
}

fn evidence(network: &Network) -> Vec<Evidence> {
    vec![Evidence::Votes(vote(network, 1), vote(network, 2))]
}

#[test]
fn transactions_decode_or_fail_and_no_change_keeps_its_signature() {
    decoders(&transactions(Hash([1; 32])), |transaction| assert!(!transaction.verify(), "{transaction:?}"));
}

#[test]
fn blocks_decode_or_fail_and_none_but_the_built_one_is_executed() {
    let (chain, last) = chain();
    let (next, _) = chain.build(chain.draft(Vec::new()));
    let with_evidence = Block { evidence: evidence(&chain.network), ..last.clone() };
    decoders(&[next.clone(), last, with_evidence], |block| {
        // A later timestamp is the proposer's to choose; whatever the block does must be the same.
        if let Ok(outcome) = chain.clone().apply(&block) {
            assert_eq!((&block.transactions, &block.evidence), (&next.transactions, &next.evidence));
            assert_eq!(outcome.root, next.header.state_root);
        }
    });
}

#[test]
fn votes_proposals_and_evidence_decode_or_fail_and_no_change_keeps_its_signature() {
    let network = Network { genesis: Hash([1; 32]), branch: 0 };
    decoders(&[vote(&network, 1), vote(&network, 2)], |vote| assert!(!vote.verify(&network), "{vote:?}"));
    let polka = Some((1, vec![vote(&network, 3)]));
    let proposal = Proposal::sign(&key(), &network, (3, 2), Hash([3; 32]), polka);
    decoders(std::slice::from_ref(&proposal), |changed| {
        // The polka is not under the signature: its votes carry their own.
        let same = Proposal { polka: proposal.polka.clone(), ..changed.clone() } == proposal;
        assert!(same || !changed.verify(&network), "{changed:?}");
    });
    decoders(&evidence(&network), |_| {});
}

#[test]
fn certificates_and_decided_blocks_decode_or_fail_and_no_change_keeps_the_quorum() {
    let (chain, block) = chain();
    let keys: Vec<Keypair> =
        (0..4).map(|index| Keypair::from_uri(&DevOptions::authority_uri(index)).expect("a preset")).collect();
    let (height, value) = (block.header.height, block.id());
    let sign = |key: &Keypair| {
        let vote = Vote::sign(key, &chain.network, (height, 0, VoteKind::Precommit), Some(value));
        (key.account(), vote.signature)
    };
    let certificate =
        Certificate { height, round: 0, value, signatures: keys[..3].iter().map(sign).collect() };
    let holds =
        |certificate: &Certificate| certificate.verify(&chain.network, &chain.tip.authorities).is_ok();
    assert!(holds(&certificate));
    decoders(std::slice::from_ref(&certificate), |changed| assert!(!holds(&changed), "{changed:?}"));
    decoders(&[CommittedBlock { block, certificate }], |_| {});
}

#[test]
fn proofs_decode_or_fail_and_no_change_proves_anything() {
    let (chain, _) = chain();
    let root = chain.tree.root();
    let (key, value) = chain.state.scan(&[]).next().expect("a state has keys");
    let absent = b"a key that nobody has".as_slice();
    let proofs = [chain.tree.prove(&key), chain.tree.prove(absent)];
    assert!(proofs[0].verify(&root, &key, Some(&value)) && proofs[1].verify(&root, absent, None));
    decoders(&proofs, |proof: Proof| {
        assert!(!proof.verify(&root, &key, Some(&value)) && !proof.verify(&root, absent, None), "{proof:?}");
        assert!(!proof.verify(&root, &key, None) && !proof.verify(&root, absent, Some(&value)), "{proof:?}");
    });
}

#[test]
fn what_nodes_keep_decodes_or_fails() {
    let (chain, _) = chain();
    let mut fresh = MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("a preset");
    let (_, outcome) = fresh.produce(transactions(chain.genesis()));
    assert!(outcome.receipts.iter().any(|receipt| receipt.result.is_err()), "{:?}", outcome.receipts);
    decoders::<Tip>(&[chain.tip], |_| {});
    decoders::<Receipt>(&outcome.receipts, |_| {});
}
