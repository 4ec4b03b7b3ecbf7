//! What waits, what leaves, and what a block is offered.

use super::*;
use proptest::prelude::*;
use taonet_chain::{
    Body, Call, Keypair,
    genesis::{DevOptions, Genesis},
    ledger::identities::Identity,
    state::MemoryState,
};
use taonet_subnets::amount::Tao;

fn ledger() -> (Genesis, MemoryState) {
    let genesis = Genesis::dev(DevOptions::default());
    let mut state = MemoryState::default();
    state.apply(&genesis.build().expect("a preset").1);
    (genesis, state)
}

/// A transfer by the development account with this index, with a tip in RAO.
fn transfer(genesis: &Genesis, account: usize, nonce: u64, tip: u64) -> Transaction {
    let key = Keypair::from_uri(taonet_chain::keys::DEV_ACCOUNTS[account]).expect("a constant");
    let call = Call::Transfer { to: AccountId([7; 32]), amount: Tao::whole(1) };
    let genesis = genesis.hash();
    let signer = key.account();
    Transaction::sign(
        &key,
        Body { signer, nonce, genesis, valid_from: 0, valid_until: 50, tip: Tao::new(tip), call },
    )
}

fn tips(transactions: &[Transaction]) -> Vec<(u64, u64)> {
    transactions.iter().map(|transaction| (transaction.body.tip.units(), transaction.body.nonce)).collect()
}

#[test]
fn a_block_is_offered_the_best_tips_in_the_order_of_nonces() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    for (account, nonce, tip) in [(0, 0, 10), (0, 1, 900), (1, 0, 500), (2, 1, 10_000), (3, 0, 5)] {
        pool.insert(&state, 1, transfer(&genesis, account, nonce, tip)).expect("it is good");
    }
    // Account 2 misses nonce 0; account 0 must spend its small tip before its large one.
    let offered = pool.candidates(&state, 1, u64::MAX);
    assert_eq!(tips(&offered), [(500, 0), (10, 0), (900, 1), (5, 0)]);
    let size = offered[0].size() as u64;
    assert_eq!(pool.candidates(&state, 1, 2 * size).len(), 2, "up to so many bytes");
    assert_eq!(pool.len(), 5, "offering takes nothing out");
}

/// The transactions as (account, nonce), with accounts as [`transfer`] counts them.
fn places(genesis: &Genesis, transactions: &[Transaction]) -> Vec<(usize, u64)> {
    let accounts: Vec<AccountId> = (0..3).map(|index| transfer(genesis, index, 0, 0).body.signer).collect();
    let place = |transaction: &Transaction| {
        let index = accounts.iter().position(|account| *account == transaction.body.signer);
        (index.expect("one of these"), transaction.body.nonce)
    };
    transactions.iter().map(place).collect()
}

/// A rule, the (account, nonce, tip) that wait, and the (account, nonce) that a block is offered.
type Turns<'a> = (&'a str, &'a [(usize, u64, u64)], &'a [(usize, u64)]);

#[test]
fn among_equal_tips_accounts_take_turns() {
    let (genesis, state) = ledger();
    let mut order = [0, 1, 2];
    order.sort_by_key(|index| std::cmp::Reverse(transfer(&genesis, *index, 0, 0).body.signer));
    let [high, middle, low] = order;
    let table: [Turns<'_>; 4] = [
        (
            "a long row waits for others",
            &[(high, 0, 0), (high, 1, 0), (low, 0, 0)],
            &[(high, 0), (low, 0), (high, 1)],
        ),
        (
            "round after round",
            &[(middle, 0, 7), (middle, 1, 7), (middle, 2, 7), (low, 0, 7), (low, 1, 7)],
            &[(middle, 0), (low, 0), (middle, 1), (low, 1), (middle, 2)],
        ),
        (
            "the tip comes first",
            &[(high, 0, 0), (low, 0, 900), (low, 1, 900)],
            &[(low, 0), (low, 1), (high, 0)],
        ),
        (
            "the account decides last",
            &[(low, 0, 0), (high, 0, 0), (middle, 0, 0)],
            &[(high, 0), (middle, 0), (low, 0)],
        ),
    ];
    for (rule, waiting, expected) in table {
        let mut pool = Mempool::default();
        for &(account, nonce, tip) in waiting {
            pool.insert(&state, 1, transfer(&genesis, account, nonce, tip)).expect("it is good");
        }
        assert_eq!(places(&genesis, &pool.candidates(&state, 1, u64::MAX)), expected, "{rule}");
    }
}

#[test]
fn the_next_nonce_follows_the_unbroken_row() {
    let (genesis, state) = ledger();
    let signer = transfer(&genesis, 0, 0, 0).body.signer;
    let table: [(&[u64], u64); 4] = [(&[], 0), (&[0, 1], 2), (&[0, 1, 3], 2), (&[1, 2], 0)];
    for (waiting, expected) in table {
        let mut pool = Mempool::default();
        for &nonce in waiting {
            pool.insert(&state, 1, transfer(&genesis, 0, nonce, 0)).expect("it is good");
        }
        assert_eq!(pool.next_nonce(&state, &signer), expected, "{waiting:?}");
    }
}

#[test]
fn what_does_not_belong_here_is_refused() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    let good = transfer(&genesis, 0, 0, 100);
    let refused = Rejection::Refused;
    let mut forged = good.clone();
    forged.signature.0[3] ^= 1;
    assert_eq!(pool.insert(&state, 1, forged), Err(refused(Refusal::BadSignature)));
    assert_eq!(pool.insert(&state, 51, good.clone()), Err(refused(Refusal::Expired(50))));
    assert_eq!(pool.insert(&state, 1, transfer(&genesis, 0, 65, 0)), Err(refused(Refusal::NonceAhead(0))));
    assert_eq!(pool.insert(&state, 1, good.clone()), Ok(good.id()));
    assert_eq!(pool.insert(&state, 1, good), Err(Rejection::Known));
    assert_eq!((pool.len(), pool.bytes()), (1, transfer(&genesis, 0, 0, 100).size()));
}

#[test]
fn a_tenth_more_replaces() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    for (tip, expected) in [(100, true), (109, false), (110, true), (110, false), (50, false)] {
        let result = pool.insert(&state, 1, transfer(&genesis, 0, 0, tip));
        assert_eq!(result.is_ok(), expected, "{tip}: {result:?}");
    }
    assert_eq!(tips(&pool.candidates(&state, 1, u64::MAX)), [(110, 0)]);
}

#[test]
fn one_account_has_so_many_places() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    for nonce in 0..MAX_PER_ACCOUNT as u64 {
        pool.insert(&state, 1, transfer(&genesis, 0, nonce, 0)).expect("there is room");
    }
    let next = transfer(&genesis, 0, MAX_PER_ACCOUNT as u64, 1_000_000);
    assert_eq!(pool.insert(&state, 1, next), Err(Rejection::AccountFull));
    let signer = Keypair::from_uri("//Alice").expect("a constant").account();
    assert_eq!(pool.next_nonce(&state, &signer), MAX_PER_ACCOUNT as u64);
}

/// A rule, the (account, nonce, tip) that fill the pool of four, a newcomer, and which of them leaves for it, if any.
type Evicted<'a> = (&'a str, [(usize, u64, u64); 4], (usize, u64, u64), Option<(usize, u64)>);

#[test]
fn who_leaves_a_full_pool() {
    let (genesis, state) = ledger();
    let table: [Evicted<'_>; 11] = [
        ("the lowest tip", [(0, 0, 9), (1, 0, 5), (2, 0, 7), (3, 0, 8)], (4, 0, 6), Some((1, 0))),
        ("nobody for less", [(0, 0, 9), (1, 0, 5), (2, 0, 7), (3, 0, 8)], (4, 0, 4), None),
        ("nobody among equals", [(0, 0, 5), (1, 0, 5), (2, 0, 5), (3, 0, 5)], (4, 0, 5), None),
        (
            "the largest crowd among equals",
            [(0, 0, 5), (0, 1, 5), (0, 2, 5), (1, 0, 5)],
            (4, 0, 5),
            Some((0, 2)),
        ),
        ("also when it pays nothing", [(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 3, 0)], (4, 0, 0), Some((0, 3))),
        ("not to become a crowd itself", [(0, 0, 5), (0, 1, 5), (1, 0, 5), (2, 0, 5)], (1, 1, 5), None),
        ("not one of its own", [(0, 0, 5), (0, 1, 5), (1, 0, 9), (2, 0, 9)], (0, 2, 9), None),
        (
            "a high tip behind a low one protects nothing",
            [(0, 0, 1), (0, 1, 99), (1, 0, 5), (2, 0, 5)],
            (3, 0, 2),
            Some((0, 1)),
        ),
        ("nor does it push out others", [(0, 0, 1), (1, 0, 5), (2, 0, 5), (3, 0, 5)], (0, 1, 99), None),
        (
            "what waits for a missing nonce",
            [(0, 1, 99), (1, 0, 0), (2, 0, 0), (3, 0, 0)],
            (4, 0, 0),
            Some((0, 1)),
        ),
        ("and nobody for such", [(0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0)], (4, 1, 99), None),
    ];
    for (rule, waiting, (account, nonce, tip), leaves) in table {
        let mut pool = Mempool::bounded(Bounds { count: 4, bytes: MAX_BYTES });
        for (account, nonce, tip) in waiting {
            pool.insert(&state, 1, transfer(&genesis, account, nonce, tip * 100)).expect("there is room");
        }
        let newcomer = transfer(&genesis, account, nonce, tip * 100);
        let expected = if leaves.is_some() { Ok(newcomer.id()) } else { Err(Rejection::Full) };
        assert_eq!(pool.insert(&state, 1, newcomer), expected, "{rule}");
        for (account, nonce, tip) in waiting {
            let stays = pool.contains(&transfer(&genesis, account, nonce, tip * 100).id());
            assert_eq!(stays, leaves != Some((account, nonce)), "{rule}: ({account}, {nonce})");
        }
    }
}

#[test]
fn nobody_leaves_for_nothing() {
    let (genesis, state) = ledger();
    let small = transfer(&genesis, 0, 0, 0).size();
    let mut pool = Mempool::bounded(Bounds { count: 100, bytes: 4 * small });
    for (account, tip) in [(0, 100), (1, 900), (2, 900), (3, 900)] {
        pool.insert(&state, 1, transfer(&genesis, account, 0, tip)).expect("there is room");
    }
    // It is worth more than the first, but needs the room of more than that one.
    let long = long(&genesis, 4, 600);
    assert!(long.size() > 2 * small);
    assert_eq!(pool.insert(&state, 1, long), Err(Rejection::Full));
    assert_eq!((pool.len(), pool.bytes()), (4, 4 * small));
    assert!(pool.contains(&transfer(&genesis, 0, 0, 100).id()), "the first is still there");
}

/// A long transaction of a development account, with this tip per 1,024 bytes.
fn long(genesis: &Genesis, account: usize, tip_per_kib: u64) -> Transaction {
    let key = Keypair::from_uri(taonet_chain::keys::DEV_ACCOUNTS[account]).expect("a constant");
    let identity = Identity { description: "long".repeat(100), ..Identity::default() };
    let body = Body {
        signer: key.account(),
        nonce: 0,
        genesis: genesis.hash(),
        valid_from: 0,
        valid_until: 50,
        tip: Tao::new(tip_per_kib * 6 / 10),
        call: Call::SetIdentity { identity: Box::new(identity) },
    };
    Transaction::sign(&key, body)
}

#[test]
fn a_nonce_used_in_a_block_makes_a_row_whole() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::bounded(Bounds { count: 2, bytes: MAX_BYTES });
    for (account, nonce) in [(0, 1), (1, 0)] {
        pool.insert(&state, 1, transfer(&genesis, account, nonce, 500)).expect("there is room");
    }
    // The missing one came in a block without ever waiting here.
    pool.settle([&transfer(&genesis, 0, 0, 0)], 2);
    assert_eq!(pool.insert(&state, 2, transfer(&genesis, 2, 0, 500)), Err(Rejection::Full));
}

#[test]
fn a_block_settles_what_it_contains_and_time_the_rest() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    for (account, nonce) in [(0, 0), (0, 1), (0, 2), (1, 0)] {
        pool.insert(&state, 1, transfer(&genesis, account, nonce, 0)).expect("there is room");
    }
    pool.settle([&transfer(&genesis, 0, 1, 0)], 2);
    assert_eq!(pool.len(), 2, "nonces 0 and 1 of the first account are used");
    pool.settle([], 50);
    assert_eq!(pool.len(), 2);
    pool.settle([], 51);
    assert_eq!((pool.len(), pool.bytes(), pool.expiries.len(), pool.ranks.len()), (0, 0, 0, 0));
}

#[test]
fn what_the_ledger_no_longer_takes_is_dropped() {
    let (genesis, state) = ledger();
    let mut pool = Mempool::default();
    pool.insert(&state, 1, transfer(&genesis, 0, 0, 0)).expect("there is room");
    let poor = MemoryState::default();
    assert!(pool.candidates(&poor, 1, u64::MAX).is_empty());
    assert!(pool.is_empty());
}

/// What an account's row is worth, said as plainly as possible: the model of the order of ranks.
fn worth(pool: &Mempool, account: &AccountId, more: Option<&Entry>) -> (bool, u64, std::cmp::Reverse<usize>) {
    let mut row: BTreeMap<u64, u64> = BTreeMap::new();
    let waiting = pool.accounts.get(account).into_iter().flat_map(Queue::entries);
    row.extend(waiting.chain(more).map(|entry| (entry.nonce(), entry.tip_per_kib)));
    let unbroken = row.keys().copied().eq(0..row.len() as u64);
    (unbroken, row.values().copied().min().unwrap_or(0), std::cmp::Reverse(row.len()))
}

fn replaces(pool: &Mempool, entry: &Entry) -> bool {
    pool.accounts.get(&entry.account()).is_some_and(|queue| queue.get(entry.nonce()).is_some())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Against the model: a full pool refuses only who would be worth the least, and only the least leave.
    #[test]
    fn eviction_is_fair(steps in prop::collection::vec((0usize..6, 0u64..5, 0u64..4), 1..60)) {
        let (genesis, state) = ledger();
        let mut pool = Mempool::bounded(Bounds { count: 7, bytes: MAX_BYTES });
        for (account, nonce, tip) in steps {
            let before = pool.clone();
            let entry = Entry::new(transfer(&genesis, account, nonce, tip * 100));
            let newcomer = worth(&before, &entry.account(), Some(&entry));
            let least = before.accounts.keys().map(|account| (worth(&before, account, None), *account)).min();
            match pool.insert(&state, 1, entry.transaction.clone()) {
                Err(Rejection::Full) => {
                    let (least, of) = least.expect("it is full");
                    prop_assert!(newcomer <= least || of == entry.account(), "{newcomer:?} {least:?}");
                }
                Ok(_) if pool.len() == before.len() && !replaces(&before, &entry) => {
                    let (least, of) = least.expect("it is full");
                    prop_assert!(least < newcomer, "{least:?} {newcomer:?}");
                    let left = |pool: &Mempool| pool.accounts.get(&of).map_or(0, Queue::len);
                    prop_assert_eq!(left(&pool) + 1, left(&before), "the last of the least left");
                }
                _ => {}
            }
        }
    }

    /// Whatever others send, an account's first transaction that tips no less than theirs stays.
    #[test]
    fn a_crowd_does_not_push_out_one(
        crowd in prop::collection::vec((1usize..4, 0u64..6, 0u64..3), 1..60),
        from in 0usize..60,
    ) {
        let (genesis, state) = ledger();
        let mut pool = Mempool::bounded(Bounds { count: 8, bytes: MAX_BYTES });
        let one = transfer(&genesis, 0, 0, 300);
        for (step, (account, nonce, tip)) in crowd.iter().enumerate() {
            if step == from.min(crowd.len() - 1) {
                prop_assert_eq!(pool.insert(&state, 1, one.clone()), Ok(one.id()));
            }
            let _ = pool.insert(&state, 1, transfer(&genesis, *account, *nonce, tip * 100));
        }
        prop_assert!(pool.contains(&one.id()));
    }

    /// Whatever comes and goes, the books of the pool agree with what is in it, and the bounds hold.
    #[test]
    fn the_books_balance(steps in prop::collection::vec((0usize..6, 0u64..8, 0u64..5, any::<bool>()), 1..80)) {
        let (genesis, state) = ledger();
        let mut pool = Mempool::bounded(Bounds { count: 12, bytes: 2_000 });
        for (account, nonce, tip, settle) in steps {
            let transaction = transfer(&genesis, account, nonce, tip * 100);
            if settle {
                pool.settle([&transaction], 1);
            } else {
                let _ = pool.insert(&state, 1, transaction);
            }
            let all: Vec<&Entry> = pool.accounts.values().flat_map(Queue::entries).collect();
            prop_assert_eq!(pool.known.len(), all.len());
            prop_assert_eq!(pool.expiries.len(), all.len());
            prop_assert_eq!(pool.bytes, all.iter().map(|entry| entry.size).sum::<usize>());
            prop_assert_eq!(pool.ranks.len(), pool.accounts.len());
            prop_assert!(pool.len() <= 12 && pool.bytes <= 2_000);
        }
    }
}
