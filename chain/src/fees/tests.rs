//! Fees of signers without TAO.

use crate::{
    AccountId, Body, Call, CallError, Event, Receipt, Transaction,
    admit::{self, Refusal},
    genesis::{DevOptions, Genesis, GenesisStake, ParamText},
    invariants::violations,
    ledger::{
        accounts,
        settings::settings,
        stakes,
        subnets::{self, ROOT},
    },
    memory::MemoryChain,
    testing::{account, body, key},
};
use taonet_subnets::amount::{Alpha, Tao};

/// A signer with this much alpha with `//val-b` on subnet 1, and no TAO at all.
const POOR: &str = "//poor";

fn chain_with(alpha: Alpha) -> MemoryChain {
    let mut genesis = Genesis::dev(DevOptions::default());
    let stake = GenesisStake { hotkey: account("//val-b"), coldkey: account(POOR), alpha };
    genesis.subnets[0].stakes.push(stake);
    genesis.params.insert("num_root_claims".to_owned(), ParamText::from(0));
    MemoryChain::new(&genesis).expect("it builds")
}

fn stake_of(chain: &MemoryChain) -> Alpha {
    stakes::stake(&chain.state, 1, &account("//val-b"), &account(POOR))
}

/// The next transaction of the poor signer.
fn poor(chain: &MemoryChain, call: Call, tip: Tao) -> Transaction {
    Transaction::sign(&key(POOR), Body { tip, ..body(chain, POOR, call) })
}

fn fee_of(chain: &MemoryChain, transaction: &Transaction) -> Tao {
    admit::fee(&settings(&chain.state), &transaction.body)
}

fn remove(amount: u64) -> Call {
    Call::RemoveStake { hotkey: account("//val-b"), netuid: 1, amount: Alpha::new(amount) }
}

/// The only receipt of a block with `transaction`, and what was observed.
fn execute(chain: &mut MemoryChain, transaction: Transaction) -> (Receipt, Vec<Event>) {
    let (_, outcome) = chain.produce(vec![transaction]);
    let [receipt] = outcome.receipts[..] else { panic!("one receipt") };
    (receipt, receipt.events(&outcome.events).to_vec())
}

#[test]
fn stake_that_is_sold_moved_or_destroyed_pays() {
    let (hotkey, amount) = (account("//val-b"), Alpha::whole(1));
    let calls = [
        remove(1_000_000_000),
        Call::RemoveStakeLimit { hotkey, netuid: 1, amount, limit: 1, allow_partial: true },
        Call::RemoveStakeFullLimit { hotkey, netuid: 1, limit: None },
        Call::UnstakeAll { hotkey },
        Call::UnstakeAllAlpha { hotkey },
        Call::MoveStake {
            origin_hotkey: hotkey,
            destination_hotkey: account("//val-c"),
            origin_netuid: 1,
            destination_netuid: 1,
            amount,
        },
        Call::SwapStake { hotkey, origin_netuid: 1, destination_netuid: ROOT, amount },
        Call::TransferStake {
            destination_coldkey: account("//Eve"),
            hotkey,
            origin_netuid: 1,
            destination_netuid: 1,
            amount,
        },
        Call::RecycleAlpha { hotkey, amount, netuid: 1 },
        Call::BurnAlpha { hotkey, amount, netuid: 1 },
    ];
    for call in calls {
        let mut chain = chain_with(Alpha::whole(10));
        let transaction = poor(&chain, call.clone(), Tao::new(2_000));
        let needed = fee_of(&chain, &transaction);
        assert_eq!(admit::admit(&chain.state, 1, &transaction), Ok(()), "{call:?}");
        let (receipt, events) = execute(&mut chain, transaction);
        assert_eq!(receipt.result, Ok(()), "{call:?}");
        let Some(Event::TransactionFeePaidWithAlpha { who, netuid: 1, alpha, tao }) = events.first() else {
            panic!("{call:?}: {events:?}");
        };
        // A price of 1.25, which the block step raised a little; floored twice.
        let expected = needed.units() * 4 / 5;
        assert!(*who == account(POOR) && expected - alpha.units() < expected / 1_000, "{call:?}: {alpha}");
        assert!(
            *tao == receipt.fee && needed.units() - tao.units() < needed.units() / 1_000,
            "{call:?}: {tao} for {needed}"
        );
        assert_eq!(violations(&chain.state), []);
    }
}

#[test]
fn the_author_gets_it_and_keeps_it_when_the_call_fails() {
    let mut chain = chain_with(Alpha::whole(10));
    let before = subnets::state_of(&chain.state, 1).expect("it exists");
    let author: AccountId = chain.draft(Vec::new()).proposer;
    let held = accounts::balance(&chain.state, &author);
    // One unit is too little to unstake.
    let transaction = poor(&chain, remove(1), Tao::ZERO);
    let (receipt, events) = execute(&mut chain, transaction);
    assert_eq!(receipt.result, Err(CallError::AmountTooLow));
    let [Event::TransactionFeePaidWithAlpha { alpha, tao, .. }] = events[..] else { panic!("{events:?}") };
    assert_eq!(accounts::balance(&chain.state, &author), held.saturating_add(tao));
    assert_eq!(stake_of(&chain), Alpha::whole(10).saturating_sub(alpha));
    let after = subnets::state_of(&chain.state, 1).expect("it exists");
    assert_eq!(after.user_flow, before.user_flow - tao.units() as i64);
    assert_eq!(accounts::nonce(&chain.state, &account(POOR)), 1);
    assert_eq!(violations(&chain.state), []);
}

#[test]
fn a_fee_above_the_stake_takes_all_of_it() {
    let mut chain = chain_with(Alpha::new(1_000));
    let transaction = poor(&chain, remove(1_000), Tao::ZERO);
    let (receipt, _) = execute(&mut chain, transaction.clone());
    assert!(receipt.fee < fee_of(&chain, &transaction) && receipt.fee > Tao::ZERO);
    assert_eq!((receipt.result, stake_of(&chain)), (Err(CallError::AmountTooLow), Alpha::ZERO));
}

#[test]
fn who_can_pay_in_tao_does() {
    let mut chain = chain_with(Alpha::whole(10));
    let transaction = Transaction::sign(&key("//Two"), body(&chain, "//Two", remove(1_000_000_000)));
    let needed = fee_of(&chain, &transaction);
    let (receipt, events) = execute(&mut chain, transaction);
    assert_eq!(receipt.fee, needed);
    assert!(matches!(events[..], [Event::StakeRemoved { .. }]), "{events:?}");
}

#[test]
fn without_one_stake_to_take_it_from_there_is_no_fee() {
    let hotkey = account("//val-b");
    let chain = chain_with(Alpha::whole(10));
    let other = Call::RemoveStake { hotkey: account("//val-c"), netuid: 1, amount: Alpha::whole(1) };
    let nowhere = Call::RemoveStake { hotkey, netuid: 9, amount: Alpha::whole(1) };
    let calls =
        [other, nowhere, Call::Transfer { to: hotkey, amount: Tao::ZERO }, Call::StartCall { netuid: 1 }];
    for call in calls {
        let transaction = poor(&chain, call.clone(), Tao::ZERO);
        let needed = fee_of(&chain, &transaction);
        let refusal = Refusal::CannotPayFee { needed, balance: Tao::ZERO };
        assert_eq!(admit::admit(&chain.state, 1, &transaction), Err(refusal), "{call:?}");
        let (block, _) = chain.build(chain.draft(vec![transaction]));
        assert!(block.transactions.is_empty(), "{call:?}");
    }
}
