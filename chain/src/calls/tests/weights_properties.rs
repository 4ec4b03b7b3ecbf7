//! Random weights, commits, reveals and mechanisms over many epochs: nothing is lost, left over or beyond its bound.

use crate::{
    AccountId, Call, DevOptions, Genesis, Hash, Transaction,
    beacon::{round_key, seal},
    calls::COMMIT_REVEAL_VERSION,
    invariants::violations,
    ledger::{
        commits::{self, MAX_OPEN_COMMITS},
        epochs, neurons,
    },
    memory::MemoryChain,
    params::Param,
    state::{StateRead, schema},
    testing::{account, signed},
    transaction::Reveal,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use taonet_subnets::yuma::{payload::WeightsPayload, submission::Commitment};

const SIGNERS: [&str; 4] = ["//Alice", "//val-a", "//val-b", "//m1"];

/// A network on which epochs pass quickly.
fn genesis() -> Genesis {
    Genesis::dev(DevOptions { tempo: 3, ..DevOptions::default() })
}

/// What a signer does; the rows are few, so that reveals find their commits.
#[derive(Clone, Debug)]
enum Deed {
    Set,
    Commit,
    Reveal,
    BatchReveal,
    Seal { ahead: u64 },
    Split(Option<u16>),
    Trigger,
    Hide(bool),
    Period(u8),
    Count(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::Set),
        4 => Just(Deed::Commit),
        4 => Just(Deed::Reveal),
        2 => Just(Deed::BatchReveal),
        6 => (0u64..8).prop_map(|ahead| Deed::Seal { ahead }),
        1 => prop::option::of(any::<u16>()).prop_map(Deed::Split),
        1 => Just(Deed::Trigger),
        2 => prop::bool::weighted(0.8).prop_map(Deed::Hide),
        1 => (1u8..4).prop_map(Deed::Period),
        2 => (1u8..3).prop_map(Deed::Count),
    ]
}

/// One of the few rows.
fn row(number: u8) -> Reveal {
    let uids: Vec<u16> = (3..4 + u16::from(number)).collect();
    Reveal { values: uids.clone(), uids, salt: vec![1], version_key: 0 }
}

fn hash(hotkey: &AccountId, mechanism: u8, row: &Reveal) -> Hash {
    let Reveal { uids, values, salt, version_key } = row;
    let storage_index = 1 + 4_096 * u16::from(mechanism);
    let commitment =
        Commitment { hotkey: &hotkey.0, storage_index, uids, values, salt, version_key: *version_key };
    Hash(commitment.hash())
}

fn set(name: &str, value: i128) -> Call {
    Call::SetParam { netuid: Some(1), param: Param::by_name(name).expect("a parameter").id, value }
}

fn call(chain: &MemoryChain, signer: &str, deed: &Deed, (mechanism, number): (u8, u8)) -> Call {
    let (netuid, hotkey, row) = (1, account(signer), row(number));
    match *deed {
        Deed::Set => Call::SetMechanismWeights {
            netuid,
            mechanism,
            uids: row.uids,
            values: row.values,
            version_key: 0,
        },
        Deed::Commit => Call::CommitWeights { netuid, mechanism, hash: hash(&hotkey, mechanism, &row) },
        Deed::Reveal => Call::RevealWeights { netuid, mechanism, reveal: row },
        Deed::BatchReveal => Call::BatchRevealWeights { netuid, reveals: vec![row] },
        Deed::Seal { ahead } => {
            let round = chain.tip.height + ahead;
            let payload =
                WeightsPayload { hotkey: Some(hotkey.0), uids: row.uids, values: row.values, version_key: 0 };
            let commit = seal(&round_key(&chain.genesis(), round), &[1; 32], &payload.encode());
            let version = COMMIT_REVEAL_VERSION;
            Call::CommitTimelockedWeights { netuid, mechanism, commit, round, version }
        }
        Deed::Split(part) => {
            Call::SetMechanismSplit { netuid, split: part.map(|part| vec![part, u16::MAX - part]) }
        }
        Deed::Trigger => Call::TriggerEpoch { netuid },
        Deed::Hide(hide) => set("commit_reveal_enabled", hide.into()),
        Deed::Period(period) => set("reveal_period", period.into()),
        Deed::Count(count) => set("mechanism_count", count.into()),
    }
}

/// Commits, their bytes and the list of lists agree, and nothing is beyond its bound or of a mechanism that is gone.
fn check_commits(state: &dyn StateRead) {
    let existing: BTreeSet<u16> = epochs::indices(state, 1).collect();
    let waiting = commits::waiting(state);
    let (mut listed, mut open) = (0, BTreeMap::<(u16, u64, AccountId), usize>::new());
    for &(index, epoch) in &waiting {
        assert!(existing.contains(&index), "mechanism {index} is gone");
        let all = commits::timelocked(state, index, epoch);
        assert!(!all.is_empty(), "an empty list waits");
        listed += all.len();
        for commit in &all {
            assert!(!commits::sealed(state, index, epoch, commit).is_empty());
            *open.entry((index, epoch, commit.hotkey)).or_default() += 1;
        }
    }
    assert!(open.values().all(|count| *count <= MAX_OPEN_COMMITS));
    assert_eq!(state.scan(&[schema::TIMELOCKED]).count(), waiting.len());
    assert_eq!(state.scan(&[schema::SEALED]).count(), listed);
    for signer in SIGNERS {
        for index in [1, 4_097] {
            let hashed = commits::by_hash(state, index, &account(signer));
            assert!(hashed.len() <= MAX_OPEN_COMMITS && hashed.is_sorted_by_key(|commit| commit.block));
            assert!(hashed.is_empty() || existing.contains(&index));
        }
    }
}

/// Rows name each neuron at most once, and only neurons that are there.
fn check_rows(state: &dyn StateRead) {
    let n = neurons::count(state, 1) as u16;
    for (index, uid) in epochs::indices(state, 1).flat_map(|index| (0..n).map(move |uid| (index, uid))) {
        let row = epochs::weights(state, index, uid);
        let uids: BTreeSet<u16> = row.iter().map(|(uid, _)| *uid).collect();
        assert!(uids.len() == row.len() && uids.iter().all(|uid| *uid < n), "{row:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn commits_never_linger(
        deeds in prop::collection::vec((prop::sample::select(&SIGNERS[..]), deed(), (0u8..2, 0u8..3)), 1..80),
    ) {
        let genesis = genesis();
        let (mut builder, mut follower) =
            (MemoryChain::new(&genesis).expect("it builds"), MemoryChain::new(&genesis).expect("it builds"));
        let setup = [set("max_allowed_uids", 128), set("commit_reveal_enabled", 1)];
        for call in setup {
            let block = builder.produce(vec![signed(&builder, "//Alice", call)]).0;
            follower.apply(&block).expect("a good block");
        }
        for (signer, deed, which) in &deeds {
            let transaction: Transaction = signed(&builder, signer, call(&builder, signer, deed, *which));
            let (block, _) = builder.produce(vec![transaction]);
            prop_assert!(follower.apply(&block).is_ok());
            prop_assert_eq!(&follower.tip, &builder.tip);
            prop_assert_eq!(violations(&builder.state), vec![]);
            check_commits(&builder.state);
            check_rows(&builder.state);
        }
        // When nobody commits any more, all is opened or dropped within the longest period and one epoch.
        (0..3 * 5).for_each(|_| drop(builder.produce(Vec::new())));
        prop_assert!(commits::waiting(&builder.state).is_empty());
    }
}
