//! Committing to weights by hash, and revealing them.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event, Hash,
    ledger::{
        commits, epochs,
        subnets::{self, ROOT},
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
    transaction::Reveal,
};
use taonet_subnets::yuma::submission::Commitment;

/// The block in which these tests call; the subnet's last epoch was in block 1,000.
const NOW: u64 = 1_005;

/// Puts the subnet into an epoch.
fn at_epoch(state: &mut Overlay<'_>, epoch: u64) {
    subnets::update(state, 1, |subnet| {
        (subnet.clock.epoch_index, subnet.clock.last_epoch_block) = (epoch, 1_000);
    });
}

/// A subnet in epoch 5 that uses commit-reveal.
fn hidden(state: &mut Overlay<'_>) {
    with_params(state, |params| params.commit_reveal_enabled = true);
    at_epoch(state, 5);
}

fn row(uids: &[u16], values: &[u16], salt: u16) -> Reveal {
    Reveal { uids: uids.to_vec(), values: values.to_vec(), salt: vec![salt], version_key: 3 }
}

fn hash(hotkey: &str, storage_index: u16, row: &Reveal) -> Hash {
    let hotkey = account(hotkey);
    let Reveal { uids, values, salt, version_key } = row;
    let commitment =
        Commitment { hotkey: &hotkey.0, storage_index, uids, values, salt, version_key: *version_key };
    Hash(commitment.hash())
}

fn commit(mechanism: u8, hash: Hash) -> Call {
    Call::CommitWeights { netuid: 1, mechanism, hash }
}

fn reveal(mechanism: u8, reveal: Reveal) -> Call {
    Call::RevealWeights { netuid: 1, mechanism, reveal }
}

fn batch(reveals: &[&Reveal]) -> Call {
    Call::BatchRevealWeights { netuid: 1, reveals: reveals.iter().map(|&reveal| reveal.clone()).collect() }
}

/// //val-b commits to a row in the subnet's present epoch.
fn committed(state: &mut Overlay<'_>, row: &Reveal) {
    call(state, NOW, "//val-b", &commit(0, hash("//val-b", 1, row))).expect("commits");
}

#[test]
fn errors_of_commits() {
    let zero = Hash::ZERO;
    let on_root = Call::CommitWeights { netuid: ROOT, mechanism: 0, hash: zero };
    let missing = Call::CommitWeights { netuid: 9, mechanism: 0, hash: zero };
    check_errors(
        NOW,
        vec![
            ("root", |_| {}, "//nobody", on_root, CallError::CanNotSetRootNetworkWeights),
            ("no such subnet", |_| {}, "//nobody", missing, CallError::MechanismDoesNotExist),
            ("no such mechanism", |_| {}, "//nobody", commit(1, zero), CallError::MechanismDoesNotExist),
            ("open weights", |_| {}, "//nobody", commit(0, zero), CallError::CommitRevealDisabled),
            ("a stranger", hidden, "//nobody", commit(0, zero), CallError::HotKeyNotRegisteredInSubNet),
            (
                "too soon",
                |state| {
                    hidden(state);
                    with_params(state, |params| params.weights_set_rate_limit = 10);
                    epochs::set_last_update(state, 1, 1, NOW - 9);
                },
                "//val-b",
                commit(0, zero),
                CallError::CommittingWeightsTooFast,
            ),
            (
                "an eleventh",
                |state| {
                    hidden(state);
                    (0..10).for_each(|salt| committed(state, &row(&[3], &[1], salt)));
                },
                "//val-b",
                commit(0, zero),
                CallError::TooManyUnrevealedCommits,
            ),
        ],
    );
}

fn timelocked(mechanism: u8, commit: &[u8], version: u16) -> Call {
    let netuid = 1;
    Call::CommitTimelockedWeights { netuid, mechanism, commit: commit.to_vec(), round: 2_000, version }
}

#[test]
fn errors_of_timelocked_commits() {
    check_errors(
        NOW,
        vec![
            ("too long", |_| {}, "//nobody", timelocked(1, &[0; 5_001], 3), CallError::CommitTooLong),
            ("no mechanism", |_| {}, "//nobody", timelocked(1, &[], 3), CallError::MechanismDoesNotExist),
            ("open weights", |_| {}, "//nobody", timelocked(0, &[], 3), CallError::CommitRevealDisabled),
            (
                "another version",
                hidden,
                "//nobody",
                timelocked(0, &[], 3),
                CallError::IncorrectCommitRevealVersion,
            ),
            ("a stranger", hidden, "//nobody", timelocked(0, &[], 4), CallError::HotKeyNotRegisteredInSubNet),
            (
                "too soon",
                |state| {
                    hidden(state);
                    with_params(state, |params| params.weights_set_rate_limit = 10);
                    epochs::set_last_update(state, 1, 1, NOW - 9);
                },
                "//val-b",
                timelocked(0, &[], 4),
                CallError::CommittingWeightsTooFast,
            ),
            (
                "an eleventh",
                |state| {
                    hidden(state);
                    let mut commit = |who| call(state, NOW, who, &timelocked(0, &[1], 4)).expect("commits");
                    (0..10).for_each(|_| drop(commit("//val-b")));
                    commit("//val-c");
                },
                "//val-b",
                timelocked(0, &[], 4),
                CallError::TooManyUnrevealedCommits,
            ),
        ],
    );
}

#[test]
fn timelocked_commits_wait_by_epoch_and_mask_like_others() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    let events = call(&mut state, NOW, "//val-b", &timelocked(0, &[1, 2], 4)).expect("commits");
    let hash = Hash(taonet_subnets::yuma::payload::sealed_hash(&[1, 2]));
    let hotkey = account("//val-b");
    let expected = Event::TimelockedWeightsCommitted { hotkey, netuid: 1, mechanism: 0, hash, round: 2_000 };
    assert_eq!(events, [expected]);
    call(&mut state, NOW + 1, "//val-b", &timelocked(0, &[3], 4)).expect("commits");
    let all = commits::timelocked(&state, 1, 5);
    assert_eq!(all.iter().map(|one| one.block).collect::<Vec<_>>(), [NOW, NOW + 1]);
    assert_eq!(commits::sealed(&state, 1, 5, &all[1]), [3]);
    assert_eq!(epochs::last_update(&state, 1)[1], NOW + 1);
    assert_eq!(epochs::epoch_input(&state, 1).1[0][1].oldest_commit, Some(NOW));
    commits::clear(&mut state, 1);
    assert_eq!(epochs::epoch_input(&state, 1).1[0][1].oldest_commit, None);
    assert!(commits::waiting(&state).is_empty() && commits::sealed(&state, 1, 5, &all[1]).is_empty());
}

#[test]
fn a_commit_moves_the_last_update_and_makes_room_by_dropping_what_expired() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    (0..10).for_each(|salt| committed(&mut state, &row(&[3], &[1], salt)));
    assert_eq!(epochs::last_update(&state, 1)[1], NOW);
    // One epoch later they can be revealed, two epochs later no more.
    at_epoch(&mut state, 6);
    let eleventh = commit(0, Hash::ZERO);
    assert_eq!(call(&mut state, NOW, "//val-b", &eleventh), Err(CallError::TooManyUnrevealedCommits));
    at_epoch(&mut state, 7);
    let expected =
        Event::WeightsCommitted { hotkey: account("//val-b"), netuid: 1, mechanism: 0, hash: Hash::ZERO };
    assert_eq!(call(&mut state, NOW, "//val-b", &eleventh), Ok(vec![expected]));
    let kept = commits::by_hash(&state, 1, &account("//val-b"));
    assert_eq!(kept.iter().map(|commit| (commit.epoch, commit.block)).collect::<Vec<_>>(), [(7, NOW)]);
}

#[test]
fn a_commit_in_a_block_whose_epoch_was_put_off_belongs_to_the_next_epoch() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    call(&mut state, 1_020, "//val-b", &commit(0, Hash::ZERO)).expect("commits");
    assert_eq!(commits::by_hash(&state, 1, &account("//val-b"))[0].epoch, 6);
}

#[test]
fn a_reveal_stores_the_row_keeps_the_last_update_and_ends_older_commits() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    let rows = [row(&[3], &[1], 0), row(&[5, 3, 4], &[1, 2, 0], 1), row(&[4], &[1], 2)];
    rows.iter().for_each(|row| committed(&mut state, row));
    at_epoch(&mut state, 6);
    with_params(&mut state, |params| params.weights_set_rate_limit = 1_000);
    let events = call(&mut state, NOW + 3, "//val-b", &reveal(0, rows[1].clone())).expect("reveals");
    let (hotkey, hash) = (account("//val-b"), hash("//val-b", 1, &rows[1]));
    let expected = [
        Event::WeightsSet { netuid: 1, mechanism: 0, uid: 1 },
        Event::WeightsRevealed { hotkey, netuid: 1, mechanism: 0, hash },
    ];
    assert_eq!(events, expected);
    assert_eq!(epochs::weights(&state, 1, 1), [(5, 32_768), (3, 65_535), (4, 0)]);
    assert_eq!(epochs::last_update(&state, 1)[1], NOW);
    assert_eq!(commits::by_hash(&state, 1, &hotkey).len(), 1);
    let older = call(&mut state, NOW + 3, "//val-b", &reveal(0, rows[0].clone()));
    assert_eq!(older, Err(CallError::InvalidRevealCommitHashNotMatch));
    call(&mut state, NOW + 3, "//val-b", &reveal(0, rows[2].clone())).expect("the newer one is still there");
    let again = call(&mut state, NOW + 3, "//val-b", &reveal(0, rows[2].clone()));
    assert_eq!(again, Err(CallError::NoWeightsCommitFound));
}

/// Commits a legal row in epoch 5 and lets the subnet be in `epoch`.
fn legal_then(state: &mut Overlay<'_>, epoch: u64) {
    hidden(state);
    committed(state, &row(&[3, 4], &[1, 2], 7));
    at_epoch(state, epoch);
}

/// Commits a row that breaks a rule of weights and comes to the epoch of its reveal.
fn broken(state: &mut Overlay<'_>, uids: &[u16], values: &[u16]) {
    hidden(state);
    committed(state, &row(uids, values, 7));
    at_epoch(state, 6);
}

#[test]
fn errors_of_reveals() {
    let legal = || row(&[3, 4], &[1, 2], 7);
    let missing = Call::RevealWeights { netuid: 9, mechanism: 0, reveal: legal() };
    check_errors(
        NOW,
        vec![
            ("open weights", |_| {}, "//val-b", reveal(0, legal()), CallError::CommitRevealDisabled),
            ("no such subnet", |_| {}, "//val-b", missing, CallError::NoWeightsCommitFound),
            ("no such mechanism", hidden, "//val-b", reveal(16, legal()), CallError::NoWeightsCommitFound),
            ("never committed", hidden, "//val-b", reveal(0, legal()), CallError::NoWeightsCommitFound),
            (
                "too early",
                |state| legal_then(state, 5),
                "//val-b",
                reveal(0, legal()),
                CallError::RevealTooEarly,
            ),
            (
                "too late",
                |state| legal_then(state, 7),
                "//val-b",
                reveal(0, legal()),
                CallError::ExpiredWeightCommit,
            ),
            (
                "another row when all is too late",
                |state| legal_then(state, 7),
                "//val-b",
                reveal(0, row(&[3], &[1], 7)),
                CallError::NoWeightsCommitFound,
            ),
            (
                "the wrong salt",
                |state| legal_then(state, 6),
                "//val-b",
                reveal(0, row(&[3, 4], &[1, 2], 8)),
                CallError::InvalidRevealCommitHashNotMatch,
            ),
            (
                "somebody else's",
                |state| legal_then(state, 6),
                "//val-c",
                reveal(0, legal()),
                CallError::NoWeightsCommitFound,
            ),
        ],
    );
}

#[test]
fn errors_of_what_is_revealed_leave_the_commit_in_place() {
    check_errors(
        NOW,
        vec![
            (
                "twice the same",
                |state| broken(state, &[3, 3], &[1, 1]),
                "//val-b",
                reveal(0, row(&[3, 3], &[1, 1], 7)),
                CallError::DuplicateUids,
            ),
            (
                "too many",
                |state| broken(state, &[3; 9], &[1; 9]),
                "//val-b",
                reveal(0, row(&[3; 9], &[1; 9], 7)),
                CallError::UidsLengthExceedUidsInSubNet,
            ),
            (
                "no such neuron",
                |state| broken(state, &[8], &[1]),
                "//val-b",
                reveal(0, row(&[8], &[1], 7)),
                CallError::UidVecContainInvalidOne,
            ),
            (
                "too little stake",
                |state| {
                    broken(state, &[3], &[1]);
                    with_network(state, |network| network.stake_threshold = 1 << 60);
                },
                "//val-b",
                reveal(0, row(&[3], &[1], 7)),
                CallError::NotEnoughStakeToSetWeights,
            ),
        ],
    );
}

#[test]
fn zeros_and_unsorted_rows_are_stored_as_they_are() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    for row in [row(&[5, 3, 4], &[0, 0, 0], 1), row(&[7, 1, 3], &[10, 20, 5], 2)] {
        hidden(&mut state);
        committed(&mut state, &row);
        at_epoch(&mut state, 6);
        call(&mut state, NOW, "//val-b", &reveal(0, row.clone())).expect("reveals");
        let stored: Vec<u16> = epochs::weights(&state, 1, 1).iter().map(|(uid, _)| *uid).collect();
        assert_eq!(stored, row.uids);
    }
    assert_eq!(epochs::weights(&state, 1, 1), [(7, 32_768), (1, 65_535), (3, 16_384)]);
}

#[test]
fn a_batch_reveals_each_of_its_own_or_nothing() {
    let base = dev_state();
    let rows = [row(&[3], &[1], 0), row(&[4], &[1], 1), row(&[5], &[1], 2)];
    let prepare = |state: &mut Overlay<'_>, epoch| {
        hidden(state);
        rows.iter().for_each(|row| committed(state, row));
        at_epoch(state, epoch);
    };
    let mut state = Overlay::new(&base);
    prepare(&mut state, 6);
    let events = call(&mut state, NOW, "//val-b", &batch(&[&rows[2], &rows[0]])).expect("reveals");
    let hashes = [&rows[2], &rows[0]].map(|row| hash("//val-b", 1, row)).to_vec();
    let expected = Event::WeightsBatchRevealed { hotkey: account("//val-b"), netuid: 1, hashes };
    assert_eq!(events.last(), Some(&expected));
    assert_eq!(epochs::weights(&state, 1, 1), [(3, 65_535)], "the last of the batch stays");
    let kept = commits::by_hash(&state, 1, &account("//val-b"));
    assert_eq!(kept.iter().map(|commit| commit.hash).collect::<Vec<_>>(), [hash("//val-b", 1, &rows[1])]);

    let table = [
        (5, vec![&rows[0]], CallError::RevealTooEarly),
        (7, vec![&rows[0]], CallError::ExpiredWeightCommit),
        (6, vec![&rows[0], &rows[0]], CallError::InvalidRevealCommitHashNotMatch),
    ];
    for (epoch, reveals, error) in table {
        let mut state = Overlay::new(&base);
        prepare(&mut state, epoch);
        let before = commits::by_hash(&state, 1, &account("//val-b"));
        assert_eq!(call(&mut state, NOW, "//val-b", &batch(&reveals)), Err(error));
        assert_eq!(commits::by_hash(&state, 1, &account("//val-b")), before);
        assert!(epochs::weights(&state, 1, 1).is_empty());
    }
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    assert_eq!(call(&mut state, NOW, "//val-b", &batch(&[])), Err(CallError::NoWeightsCommitFound));
}

#[test]
fn the_hash_of_one_mechanism_does_not_open_another() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    with_params(&mut state, |params| params.max_allowed_uids = 128);
    epochs::set_mechanism_count(&mut state, 1, 2);
    with_params(&mut state, |params| params.mechanism_count = 2);
    let row = row(&[3, 4], &[1, 2], 7);
    let wrong = hash("//val-b", 1, &row);
    let right = hash("//val-b", 4_096 + 1, &row);
    call(&mut state, NOW, "//val-b", &commit(1, wrong)).expect("any hash can be committed");
    at_epoch(&mut state, 6);
    let refused = call(&mut state, NOW, "//val-b", &reveal(1, row.clone()));
    assert_eq!(refused, Err(CallError::InvalidRevealCommitHashNotMatch));
    at_epoch(&mut state, 8);
    call(&mut state, NOW, "//val-b", &commit(1, right)).expect("commits");
    at_epoch(&mut state, 9);
    call(&mut state, NOW, "//val-b", &reveal(1, row)).expect("reveals");
    assert_eq!(epochs::weights(&state, 4_097, 1), [(3, 32_768), (4, 65_535)]);
    assert!(epochs::weights(&state, 1, 1).is_empty());
}

#[test]
fn an_open_commit_masks_what_registered_after_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    committed(&mut state, &row(&[3], &[1], 0));
    let oldest = |state: &Overlay<'_>| epochs::epoch_input(state, 1).1[0][1].oldest_commit;
    assert_eq!(oldest(&state), Some(NOW));
    at_epoch(&mut state, 6);
    call(&mut state, NOW + 7, "//val-b", &commit(0, Hash::ZERO)).expect("commits");
    assert_eq!(oldest(&state), Some(NOW), "the first of two");
    at_epoch(&mut state, 7);
    assert_eq!(oldest(&state), Some(NOW + 7), "the first has expired");
    with_params(&mut state, |params| params.commit_reveal_enabled = false);
    assert_eq!(oldest(&state), None);
}

/// The hash names the hotkey that committed, and the swap cannot know what is behind it (peripherals.md section 3).
#[test]
fn what_a_swapped_hotkey_committed_moves_along_and_cannot_be_revealed() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    hidden(&mut state);
    committed(&mut state, &row(&[3], &[1], 7));
    let swap = Call::SwapHotkey { hotkey: account("//val-b"), new_hotkey: account("//new"), netuid: Some(1) };
    call(&mut state, NOW, "//Ferdie", &swap).expect("swaps");
    assert_eq!(commits::by_hash(&state, 1, &account("//new")).len(), 1);
    assert!(commits::by_hash(&state, 1, &account("//val-b")).is_empty());
    at_epoch(&mut state, 6);
    let revealed = call(&mut state, NOW, "//new", &reveal(0, row(&[3], &[1], 7)));
    assert_eq!(revealed, Err(CallError::InvalidRevealCommitHashNotMatch));
}
