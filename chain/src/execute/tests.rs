//! Blocks end to end: what is refused, what is paid, and that building and executing agree.

use crate::{
    Block, BlockError, Body, Call, CallError, Certificate, DevOptions, Event, Evidence, Genesis, Hash,
    Refusal, Transaction, Vote, VoteKind,
    admit::{self, MAX_NONCE_AHEAD},
    authority::Authority,
    block::beacon,
    execute::MAX_EVIDENCE,
    ledger::{accounts, authorities, issuance, settings::settings},
    memory::MemoryChain,
    testing::{account, body, chain, key, signed},
};
use taonet_subnets::amount::Tao;

fn pay(to: &str, amount: Tao) -> Call {
    Call::Transfer { to: account(to), amount }
}

fn balance(chain: &MemoryChain, uri: &str) -> Tao {
    accounts::balance(&chain.state, &account(uri))
}

#[test]
fn building_and_executing_agree_on_every_root() {
    let (mut builder, mut follower) = (chain(), chain());
    for height in 1..=12 {
        let transactions = vec![signed(&builder, "//Alice", pay("//Bob", Tao::new(height * 1_000)))];
        let (block, built) = builder.produce(transactions);
        let executed = follower.apply(&block).expect("an honest block");
        assert_eq!(executed.root, built.root);
        assert_eq!(executed.receipts, built.receipts);
        assert_eq!(follower.tip, builder.tip);
        assert_eq!(follower.tree.root(), block.header.state_root);
        assert_eq!(block.header.timestamp_ms, height * 250);
    }
}

#[test]
fn blocks_and_headers_survive_encoding() {
    let mut chain = chain();
    let transaction = signed(&chain, "//Alice", pay("//Bob", Tao::whole(1)));
    let (block, outcome) = chain.produce(vec![transaction.clone()]);
    let bytes = borsh::to_vec(&block).expect("memory does not fail");
    assert_eq!(borsh::from_slice::<Block>(&bytes).expect("just written"), block);
    assert_eq!(transaction.size(), borsh::to_vec(&transaction).expect("memory does not fail").len());
    let bytes = borsh::to_vec(&outcome.receipts).expect("memory does not fail");
    assert_eq!(borsh::from_slice::<Vec<crate::Receipt>>(&bytes).expect("just written"), outcome.receipts);
}

#[test]
fn a_transfer_moves_the_amount_and_the_fee_goes_to_the_author() {
    let mut chain = chain();
    let call = pay("//Ferdie", Tao::whole(5));
    let fee = admit::fee(&settings(&chain.state), &body(&chain, "//Alice", call.clone()));
    assert!(!fee.is_zero());
    let before = (balance(&chain, "//Alice"), balance(&chain, "//Ferdie"));
    let transaction = signed(&chain, "//Alice", call);
    let (block, outcome) = chain.produce(vec![transaction]);
    let [receipt] = outcome.receipts[..] else { panic!("one receipt") };
    assert_eq!((receipt.result, receipt.fee), (Ok(()), fee));
    let (from, to) = (account("//Alice"), account("//Ferdie"));
    assert_eq!(receipt.events(&outcome.events), [Event::Transfer { from, to, amount: Tao::whole(5) }]);
    assert_eq!(balance(&chain, "//Ferdie"), before.1.saturating_add(Tao::whole(5)));
    assert_eq!(balance(&chain, "//Alice"), before.0.saturating_sub(Tao::whole(5)).saturating_sub(fee));
    let author = accounts::balance(&chain.state, &block.header.proposer);
    assert_eq!(author, Tao::whole(100_000).saturating_add(fee));
}

#[test]
fn a_failed_call_leaves_its_fee_and_nonce_and_nothing_else() {
    let mut chain = chain();
    let before = balance(&chain, "//Alice");
    let transaction = signed(&chain, "//Alice", pay("//Bob", Tao::whole(2_000_000)));
    let (_, outcome) = chain.produce(vec![transaction]);
    let [receipt] = outcome.receipts[..] else { panic!("one receipt") };
    assert_eq!(receipt.result, Err(CallError::InsufficientBalance));
    assert!(receipt.events(&outcome.events).is_empty());
    assert_eq!(balance(&chain, "//Alice"), before.saturating_sub(receipt.fee));
    assert_eq!(accounts::nonce(&chain.state, &account("//Alice")), 1);
}

#[test]
fn each_reason_to_refuse_a_transaction() {
    let chain = chain();
    let good = || body(&chain, "//Alice", pay("//Bob", Tao::whole(1)));
    let stranger = "//nobody";
    let poor = Body { signer: account(stranger), ..good() };
    let needed = admit::fee(&settings(&chain.state), &poor);
    let table = [
        ("another network", Body { genesis: Hash::ZERO, ..good() }, Refusal::WrongNetwork),
        ("too early", Body { valid_from: 5, ..good() }, Refusal::NotYetValid(5)),
        ("too late", Body { valid_until: 0, ..good() }, Refusal::Expired(0)),
        ("far ahead", Body { nonce: MAX_NONCE_AHEAD + 1, ..good() }, Refusal::NonceAhead(0)),
        ("no money", poor, Refusal::CannotPayFee { needed, balance: Tao::ZERO }),
    ];
    for (name, body, refusal) in table {
        let uri = if body.signer == account("//Alice") { "//Alice" } else { stranger };
        let transaction = Transaction::sign(&key(uri), body);
        assert_eq!(admit::admit(&chain.state, 1, &transaction), Err(refusal), "{name}");
    }
    let forged = Transaction::sign(&key("//Eve"), good());
    assert_eq!(admit::admit(&chain.state, 1, &forged), Err(Refusal::BadSignature));
    let ahead = Transaction::sign(&key("//Alice"), Body { nonce: MAX_NONCE_AHEAD, ..good() });
    assert_eq!(admit::admit(&chain.state, 1, &ahead), Ok(()));
    let long = Call::SetWeights { netuid: 1, uids: vec![0; 20_000], values: Vec::new(), version_key: 0 };
    let long = signed(&chain, "//Alice", long);
    assert_eq!(admit::admit(&chain.state, 1, &long), Err(Refusal::TooLarge));
}

#[test]
fn a_nonce_is_used_once_and_in_order() {
    let mut chain = chain();
    let at = |chain: &MemoryChain, nonce| {
        Transaction::sign(
            &key("//Alice"),
            Body { nonce, ..body(chain, "//Alice", pay("//Bob", Tao::whole(1))) },
        )
    };
    let all = vec![at(&chain, 0), at(&chain, 0), at(&chain, 2), at(&chain, 1)];
    let (block, _) = chain.produce(all.clone());
    assert_eq!(block.transactions, [all[0].clone(), all[3].clone()]);
    assert_eq!(admit::admit(&chain.state, 2, &all[0]), Err(Refusal::NonceUsed(2)));
    assert_eq!(admit::admit(&chain.state, 2, &all[2]), Ok(()));
}

#[test]
fn a_block_stays_within_bytes_and_cost() {
    for (bytes, cost) in [(2_000, 250_000), (1 << 20, 1_000)] {
        let mut genesis = Genesis::dev(DevOptions::default());
        (genesis.limits.block_bytes, genesis.limits.block_cost) = (bytes, cost);
        let mut chain = MemoryChain::new(&genesis).expect("the preset builds");
        let base = body(&chain, "//Alice", pay("//Bob", Tao::whole(1)));
        let sign = |nonce| Transaction::sign(&key("//Alice"), Body { nonce, ..base.clone() });
        let all: Vec<_> = (0..40).map(sign).collect();
        let (block, _) = chain.build(chain.draft(all.clone()));
        let size: usize = block.transactions.iter().map(Transaction::size).sum();
        let work: u64 = block.transactions.iter().map(|transaction| transaction.body.call.cost()).sum();
        assert!(size as u64 <= bytes && work <= cost && !block.transactions.is_empty());
        assert!(block.transactions.len() < all.len());
        let mut greedy = block.clone();
        greedy.transactions = all;
        greedy.header.transactions_root = super::transactions_root(&greedy.transactions);
        assert_eq!(chain.apply(&greedy).err(), Some(BlockError::TooMuch));
        chain.apply(&block).expect("an honest block");
    }
}

#[test]
fn each_way_in_which_a_block_can_be_wrong() {
    let chain = chain();
    let transaction = signed(&chain, "//Alice", pay("//Bob", Tao::whole(1)));
    let (good, _) = chain.build(chain.draft(vec![transaction.clone()]));
    let forged = Transaction { signature: key("//Eve").sign_raw(b"no"), ..transaction.clone() };
    type Change<'c> = Box<dyn Fn(&mut Block) + 'c>;
    let table: Vec<(BlockError, Change<'_>)> = vec![
        (BlockError::WrongNetwork, Box::new(|block| block.header.genesis = Hash::ZERO)),
        (BlockError::NotNext, Box::new(|block| block.header.height = 2)),
        (BlockError::NotNext, Box::new(|block| block.header.parent = Hash::ZERO)),
        (BlockError::Proposer, Box::new(|block| block.header.proposer = account("//Alice"))),
        (BlockError::TooEarly, Box::new(|block| block.header.timestamp_ms = 249)),
        (BlockError::Beacon, Box::new(|block| block.header.beacon = beacon(&Hash::ZERO, 1))),
        (BlockError::Authorities, Box::new(|block| block.header.authorities = Hash::ZERO)),
        (BlockError::Lists, Box::new(|block| block.transactions.clear())),
        (BlockError::Result, Box::new(|block| block.header.state_root = Hash::ZERO)),
        (BlockError::Result, Box::new(|block| block.header.receipts_root = Hash::ZERO)),
        (BlockError::Result, Box::new(|block| block.header.next_authorities = Hash::ZERO)),
        (
            BlockError::Transaction(0, Refusal::BadSignature),
            Box::new(|block| {
                block.transactions = vec![forged.clone()];
                block.header.transactions_root = super::transactions_root(&block.transactions);
            }),
        ),
        (
            BlockError::Transaction(1, Refusal::NonceUsed(1)),
            Box::new(|block| {
                block.transactions.push(transaction.clone());
                block.header.transactions_root = super::transactions_root(&block.transactions);
            }),
        ),
    ];
    for (error, change) in table {
        let mut block = good.clone();
        change(&mut block);
        let mut follower = chain.clone();
        assert_eq!(follower.apply(&block).err(), Some(error));
        assert_eq!(follower.tip, chain.tip);
    }
}

fn double_vote(chain: &MemoryChain, uri: &str, height: u64) -> Evidence {
    let vote = |value| Vote::sign(&key(uri), &chain.network, (height, 0, VoteKind::Prevote), value);
    Evidence::Votes(vote(None), vote(Some(Hash::ZERO)))
}

#[test]
fn proven_misbehaviour_takes_an_authority_off_the_list_once() {
    let mut chain = chain();
    chain.produce(Vec::new());
    let evidence = double_vote(&chain, "//Dave", 1);
    let draft =
        crate::Draft { evidence: vec![evidence.clone(); MAX_EVIDENCE + 1], ..chain.draft(Vec::new()) };
    let (block, outcome) = chain.build(draft);
    assert_eq!(block.evidence.first(), Some(&evidence));
    assert_eq!(block.evidence.len(), 1);
    assert_eq!(outcome.authorities.power(&account("//Dave")), 0);
    assert_eq!(block.header.next_authorities, outcome.authorities.hash());
    chain.apply(&block).expect("an honest block");
    assert_eq!(chain.tip.authorities.len(), 3);

    // Back on the list, the same offence counts no more.
    let authorities = ["//Bob", "//Charlie", "//Dave"].map(|uri| Authority { id: account(uri), power: 1 });
    let restore = signed(&chain, "//Alice", Call::SetAuthorities { authorities: authorities.to_vec() });
    chain.produce(vec![restore]);
    assert_eq!(chain.tip.authorities.power(&account("//Dave")), 1);
    let draft = crate::Draft { evidence: vec![evidence.clone()], ..chain.draft(Vec::new()) };
    let (mut block, _) = chain.build(draft);
    assert!(block.evidence.is_empty());
    block.evidence = vec![evidence];
    block.header.evidence_root = super::evidence_root(&block.evidence);
    assert_eq!(chain.apply(&block).err(), Some(BlockError::Evidence(0)));
}

#[test]
fn evidence_that_proves_nothing_is_left_out() {
    let mut genesis = Genesis::dev(DevOptions::default());
    genesis.limits.evidence_window = 2;
    let mut chain = MemoryChain::new(&genesis).expect("the preset builds");
    (0..4).for_each(|_| drop(chain.produce(Vec::new())));
    let table = [
        ("a stranger", double_vote(&chain, "//Alice", 4)),
        ("too old", double_vote(&chain, "//Dave", 2)),
        ("of the future", double_vote(&chain, "//Dave", 5)),
    ];
    for (name, evidence) in table {
        let (block, _) = chain.build(crate::Draft { evidence: vec![evidence], ..chain.draft(Vec::new()) });
        assert!(block.evidence.is_empty(), "{name}");
    }
}

#[test]
fn only_the_sudo_account_replaces_the_authorities_and_only_by_a_real_list() {
    let authority = |uri| Authority { id: account(uri), power: 1 };
    let table = [
        ("//Bob", vec![authority("//Eve")], Err(CallError::BadOrigin)),
        ("//Alice", vec![], Err(CallError::InvalidAuthorities)),
        ("//Alice", vec![authority("//Eve"), authority("//Eve")], Err(CallError::InvalidAuthorities)),
        ("//Alice", vec![Authority { id: account("//Eve"), power: 0 }], Err(CallError::InvalidAuthorities)),
        ("//Alice", vec![authority("//Eve")], Ok(())),
    ];
    for (signer, authorities, result) in table {
        let mut chain = chain();
        let transaction = signed(&chain, signer, Call::SetAuthorities { authorities });
        let (_, outcome) = chain.produce(vec![transaction]);
        assert_eq!(outcome.receipts[0].result, result);
        let expected = if result.is_ok() { 1 } else { 4 };
        assert_eq!(authorities::authorities(&chain.state).len(), expected);
        let certificate = Certificate { height: 2, round: 0, value: Hash::ZERO, signatures: Vec::new() };
        assert!(certificate.verify(&chain.network, &chain.tip.authorities).is_err());
    }
}

#[test]
fn the_issuance_is_the_sum_of_all_balances_when_accounts_are_reaped() {
    let mut chain = chain();
    let fee = |call: Call| admit::fee(&settings(&chain.state), &body(&chain, "//Bob", call));
    let all =
        balance(&chain, "//Bob").saturating_sub(fee(pay("//Eve", Tao::ZERO))).saturating_sub(Tao::new(499));
    let transaction = signed(&chain, "//Bob", pay("//new", all));
    // Somebody else than Bob must get the fee.
    chain.produce(Vec::new());
    let before = issuance::issuance(&chain.state).total;
    let (_, outcome) = chain.produce(vec![transaction]);
    assert_eq!(outcome.receipts[0].result, Ok(()));
    assert_eq!(balance(&chain, "//Bob"), Tao::ZERO);
    assert_eq!(balance(&chain, "//new"), all);
    let after = issuance::issuance(&chain.state).total;
    // One whole TAO was emitted, of which roundings and Bob's dust are gone again.
    let gone = before.saturating_add(Tao::whole(1)).saturating_sub(after).units();
    assert!((499..510).contains(&gone), "{gone}");
    let sum =
        accounts::balances(&chain.state).iter().fold(Tao::ZERO, |sum, (_, held)| sum.saturating_add(*held));
    assert_eq!(sum, after);
}
