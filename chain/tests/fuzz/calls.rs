//! Calls made up of anything that decodes, signed by whoever likes to.
//!
//! Rule: whatever is called, the block is built and executed with the same result, its books balance, and no call
//! panics or costs more than the block has.

use crate::engine::{Random, fuzz};
use borsh::BorshDeserialize;
use taonet_chain::{
    AccountId, Body, Call, DevOptions, Genesis, Keypair, Transaction, keys::DEV_ACCOUNTS, ledger::accounts,
    memory::MemoryChain, violations,
};
use taonet_subnets::amount::Tao;

/// Keys with something to lose: coldkeys, and hotkeys of the dev subnet.
const NAMES: [&str; 8] = ["//Alice", "//Bob", "//Two", "//Eve", "//val-a", "//val-b", "//m1", "//m2"];

const CALLS_PER_BLOCK: u64 = 12;

/// Bytes that decode to a call more often than noise: known accounts, small numbers, edges.
fn call(random: &mut Random, accounts: &[AccountId]) -> Call {
    loop {
        let mut bytes = vec![random.bits() as u8];
        while bytes.len() < 400 {
            match random.below(8) {
                0..=2 => bytes.extend(random.pick(accounts).expect("there are some").0),
                3 => bytes.extend([random.below(3) as u8, 0]),
                4 => bytes.extend(random.below(1 << 40).to_le_bytes()),
                5 => bytes.extend(u64::MAX.to_le_bytes()),
                6 => bytes.extend((random.below(4) as u32).to_le_bytes()),
                _ => bytes.extend([0; 4]),
            }
        }
        if let Ok(call) = Call::deserialize(&mut bytes.as_slice()) {
            return call;
        }
    }
}

fn transaction(
    random: &mut Random,
    chain: &MemoryChain,
    keys: &[Keypair],
    accounts: &[AccountId],
) -> Transaction {
    let key = random.pick(keys).expect("there are some");
    let signer = key.account();
    let (nonce, genesis) = (accounts::nonce(&chain.state, &signer), chain.genesis());
    let tip = if random.chance(5) { Tao::new(random.bits()) } else { Tao::ZERO };
    let call = call(random, accounts);
    Transaction::sign(key, Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip, call })
}

#[test]
fn no_call_breaks_the_ledger() {
    let keys: Vec<Keypair> = NAMES.iter().map(|uri| Keypair::from_uri(uri).expect("a URI")).collect();
    let mut known: Vec<AccountId> = keys.iter().map(Keypair::account).collect();
    known.extend(DEV_ACCOUNTS.iter().map(|uri| Keypair::from_uri(uri).expect("a URI").account()));
    known.push(AccountId([0; 32]));
    let start = MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("a preset");
    let (mut done, mut all) = (0, 0);
    fuzz(16, |random| {
        let mut chain = start.clone();
        for _ in 0..random.between(1, 30) {
            let count = random.below(CALLS_PER_BLOCK);
            let transactions: Vec<Transaction> =
                (0..count).map(|_| transaction(random, &chain, &keys, &known)).collect();
            let mut other = chain.clone();
            let (block, outcome) = chain.produce(transactions);
            let again = other.apply(&block).expect("a built block is valid");
            assert_eq!((again.root, &again.receipts), (outcome.root, &outcome.receipts));
            let names: Vec<_> = block.transactions.iter().map(|one| &one.body.call).collect();
            assert_eq!(violations(&chain.state), Vec::new(), "after {names:#?}");
            all += outcome.receipts.len();
            done += outcome.receipts.iter().filter(|receipt| receipt.result.is_ok()).count();
        }
    });
    println!("{done} of {all} calls did something");
}
